"""Who can be put into panes: the people in a room, as the rooms' own service lists them."""

from dataclasses import dataclass

from console.connections.models import Connection
from console.rooms.services.audience import meet
from console.rooms.shapes import can_be_id

__all__ = ["Company", "Person", "people_in"]

_MOST = 500


@dataclass(frozen=True)
class Person:
    """Somebody in the room. name: nickname or id, hostile."""

    user_id: str
    name: str


@dataclass(frozen=True)
class Company:
    """The people of a room. known: whether they could be read. open: False when the room is known not to be open."""

    people: tuple[Person, ...] = ()
    known: bool = False
    open: bool = True


def people_in(connection: Connection, app_id: str, room_id: str) -> Company:
    """Return who is in a room; nobody for an id that no room can have. Up to two shared reads; never raises."""
    if not can_be_id(room_id):
        return Company()
    audience = meet(connection, app_id, room_id)
    found = [Person(user_id, sessions[0].name) for user_id, sessions in audience.people.items() if sessions]
    found.sort(key=lambda person: (person.name.casefold(), person.user_id))
    return Company(tuple(found[:_MOST]), audience.problem is None, not audience.closed)
