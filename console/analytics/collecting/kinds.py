"""The kinds of errands: what is asked, how far back it can be, how often, and how it is kept. All as data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from console.analytics.collecting.keeping import (
    Answered,
    Kept,
    keep_days,
    keep_events,
    keep_factors,
    keep_minutes,
    keep_spread,
)
from console.analytics.collecting.windows import DAY, HOUR, MINUTE, Span, Window
from console.analytics.metrics import MINUTE_METRICS, MinuteMetric
from console.analytics.models import DayQuality, DayScale, DayUsage, Spread
from console.sparkrtc.catalogue.analytics import (
    GET_ABNORMAL_EVENT_DIMENSION,
    GET_ABNORMAL_EVENTS,
    GET_HISTORY_QUALITY,
    GET_HISTORY_SCALE,
    GET_HISTORY_USAGE,
    GET_REALTIME_SCALE_DIMENSION,
)
from console.sparkrtc.operation import Operation

__all__ = ["KEPT_EVENTS", "KINDS", "SPREAD_EVERY", "Kind", "requests_a_day", "span_of"]

KEPT_EVENTS = 200  # of one hour, the latest
SPREAD_EVERY = 2 * HOUR
_SETTLES = 10 * MINUTE  # the cloud's figures of a minute are up to five minutes late

Ask = Callable[[Window, datetime], Mapping[str, Any]]  # given the present, too


@dataclass(frozen=True)
class Kind:
    """One kind of errand. watched_every: seconds between two askings while somebody looks; 0: looking changes nothing.

    shorter: reach and window in days to fall back to when the cloud refuses the usual ones; 0 for none.
    """

    name: str
    operation: Operation
    span: Span
    params: Ask
    keep: Callable[[Answered], Kept]
    watched_every: int = 0
    shorter: int = 0


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _date(unit: int) -> date:
    return date(1970, 1, 1) + timedelta(days=unit)


def _minutes(metric: MinuteMetric) -> Kind:
    def params(window: Window, now: datetime) -> Mapping[str, Any]:
        asked = {"start_time": _moment(window.first * MINUTE), "end_time": _moment(window.until * MINUTE)}
        return {"metric": metric.wire, **asked, **({"sdk_type": metric.sdk} if metric.sdk else {})}

    every, watched = (20 * MINUTE, 5 * MINUTE) if metric.is_scale else (6 * HOUR, 30 * MINUTE)
    span = Span(MINUTE, reach=DAY, most=DAY // MINUTE, settle=_SETTLES, every=every)
    return Kind(
        f"minutes:{metric.code}",
        metric.operation,
        span,
        params,
        partial(keep_minutes, metric=metric.code),
        watched_every=watched,
    )


def _days(
    name: str,
    operation: Operation,
    keep: Callable[[Answered], Kept],
    metric: Any,
    reach_days: int,
    shorter: int = 0,
) -> Kind:
    def params(window: Window, now: datetime) -> Mapping[str, Any]:
        return {"metric": metric, "start_date": _date(window.first), "end_date": _date(window.until - 1)}

    # When a past day's totals are settled is not documented: each is asked for once more a day later.
    span = Span(DAY, reach=reach_days * DAY, most=reach_days, settle=DAY, ready=_SETTLES)
    return Kind(name, operation, span, params, keep, shorter=shorter)


def _usage(kind: DayUsage.Kind, metric: str) -> Kind:
    keep = partial(keep_days, model=DayUsage, figure=f"usage.{kind.value}", kind=kind.value)
    return _days(f"usage:{kind.value}", GET_HISTORY_USAGE, keep, metric, 90, shorter=31)


def _history(name: str, operation: Operation, model: Any) -> Kind:
    metric = next(param for param in operation.params if param.name == "metric")
    return _days(
        name, operation, partial(keep_days, model=model, figure=name), list(metric.choices or ()), 31
    )


def _spread(dimension: str) -> Kind:
    def params(window: Window, now: datetime) -> Mapping[str, Any]:
        # The moment at which the unit ends.
        return {"metric": "OnlineUsers", "dimension": dimension, "time": _moment(window.until * SPREAD_EVERY)}

    span = Span(SPREAD_EVERY, reach=DAY, most=1, settle=_SETTLES, ready=_SETTLES)
    return Kind(
        f"spread:{dimension}",
        GET_REALTIME_SCALE_DIMENSION,
        span,
        params,
        partial(keep_spread, dimension=dimension),
    )


def _hour_of_events(window: Window, now: datetime) -> Mapping[str, Any]:
    asked = {"start_time": _moment(window.first * HOUR), "end_time": _moment(window.until * HOUR)}
    return {**asked, "limit": KEPT_EVENTS, "offset": 0}


def _day_of_factors(window: Window, now: datetime) -> Mapping[str, Any]:
    end = min(_moment(window.until * DAY), now.replace(second=0, microsecond=0))
    asked = {"start_time": _moment(window.first * DAY), "end_time": end}
    return {**asked, "dimension": ["abnormal_type", "abnormal_factor"]}


_EVENTS = Kind(
    "events",
    GET_ABNORMAL_EVENTS,
    Span(HOUR, reach=DAY, most=1, settle=_SETTLES, ready=_SETTLES),
    _hour_of_events,
    keep_events,
)
_FACTORS = Kind(
    "factors",
    GET_ABNORMAL_EVENT_DIMENSION,
    Span(DAY, reach=5 * DAY, most=1, settle=_SETTLES, every=4 * HOUR, ready=_SETTLES, open_unit=True),
    _day_of_factors,
    keep_factors,
)

# In the order in which a new console fetches the past: what fills the most pages with the fewest requests first.
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        *(_minutes(metric) for metric in MINUTE_METRICS if metric.is_scale),
        _usage(DayUsage.Kind.CALLS, "CommunicationDuration"),
        _usage(DayUsage.Kind.MIXING, "TranscodeDuration"),
        _usage(DayUsage.Kind.RECORDING, "RecordDuration"),
        _history("scale", GET_HISTORY_SCALE, DayScale),
        _history("quality", GET_HISTORY_QUALITY, DayQuality),
        *(_minutes(metric) for metric in MINUTE_METRICS if not metric.is_scale),
        *(_spread(dimension) for dimension in Spread.Dimension.values),
        _EVENTS,
        _FACTORS,
    )
}


def span_of(kind: Kind, *, shorter: bool) -> Span:
    """Return how a kind lies in time. shorter: the cloud refused how far it reaches."""
    if not shorter:
        return kind.span
    return replace(kind.span, reach=kind.shorter * DAY, most=kind.shorter)


def requests_a_day(applications: int) -> int:
    """Return how many requests so many applications cost in a day on which nobody looks and nothing fails."""
    return applications * sum(_times_a_day(kind.span) for kind in KINDS.values())


def _times_a_day(span: Span) -> int:
    if span.every and span.open_unit:
        return DAY // span.every + 1  # and once more when the day is over
    return DAY // (span.every or span.unit)
