"""Automatic recording: of which applications, and the form that switches it."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from console.accounts.access import application_scope, can, needs
from console.accounts.rights import Right
from console.applications.addresses import address
from console.applications.outcomes import actor_of, asked_already, done, earlier, fresh_form_id
from console.applications.services.changes import AlreadyAsked
from console.applications.services.facts import get_application, list_facts
from console.applications.shapes import AutomaticFacts
from console.connections.ages import Age
from console.connections.models import Connection
from console.core.misread import misread
from console.core.pages import render_page, wants_piece
from console.core.problems import trouble_of
from console.core.refusals import put_on_form
from console.core.sheets import render_refusal, render_sheet
from console.core.trouble_pages import render_trouble
from console.recording.forms.automatic import OFF, ON, AutomaticForm
from console.recording.services.automatic import get_automatic, set_automatic
from console.recording.services.templates import Templates, list_templates
from console.sparkrtc.errors import NotFound, SparkError

__all__ = ["automatic_change", "automatic_list"]

_FRESH_ENOUGH = timedelta(seconds=15)
_LIST = "recording/automatic_list.html"
_FIELDS = {"record_rule_id": "template", "mode": "mode", "RTC.00001016": "", "RTC.00001004": "template"}


@needs(Right.SEE_ROOMS)
@require_safe
def automatic_list(request: HttpRequest, connection: Connection) -> HttpResponse:
    """List the applications with their automatic recording. One shared call, none while its answer is fresh."""
    context: dict[str, Any] = {
        "connection": connection,
        "again": request.get_full_path(),
        "piece": wants_piece(request),
        "misread": misread(request.GET, {}),
    }
    try:
        found = list_facts(connection, application_scope(request.user, Right.SEE_ROOMS, connection))
    except SparkError as error:
        return render_trouble(request, _LIST, error, partial="listed", context=context)
    rows = []
    for app in found.items:
        may = can(request.user, Right.CONFIGURE, connection, app.app_id)
        change_url = address("recording:automatic_change", connection, app.app_id)
        rows.append(
            {
                "app": app,
                "url": address("applications:detail", connection, app.app_id),
                "change_url": f"{change_url}?from=list" if may and change_url else "",
            }
        )
    context |= {"found": found, "rows": rows, "on": sum(app.automatic.on for app in found.items)}
    return render_page(request, _LIST, partial="listed", context=context)


@needs(Right.CONFIGURE)
@require_http_methods(["GET", "HEAD", "POST"])
def automatic_change(request: HttpRequest, connection: Connection, app_id: str) -> HttpResponse:
    """Say what automatic recording does and doesn't; switch it on with a template, or off."""
    if (before := earlier(request, connection)) is not None:
        return before
    page = address("applications:detail", connection, app_id)
    if request.GET.get("from") == "list":
        page = reverse("recording:automatic", args=[connection.slug])
    context: dict[str, Any] = {
        "here": request.get_full_path(),
        "title": _("Automatic recording"),
        "crumbs": [
            (connection.name, ""),
            (_("Recording"), reverse("recording:home", args=[connection.slug])),
        ],
        "body": "recording/_automatic_form.html",
        "back_url": page,
        "submit": _("Save"),
        "wide": True,
        "connection": connection,
        "app_id": app_id,
        "new_template_url": _new_template_url(connection, app_id),
    }
    name = _name_of(connection, app_id)
    context["subject"] = name
    try:
        facts, age = _now(connection, app_id)
    except NotFound as error:
        gone = {"body": "applications/_gone.html", "submit": "", "ended": trouble_of(error)}
        return render_sheet(request, context | gone, status=404)
    except SparkError as error:
        facts, age = None, None
        context["unread"] = trouble_of(error)
    templates = _templates(connection, app_id, context)
    context |= {"facts": facts, "age": age, "templates": templates}
    items = templates.items if templates else ()
    if request.method != "POST":
        form = AutomaticForm(templates=items, initial=_initial(facts))
        return render_sheet(request, context | {"form": form})
    form = AutomaticForm(request.POST, templates=items)
    if not form.is_valid():
        return render_sheet(request, context | {"form": form}, status=422)
    try:
        made = set_automatic(
            connection,
            app_id,
            form.template_id,
            before=facts,
            actor=actor_of(request),
            reason=form.reason,
            name=name,
            change_id=form.cleaned_data["form_id"],
        )
    except AlreadyAsked as other:
        return asked_already(request, context, other)
    except SparkError as error:
        again = AutomaticForm(fresh_form_id(request), templates=items)
        again.is_valid()
        if put_on_form(again, error, _FIELDS):
            return render_sheet(request, context | {"form": again}, status=422)
        return render_refusal(request, context | {"form": again}, error)
    said = _("Automatic recording is on.") if form.template_id else _("Automatic recording is off.")
    return done(request, made, page, said)


def _now(connection: Connection, app_id: str) -> tuple[AutomaticFacts, Age]:
    """Return the setting as it was at most 15 s ago; older where the cloud gives nothing newer."""
    try:
        return get_automatic(connection, app_id, fresh_after=timezone.now() - _FRESH_ENOUGH)
    except NotFound:
        raise
    except SparkError:
        return get_automatic(connection, app_id)


def _templates(connection: Connection, app_id: str, context: dict[str, Any]) -> Templates | None:
    try:
        return list_templates(connection, app_id)
    except SparkError as error:
        context["no_templates"] = trouble_of(error)
        return None


def _initial(facts: AutomaticFacts | None) -> dict[str, str]:
    if facts is None:
        return {}
    return {"mode": ON, "template": facts.template_id} if facts.on else {"mode": OFF}


def _name_of(connection: Connection, app_id: str) -> str:
    try:
        return get_application(connection, app_id)[0].name
    except SparkError:
        return app_id


def _new_template_url(connection: Connection, app_id: str) -> str:
    """Return where templates of an application are kept."""
    try:
        return f"{reverse('recording:templates', args=[connection.slug])}?app={app_id}"
    except NoReverseMatch:
        return ""
