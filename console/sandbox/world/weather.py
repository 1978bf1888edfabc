"""What happens to everybody: figures that drift from minute to minute, short gusts, people who pause in speaking."""

from __future__ import annotations

from enum import IntEnum

from console.sandbox.world.dice import Dice
from console.sandbox.world.plan import Session

__all__ = ["Gust", "Weather"]

MINUTE = 60
_SLOW = 8  # minutes from one anchor of the slow drift to the next
_BLOCK = 12  # minutes in which there is at most one gust of a kind
_SPEECH = 2  # minutes after which somebody may begin or cease to speak


class Gust(IntEnum):
    """What a gust disturbs."""

    UPLINK = 0
    DOWNLINK = 1
    PROCESSOR = 2
    PICTURE = 3


_CHANCE = {Gust.UPLINK: 0.15, Gust.DOWNLINK: 0.17, Gust.PROCESSOR: 0.2, Gust.PICTURE: 0.06}


class Weather:
    """Numbers from 0 to 1 for a seat and minute of one room; all follow from the dice.

    sessions: of everybody who got in, by seat.
    """

    def __init__(self, dice: Dice, room: int, sessions: dict[int, list[Session]]) -> None:
        self._dice, self._room = dice, room
        self.sessions = sessions
        self._minutes: dict[int, frozenset[int]] = {}
        self._rolls: dict[tuple[int, int], tuple[float, ...]] = {}
        self._drifts: dict[tuple[int, int], tuple[float, ...]] = {}
        self._blocks: dict[tuple[int, int], tuple[float, ...]] = {}

    def minutes(self, seat: int) -> frozenset[int]:
        """Return the minutes whose beginning somebody is in the room for."""
        if seat not in self._minutes:
            self._minutes[seat] = frozenset(
                minute
                for session in self.sessions.get(seat, ())
                for minute in range(-(-session.start // MINUTE), -(-session.end // MINUTE))
            )
        return self._minutes[seat]

    def at(self, seat: int, minute: int) -> tuple[float, ...]:
        """Return ten numbers that drift: what was high a minute ago is rarely low now."""
        found = self._drifts.get((seat, minute))
        if found is None:
            anchor, step = divmod(minute, _SLOW)
            part = step / _SLOW
            ago, ahead = self._roll(seat, -anchor), self._roll(seat, -anchor - 1)
            now, before = self._roll(seat, minute), self._roll(seat, minute - 1)
            found = tuple(
                0.45 * (a * (1 - part) + b * part) + 0.35 * c + 0.2 * d
                for a, b, c, d in zip(ago, ahead, now, before, strict=True)
            )
            self._drifts[seat, minute] = found
        return found

    def gust(self, kind: Gust, seat: int, minute: int) -> float:
        """Return how hard a gust blows, 0 almost always. It never lasts longer than two minutes."""
        block, place = divmod(minute, _BLOCK)
        found = self._blocks.get((seat, block))
        if found is None:
            found = self._blocks[seat, block] = self._dice.units(self._room, seat, -3000 - block)
        chance, begin, length, height = found[4 * kind : 4 * kind + 4]
        if chance >= _CHANCE[kind]:
            return 0.0
        first = 2 + int(6 * begin)  # far enough from its neighbours that two never look like one
        return 0.35 + 0.65 * height if first <= place < first + (1 if length < 0.5 else 2) else 0.0

    def speaks(self, seat: int, minute: int) -> bool:
        """Return whether somebody speaks; who does not sends hardly anything."""
        return self._roll(seat, -minute // _SPEECH - 1_000_000_000)[0] < 0.62

    def _roll(self, seat: int, key: int) -> tuple[float, ...]:
        found = self._rolls.get((seat, key))
        if found is None:
            found = self._rolls[seat, key] = self._dice.units(self._room, seat, key)[:10]
        return found
