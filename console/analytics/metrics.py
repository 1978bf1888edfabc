"""The minute series that are collected, and how their numbers are read. Codes stand in the database: never reused.

Source: API Reference, ListRtcRealtimeScale, ListRtcRealtimeQuality, ListRtcRealtimeNetwork.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from console.core.charts import COUNT, RATIO, Unit
from console.sparkrtc.catalogue.analytics import (
    GET_REALTIME_NETWORK,
    GET_REALTIME_QUALITY,
    GET_REALTIME_SCALE,
)
from console.sparkrtc.operation import Operation

__all__ = ["MINUTE_METRICS", "NATIVE", "ONLINE_USERS", "OPEN_ROOMS", "WEB", "MinuteMetric", "both", "by_code"]

NATIVE, WEB = "native", "webrtc"


@dataclass(frozen=True)
class MinuteMetric:
    """One series by the minute. name: as pages and code call it; wire: as the cloud does.

    sdk: whose clients it is about, "" for all. low_is_bad: which end of a rate should worry.
    """

    code: int
    name: str
    wire: str
    label: str | Promise
    operation: Operation
    unit: Unit = RATIO
    sdk: str = ""
    low_is_bad: bool = True

    @property
    def is_scale(self) -> bool:
        """Whether it counts people or rooms."""
        return self.operation is GET_REALTIME_SCALE


ONLINE_USERS = MinuteMetric(
    1, "online_users", "OnlineUsers", _("Online users"), GET_REALTIME_SCALE, COUNT, low_is_bad=False
)
OPEN_ROOMS = MinuteMetric(
    2, "open_rooms", "RoomCount", _("Open rooms"), GET_REALTIME_SCALE, COUNT, low_is_bad=False
)

_QUALITY = (
    (10, "join_success", "JoinSuccessRate", _("Join success"), True),
    (12, "join_success_5s", "JoinSuccess5SecsRate", _("Joined within 5 s"), True),
    (14, "video_freeze", "VideoFreezeRate", _("Video freezes"), False),
    (16, "audio_freeze", "AudioFreezeRate", _("Audio freezes"), False),
)
_NETWORK = (
    (20, "video_up_excellent", "VideoUpstreamExcellentTransRate", _("Excellent video upstream"), True),
    (22, "audio_up_excellent", "AudioUpstreamExcellentTransRate", _("Excellent audio upstream"), True),
    (24, "video_excellent", "VideoExcellentTransRate", _("Excellent video transmission"), True),
    (26, "audio_excellent", "AudioExcellentTransRate", _("Excellent audio transmission"), True),
)


def _rates() -> list[MinuteMetric]:
    return [
        MinuteMetric(code + web, name, wire, label, operation, sdk=sdk, low_is_bad=low_is_bad)
        for operation, rows in ((GET_REALTIME_QUALITY, _QUALITY), (GET_REALTIME_NETWORK, _NETWORK))
        for code, name, wire, label, low_is_bad in rows
        for web, sdk in enumerate((NATIVE, WEB))
    ]


MINUTE_METRICS: tuple[MinuteMetric, ...] = (ONLINE_USERS, OPEN_ROOMS, *_rates())
_BY_CODE = {metric.code: metric for metric in MINUTE_METRICS}


def by_code(code: int) -> MinuteMetric:
    """Return the metric of a code. Raises KeyError."""
    return _BY_CODE[code]


def both(name: str) -> tuple[MinuteMetric, ...]:
    """Return the metrics of a name: one for counts, native and web for rates. Empty for an unknown name."""
    return tuple(metric for metric in MINUTE_METRICS if metric.name == name)
