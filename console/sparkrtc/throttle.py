"""The arithmetic of the throttle: who may start when. Pure: no clock, no store, no waiting.

A server counts requests when they arrive, we grant them when they leave, and the way between takes as long as it likes.
So there are `limit` permits, and each is used again only `seconds` after the answer to its last use was read.

Why no window of `seconds` on the server's side, wherever it begins, then sees more than `limit` of our requests: let k
and m be two uses of one permit, one after the other. m starts `seconds` after the answer to k, or later; k had arrived
before its answer, and m arrives after its start; so they arrive at least `seconds` apart, and a window sees at most one
use of each permit. The way of m there and of k's answer back take their floor together at least (see floors.py): by so
much the permit may be used earlier. A use that is never answered ends with its lease.
It is also the most that can be had without news from the server: a permit's round takes seconds + latency - floor.

When the limit falls, the permits that come free last are kept: before the first of them can be used, all others have
been free. A start may be granted ahead of its time, for each permit's uses are granted in their order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush
from math import inf
from typing import TypeVar

import msgspec

from console.sparkrtc.book import Book, Hunger, Rule, Taken, Waiter
from console.sparkrtc.permits import Lane

__all__ = ["Grant", "Later", "TooLate", "Verdict", "Want", "ahead_of", "enough_left", "serve", "spacing_of"]

# How far ahead of its start a permit is given out, in seconds. The further, the sooner a lane gets hold of the next
# free one; never so far that two machines' clocks could drift apart meanwhile.
_AHEAD = {Lane.CLICK: 5.0, Lane.PAGE: 2.0, Lane.ALERT: 0.25, Lane.BACKGROUND: 0.05}
_RETURNING = 0.25  # seconds for which a place is kept for whoever should have asked again by now
_STARVED = 10.0  # seconds
_UNEVEN = 1.15  # of an even interval: how far apart, on average, permits may come free in what follows
_NOISE = 0.001
_ANSWERED_BY = 10.0  # seconds after which a use without an answer is not counted on any more
_LONGEST_LOOK = 15.0  # seconds after which whoever waits asks again in any case
_FORGOTTEN = 2 * _LONGEST_LOOK  # seconds after which a lane that didn't ask again wants nothing any more


class Want(msgspec.Struct, frozen=True):
    """A wish for a permit.

    key: names the wish, and the permit if it is granted. waited: seconds up to now. patience: seconds that it can wait
    from now on.
    """

    key: str
    lane: Lane
    waited: float = 0.0
    patience: float = inf


class Grant(msgspec.Struct, frozen=True):
    """Send at `start`, not before; when that is long past, give it back."""

    start: float


class Later(msgspec.Struct, frozen=True):
    """Not yet. start: the earliest possible. ask_at: the earliest instant at which asking again can succeed."""

    start: float
    ask_at: float


class TooLate(msgspec.Struct, frozen=True):
    """Not in time. start: the earliest possible."""

    start: float


Verdict = Grant | Later | TooLate
T = TypeVar("T", float, tuple[float, str])


def ahead_of(lane: Lane, rule: Rule) -> float:
    """Return how many seconds before its start a permit may be granted."""
    return min(_AHEAD[lane], rule.interval / 2 if lane is Lane.BACKGROUND else rule.seconds / 4)


def spacing_of(rule: Rule) -> float:
    """Return the seconds between a background start and the start before it.

    Half of an even pace, so that what was missed is caught up; enough_left() keeps the pace even on the whole.
    """
    return 0.5 * rule.interval


def left_for_clicks(rule: Rule) -> float:
    """Return within how many seconds of a background start another permit must come free."""
    return 0.9 * rule.interval if rule.interval >= 1 else 1.1


def enough_left(others: Iterable[float], rule: Rule) -> float:
    """Return the instant from which on a background start leaves enough to clicks.

    others: when the permits that it doesn't take come free. One soon, and then on average one in little more than an
    even interval. Else uses that bunch up once leave a hole behind them, and as each permit comes free a window after
    its use, the hole comes round again window after window.
    """
    instants = sorted(others)
    step = _UNEVEN * rule.seconds / (len(instants) + 1)
    first = left_for_clicks(rule)
    return max((instant - first - step * number for number, instant in enumerate(instants)), default=-inf)


def serve(
    book: Book,
    rule: Rule,
    wants: Sequence[Want],
    *,
    now: float,
    front: str,
    path: str,
    lease: float,
) -> list[Verdict]:
    """Grant what can be granted to the wishes of one front, and say to the others when to ask again.

    wants: all of the front; they replace those it had. lease: seconds after its start at which a holder is given up.
    Whoever waits elsewhere is served first if they are of a lane before, or of the same lane and came sooner; a lane
    that got nothing for long goes before all, once.
    """
    came = {one.key: one.since for one in book.waiting if one.front == front}
    others = [one for one in book.waiting if one.front != front and one.until > now]
    line = [_Place(one.lane, one.since, one.key, None) for one in others]
    line += [_Place(one.lane, came.get(one.key, now - one.waited), one.key, one) for one in wants]
    plan = _Plan(book, Rule(book.limit(rule, now), rule.seconds), now, path)
    verdicts: dict[str, Verdict] = {}
    book.waiting = others
    for place in plan.ordered(line):
        if place.want is None:
            plan.pass_over(place.lane)
            continue
        verdict = verdicts[place.key] = plan.judge(place.lane, place.want, lease)
        if isinstance(verdict, Later):
            until = verdict.ask_at + _RETURNING
            book.waiting.append(Waiter(front, place.key, place.lane, place.since, until))
    return [verdicts[want.key] for want in wants]


class _Place(msgspec.Struct, frozen=True):
    """A place in the line. want: None for somebody of another front."""

    lane: Lane
    since: float
    key: str
    want: Want | None


class _Plan:
    """Hands the permits to the places in the line, one after the other.

    sure: when each permit comes free for certain, and its last use. hoped: the same instants if all answers that are
    still out came now: the earliest that can happen.
    """

    def __init__(self, book: Book, rule: Rule, now: float, path: str) -> None:
        self._book, self._rule, self._now, self._path = book, rule, now, path
        trips = book.trips.get(path)
        self._floor = trips.floor(now) if trips is not None else 0.0
        window, uses = rule.seconds, [(one, self._floor_of(one)) for one in book.taken.values()]
        self._sure = _last(
            [(one.free(window, floor), one.permit) for one, floor in uses], rule.limit, (-inf, "")
        )
        self._hoped = _last([one.soonest(window, floor, now) for one, floor in uses], rule.limit, -inf)
        self._gone = sum(one.done is None and one.start + _ANSWERED_BY < now < one.lease for one, _ in uses)
        self._last_start = book.last_start
        self._starved_after = max(rule.seconds / 2, _STARVED)
        self._starved = {
            lane
            for lane, hunger in book.hungry.items()
            if now - hunger.since > self._starved_after and now - hunger.asked <= _FORGOTTEN
        }

    def ordered(self, line: list[_Place]) -> list[_Place]:
        """Return the line in the order of serving."""
        line.sort(key=lambda place: (place.lane, place.since, place.key))
        first = [next((place for place in line if place.lane is lane), None) for lane in self._starved]
        favoured = sorted((place for place in first if place is not None), key=lambda place: place.since)
        return favoured + [place for place in line if place not in favoured]

    def pass_over(self, lane: Lane) -> None:
        """Leave a permit to somebody of another front."""
        heappop(self._sure)
        start = max(heappop(self._hoped), self._not_before(lane))
        self._starved.discard(lane)
        self._use(lane, start, inf)

    def judge(self, lane: Lane, want: Want, lease: float) -> Verdict:
        """Grant a permit if one comes free soon enough, or say when."""
        sure, hoped = heappop(self._sure), heappop(self._hoped)
        not_before = self._not_before(lane)
        start, maybe = max(sure[0], not_before), max(hoped, not_before)
        self._starved.discard(lane)
        if start <= self._now + min(ahead_of(lane, self._rule) + 2 * _NOISE, want.patience):
            self._grant(lane, want.key, start, start + lease, sure[1])
            return Grant(start)
        self._note_hunger(lane)
        if maybe > self._now + want.patience:
            heappush(self._sure, sure)
            heappush(self._hoped, hoped)
            return TooLate(maybe)
        self._use(lane, maybe, inf)
        return Later(maybe, self._ask_at(lane, start, maybe))

    def _not_before(self, lane: Lane) -> float:
        """Return the earliest start, whenever the permit in hand comes free. Background leaves enough for clicks."""
        start = max(self._now, self._book.blocked_until)
        if lane is Lane.BACKGROUND and lane not in self._starved:
            start = max(start, self._last_start + spacing_of(self._rule), self._enough_left())
        return start

    def _enough_left(self) -> float:
        """Return when enough is left without the permit in hand.

        Uses that have been without an answer for long don't count: their holders may be dead.
        """
        far = self._now + self._rule.seconds - self._floor
        known = [one for one in self._hoped if one < far]
        known += [far] * (len(self._hoped) - len(known) - self._gone)
        return enough_left(known or self._hoped[:1], self._rule)

    def _ask_at(self, lane: Lane, start: float, maybe: float) -> float:
        """Return when to ask again for a start that is certain at `start`, and possible at `maybe`."""
        if start > maybe + _NOISE:
            # It depends on answers that are still out: they may come at any moment, but nobody shall ask in a circle.
            patience = min(0.25, self._rule.seconds / 4)
            ask_at = max(maybe - ahead_of(Lane.BACKGROUND, self._rule), self._now + patience)
        else:
            ask_at = maybe - ahead_of(lane, self._rule)
        # Somebody before may have given up meanwhile, and a lane that starves goes first.
        look_again = self._now + min(max(10 * self._rule.interval, 2.0), _LONGEST_LOOK)
        starved_at = self._book.hungry[lane].since + self._starved_after
        if starved_at > self._now:
            look_again = min(look_again, starved_at + _NOISE)
        return max(min(ask_at, look_again), self._now + _NOISE)

    def _grant(self, lane: Lane, key: str, start: float, lease: float, last_use: str) -> None:
        used = self._book.taken.pop(last_use, None)
        before = None if used is None else (used.lease, "") if used.done is None else (used.done, used.path)
        if used is not None and used.old:
            self._book.old_until = max(self._book.old_until, start)
        self._book.taken[key] = Taken(key, lane, start, lease, self._path, before=before)
        self._book.hungry.pop(lane, None)
        self._use(lane, start, lease + self._rule.seconds)
        self._book.last_start = self._last_start

    def _use(self, lane: Lane, start: float, sure: float) -> None:
        heappush(self._sure, (sure, ""))
        heappush(self._hoped, start + self._rule.seconds - self._floor)
        self._last_start = max(self._last_start, start)

    def _note_hunger(self, lane: Lane) -> None:
        known = self._book.hungry.get(lane)
        since = self._now if known is None or self._now - known.asked > _FORGOTTEN else known.since
        self._book.hungry[lane] = Hunger(since, self._now)

    def _floor_of(self, use: Taken) -> float:
        return self._floor if use.path == self._path else 0.0


def _last(instants: list[T], limit: int, idle: T) -> list[T]:
    """Return a heap of the `limit` instants that come last, filled up with permits that were never used."""
    found = sorted(instants)[-limit:]
    found = [idle] * (limit - len(found)) + found
    heapify(found)
    return found
