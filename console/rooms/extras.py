"""What apps above this one add to the pages of rooms, without this one knowing them.

They register from their AppConfig.ready(): links beside a room's own actions and beside each participant, and how many
recordings run.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise

from console.connections.models import Connection
from console.rooms.shapes import Room

__all__ = [
    "Link",
    "count_recordings",
    "person_links",
    "recordings_url",
    "register_person_links",
    "register_recordings",
    "register_room_links",
    "room_links",
]


@dataclass(frozen=True)
class Link:
    """A way from a room, or from somebody in it, to a page of another app.

    name: unique, becomes part of an element's id. url: of a participant's link, what their id is put behind.
    icon: a name from core/front_end.py. order: of a room's links the first has a button, the others a menu.
    """

    name: str
    label: str | Promise
    url: str
    icon: str
    order: int = 50


Links = Callable[[HttpRequest, Connection, Room], Iterable[Link]]
Count = Callable[[Connection, Collection[str] | None, str], int]
Address = Callable[[Connection, str, str], str]

_room_links: list[Links] = []
_person_links: list[Links] = []
_recordings: list[tuple[Count, Address]] = []


def register_room_links(function: Links) -> None:
    """Add links to the actions of a room's page; the function checks rights itself and never asks the cloud."""
    if function not in _room_links:
        _room_links.append(function)


def register_person_links(function: Links) -> None:
    """Add links to each participant in an open room; called once a page, not once a participant."""
    if function not in _person_links:
        _person_links.append(function)


def register_recordings(count: Count, address: Address) -> None:
    """Say how recordings are counted, and at which address those of a room are listed.

    count: (connection, application ids or None for all, room id or "" for all) -> how many run, as far as we know.
    address: (connection, application id, room id) -> where they are listed.
    """
    _recordings[:] = [(count, address)]


def room_links(request: HttpRequest, connection: Connection, room: Room) -> list[Link]:
    """Return what others add to the actions of a room, the likeliest first."""
    links = [link for function in _room_links for link in function(request, connection, room)]
    return sorted(links, key=lambda link: link.order)


def person_links(request: HttpRequest, connection: Connection, room: Room) -> list[Link]:
    """Return what others add to each participant in the room."""
    return [link for function in _person_links for link in function(request, connection, room)]


def count_recordings(connection: Connection, app_ids: Collection[str] | None, room_id: str = "") -> int:
    """Return how many recordings are known to run; 0 when nothing here records. Asks our own database only.

    app_ids: None for all applications. room_id: "" for all rooms.
    """
    return sum(count(connection, app_ids, room_id) for count, _address in _recordings)


def recordings_url(connection: Connection, app_id: str, room_id: str) -> str:
    """Return where the recordings of a room are listed; "" when nothing here records."""
    return next((address(connection, app_id, room_id) for _count, address in _recordings), "")
