"""What a form led to, for pages of every app that change something by services/changes.py."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from console.accounts.models import User
from console.applications.models import Change
from console.applications.services.changes import AlreadyAsked, Made, get_kind, sent_before
from console.audit.actions import action_label
from console.connections.models import Connection
from console.core.navigation import label_of
from console.core.pages import go, wants_piece
from console.core.sheets import render_sheet

__all__ = [
    "CHANGE_TEMPLATE",
    "actor_of",
    "asked_already",
    "change_context",
    "done",
    "earlier",
    "fresh_form_id",
    "show_change",
]

CHANGE_TEMPLATE = "applications/change.html"


def actor_of(request: HttpRequest) -> User:
    """Return the viewer; views marked by needs() have one."""
    viewer: Any = request.user
    return viewer


def fresh_form_id(request: HttpRequest) -> Any:
    """Return what was sent with an id of its own: a form shown again is a new one, and may act."""
    data = request.POST.copy()
    data["form_id"] = str(uuid.uuid4())
    return data


def earlier(request: HttpRequest, connection: Connection) -> HttpResponse | None:
    """Lead to what this very form did when it was sent the first time; None when this is the first time."""
    form_id = request.POST.get("form_id", "")
    change = sent_before(connection, form_id) if form_id else None
    if change is None:
        return None
    return done(request, Made(change, repeated=True), get_kind(change.action).address(change), "")


def done(request: HttpRequest, made: Made, url: str, said: str) -> HttpResponse:
    """Lead to where the effect can be seen; when the reply was lost, to what is being found out."""
    if made.change.outcome == Change.Outcome.SUCCEEDED:
        messages.success(request, _("This form had been sent before.") if made.repeated else said)
        return go(request, url)
    return show_change(request, made.change, repeated=made.repeated)


def show_change(request: HttpRequest, change: Change, *, repeated: bool = False) -> HttpResponse:
    """Show it in place of the form in a dialog; lead to its page elsewhere."""
    if not wants_piece(request):
        return HttpResponseRedirect(reverse("applications:change", args=[change.connection.slug, change.pk]))
    context = change_context(change) | {"piece": True, "repeated": repeated}
    response = render(request, f"{CHANGE_TEMPLATE}#progress", context)
    response["HX-Retarget"] = "#dialog-body"
    response["HX-Reswap"] = "innerHTML"
    return response


def asked_already(request: HttpRequest, context: dict[str, Any], other: AlreadyAsked) -> HttpResponse:
    """Say in place of the form who has asked for such a change a moment ago. context: of the form's sheet."""
    url = reverse("applications:change", args=[other.change.connection.slug, other.change.pk])
    told = {"body": "applications/_asked_already.html", "submit": "", "form": None}
    return render_sheet(request, context | told | {"other": other.change, "other_url": url}, status=409)


def change_context(change: Change) -> dict[str, Any]:
    """Return what a change is shown with."""
    return {
        "connection": change.connection,
        "change": change,
        "label": action_label(change.action),
        "place": label_of(f"{change.action.partition('.')[0]}:"),
        "url": get_kind(change.action).address(change),
        "trail_url": _trail_url(change),
        "progress_url": reverse("applications:change", args=[change.connection.slug, change.pk]),
    }


def _trail_url(change: Change) -> str:
    if change.attempt_id is None:
        return ""
    try:
        return reverse("audit:detail", args=[change.attempt_id])
    except NoReverseMatch:
        return ""
