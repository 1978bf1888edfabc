"""What is to be found after days of collecting, long or short: every truth once, and gaps only where they must be."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from console.analytics.metrics import MinuteMetric
from console.analytics.models import DayScale, MinuteDay
from console.analytics.packing import unpack
from tests.analytics.conftest import START, Months
from tests.analytics.world import days_between, minutes_missed, true_days, true_minutes
from tests.sandbox.statistics_asking import Asker

__all__ = ["asked_once", "make_up_the_past", "minutes_missing", "scale_is_whole"]


def make_up_the_past(months: Months, app_id: str, days: int) -> None:
    """Let the sandbox make up days at once: a client would think that no answer comes, and ask again."""
    assert months.sandbox.app is not None
    figures = months.sandbox.app.cloud.world.statistics(app_id)
    today = int(START.timestamp()) // 86_400
    for number in range(today - days, today):
        figures.day(number)


def minutes_missing(
    asker: Asker, application: Any, metrics: Iterable[MinuteMetric], first: date, last: date
) -> Counter[int]:
    """Every final minute is the world's, or one that nobody asked for in time; count those by the metric's code."""
    gaps, metrics = Counter[int](), list(metrics)
    for day in days_between(first, last):
        rows = {row.metric: row for row in MinuteDay.objects.filter(application=application, day=day)}
        for metric in metrics:
            row = rows[metric.code]
            kept, missed = unpack(bytes(row.packed)), minutes_missed(row)
            assert row.final_until == 1440, (day, metric.name)
            gaps[metric.code] += len(missed)
            true = true_minutes(asker, application.app_id, metric, day)
            for minute, (value, really) in enumerate(zip(kept, true, strict=True)):
                assert value == (None if minute in missed else really), (day, metric.name, minute)
            known = [value for value in kept if value is not None]
            assert (row.known, row.total) == (len(known), sum(known))
    return gaps


def scale_is_whole(asker: Asker, app_id: str, application: Any, days: list[date]) -> None:
    """Of the scale of whole days nothing is missing."""
    scale = true_days(asker, "list_history_scale", app_id, ["UserCount", "AudioCommunicationDuration"], days)
    assert [
        (row.day.isoformat(), row.user_count, row.audio_communication_seconds, row.missing)
        for row in DayScale.objects.filter(application=application, day__in=days).order_by("day")
    ] == [(at, row["user_count"], row["audio_communication_duration"], False) for at, row in scale.items()]


def asked_once(requests: list[dict[str, Any]]) -> int:
    """No unit of anything that was final when it was answered is answered a second time. Count the units."""
    answered: set[tuple[str, ...]] = set()
    for request in requests:
        query = {name: value for name, value in request["query"] if name != "metric"}
        metrics = sorted(value for name, value in request["query"] if name == "metric")
        kind = [query.get(name, "") for name in ("sdk_type", "dimension")]
        for unit in _final_units(request, query):
            one = (request["operation"], *metrics, *kind, unit)
            assert one not in answered, one
            answered.add(one)
    return len(answered)


def _final_units(request: dict[str, Any], query: dict[str, str]) -> list[str]:
    at = datetime.strptime(request["headers"]["x-sdk-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if "start_date" in query:
        first, last = (date.fromisoformat(query[name]) for name in ("start_date", "end_date"))
        old = (at - timedelta(days=2)).date()
        return [str(day) for day in days_between(first, min(last, old))]
    if "time" in query:
        return [query["time"]]
    start, end = (datetime.fromisoformat(query[name]) for name in ("start_time", "end_time"))
    final = at - timedelta(minutes=10)
    if request["operation"] == "list_abnormal_event_dimension":
        return [str(start)] if end - start == timedelta(days=1) and end <= final else []
    final = min(end, final)
    return [str(start + timedelta(minutes=n)) for n in range(int((final - start).total_seconds() // 60))]
