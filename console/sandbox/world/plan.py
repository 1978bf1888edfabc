"""Who is in a room from when to when, as long as nobody interferes: the same for all rooms of a kind."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from console.sandbox.world.causes import Ail, Cause, Who
from console.sandbox.world.characters import Character
from console.sandbox.world.fates import FATE_OF_REST, FATES, Fate, fate_of

__all__ = [
    "SPECIAL_SECONDS",
    "Cast",
    "Plan",
    "Session",
    "Stay",
    "cast_of",
    "nominal_start",
    "special_visits",
    "visits",
]

_GOLDEN = 0.6180339887498949  # steps of the golden section never fall into a visible pattern
_SILVER = 0.7548776662466927
_BRONZE = 0.5698402909980532

SPECIAL_SECONDS = 40  # the latest that somebody special comes after the room has opened


class Stay(NamedTuple):
    """A room as it was meant to be, before anybody did anything to it. start, end: whole epoch seconds.

    kind: rooms of the same kind are alike but for when they are and who is in them. tier: the picture people send
    ("audio": none). luck: nine numbers from 0 to 1.
    """

    number: int
    kind: int
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


_Row = tuple[int, int, bool, int, int, float]  # a session's fields, start and end after the room's opening


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


class Plan:
    """The sessions of a room in columns: a room's people weigh a hundredth of what objects would.

    seats rise; starts and ends are seconds after the room's opening, so that rooms of a kind share one plan; joined is
    1 or 0.
    """

    __slots__ = ("attempts", "ends", "joined", "seats", "starts", "waits")

    def __init__(self, sessions: Iterable[_Row]) -> None:
        rows = list(sessions)
        seats, attempts, joined, starts, ends, waits = zip(*rows, strict=True) if rows else ((),) * 6
        self.seats = array("H", seats)
        self.attempts = array("H", attempts)
        self.joined = bytes(joined)
        self.starts = array("i", starts)
        self.ends = array("i", ends)
        self.waits = array("d", waits)

    def __len__(self) -> int:
        return len(self.seats)

    def session(self, place: int, opening: int) -> Session:
        """Return one session of a room that opens at a moment (epoch seconds)."""
        return Session(
            self.seats[place],
            self.attempts[place],
            self.joined[place] == 1,
            opening + self.starts[place],
            opening + self.ends[place],
            self.waits[place],
        )

    def sessions(self, opening: int) -> list[Session]:
        """Return all sessions of a room that opens at a moment (epoch seconds)."""
        columns = self.seats, self.attempts, self.joined, self.starts, self.ends, self.waits
        return [
            Session(seat, attempt, joined == 1, opening + start, opening + end, wait)
            for seat, attempt, joined, start, end, wait in zip(*columns, strict=True)
        ]


def nominal_start(stay: Stay, habits: Character, seat: int) -> int:
    """Return how long after the opening the person in a seat comes, unless special. It rises from seat to seat."""
    golden = (stay.luck[5] + seat * _GOLDEN) % 1
    reach = (stay.end - stay.start) * habits.join_reach
    return int(reach * ((seat + golden) / stay.size) ** habits.join_lean)


def visits(
    stay: Stay,
    habits: Character,
    seats: Iterable[int],
    special: Mapping[int, tuple[int, int]] | None = None,
) -> list[_Row]:
    """Return the sessions of some seats, each in the fields of a Session, in seconds after the opening.

    special: special_visits() of the room, where they are known. Before a large world starts it is called for every
    kind, so the common case is one plain loop.
    """
    special = special_visits(stay) if special is None else special
    _, _, begin, end, size, first_slot, _, _, luck = stay
    length = end - begin
    reach, lean = length * habits.join_reach, habits.join_lean
    low, spread = habits.stay[0] * length, (habits.stay[1] - habits.stay[0]) * length
    tail = min(60, length * 0.04)
    fates = FATE_OF_REST
    rows: list[_Row] = []
    for seat in seats:
        golden = (luck[5] + seat * _GOLDEN) % 1
        start = int(reach * ((seat + golden) / size) ** lean)
        leave = start + int(low + spread * ((luck[6] + seat * _SILVER) % 1))
        last = length - int(tail * ((luck[7] + seat * _BRONZE) % 1))
        if leave > last:
            leave = last
        if leave < start + 5:
            leave = start + 5
        if leave > length:
            leave = length
        if seat in special:
            start, leave = special[seat]
        fate = fates[(first_slot + seat) % FATES]
        if fate is Fate.STAYS:
            rows.append((seat, 0, True, start, leave, 0.3 + golden * 2.2))
        else:
            rows += _attempts(seat, fate, start, leave, golden)
    return rows


def special_visits(stay: Stay) -> dict[int, tuple[int, int]]:
    """Return when those come and go who matter, in seconds after the opening.

    The host stays all the time, the cast as the cause wants it.
    """
    length = stay.end - stay.start
    leaves = stay.cause is not None and any(
        sick.what is Ail.LEFT and sick.who is Who.PEER for sick in stay.cause.ailments
    )
    special: dict[int, tuple[int, int]] = {}
    cast = cast_of(stay)
    if cast is not None:
        special[cast.user] = min(SPECIAL_SECONDS, length // 10), length
        away = int(length * (0.45 + 0.2 * stay.luck[8])) if leaves else length
        special[cast.peer] = min(15, length // 20), away
    host = _host(stay)
    special[host] = 0, special.get(host, (0, length))[1]
    return special


def _host(stay: Stay) -> int:
    """Return the seat that opens the room and, unless the cause wants it otherwise, leaves it last."""
    for seat in range(stay.size):
        if FATE_OF_REST[(stay.first_slot + seat) % FATES] in _LUCKY:
            return seat
    return 0


_LUCKY = frozenset({Fate.STAYS, Fate.SLOW, Fate.REJOINS})


def _attempts(seat: int, fate: Fate, start: int, end: int, luck: float) -> list[_Row]:
    wait = 0.3 + luck * 2.2
    length = end - start
    if fate is Fate.SLOW:
        return [(seat, 0, True, start, end, 5.5 + luck * 11)]
    if fate is Fate.REJOINS:
        cut = start + max(1, int(length * (0.25 + 0.45 * luck)))
        back = min(end - 1, cut + max(1, min(45, length // 6)))
        return [(seat, 0, True, start, cut, wait), (seat, 1, True, back, end, wait)]
    over = min(end, start + 2 + int(luck * 14))
    failed = (seat, 0, False, start, over, 0.0)
    if fate is Fate.FAILS:
        return [failed]
    again = min(end - 1, over + 1 + int(luck * 9))
    if fate is Fate.FAILS_TWICE:
        return [failed, (seat, 1, False, again, min(end, again + 3), 0.0)]
    return [failed, (seat, 1, True, again, end, wait)]
