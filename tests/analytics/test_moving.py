"""What moved a figure most: the arithmetic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.analytics.moving import Moved, Side, biggest_mover


def sides(*rows: tuple[float | None, float | None]) -> list[tuple[Side, Side]]:
    return [(Side(now), Side(before)) for now, before in rows]


@pytest.mark.parametrize(
    ("rows", "place", "effect", "share"),
    [
        ([(120, 100), (60, 50)], 0, 20, 20 / 30),
        ([(120, 100), (20, 50)], 1, -30, 3),  # more than the whole moved
        ([(150, 100), (20, 50), (20, 50)], 0, 50, None),  # against the whole
        ([(100, 100), (7, 7)], None, 0, None),
        ([(None, 500), (11, 10)], 1, 1, 1),  # of what is unknown nobody knows what it did
        ([(500, None)], None, 0, None),
        ([], None, 0, None),
        ([(10, 0)], 0, 10, 1),
        ([(110, 100), (40, 50)], 0, 10, None),  # the whole stood still
    ],
)
def test_sums(
    rows: list[tuple[float | None, float | None]], place: int | None, effect: float, share: float | None
) -> None:
    moved = biggest_mover(sides(*rows))
    if place is None:
        assert moved is None
        return
    assert moved is not None
    assert (moved.place, moved.effect) == (place, effect)
    assert moved.share == pytest.approx(share)


def test_a_rate_falls_within_a_part() -> None:
    moved = biggest_mover(
        [(Side(0.90, 1000), Side(0.99, 1000)), (Side(0.98, 3000), Side(0.98, 3000))], rate=True
    )
    assert moved is not None
    assert (moved.place, moved.by_share) == (0, False)
    assert moved.effect == pytest.approx(-0.09 / 4)
    assert moved.share == pytest.approx(1)


def test_a_rate_falls_because_the_worse_part_grew() -> None:
    moved = biggest_mover(
        [(Side(0.99, 1000), Side(0.99, 1000)), (Side(0.80, 3000), Side(0.80, 200))], rate=True
    )
    assert moved is not None
    assert (moved.place, moved.by_share) == (1, True)
    assert moved.change < 0
    assert moved.effect < 0


def test_a_rate_without_weights_moves_nothing() -> None:
    assert biggest_mover([(Side(0.9, 0), Side(0.8, 0))], rate=True) is None


_RATE, _WEIGHT = st.floats(0, 1), st.floats(1, 1e6)


@given(st.lists(st.tuples(_RATE, _WEIGHT, _RATE, _WEIGHT), min_size=1, max_size=8))
def test_the_effects_of_all_parts_are_the_movement_of_the_rate(
    rows: list[tuple[float, float, float, float]],
) -> None:
    parts = [(Side(now, heavy), Side(before, was)) for now, heavy, before, was in rows]
    moved = biggest_mover(parts, rate=True)
    if moved is None:
        return
    total_now, total_before = sum(row[1] for row in rows), sum(row[3] for row in rows)
    change = (
        sum(row[0] * row[1] for row in rows) / total_now - sum(row[2] * row[3] for row in rows) / total_before
    )
    assert moved.change == pytest.approx(change, abs=1e-9)
    # The mover's effect is no smaller than the fair share of the whole.
    assert abs(moved.effect) >= abs(change) / len(rows) - 1e-9


def test_what_a_mover_says_of_itself() -> None:
    moved = Moved(0, 8, 4, 10, 5, 4)
    assert (moved.change, moved.share) == (5, 0.8)
