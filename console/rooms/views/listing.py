"""The list of rooms."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from console.accounts.access import needs, require
from console.accounts.rights import Right
from console.applications.choice import applications_of, known_application
from console.applications.shapes import Applications
from console.connections.models import Connection
from console.core.misread import misread
from console.core.pages import render_page, wants_piece
from console.core.paging import page_of, size_of, whole_number
from console.core.times import zone_name
from console.core.trouble_pages import render_trouble
from console.rooms.services.rooms import list_rooms
from console.rooms.shapes import Room, can_be_id
from console.rooms.views.parts import address
from console.rooms.windows import CUSTOM, LONGEST_DAYS, PRESETS, Window, read_window
from console.sparkrtc.errors import SparkError

__all__ = ["room_list"]

_TEMPLATE = "rooms/room_list.html"
_STATES = ("open", "closed", "all")
_FREE = ("app", "room", "from", "to")
_REMEMBERED = "rooms.application"
_NO_ID = gettext_lazy("A room id has up to 64 letters, digits, _ and -.")


@needs(Right.SEE_ROOMS)
@require_safe
def room_list(request: HttpRequest, connection: Connection) -> HttpResponse:
    """List the rooms of one application. Two shared calls at first, none while their answers are fresh."""
    applications = applications_of(request, connection)
    app_id = request.GET.get("app", "")
    if not app_id:
        return _choose(request, connection, applications)
    require(request.user, Right.SEE_ROOMS, connection, app_id)
    application = known_application(applications, app_id)
    _remember(request, connection, app_id)
    window = read_window(request.GET.dict(), timezone.now())
    context = {
        "connection": connection,
        "applications": applications,
        "application": application,
        "piece": wants_piece(request),
        "misread": misread(request.GET, {"state": _STATES, "range": (*PRESETS, CUSTOM)}, _FREE),
        **_filters(request.GET, window),
    }
    if window.problems or context["room_problem"]:
        return render_page(request, _TEMPLATE, partial="listed", context=context, status=422)
    return _listed(request, connection, app_id, window, context)


def _listed(
    request: HttpRequest, connection: Connection, app_id: str, window: Window, context: dict[str, Any]
) -> HttpResponse:
    size = size_of(request.GET)
    try:
        found = list_rooms(
            connection,
            app_id,
            window,
            state=context["state"],
            room_id=context["room_id"],
            page=whole_number(request.GET.get("page"), 1),
            size=size,
        )
    except SparkError as error:
        return render_trouble(request, _TEMPLATE, error, partial="listed", context=context)
    context |= {
        "found": found,
        "rows": [_row(connection, room) for room in found.rooms],
        "page": page_of(request.GET, size=size, shown=len(found.rooms), total=found.total),
        "again": request.get_full_path(),
    }
    return render_page(request, _TEMPLATE, partial="listed", context=context)


def _choose(request: HttpRequest, connection: Connection, applications: Applications) -> HttpResponse:
    """Lead to the application looked at last, else to the first; say what to do when there is none."""
    if applications.problem is not None and not applications.items:
        context = {"connection": connection, "applications": applications}
        return render_trouble(request, _TEMPLATE, applications.problem, partial="listed", context=context)
    remembered = request.session.get(_REMEMBERED, {}).get(connection.slug, "")
    enabled = [item for item in applications.items if item.enabled]
    chosen = applications.find(remembered) or next(iter(enabled or applications.items), None)
    if chosen is None:
        context = {"connection": connection, "applications": applications}
        return render_page(request, _TEMPLATE, partial="listed", context=context)
    query = request.GET.copy()
    query["app"] = chosen.app_id
    return HttpResponseRedirect(f"{request.path}?{query.urlencode()}")


def _remember(request: HttpRequest, connection: Connection, app_id: str) -> None:
    remembered = request.session.get(_REMEMBERED, {})
    if remembered.get(connection.slug) != app_id:
        request.session[_REMEMBERED] = {**remembered, connection.slug: app_id}


def _filters(query: QueryDict, window: Window) -> dict[str, Any]:
    """Return what the filter line shows: everything in the address, and what it stands for."""
    state = query.get("state", "")
    room_id = query.get("room", "").strip()
    state = state if state in _STATES else "open"
    kept = QueryDict(mutable=True)
    kept["app"] = query.get("app", "")
    return {
        "state": state,
        "states": [("open", _("Open")), ("closed", _("Closed")), ("all", _("All"))],
        "room_id": room_id,
        "room_problem": "" if not room_id or can_be_id(room_id) else _NO_ID,
        "window": window,
        "ranges": [*((name, preset.label) for name, preset in PRESETS.items()), (CUSTOM, _("From – to"))],
        "longest_days": LONGEST_DAYS,
        "zone": zone_name(),
        "filtered": bool(room_id) or state != "open" or window.name != "24h",
        "clear_url": f"?{kept.urlencode()}",
        "all_url": f"?{kept.urlencode()}&state=all&range=90d",
    }


def _row(connection: Connection, room: Room) -> dict[str, Any]:
    url = address("detail", connection, room.app_id, room.room_id)
    return {"room": room, "url": f"{url}?use={room.key}" if url and room.key and not room.open else url}
