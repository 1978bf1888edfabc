"""What went wrong, as the cloud tells it: abnormal events with a type and a factor; and what people did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from console.sandbox.world.causes import JOIN_CAUSES, Ail, JoinCause, Who
from console.sandbox.world.freezes import (
    AUDIO_FREEZE,
    NOBODY,
    SLOW_JOIN,
    VIDEO_FREEZE,
    VIDEO_LIMIT,
    Freezes,
    Here,
    Row,
)
from console.sandbox.world.ills import MISHAP, MISHAPS, mishap_luck
from console.sandbox.world.plan import Session, Stay
from console.sandbox.world.rooms import Rooms
from console.sandbox.world.slots import FATE_OF_REST, FATES, JOIN_TROUBLE, Fate

__all__ = [
    "SLOW_JOIN",
    "Abnormal",
    "Deed",
    "abnormal_events",
    "deeds",
    "event_rows",
    "join_cause",
    "room_rows",
]

MINUTE = 60
_SLOW_CAUSES = tuple(cause for cause in JOIN_CAUSES if cause.rule in {"R2", "R3"})
_TURNED_AWAY = JoinCause("R4", 2)
_STEP = 400  # people whose rooms are looked at, or events that are found, in one go


class Abnormal(NamedTuple):
    """One abnormal event. at: epoch seconds. kind: SLOW_JOIN, VIDEO_FREEZE or AUDIO_FREEZE.

    peer: the seat of the remote person with whom the cause lies; None when it is local.
    """

    at: int
    room: int
    seat: int
    kind: int
    factor: int
    peer: int | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """Something a client did. The codes and texts are made up: none are published."""

    at: int
    room: int
    seat: int
    code: int
    text: str


def join_cause(rooms: Rooms, stay: Stay, session: Session) -> JoinCause | None:
    """Return why a session failed or was slow, None when it was neither."""
    if session.joined and session.wait <= 5:
        return None
    if not session.joined and not rooms.lets_in(session.start):
        return _TURNED_AWAY
    luck = rooms.ill_dice.roll(stay.number, session.seat, -5)[0]
    causes = (
        _SLOW_CAUSES if session.joined or session.attempt < _attempts(rooms, stay, session) else JOIN_CAUSES
    )
    return causes[luck % len(causes)]


def _attempts(rooms: Rooms, stay: Stay, session: Session) -> int:
    """Return the number of the last attempt of somebody who gets in in the end, 0 for others."""
    fate = FATE_OF_REST[(stay.first_slot + session.seat) % FATES]
    return 1 if fate is Fate.FAILS_FIRST else 0


def abnormal_events(
    rooms: Rooms, since: int, until: int, room_id: str | None = None, person: int | None = None
) -> list[Abnormal]:
    """Return the abnormal events from one moment up to another, latest first.

    room_id, person: only what befell there, or this user (a number).
    """
    if room_id is None and person is None:
        found = [row for rows in event_rows(rooms, since, until) for row in rows]
    else:
        low, high = rooms.reach(since, until)
        numbers: Iterable[int] = range(low, high) if room_id is None else rooms.numbers(room_id, low, high)
        if person is not None:
            theirs = rooms.of_person(person, low, high)
            numbers = theirs if room_id is None else theirs & set(numbers)
        found = [row for number in numbers for row in room_rows(rooms, number, since, until)]
    if person is not None:
        found = [row for row in found if rooms.person_in(row[1], row[2]) == person]
    found.sort()
    found.sort(key=itemgetter(0), reverse=True)
    return [unpacked(row) for row in found]


def unpacked(row: Row) -> Abnormal:
    """Return a row as an event."""
    at, room, seat, kind, peer, factor = row
    return Abnormal(at, room, seat, kind, factor, None if peer == NOBODY else peer)


def event_rows(rooms: Rooms, since: int, until: int) -> Iterator[list[Row]]:
    """Yield the abnormal events from one moment up to another, in no particular order, some at a time.

    Only where slots, causes or deeds say that there can be any is a room looked at. Whoever takes the lists can
    let others in between: each takes about a millisecond.
    """
    low, high = rooms.reach(since, until)
    step = max(1, round(_STEP / rooms.slots.mean_size))
    for first in range(low, high, step):
        last = min(high, first + step)
        odd: dict[int, set[int]] = {room: set() for room in rooms.slots.ailing(first, last)}
        for room, seat in _odd_seats(rooms, first, last):
            odd.setdefault(room, set()).add(seat)
        touched = rooms.touched_between(first, last)
        found: list[Row] = []
        for room, seats in odd.items():
            if room not in touched:
                for rows in _untouched(rooms, room, seats, since, until):
                    found += rows
                    if len(found) > _STEP:
                        yield found
                        found = []
        for room in touched:
            found += room_rows(rooms, room, since, until)
        yield found


def room_rows(rooms: Rooms, number: int, since: int, until: int) -> Iterator[Row]:
    """Yield the abnormal events of one room from one moment up to another, in no particular order."""
    if not rooms.touched(number):
        seats = {seat for _, seat in _odd_seats(rooms, number, number + 1)}
        for rows in _untouched(rooms, number, seats, since, until):
            yield from rows
        return
    stay = rooms.stay(number)
    if stay.end <= since or not rooms.exists(number):
        return
    sessions = rooms.sessions(stay)
    here = _here(sessions)
    found = [*_joins(rooms, stay, sessions), *_mishaps(rooms, stay, here, here)]
    yield from (row for row in found if since <= row[0] < until)
    for rows in Freezes(stay, rooms.ill_dice, rooms.character.senders).rows(here, since, until):
        yield from rows


def _odd_seats(rooms: Rooms, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Yield room and seat of those who, untouched, can have an event without any cause of their room."""
    yield from rooms.slots.seats(low, high, FATES, JOIN_TROUBLE)
    for room, seat in rooms.slots.seats(low, high, MISHAPS, (MISHAP,)):
        if mishap_luck(rooms.ill_dice, room, seat)[1] >= VIDEO_LIMIT:
            yield room, seat


def _untouched(rooms: Rooms, number: int, seats: set[int], since: int, until: int) -> Iterator[list[Row]]:
    """Yield the events of a room to which nothing was done. seats: the odd ones."""
    stay = rooms.stay_once(number)
    if stay.end <= since or stay.start >= until or not rooms.exists(number):
        return
    freezes = None
    if stay.cause is not None and stay.cause.ailments:
        freezes = Freezes(stay, rooms.ill_dice, rooms.character.senders)
        if not freezes.may_fall_between(since, until):
            freezes = None
    if freezes is None and not seats:
        return
    sessions = rooms.planned(stay, seats if freezes is None else range(stay.size))
    here = _here(sessions)
    found = [*_joins(rooms, stay, sessions), *_mishaps(rooms, stay, here, seats & here.keys())]
    yield [row for row in found if since <= row[0] < until]
    if freezes is not None:
        yield from freezes.rows(here, since, until)


def _here(sessions: Iterable[Session]) -> dict[int, list[tuple[int, int]]]:
    here: dict[int, list[tuple[int, int]]] = {}
    for seat, _, joined, start, end, _ in sessions:
        if joined:
            here.setdefault(seat, []).append((start, end))
    return here


def _joins(rooms: Rooms, stay: Stay, sessions: Iterable[Session]) -> Iterator[Row]:
    for session in sessions:
        if session.joined and session.wait <= 5:
            continue
        cause = join_cause(rooms, stay, session)
        if cause is not None:
            at = session.start + (5 if session.joined else min(5, session.end - session.start))
            yield at, stay.number, session.seat, SLOW_JOIN, NOBODY, cause.factor


def _mishaps(rooms: Rooms, stay: Stay, here: Here, seats: Iterable[int]) -> Iterator[Row]:
    kind, factor = (AUDIO_FREEZE, 13) if stay.tier == "audio" else (VIDEO_FREEZE, 14)
    span = max(1, (stay.end - stay.start) // MINUTE)
    for seat in seats:
        if (stay.first_slot + seat) % MISHAPS != MISHAP:
            continue
        when, share = mishap_luck(rooms.ill_dice, stay.number, seat)
        at = (stay.start // MINUTE + 1 + int(when * span)) * MINUTE
        if share >= VIDEO_LIMIT and any(start <= at < end for start, end in here[seat]):
            yield at, stay.number, seat, kind, NOBODY, factor


# -- what people did ----------------------------------------------------------------------------------------


def deeds(rooms: Rooms, since: int, until: int, room_id: str | None = None) -> list[Deed]:
    """Return what clients did from one moment up to another, latest first."""
    found = [
        deed
        for stay in rooms.open_between(since, until, room_id)
        for deed in _room_deeds(rooms, stay)
        if since <= deed.at < until
    ]
    found.sort(key=lambda deed: (-deed.at, deed.room, deed.seat, deed.code))
    return found


_SWITCHES = {
    Ail.MUTED: ((20011, "microphone switched off"), (20012, "microphone switched on")),
    Ail.CAMERA_OFF: ((20031, "camera switched off"), (20032, "camera switched on")),
}


def _room_deeds(rooms: Rooms, stay: Stay) -> Iterator[Deed]:
    for session in rooms.sessions(stay):
        if not session.joined:
            yield Deed(session.start, stay.number, session.seat, 20003, "join failed")
            continue
        yield Deed(session.start, stay.number, session.seat, 20001, "joined the room")
        yield Deed(session.end, stay.number, session.seat, 20002, "left the room")
    ills = rooms.ills(stay)
    if ills.cast is None or stay.cause is None:
        return
    for sick in stay.cause.ailments:
        if sick.what in _SWITCHES and sick.who is Who.PEER:
            off, on = _SWITCHES[sick.what]
            yield Deed(ills.since * MINUTE, stay.number, ills.cast.peer, *off)
            yield Deed(ills.until * MINUTE, stay.number, ills.cast.peer, *on)
