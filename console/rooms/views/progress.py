"""What became of an action."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from console.accounts.access import application_scope, can, needs
from console.accounts.rights import Right
from console.applications.services.listing import stored_applications
from console.connections.models import Connection
from console.core.pages import render_page, wants_piece
from console.rooms.models import RoomAction
from console.rooms.services.progress import Progress, get_progress
from console.rooms.views.parts import address

__all__ = ["action_progress", "progress_context", "said_aloud"]

_NAMES_SHOWN = 8


@needs(Right.SEE_ROOMS)
@require_safe
def action_progress(request: HttpRequest, connection: Connection, action_id: uuid.UUID) -> HttpResponse:
    """Show how far an action has come. Asks our own database only, however many people look."""
    try:
        progress = get_progress(
            connection, application_scope(request.user, Right.SEE_ROOMS, connection), action_id
        )
    except RoomAction.DoesNotExist:
        raise Http404(_("There is no such action.")) from None
    context = progress_context(request, connection, progress)
    if request.GET.get("people") == "all":
        context |= {"names": ":", "again_here": context["all_url"], "all_url": ""}
    piece = wants_piece(request)
    if not piece:
        context["application_name"] = _name_of(connection, progress.action.app_id)
    if piece and not progress.running:
        context["spoken"] = said_aloud(progress)
    response = render_page(request, "rooms/action.html", partial="progress", context=context)
    if progress.running and not piece:
        response["Refresh"] = "5"  # without scripts, too
    return response


def _name_of(connection: Connection, app_id: str) -> str:
    """Return an application's name as it is stored, or its id: the cloud is not asked here."""
    return next((app.name for app in stored_applications(connection, {app_id})), "") or app_id


def said_aloud(progress: Progress) -> str:
    """Return what a screen reader says at the beginning and at the end; between, it would only interrupt."""
    if progress.failed:
        return _("Not done.")
    if progress.running:
        return _("Accepted. Watching who leaves.")
    return _("%(left)s of %(asked)s left, %(back)s came back.") % {
        "left": progress.left,
        "asked": progress.asked,
        "back": progress.back,
    }


def progress_context(request: HttpRequest, connection: Connection, progress: Progress) -> dict[str, Any]:
    """Return what the progress of an action is shown with."""
    action = progress.action
    room_url = address("detail", connection, action.app_id, action.room_id)
    may_act = can(request.user, Right.MODERATE, connection, action.app_id)
    remove_url = address("remove", connection, action.app_id, action.room_id)
    progress_url = reverse("rooms:action", args=[connection.slug, action.pk])
    back = urlencode({"user": [target.user_id for target in progress.returned[:40]]}, doseq=True)
    return {
        "connection": connection,
        "progress": progress,
        "action": action,
        "room_url": room_url,
        "again_url": f"{remove_url}?{back}" if may_act and progress.returned and remove_url else "",
        "trail_url": _trail_url(action),
        "progress_url": progress_url,
        "names": f":{_NAMES_SHOWN}",
        "names_shown": _NAMES_SHOWN,
        "all_url": f"{progress_url}?people=all",
        "again_here": progress_url,
    }


def _trail_url(action: RoomAction) -> str:
    if action.attempt_id is None:
        return ""
    try:
        return reverse("audit:detail", args=[action.attempt_id])
    except NoReverseMatch:
        return ""
