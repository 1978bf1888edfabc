"""What is still to be fetched, and about how long that takes. Pure, given the rows of errands."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from console.analytics.collecting.kinds import KINDS, span_of
from console.analytics.collecting.pace import SAVED_UP, TICK_SECONDS, TURN_SECONDS, Pace
from console.analytics.collecting.windows import DAY, Span, next_window, unit_of

__all__ = ["Owed", "days_offered", "days_owed", "lasting", "owed_of", "requests_until", "up_to"]


@dataclass(frozen=True)
class Owed:
    """An errand as far as it is not done. order: which of two goes first.

    begin, until: what nobody has asked for yet, from one unit up to, not including, another; the same for nothing.
    requests: how many it still takes, one at least.
    """

    kind: str
    application: int
    span: Span
    order: tuple[datetime, int]
    begin: int
    until: int
    requests: int

    @property
    def due_at(self) -> datetime:
        """When it may go."""
        return self.order[0]


def owed_of(
    key: int,
    kind: str,
    application: int,
    reached: int | None,
    answered_at: datetime | None,
    due_at: datetime,
    shorter: bool,
    *,
    now: datetime,
) -> Owed | None:
    """Return what an errand with these fields still has to fetch; None for one of another version of the console."""
    if kind not in KINDS:
        return None
    span = span_of(KINDS[kind], shorter=shorter)
    until = unit_of(span, now.timestamp())
    window = next_window(span, reached, now.timestamp())
    begin = until if window is None else window.first
    requests = max(-(-(until - begin) // span.most), 1)
    if span.most > 1 and answered_at is not None:  # one asking brings all that was over by then
        begin = min(max(begin, unit_of(span, answered_at.timestamp())), until)
    return Owed(kind, application, span, (due_at, key), begin, until, requests)


def up_to(one: Owed, last: date) -> Owed:
    """Return what an errand has to fetch up to a day, that day part of it: what is later can wait."""
    end = int(datetime.combine(last, time.min, UTC).timestamp()) + DAY
    until = max(one.begin, min(one.until, -(-end // one.span.unit)))
    return replace(one, until=until, requests=max(-(-(until - one.begin) // one.span.most), 1))


def days_owed(one: Owed) -> set[date]:
    """Return the days of which an errand has not asked for everything yet."""
    if one.begin >= one.until:
        return set()
    return set(_days(one.begin * one.span.unit, one.until * one.span.unit))


def days_offered(one: Owed, now: datetime) -> set[date]:
    """Return the days of which the cloud still offers an errand something, up to yesterday."""
    at = int(now.timestamp())
    return set(_days((at - one.span.reach) // DAY * DAY, at // DAY * DAY))


def _days(begin: int, until: int) -> Iterable[date]:
    first, last = (datetime.fromtimestamp(at, UTC).date().toordinal() for at in (begin, until - 1))
    return (date.fromordinal(number) for number in range(first, last + 1))


def requests_until(mine: Sequence[Owed], line: Sequence[Owed]) -> int:
    """Return how many requests are sent until the last of mine is done. line: all that is due, mine among it.

    Who has brought one answer and needs another goes to the end of the line.
    """
    most = 0
    for one in mine:
        before = (
            min(other.requests, one.requests if other.order < one.order else one.requests - 1)
            for other in line
            if other.order != one.order
        )
        most = max(most, one.requests + sum(before))
    return most


def lasting(requests: int, paid_until: datetime | None, pace: Pace, now: datetime) -> timedelta:
    """Return about how long so many requests take: quickly while something is saved up, then one after the other."""
    quickest = max(pace.quickest, timedelta(seconds=TICK_SECONDS / max(_in_a_turn(pace), 1)))
    if pace.each <= quickest:
        return requests * quickest
    floor = now - SAVED_UP
    saved = max(now - max(paid_until or floor, floor), timedelta())
    quick = min(requests, int(saved / (pace.each - quickest)))
    return quick * quickest + (requests - quick) * pace.each


def _in_a_turn(pace: Pace) -> int:
    """Return how many requests fit between two ticks."""
    return math.ceil(TURN_SECONDS / max(pace.quickest.total_seconds(), 0.1))
