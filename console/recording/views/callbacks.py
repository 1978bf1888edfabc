"""Callbacks: where an application's notifications go, and setting that."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from console.accounts.access import application_scope, needs
from console.accounts.rights import Right
from console.applications.addresses import address
from console.applications.outcomes import actor_of, asked_already, done, earlier, fresh_form_id
from console.applications.services.changes import AlreadyAsked, Made
from console.applications.services.facts import get_application, list_facts
from console.applications.services.history import unsettled_changes
from console.applications.services.keys import NoKey
from console.connections.addresses import AddressRefused, check_public_url
from console.connections.models import Connection
from console.core.misread import misread
from console.core.pages import render_page, wants_piece
from console.core.problems import trouble_of
from console.core.refusals import put_on_form
from console.core.sheets import render_refusal, render_sheet
from console.core.trouble_pages import render_trouble
from console.recording.forms.callbacks import CallbackForm, OwnReceiverForm
from console.recording.services.callback_settings import (
    Key,
    get_setting,
    set_callback,
    settings_of,
    use_own_receiver,
)
from console.recording.services.receivers import url_of
from console.recording.shapes.callbacks import Setting
from console.sparkrtc.errors import NotFound, SparkError

__all__ = ["callback_detail", "callback_list", "callback_own", "callback_set", "sheet_context"]

_LIST, _DETAIL = "recording/callback_list.html", "recording/callback_detail.html"
_form_view = require_http_methods(["GET", "HEAD", "POST"])
_FIELDS = {"RTC.00001018": "url", "url": "url", "auth_key": "given"}


@needs(Right.CONFIGURE)
@require_safe
def callback_list(request: HttpRequest, connection: Connection) -> HttpResponse:
    """List the applications with their callbacks. One shared call, none while its answer is fresh."""
    context: dict[str, Any] = {
        "connection": connection,
        "again": request.get_full_path(),
        "piece": wants_piece(request),
        "misread": misread(request.GET, {}),
    }
    try:
        found = list_facts(connection, application_scope(request.user, Right.CONFIGURE, connection))
    except SparkError as error:
        return render_trouble(request, _LIST, error, partial="listed", context=context)
    settled = settings_of(connection, {app.app_id: app.callback for app in found.items}, found.age)
    context |= {
        "found": found,
        "rows": [
            {
                "app": app,
                "setting": settled[app.app_id],
                "url": address("recording:callback", connection, app.app_id),
            }
            for app in found.items
        ],
    }
    return render_page(request, _LIST, partial="listed", context=context)


@needs(Right.CONFIGURE)
@require_safe
def callback_detail(request: HttpRequest, connection: Connection, app_id: str) -> HttpResponse:
    """Show an application's callback and what of it arrives here. Two shared calls at most."""
    context: dict[str, Any] = {
        "connection": connection,
        "app_id": app_id,
        "name": name_of(connection, app_id),
        "changes": [one for one in unsettled_changes(connection, app_id) if one.subject == "callback"],
        "again": request.get_full_path(),
        "piece": wants_piece(request),
    }
    try:
        setting = get_setting(connection, app_id)
    except SparkError as error:
        return render_trouble(request, _DETAIL, error, partial="callback", context=context)
    base = base_url(request)
    context |= {
        "setting": setting,
        "facts": setting.facts,
        "age": setting.age,
        "own_url": url_of(base, setting.receiver.public_id) if setting.receiver.public_id else "",
        "own_problem": _not_public(base),
        "own_form": OwnReceiverForm(),
        "inbox_url": f"{reverse('recording:inbox', args=[connection.slug])}?app={app_id}",
    }
    return render_page(request, _DETAIL, partial="callback", context=context)


@sensitive_post_parameters("given")
@needs(Right.CONFIGURE)
@_form_view
def callback_set(request: HttpRequest, connection: Connection, app_id: str) -> HttpResponse:
    """Ask where notifications go and what signs them; tell the cloud."""
    if (before := earlier(request, connection)) is not None:
        return before
    context = sheet_context(connection, app_id) | {
        "title": _("Set the callback"),
        "body": "recording/_callback_form.html",
        "submit": _("Save"),
        "wide": True,
    }
    setting = _setting(connection, app_id, context)
    if context.get("ended"):
        return render_sheet(request, context, status=404)
    context["facts"] = facts = setting.facts if setting else None
    signed = facts.signed if facts else None
    if request.method != "POST":
        initial = {"url": facts.url} if facts else {}
        form = CallbackForm(signed=signed, initial=initial)
        return render_sheet(request, context | {"form": form})
    form = CallbackForm(request.POST, signed=signed)
    if not form.is_valid():
        return render_sheet(request, context | {"form": form}, status=422)
    data = form.cleaned_data

    def save() -> Made:
        return set_callback(
            connection,
            app_id,
            data["url"],
            Key(data["key"]),
            given=form.secret,
            before=facts,
            actor=actor_of(request),
            reason=form.reason,
            name=context["subject"],
            change_id=data["form_id"],
        )

    again = CallbackForm(fresh_form_id(request), signed=signed)
    return _saved(request, connection, app_id, context, again, save)


@needs(Right.CONFIGURE)
@_form_view
def callback_own(request: HttpRequest, connection: Connection, app_id: str) -> HttpResponse:
    """Say what changes when the notifications come here; then let them. renew=1: at another address than before."""
    if (before := earlier(request, connection)) is not None:
        return before
    asked = request.POST if request.method == "POST" else request.GET
    renew, base = asked.get("renew") == "1", base_url(request)
    context = sheet_context(connection, app_id) | {
        "title": _("Renew the address") if renew else _("Use the console's own receiver"),
        "body": "recording/_callback_own.html",
        "submit": _("Renew it") if renew else _("Use it"),
        "renew": renew,
        "own_problem": _not_public(base),
        "base": base,
    }
    setting = _setting(connection, app_id, context)
    if context.get("ended"):
        return render_sheet(request, context, status=404)
    facts = setting.facts if setting else None
    context["facts"] = facts
    if request.method != "POST":
        return render_sheet(request, context | {"form": OwnReceiverForm()})
    form = OwnReceiverForm(request.POST)
    if not form.is_valid() or context["own_problem"]:
        return render_sheet(request, context | {"form": form}, status=422)

    def save() -> Made:
        keep = renew and facts is not None and facts.signed
        return use_own_receiver(
            connection,
            app_id,
            base,
            renew=renew,
            choice=Key.KEEP if keep else Key.NEW,
            before=facts,
            actor=actor_of(request),
            reason=form.reason,
            name=context["subject"],
            change_id=form.cleaned_data["form_id"],
        )

    return _saved(request, connection, app_id, context, OwnReceiverForm(fresh_form_id(request)), save)


def sheet_context(connection: Connection, app_id: str) -> dict[str, Any]:
    """Return what every form about a callback is shown with."""
    name = name_of(connection, app_id)
    page = address("recording:callback", connection, app_id)
    return {
        "connection": connection,
        "app_id": app_id,
        "subject": name,
        "back_url": page,
        "crumbs": [
            (connection.name, ""),
            (_("Recording"), reverse("recording:home", args=[connection.slug])),
            (_("Callbacks"), reverse("recording:callbacks", args=[connection.slug])),
            (name, page),
        ],
    }


def name_of(connection: Connection, app_id: str) -> str:
    """Return an application's name, or its id while the name cannot be read."""
    try:
        return get_application(connection, app_id)[0].name
    except SparkError:
        return app_id


def base_url(request: HttpRequest) -> str:
    """Return scheme and host by which the cloud reaches this console, as far as anybody knows."""
    return settings.CALLBACK_BASE_URL or request.build_absolute_uri("/")


def _saved(
    request: HttpRequest, connection: Connection, app_id: str, context: dict[str, Any], again: Any, save: Any
) -> HttpResponse:
    """Tell the cloud; a refusal comes back with the form, beside the field that it is about."""
    try:
        made = save()
    except NoKey:
        again.is_valid()
        again.add_error("key", _("The cloud has no key to keep. Make one, or enter one of your own."))
        return render_sheet(request, context | {"form": again}, status=422)
    except AlreadyAsked as other:
        return asked_already(request, context, other)
    except SparkError as error:
        again.is_valid()
        fields = {**_FIELDS, **({} if "url" in again.fields else {"RTC.00001018": ""})}
        if put_on_form(again, error, fields):
            return render_sheet(request, context | {"form": again}, status=422)
        return render_refusal(request, context | {"form": again}, error)
    page = address("recording:callback", connection, app_id)
    return done(request, made, page, _("The callback is set."))


def _setting(connection: Connection, app_id: str, context: dict[str, Any]) -> Setting | None:
    """Return the present setting, None while it cannot be read; a form stays of use then."""
    try:
        return get_setting(connection, app_id)
    except NotFound as error:
        gone = {"body": "applications/_gone.html", "submit": "", "ended": trouble_of(error)}
        context |= gone
    except SparkError as error:
        context["unread"] = trouble_of(error)
    return None


def _not_public(base: str) -> str:
    """Say why the cloud would not reach this console by that address; empty when it may."""
    try:
        check_public_url(base)
    except AddressRefused as problem:
        return str(problem)
    return ""
