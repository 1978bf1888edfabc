"""The floor of a path: seconds that no round trip on it undercuts, as far as has been seen.

A permit is used again a window after its last answer. The answer was on its way back, and the next request will be on
its way there: together they take at least the floor, and by that much the permit may be used earlier.
"""

from __future__ import annotations

import msgspec

__all__ = ["Trips"]

_SPAN = 600.0  # seconds; what is older than two of them is forgotten
_FEWEST, _MANY = 30, 100  # samples
_GUARD_SECONDS, _GUARD_SHARE = 0.005, 0.25
_NOTHING = (None, 0.0, 0)


class Trips(msgspec.Struct):
    """The round trips of one path, from the first byte written to the answer read, without connecting.

    since: when the present span began; least, total: seconds, least is None while there was none; count: how many.
    before: the same of the span before.
    """

    since: float
    least: float | None = None
    total: float = 0.0
    count: int = 0
    before: tuple[float | None, float, int] = _NOTHING

    def note(self, trip: float, now: float) -> None:
        """Add a round trip."""
        self._turn(now)
        self.least = trip if self.least is None else min(self.least, trip)
        self.total += trip
        self.count += 1

    def floor(self, now: float) -> float:
        """Return the floor; 0 while too little is known.

        The shortest round trip seen is longer than the shortest way there and the shortest way back together, for one
        request rarely has both. Hence the guard: a quarter, 5 ms at least; more where trips differ much, for then the
        shortest has hardly been seen yet.
        """
        self._turn(now)
        least_before, total_before, count_before = self.before
        count = self.count + count_before
        if count < _FEWEST:
            return 0.0
        least = min(one for one in (self.least, least_before) if one is not None)
        spread = (self.total + total_before) / count - least
        guard = max(_GUARD_SECONDS, _GUARD_SHARE * least, spread if count < _MANY else spread / 2)
        return max(0.0, least - guard)

    def _turn(self, now: float) -> None:
        passed = now - self.since
        if 0 <= passed < _SPAN:
            return
        self.before = (self.least, self.total, self.count) if 0 <= passed < 2 * _SPAN else _NOTHING
        self.since, self.least, self.total, self.count = now, None, 0.0, 0
