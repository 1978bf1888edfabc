"""What is thought of before anybody asks: open rooms, the first page of a list, where the longest window begins.

Every function takes steps of about a millisecond: whoever takes them can let others in between.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.sandbox.world.plan import Stay
from console.sandbox.world.rooms import Rooms

__all__ = ["LONGEST", "look_around"]

LONGEST = 90 * 86_400  # seconds that lists reach back
_PAGE = 1100  # sessions: the longest page has a thousand rows, some with two of one person
_STEP_ROOMS, _STEP_PEOPLE, _STEP_STRANGERS = 40, 500, 200


def look_around(rooms: Rooms, at: float) -> Iterator[None]:
    """Think of what questions about this moment (epoch seconds) need of an application."""
    yield from _open_rooms(rooms, at)
    yield from _first_page(rooms, at)
    yield from _beginning(rooms, at - LONGEST)


def _open_rooms(rooms: Rooms, at: float) -> Iterator[None]:
    """Plan every open room, and learn how a window that ends now cuts it."""
    people = 0
    for place, stay in enumerate(_open_at(rooms, at), start=1):
        rooms.plan(stay)
        rooms.habits.arrivals(stay.kind)
        people += stay.size
        if people > _STEP_PEOPLE or place % _STEP_ROOMS == 0:
            people = 0
            yield
    yield


def _first_page(rooms: Rooms, at: float) -> Iterator[None]:
    """Get to know those who fill the first page of people, in open rooms or not."""
    rows, strangers = 0, 0
    for number in range(rooms.started(int(at) + 1) - 1, -1, -1):
        stay = rooms.stay(number)
        plan = rooms.plan(stay)
        since = at - stay.start
        seats = [seat for seat, start in zip(plan.seats, plan.starts, strict=True) if start <= since]
        for seat in dict.fromkeys(seats[: _PAGE - rows]):
            rooms.people.person(rooms.person_number(stay, seat))
        rows, strangers = rows + len(seats), strangers + stay.size
        if rows >= _PAGE:
            break
        if strangers > _STEP_STRANGERS:
            strangers = 0
            yield
    yield


def _beginning(rooms: Rooms, at: float) -> Iterator[None]:
    """Learn how a window that begins at a moment cuts the rooms that are open then."""
    for place, stay in enumerate(_open_at(rooms, at), start=1):
        rooms.habits.arrivals(stay.kind)
        if place % _STEP_ROOMS == 0:
            yield
    yield


def _open_at(rooms: Rooms, at: float) -> Iterator[Stay]:
    low, high = rooms.started(at - rooms.character.limit_seconds), rooms.started(int(at) + 1)
    stays = map(rooms.stay, range(low, high))
    return (stay for stay in stays if stay.end > at and rooms.exists(stay.number))
