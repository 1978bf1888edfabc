"""The book of a bucket: which permits are out or not free yet, who waits, and what was learnt of paths and limits.

Pure data and what happens to it, in structures that msgspec writes and reads fast: every permit costs both. Who is
granted what stands in throttle.py. All instants are seconds on one clock, the store's, which keeps the book under a
lock.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from math import isfinite

import msgspec
from msgspec.structs import replace

from console.sparkrtc.floors import Trips
from console.sparkrtc.operation import Quota
from console.sparkrtc.permits import Lane
from console.sparkrtc.strangers import Cut, cut_after, pause_after

__all__ = [
    "LONGEST_WINDOW",
    "MOST_REQUESTS",
    "Book",
    "Hunger",
    "Outcome",
    "Report",
    "Rule",
    "Taken",
    "Waiter",
]

MOST_REQUESTS, LONGEST_WINDOW = 100_000, 86_400.0  # a quota beyond that is a slip of the pen


@dataclass(frozen=True)
class Rule:
    """A quota as the throttle keeps it: `limit` requests in any `seconds` seconds.

    Raises ValueError for an absurd one.
    """

    limit: int
    seconds: float

    def __post_init__(self) -> None:
        if (
            isinstance(self.limit, bool)
            or not isinstance(self.limit, int)
            or not 1 <= self.limit <= MOST_REQUESTS
        ):
            raise ValueError(f"limit must be a whole number from 1 to {MOST_REQUESTS}, not {self.limit!r}")
        number = isinstance(self.seconds, int | float) and not isinstance(self.seconds, bool)
        if not number or not isfinite(self.seconds) or not 0 < self.seconds <= LONGEST_WINDOW:
            raise ValueError(
                f"seconds must be a number above 0 and at most {LONGEST_WINDOW:g}, not {self.seconds!r}"
            )

    @staticmethod
    def of(quota: Quota) -> Rule:
        """Make the rule of a quota."""
        return _rule(quota.limit, quota.seconds)

    @property
    def interval(self) -> float:
        """Seconds between starts that use the quota up evenly."""
        return self.seconds / self.limit


@lru_cache(64)
def _rule(limit: int, seconds: float) -> Rule:
    return Rule(limit, seconds)


class Outcome(Enum):
    """What became of a permit."""

    ANSWERED = "answered"
    LOST = "lost"
    REFUSED = "refused"
    UNUSED = "unused"


class Report(msgspec.Struct, frozen=True):
    """The end of a permit's use.

    at: when the answer was read, or, if none came, the socket was closed. trip: seconds from the first byte written to
    the answer read, where measured. retry_after: seconds, what a refusal named.
    """

    permit: str
    outcome: Outcome
    at: float
    trip: float | None = None
    retry_after: float | None = None

    def moved(self, seconds: float) -> Report:
        """Return the same by a clock that is so many seconds ahead."""
        return replace(self, at=self.at + seconds)


class Taken(msgspec.Struct, array_like=True, gc=False):
    """A permit that was granted.

    start: not sent before. lease: when its holder is given up; later than any request can live. path: between whom it
    travels. done: its report's instant; None while it is out. refused: the answer was 429. before: done and path of its
    use before, should this one come back unused. old: granted under a limit that has been changed since.
    """

    permit: str
    lane: Lane
    start: float
    lease: float
    path: str
    done: float | None = None
    refused: bool = False
    before: tuple[float, str] | None = None
    old: bool = False

    def free(self, seconds: float, floor: float = 0.0) -> float:
        """Return the instant from which it can be used again.

        Without an answer nobody knows how long the way took, so no floor is taken off.
        """
        return self.lease + seconds if self.done is None else self.done + seconds - floor

    def soonest(self, seconds: float, floor: float, now: float) -> float:
        """Return the earliest instant at which it can be free: it may be answered this moment."""
        if self.done is None and self.lease > now:
            return max(now, self.start) + seconds - floor
        return self.free(seconds, floor)


class Waiter(msgspec.Struct, array_like=True, frozen=True):
    """Somebody who waits in a process's queue. key: the permit's name, should they get it.

    since: when they came. until: they are expected to ask again before; later their place is lost.
    """

    front: str
    key: str
    lane: Lane
    since: float
    until: float


class Hunger(msgspec.Struct, array_like=True, frozen=True):
    """A lane that asks and gets nothing. since: when it was first refused. asked: when last."""

    since: float
    asked: float


class Book(msgspec.Struct):
    """All that is known of a bucket.

    trips: by path. last_start: of a background request. blocked_until: nothing starts before. cut: what is believed of
    the limit after a 429. stepped_at: when the store's clock was last seen to have been put forward. old_until: until
    then permits of an old limit count that have been granted anew ahead of time.
    """

    taken: dict[str, Taken] = msgspec.field(default_factory=dict)
    waiting: list[Waiter] = msgspec.field(default_factory=list)
    trips: dict[str, Trips] = msgspec.field(default_factory=dict)
    hungry: dict[Lane, Hunger] = msgspec.field(default_factory=dict)
    last_start: float = 0.0
    blocked_until: float = 0.0
    cut: Cut | None = None
    stepped_at: float = 0.0
    old_until: float = 0.0

    def settle(self, reports: Iterable[Report], rule: Rule, now: float) -> None:
        """Book what became of permits, and forget those that no window can hold any more."""
        for report in reports:
            taken = self.taken.get(report.permit)
            if taken is None or taken.done is not None:
                continue  # the store has started over meanwhile, or heard of it already
            if report.outcome is Outcome.UNUSED:
                self._give_back(taken)
                continue
            taken.done = max(report.at, taken.start)
            if report.outcome is Outcome.REFUSED:
                taken.refused = True
                self._refused(taken, report.retry_after, rule, now)
                if report.retry_after is not None:  # the server says when it has room, this request included
                    del self.taken[taken.permit]
            elif report.trip is not None:
                self.trips.setdefault(taken.path, Trips(now)).note(report.trip, now)
        self.taken = {name: one for name, one in self.taken.items() if one.free(rule.seconds) > now}
        if self.cut is not None and self.cut.limit_at(now, rule.limit, rule.seconds) >= rule.limit:
            self.cut = None

    def change_rule(self) -> None:
        """Remember which permits were granted up to now: the limit changes."""
        for one in self.taken.values():
            one.old = True

    def has_old(self, now: float) -> bool:
        """Say whether permits of an old limit are left."""
        return now < self.old_until or any(one.old for one in self.taken.values())

    def block(self, until: float) -> None:
        """Let nothing start before an instant."""
        self.blocked_until = max(self.blocked_until, until)

    def limit(self, rule: Rule, now: float) -> int:
        """Return the limit that is believed in: the rule's, or less where somebody else spends it too."""
        return rule.limit if self.cut is None else self.cut.limit_at(now, rule.limit, rule.seconds)

    def start_over(self, rule: Rule, *, last: float, now: float, lease: float | None) -> None:
        """Take everything as used at the last instant at which something unknown may have been sent.

        lease: seconds from now for which permits under way are still waited for; None when their holders are gone.
        """
        under_way = {name: one for name, one in self.taken.items() if one.done is None}
        self.taken = {}
        if lease is not None:
            for name, one in under_way.items():
                self.taken[name] = replace(one, start=now, lease=now + lease, before=None)
        self.waiting, self.trips, self.hungry = [], {}, {}
        self.last_start, self.old_until = 0.0, 0.0
        self.blocked_until, self.stepped_at = last + rule.seconds, now
        self.cut = None if self.cut is None else replace(self.cut, at=now)

    def move(self, seconds: float) -> None:
        """Move every instant: the clock was put back, and no time shall seem to have passed or to be still to come."""
        for one in self.taken.values():
            one.start, one.lease = one.start + seconds, one.lease + seconds
            one.done = None if one.done is None else one.done + seconds
            one.before = None if one.before is None else (one.before[0] + seconds, one.before[1])
        self.waiting = [
            replace(one, since=one.since + seconds, until=one.until + seconds) for one in self.waiting
        ]
        self.hungry = {
            lane: Hunger(one.since + seconds, one.asked + seconds) for lane, one in self.hungry.items()
        }
        for trips in self.trips.values():
            trips.since += seconds
        self.last_start += seconds
        self.blocked_until += seconds
        self.stepped_at += seconds
        self.old_until += seconds
        self.cut = None if self.cut is None else replace(self.cut, at=self.cut.at + seconds)

    def take_over(self, other: Book) -> None:
        """Add what another bucket's book says, by the same clock: both turned out to be one."""
        self.taken.update(other.taken)
        self.last_start = max(self.last_start, other.last_start)
        self.blocked_until = max(self.blocked_until, other.blocked_until)
        self.old_until = max(self.old_until, other.old_until)
        if self.cut is None or (other.cut is not None and other.cut.limit < self.cut.limit):
            self.cut = other.cut

    def _give_back(self, taken: Taken) -> None:
        """Nothing was sent: what came free for it is as free as before."""
        if taken.before is None:
            del self.taken[taken.permit]
        else:
            taken.done, taken.path = taken.before

    def _refused(self, taken: Taken, retry_after: float | None, rule: Rule, now: float) -> None:
        """Lower the limit, once for all requests that were under way together, and send nothing for a while."""
        cut = self.cut
        if cut is None or taken.start >= cut.at:
            answered = [one for one in self.taken.values() if one.done is not None and not one.refused]
            cut = cut_after(
                cut,
                now=now,
                accepted=self._accepted(now - rule.seconds),
                answered_since=cut is not None and any(one.start >= cut.at for one in answered),
                limit=rule.limit,
                seconds=rule.seconds,
            )
            self.cut = cut
        pause = pause_after(cut, retry_after=retry_after, limit=rule.limit, seconds=rule.seconds)
        self.block(now + pause)

    def _accepted(self, since: float) -> int:
        """Count the requests answered since then, but not by a refusal."""
        last = [one.done for one in self.taken.values() if one.done is not None and not one.refused]
        before = [one.before[0] for one in self.taken.values() if one.before is not None]
        return sum(done > since for done in (*last, *before))
