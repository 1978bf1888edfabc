"""A day of minutes comes back as it was packed, digit for digit, and is small."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.analytics.packing import MINUTES_A_DAY, pack, unpack

counts = st.integers(0, 2**31)
ratios = st.integers(0, 1_000_000).map(lambda number: number / 1_000_000)
anything = st.floats(allow_nan=False, allow_infinity=False)
days = st.one_of(*(st.lists(st.none() | kind, max_size=200) for kind in (counts, ratios, anything)))


@given(days)
def test_nothing_is_lost(values: list[float | None]) -> None:
    assert unpack(pack(values), len(values)) == values


@pytest.mark.parametrize("value", [0.0, -0.0, 1e-300, 2.0**60, 0.1 + 0.2, -5])
def test_what_has_no_short_form_is_kept_too(value: float) -> None:
    assert unpack(pack([None, value, None]), 3) == [None, value, None]


def test_a_day_is_small() -> None:
    dice = random.Random(4)
    people = [800.0]
    while len(people) < MINUTES_A_DAY:
        people.append(max(0.0, people[-1] + dice.randint(-6, 6)))
    rates = [round(min(1.0, dice.gauss(0.985, 0.01)), 4) for _ in range(MINUTES_A_DAY)]
    quiet = [1.0] * MINUTES_A_DAY
    assert len(pack(people)) < 1200
    assert len(pack(rates)) < 2600
    assert len(pack(quiet)) < 40
    assert len(pack([None] * MINUTES_A_DAY)) < 40
