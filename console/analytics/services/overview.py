"""The wall: what is going on now and through the day. Reads the store alone; worked out once for all who look."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.cache import cache

from console.analytics.metrics import MINUTE_METRICS, NATIVE, ONLINE_USERS, OPEN_ROOMS, WEB, MinuteMetric
from console.analytics.services.known import Remembered
from console.analytics.services.minutes import MinuteLine, mean_by_step, minute_lines, summed

__all__ = ["STEP_MINUTES", "AppNow", "DayLine", "Overview", "RateNow", "overview"]

STEP_MINUTES = 5
_HOUR = 60
_LAG = timedelta(minutes=30)  # of the cloud, and until the collector's next look
_KEPT_SECONDS = 60  # what is shown says as of when it is; the store itself is some minutes behind the cloud
_PAST_KEPT_SECONDS = 600  # of yesterday and a week ago: only what came late changes them
_RATES = [metric for metric in MINUTE_METRICS if not metric.is_scale]

Values = list[float | None]
Lines = dict[tuple[int, int], MinuteLine]


@dataclass(frozen=True)
class DayLine:
    """One day in steps of five minutes. final: steps that can't change any more."""

    values: Values
    final: int


@dataclass(frozen=True)
class RateNow:
    """A rate of one kind of client: the last hour, and through the day. at: of the newest minute in it."""

    code: int
    last_hour: float | None
    at: datetime | None
    day: DayLine


@dataclass(frozen=True)
class AppNow:
    """One application: people and rooms now, most people today, and rates of the last hour by metric's name."""

    app_id: str
    name: str
    number: int
    users: float | None
    rooms: float | None
    peak: float | None
    join_success: float | None
    video_freeze: float | None


@dataclass(frozen=True)
class Overview:
    """The wall of one day.

    start: the viewer's midnight. passed: steps of today that could be known. users_at, rooms_at: of the newest minute.
    users_before: at the same minute yesterday. asked_at: when the oldest part was read from the cloud; None without.
    without: applications whose figures of today are not all read yet: sums and rates are of the others.
    """

    start: datetime
    passed: int
    asked_at: datetime | None
    users: float | None
    users_at: datetime | None
    users_before: float | None
    rooms: float | None
    rooms_at: datetime | None
    users_today: DayLine
    users_yesterday: Values
    users_last_week: Values
    rooms_today: DayLine
    rooms_yesterday: Values
    rates: dict[int, RateNow]
    applications: tuple[AppNow, ...]
    without: int


def overview(applications: Sequence[Remembered], midnight: datetime, now: datetime) -> Overview:
    """Return the wall of these applications. Three queries, or none when somebody has just looked.

    midnight: when the viewer's day began; aware.
    """
    keys = [app.key for app in applications]
    name = hashlib.sha256(f"{keys} {midnight.isoformat()}".encode()).hexdigest()
    found = cache.get(f"overview:{name}")
    if found is None:
        found = _worked_out(applications, midnight.astimezone(UTC), now)
        cache.set(f"overview:{name}", found, _KEPT_SECONDS)
    return found


def _worked_out(applications: Sequence[Remembered], start: datetime, now: datetime) -> Overview:
    keys = [app.key for app in applications]
    lines = minute_lines(keys, MINUTE_METRICS, start, start + timedelta(days=1))
    past = _past([app for app in applications if not app.gone], keys, start)
    users, rooms = _sum(lines, keys, ONLINE_USERS), _sum(lines, keys, OPEN_ROOMS)
    place = users.told - 1 if users else -1
    told = max((line.told for line in lines.values()), default=0)
    settled = int((now - start - _LAG).total_seconds() // 60)
    passed = -(-max(told, settled) // STEP_MINUTES)  # what the cloud can't know yet is no gap
    asked = [line.asked_at for line in lines.values() if line.asked_at is not None]
    return Overview(
        start=start,
        passed=min(passed, 1440 // STEP_MINUTES),
        asked_at=min(asked, default=None),
        users=users.values[place] if users else None,
        users_at=_at(start, users),
        users_before=past.minutes[place] if past.minutes and place >= 0 else None,
        rooms=rooms.values[rooms.told - 1] if rooms else None,
        rooms_at=_at(start, rooms),
        users_today=_day(users),
        users_yesterday=past.users,
        users_last_week=past.users_last_week,
        rooms_today=_day(rooms),
        rooms_yesterday=past.rooms,
        rates={metric.code: _rate(lines, keys, metric, start) for metric in _RATES},
        applications=tuple(sorted((_now(app, lines) for app in applications), key=_busiest_first)),
        without=len(_unread(lines, applications, MINUTE_METRICS)),
    )


def _unread(
    lines: Lines, applications: Sequence[Remembered], metrics: Sequence[MinuteMetric]
) -> list[Remembered]:
    """Return the applications of which some of the metrics were never read from the cloud."""
    listed = [app for app in applications if not app.gone]
    return [app for app in listed if any(lines[app.key, one.code].asked_at is None for one in metrics)]


@dataclass(frozen=True)
class _Past:
    """What the present day is compared with. minutes: yesterday's people by the minute, empty when nothing is known."""

    minutes: Values
    users: Values
    users_last_week: Values
    rooms: Values


def _past(listed: Sequence[Remembered], keys: Sequence[int], start: datetime) -> _Past:
    """Return yesterday and the day a week ago; worked out once in ten minutes. Two queries, or none.

    Yesterday is unknown until it was read of all applications that the cloud lists: a part is no match for the whole.
    """
    name = hashlib.sha256(f"{keys} {start.isoformat()}".encode()).hexdigest()
    found: _Past | None = cache.get(f"overview-past:{name}")
    if found is None:
        day = timedelta(days=1)
        before = minute_lines(keys, (ONLINE_USERS, OPEN_ROOMS), start - day, start)
        week = minute_lines(keys, (ONLINE_USERS,), start - 7 * day, start - 6 * day)
        whole = not _unread(before, listed, (ONLINE_USERS, OPEN_ROOMS))
        users = _sum(before, keys, ONLINE_USERS) if whole else None
        rooms = _sum(before, keys, OPEN_ROOMS) if whole else None
        found = _Past(
            users.values if users else [],
            _day(users).values,
            _day(_sum(week, keys, ONLINE_USERS)).values,
            _day(rooms).values,
        )
        cache.set(f"overview-past:{name}", found, _PAST_KEPT_SECONDS if whole else _KEPT_SECONDS)
    return found


def _sum(lines: Lines, keys: Sequence[int], metric: MinuteMetric) -> MinuteLine | None:
    """Add up what is known; the newest minute that all have is the last one told."""
    return summed([lines[key, metric.code] for key in keys])


def _at(start: datetime, line: MinuteLine | None) -> datetime | None:
    return start + timedelta(minutes=line.told - 1) if line and line.told else None


def _day(line: MinuteLine | None) -> DayLine:
    if line is None:
        return DayLine([None] * (1440 // STEP_MINUTES), 0)
    return DayLine(mean_by_step(line.values, STEP_MINUTES), line.final // STEP_MINUTES)


def _rate(lines: Lines, keys: Sequence[int], metric: MinuteMetric, start: datetime) -> RateNow:
    """Combine the rates of applications, each minute weighed by the people who were online in each."""
    parts = [(lines[key, metric.code], lines[key, ONLINE_USERS.code].values) for key in keys]
    parts = [part for part in parts if part[0].told]
    if not parts:
        return RateNow(metric.code, None, None, DayLine([None] * (1440 // STEP_MINUTES), 0))
    told = max(line.told for line, _people in parts)
    since = max(told - _HOUR, 0)
    steps = _weighed_steps(parts)
    final = min(line.final for line, _people in parts) // STEP_MINUTES
    at = start + timedelta(minutes=told - 1)
    return RateNow(metric.code, _weighed(parts, since, told), at, DayLine(steps, final))


def _weighed_steps(parts: Sequence[tuple[MinuteLine, Values]]) -> Values:
    """Return the weighed rate of each five minutes of the day; in one pass, for there are half a million minutes."""
    count = 1440 // STEP_MINUTES
    total, weight = [0.0] * count, [0.0] * count
    for line, people in parts:
        told = line.told
        for minute, (value, online) in enumerate(zip(line.values[:told], people[:told], strict=True)):
            if online and value is not None:
                step = minute // STEP_MINUTES
                total[step] += value * online
                weight[step] += online
    return [part / heavy if heavy else None for part, heavy in zip(total, weight, strict=True)]


def _weighed(parts: Sequence[tuple[MinuteLine, Values]], low: int, high: int) -> float | None:
    total = weight = 0.0
    for line, people in parts:
        for value, online in zip(line.values[low:high], people[low:high], strict=True):
            if value is not None and online:
                total += value * online
                weight += online
    return total / weight if weight else None


def _now(app: Remembered, lines: Lines) -> AppNow:
    users, rooms = lines[app.key, ONLINE_USERS.code], lines[app.key, OPEN_ROOMS.code]

    def of(name: str) -> float | None:
        metrics = [m for m in _RATES if m.name == name and m.sdk in (NATIVE, WEB)]
        parts = [(lines[app.key, metric.code], users.values) for metric in metrics]
        told = max(line.told for line, _people in parts)
        return _weighed(parts, max(told - _HOUR, 0), told)

    return AppNow(
        app.app_id,
        app.name,
        app.number,
        users.values[users.told - 1] if users.told else None,
        rooms.values[rooms.told - 1] if rooms.told else None,
        max((value for value in users.values if value is not None), default=None),
        of("join_success"),
        of("video_freeze"),
    )


def _busiest_first(app: AppNow) -> tuple[float, str]:
    return (-(app.users or 0), app.name.casefold())
