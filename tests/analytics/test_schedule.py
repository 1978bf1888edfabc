"""When reports are due: the table."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.analytics.schedule import latest_due, next_due


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("monthly", "day", "hour", "zone", "now", "at", "first", "last"),
    [
        # Monday at 8: the week that ended yesterday
        (False, 1, 8, "UTC", utc(2027, 3, 1, 8), utc(2027, 3, 1, 8), date(2027, 2, 22), date(2027, 2, 28)),
        (False, 1, 8, "UTC", utc(2027, 3, 1, 7, 59), utc(2027, 2, 22, 8), date(2027, 2, 15), date(2027, 2, 21)),
        # off for days: it goes out late, of the same week
        (False, 1, 8, "UTC", utc(2027, 3, 6, 23), utc(2027, 3, 1, 8), date(2027, 2, 22), date(2027, 2, 28)),
        # in a zone ahead of UTC, before the week's figures are there: three hours after its end
        (False, 1, 0, "Asia/Shanghai", utc(2027, 3, 1, 3), utc(2027, 3, 1, 3), date(2027, 2, 22), date(2027, 2, 28)),
        (False, 1, 9, "America/Lima", utc(2027, 3, 1, 14), utc(2027, 3, 1, 14), date(2027, 2, 22), date(2027, 2, 28)),
        (False, 5, 8, "UTC", utc(2027, 3, 6), utc(2027, 3, 5, 8), date(2027, 2, 22), date(2027, 2, 28)),
        (True, 1, 8, "UTC", utc(2027, 3, 1, 9), utc(2027, 3, 1, 8), date(2027, 2, 1), date(2027, 2, 28)),
        (True, 28, 8, "UTC", utc(2027, 3, 1, 9), utc(2027, 2, 28, 8), date(2027, 1, 1), date(2027, 1, 31)),
        (True, 3, 8, "UTC", utc(2028, 1, 2), utc(2027, 12, 3, 8), date(2027, 11, 1), date(2027, 11, 30)),
    ],
)  # fmt: skip
def test_the_last_that_is_due(
    monthly: bool, day: int, hour: int, zone: str, now: datetime, at: datetime, first: date, last: date
) -> None:
    due = latest_due(monthly, day, hour, zone, now)
    assert (due.at, due.first, due.last) == (at, first, last)


@given(
    st.booleans(),
    st.integers(1, 7),
    st.integers(0, 23),
    st.sampled_from(["UTC", "Asia/Shanghai", "America/New_York", "Pacific/Kiritimati", "Europe/Berlin"]),
    st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
)
def test_what_comes_next_is_of_the_period_after(
    monthly: bool, day: int, hour: int, zone: str, now: datetime
) -> None:
    last, coming = (find(monthly, day, hour, zone, now) for find in (latest_due, next_due))
    assert last.at <= now < coming.at
    assert coming.first == last.last + timedelta(days=1)
    assert coming.at >= datetime(*coming.last.timetuple()[:3], tzinfo=UTC) + timedelta(days=1)
