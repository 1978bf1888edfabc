"""When rooms open: a curve of arrivals that can be read in both directions at any moment.

The rooms of an application are numbered in the order of their start. How many have started by a moment is a
known function, and so is its inverse; nothing is simulated, whatever moment is asked for.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from threading import Lock

from console.sandbox.world.dice import Dice

__all__ = ["CHINA_OFFSET", "EPOCH", "HOUR", "SLOWEST", "WEEK", "Rhythm"]

HOUR = 3600
DAY = 24 * HOUR
WEEK = 7 * DAY
CHINA_OFFSET = 8 * HOUR
EPOCH = 1_704_038_400  # Monday 2024-01-01, 00:00 in China: no room is older

_SEASON, _WEEKS, _DAYS = 0.08, (0.95, 0.1), (0.92, 0.16)  # how much they vary: a swing; least and spread
SLOWEST = (
    (1 - _SEASON) * _WEEKS[0] * _DAYS[0] / sum(_DAYS)
)  # no hour has less of the rooms that are due in it


class Rhythm:
    """The starts of one application's rooms.

    workday, weekend: 24 weights each, rooms that start per hour of the day in China. An application whose
    weights are all zero never has a room.
    """

    def __init__(self, dice: Dice, workday: Sequence[float], weekend: Sequence[float]) -> None:
        self._dice = dice
        self._hours = [*workday] * 5 + [*weekend] * 2
        self.weekly = sum(self._hours)
        self._lock = Lock()
        self._before = [0]  # rooms before week 0, 1, 2 …
        self._shape = lru_cache(maxsize=64)(self._week_shape)

    def count_before(self, moment: float) -> int:
        """Return how many rooms start before a moment (epoch seconds): the number of the next room."""
        at = math.ceil(moment)
        if at <= EPOCH or not self.weekly:
            return 0
        candidate = math.floor(self._position(at))
        return candidate + 1 if self.start(candidate) < at else candidate

    def start(self, number: int) -> int:
        """Return when a room starts, whole epoch seconds. It never falls as the number grows."""
        place = number + self._dice.unit(number)
        week = self._week_of(number)
        shape = self._shape(week)
        offset = place - self._before[week]
        hour = min(bisect_right(shape, offset) - 1, len(shape) - 2)
        share = (offset - shape[hour]) / (shape[hour + 1] - shape[hour])
        return int(EPOCH + week * WEEK + (hour + share) * HOUR)

    def _position(self, at: int) -> float:
        week, seconds = divmod(at - EPOCH, WEEK)
        shape = self._shape(week)
        hour, rest = divmod(seconds, HOUR)
        return self._rooms_before(week) + shape[hour] + (shape[hour + 1] - shape[hour]) * rest / HOUR

    def _rooms_before(self, week: int) -> int:
        with self._lock:
            while len(self._before) <= week + 1:
                self._before.append(self._before[-1] + self._rooms_in(len(self._before) - 1))
        return self._before[week]

    def _week_of(self, number: int) -> int:
        while self._before[-1] <= number:
            self._rooms_before(len(self._before) + 25)
        return bisect_right(self._before, number) - 1

    def _rooms_in(self, week: int) -> int:
        season = 1 + _SEASON * math.sin(2 * math.pi * week / 17 + self._dice.unit(-1, 1) * 6)
        luck = _WEEKS[0] + _WEEKS[1] * self._dice.unit(-2, week)
        return max(1, round(self.weekly * season * luck))

    def _week_shape(self, week: int) -> list[float]:
        """Return 169 running totals, the last one being the rooms of the week."""
        luck = self._dice.units(-3, week)
        weights = [
            weight * (_DAYS[0] + _DAYS[1] * luck[hour // 24]) for hour, weight in enumerate(self._hours)
        ]
        rooms = self._rooms_in(week)
        scale = rooms / sum(weights)
        totals = [0.0]
        for weight in weights:
            totals.append(totals[-1] + weight * scale)
        totals[-1] = float(rooms)
        return totals
