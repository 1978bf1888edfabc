"""A store filled by a formula, for pages: quicker than collecting, and with numbers that a test can say."""

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from console.analytics.metrics import MINUTE_METRICS
from console.analytics.models import (
    AbnormalDay,
    CloudProject,
    DayQuality,
    DayScale,
    DayUsage,
    KnownApplication,
    MinuteDay,
)
from console.analytics.packing import pack
from console.connections.models import Connection
from tests.analytics.conftest import START

KNOWN_MINUTES = 715  # of today; the last ten of them can still change


def fill(
    connection: Connection, names: Sequence[str], *, days: int, minutes: bool = True
) -> list[KnownApplication]:
    """Store so many days up to START for applications of these names, and today as far as it is known.

    minutes: series by the minute, too; they take their time.
    """
    project, _made = CloudProject.objects.get_or_create(
        host=connection.host, project_id=connection.project_id
    )
    applications = [
        KnownApplication.objects.create(
            project=project, app_id=f"{number:032x}", name=name, number=number, seen_at=START
        )
        for number, name in enumerate(names, 1)
    ]
    today = START.date()
    for app in applications:
        for ago in range(days if minutes else 0):
            _minutes(app, today - timedelta(days=ago), KNOWN_MINUTES if ago == 0 else 1440)
        for ago in range(1, days):
            _day(app, today - timedelta(days=ago), ago)
    return applications


def _minutes(app: KnownApplication, day: date, known: int) -> None:
    rows = []
    for metric in MINUTE_METRICS:
        if metric.is_scale:
            values: list[float | None] = [float(100 * app.number + minute // 10) for minute in range(known)]
        else:
            values = [round(0.98 + 0.01 * math.sin(minute / 60), 4) for minute in range(known)]
        values += [None] * (1440 - known)
        told = [value for value in values if value is not None]
        rows.append(
            MinuteDay(
                application=app,
                metric=metric.code,
                day=day,
                packed=pack(values),
                final_until=known if known == 1440 else known - 10,
                known=known,
                total=sum(told),
                low=min(told),
                high=max(told),
                asked_at=START - timedelta(minutes=5),
            )
        )
    MinuteDay.objects.bulk_create(rows)


def _day(app: KnownApplication, day: date, ago: int) -> None:
    common = {"application": app, "day": day, "asked_at": START, "settled": ago > 1}
    size = 1000 * app.number
    DayUsage.objects.create(
        kind="calls",
        video_sd_seconds=size,
        video_hd_seconds=2 * size,
        video_hdp_seconds=0,
        audio_seconds=3 * size,
        total_seconds=6 * size,
        **common,
    )
    DayScale.objects.create(
        user_count=size,
        session_count=2 * size,
        room_count=size // 10,
        max_online_user_count=size // 5,
        max_online_room_count=size // 50,
        communication_seconds=6 * size,
        video_communication_seconds=3 * size,
        audio_communication_seconds=3 * size,
        **common,
    )
    DayQuality.objects.create(
        join_success_rate=1 - app.number / 100,
        join_success_in5secs_rate=0.95,
        video_freeze_rate=0.02,
        audio_freeze_rate=0.01,
        first_video_recv_ms=600,
        video_trans_delay_ms=60,
        **common,
    )
    AbnormalDay.objects.create(
        application=app, day=day, people=[[2, 14, 10 * app.number], [1, 4, 3]], asked_at=START, settled=True
    )


def moment() -> datetime:
    return START
