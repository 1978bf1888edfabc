"""Times written with a dot, and "last week" without a day: read where they are meant, and nowhere else."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.investigate.verdict.evidence import Symptom
from tests.investigate.test_pasted import U1_FROZE, at, read, when


def check(text: str, told: dict[str, Any], moment: tuple[str, str] | None) -> None:
    pasted = read(text)
    assert {
        name: getattr(pasted, name) for name in ("ids", "addresses", "symptom") if getattr(pasted, name)
    } == told
    assert when(pasted) == moment


@pytest.mark.parametrize(
    ("text", "told", "moment"),
    [
        ("u-1 froze at 3.15", U1_FROZE, at("03-02 03:15")),
        ("u-1 froze at 15.15.", U1_FROZE, at("03-02 15:15")),
        ("u-1 froze yesterday around 9.40, then left", U1_FROZE, at("03-01 09:40")),
        ("u-1 froze at about 3.15 yesterday afternoon", U1_FROZE, at("03-01 15:15")),
        ("u-1 froze just after 18.05", U1_FROZE, at("03-02 18:05")),
        ("u-1 at 3.15 pm", {"ids": ("u-1",)}, at("03-02 15:15")),
        ("u-1 between 9.40 and 10.05", {"ids": ("u-1",)}, ("03-02 09:40", "03-02 10:05")),
        ("u-1 froze from 9.40 to 10.05", U1_FROZE, ("03-02 09:40", "03-02 10:05")),
        ("u-1 at 9.40-10.05", {"ids": ("u-1",)}, ("03-02 09:40", "03-02 10:05")),
        ("u-1 um 14.30", {"ids": ("u-1",)}, at("03-02 14:30")),
        ("u-1 gegen 14.30 Uhr", {"ids": ("u-1",)}, at("03-02 14:30")),
        ("u-1 zwischen 9.40 und 10.05 Uhr", {"ids": ("u-1",)}, ("03-02 09:40", "03-02 10:05")),
        ("u-1 von 14.30 bis 15.00 Uhr", {"ids": ("u-1",)}, ("03-02 14:30", "03-02 15:00")),
        ("u-1 14.30 Uhr", {"ids": ("u-1",)}, at("03-02 14:30")),
        ("u-1 14 Uhr 30", {"ids": ("u-1",)}, at("03-02 14:30")),
        ("u-1 um 9 Uhr", {"ids": ("u-1",)}, at("03-02 09:00")),
    ],
)
def test_a_dotted_time_is_read_where_a_word_of_time_stands_before_it(
    text: str, told: dict[str, Any], moment: tuple[str, str]
) -> None:
    check(text, told, moment)


@pytest.mark.parametrize(
    ("text", "told", "moment"),
    [
        ("u-1 with a MOS of 3.15 froze at 9.40", U1_FROZE, at("03-02 09:40")),
        ("u-1 froze, the loss stood at 3.15", U1_FROZE, None),
        ("u-1 froze on version 3.15", U1_FROZE, None),
        ("u-1 froze at 3.15.2", U1_FROZE, None),
        ("u-1 froze, SDK at 17.20", U1_FROZE, None),
        ("u-1 froze after the update from 3.15 to 3.20", U1_FROZE, None),
        ("u-1 froze at about 2.50 Mbps", U1_FROZE, None),
        ("u-1 froze around 3.15 seconds", U1_FROZE, None),
        ("u-1 froze at 1.25x", U1_FROZE, None),
        ("u-1 froze at 1.25 times the speed", U1_FROZE, None),
        ("u-1 paid about 9.40", {"ids": ("u-1",)}, None),
        ("u-1 bought it at 9.40 euros", {"ids": ("u-1",)}, None),
        ("u-1 froze at 3.15%", U1_FROZE, None),
        ("u-1 froze at 3.75", U1_FROZE, None),
        ("u-1 froze at 24.10", U1_FROZE, None),
        ("u-1 froze 3.15", U1_FROZE, None),
        ("u-1 3.15 卡顿", U1_FROZE, None),
        ("at 10.20.30.40 it froze", {"addresses": ("10.20.30.40",), "symptom": Symptom.FREEZE}, None),
        ("u-1 at 13.02.2027", {"ids": ("u-1",)}, ("02-13 00:00", "02-14 00:00")),
    ],
)
def test_amounts_versions_dates_and_addresses_are_no_times(
    text: str, told: dict[str, Any], moment: tuple[str, str] | None
) -> None:
    check(text, told, moment)


@given(
    st.lists(st.integers(0, 59), min_size=3, max_size=4), st.sampled_from(["at", "around", "um", "between"])
)
def test_three_numbers_with_dots_are_never_a_time(numbers: list[int], before: str) -> None:
    assert read(f"u-1 froze {before} {'.'.join(f'{one:02}' for one in numbers)}").moment is None


@pytest.mark.parametrize(
    ("text", "told", "moment"),
    [
        ("u-1 froze last week", U1_FROZE, ("02-22 00:00", "03-01 00:00")),
        ("last week's lesson, u-1 froze at 9.40", U1_FROZE, ("02-22 00:00", "03-01 00:00")),
        ("上周 u-1 卡顿", U1_FROZE, ("02-22 00:00", "03-01 00:00")),
        ("上个星期u-1卡顿", U1_FROZE, ("02-22 00:00", "03-01 00:00")),
        ("u-1 letzte Woche", {"ids": ("u-1",)}, ("02-22 00:00", "03-01 00:00")),
        ("u-1 froze yesterday, not last week", U1_FROZE, ("03-01 00:00", "03-02 00:00")),
        ("u-1 froze for the last week", U1_FROZE, None),
        ("u-1 froze last weekend", U1_FROZE, None),
        ("上上周 u-1 卡顿", U1_FROZE, None),
        ("上周末 u-1 卡顿", U1_FROZE, None),
    ],
)
def test_last_week_without_a_day_is_that_week_from_monday_to_sunday(
    text: str, told: dict[str, Any], moment: tuple[str, str] | None
) -> None:
    check(text, told, moment)
    found = read(text).moment
    assert (found is not None and found.week) == (moment == ("02-22 00:00", "03-01 00:00"))
