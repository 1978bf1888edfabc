"""Reading series by the minute from the store. Never asks the cloud.

The read service for pages and alerts: aligned lists with None for gaps, and how far they can be believed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from console.analytics.metrics import MinuteMetric
from console.analytics.models import MinuteDay
from console.analytics.packing import MINUTES_A_DAY, unpack

__all__ = ["MinuteLine", "mean_by_step", "minute_lines", "summed"]

Values = list[float | None]


@dataclass(frozen=True)
class MinuteLine:
    """A series from `start` on, a value a minute; None is a gap.

    final: places that can't change any more; later ones are unfinished. told: places up to the last known value.
    asked_at: when the cloud was asked last; None when it never was.
    """

    start: datetime
    values: Values
    final: int
    told: int
    asked_at: datetime | None


def minute_lines(
    applications: Iterable[int], metrics: Sequence[MinuteMetric], start: datetime, end: datetime
) -> dict[tuple[int, int], MinuteLine]:
    """Return the series of applications (by key) and metrics between two moments, by (key, code). One query.

    start, end: aware, on whole minutes; end is not part of it. Without anything stored a series is all gaps.
    """
    keys, codes = list(applications), [metric.code for metric in metrics]
    begin = start.astimezone(UTC)
    count = int((end - start).total_seconds() // 60)
    last_day = (begin + timedelta(minutes=max(count - 1, 0))).date()
    rows = MinuteDay.objects.filter(
        application__in=keys, metric__in=codes, day__gte=begin.date(), day__lte=last_day
    ).values_list("application_id", "metric", "day", "packed", "final_until", "asked_at")
    values = {(key, code): [None] * count for key in keys for code in codes}
    final: dict[tuple[int, int], int] = {}
    asked: dict[tuple[int, int], datetime] = {}
    for key, code, day, packed, final_until, asked_at in rows.iterator():
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        offset = int((midnight - begin).total_seconds() // 60)
        low, high = max(0, -offset), min(MINUTES_A_DAY, count - offset)
        if low < high:
            values[key, code][offset + low : offset + high] = unpack(bytes(packed))[low:high]  # type: ignore[assignment]
        final[key, code] = max(final.get((key, code), 0), min(max(offset + final_until, 0), count))
        asked[key, code] = max(asked.get((key, code), asked_at), asked_at)
    return {
        one: MinuteLine(begin, list(line), final.get(one, 0), _told(line), asked.get(one))
        for one, line in values.items()
    }


def _told(values: Sequence[float | None]) -> int:
    place = len(values)
    while place and values[place - 1] is None:
        place -= 1
    return place


def summed(lines: Sequence[MinuteLine]) -> MinuteLine | None:
    """Add up counts. A minute that one of them lacks is a gap: a part is not the whole. None of nothing."""
    lines = [line for line in lines if line.told]
    if not lines:
        return None
    values: Values = [
        None if None in column else sum(column)
        for column in zip(*(line.values for line in lines), strict=True)
    ]
    oldest = min((line.asked_at for line in lines if line.asked_at), default=None)
    return MinuteLine(lines[0].start, values, min(line.final for line in lines), _told(values), oldest)


def mean_by_step(values: Sequence[float | None], step: int) -> Values:
    """Return the mean of each `step` minutes over what is known of them; None where nothing is."""
    found: Values = []
    for begin in range(0, len(values), step):
        known = [value for value in values[begin : begin + step] if value is not None]
        found.append(sum(known) / len(known) if known else None)
    return found
