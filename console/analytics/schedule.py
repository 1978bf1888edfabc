"""When a report is due, and of which period: pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from console.analytics.steps import last_month, last_week

__all__ = ["Due", "latest_due", "next_due"]

_COLLECTED = timedelta(hours=3)  # after the end of the last day until its figures are surely there


@dataclass(frozen=True)
class Due:
    """A report that is to go out at a moment, of a period of whole days of UTC, both ends part of it."""

    at: datetime
    first: date
    last: date


def latest_due(monthly: bool, day: int, hour: int, zone: str, now: datetime) -> Due:
    """Return the last report that is due by now; who was off for weeks has missed those before.

    day: of the week, 1 for Monday, or of the month, 1 to 28. hour: 0 to 23, in the zone.
    """
    local = now.astimezone(ZoneInfo(zone)).date()
    days = (local - timedelta(days=ago) for ago in range(-1, 65))
    found = (_due(monthly, one, hour, zone) for one in days if _fits(monthly, day, one))
    return next(due for due in found if due.at <= now)


def next_due(monthly: bool, day: int, hour: int, zone: str, now: datetime) -> Due:
    """Return the first report that is due after now."""
    local = now.astimezone(ZoneInfo(zone)).date()
    days = (local + timedelta(days=ahead) for ahead in range(-1, 65))
    found = (_due(monthly, one, hour, zone) for one in days if _fits(monthly, day, one))
    return next(due for due in found if due.at > now)


def _fits(monthly: bool, day: int, on: date) -> bool:
    return on.day == day if monthly else on.isoweekday() == day


def _due(monthly: bool, on: date, hour: int, zone: str) -> Due:
    first, last = last_month(on) if monthly else last_week(on)
    wished = datetime.combine(on, time(hour), ZoneInfo(zone)).astimezone(UTC)
    collected = datetime.combine(last, time.min, UTC) + timedelta(days=1) + _COLLECTED
    return Due(max(wished, collected), first, last)
