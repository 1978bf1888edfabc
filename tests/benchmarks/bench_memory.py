"""Thirteen months of twenty applications: how big the store is, and how long pages over it take. Run by hand:

    .venv/bin/python tests/benchmarks/bench_memory.py [--months 13] [--applications 20] [--postgresql]

The numbers are made up with the noise of real ones. DATABASE_URL chooses the database; without it, a fresh SQLite file,
and with --postgresql a throw-away server. Times are of the processor, so that a busy machine tells the same; those of a
PostgreSQL server are its own and not among them. Also printed: what collecting costs a day against the quota.
CONSOLE_VAR_DIR, when set, keeps the SQLite file, and a filled one is not filled again.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]
VAR = os.environ.get("CONSOLE_VAR_DIR") or tempfile.mkdtemp(prefix="console-memory-")
os.environ.update(CONSOLE_MODE="local", CONSOLE_VAR_DIR=VAR, DJANGO_SETTINGS_MODULE="console.settings")

import django  # noqa: E402

django.setup()

from django.core.cache import cache  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection as database  # noqa: E402
from django.db import transaction  # noqa: E402
from django.db.models import Sum  # noqa: E402
from django.db.models.functions import Length  # noqa: E402
from django.test import Client  # noqa: E402
from stores import postgresql  # noqa: E402

from console.accounts.models import RoleGrant, User  # noqa: E402
from console.analytics.collecting.kinds import requests_a_day  # noqa: E402
from console.analytics.collecting.pace import requests_a_day as share_a_day  # noqa: E402
from console.analytics.metrics import MINUTE_METRICS, MinuteMetric  # noqa: E402
from console.analytics.models import (  # noqa: E402
    CloudProject,
    DayQuality,
    DayScale,
    DayUsage,
    KnownApplication,
    MinuteDay,
    Spread,
    SpreadDay,
)
from console.analytics.packing import pack  # noqa: E402
from console.connections.models import Connection  # noqa: E402

DAYS_MADE_UP = 200  # of each series; each day of an application gets one of them
TIERS = ("video_sd_seconds", "video_hd_seconds", "video_hdp_seconds", "audio_seconds")
COUNTS = ("user_count", "session_count", "room_count", "max_online_user_count", "max_online_room_count")
TIMES = ("communication_seconds", "video_communication_seconds", "audio_communication_seconds")
DELAYS = ("first_video_recv_ms", "first_audio_recv_ms", "video_trans_delay_ms", "audio_trans_delay_ms")
RATES = tuple(field.name for field in DayQuality._meta.fields if field.name.endswith("_rate"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--months", type=float, default=13)
    parser.add_argument("--applications", type=int, default=20)
    parser.add_argument("--postgresql", action="store_true", help="on a throw-away server")
    options = parser.parse_args()
    if options.postgresql:
        with postgresql() as url:
            words = [f"--months={options.months}", f"--applications={options.applications}"]
            env = {**os.environ, "DATABASE_URL": url}
            subprocess.run([sys.executable, __file__, *words], env=env, check=True)
        return
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    if not Connection.objects.exists():
        begin(options.applications, round(options.months * 30.44))
    sizes()
    pages(options.applications)


def begin(applications: int, days: int) -> None:
    connection = Connection.objects.create(
        slug="demo", name="Demo", endpoint="https://cloud.example", project_id="0" * 32, access_key="AK"
    )
    user = User.objects.create_user("lena", "lena@example.com", "correct horse battery staple")
    RoleGrant.objects.create(user=user, role="lead")
    begun = time.perf_counter()
    fill(connection, applications, days)
    print(f"filled {days} days of {applications} applications in {time.perf_counter() - begun:.0f} s")


def pages(applications: int) -> None:
    client = Client(HTTP_HOST="localhost")
    client.force_login(User.objects.get(username="lena"))
    client.get("/c/demo/overview/")  # a process that has just begun is slow with anything
    show("overview, worked out anew", lambda: anew(lambda: client.get("/c/demo/overview/")))
    show("overview, warm", lambda: client.get("/c/demo/overview/"))
    show(
        "the wall's piece that refreshes, warm",
        lambda: client.get("/c/demo/overview/", HTTP_HX_REQUEST="true"),
    )
    for view in ("usage", "scale", "quality", "network"):
        for step in ("week", "day"):
            show(
                f"a year of {view} in {step}s, all applications",
                lambda v=view, s=step: client.get(f"/c/demo/analytics/?view={v}&range=365d&step={s}"),
            )
    show(
        "a year of networks", lambda: client.get("/c/demo/analytics/online/?dimension=access_net&range=365d")
    )
    show(
        "who came or went in a year, anew",
        lambda: anew(lambda: client.get("/c/demo/analytics/moved/?range=365d")),
    )
    asked, quota = requests_a_day(applications), 30 * 60 * 24
    print(
        f"collecting: {asked} requests a day, {asked / quota:.1%} of the quota; the share allows {share_a_day()}"
    )


def fill(connection: Connection, applications: int, days: int) -> None:
    project = CloudProject.objects.create(host=connection.host, project_id=connection.project_id)
    now, dice = datetime.now(UTC), random.Random(1)
    pool = {metric.code: [made_up(metric, dice) for _day in range(DAYS_MADE_UP)] for metric in MINUTE_METRICS}
    for number in range(applications):
        app = KnownApplication.objects.create(
            project=project, app_id=f"{number:032x}", name=f"Application {number}", number=number, seen_at=now
        )
        people = dice.randint(200, 20_000)
        past = [now.date() - timedelta(days=ago) for ago in range(days)]
        with transaction.atomic():
            for day in past:
                MinuteDay.objects.bulk_create(minutes(app, day, now, pool, dice))
            figures(app, past[1:], now, people, dice)
            for ago, day in enumerate(past[1:], 1):
                spreads(app, day, now, dice, moments=ago <= 35)


def made_up(metric: MinuteMetric, dice: random.Random) -> dict[str, Any]:
    """Return a day of minutes: what a row holds of them."""
    if metric.is_scale:
        level, values = float(dice.randint(50, 3000)), []
        for _minute in range(1440):
            level = max(0.0, level + dice.randint(-8, 8))
            values.append(level)
    else:
        values = [round(min(1.0, dice.gauss(0.985, 0.012)), 4) for _minute in range(1440)]
    return {"packed": pack(values), "total": sum(values), "low": min(values), "high": max(values)}


def minutes(
    app: KnownApplication,
    day: date,
    now: datetime,
    pool: dict[int, list[dict[str, Any]]],
    dice: random.Random,
) -> list[MinuteDay]:
    """Return a row of each series. They are dealt out from some that were made up: as large as fresh ones."""
    return [
        MinuteDay(
            application=app,
            metric=code,
            day=day,
            final_until=1440,
            known=1440,
            asked_at=now,
            **dice.choice(made),
        )
        for code, made in pool.items()
    ]


def figures(app: KnownApplication, days: list[date], now: datetime, people: int, dice: random.Random) -> None:
    """Fill in every figure of each day: around a level of the application's own, less at the weekend."""
    usage, scale, quality = [], [], []
    for day in days:
        users = round(people * (0.4 if day.weekday() > 4 else 1.0) * dice.gauss(1, 0.08))
        common: dict[str, Any] = {"application": app, "day": day, "asked_at": now, "settled": True}
        seconds = {name: users * dice.randint(600, 2400) for name in TIERS}
        usage += [
            DayUsage(kind=kind, **seconds, total_seconds=sum(seconds.values()), **common)
            for kind in DayUsage.Kind.values
        ]
        counts = {name: max(1, users * dice.randint(5, 20) // 10) for name in COUNTS}
        times = {name: users * dice.randint(1200, 4800) for name in TIMES}
        scale.append(DayScale(**counts, **times, **common))
        rates = {name: round(min(1.0, dice.gauss(0.98, 0.01)), 4) for name in RATES}
        quality.append(DayQuality(**rates, **{name: dice.randint(80, 900) for name in DELAYS}, **common))
    for model, rows in ((DayUsage, usage), (DayScale, scale), (DayQuality, quality)):
        model.objects.bulk_create(rows, batch_size=500)  # type: ignore[attr-defined]


def spreads(app: KnownApplication, day: date, now: datetime, dice: random.Random, *, moments: bool) -> None:
    """Fill in the distributions of a day; moments: single ones too, which are kept for a month only."""
    names = {"region": 6, "access_net": 5, "platform": 6, "sdk": 12}
    rows, days = [], []
    for dimension, count in names.items():
        total: dict[str, int] = {}
        for hour in range(0, 24, 2):
            people = [[f"{dimension}-{number}", dice.randint(1, 400)] for number in range(count)]
            at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
            rows.append(Spread(application=app, dimension=dimension, at=at, people=people, asked_at=now))
            for name, online in people:
                total[name] = total.get(name, 0) + online
        days.append(SpreadDay(application=app, dimension=dimension, day=day, moments=12, people=total))
    if moments:
        Spread.objects.bulk_create(rows)
    SpreadDay.objects.bulk_create(days)


def sizes() -> None:
    with database.cursor() as cursor:
        if database.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            size = Path(str(database.settings_dict["NAME"])).stat().st_size
        else:
            cursor.execute("SELECT pg_database_size(current_database())")
            (size,) = cursor.fetchone()
    rows = MinuteDay.objects.count()
    packed = MinuteDay.objects.aggregate(bytes=Sum(Length("packed")))["bytes"]
    print(
        f"{database.vendor}: {size / 1e6:.0f} MB in all; {rows} rows of minutes with {packed / 1e6:.0f} MB of values, "
        f"{Spread.objects.count()} rows of distributions"
    )


def anew(ask: Callable[[], Any]) -> Any:
    """Ask with nothing remembered between two looks."""
    cache.clear()
    return ask()


def show(name: str, ask: Callable[[], Any], times: int = 5) -> None:
    took = []
    for _time in range(times):
        begun = time.process_time()
        answer = ask()
        took.append(time.process_time() - begun)
        assert answer.status_code == 200, answer.status_code
    best, median = min(took) * 1000, sorted(took)[times // 2] * 1000
    size = len(gzip.compress(answer.content)) / 1000
    print(f"{name}: {best:.0f} ms of the processor at best, {median:.0f} median; {size:.0f} KB gzip")


if __name__ == "__main__":
    main()
