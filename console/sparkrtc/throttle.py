"""The arithmetic of the throttle: who may start when. Pure: no clock, no store, no waiting.

A server counts requests when they arrive, we grant them when they leave, and the way between takes as long as
it likes. So a permit stays busy from its grant until `seconds` after its answer: whatever the delays, no
window of `seconds` on the server's side, wherever it begins, then sees more than `limit` of our requests.

Why: let the last granted of the arrivals in a window be m. Any other arrival k in the window was either not
answered when m was granted, or answered less than `seconds` before m's start; in both cases it was busy then,
and a grant leaves at most limit - 1 others busy. The order of grants matters, not that of starts, so a start
may be granted ahead of its time. `floor` seconds may be taken off when every round trip surely takes that
long, for the arrival of k lies before its answer and that of m after its start by that much together.

All instants are seconds on one clock, the store's. The store keeps the rows, under a lock, and says who waits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

from console.sparkrtc.operation import Quota
from console.sparkrtc.permits import Lane

__all__ = ["Busy", "Grant", "Rule", "Wait", "decide", "taken"]


@dataclass(frozen=True)
class Rule:
    """A quota as the throttle keeps it.

    limit requests in any `seconds` seconds. floor: seconds that no round trip undercuts; 0 assumes nothing.
    ahead: how many seconds before its start a permit of the upper lanes may be granted; the caller waits.
    """

    limit: int
    seconds: float
    floor: float = 0.0
    ahead: float = 0.0

    @classmethod
    def of(cls, quota: Quota, *, floor: float = 0.0, ahead: float = 0.0) -> Rule:
        """Make the rule of a published quota."""
        return cls(quota.limit, quota.seconds, floor, ahead)

    @property
    def spacing(self) -> float:
        """Seconds between background starts.

        Even, so that permits come free evenly and a click behind a flood waits for one spacing; less than the
        even share by a slack, so that what was missed can be caught up. After a full round there is a gap of
        the slack and a round trip: the most that a click may wait on top.
        """
        return (self.seconds - min(0.2 * self.seconds, 0.3)) / self.limit

    @property
    def background_ahead(self) -> float:
        """Seconds before its start at which a background permit may be granted: hardly any, for it yields."""
        return min(0.05, self.seconds / (2 * self.limit))

    @property
    def patience(self) -> float:
        """Seconds after which to ask again at the earliest when all depends on answers that are still out."""
        return min(0.25, self.seconds / 4)


@dataclass(frozen=True)
class Busy:
    """One permit that was granted. Drop it once free() is in the past.

    send_at: its start. done_at: when its answer was read, or its request surely could not arrive any more;
    None while it is out. lease_until: when its holder is given up; later than any request can live.
    """

    send_at: float
    done_at: float | None
    lease_until: float

    def free(self, rule: Rule) -> float:
        """Return the instant from which the permit is no longer busy.

        Without an answer nobody knows how long the way took, so no floor is taken off.
        """
        if self.done_at is None:
            return self.lease_until + rule.seconds
        return self.done_at + rule.seconds - rule.floor

    def soonest(self, rule: Rule, now: float) -> float:
        """Return the earliest instant at which the permit can be free: it may be answered this moment."""
        if self.done_at is None and self.lease_until > now:
            return min(self.free(rule), max(now, self.send_at) + rule.seconds - rule.floor)
        return self.free(rule)


@dataclass(frozen=True)
class Grant:
    """Send at `start`, not before; when that has passed by more than the lease allows, give it back."""

    start: float


@dataclass(frozen=True)
class Wait:
    """Nothing now. until: the earliest instant at which asking again can succeed."""

    until: float


def decide(
    rows: Iterable[Busy],
    rule: Rule,
    *,
    now: float,
    lane: Lane,
    waiting: Iterable[Lane] = (),
    last_start: float = -inf,
) -> Grant | Wait:
    """Grant a permit, or say when to ask again.

    rows: every permit of the bucket that may be busy. waiting: the lanes of the others who wait for this
    bucket now; those before `lane` are served first. last_start: the latest start granted so far, of any lane.
    """
    before = sum(1 for other in waiting if other < lane)
    busy = [row for row in rows if row.free(rule) > now]
    start = _left_for_us(sorted(row.free(rule) for row in busy), rule.limit, before, inf, now)
    next_round = now + rule.seconds - rule.floor
    soonest = _left_for_us(
        sorted(row.soonest(rule, now) for row in busy), rule.limit, before, next_round, now
    )
    ahead = rule.ahead
    if lane is Lane.BACKGROUND:
        ahead = rule.background_ahead
        start, soonest = (max(found, last_start + rule.spacing) for found in (start, soonest))
        if before:
            # A person waits: background stays away, even from permits that would be left over.
            return Wait(max(soonest - ahead, now + rule.background_ahead))
    if start <= now + ahead:
        return Grant(max(now, start))
    if soonest == start:
        return Wait(start - ahead)
    # It depends on answers that are still out: they may come at any moment, but nobody shall ask in a circle.
    return Wait(max(soonest - ahead, now + rule.patience))


def taken(rule: Rule, *, now: float, retry_after: float | None = None) -> tuple[Busy, ...]:
    """Return rows for a server that may have counted a full quota just now.

    For a new or lost store, whose predecessor may have used the quota up, and for a 429 that our own count
    does not explain: somebody else uses the account. retry_after: the server's own word on when it has room.
    """
    since = now if retry_after is None else now + retry_after - rule.seconds
    return tuple(Busy(send_at=since, done_at=None, lease_until=since) for _ in range(rule.limit))


def _left_for_us(instants: list[float], limit: int, before: int, otherwise: float, now: float) -> float:
    """Return when a permit is left for us, after `before` others have had theirs.

    instants: when the busy permits come free, sorted. Of n busy ones n - limit + 1 must come free, and one
    more for each that is served first. When all of them are too few, ours is one that is yet to be granted
    and to come free again: `otherwise`.
    """
    needed = len(instants) - limit + 1 + before
    if needed <= 0:
        return now
    return max(now, instants[needed - 1]) if needed <= len(instants) else otherwise
