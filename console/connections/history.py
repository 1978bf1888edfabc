"""What was spent of each quota, minute by minute, and by whom. Reads our own counts: they lag by some seconds."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from console.accounts.models import User
from console.connections.consumers import label_of
from console.connections.meter import LANES, LaneShare
from console.connections.models import Connection, LimitFall, MinuteUse, QuotaRefusal
from console.connections.owners import known_owner_of
from console.connections.rules import limits_of
from console.connections.scopes import budget_label, paid_from
from console.core.sentences import quota_name
from console.sparkrtc.operation import Quota
from console.sparkrtc.permits import Lane
from console.sparkrtc.quotas import QUOTAS

__all__ = ["Fall", "QuotaHistory", "Range", "Refusal", "Slot", "Spender", "Use", "quota_use"]

Row = Mapping[str, Any]
Reach = frozenset[int] | None  # keys of connections; None: all of them
_MOST_SPENDERS, _MOST_REFUSALS = 10, 20


class Range(Enum):
    """How far back, and how many minutes stand in one slot."""

    HOUR = ("hour", 60, 1)
    DAY = ("day", 24 * 60, 15)

    def __init__(self, word: str, minutes: int, slot_minutes: int) -> None:
        self.word, self.minutes, self.slot_minutes = word, minutes, slot_minutes

    @classmethod
    def of(cls, word: str) -> "Range":
        """Return the range of that name; the hour for any other."""
        return cls.DAY if word == cls.DAY.word else cls.HOUR


@dataclass(frozen=True)
class Slot:
    """One bar: requests sent from `begin` on. shares: by lane, in hundredths of the height, from the bottom."""

    begin: datetime
    sent: int
    refused: int
    gave_up: int
    left: float
    shares: tuple[LaneShare, ...]


@dataclass(frozen=True)
class QuotaHistory:
    """One budget over the range. most: in one slot; limit: what a slot allows; line: where it stands in the picture,
    in hundredths from the top, None when it is far above.
    """

    name: str
    label: str
    slots: tuple[Slot, ...]
    slot_width: float
    sent: int
    refused: int
    gave_up: int
    waited_each: float
    most: int
    limit: int
    line: float | None

    @property
    def busy_slots(self) -> list[Slot]:
        """Those in which something happened."""
        return [slot for slot in self.slots if slot.sent or slot.gave_up]


@dataclass(frozen=True)
class Spender:
    """A page, task, person, or another connection. share: of all requests, in hundredths."""

    label: str
    name: str
    sent: int
    refused: int
    gave_up: int
    share: int


@dataclass(frozen=True)
class Refusal:
    """A request that the cloud answered with 429. retry_after: seconds; None when it named none.

    operation: empty where it was asked through a connection that the viewer has no right on.
    """

    at: datetime
    quota: str
    operation: str
    lane: Any
    label: str
    name: str
    retry_after: float | None


@dataclass(frozen=True)
class Fall:
    """A limit that fell, and how it rose again. again: when it fell the next time, before it was whole; else None."""

    at: datetime
    label: str
    before: int
    after: int
    whole: int
    accepted: int
    whole_at: datetime
    again: datetime | None


@dataclass(frozen=True)
class Use:
    """Everything that the page behind the meter tells about the past."""

    range: Range
    since: datetime
    until: datetime
    quotas: tuple[QuotaHistory, ...]
    spenders: tuple[Spender, ...]
    people: tuple[Spender, ...]
    refusals: tuple[Refusal, ...]
    falls: tuple[Fall, ...] = ()


def quota_use(
    connection: Connection, span: Range, *, pages_of: Reach, people_of: Reach, in_code: bool = False
) -> Use:
    """Return what the connection's account spent. Eight queries at most.

    pages_of, people_of: through which connections it is told by which page and task, and by whom, by name; what was
    spent through others of the account is shown as theirs. No people at all where that is none. in_code: pages and
    tasks one by one as the code calls them, for whoever looks for the one that asks too much; else all pages of a part
    of the console together.
    """
    until = timezone.now().replace(second=0, microsecond=0) + timedelta(minutes=1)
    until += timedelta(minutes=-(until.minute % span.slot_minutes) % span.slot_minutes)
    since = until - timedelta(minutes=span.minutes)
    owner = known_owner_of(connection)
    rows = MinuteUse.objects.filter(owner=owner or "", minute__gte=since)
    limits = limits_of(owner)
    by_budget: dict[str, list[Row]] = {name: [] for name in limits}
    for row in rows.values("quota", "operation", "minute", "lane").annotate(
        sent=Sum("sent"), refused=Sum("refused"), gave_up=Sum("gave_up"), waited=Sum("waited")
    ):
        by_budget.get(paid_from(row["operation"], limits) or row["quota"], []).append(row)
    return Use(
        range=span,
        since=since,
        until=until,
        quotas=tuple(
            _history(name, found, limits[name], span, since)
            for name, found in by_budget.items()
            if found or name in QUOTAS
        ),
        spenders=_pages(rows, pages_of, in_code),
        people=() if people_of == frozenset() else _people(rows, people_of),
        refusals=_refusals(owner, pages_of),
        falls=_falls(owner),
    )


def _history(name: str, rows: Sequence[Row], quota: Quota, span: Range, since: datetime) -> QuotaHistory:
    limit = round(quota.limit * span.slot_minutes * 60 / quota.seconds)
    slots: list[list[Row]] = [[] for _ in range(span.minutes // span.slot_minutes)]
    for row in rows:
        number = int((row["minute"] - since).total_seconds() // (60 * span.slot_minutes))
        if 0 <= number < len(slots):
            slots[number].append(row)
    most = max(_total(slot, "sent") for slot in slots)
    top = max(limit, most) if most >= limit / 4 else max(most * 1.25, 1)
    width = 100 / len(slots)
    found = tuple(
        _slot(since + timedelta(minutes=number * span.slot_minutes), slot, number * width, top)
        for number, slot in enumerate(slots)
    )
    waits = sum(slot.sent + slot.gave_up for slot in found)
    return QuotaHistory(
        name=name,
        label=budget_label(name),
        slots=found,
        slot_width=round(width * 0.8, 3),
        sent=sum(slot.sent for slot in found),
        refused=sum(slot.refused for slot in found),
        gave_up=sum(slot.gave_up for slot in found),
        waited_each=sum(row["waited"] for row in rows) / waits if waits else 0.0,
        most=most,
        limit=limit,
        line=round(100 * (1 - limit / top), 2) if limit <= top else None,
    )


def _slot(begin: datetime, rows: Sequence[Row], left: float, top: float) -> Slot:
    by_lane: dict[int, int] = defaultdict(int)
    for row in rows:
        by_lane[row["lane"]] += row["sent"]
    shares, below = [], 0.0
    for lane, label in LANES.items():
        height = 100 * by_lane[lane] / top
        if height:
            below += height
            shares.append(
                LaneShare(lane.name.lower(), label, by_lane[lane], round(100 - below, 2), round(height, 2))
            )
    return Slot(
        begin,
        _total(rows, "sent"),
        _total(rows, "refused"),
        _total(rows, "gave_up"),
        round(left, 3),
        tuple(shares),
    )


def _total(rows: Iterable[Row], what: str) -> int:
    return sum(row[what] for row in rows)


def _pages(rows: Any, pages_of: Reach, in_code: bool) -> tuple[Spender, ...]:
    """Return the pages and tasks that sent the most."""
    return _ranked(
        (label_of(row["kind"], row["consumer"]), row["consumer"] if in_code else "", row)
        if _page_is_told(row["connection_id"], pages_of)
        else (_another_connection(), "", row)
        for row in _sums(rows, "kind", "consumer", "connection_id")
    )


def _people(rows: Any, people_of: Reach) -> tuple[Spender, ...]:
    """Return the people who sent the most, by the names that they have now."""
    rows = rows.exclude(person="")
    if people_of is not None:
        rows = rows.exclude(connection_id=0)
    found = _sums(rows, "person", "connection_id")
    named = {row["person"] for row in found if _within(row["connection_id"], people_of)}
    now = dict(User.objects.filter(username__in=named).values_list("username", "display_name"))
    return _ranked(
        (now.get(row["person"]) or row["person"], row["person"], row)
        if _within(row["connection_id"], people_of)
        else (_another_connection(), "", row)
        for row in found
    )


def _within(connection_id: int, reach: Reach) -> bool:
    return reach is None or connection_id in reach


def _page_is_told(connection_id: int, pages_of: Reach) -> bool:
    """Say whether the page is told; also of what was counted before the connection was, in which nobody is named."""
    return not connection_id or _within(connection_id, pages_of)


def _another_connection() -> str:
    return _("another connection of this project")


def _sums(rows: Any, *names: str) -> list[Row]:
    return list(
        rows.values(*names)
        .annotate(all_sent=Sum("sent"), all_refused=Sum("refused"), all_gave_up=Sum("gave_up"))
        .order_by(*names)
    )


def _ranked(found: Iterable[tuple[str, str, Row]]) -> tuple[Spender, ...]:
    """Add up what has the same label and name, and return the ten who sent the most."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for label, name, row in found:
        for place, what in enumerate(("all_sent", "all_refused", "all_gave_up")):
            sums[label, name][place] += row[what]
    total = sum(sent for sent, _, _ in sums.values())
    ranked = sorted(sums.items(), key=lambda entry: (-entry[1][0], entry[0]))
    return tuple(
        Spender(label, name, sent, refused, gave_up, round(100 * sent / total) if total else 0)
        for (label, name), (sent, refused, gave_up) in ranked[:_MOST_SPENDERS]
    )


def _falls(owner: str | None) -> tuple[Fall, ...]:
    """Return the falls of the last week, the latest first."""
    found, later = [], dict[str, datetime]()
    for row in LimitFall.objects.filter(owner=owner or "").order_by("-at")[:_MOST_REFUSALS]:
        next_at = later.get(row.quota)
        found.append(
            Fall(
                row.at,
                budget_label(row.quota),
                row.before,
                row.after,
                row.whole,
                row.accepted,
                row.whole_at,
                next_at if next_at is not None and next_at < row.whole_at else None,
            )
        )
        later[row.quota] = row.at
    return tuple(found)


def _refusals(owner: str | None, pages_of: Reach) -> tuple[Refusal, ...]:
    found = QuotaRefusal.objects.filter(owner=owner or "").order_by("-at")[:_MOST_REFUSALS]
    return tuple(
        Refusal(
            at=row.at,
            quota=quota_name(row.quota),
            operation=row.operation if told else "",
            lane=LANES[Lane(row.lane)],
            label=label_of(row.kind, row.consumer) if told else _another_connection(),
            name=row.consumer if told else "",
            retry_after=row.retry_after,
        )
        for row in found
        for told in [_page_is_told(row.connection_id, pages_of)]
    )
