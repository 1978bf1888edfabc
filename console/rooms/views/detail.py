"""The page of a room."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from console.accounts.access import can, needs
from console.accounts.rights import Right
from console.applications.choice import applications_of, known_application
from console.connections.ages import Age
from console.connections.models import Connection
from console.core.misread import misread
from console.core.pages import render_page, wants_piece
from console.core.paging import page_of, size_of, whole_number
from console.core.places import spellings
from console.core.trouble_pages import render_trouble
from console.rooms.extras import count_recordings, person_links, recordings_url, room_links
from console.rooms.services.participants import list_participants
from console.rooms.services.progress import list_recent
from console.rooms.services.rooms import get_room_uses
from console.rooms.shapes import Crowd, Participant, Presence, Room, can_be_id
from console.sparkrtc.errors import SparkError

__all__ = ["room_detail"]

_TEMPLATE = "rooms/room_detail.html"
_TABS = {"in": Presence.ONLINE, "left": Presence.OFFLINE, "failed": Presence.FAIL, "all": None}
_LONGEST_SEARCH = 100
_ACTIONS_SHOWN = 6


@needs(Right.SEE_ROOMS)
@require_safe
def room_detail(request: HttpRequest, connection: Connection, app_id: str, room_id: str) -> HttpResponse:
    """Show a room and its people. Three shared calls at first (applications, room, people), none while fresh."""
    context: dict[str, Any] = {"connection": connection, "app_id": app_id, "room_id": room_id}
    context["application"] = known_application(applications_of(request, connection), app_id)
    if not can_be_id(room_id):
        return _unknown(request, context, ())
    try:
        uses = get_room_uses(connection, app_id, room_id)
        room = uses.pick(request.GET.get("use", ""))
        if room is None:
            return _unknown(request, context, uses.uses, uses.age)
    except SparkError as error:
        return render_trouble(request, _TEMPLATE, error, partial="people", context=context)
    context |= {
        "room": room,
        "uses": uses.uses if len(uses.uses) > 1 else (),
        "age": uses.age,
        **_asked(request, room),
        **_recent(request, connection, room),
        "may_act": room.open and can(request.user, Right.MODERATE, connection, app_id),
        **_from_others(request, connection, room),
        "piece": wants_piece(request),
        "now": timezone.now(),
    }
    try:
        context |= _people(request, connection, room, context["tab"], context["search"])
    except SparkError as error:  # of the room itself everything is known: the list alone fails
        context["online"] = None if context["tab"] == "in" else _online(connection, room)
        return render_trouble(request, _TEMPLATE, error, partial="people", context=context)
    context["age"] = _older(uses.age, context["crowd"].age)
    return render_page(request, _TEMPLATE, partial="people", context=context)


def _asked(request: HttpRequest, room: Room) -> dict[str, Any]:
    """Return which people are asked for."""
    tab = request.GET.get("people", "")
    query = _without_choice(request)
    return {
        "again": f"{request.path}?{query.urlencode()}" if query else request.path,
        "tab": tab if tab in _TABS else ("in" if room.open else "all"),
        "tabs": _tabs(query, room),
        "search": request.GET.get("q", "").strip()[:_LONGEST_SEARCH],
        "size": size_of(request.GET),
        "misread": misread(
            request.GET, {"people": _TABS, "actions": ("all",), "chosen": ("found",)}, ("use", "q")
        ),
    }


def _without_choice(request: HttpRequest) -> QueryDict:
    """Return what the address asks for but for who is chosen: that holds for this one look."""
    query = request.GET.copy()
    query.pop("chosen", None)
    return query


def _people(
    request: HttpRequest, connection: Connection, room: Room, tab: str, search: str
) -> dict[str, Any]:
    """Return the people of the wanted tab, those of them that fit the search, and how many are in the room."""
    crowd = list_participants(connection, room, _TABS[tab])
    online = _online_as_listed(connection, room, tab, crowd)
    fitting = _sorted([person for person in crowd.sessions if _fits(person, search.casefold())], tab)
    size = size_of(request.GET)
    number = whole_number(request.GET.get("page"), 1)
    shown = fitting[(number - 1) * size : number * size]
    query, all_chosen = _without_choice(request), request.GET.get("chosen") == "found"
    return {
        **_selection(fitting, shown, query, all_chosen=all_chosen),
        "crowd": crowd,
        "online": online,
        "people": shown,
        "fitting": len(fitting),
        "page": page_of(query, size=size, shown=len(shown), total=len(fitting)),
    }


def _selection(
    fitting: list[Participant], shown: list[Participant], query: QueryDict, *, all_chosen: bool
) -> dict[str, Any]:
    """Return how everybody found can be chosen where they don't fit on a page, and who is when that was asked for."""
    there = {person.user_id: None for person in fitting if person.presence == Presence.ONLINE}
    here = {person.user_id for person in shown}
    elsewhere = [user_id for user_id in there if user_id not in here]
    wanted = query.copy()
    wanted["chosen"] = "found"
    return {
        "found": len(there) if elsewhere else 0,
        "choose_url": f"?{wanted.urlencode()}",
        "chosen": there if all_chosen else (),
        "elsewhere": elsewhere if all_chosen else (),
    }


def _recent(request: HttpRequest, connection: Connection, room: Room) -> dict[str, Any]:
    """Return what was done to the room lately: the latest, or all of it with ?actions=all."""
    recent = list_recent(connection, room.app_id, room.room_id)
    shown = recent if request.GET.get("actions") == "all" else recent[:_ACTIONS_SHOWN]
    query = request.GET.copy()
    query["actions"] = "all"
    return {
        "recent": shown,
        "recent_more": len(recent) - len(shown),
        "recent_url": f"?{query.urlencode()}",
    }


def _from_others(request: HttpRequest, connection: Connection, room: Room) -> dict[str, Any]:
    """Return what other apps say about the room and offer for it."""
    recordings = count_recordings(connection, [room.app_id], room.room_id)
    return {
        "room_links": room_links(request, connection, room),
        "person_links": person_links(request, connection, room) if room.open else [],
        "recordings": recordings,
        "recordings_url": recordings_url(connection, room.app_id, room.room_id) if recordings else "",
    }


def _online_as_listed(connection: Connection, room: Room, tab: str, crowd: Crowd) -> int | None:
    """Return how many are in the room; where everybody is listed, without another question."""
    if tab == "in":
        return crowd.total
    if room.open and tab == "all" and crowd.complete:
        return sum(person.presence == Presence.ONLINE.value for person in crowd.sessions)
    return _online(connection, room)


def _online(connection: Connection, room: Room) -> int | None:
    """Return how many are in the room, None when that cannot be read: the page does not depend on it."""
    try:
        return list_participants(connection, room).total if room.open else 0
    except SparkError:
        return None


def _fits(person: Participant, wanted: str) -> bool:
    if not wanted:
        return True
    texts = (
        person.user_id,
        person.nickname,
        person.device,
        person.platform,
        person.session,
        *spellings(person),
    )
    return any(wanted in text.casefold() for text in texts)


def _sorted(people: list[Participant], tab: str) -> list[Participant]:
    """Who is in the room stands still, newcomers last; of the others the latest come first."""
    never = datetime.min.replace(tzinfo=UTC)
    return sorted(people, key=lambda person: person.joined_at or never, reverse=tab != "in")


def _tabs(query: QueryDict, room: Room) -> list[tuple[str, str, str]]:
    """Return name, label and address of each choice of people, without the page."""
    labels = {"in": _("In the room"), "left": _("Left"), "failed": _("Could not join"), "all": _("Everybody")}
    wanted = query.copy()
    wanted.pop("page", None)
    found = []
    for name, label in labels.items():
        if name != "in" or room.open:
            wanted["people"] = name
            found.append((name, label, f"?{wanted.urlencode()}"))
    return found


def _older(one: Age, other: Age) -> Age:
    """The age of the page: that of the older of its answers, with whatever went wrong with either."""
    first, second = sorted((one, other), key=lambda age: age.taken_at)
    return Age(first.taken_at, one.stale or other.stale, first.error or second.error, first.request_id)


def _unknown(
    request: HttpRequest, context: dict[str, Any], uses: tuple[Room, ...], age: Age | None = None
) -> HttpResponse:
    """Say that the cloud knows no such room; a moment after somebody opened it that may change.

    age: None when the cloud was not asked, since no room can have such an id.
    """
    context |= {"missing": True, "uses": uses, "age": age}
    return render_page(request, "rooms/room_missing.html", partial="missing", context=context, status=404)
