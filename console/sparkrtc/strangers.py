"""What to believe of a limit after a 429 that our own count does not explain: somebody else spends it too.

The limit falls to what the server accepted from us within the window, but not below half at once; it rises again step
by step, more slowly each time the next step was refused. After a refusal nothing is sent for as long as the server
says, otherwise for two intervals, and for four times as long with every further refusal in a row.
"""

from __future__ import annotations

from math import ceil

import msgspec

__all__ = ["LONGEST_PAUSE", "Cut", "cut_after", "pause_after"]

LONGEST_PAUSE = 600.0  # seconds; what a Retry-After may cost at most
_SHORTEST_STEP = 10.0  # seconds
_SLOWEST = 4
_STEPS = 20  # from nothing to the whole limit


class Cut(msgspec.Struct, frozen=True):
    """A limit that fell.

    at: when. limit: what was left of it then. accepted: requests answered otherwise within the window before.
    row: refusals without an accepted request in between. slow: the steps up take so many times as long as usual.
    """

    at: float
    limit: int
    accepted: int
    row: int = 1
    slow: int = 1

    def limit_at(self, now: float, limit: int, seconds: float) -> int:
        """Return what is believed by now. limit, seconds: the quota as it stands in the rules."""
        passed = max(now - self.at, 0.0)
        steps = int(passed // (max(seconds, _SHORTEST_STEP) * self.slow))
        return max(1, min(limit, self.limit + steps * ceil(limit / _STEPS)))

    def full_at(self, limit: int, seconds: float) -> float:
        """Return when the limit is whole again, if nothing more is refused."""
        steps = -(-max(limit - self.limit, 0) // ceil(limit / _STEPS))
        return self.at + steps * max(seconds, _SHORTEST_STEP) * self.slow


def cut_after(
    before: Cut | None, *, now: float, accepted: int, answered_since: bool, limit: int, seconds: float
) -> Cut:
    """Return what to believe after a refusal. answered_since: something was accepted after the cut before."""
    if before is None:
        left, row, slow = limit, 1, 1
    else:
        left = before.limit_at(now, limit, seconds)
        row = 1 if answered_since else before.row + 1
        slow = min(2 * before.slow, _SLOWEST) if left < limit else 1
    return Cut(now, max(1, min(left - 1, max(accepted, left // 2))), accepted, row, slow)


def pause_after(cut: Cut, *, retry_after: float | None, limit: int, seconds: float) -> float:
    """Return for how many seconds nothing is sent. retry_after: the server's word; at most ten minutes are believed."""
    if retry_after is not None:
        return min(max(retry_after, 0.0), LONGEST_PAUSE)
    return min(seconds, 2 * seconds / limit * 4.0 ** (cut.row - 1))
