"""How long an answer of the cloud is fresh, how long it is better than nothing, and what outlasts a change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from console.sparkrtc.operation import Operation

__all__ = ["FRESHNESS", "NAMING", "Freshness", "freshness_of", "is_final"]

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86_400.0


@dataclass(frozen=True)
class Freshness:
    """Seconds since the answer was asked for.

    fresh_for: nobody asks again. usable_for: shown with its age while somebody asks again, or while nobody can.
    """

    fresh_for: float
    usable_for: float


_SETTINGS = Freshness(_MINUTE, _DAY)  # changed by people, and then dropped by the change if it was made here
_STATISTICS = Freshness(_MINUTE, _HOUR)  # the cloud's data has a point a minute and lags
_HISTORY = Freshness(_HOUR, 7 * _DAY)  # a past day does not change any more
_CALLS = Freshness(_MINUTE, _DAY)
_JOB = Freshness(5.0, _HOUR)

FRESHNESS: dict[str, Freshness] = {
    "applications.application.list": _SETTINGS,
    "applications.application.get": _SETTINGS,
    "recording.template.list": _SETTINGS,
    "recording.template.get": _SETTINGS,
    "recording.automatic.get": _SETTINGS,
    "recording.callback.get": _SETTINGS,
    "recording.mix_job.get": _JOB,
    "recording.single_job.get": _JOB,
    "rooms.room.list": Freshness(10.0, 10 * _MINUTE),
    "rooms.participant.list": Freshness(5.0, 10 * _MINUTE),
    "storage.bucket.list": _SETTINGS,
    "storage.object.list": Freshness(_MINUTE, _HOUR),
    "analytics.realtime_scale.get": _STATISTICS,
    "analytics.realtime_scale_dimension.get": _STATISTICS,
    "analytics.realtime_quality.get": _STATISTICS,
    "analytics.realtime_network.get": _STATISTICS,
    "analytics.history_usage.get": _HISTORY,
    "analytics.history_scale.get": _HISTORY,
    "analytics.history_quality.get": _HISTORY,
    "analytics.client_qos.get": _CALLS,
    "analytics.client_events.get": _CALLS,
    "analytics.client_abnormal_events.get": _CALLS,
    "analytics.abnormal_events.get": _CALLS,
    "analytics.abnormal_event_dimension.get": _CALLS,
}

# What others are named by. After a change nobody reads it, but a name and a filter may still be taken from it.
NAMING = frozenset({"applications.application.list"})


def freshness_of(operation: Operation) -> Freshness:
    """Return the operation's freshness. Raises KeyError for one that does not read."""
    return FRESHNESS[operation.name]


# The statistics lag by up to five minutes; when a day's totals are settled is not documented, so a day is waited.
_MINUTES_SETTLE = timedelta(minutes=10)
_DAYS_SETTLE = timedelta(days=1)


def is_final(operation: Operation, params: Mapping[str, Any], asked_at: datetime) -> bool:
    """Say whether an answer asked for at this instant is about a past that can't change any more.

    True of statistics alone: a room that began in a past window may still be open. params: as they were sent.
    """
    if not operation.name.startswith("analytics."):
        return False
    last_day, end = params.get("end_date"), params.get("end_time") or params.get("time")
    if isinstance(last_day, date):
        over = datetime.combine(last_day, time.min, UTC) + timedelta(days=1)
        return over + _DAYS_SETTLE <= asked_at
    return isinstance(end, datetime) and end + _MINUTES_SETTLE <= asked_at
