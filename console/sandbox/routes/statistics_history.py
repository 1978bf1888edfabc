"""Statistics of past days: usage, scale, quality. A day is known once its last minute is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from console.sandbox.cloud import Cloud
from console.sandbox.http_types import Reply, Request, Route
from console.sandbox.routes.statistics_parameters import CELL, DAY, Days, Question
from console.sandbox.routes.statistics_realtime import ratio
from console.sandbox.state.jobs import INIT_SECONDS, Job
from console.sandbox.world.summaries import DaySummary

__all__ = ["ROUTES"]

_SCALE: dict[str, tuple[str, Callable[[DaySummary], float]]] = {
    "UserCount": ("user_count", lambda day: day.totals.users),
    "SessionCount": ("session_count", lambda day: day.totals.sessions),
    "RoomCount": ("room_count", lambda day: day.totals.rooms),
    "MaxOnlineUserCount": ("max_online_user_count", lambda day: day.most_users),
    "MaxOnlineRoomCount": ("max_online_room_count", lambda day: day.most_rooms),
    "CommunicationDuration": ("communication_duration", lambda day: sum(_usage(day).values())),
    "VideoCommunicationDuration": ("video_communication_duration", lambda day: _video(day)),
    "AudioCommunicationDuration": ("audio_communication_duration", lambda day: _usage(day)["audio"]),
}


def _rate(metric: str, part: str, whole: str) -> Callable[[DaySummary], float]:
    return lambda day: ratio(metric, day.sums[part], day.sums[whole])


_QUALITY: dict[str, tuple[str, Callable[[DaySummary], float]]] = {
    "JoinSuccessRate": ("join_success_rate", _rate("JoinSuccessRate", "joined", "attempts")),
    "JoinSuccess5SecsRate": (
        "join_success_in5secs_rate",
        _rate("JoinSuccess5SecsRate", "joined_soon", "attempts"),
    ),
    "VideoFreezeRate": ("video_freeze_rate", _rate("VideoFreezeRate", "video_frozen", "viewers")),
    "AudioFreezeRate": ("audio_freeze_rate", _rate("AudioFreezeRate", "audio_frozen", "online")),
    "FirstVideoRecvTime": ("first_video_recv_time", lambda day: round(day.first_video)),
    "FirstAudioRecvTime": ("first_audio_recv_time", lambda day: round(day.first_audio)),
    "PullStreamSuccessRate": (
        "pull_stream_success_rate",
        lambda day: ratio("JoinSuccessRate", day.totals.pulled, day.totals.pulls),
    ),
    "PushStreamSuccessRate": (
        "push_stream_success_rate",
        lambda day: ratio("JoinSuccessRate", day.totals.pushed, day.totals.pushes),
    ),
    "VideoUpstreamExcellentTransRate": (
        "video_upstream_excellent_trans_rate",
        _rate("VideoUpstreamExcellentTransRate", "video_up_poor", "video_senders"),
    ),
    "AudioUpstreamExcellentTransRate": (
        "audio_upstream_excellent_trans_rate",
        _rate("AudioUpstreamExcellentTransRate", "audio_up_poor", "senders"),
    ),
    "VideoExcellentTransRate": (
        "video_excellent_trans_rate",
        _rate("VideoExcellentTransRate", "video_poor", "viewers"),
    ),
    "AudioExcellentTransRate": (
        "audio_excellent_trans_rate",
        _rate("AudioExcellentTransRate", "audio_poor", "online"),
    ),
    "VideoTransDelay": ("video_trans_delay", lambda day: round(day.delay * 1.12, 1)),
    "AudioTransDelay": ("audio_trans_delay", lambda day: round(day.delay, 1)),
}


def list_history_scale(request: Request, cloud: Cloud) -> Reply:
    """Return the wanted counts of each day; what was not wanted is left out. Days are UTC.

    Source: API reference, ListRtcHistoryScale.
    """
    asked = Question(request, cloud)
    metrics, days = asked.at_least_one("metric", _SCALE), asked.days(31)
    return Reply(
        200,
        {
            "scale": [
                {"date": at} | {_SCALE[metric][0]: round(_SCALE[metric][1](day)) for metric in metrics}
                for at, day in _summaries(asked, days)
            ]
        },
    )


def list_history_quality(request: Request, cloud: Cloud) -> Reply:
    """Return the wanted qualities of each day; what was not wanted is left out. Days are UTC.

    Source: API reference, ListRtcHistoryQuality.
    """
    asked = Question(request, cloud)
    metrics, days = asked.at_least_one("metric", _QUALITY), asked.days(31)
    return Reply(
        200,
        {
            "quality": [
                {"date": at} | {_QUALITY[metric][0]: _QUALITY[metric][1](day) for metric in metrics}
                for at, day in _summaries(asked, days)
            ]
        },
    )


def list_history_usage(request: Request, cloud: Cloud) -> Reply:
    """Return the seconds of each day by tier of picture. Days are UTC, at most the last 90.

    Mixing and recording are counted from the jobs of this sandbox. Counting days of people takes long, so others may
    change the account meanwhile. Source: API reference, ListRtcHistoryUsage.
    """
    asked = Question(request, cloud)
    metric = asked.choice("metric", ("CommunicationDuration", "TranscodeDuration", "RecordDuration"))
    days = asked.days(90, required=True)
    if metric == "CommunicationDuration":
        rows = [(at, _usage(day)) for at, day in _summaries(asked, days)]
    else:
        with cloud.lock:
            jobs = [job for job in cloud.jobs if job.app_id == asked.app_id and _counts(job, metric)]
        rows = [(at, _job_usage(jobs, number, asked.now)) for at, number in _known_days(asked, days)]
    return Reply(
        200, {"usage": [{"date": at} | used | {"total_duration": sum(used.values())} for at, used in rows]}
    )


def _known_days(asked: Question, days: Days) -> Iterator[tuple[str, int]]:
    known = asked.world.lag.known_until(asked.now) * 60 // DAY
    for number in range(days.first, min(days.last + 1, known)):
        yield (date(1970, 1, 1) + timedelta(days=number)).isoformat(), number


def _summaries(asked: Question, days: Days) -> Iterator[tuple[str, DaySummary]]:
    figures = asked.world.statistics(asked.app_id)
    for at, number in _known_days(asked, days):
        yield at, figures.day(number)


def _usage(day: DaySummary) -> dict[str, int]:
    seconds = day.totals.seconds
    return {
        "video_sd": round(seconds["sd"]),
        "video_hd": round(seconds["hd"]),
        "video_hdp": round(seconds["hdp"]),
        "audio": round(seconds["audio"]),
    }


def _video(day: DaySummary) -> int:
    return sum(seconds for tier, seconds in _usage(day).items() if tier != "audio")


def _counts(job: Job, metric: str) -> bool:
    return job.kind == "mix" if metric == "TranscodeDuration" else bool(job.tape or job.old_tapes)


def _job_usage(jobs: list[Job], day: int, now: int) -> dict[str, int]:
    used = {"video_sd": 0, "video_hd": 0, "video_hdp": 0, "audio": 0}
    for job in jobs:
        start, end = job.created + INIT_SECONDS, now if job.stopped is None else job.stopped
        used[_tier(job)] += max(0, round(min(end, (day + 1) * DAY) - max(start, day * DAY)))
    return used


def _tier(job: Job) -> str:
    width, height = job.picture
    if not width * height:
        return "audio"
    if width * height <= 640 * 480:
        return "video_sd"
    return "video_hd" if width * height <= 1280 * 720 else "video_hdp"


ROUTES = [
    Route("GET", "/v1/{project_id}/rtc/history/usage", list_history_usage, CELL, auth="v1"),
    Route("GET", "/v1/{project_id}/rtc/history/scale", list_history_scale, CELL, auth="v1"),
    Route("GET", "/v1/{project_id}/rtc/history/quality", list_history_quality, CELL, auth="v1"),
]
