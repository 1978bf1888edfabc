"""How long an answer of the cloud is fresh, and how long it is better than nothing."""

from dataclasses import dataclass

from console.sparkrtc.operation import Operation

__all__ = ["FRESHNESS", "Freshness", "freshness_of"]

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
    "storage.object.list": Freshness(30.0, _HOUR),
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


def freshness_of(operation: Operation) -> Freshness:
    """Return the operation's freshness. Raises KeyError for one that does not read."""
    return FRESHNESS[operation.name]
