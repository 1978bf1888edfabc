"""What really was, asked of the sandbox's world around the server: at moments at which it still knew."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from console.analytics.metrics import MinuteMetric
from console.analytics.models import MinuteDay
from tests.sandbox.statistics_asking import DAY, HOUR, Asker, iso

_OPERATIONS = {
    "analytics.realtime_scale.get": ("list_realtime_scale", "scale"),
    "analytics.realtime_quality.get": ("list_realtime_quality", "quality"),
    "analytics.realtime_network.get": ("list_realtime_network", "network"),
}


def true_minutes(asker: Asker, app_id: str, metric: MinuteMetric, day: date) -> list[float]:
    """Return the 1440 values of a day."""
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
    operation, field = _OPERATIONS[metric.operation.name]
    more = {"sdk_type": metric.sdk} if metric.sdk else {}
    values: list[float] = []
    for start in (begin, begin + DAY / 2):
        window = {"start_time": iso(start), "end_time": iso(start + DAY / 2)}
        body = asker(operation, at=start + 13 * HOUR, app=app_id, metric=metric.wire, **window, **more)
        values += [point["value"] for point in body[field]]
    assert len(values) == 1440
    return values


def true_days(asker: Asker, operation: str, app_id: str, metrics: Any, days: list[date]) -> dict[str, Any]:
    """Return the rows of past days by date, each asked for when it was two days old."""
    field = {"list_history_scale": "scale", "list_history_quality": "quality", "list_history_usage": "usage"}
    rows = {}
    for day in days:
        at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp() + 2 * DAY
        body = asker(
            operation, at=at, app=app_id, metric=metrics, start_date=day.isoformat(), end_date=day.isoformat()
        )
        (rows[day.isoformat()],) = body[field[operation]]
    return rows


def days_between(first: date, last: date) -> Iterator[date]:
    """Yield each day, both ends included."""
    while first <= last:
        yield first
        first += timedelta(days=1)


def minutes_missed(row: MinuteDay) -> set[int]:
    """Return the minutes that a row says were not asked for in time."""
    return {minute for low, high in row.missed for minute in range(low, high)}
