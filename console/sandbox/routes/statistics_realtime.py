"""Statistics of the last day, minute by minute: scale, its distribution, quality, network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

from console.sandbox.clock import iso_seconds
from console.sandbox.cloud import Cloud
from console.sandbox.errors import bad_value
from console.sandbox.http_types import Reply, Request, Route
from console.sandbox.routes.statistics_parameters import CELL, DAY, MINUTE, Question
from console.sandbox.world.statistics import Dimension
from console.sandbox.world.tables import KINDS, MinuteTable

__all__ = ["ROUTES"]

_PART_OF_WHOLE = {
    "JoinSuccessRate": ("joined", "attempts"),
    "JoinSuccess5SecsRate": ("joined_soon", "attempts"),
    "VideoFreezeRate": ("video_frozen", "viewers"),
    "AudioFreezeRate": ("audio_frozen", "online"),
    "VideoUpstreamExcellentTransRate": ("video_up_poor", "video_senders"),
    "AudioUpstreamExcellentTransRate": ("audio_up_poor", "senders"),
    "VideoExcellentTransRate": ("video_poor", "viewers"),
    "AudioExcellentTransRate": ("audio_poor", "online"),
}
_QUALITY = ("JoinSuccessRate", "JoinSuccess5SecsRate", "VideoFreezeRate", "AudioFreezeRate")
_NETWORK = tuple(name for name in _PART_OF_WHOLE if name not in _QUALITY)
_FREEZES = ("VideoFreezeRate", "AudioFreezeRate")


def list_realtime_scale(request: Request, cloud: Cloud) -> Reply:
    """Return people or rooms online, a point a minute. Source: API reference, ListRtcRealtimeScale."""
    asked = Question(request, cloud)
    metric = asked.choice("metric", ("OnlineUsers", "RoomCount"))

    def read(table: MinuteTable) -> Sequence[float]:
        return table.open_rooms if metric == "RoomCount" else table.column("online")

    points = [{"time": at, "value": round(read_at)} for at, read_at in _series(asked, read)]
    return Reply(200, {"scale": points})


def list_realtime_scale_dimension(request: Request, cloud: Cloud) -> Reply:
    """Return people online by a dimension at one moment, the largest group first.

    A moment whose minute is not known yet has no groups. Source: API reference, ListRtcRealtimeScaleDimension.
    """
    asked = Question(request, cloud)
    room_id = asked.room_id()
    asked.choice("metric", ("OnlineUsers",))
    dimension = cast(Dimension, asked.choice("dimension", ("region", "access_net", "platform", "sdk")))
    asked.required("time")
    moment = asked.moment("time")
    if moment is None or moment < asked.now - 90 * DAY:
        raise bad_value("time")
    groups: list[tuple[str, int]] = []
    if moment // MINUTE < asked.world.lag.known_until(asked.now):
        groups = asked.world.statistics(asked.app_id).distribution(dimension, moment, room_id)
    return Reply(
        200, {"dimensions": [{"dimension": value, "online_users": count} for value, count in groups]}
    )


def list_realtime_quality(request: Request, cloud: Cloud) -> Reply:
    """Return a quality ratio of one kind of client, a point a minute.

    A minute in which nobody joined counts as one without failure. Source: API reference, ListRtcRealtimeQuality.
    """
    return Reply(200, {"quality": _ratios(request, cloud, _QUALITY)})


def list_realtime_network(request: Request, cloud: Cloud) -> Reply:
    """Return a transmission ratio of one kind of client, a point a minute.

    Source: API reference, ListRtcRealtimeNetwork.
    """
    return Reply(200, {"network": _ratios(request, cloud, _NETWORK)})


def _ratios(request: Request, cloud: Cloud, metrics: Sequence[str]) -> list[dict[str, Any]]:
    asked = Question(request, cloud)
    metric = asked.choice("metric", metrics)
    kind = asked.choice("sdk_type", KINDS)
    part, whole = _PART_OF_WHOLE[metric]

    def read(table: MinuteTable) -> Sequence[float]:
        pairs = zip(table.column(part, kind), table.column(whole, kind), strict=True)
        return [ratio(metric, some, every) for some, every in pairs]

    return [{"time": at, "value": value} for at, value in _series(asked, read)]


def ratio(metric: str, part: float, whole: float) -> float:
    """Return a metric's value, 0 to 1, from what was counted. Nothing counted: no freeze, no failure."""
    share = min(1.0, max(0.0, part / whole)) if whole > 0.5 else None
    if metric in _FREEZES:
        return round(share or 0.0, 4)
    if metric in _NETWORK:
        return round(1 - (share or 0.0), 4)
    return 1.0 if share is None else round(share, 4)


def _series(asked: Question, read: Callable[[MinuteTable], Sequence[float]]) -> Iterator[tuple[str, float]]:
    """Yield time and value of each known minute of the window.

    Minutes are known one to five minutes after they end, and for a day.
    """
    room_id, window = asked.room_id(), asked.window(DAY)
    first = max(-(-window.start // MINUTE), -(-(asked.now - DAY) // MINUTE))
    last = min(-(-window.end // MINUTE), asked.world.lag.known_until(asked.now))
    if first >= last:
        return
    figures = asked.world.statistics(asked.app_id)
    if room_id is not None:
        values = read(figures.room_minutes(room_id, first * MINUTE, last - first))
        yield from ((iso_seconds((first + place) * MINUTE), values[place]) for place in range(last - first))
        return
    minutes_a_day = DAY // MINUTE
    for day in range(first // minutes_a_day, (last - 1) // minutes_a_day + 1):
        values = read(figures.minutes(day))
        begin = day * minutes_a_day
        for minute in range(max(first, begin), min(last, begin + minutes_a_day)):
            yield iso_seconds(minute * MINUTE), values[minute - begin]


ROUTES = [
    Route("GET", "/v1/{project_id}/rtc/realtime/scale", list_realtime_scale, CELL, auth="v1"),
    Route(
        "GET", "/v1/{project_id}/rtc/realtime/scale/dimension", list_realtime_scale_dimension, CELL, auth="v1"
    ),
    Route("GET", "/v1/{project_id}/rtc/realtime/quality", list_realtime_quality, CELL, auth="v1"),
    Route("GET", "/v1/{project_id}/rtc/realtime/network", list_realtime_network, CELL, auth="v1"),
]
