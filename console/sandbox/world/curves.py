"""Call indicators: a point a minute for everybody's own uplink and for every pair of sender and receiver."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from console.sandbox.world.meter import Meter
from console.sandbox.world.plan import Session, Stay
from console.sandbox.world.rooms import Rooms
from console.sandbox.world.weather import Weather

__all__ = ["DOWN", "INDICATORS", "UP", "Pair", "Point", "RoomCurves", "indicators", "pairs"]

MINUTE = 60
INDICATORS = (
    "appcpu", "syscpu", "abit", "vbit", "dbit", "vfps", "dfps", "vblock", "dblock", "aloss", "vloss", "dloss",
    "vwidth", "vheight", "dwidth", "dheight", "ajitter", "artt", "vjitter", "vrtt", "djitter", "drtt",
)  # fmt: skip
UP, DOWN = "up", "down"
_FREEZES = frozenset({"vblock", "dblock"})
_PROCESSOR = frozenset({"appcpu", "syscpu"})
_SOUND = frozenset({"abit", "aloss", "ajitter", "artt"})
_PICTURE = frozenset({"vbit", "vfps", "vblock", "vloss", "vwidth", "vheight", "vjitter", "vrtt"})
_SCREEN = frozenset({"dbit", "dfps", "dblock", "dloss", "dwidth", "dheight", "djitter", "drtt"})


@dataclass(frozen=True)
class Pair:
    """Whose curve it is. receiver: None for the sender's own uplink."""

    stay: Stay
    sender: int
    receiver: int | None

    @property
    def direction(self) -> str:
        """Return UP or DOWN."""
        return UP if self.receiver is None else DOWN


@dataclass(frozen=True, slots=True)
class Point:
    """One value. minute: whole minutes since the epoch."""

    minute: int
    value: float


def pairs(
    rooms: Rooms,
    stay: Stay,
    sender: int | None = None,
    receiver: int | None = None,
    direction: str | None = None,
) -> Iterator[Pair]:
    """Yield the curves of a room, by sender's seat: the uplink first, then the receivers.

    sender, receiver: seats to which it is narrowed. With a receiver there are no uplinks.
    """
    present = sorted({session.seat for session in rooms.sessions(stay) if session.joined})
    for seat in present if sender is None else [seat for seat in present if seat == sender]:
        if receiver is None and direction != DOWN:
            yield Pair(stay, seat, None)
        if direction != UP and rooms.sends(stay, seat):
            for other in present:
                if other != seat and (receiver is None or other == receiver):
                    yield Pair(stay, seat, other)


def indicators(rooms: Rooms, pair: Pair, wanted: Sequence[str]) -> list[str]:
    """Return which of the wanted indicators a curve can have, in their usual order."""
    some: frozenset[str] = _PROCESSOR if pair.receiver is None else frozenset()
    if rooms.sends(pair.stay, pair.sender):
        some |= _SOUND
        if pair.stay.tier != "audio":
            some |= _PICTURE
        if shares_screen(pair.stay, pair.sender):
            some |= _SCREEN
    if pair.receiver is None:
        some -= _FREEZES
    return [name for name in INDICATORS if name in some and name in wanted]


def shares_screen(stay: Stay, seat: int) -> bool:
    """Return whether somebody shares their screen for part of the call."""
    return seat == 0 and stay.tier in {"hd", "hdp"} and stay.size > 2 and stay.luck[3] < 0.5


class RoomCurves:
    """The curves of one room. Keeps what several of them share while somebody reads them."""

    def __init__(self, rooms: Rooms, stay: Stay) -> None:
        self._rooms = rooms
        sessions: dict[int, list[Session]] = {}
        for session in rooms.sessions(stay):
            if session.joined:
                sessions.setdefault(session.seat, []).append(session)
        self._weather = Weather(rooms.noise_dice, stay.number, sessions)

    def minutes(self, pair: Pair, name: str, since: int, until: int) -> list[int]:
        """Return the minutes from one up to another in which an indicator has a value: both are in the room."""
        return [minute for minute in self._meter(pair).minutes(name) if since <= minute < until]

    def value(self, pair: Pair, name: str, minute: int) -> float:
        """Return an indicator's value in one of its minutes."""
        return self._meter(pair).read(name, minute)

    def points(self, pair: Pair, name: str, since: int, until: int) -> list[Point]:
        """Return one indicator's points from one minute up to another."""
        return [
            Point(minute, self.value(pair, name, minute)) for minute in self.minutes(pair, name, since, until)
        ]

    @lru_cache(maxsize=4)  # noqa: B019 - lives as long as one question
    def _meter(self, pair: Pair) -> Meter:
        return Meter(self._rooms, pair.stay, pair.sender, pair.receiver, self._weather)
