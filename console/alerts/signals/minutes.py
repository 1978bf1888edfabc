"""What the collector stores by the minute: scale, quality, network. The sample of a rate is who was online."""

import math
from datetime import datetime, timedelta
from functools import partial

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from console.alerts.engine import Minute, Scale, Side
from console.alerts.signals.registry import Group, Series, Signal, register_signal
from console.analytics.metrics import MINUTE_METRICS, ONLINE_USERS, MinuteMetric
from console.analytics.services.known import remembered
from console.analytics.services.minutes import minute_lines
from console.connections.models import Connection
from console.sparkrtc.catalogue.analytics import GET_REALTIME_QUALITY

__all__ = ["register"]

# How old what is settled gets, as the collector goes out for it while rules watch (analytics/collecting/kinds.py).
_SCALE_LATE, _RATE_LATE = timedelta(minutes=15), timedelta(minutes=40)
_SDKS = {"native": _("native"), "webrtc": _("web")}


def register() -> None:
    """Register a signal for each series by the minute."""
    for metric in MINUTE_METRICS:
        register_signal(_signal(metric))


def _signal(metric: MinuteMetric) -> Signal:
    if metric.is_scale:
        online = metric is ONLINE_USERS
        return Signal(
            f"minutes.{metric.name}",
            Group.SCALE,
            metric.label,
            metric.unit,
            Scale(0, math.inf, math.inf, counts_itself=online),
            Side.ABOVE,
            partial(_read, metric),
            sample_label=ONLINE_USERS.label,
            late=_SCALE_LATE,
        )
    return Signal(
        f"minutes.{metric.name}.{metric.sdk}",
        Group.QUALITY if metric.operation is GET_REALTIME_QUALITY else Group.NETWORK,
        format_lazy("{} · {}", metric.label, _SDKS[metric.sdk]),
        metric.unit,
        Scale(0.0, 1.0, math.inf),
        Side.BELOW if metric.low_is_bad else Side.ABOVE,
        partial(_read, metric),
        sample_label=ONLINE_USERS.label,
        late=_RATE_LATE,
    )


def _read(
    metric: MinuteMetric, connection: Connection, app_id: str, start: datetime, end: datetime
) -> Series:
    """Two queries. Without the application nothing is known, and nothing settled."""
    known = remembered(connection, {app_id})
    if not known:
        return Series(start, [], 0)
    key = known[0].key
    wanted = [metric] if metric is ONLINE_USERS else [metric, ONLINE_USERS]
    lines = minute_lines([key], wanted, start, end)
    line, online = lines[key, metric.code], lines[key, ONLINE_USERS.code]
    minutes = [Minute(*pair) for pair in zip(line.values, online.values, strict=True)]
    return Series(line.start, minutes, min(line.final, online.final))
