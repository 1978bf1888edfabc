"""How late statistics are: one to five minutes, the same for everybody who asks at the same moment."""

from __future__ import annotations

from functools import lru_cache

from console.sandbox.world.dice import Dice

__all__ = ["MOST_LAG", "Lag"]

MINUTE = 60
MOST_LAG = 300


class Lag:
    """When the figures of a minute become known. A minute never becomes known before the one that precedes it."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self.stored_at = lru_cache(maxsize=4096)(self._stored_at)

    def known_until(self, now: float) -> int:
        """Return the first minute (whole minutes since the epoch) that is not known yet."""
        minute = int(now) // MINUTE
        while self.stored_at(minute - 1) > now:
            minute -= 1
        return minute

    def _stored_at(self, minute: int) -> int:
        """Return when the figures of a minute are stored: 60 to 300 seconds after it has ended."""
        latest = max(each * MINUTE + self._delay(each) for each in range(minute - 4, minute + 1))
        return min(latest, minute * MINUTE + MOST_LAG) + MINUTE

    def _delay(self, minute: int) -> int:
        return 60 + self._dice.roll(minute)[0] % 241
