"""An application's key, shown once, and a signature made with it. Neither may stay anywhere, cache or log."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from console.accounts.access import needs
from console.accounts.rights import Right
from console.applications.addresses import address
from console.applications.forms import AccessForm, RevealForm
from console.applications.outcomes import actor_of, fresh_form_id
from console.applications.services.facts import get_application
from console.applications.services.keys import NoKey, make_access, reveal_key
from console.applications.views.parts import crumbs
from console.connections.models import Connection
from console.core.once import first_time
from console.core.sheets import render_refusal, render_secret, render_sheet
from console.sparkrtc.errors import SparkError

__all__ = ["application_access", "application_key"]

_form_view = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@sensitive_variables("key", "context")
@sensitive_post_parameters("password")
@needs(Right.CONFIGURE)
@_form_view
def application_key(request: HttpRequest, connection: Connection, app_id: str) -> HttpResponse:
    """Ask why; then show the key for a minute, once."""
    context = _context(request, connection, app_id)
    context |= {"title": _("Reveal the app key"), "submit": _("Reveal"), "body": "applications/_reveal.html"}
    form = RevealForm(request.POST if request.method == "POST" else None, request=request)
    if (answer := _not_yet(request, context, form)) is not None:
        return answer
    try:
        key = reveal_key(
            connection, app_id, actor=actor_of(request), reason=form.reason, name=context["subject"]
        )
    except NoKey:
        return _no_key(request, context)
    except SparkError as error:
        return render_refusal(request, context | {"form": _again(request, RevealForm)}, error)
    shown = {"key": key.reveal(), "body": "applications/_revealed.html", "title": _("App key")}
    return render_secret(request, context | shown)


@never_cache
@sensitive_variables("access", "context")
@sensitive_post_parameters("password")
@needs(Right.CONFIGURE)
@_form_view
def application_access(request: HttpRequest, connection: Connection, app_id: str) -> HttpResponse:
    """Ask for whom, where, how long and why; then show a signature, once."""
    context = _context(request, connection, app_id)
    context |= {
        "title": _("Make a test signature"),
        "submit": _("Make it"),
        "body": "applications/_access.html",
        "danger": False,
    }
    form = AccessForm(request.POST if request.method == "POST" else None, request=request)
    if (answer := _not_yet(request, context, form)) is not None:
        return answer
    data = form.cleaned_data
    try:
        access = make_access(
            connection,
            app_id,
            data["room_id"],
            data["user_id"],
            seconds=data["minutes"] * 60,
            actor=actor_of(request),
            reason=form.reason,
            name=context["subject"],
        )
    except NoKey:
        return _no_key(request, context)
    except SparkError as error:
        return render_refusal(request, context | {"form": _again(request, AccessForm)}, error)
    shown = {"access": access, "body": "applications/_access_made.html", "title": _("Test signature")}
    return render_secret(request, context | shown)


def _context(request: HttpRequest, connection: Connection, app_id: str) -> dict[str, Any]:
    """What the forms are shown with. The application is read for its name alone, and need not be readable."""
    try:
        app, _age = get_application(connection, app_id)
    except SparkError:
        app = None
    name = app.name if app else app_id
    return {
        "app": app,
        "connection": connection,
        "app_id": app_id,
        "subject": name,
        "back_url": address("applications:detail", connection, app_id),
        "crumbs": crumbs(connection, app_id, name),
        "danger": True,
    }


def _not_yet(request: HttpRequest, context: dict[str, Any], form: forms.Form) -> HttpResponse | None:
    """Show the form until it is filled in rightly; one that was good already shows nothing a second time."""
    if request.method != "POST":
        return render_sheet(request, context | {"form": form})
    if not form.is_valid():
        return render_sheet(request, context | {"form": form}, status=422)
    if first_time(form.cleaned_data["form_id"]):
        return None
    again = _again(request, type(form))
    again.add_error(None, _("This form had been sent before, and shows nothing a second time. Send it anew."))
    return render_sheet(request, context | {"form": again}, status=409)


def _again(request: HttpRequest, form: Any) -> Any:
    again = form(fresh_form_id(request), request=request)
    again.is_valid()
    return again


def _no_key(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    context |= {"body": "applications/_no_key.html", "submit": "", "form": None}
    return render_sheet(request, context, status=409)
