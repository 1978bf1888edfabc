"""Creating, enabling, disabling and deleting applications: a form each, filled in again when it comes back."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from console.accounts.access import needs
from console.accounts.rights import Right
from console.applications.addresses import address
from console.applications.forms import CreateForm, DeleteForm, DisableForm, EnableForm
from console.applications.outcomes import actor_of, asked_already, done, earlier, fresh_form_id
from console.applications.panels import consequences_of
from console.applications.services import lifecycle
from console.applications.services.changes import AlreadyAsked, Made
from console.applications.services.facts import list_facts, look_at
from console.applications.services.lifecycle import NothingToDo, StillEnabled
from console.applications.shapes import MOST_APPLICATIONS, ApplicationFacts, unread_application
from console.applications.views.parts import crumbs
from console.connections.models import Connection
from console.core.problems import trouble_of
from console.core.refusals import put_on_form
from console.core.sheets import render_refusal, render_sheet
from console.core.text import plain
from console.sparkrtc.errors import BadRequest, NotFound, SparkError

__all__ = ["application_create", "application_delete", "application_disable", "application_enable"]

_form_view = require_http_methods(["GET", "HEAD", "POST"])
_NAME_TAKEN, _TOO_MANY, _BAD_VALUE = "RTC.00001020", "RTC.00001017", "RTC.00001003"


@needs(Right.CONFIGURE, whole=True)
@_form_view
def application_create(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Ask for a name; with it, create the application."""
    url = reverse("applications:list", args=[connection.slug])
    if (before := earlier(request, connection)) is not None:
        return before
    taken, count = _known_names(connection)
    context = {
        "title": _("New application"),
        "crumbs": crumbs(connection),
        "body": "applications/_create.html",
        "back_url": url,
        "submit": _("Create"),
        "count": count,
        "most": MOST_APPLICATIONS,
    }
    if request.method != "POST":
        return render_sheet(request, context | {"form": CreateForm()})
    form = CreateForm(request.POST, taken=taken)
    if not form.is_valid():
        return render_sheet(request, context | {"form": form}, status=422)
    try:
        made = lifecycle.create_application(
            connection,
            form.cleaned_data["name"],
            actor=actor_of(request),
            reason=form.reason,
            change_id=form.cleaned_data["form_id"],
        )
    except AlreadyAsked as other:
        return asked_already(request, context, other)
    except SparkError as error:
        again = CreateForm(fresh_form_id(request), taken=taken)
        again.is_valid()
        fields = {_NAME_TAKEN: "name", _TOO_MANY: "", _BAD_VALUE: "name", "app_name": "name"}
        if put_on_form(again, error, fields):
            return render_sheet(request, context | {"form": again}, status=422)
        return render_refusal(request, context | {"form": again}, error)
    at = address("applications:detail", connection, made.change.app_id) if made.change.app_id else url
    return done(request, made, at or url, _("The application is created."))


@needs(Right.CONFIGURE)
@_form_view
def application_enable(request: HttpRequest, connection: Connection, app_id: str) -> HttpResponse:
    """Say what enabling does; then do it."""
    return _switch(
        request,
        connection,
        app_id,
        form=EnableForm,
        act=lifecycle.enable_application,
        is_so=lambda app: app.enabled,
        said=_("The application is enabled."),
        context={
            "title": _("Enable application"),
            "submit": _("Enable"),
            "body": "applications/_enable.html",
        },
    )


@sensitive_post_parameters("password")
@needs(Right.CONFIGURE)
@_form_view
def application_disable(request: HttpRequest, connection: Connection, app_id: str) -> HttpResponse:
    """Say who is hit and ask why; then disable it."""
    return _switch(
        request,
        connection,
        app_id,
        form=partial(DisableForm, request=request),
        act=lifecycle.disable_application,
        is_so=lambda app: app.disabled,
        said=_("The application is disabled."),
        context={
            "title": _("Disable application"),
            "submit": _("Disable"),
            "danger": True,
            "body": "applications/_disable.html",
        },
        hits=True,
    )


@sensitive_post_parameters("password")
@needs(Right.CONFIGURE)
@_form_view
def application_delete(request: HttpRequest, connection: Connection, app_id: str) -> HttpResponse:
    """Say what goes with it, have its name typed, ask why; then delete it."""
    return _switch(
        request,
        connection,
        app_id,
        form=partial(DeleteForm, request=request),
        act=lifecycle.delete_application,
        said=_("The application is deleted."),
        context={
            "title": _("Delete application"),
            "submit": _("Delete"),
            "danger": True,
            "body": "applications/_delete.html",
        },
        hits=True,
        deletes=True,
    )


def _switch(
    request: HttpRequest,
    connection: Connection,
    app_id: str,
    *,
    form: Callable[..., forms.Form],
    act: Callable[..., Made],
    said: str,
    context: dict[str, Any],
    is_so: Callable[[ApplicationFacts], bool] | None = None,
    hits: bool = False,
    deletes: bool = False,
) -> HttpResponse:
    """Show the form, or do what it asks, for a change of state of one application.

    is_so: whether the application is in the wanted state already; nobody is asked about that.
    """
    if (before := earlier(request, connection)) is not None:
        return before
    page = address("applications:detail", connection, app_id)
    context |= {"back_url": page, "crumbs": crumbs(connection, app_id), "connection": connection}
    try:
        app, age, problem = look_at(connection, app_id)
    except NotFound as error:
        return _nothing(request, context, "applications/_gone.html", 404, ended=trouble_of(error))
    app = app or unread_application(app_id)
    context |= {
        "app": app,
        "age": age,
        "unread": trouble_of(problem) if problem else None,
        "subject": app.name,
    }
    context["crumbs"] = crumbs(connection, app_id, app.name)
    if request.method != "POST" and problem is None and is_so is not None and is_so(app):
        return _nothing(request, context, "applications/_nothing_to_do.html", 409)
    if hits:
        context["consequences"] = consequences_of(connection, app_id)
    if deletes:
        if app.enabled:
            return _nothing(request, context, "applications/_disable_first.html", 409)
        by_id = plain(app.name) != app.name  # nobody could type what cannot be seen
        form = partial(form, expected=app.app_id if by_id else app.name, by_id=by_id)
    if request.method != "POST":
        return render_sheet(request, context | {"form": form()})
    filled: Any = form(request.POST)
    if not filled.is_valid():
        return render_sheet(request, context | {"form": filled}, status=422)
    try:
        made = act(
            connection,
            app,
            actor=actor_of(request),
            reason=filled.reason,
            change_id=filled.cleaned_data["form_id"],
        )
    except (NothingToDo, StillEnabled):
        return _nothing(request, context, "applications/_nothing_to_do.html", 409)
    except AlreadyAsked as other:
        return asked_already(request, context, other)
    except NotFound as error:
        return _nothing(request, context, "applications/_gone.html", 409, ended=trouble_of(error))
    except SparkError as error:
        again: Any = form(fresh_form_id(request))
        again.is_valid()
        conditions = deletes and isinstance(error, BadRequest) and error.error_code == _BAD_VALUE
        return render_refusal(request, context | {"form": again, "conditions": conditions}, error)
    list_url = reverse("applications:list", args=[connection.slug])
    return done(request, made, list_url if deletes else page, said)


def _known_names(connection: Connection) -> tuple[frozenset[str], int | None]:
    """Return the names that are taken, and how many applications there are; the cloud decides where it is not known."""
    try:
        found = list_facts(connection, None)
    except SparkError:
        return frozenset(), None
    return frozenset(app.name for app in found.items), found.count


def _nothing(
    request: HttpRequest, context: dict[str, Any], body: str, status: int, **more: Any
) -> HttpResponse:
    return render_sheet(request, {**context, **more, "body": body, "submit": "", "form": None}, status=status)
