"""What a heavy action will cost before it starts: requests, and seconds until the last of them can be sent.

Counted from what is free now, as if nobody else asked meanwhile: a promise of the shortest time, told with "about".
"""

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from django.utils.translation import ngettext

from console.connections.buckets import limits_of
from console.connections.meter import meter_bars
from console.connections.models import Connection
from console.sparkrtc.operation import Operation, Quota
from console.sparkrtc.permits import Lane
from console.sparkrtc.quotas import QUOTAS
from console.sparkrtc.throttle import Rule

__all__ = ["Part", "Plan", "last_start", "plan"]

_ROUND_TRIP = 0.3  # seconds; what an answer usually takes


@dataclass(frozen=True)
class Part:
    """What is spent of one quota. limit: of its window of `window` seconds. seconds: until the last answer."""

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
        return ngettext(
            "%(count)d of %(limit)d requests, about %(seconds)d s",
            "%(count)d of %(limit)d requests, about %(seconds)d s",
            part.requests,
        ) % {"count": part.requests, "limit": part.limit, "seconds": _rounded(part.seconds)}

    @property
    def _slowest(self) -> Part:
        return max(self.parts, key=lambda part: (part.seconds, part.requests / part.limit))


def plan(connection: Connection, counts: Mapping[Operation, int], *, lane: Lane = Lane.CLICK) -> Plan:
    """Return what so many calls of each operation will cost now. Reads our own books only, in two queries.

    Answers that are stored already cost nothing: leave them out. Retries are not counted.
    """
    wanted: Counter[str] = Counter()
    for operation, count in counts.items():
        wanted[operation.quota.name] += count
    bars = {bar.name: bar for bar in meter_bars(connection)}
    parts = []
    for name in QUOTAS:
        if wanted[name] > 0:
            quota, bar = limits_of(QUOTAS[name]), bars[name]
            start = last_start(
                quota, wanted[name], bar.frees_in, lane=lane, not_before=float(bar.blocked_for)
            )
            parts.append(Part(name, wanted[name], quota.limit, quota.seconds, start + _ROUND_TRIP))
    return Plan(tuple(parts))


def last_start(
    quota: Quota,
    count: int,
    frees_in: Sequence[float],
    *,
    lane: Lane = Lane.CLICK,
    not_before: float = 0.0,
    round_trip: float = _ROUND_TRIP,
) -> float:
    """Return in how many seconds the last of so many requests starts. Pure.

    frees_in: for each permit that is busy, in how many seconds it comes free. not_before: nothing starts sooner.
    """
    spacing = Rule.of(quota).spacing if lane is Lane.BACKGROUND else 0.0
    free_at = _permits(quota.limit, frees_in)
    start = not_before
    for number in range(count):
        start = max(start + (spacing if number else 0.0), heapq.heappop(free_at))
        heapq.heappush(free_at, start + round_trip + quota.seconds)
    return start


def _permits(limit: int, frees_in: Iterable[float]) -> list[float]:
    """Return when each permit of the quota comes free. More than the limit are out after the limit was lowered."""
    busy = sorted((max(seconds, 0.0) for seconds in frees_in), reverse=True)[:limit]
    found = busy + [0.0] * (limit - len(busy))
    heapq.heapify(found)
    return found


def _rounded(seconds: float) -> int:
    """Return a number that tells no more than is known: whole seconds, above ten by fives."""
    return ceil(seconds) if seconds <= 10 else 5 * round(seconds / 5)
