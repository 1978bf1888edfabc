"""The statistics operations. Source: API Reference, Statistics."""

from __future__ import annotations

from datetime import timedelta

from console.sparkrtc.catalogue.shared import (
    END_TIME,
    PROJECT,
    REQUIRED_WINDOW,
    ROOM_FILTER,
    ROW_LIMIT,
    ROW_OFFSET,
    START_TIME,
    STATISTICS_APPLICATION,
    app_in_query,
)
from console.sparkrtc.operation import Effect, Operation, Param, day, in_query, moment, text, whole
from console.sparkrtc.quotas import ANALYTICS
from console.sparkrtc.replies import (
    AbnormalEventDistribution,
    AbnormalEvents,
    ClientEvents,
    Experiences,
    NetworkSeries,
    OnlineDistribution,
    QosDetails,
    QualityHistory,
    QualitySeries,
    Reply,
    ScaleHistory,
    ScaleSeries,
    UsageHistory,
)
from console.sparkrtc.rules import Days, Window

__all__ = [
    "GET_ABNORMAL_EVENTS",
    "GET_ABNORMAL_EVENT_DIMENSION",
    "GET_CLIENT_ABNORMAL_EVENTS",
    "GET_CLIENT_EVENTS",
    "GET_CLIENT_QOS",
    "GET_HISTORY_QUALITY",
    "GET_HISTORY_SCALE",
    "GET_HISTORY_USAGE",
    "GET_REALTIME_NETWORK",
    "GET_REALTIME_QUALITY",
    "GET_REALTIME_SCALE",
    "GET_REALTIME_SCALE_DIMENSION",
    "QOS_INDICATORS",
]

_ONE_DAY = (Window(timedelta(days=1)),)
# The SDK's text lets a query about one participant cross a day, but there is no parameter to name one.
_ONE_HOUR = (Window(timedelta(hours=1), reach=timedelta(days=5)),)
_MONTH = (Days(31),)

_SDK_TYPE = Param("sdk_type", in_query, text, required=True, choices=("native", "webrtc"))

_TRANSMISSION = (
    "VideoUpstreamExcellentTransRate",
    "AudioUpstreamExcellentTransRate",
    "VideoExcellentTransRate",
    "AudioExcellentTransRate",
)
_EXPERIENCE = ("JoinSuccessRate", "JoinSuccess5SecsRate", "VideoFreezeRate", "AudioFreezeRate")

QOS_INDICATORS = (
    *("appcpu", "syscpu", "abit", "vbit", "dbit", "vfps", "dfps", "vblock", "dblock", "aloss", "vloss"),
    *("dloss", "vwidth", "vheight", "dwidth", "dheight", "ajitter", "artt", "vjitter", "vrtt", "djitter"),
    "drtt",
)


def _metric(*choices: str, many: bool = False) -> Param:
    return Param("metric", in_query, text, required=True, choices=choices, many=many)


def _statistic(
    name: str,
    path: str,
    page: str,
    reply: type[Reply],
    params: tuple[Param, ...],
    rules: tuple[Window | Days, ...] = (),
    notes: tuple[str, ...] = (),
) -> Operation:
    return Operation(
        name=f"analytics.{name}.get",
        method="GET",
        path=path,
        quota=ANALYTICS,
        effect=Effect.READS,
        params=(PROJECT, *params) if "{project_id}" in path else params,
        rules=rules,
        reply=reply,
        success=(200,),
        source=f"API Reference, {page}",
        notes=notes,
    )


_MINUTES = ("A point per minute, up to 5 minutes late; without a window, the last hour.",)

GET_REALTIME_SCALE = _statistic(
    "realtime_scale",
    "/v1/{project_id}/rtc/realtime/scale",
    "ListRtcRealtimeScale",
    ScaleSeries,
    (STATISTICS_APPLICATION, ROOM_FILTER, _metric("OnlineUsers", "RoomCount"), START_TIME, END_TIME),
    _ONE_DAY,
    _MINUTES,
)

GET_REALTIME_SCALE_DIMENSION = _statistic(
    "realtime_scale_dimension",
    "/v1/{project_id}/rtc/realtime/scale/dimension",
    "ListRtcRealtimeScaleDimension",
    OnlineDistribution,
    (
        STATISTICS_APPLICATION,
        ROOM_FILTER,
        _metric("OnlineUsers"),
        Param(
            "dimension",
            in_query,
            text,
            required=True,
            choices=("region", "access_net", "platform", "sdk"),
        ),
        Param("time", in_query, moment, required=True),
    ),
    notes=("One moment, no window; how far back it may lie is open.",),
)

GET_REALTIME_QUALITY = _statistic(
    "realtime_quality",
    "/v1/{project_id}/rtc/realtime/quality",
    "ListRtcRealtimeQuality",
    QualitySeries,
    (STATISTICS_APPLICATION, ROOM_FILTER, _metric(*_EXPERIENCE), _SDK_TYPE, START_TIME, END_TIME),
    _ONE_DAY,
    _MINUTES,
)

GET_REALTIME_NETWORK = _statistic(
    "realtime_network",
    "/v1/{project_id}/rtc/realtime/network",
    "ListRtcRealtimeNetwork",
    NetworkSeries,
    (STATISTICS_APPLICATION, ROOM_FILTER, _metric(*_TRANSMISSION), _SDK_TYPE, START_TIME, END_TIME),
    _ONE_DAY,
    _MINUTES,
)

GET_HISTORY_USAGE = _statistic(
    "history_usage",
    "/v1/{project_id}/rtc/history/usage",
    "ListRtcHistoryUsage",
    UsageHistory,
    (
        STATISTICS_APPLICATION,
        # The present page lists the first only; the SDK knows all three.
        _metric("CommunicationDuration", "TranscodeDuration", "RecordDuration"),
        Param("start_date", in_query, day, required=True),
        Param("end_date", in_query, day, required=True),
    ),
    (Days(),),
    ("The longest window is open; the cloud's own console offers 90 days.", "Statistics, not the bill."),
)

_HISTORY = (Param("start_date", in_query, day), Param("end_date", in_query, day))
_WHOLE_DAYS = ("The last 31 days, without the one that is not over.",)

GET_HISTORY_SCALE = _statistic(
    "history_scale",
    "/v1/{project_id}/rtc/history/scale",
    "ListRtcHistoryScale",
    ScaleHistory,
    (
        STATISTICS_APPLICATION,
        _metric(
            "UserCount",
            "SessionCount",
            "RoomCount",
            "MaxOnlineUserCount",
            "MaxOnlineRoomCount",
            "CommunicationDuration",
            "VideoCommunicationDuration",
            "AudioCommunicationDuration",
            many=True,
        ),
        *_HISTORY,
    ),
    _MONTH,
    _WHOLE_DAYS,
)

GET_HISTORY_QUALITY = _statistic(
    "history_quality",
    "/v1/{project_id}/rtc/history/quality",
    "ListRtcHistoryQuality",
    QualityHistory,
    (
        STATISTICS_APPLICATION,
        _metric(
            *_EXPERIENCE,
            "FirstVideoRecvTime",
            "FirstAudioRecvTime",
            "PullStreamSuccessRate",
            "PushStreamSuccessRate",
            *_TRANSMISSION,
            "VideoTransDelay",
            "AudioTransDelay",
            many=True,
        ),
        *_HISTORY,
    ),
    _MONTH,
    _WHOLE_DAYS,
)

GET_CLIENT_QOS = _statistic(
    "client_qos",
    "/v1/{project_id}/rtc/client/qos/details",
    "ListRtcClientQosDetails",
    QosDetails,
    (
        Param("domain", in_query, text, shortest=1),
        app_in_query("app_id"),
        Param("room_id", in_query, text, required=True, shortest=1),
        Param("user_id", in_query, text, shortest=1),
        Param("peer_id", in_query, text, shortest=1),
        Param("stream_id", in_query, text, shortest=1),
        # Values by analogy with the sibling query of the server side.
        Param("direction", in_query, text, choices=("up", "down")),
        Param(
            "mid",
            in_query,
            text,
            required=True,
            many=True,
            joined=True,
            choices=("all", *QOS_INDICATORS),
            stands_alone="all",
        ),
        *REQUIRED_WINDOW,
        Param("time_type", in_query, text, choices=("stime", "ctime"), default="ctime"),
        Param("limit", in_query, whole, low=1, unit="rows"),
        Param("offset", in_query, whole, low=0, unit="rows"),
    ),
    (Window(timedelta(hours=24), reach=timedelta(days=5)),),
    ("What a row is, is open.", 'peer_id "0" in the answer marks what the participant sends.'),
)

GET_CLIENT_EVENTS = _statistic(
    "client_events",
    "/v1/{project_id}/rtc/client/event",
    "ListRtcEvent",
    ClientEvents,
    (app_in_query("app_id"), ROOM_FILTER, *REQUIRED_WINDOW),
    _ONE_HOUR,
    ("The page shows one object as the answer; a list is read as well.",),
)

GET_CLIENT_ABNORMAL_EVENTS = _statistic(
    "client_abnormal_events",
    "/v1/{project_id}/rtc/client/abnormalevent",
    "ListRtcAbnormalEvent",
    Experiences,
    (app_in_query("app_id"), ROOM_FILTER, *REQUIRED_WINDOW),
    _ONE_HOUR,
    ("The page shows one object as the answer; a list is read as well.",),
)

GET_ABNORMAL_EVENTS = _statistic(
    "abnormal_events",
    "/v1/rtc/data/abnormal-events",
    "ListRtcAbnormalEvents",
    AbnormalEvents,
    (
        STATISTICS_APPLICATION,
        ROOM_FILTER,
        Param("user_id", in_query, text, wire="uid", shortest=1),
        START_TIME,
        END_TIME,
        ROW_LIMIT,
        ROW_OFFSET,
    ),
    _ONE_DAY,
    ("Without a window, the last hour.", "The path carries no project."),
)

GET_ABNORMAL_EVENT_DIMENSION = _statistic(
    "abnormal_event_dimension",
    "/v1/rtc/data/abnormal-event/dimension",
    "ListRtcAbnormalEventDimension",
    AbnormalEventDistribution,
    (
        STATISTICS_APPLICATION,
        ROOM_FILTER,
        # Both may be asked for at once; that a comma parts them is presumed.
        Param(
            "dimension",
            in_query,
            text,
            many=True,
            joined=True,
            choices=("abnormal_type", "abnormal_factor"),
        ),
        START_TIME,
        END_TIME,
    ),
    _ONE_DAY,
    ("Without a window, the last hour.", "The path carries no project."),
)
