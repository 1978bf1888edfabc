"""Who is in a room from when to when, as long as nobody interferes."""

from __future__ import annotations

from typing import NamedTuple

from console.sandbox.world.causes import Ail, Cause, Who
from console.sandbox.world.characters import Character
from console.sandbox.world.slots import FATE_OF_REST, FATES, Fate, fate_of

__all__ = ["Cast", "Session", "Stay", "cast_of", "planned_sessions"]

_GOLDEN = 0.6180339887498949  # steps of the golden section never fall into a visible pattern
_SILVER = 0.7548776662466927
_BRONZE = 0.5698402909980532
_tuple = tuple.__new__  # half the time of calling the class


class Stay(NamedTuple):
    """A room as it was meant to be, before anybody did anything to it. start, end: whole epoch seconds.

    tier: the picture people send ("audio": none). luck: nine numbers from 0 to 1.
    """

    number: int
    start: int
    end: int
    size: int
    first_slot: int
    cause: Cause | None
    tier: str
    luck: tuple[float, ...]


class Session(NamedTuple):
    """One attempt of one person to be in a room. seat counts from 0 in its room; attempt from 0 at its seat.

    A failed attempt ends moments after it began. wait: seconds that joining took.
    """

    seat: int
    attempt: int
    joined: bool
    start: int
    end: int
    wait: float


class Cast(NamedTuple):
    """The seats that a cause befalls: who complains, and whom they hear or see."""

    user: int
    peer: int


def cast_of(stay: Stay) -> Cast | None:
    """Return whom the cause of a room befalls; None when it has none or nobody fits."""
    if stay.cause is None:
        return None
    sound = [seat for seat in range(min(stay.size, 40)) if fate_of(stay.first_slot + seat) is Fate.STAYS]
    if len(sound) < 2:
        return None
    peer, others = sound[0], sound[1:]
    if stay.size == 2:
        return Cast(others[0], peer) if stay.luck[3] < 0.5 else Cast(peer, others[0])
    return Cast(others[int(stay.luck[2] * len(others))], peer)


def planned_sessions(stay: Stay, habits: Character) -> tuple[Session, ...]:
    """Return all sessions of a room in the order of their seats.

    Called for every open room of a list, so the common case is one plain loop.
    """
    _, begin, end, size, first_slot, _, _, luck = stay
    length = end - begin
    reach, lean = length * habits.join_reach, habits.join_lean
    low, spread = habits.stay[0] * length, (habits.stay[1] - habits.stay[0]) * length
    tail = min(60, length * 0.04)
    special = _special_visits(stay)
    fates = FATE_OF_REST
    sessions: list[Session] = []
    for seat in range(size):
        golden = (luck[5] + seat * _GOLDEN) % 1
        start = begin + int(reach * ((seat + golden) / size) ** lean)
        leave = start + int(low + spread * ((luck[6] + seat * _SILVER) % 1))
        last = end - int(tail * ((luck[7] + seat * _BRONZE) % 1))
        leave = min(end, max(start + 5, min(leave, last)))
        if seat in special:
            start, leave = special[seat]
        fate = fates[(first_slot + seat) % FATES]
        if fate is Fate.STAYS:
            sessions.append(_tuple(Session, (seat, 0, True, start, leave, 0.3 + golden * 2.2)))
        else:
            sessions += _attempts(seat, fate, start, leave, golden)
    return tuple(sessions)


def _special_visits(stay: Stay) -> dict[int, tuple[int, int]]:
    """Return when those come and go who matter: the host all the time, the cast as the cause wants it."""
    length = stay.end - stay.start
    leaves = stay.cause is not None and any(
        sick.what is Ail.LEFT and sick.who is Who.PEER for sick in stay.cause.ailments
    )
    special: dict[int, tuple[int, int]] = {}
    cast = cast_of(stay)
    if cast is not None:
        special[cast.user] = stay.start + min(40, length // 10), stay.end
        away = stay.start + int(length * (0.45 + 0.2 * stay.luck[8])) if leaves else stay.end
        special[cast.peer] = stay.start + min(15, length // 20), away
    host = _host(stay)
    special[host] = stay.start, special.get(host, (0, stay.end))[1]
    return special


def _host(stay: Stay) -> int:
    """Return the seat that opens the room and, unless the cause wants it otherwise, leaves it last."""
    lucky = (Fate.STAYS, Fate.SLOW, Fate.REJOINS)
    return next((seat for seat in range(stay.size) if fate_of(stay.first_slot + seat) in lucky), 0)


def _attempts(seat: int, fate: Fate, start: int, end: int, luck: float) -> list[Session]:
    wait = 0.3 + luck * 2.2
    length = end - start
    if fate is Fate.SLOW:
        return [Session(seat, 0, True, start, end, 5.5 + luck * 11)]
    if fate is Fate.REJOINS:
        cut = start + max(1, int(length * (0.25 + 0.45 * luck)))
        back = min(end - 1, cut + max(1, min(45, length // 6)))
        return [Session(seat, 0, True, start, cut, wait), Session(seat, 1, True, back, end, wait)]
    failed = Session(seat, 0, False, start, min(end, start + 2 + int(luck * 14)), 0.0)
    if fate is Fate.FAILS:
        return [failed]
    again = min(end - 1, failed.end + 1 + int(luck * 9))
    if fate is Fate.FAILS_TWICE:
        return [failed, Session(seat, 1, False, again, min(end, again + 3), 0.0)]
    return [failed, Session(seat, 1, True, again, end, wait)]
