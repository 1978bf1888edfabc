"""How much of a processor thinking beforehand may take: little while somebody asks, more while all is quiet."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["ALL_DAYS", "LAST_DAY", "Pace"]

_QUIET_SECONDS = 0.2  # after the last answer: who asks next waits for a step of a millisecond at most


class Pace(NamedTuple):
    """How many times as long as the work before it a pause is: while somebody asks, and while nobody does."""

    asked: float
    quiet: float

    def pause(self, worked: float, quiet: float) -> float:
        """Return for how long to pause after some work. quiet: how long ago the last answer was. All in seconds."""
        return worked * (self.quiet if quiet > _QUIET_SECONDS else self.asked)


LAST_DAY = Pace(3, 0.25)  # at most a quarter of one processor, or four fifths
ALL_DAYS = Pace(5, 1)  # a sixth, or half: days that are long past have time
