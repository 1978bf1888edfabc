"""What a heavy action will cost before it starts: requests, and seconds until the last of them can be sent.

Counted from what is free now, by the limit as it is now, after those who wait already and go first. A click or a page
is counted as if nobody else asked meanwhile; what yields (alerts, the background) as if the pages and alerts before it
went on as in the last minute. Told with "about".
"""

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.connections.meter import QuotaBar, meter_bars
from console.connections.models import Connection
from console.connections.scopes import paid_from
from console.core.times import duration
from console.sparkrtc.book import Rule
from console.sparkrtc.operation import Operation, Quota
from console.sparkrtc.permits import Lane
from console.sparkrtc.throttle import enough_left, spacing_of

__all__ = ["Part", "Plan", "last_start", "plan"]

_MINUTE = 60.0
_ROUND_TRIP = 0.3  # seconds; what an answer usually takes


@dataclass(frozen=True)
class Part:
    """What is spent of one budget. limit: of its window of `window` seconds. seconds: until the last answer."""

    quota: str
    requests: int
    limit: int
    window: float
    seconds: float


@dataclass(frozen=True)
class Plan:
    """The price of an action; the parts in the order of the API reference."""

    parts: tuple[Part, ...]

    @property
    def requests(self) -> int:
        """Of all quotas."""
        return sum(part.requests for part in self.parts)

    @property
    def of_limit(self) -> int:
        """The limit of the quota that takes longest; 0 when nothing is sent."""
        return self._slowest.limit if self.parts else 0

    @property
    def seconds(self) -> float:
        """Until the last answer, where quotas are spent side by side."""
        return self._slowest.seconds if self.parts else 0.0

    @property
    def sentence(self) -> str:
        """Say "22 of 30 requests, about 45 s", about the quota that takes longest; empty when nothing is sent."""
        if not self.parts:
            return ""
        part = self._slowest
        words = {"count": part.requests, "limit": part.limit, "window": ceil(part.window)}
        if part.requests > part.limit:
            return _("%(count)d requests, %(limit)d in %(window)d s: about %(time)s") % {
                **words,
                "time": duration(_rounded(part.seconds)),
            }
        return ngettext(
            "%(count)d of %(limit)d requests, about %(seconds)d s",
            "%(count)d of %(limit)d requests, about %(seconds)d s",
            part.requests,
        ) % {**words, "seconds": _rounded(part.seconds)}

    @property
    def _slowest(self) -> Part:
        return max(self.parts, key=lambda part: (part.seconds, part.requests / part.limit))


def plan(connection: Connection, counts: Mapping[Operation, int], *, lane: Lane = Lane.CLICK) -> Plan:
    """Return what so many calls of each operation will cost now. Reads our own books only, in three queries.

    Answers that are stored already cost nothing: leave them out. Retries are not counted.
    """
    bars = {bar.name: bar for bar in meter_bars(connection)}
    wanted: Counter[str] = Counter()
    for operation, count in counts.items():
        wanted[paid_from(operation.name, bars)] += count
    parts = []
    for name, bar in bars.items():
        if wanted[name] > 0:
            start = last_start(
                Quota(name, _left_to(lane, bar), bar.seconds),
                wanted[name],
                bar.frees_in,
                lane=lane,
                before=sum(other < lane for other in bar.waiting),
                not_before=float(bar.blocked_for),
            )
            parts.append(Part(name, wanted[name], bar.effective, bar.seconds, start + _ROUND_TRIP))
    return Plan(tuple(parts))


def _left_to(lane: Lane, bar: QuotaBar) -> int:
    """Return how many permits of a window a lane can count on: what pages and alerts use goes on, a click is over."""
    if lane < Lane.ALERT:
        return bar.effective
    others = sum(share.count for share in bar.minute if Lane.CLICK < Lane[share.lane.upper()] < lane)
    return max(1, bar.effective - round(others * min(bar.seconds / _MINUTE, 1.0)))


def last_start(
    quota: Quota,
    count: int,
    frees_in: Sequence[float],
    *,
    lane: Lane = Lane.CLICK,
    before: int = 0,
    not_before: float = 0.0,
    round_trip: float = _ROUND_TRIP,
) -> float:
    """Return in how many seconds the last of so many requests starts. Pure.

    frees_in: for each permit that is busy, in how many seconds it comes free. before: others who go first.
    not_before: nothing starts sooner.
    """
    rule, paced = Rule.of(quota), lane is Lane.BACKGROUND
    free_at = _permits(quota.limit, frees_in)
    start = not_before
    for _other in range(before):
        heapq.heappush(free_at, max(start, heapq.heappop(free_at)) + round_trip + quota.seconds)
    for number in range(count):
        spaced = start + spacing_of(rule) if paced and number else start
        start = max(spaced, heapq.heappop(free_at))
        if paced:
            start = max(start, enough_left(free_at, rule))
        heapq.heappush(free_at, start + round_trip + quota.seconds)
    return start


def _permits(limit: int, frees_in: Iterable[float]) -> list[float]:
    """Return when each permit of the quota comes free. More than the limit are out after the limit was lowered."""
    busy = sorted((max(seconds, 0.0) for seconds in frees_in), reverse=True)[:limit]
    found = busy + [0.0] * (limit - len(busy))
    heapq.heapify(found)
    return found


def _rounded(seconds: float) -> int:
    """Return a number that tells no more than is known: whole seconds, later fives, later half minutes."""
    step = 1 if seconds <= 10 else 5 if seconds <= 300 else 30
    return ceil(seconds) if step == 1 else step * round(seconds / step)
