"""What went wrong, as the cloud tells it: abnormal events with a type and a factor; and what people did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from console.sandbox.world.causes import JOIN_CAUSES, Ail, JoinCause, Who
from console.sandbox.world.fates import FATE_OF_REST, FATES, JOIN_TROUBLE, MISHAPS, Fate
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
from console.sandbox.world.habits import Habits
from console.sandbox.world.ills import mishap_luck
from console.sandbox.world.plan import Session, Stay
from console.sandbox.world.rooms import Rooms

__all__ = [
    "SLOW_JOIN",
    "Abnormal",
    "Deed",
    "abnormal_events",
    "actual_rows",
    "deeds",
    "join_cause",
    "planned_rows",
    "unpacked",
]

MINUTE = 60
_SLOW_CAUSES = tuple(cause for cause in JOIN_CAUSES if cause.rule in {"R2", "R3"})
_TURNED_AWAY = JoinCause("R4", 2)


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
    if not session.joined and not rooms.lets_in(session.start):
        return _TURNED_AWAY
    return _join_cause(rooms.habits, stay, session)


def _join_cause(habits: Habits, stay: Stay, session: Session) -> JoinCause | None:
    if session.joined and session.wait <= 5:
        return None
    luck = habits.ill_dice.roll(stay.kind, session.seat, -5)[0]
    causes = _SLOW_CAUSES if session.joined or session.attempt < _attempts(stay, session) else JOIN_CAUSES
    return causes[luck % len(causes)]


def _attempts(stay: Stay, session: Session) -> int:
    """Return the number of the last attempt of somebody who gets in in the end, 0 for others."""
    fate = FATE_OF_REST[(stay.first_slot + session.seat) % FATES]
    return 1 if fate is Fate.FAILS_FIRST else 0


def abnormal_events(
    rooms: Rooms, since: int, until: int, room_id: str | None = None, person: int | None = None
) -> list[Abnormal]:
    """Return the abnormal events from one moment up to another, latest first, having looked into the rooms.

    room_id, person: only what befell there, or this user (a number).
    """
    low, high = rooms.reach(since, until)
    numbers: Iterable[int] = range(low, high) if room_id is None else rooms.numbers(room_id, low, high)
    if person is not None:
        theirs = rooms.of_person(person, low, high)
        numbers = theirs if room_id is None else theirs & set(numbers)
    found = [row for number in numbers for row in actual_rows(rooms, number) if since <= row[0] < until]
    if person is not None:
        found = [row for row in found if rooms.person_in(row[1], row[2]) == person]
    found.sort(key=lambda row: (-row[0], row))
    return [unpacked(row) for row in found]


def unpacked(row: Row) -> Abnormal:
    """Return a row as an event."""
    at, room, seat, kind, peer, factor = row
    return Abnormal(at, room, seat, kind, factor, None if peer == NOBODY else peer)


def actual_rows(rooms: Rooms, number: int) -> list[Row]:
    """Return all abnormal events of a room, what was done to it included, in no particular order."""
    if not rooms.exists(number):
        return []
    stay = rooms.stay(number)
    if not rooms.touched(number):
        return planned_rows(rooms.habits, stay)
    sessions = rooms.sessions(stay)
    causes = [(session, join_cause(rooms, stay, session)) for session in sessions]
    return _rows(rooms.habits, stay, sessions, causes)


def planned_rows(habits: Habits, stay: Stay) -> list[Row]:
    """Return all abnormal events of a room as it was meant to be, in no particular order."""
    ails = stay.cause is not None and bool(stay.cause.ailments)
    seats = range(stay.size) if ails else _odd_seats(habits, stay)
    if not seats:
        return []
    sessions = habits.sessions(stay, seats)
    return _rows(habits, stay, sessions, [(each, _join_cause(habits, stay, each)) for each in sessions])


def _odd_seats(habits: Habits, stay: Stay) -> list[int]:
    """Return who can have an event without any cause of the room."""
    first = stay.first_slot
    return [
        seat
        for seat in range(stay.size)
        if (rest := (first + seat) % FATES) in JOIN_TROUBLE
        or (rest in MISHAPS and mishap_luck(habits.ill_dice, stay.kind, seat)[1] >= VIDEO_LIMIT)
    ]


def _rows(
    habits: Habits,
    stay: Stay,
    sessions: Sequence[Session],
    causes: Iterable[tuple[Session, JoinCause | None]],
) -> list[Row]:
    here = _here(sessions)
    found = [*_joins(stay, causes), *_mishaps(habits, stay, here)]
    for rows in Freezes(stay, habits.ill_dice, habits.character.senders).rows(here):
        found += rows
    return found


def _here(sessions: Iterable[Session]) -> dict[int, list[tuple[int, int]]]:
    here: dict[int, list[tuple[int, int]]] = {}
    for seat, _, joined, start, end, _ in sessions:
        if joined:
            here.setdefault(seat, []).append((start, end))
    return here


def _joins(stay: Stay, causes: Iterable[tuple[Session, JoinCause | None]]) -> Iterator[Row]:
    for session, cause in causes:
        if cause is not None:
            at = session.start + (5 if session.joined else min(5, session.end - session.start))
            yield at, stay.number, session.seat, SLOW_JOIN, NOBODY, cause.factor


def _mishaps(habits: Habits, stay: Stay, here: Here) -> Iterator[Row]:
    kind, factor = (AUDIO_FREEZE, 13) if stay.tier == "audio" else (VIDEO_FREEZE, 14)
    span = max(1, (stay.end - stay.start) // MINUTE)
    for seat, times in here.items():
        if (stay.first_slot + seat) % FATES not in MISHAPS:
            continue
        when, share = mishap_luck(habits.ill_dice, stay.kind, seat)
        at = stay.start + (1 + int(when * span)) * MINUTE
        if share >= VIDEO_LIMIT and any(start <= at < end for start, end in times):
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
