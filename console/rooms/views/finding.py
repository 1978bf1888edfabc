"""In which rooms was this participant, and in which application is this room?"""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from console.accounts.access import application_scope, needs, require
from console.accounts.rights import Right
from console.applications.choice import applications_of, known_application
from console.applications.crowds import people_between
from console.applications.services.listing import stored_applications
from console.connections.models import Connection
from console.core.misread import misread
from console.core.pages import render_page, wants_piece
from console.core.paging import page_of, size_of, whole_number
from console.core.times import zone_name
from console.core.trouble_pages import render_trouble
from console.rooms.services.participants import list_visits
from console.rooms.shapes import Participant, can_be_id
from console.rooms.views.parts import address
from console.rooms.windows import CUSTOM, LONGEST_DAYS, PRESETS, read_window
from console.sparkrtc.errors import SparkError

__all__ = ["find_participant", "open_room"]

_TEMPLATE = "rooms/find.html"
_LONGEST_ID = 128
_LATELY = timedelta(days=1)


@needs(Right.SEE_ROOMS)
@require_safe
def find_participant(request: HttpRequest, connection: Connection) -> HttpResponse:
    """List the visits of a participant to the rooms of an application. One shared statistics call, once asked for."""
    applications = applications_of(request, connection)
    app_id = request.GET.get("app", "")
    window = read_window(request.GET.dict(), timezone.now())
    user_id = request.GET.get("user", "").strip()[:_LONGEST_ID]
    context: dict[str, Any] = {
        "connection": connection,
        "applications": applications,
        "user_id": user_id,
        "window": window,
        "ranges": [*((name, preset.label) for name, preset in PRESETS.items()), (CUSTOM, _("From – to"))],
        "longest_days": LONGEST_DAYS,
        "zone": zone_name(),
        "again": request.get_full_path(),
        "piece": wants_piece(request),
        "misread": misread(request.GET, {"range": (*PRESETS, CUSTOM)}, ("app", "user", "from", "to")),
    }
    if app_id:
        require(request.user, Right.SEE_ROOMS, connection, app_id)
        context["application"] = known_application(applications, app_id)
    if window.problems:
        return render_page(request, _TEMPLATE, partial="visits", context=context, status=422)
    if not app_id or not user_id:
        return render_page(request, _TEMPLATE, partial="visits", context=context)
    size = size_of(request.GET)
    number = whole_number(request.GET.get("page"), 1)
    try:
        visits = list_visits(connection, app_id, user_id, window, page=number, size=size)
    except SparkError as error:
        return render_trouble(request, _TEMPLATE, error, partial="visits", context=context)
    shown = len(visits.sessions)
    context |= {
        "visits": visits,
        "rows": [_row(connection, app_id, session) for session in visits.sessions],
        "page": page_of(request.GET, size=size, shown=shown, total=visits.total),
    }
    return render_page(request, _TEMPLATE, partial="visits", context=context)


def _row(connection: Connection, app_id: str, visit: Participant) -> dict[str, Any]:
    return {"visit": visit, "url": address("detail", connection, app_id, visit.room_id)}


@needs(Right.SEE_ROOMS)
@require_safe
def open_room(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Offer the applications that a room may be in; the cloud is asked when one is chosen, not before.

    The application looked at last comes first, then where most people were in the last day.
    """
    room_id = request.GET.get("room", "").strip()[:_LONGEST_ID]
    scope = application_scope(request.user, Right.SEE_ROOMS, connection)
    enabled = [app for app in stored_applications(connection, scope) if app.enabled]
    last = request.session.get("rooms.application", {}).get(connection.slug, "")
    now = timezone.now()
    people = people_between(connection, [app.app_id for app in enabled], now - _LATELY, now)
    likely = sorted(enabled, key=lambda app: (app.app_id != last, -people.get(app.app_id, 0)))
    places = [(app, address("detail", connection, app.app_id, room_id)) for app in likely]
    context = {
        "connection": connection,
        "room_id": room_id,
        "places": places if can_be_id(room_id) else [],
        "misread": misread(request.GET, {}, ("room",)),
    }
    return render(request, "rooms/open.html", context)
