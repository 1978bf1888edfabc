"""How many people applications had at a time, as the collector has stored it: where somebody is likely to have been.

Where the minutes asked about are not there (too long ago, not collected yet), the days around them speak.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Max

from console.analytics.metrics import ONLINE_USERS
from console.analytics.models import DayScale, MinuteDay
from console.analytics.services.known import remembered
from console.analytics.services.minutes import minute_lines
from console.connections.models import Connection

__all__ = ["stored_people"]

# Over a longer time the highest of each day says it without unpacking its minutes.
_LONGEST = timedelta(days=1)
_DAYS_AROUND = timedelta(days=7)


def stored_people(
    connection: Connection, app_ids: Collection[str], start: datetime, end: datetime
) -> dict[str, int]:
    """Return the most people at once between two moments, by application; see applications/crowds.py.

    At most four queries. What nothing is stored of is left out.
    """
    known = {one.key: one.app_id for one in remembered(connection, app_ids)}
    found = _by_minutes(known, start, end) if end - start <= _LONGEST else {}
    rest = known.keys() - found.keys()
    found |= _by_days(rest, start, end)
    if rest := known.keys() - found.keys():
        found |= _by_days(rest, start - _DAYS_AROUND, end + _DAYS_AROUND)
    return {known[key]: people for key, people in found.items()}


def _by_minutes(keys: Iterable[int], start: datetime, end: datetime) -> dict[int, int]:
    begin = start.replace(second=0, microsecond=0)
    until = end.replace(second=0, microsecond=0) + timedelta(minutes=1)
    lines = minute_lines(keys, [ONLINE_USERS], begin, until)
    return {
        key: round(max(known))
        for (key, _code), line in lines.items()
        if (known := [value for value in line.values if value is not None])
    }


def _by_days(keys: Collection[int], start: datetime, end: datetime) -> dict[int, int]:
    """Return the most at once on the UTC days between two moments, by minutes where there are any and by the day."""
    if not keys:
        return {}
    days = {"application__in": list(keys), "day__gte": start.date(), "day__lte": end.date()}
    by_minutes = MinuteDay.objects.filter(**days, metric=ONLINE_USERS.code).values_list("application")
    by_day = DayScale.objects.filter(**days).values_list("application")
    rows: Sequence[tuple[int, float | None]] = [
        *by_minutes.annotate(most=Max("high")),
        *by_day.annotate(most=Max("max_online_user_count")),
    ]
    found: dict[int, int] = {}
    for key, most in rows:
        if most is not None:
            found[key] = max(round(most), found.get(key, 0))
    return found
