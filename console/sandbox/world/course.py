"""How an ailment goes: it sets in, wavers, comes in bursts or waves or creeps up, and fades over some minutes."""

from __future__ import annotations

from math import pi, sin

from console.sandbox.world.dice import Dice

__all__ = ["TAIL", "Course"]

TAIL = 3  # minutes that networks and processors need to recover
_FADING = (0.42, 0.2, 0.07)
_SHAPES = ("steady", "bursts", "drift", "waves")
_BURST = 3  # minutes that a burst, or the pause between two, lasts at least


class Course:
    """One person's ailments in a kind of room: all of them go together. Minutes count from the epoch."""

    def __init__(self, dice: Dice, kind: int, seat: int, since: int, until: int) -> None:
        self._dice, self._kind, self._seat = dice, kind, seat
        self._since, self._until = since, until
        luck = dice.units(kind, seat, -21)
        self._peak = 0.42 + 0.58 * luck[0]
        self._rise = 1 + int(3 * luck[1])
        self._shape = _SHAPES[int(luck[2] * len(_SHAPES))]
        self._phase = luck[3]
        self._kept: dict[int, float] = {}

    def strength(self, minute: int) -> float:
        """Return how strong it is in a minute from its beginning to the end of its tail, 0 to 1."""
        if minute not in self._kept:
            self._kept[minute] = self._at(minute)
        return self._kept[minute]

    def _at(self, minute: int) -> float:
        if minute >= self._until:
            return self.strength(self._until - 1) * _FADING[min(TAIL, minute - self._until + 1) - 1]
        place = minute - self._since
        level = self._peak * min(1.0, (place + 1) / self._rise) * self._form(place)
        return min(1.0, level * (0.82 + 0.36 * self._dice.unit(self._kind, self._seat, place)))

    def _form(self, place: int) -> float:
        if self._shape == "bursts":
            burst = place // _BURST
            quiet = burst > 0 and self._dice.unit(self._kind, self._seat, -1000 - burst) < 0.28
            return 0.16 if quiet else 1.0
        if self._shape == "drift":
            return 0.55 + 0.45 * place / max(1, self._until - self._since)
        if self._shape == "waves":
            return 0.76 + 0.24 * sin(2 * pi * (place / 7 + self._phase))
        return 0.95
