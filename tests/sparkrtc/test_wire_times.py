"""The cloud's times, in all the ways it writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.sparkrtc.wire_times import read_day, read_moment

MOMENT = datetime(2026, 5, 4, 8, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-05-04T08:15:30Z", MOMENT),
        ("2026-05-04T08:15:30.075Z", MOMENT + timedelta(milliseconds=75)),
        ("2026-05-04T08:15:30.123456789Z", MOMENT + timedelta(microseconds=123_456)),
        ("2026-05-04t08:15:30z", None),
        ("2026-05-04 08:15:30", MOMENT),
        ("2026-05-04T16:15:30+08:00", MOMENT),
        ("2026-05-04T16:15:30+0800", MOMENT),
        ("2026-05-04T03:45:30-04:30", MOMENT),
        ("2026-05-04T08:15Z", MOMENT.replace(second=0)),
        ("  2026-05-04T08:15:30Z ", MOMENT),
        ("2026-05-04", MOMENT.replace(hour=0, minute=0, second=0)),
        ("2026/05/04 16:15:30 GMT+08:00", MOMENT),
        ("2026/05/04 08:15:30 GMT+00:00", MOMENT),
        ("2026/05/04 16:15:30", MOMENT),
        ("20260504161530", MOMENT),
        ("1777882530", MOMENT),
        (1777882530, MOMENT),
        (1777882530075, MOMENT + timedelta(milliseconds=75)),
        ("1777882530075", MOMENT + timedelta(milliseconds=75)),
        (1777882530.5, MOMENT + timedelta(milliseconds=500)),
        ("0001-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00+08:00", None),
        ("1969-12-31T23:59:59Z", None),
        ("-", None),
        ("", None),
        (None, None),
        (True, None),
        (0, None),
        (-5, None),
        (1e300, None),
        (float("nan"), None),
        (float("inf"), None),
        ([], None),
        ("2026-02-30T00:00:00Z", None),
        ("2026-05-04T25:00:00Z", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("2026-05-04T08:15:30+99:99", None),
        ("20269904161530", None),
        ("٢٠٢٦-٠٥-٠٤T٠٨:١٥:٣٠Z", None),
    ],
)
def test_moments(written: Any, expected: datetime | None) -> None:
    found = read_moment(written)
    assert found == expected
    assert found is None or found.utcoffset() == timedelta(0)


def test_days() -> None:
    assert read_day("2026-05-04") == date(2026, 5, 4)
    assert read_day("2026/05/04 02:00:00 GMT+08:00") == date(2026, 5, 3)
    assert read_day("-") is None


@given(
    st.one_of(st.text(), st.from_regex(r"[0-9TZ:+./ -]{0,30}", fullmatch=True), st.floats(), st.integers())
)
def test_nothing_makes_it_fail(written: Any) -> None:
    found = read_moment(written)
    assert found is None or (found.tzinfo is UTC and found.year >= 1970)


@given(st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 30)))
def test_what_python_writes_is_read_back(moment: datetime) -> None:
    aware = moment.replace(tzinfo=UTC)
    assert read_moment(aware.isoformat()) == aware
