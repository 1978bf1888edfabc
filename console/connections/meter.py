"""How much of each quota is free. Reads our own books only: looking costs no request."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.db.models import Sum
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.connections import clocks
from console.connections.books import Lowered, book_of, lowered
from console.connections.changeover import limit_in_force
from console.connections.models import Bucket, Connection, MinuteUse
from console.connections.owners import known_owners
from console.connections.scopes import budget_label, paid_from
from console.core.sentences import quota_name
from console.core.text import clauses, explained, listed
from console.sparkrtc.book import Book, Taken
from console.sparkrtc.operation import Quota
from console.sparkrtc.permits import Lane
from console.sparkrtc.quotas import QUOTAS

__all__ = ["LANES", "LaneShare", "QuotaBar", "QuotaGroup", "cells", "groups", "meter_bars", "tightest"]

_MINUTE = 60.0

LANES: dict[Lane, str | Promise] = {
    Lane.CLICK: gettext_lazy("clicks"),
    Lane.PAGE: gettext_lazy("pages"),
    Lane.ALERT: gettext_lazy("alerts"),
    Lane.BACKGROUND: gettext_lazy("background"),
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
    """One budget now: a quota, or a part of it where its limit holds for less (see scopes.py).

    name: the budget's. quota: the cell of the published table. limit requests in any `seconds` seconds; busy, free:
    permits. next_in: whole seconds until one more comes free; 0 when some are free, None while that depends on answers
    still to come. blocked_for: whole seconds for which nothing is sent, after a 429, a change of the rule, or with a
    new store. published: the limit in the API reference. waiting: the lanes in which somebody waits for a permit.
    refused_at: the last 429; refusals: how many.
    lowered: what is believed of the limit while somebody else spends it too; None while it is whole.
    shares: busy permits by lane. minute: the use of the last minute by lane, as a part of what a minute allows.
    frees_in: for each busy permit the seconds until it is free, as if answers still to come came now.
    """

    name: str
    quota: str
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
    minute: tuple[LaneShare, ...] = ()
    lowered: Lowered | None = None
    frees_in: tuple[float, ...] = ()

    @property
    def free(self) -> int:
        return 0 if self.blocked_for else max(self.effective - self.busy, 0)

    @property
    def part(self) -> bool:
        """Whether this is a part of its quota."""
        return self.name != self.quota

    @property
    def somebody_waits(self) -> bool:
        """Whether people or alerts wait; background work is paced, and waiting is its ordinary way."""
        return any(lane < Lane.BACKGROUND for lane in self.waiting)

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

    @property
    def idle(self) -> bool:
        """Whether nothing is to be told of it."""
        return not (self.busy or self.blocked_for or self.waiting or self.minute or self.lost_from)

    @property
    def effective(self) -> int:
        """How many requests a window is believed to hold now."""
        return self.limit if self.lowered is None else self.lowered.limit

    @property
    def lost_from(self) -> float:
        """Where in the bar the part begins that somebody else uses, in hundredths; 0 when there is none."""
        return round(100 * self.effective / self.limit, 2) if self.effective < self.limit else 0.0

    @property
    def lost_width(self) -> float:
        """How wide that part is, in hundredths of the bar."""
        return round(100 - self.lost_from, 2) if self.lost_from else 0.0

    @property
    def words(self) -> str:
        """All that the bar shows, in a sentence."""
        told = [_("%(free)s of %(limit)s free") % {"free": self.free, "limit": self.effective}]
        if self.minute:
            used = listed(f"{share.label} {share.count}" for share in self.minute)
            told.append(_("last minute: %(used)s") % {"used": used})
        if self.waiting:
            told.append(_("waiting: %(lanes)s") % {"lanes": listed(self.waiting_words)})
        if self.blocked_for:
            told.append(_("paused for %(seconds)s s") % {"seconds": self.blocked_for})
        if self.lost_from:
            told.append(
                _("somebody else uses the account: %(limit)s of %(full)s are left to us")
                % {"limit": self.effective, "full": self.limit}
            )
        return explained(self.label, clauses(told))


def meter_bars(connection: Connection) -> list[QuotaBar]:
    """Return all budgets of the connection's account, by quota in the order of the API reference.

    Two queries, and the clock.
    """
    found = Bucket.objects.filter(owner=known_owners(connection), merged_into=None, closed=False)
    buckets = {bucket.quota: bucket for bucket in found.order_by("pk")}
    counts = _last_minute(known_owners(connection), buckets)
    moment = clocks.store_moment()
    return [
        _bar(name, quota, buckets.get(name), counts[name], moment)
        for quota in QUOTAS.values()
        for name in [name for name, one in buckets.items() if one.cell == quota.name] or [quota.name]
    ]


def cells(bars: Iterable[QuotaBar]) -> list[QuotaBar]:
    """Return one bar for each quota: where it has several budgets, the tightest, or one that somebody waits for."""
    by_quota: dict[str, list[QuotaBar]] = {}
    for bar in bars:
        by_quota.setdefault(bar.quota, []).append(bar)
    return [
        min(group, key=lambda bar: (not bar.somebody_waits, *_tightness(bar))) for group in by_quota.values()
    ]


@dataclass(frozen=True)
class QuotaGroup:
    """One quota with what is to be told of its budgets. idle: of how many there is nothing to tell."""

    label: str
    bars: tuple[QuotaBar, ...]
    idle: int


def groups(bars: Iterable[QuotaBar]) -> list[QuotaGroup]:
    """Return the quotas, each with those of its budgets that are in use; one budget alone is always shown."""
    found: dict[str, list[QuotaBar]] = {}
    for bar in bars:
        found.setdefault(bar.quota, []).append(bar)
    return [
        QuotaGroup(
            quota_name(name),
            tuple(one for one in of if not (one.part and one.idle)),
            sum(one.part and one.idle for one in of),
        )
        for name, of in found.items()
    ]


def tightest(bars: Iterable[QuotaBar]) -> QuotaBar:
    """Return the budget of which the smallest part is free; of equals, the one that allows the least a second."""
    return min(bars, key=_tightness)


def _tightness(bar: QuotaBar) -> tuple[float, float]:
    return (bar.free / bar.limit, bar.limit / bar.seconds)


def _bar(
    name: str, published: Quota, bucket: Bucket | None, counts: Counter[int], moment: clocks.Moment
) -> QuotaBar:
    quota = limit_in_force(bucket, published) if bucket is not None else published
    seconds, now, book = quota.seconds, moment.now, Book()
    if (
        bucket is not None and bucket.stamp == moment.stamp
    ):  # by another clock, what the book says means nothing
        book = book_of(bucket)
    busy = [use for use in book.taken.values() if use.free(seconds) > now]
    shares = _shares(Counter(use.lane for use in busy), quota.limit)
    less = lowered(bucket, quota, moment) if bucket is not None else None
    short = quota.seconds < _MINUTE
    return QuotaBar(
        name=name,
        quota=published.name,
        label=budget_label(name),
        limit=quota.limit,
        published=published.limit,
        seconds=quota.seconds,
        busy=len(busy),
        next_in=_next_in(busy, less.limit if less else quota.limit, seconds, now),
        blocked_for=_blocked_for(bucket, book, quota, moment),
        waiting=tuple(sorted({one.lane for one in book.waiting if one.until > now})),
        refused_at=bucket.refused_at if bucket else None,
        refusals=bucket.refusals if bucket else 0,
        lowered=less,
        frees_in=tuple(sorted(use.soonest(seconds, 0.0, now) - now for use in busy)),
        shares=shares,
        minute=_shares(counts, round(quota.limit * _MINUTE / quota.seconds)) if short else shares,
    )


def _last_minute(owner: Any, budgets: Collection[str]) -> dict[str, Counter[int]]:
    """Return how much each budget was used in the last 60 seconds, by lane: of the minute before, its part."""
    now = timezone.now()
    minute = now.replace(second=0, microsecond=0)
    rows = MinuteUse.objects.filter(owner=owner, minute__gte=minute - timedelta(minutes=1)).order_by()
    left = 1 - (now - minute).total_seconds() / _MINUTE
    sums: dict[str, Counter[int]] = defaultdict(Counter)
    for operation, begin, lane, sent in rows.values_list("operation", "minute", "lane").annotate(
        all=Sum("sent")
    ):
        sums[paid_from(operation, budgets)][lane] += sent if begin >= minute else sent * left
    return defaultdict(
        Counter,
        {name: Counter({lane: round(n) for lane, n in lanes.items()}) for name, lanes in sums.items()},
    )


def _next_in(busy: list[Taken], limit: int, seconds: float, now: float) -> int | None:
    """More than the limit are busy after the limit was lowered; then several must come free."""
    missing = len(busy) - limit + 1
    if missing <= 0:
        return 0
    known = sorted(use.free(seconds) for use in busy if use.done is not None)
    return ceil(known[missing - 1] - now) if missing <= len(known) else None


def _blocked_for(bucket: Bucket | None, book: Book, quota: Quota, moment: clocks.Moment) -> int:
    if bucket is None:
        return 0
    if bucket.stamp != moment.stamp:
        return ceil(max(moment.nothing_before(bucket.stamp) + quota.seconds - moment.now, 0.0))
    return ceil(max(book.blocked_until - moment.now, 0.0))


def _shares(counts: Counter[int], limit: int) -> tuple[LaneShare, ...]:
    shares, start = [], 0.0
    for lane, label in LANES.items():
        width = min(100.0 * counts[lane] / limit, 100.0 - start)
        if width > 0:
            shares.append(LaneShare(lane.name.lower(), label, counts[lane], round(start, 2), round(width, 2)))
        start += width
    return tuple(shares)
