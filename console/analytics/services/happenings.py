"""Abnormal events over a period: whom they hit, by type and reason, and when. Reads the store alone."""

import json
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from console.analytics.models import AbnormalDay, AbnormalHour
from console.analytics.moving import same_coverage
from console.analytics.services.known import Remembered
from console.analytics.steps import Part, Step, parts_of

__all__ = [
    "AUDIO_FREEZE",
    "MOST_HOURS_READ",
    "SLOW_JOIN",
    "VIDEO_FREEZE",
    "Happenings",
    "Hit",
    "Reason",
    "WhoWasHit",
    "happenings",
    "who_was_hit",
]

SLOW_JOIN, VIDEO_FREEZE, AUDIO_FREEZE = 1, 2, 3
_MOST_REASONS, _MOST_PEOPLE = 15, 25
MOST_HOURS_READ = 400  # rows with people in them that a page opens, the latest


@dataclass(frozen=True)
class Reason:
    """People hit by one type for one reason, summed over days and applications: who was hit twice counts twice.

    before: in the other period; None where nothing is known of it.
    """

    kind: int
    factor: int | None
    people: int
    before: int | None
    steps: tuple[float | None, ...] = ()


@dataclass(frozen=True)
class Happenings:
    """What happened in a period.

    by_kind: people hit in each step by type; None where nothing is known of any application then.
    known, possible: application-days; known_steps: the same of each step. hours: events by day and hour of UTC, None
    where nobody asked. events: all that were counted by the hour. known_before, possible_before: of the other period.
    """

    parts: tuple[Part, ...]
    by_kind: dict[int, tuple[float | None, ...]]
    reasons: tuple[Reason, ...]
    known: int
    possible: int
    known_steps: tuple[int, ...]
    hours: tuple[tuple[float | None, ...], ...]
    events: int
    known_before: int
    possible_before: int

    @property
    def comparable(self) -> bool:
        """Whether about the same share of both periods is known."""
        if not self.possible or not self.possible_before:
            return False
        return same_coverage(self.known / self.possible, self.known_before / self.possible_before)


def happenings(
    applications: Sequence[Remembered],
    first: date,
    last: date,
    before: tuple[date, date] | None,
    step: Step = Step.DAY,
) -> Happenings:
    """Return what happened between two days of UTC, both part of it. Three queries."""
    count, parts = (last - first).days + 1, parts_of(first, last, step)
    rows = _rows(applications, first, last)
    place_of = {
        number: place
        for place, part in enumerate(parts)
        for number in range(part.first.toordinal(), part.last.toordinal() + 1)
    }
    known = [0] * len(parts)
    hit: Counter[tuple[int, int | None, int]] = Counter()
    for day, people in rows:
        place = place_of[day.toordinal()]
        known[place] += 1
        for kind, factor, number in people:
            hit[kind, factor, place] += number

    def by_step(kind: int, *factors: int | None) -> tuple[float | None, ...]:
        return tuple(
            float(sum(hit[kind, factor, place] for factor in factors)) if known[place] else None
            for place in range(len(parts))
        )

    rows_before = _rows(applications, *before) if before else []
    now, then = _by_reason(rows), _by_reason(rows_before) if rows_before else None
    reasons = [
        Reason(kind, factor, people, then[kind, factor] if then is not None else None, by_step(kind, factor))
        for (kind, factor), people in now.most_common(_MOST_REASONS)
    ]
    kinds = (SLOW_JOIN, VIDEO_FREEZE, AUDIO_FREEZE)
    hours, events = _hours(applications, first, count)
    possible_before = ((before[1] - before[0]).days + 1) * len(applications) if before else 0
    return Happenings(
        tuple(parts),
        {kind: by_step(kind, *{f for k, f, _place in hit if k == kind}) for kind in kinds},
        tuple(reasons),
        len(rows),
        count * len(applications),
        tuple(known),
        hours,
        events,
        len(rows_before),
        possible_before,
    )


@dataclass(frozen=True)
class Hit:
    """A participant who was hit, as the latest events of each hour tell. kinds: how often by type."""

    app_id: str
    user_id: str
    events: int
    kinds: dict[int, int]
    last_at: datetime | None


@dataclass(frozen=True)
class WhoWasHit:
    """Who was hit most. seen: events that were looked at, of `events` that there were; hours: rows opened.

    forgotten: hours whose people are not kept any more.
    """

    people: tuple[Hit, ...]
    seen: int
    events: int
    hours: int
    forgotten: int


def who_was_hit(applications: Sequence[Remembered], first: date, last: date) -> WhoWasHit:
    """Return who was hit most often between two days of UTC. One query; reads the latest MOST_HOURS_READ rows."""
    start, end = datetime.combine(first, time.min, UTC), datetime.combine(last, time.min, UTC)
    app_ids = {app.key: app.app_id for app in applications}
    rows = list(
        AbnormalHour.objects.filter(
            application__in=app_ids, hour__gte=start, hour__lt=end + timedelta(days=1), total__gt=0
        )
        .order_by("-hour")
        .values_list("application_id", "total", "kept", "packed")[: MOST_HOURS_READ + 1]
    )
    found: dict[tuple[str, str], list[tuple[int | None, int]]] = {}
    seen = events = forgotten = 0
    for key, total, kept, packed in rows[:MOST_HOURS_READ]:
        events += total
        if packed is None:
            forgotten += bool(kept)
            continue
        for at, user_id, _room, _peer, kind, _factor in _unpacked(packed):
            seen += 1
            if user_id:
                found.setdefault((app_ids[key], user_id), []).append((at, kind))
    people = [_hit(app_id, user_id, many) for (app_id, user_id), many in found.items()]
    people.sort(key=lambda one: (-one.events, one.user_id))
    return WhoWasHit(tuple(people[:_MOST_PEOPLE]), seen, events, min(len(rows), MOST_HOURS_READ), forgotten)


def _hit(app_id: str, user_id: str, many: Sequence[tuple[int | None, int]]) -> Hit:
    last = max((at for at, _kind in many if at is not None), default=None)
    kinds = dict(Counter(kind for _at, kind in many))
    return Hit(app_id, user_id, len(many), kinds, datetime.fromtimestamp(last, UTC) if last else None)


def _unpacked(packed: Any) -> list[list[Any]]:
    found: list[list[Any]] = json.loads(zlib.decompress(bytes(packed)))
    return found


Rows = list[tuple[date, list[list[int]]]]


def _rows(applications: Sequence[Remembered], first: date, last: date) -> Rows:
    keys = [app.key for app in applications]
    found = AbnormalDay.objects.filter(application__in=keys, day__gte=first, day__lte=last)
    return list(found.values_list("day", "people"))


def _by_reason(rows: Rows) -> Counter[tuple[int, int | None]]:
    found: Counter[tuple[int, int | None]] = Counter()
    for _day, people in rows:
        for kind, factor, hit in people:
            found[kind, factor] += hit
    return found


def _hours(
    applications: Sequence[Remembered], first: date, count: int
) -> tuple[tuple[tuple[float | None, ...], ...], int]:
    start = datetime.combine(first, time.min, UTC)
    rows = AbnormalHour.objects.filter(
        application__in=[app.key for app in applications],
        hour__gte=start,
        hour__lt=start + timedelta(days=count),
    ).values_list("hour", "total")
    table: list[list[float | None]] = [[None] * 24 for _day in range(count)]
    events = 0
    for hour, total in rows:
        day = table[(hour.astimezone(UTC).date() - first).days]
        day[hour.hour] = (day[hour.hour] or 0) + total
        events += total
    return tuple(tuple(day) for day in table), events
