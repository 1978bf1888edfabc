"""Writing down what the cloud answered. Each function says up to which unit it is final.

They run inside the transaction that ends the errand: either both are there or neither.
"""

import json
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from console.analytics.collecting.windows import DAY, MINUTE, Span, Window, final_until
from console.analytics.models import (
    AbnormalDay,
    AbnormalHour,
    DayChange,
    KnownApplication,
    MinuteDay,
    Spread,
    SpreadDay,
)
from console.analytics.packing import MINUTES_A_DAY, pack, unpack
from console.sparkrtc.replies import (
    AbnormalEvent,
    AbnormalEventDistribution,
    AbnormalEvents,
    OnlineDistribution,
    Point,
)

__all__ = ["Answered", "Kept", "keep_days", "keep_events", "keep_factors", "keep_minutes", "keep_spread"]

# A cloud that lags more than usual gets so long to bring what is missing at the end of a series.
_LATE_MINUTES = 6 * 60
_MOST_TEXT = 128  # of an id that the cloud sends


@dataclass(frozen=True)
class Kept:
    """What became final: every unit before `reached`. late: the newest unit was not there yet, so ask again soon."""

    reached: int
    late: bool = False


@dataclass(frozen=True)
class Answered:
    """An answer with its question. reached: what was final before; asked_at: when the question was put."""

    application: KnownApplication
    span: Span
    window: Window
    reached: int | None
    asked_at: datetime
    value: Any

    @property
    def final(self) -> int:
        """The first unit of the window that can still change."""
        return min(self.window.until, final_until(self.span, self.asked_at.timestamp()))


# --- minutes


def keep_minutes(answered: Answered, metric: int) -> Kept:
    """Write down points by the minute; of each day one row."""
    points = {int(point.time.timestamp()) // MINUTE: point.value for point in _told(answered.value.points)}
    window = answered.window
    points = {minute: value for minute, value in points.items() if window.first <= minute < window.until}
    final = _final_minute(answered, points)
    first_told = min(points, default=window.until)
    # Before the first point of a window that begins where the cloud's memory ends, nothing was asked for in time.
    clipped = answered.reached is None or window.lost > 0
    missed_from = answered.reached if answered.reached is not None else window.first
    missed_until = min(first_told, final) if clipped else window.first
    for day in range(missed_from // MINUTES_A_DAY, (window.until - 1) // MINUTES_A_DAY + 1):
        begin = day * MINUTES_A_DAY
        missed = _within(missed_from, missed_until, begin)
        if window.until <= begin or (window.first >= begin + MINUTES_A_DAY and missed is None):
            continue
        _merge(answered, metric, begin, points, final, missed)
    return Kept(final)


def _told(points: Iterable[Point]) -> Iterable[Any]:
    return (point for point in points if point.time is not None and point.value is not None)


def _final_minute(answered: Answered, points: Mapping[int, float]) -> int:
    """Return the first minute that can still change: what is missing at the end may only be late."""
    final = answered.final
    told_until = max(points, default=answered.window.first - 1) + 1
    return max(min(final, told_until), min(final, final - _LATE_MINUTES), answered.window.first)


def _within(first: int, until: int, begin: int) -> tuple[int, int] | None:
    """Return the part of a range of minutes that lies in the day that begins there, as minutes of that day."""
    low, high = max(first - begin, 0), min(until - begin, MINUTES_A_DAY)
    return (low, high) if low < high else None


def _merge(
    answered: Answered,
    metric: int,
    begin: int,
    points: Mapping[int, float],
    final: int,
    missed: tuple[int, int] | None,
) -> None:
    day = datetime.fromtimestamp(begin * MINUTE, UTC).date()
    row = MinuteDay.objects.filter(application=answered.application, metric=metric, day=day).first()
    values: list[float | None] = [None] * MINUTES_A_DAY if row is None else unpack(bytes(row.packed))
    asked = _within(answered.window.first, answered.window.until, begin)
    for minute in range(*asked) if asked else ():
        values[minute] = points.get(begin + minute)
    if row is None:
        row = MinuteDay(application=answered.application, metric=metric, day=day)
    if missed is not None:
        row.missed = [*row.missed, *_holes(values, *missed)]
    known = [value for value in values if value is not None]
    row.packed, row.asked_at = pack(values), answered.asked_at
    row.final_until = max(row.final_until, min(max(final - begin, 0), MINUTES_A_DAY))
    row.known, row.total = len(known), sum(known)
    row.low, row.high = min(known, default=None), max(known, default=None)
    row.save()


def _holes(values: Sequence[float | None], low: int, high: int) -> list[list[int]]:
    """Return the runs without values; some minutes may have been seen before they were final."""
    runs: list[list[int]] = []
    for minute in range(low, high):
        if values[minute] is not None:
            continue
        if runs and runs[-1][1] == minute:
            runs[-1][1] = minute + 1
        else:
            runs.append([minute, minute + 1])
    return runs


# --- days


def keep_days(answered: Answered, model: Any, figure: str, **more: Any) -> Kept:
    """Write down a row for each day; a changed past is noted, and a day that is left out for good too."""
    rows = {row.day: row for row in answered.value.days if row.day is not None}
    fields = [name for row in answered.value.days[:1] for name in row.__struct_fields__ if name != "day"]
    days = [_day(unit) for unit in range(answered.window.first, answered.window.until)]
    stored = {
        row.day: row for row in model.objects.filter(application=answered.application, day__in=days, **more)
    }
    final, changes, fresh = answered.final, [], []
    for unit, day in zip(range(answered.window.first, answered.window.until), days, strict=True):
        told, settled, before = rows.get(day), unit < final, stored.get(day)
        if told is None and not settled:
            continue
        values = {name: getattr(told, name) for name in fields} if told is not None else {}
        if before is not None and told is not None:
            changes += _changes(answered, before, values, day, figure)
        row = before or model(application=answered.application, day=day, **more)
        for name, value in values.items():
            setattr(row, name, value)
        row.asked_at, row.settled = answered.asked_at, settled
        row.missing = told is None and (before is None or before.missing)
        fresh.append(row)
    for row in fresh:
        row.save()
    DayChange.objects.bulk_create(changes)
    return Kept(final, late=days[-1] not in rows)


def _changes(
    answered: Answered, before: Any, values: Mapping[str, Any], day: date, figure: str
) -> list[DayChange]:
    return [
        DayChange(
            application=answered.application,
            day=day,
            figure=f"{figure}.{name}",
            before=getattr(before, name),
            after=value,
            noticed_at=answered.asked_at,
        )
        for name, value in values.items()
        if getattr(before, name) != value and not before.missing
    ]


# --- distributions and events


def keep_spread(answered: Answered, dimension: str) -> Kept:
    """Write down who was online at one moment, by a dimension."""
    told: OnlineDistribution = answered.value
    people = [[row.dimension[:_MOST_TEXT], row.online_users or 0] for row in told.dimensions]
    Spread.objects.update_or_create(
        application=answered.application,
        dimension=dimension,
        at=_moment(answered.span, answered.window.until),
        defaults={"people": people, "asked_at": answered.asked_at},
    )
    _add_up(answered, dimension, _moment(answered.span, answered.window.until).astimezone(UTC).date())
    return Kept(answered.final)


def _add_up(answered: Answered, dimension: str, day: date) -> None:
    """Write down the day of a moment anew, from all its moments."""
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
    moments = Spread.objects.filter(
        application=answered.application,
        dimension=dimension,
        at__gte=begin,
        at__lt=begin + timedelta(days=1),
    ).values_list("people", flat=True)
    people: Counter[str] = Counter()
    for rows in moments:
        for value, count in rows:
            people[value] += count
    SpreadDay.objects.update_or_create(
        application=answered.application,
        dimension=dimension,
        day=day,
        defaults={"moments": len(moments), "people": dict(people)},
    )


def keep_events(answered: Answered) -> Kept:
    """Write down how many abnormal events an hour had, and the latest of them."""
    told: AbnormalEvents = answered.value
    total = len(told.events) if told.total is None else told.total
    AbnormalHour.objects.update_or_create(
        application=answered.application,
        hour=_moment(answered.span, answered.window.first),
        defaults={
            "total": total,
            "kept": len(told.events),
            "packed": _packed(told.events) if told.events else None,
            "asked_at": answered.asked_at,
        },
    )
    return Kept(answered.final)


def _packed(events: Sequence[AbnormalEvent]) -> bytes:
    rows = [
        [
            int(event.time.timestamp()) if event.time else None,
            event.user_id[:_MOST_TEXT],
            event.room_id[:_MOST_TEXT],
            event.peer_id[:_MOST_TEXT],
            event.abnormal_type,
            event.abnormal_factor,
        ]
        for event in events
    ]
    return zlib.compress(json.dumps(rows, separators=(",", ":")).encode(), 9)


def keep_factors(answered: Answered) -> Kept:
    """Write down how many people each type and factor hit on one day."""
    told: AbnormalEventDistribution = answered.value
    day = _day(answered.window.first)
    AbnormalDay.objects.update_or_create(
        application=answered.application,
        day=day,
        defaults={
            "people": [
                [row.abnormal_type, row.abnormal_factor, row.user_count or 0] for row in told.dimensions
            ],
            "asked_at": answered.asked_at,
            "settled": answered.window.first < answered.final,
        },
    )
    return Kept(answered.final)


def _moment(span: Span, unit: int) -> datetime:
    return datetime.fromtimestamp(unit * span.unit, UTC)


def _day(unit: int) -> date:
    return date(1970, 1, 1) + timedelta(seconds=unit * DAY)
