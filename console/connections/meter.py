"""How much of each quota is free. Reads our own books only: looking costs no request."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from console.connections import clocks
from console.connections.buckets import limits_of
from console.connections.models import Bucket, Connection, TakenPermit
from console.connections.owners import known_owners
from console.core.sentences import quota_name
from console.sparkrtc import throttle
from console.sparkrtc.operation import Quota
from console.sparkrtc.permits import Lane
from console.sparkrtc.quotas import QUOTAS

__all__ = ["LANES", "LaneShare", "QuotaBar", "meter_bars", "tightest"]

LANES: dict[Lane, str | Promise] = {
    Lane.CLICK: _("clicks"),
    Lane.PAGE: _("pages"),
    Lane.ALERT: _("alerts"),
    Lane.BACKGROUND: _("background"),
}


@dataclass(frozen=True)
class LaneShare:
    """A lane's part of a bar. start, width: in hundredths of the bar."""

    lane: str
    label: str | Promise
    count: int
    start: float
    width: float


@dataclass(frozen=True)
class QuotaBar:
    """One quota now.

    limit requests in any `seconds` seconds; busy, free: permits. next_in: whole seconds until one more comes free;
    0 when some are free, None while that depends on answers still to come. blocked_for: whole seconds for which nothing
    is sent, after a 429 or with a new store. published: the limit in the API reference. waiting: the lanes in which
    somebody waits for a permit. refused_at: the last 429; refusals: how many.
    frees_in: for each busy permit the seconds until it is free, as if answers still to come came now.
    """

    name: str
    label: str
    limit: int
    published: int
    seconds: float
    busy: int
    next_in: int | None
    blocked_for: int
    waiting: tuple[Lane, ...]
    refused_at: datetime | None
    refusals: int
    shares: tuple[LaneShare, ...]
    frees_in: tuple[float, ...] = ()

    @property
    def free(self) -> int:
        return 0 if self.blocked_for else max(self.limit - self.busy, 0)

    @property
    def waiting_words(self) -> list[str]:
        """The lanes in which somebody waits, in words."""
        return [str(LANES[lane]) for lane in self.waiting]

    @property
    def tone(self) -> str:
        if self.blocked_for:
            return "bad"
        return "watch" if self.free == 0 else "good"

    @property
    def whole_seconds(self) -> int:
        return ceil(self.seconds)


def meter_bars(connection: Connection) -> list[QuotaBar]:
    """Return all quotas of the connection's account, in the order of the API reference. Two queries, and the clock."""
    buckets = {bucket.quota: bucket for bucket in Bucket.objects.filter(owner=known_owners(connection))}
    rows: dict[int, list[tuple[throttle.Busy, int]]] = {}
    taken = TakenPermit.objects.filter(bucket__in=list(buckets.values()))
    for bucket, lane, send_at, done_at, lease_until in taken.values_list(
        "bucket", "lane", "send_at", "done_at", "lease_until"
    ):
        rows.setdefault(bucket, []).append((throttle.Busy(send_at, done_at, lease_until), lane))
    moment = clocks.store_moment()
    return [
        _bar(limits_of(quota), buckets.get(name), rows.get(getattr(buckets.get(name), "pk", 0), []), moment)
        for name, quota in QUOTAS.items()
    ]


def tightest(bars: Iterable[QuotaBar]) -> QuotaBar:
    """Return the quota of which the smallest part is free; of equals, the one that allows the least a second."""
    return min(bars, key=lambda bar: (bar.free / bar.limit, bar.limit / bar.seconds))


def _bar(
    quota: Quota, bucket: Bucket | None, rows: list[tuple[throttle.Busy, int]], moment: clocks.Moment
) -> QuotaBar:
    rule, now = throttle.Rule.of(quota), moment.now
    if bucket is None or bucket.stamp != moment.stamp:  # another clock: what the rows say means nothing now
        rows = []
    busy = [(row, lane) for row, lane in rows if row.free(rule) > now]
    return QuotaBar(
        name=quota.name,
        label=quota_name(quota.name),
        limit=quota.limit,
        published=QUOTAS[quota.name].limit,
        seconds=quota.seconds,
        busy=len(busy),
        next_in=_next_in([row for row, _lane in busy], rule, now),
        blocked_for=_blocked_for(bucket, quota, moment),
        waiting=_waiting(bucket, now) if bucket is not None else (),
        refused_at=bucket.refused_at if bucket else None,
        refusals=bucket.refusals if bucket else 0,
        frees_in=tuple(sorted(row.soonest(rule, now) - now for row, _lane in busy)),
        shares=_shares(Counter(lane for _row, lane in busy), quota.limit),
    )


def _waiting(bucket: Bucket, now: float) -> tuple[Lane, ...]:
    return tuple(sorted(Lane(int(lane)) for lane, until in bucket.waiting.items() if until > now))


def _next_in(busy: list[throttle.Busy], rule: throttle.Rule, now: float) -> int | None:
    if len(busy) < rule.limit:
        return 0
    known = [row.free(rule) for row in busy if row.done_at is not None]
    return ceil(min(known) - now) if known else None


def _blocked_for(bucket: Bucket | None, quota: Quota, moment: clocks.Moment) -> int:
    if bucket is None:
        return 0
    if bucket.stamp != moment.stamp:
        return ceil(max(moment.nothing_before(bucket.stamp) + quota.seconds - moment.now, 0.0))
    return ceil(max(bucket.blocked_until - moment.now, 0.0))


def _shares(counts: Counter[int], limit: int) -> tuple[LaneShare, ...]:
    shares, start = [], 0.0
    for lane, label in LANES.items():
        width = min(100.0 * counts[lane] / limit, 100.0 - start)
        if width > 0:
            shares.append(LaneShare(lane.name.lower(), label, counts[lane], round(start, 2), round(width, 2)))
        start += width
    return tuple(shares)
