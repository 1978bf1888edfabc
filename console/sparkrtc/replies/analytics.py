"""What the statistics operations answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar

from console.sparkrtc.reading import Reply

__all__ = [
    "AbnormalEvent",
    "AbnormalEventDistribution",
    "AbnormalEvents",
    "Cause",
    "ClientEvent",
    "ClientEvents",
    "Experience",
    "Experiences",
    "NetworkSeries",
    "OnlineDistribution",
    "OnlineShare",
    "Point",
    "QosDetails",
    "QosSeries",
    "QualityDay",
    "QualityHistory",
    "QualitySeries",
    "ScaleDay",
    "ScaleHistory",
    "ScaleSeries",
    "UsageDay",
    "UsageHistory",
    "UsersAffected",
]


class Point(Reply, frozen=True, kw_only=True, gc=False):
    """A value at a moment; None is a gap, never zero. An answer holds tens of thousands: no garbage to look for."""

    time: datetime | None = None
    value: float | None = None


class ScaleSeries(Reply, frozen=True, kw_only=True):
    """Counts per minute."""

    wire: ClassVar[Mapping[str, str]] = {"points": "scale"}

    points: tuple[Point, ...] = ()


class QualitySeries(Reply, frozen=True, kw_only=True):
    """Ratios (0 to 1) per minute."""

    wire: ClassVar[Mapping[str, str]] = {"points": "quality"}

    points: tuple[Point, ...] = ()


class NetworkSeries(Reply, frozen=True, kw_only=True):
    """Ratios (0 to 1) per minute."""

    wire: ClassVar[Mapping[str, str]] = {"points": "network"}

    points: tuple[Point, ...] = ()


class OnlineShare(Reply, frozen=True, kw_only=True):
    """How many are online with one value of a dimension, for example GD of region."""

    dimension: str = ""
    online_users: int | None = None


class OnlineDistribution(Reply, frozen=True, kw_only=True):
    """Who is online, split by one dimension, most first."""

    dimensions: tuple[OnlineShare, ...] = ()


class UsageDay(Reply, frozen=True, kw_only=True):
    """Seconds received on one day, by resolution tier; a second with picture and sound counts as picture."""

    wire: ClassVar[Mapping[str, str]] = {
        "day": "date",
        "video_sd_seconds": "video_sd",
        "video_hd_seconds": "video_hd",
        "video_hdp_seconds": "video_hdp",
        "audio_seconds": "audio",
        "total_seconds": "total_duration",
    }

    day: date | None = None
    video_sd_seconds: int | None = None
    video_hd_seconds: int | None = None
    video_hdp_seconds: int | None = None
    audio_seconds: int | None = None
    total_seconds: int | None = None


class UsageHistory(Reply, frozen=True, kw_only=True):
    """A row per day."""

    wire: ClassVar[Mapping[str, str]] = {"days": "usage"}

    days: tuple[UsageDay, ...] = ()


class ScaleDay(Reply, frozen=True, kw_only=True):
    """Counts of one day; a metric that was not asked for is None, or 0 if the cloud fills it in."""

    wire: ClassVar[Mapping[str, str]] = {
        "day": "date",
        "communication_seconds": "communication_duration",
        "video_communication_seconds": "video_communication_duration",
        "audio_communication_seconds": "audio_communication_duration",
    }

    day: date | None = None
    user_count: int | None = None
    session_count: int | None = None
    room_count: int | None = None
    max_online_user_count: int | None = None
    max_online_room_count: int | None = None
    communication_seconds: int | None = None
    video_communication_seconds: int | None = None
    audio_communication_seconds: int | None = None


class ScaleHistory(Reply, frozen=True, kw_only=True):
    """A row per day."""

    wire: ClassVar[Mapping[str, str]] = {"days": "scale"}

    days: tuple[ScaleDay, ...] = ()


class QualityDay(Reply, frozen=True, kw_only=True):
    """Quality of one day. Rates are 0 to 1; delays are medians over all participants of the day."""

    wire: ClassVar[Mapping[str, str]] = {
        "day": "date",
        "first_video_recv_ms": "first_video_recv_time",
        "first_audio_recv_ms": "first_audio_recv_time",
        "video_trans_delay_ms": "video_trans_delay",
        "audio_trans_delay_ms": "audio_trans_delay",
    }

    day: date | None = None
    join_success_rate: float | None = None
    join_success_in5secs_rate: float | None = None
    video_freeze_rate: float | None = None
    audio_freeze_rate: float | None = None
    first_video_recv_ms: int | None = None
    first_audio_recv_ms: int | None = None
    pull_stream_success_rate: float | None = None
    push_stream_success_rate: float | None = None
    video_upstream_excellent_trans_rate: float | None = None
    audio_upstream_excellent_trans_rate: float | None = None
    video_excellent_trans_rate: float | None = None
    audio_excellent_trans_rate: float | None = None
    video_trans_delay_ms: float | None = None
    audio_trans_delay_ms: float | None = None


class QualityHistory(Reply, frozen=True, kw_only=True):
    """A row per day."""

    wire: ClassVar[Mapping[str, str]] = {"days": "quality"}

    days: tuple[QualityDay, ...] = ()


class QosSeries(Reply, frozen=True, kw_only=True):
    """One indicator between two participants. peer_id "0": what user_id sends. mid: the indicator's id."""

    wire: ClassVar[Mapping[str, str]] = {"user_id": "uid", "peer_id": "peerid", "points": "data"}

    user_id: str = ""
    peer_id: str = ""
    mid: str = ""
    points: tuple[Point, ...] = ()


class QosDetails(Reply, frozen=True, kw_only=True):
    """The call indicators of a room."""

    wire: ClassVar[Mapping[str, str]] = {"series": "data"}

    room_id: str = ""
    series: tuple[QosSeries, ...] = ()


class ClientEvent(Reply, frozen=True, kw_only=True):
    """Something a client did. time_text: as sent, for the form of the time is not documented."""

    wire: ClassVar[Mapping[str, str]] = {"time": "ctime", "time_text": "ctime"}

    time: datetime | None = None
    time_text: str = ""
    event_id: str = ""
    event_info: str = ""


class ClientEvents(Reply, frozen=True, kw_only=True):
    """Events. The reference shows a single one as the whole answer; a list is read as well."""

    bare_row: ClassVar[str] = "events"

    events: tuple[ClientEvent, ...] = ()


class Cause(Reply, frozen=True, kw_only=True):
    """One exception within an experience. time_text: as sent, for the form of the time is not documented."""

    wire: ClassVar[Mapping[str, str]] = {"time": "ts", "time_text": "ts"}

    time: datetime | None = None
    time_text: str = ""
    event_id: str = ""
    peer_id: str = ""


class Experience(Reply, frozen=True, kw_only=True):
    """A participant's bad experience and its causes; without causes, none was found."""

    wire: ClassVar[Mapping[str, str]] = {"user_id": "uid", "causes": "abnormal_list"}

    room_id: str = ""
    user_id: str = ""
    exp_id: str = ""
    causes: tuple[Cause, ...] = ()


class Experiences(Reply, frozen=True, kw_only=True):
    """Experiences. The reference shows a single one as the whole answer; a list is read as well."""

    bare_row: ClassVar[str] = "experiences"

    experiences: tuple[Experience, ...] = ()


class AbnormalEvent(Reply, frozen=True, kw_only=True):
    """An exception of one participant. abnormal_type: 1 slow join, 2 picture freezes, 3 sound freezes.

    stage: join_room or communication. location: local or remote; peer_id is "" when the cause is local.
    """

    wire: ClassVar[Mapping[str, str]] = {"user_id": "uid", "peer_id": "peer_uid"}

    time: datetime | None = None
    user_id: str = ""
    room_id: str = ""
    stage: str = ""
    location: str = ""
    peer_id: str = ""
    abnormal_type: int | None = None
    abnormal_type_desc: str = ""
    abnormal_factor: int | None = None
    abnormal_factor_desc: str = ""


class AbnormalEvents(Reply, frozen=True, kw_only=True):
    """One page of exceptions; total is the number that match."""

    total: int | None = None
    events: tuple[AbnormalEvent, ...] = ()


class UsersAffected(Reply, frozen=True, kw_only=True):
    """How many participants one type and factor of exceptions hit."""

    abnormal_type: int | None = None
    abnormal_type_desc: str = ""
    abnormal_factor: int | None = None
    abnormal_factor_desc: str = ""
    user_count: int | None = None


class AbnormalEventDistribution(Reply, frozen=True, kw_only=True):
    """Exceptions by type and factor."""

    dimensions: tuple[UsersAffected, ...] = ()
