"""The arithmetic of panes: exact shares, presets that fit, and the way to the wire and back."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.recording.layouts.drawing import draw_custom
from console.recording.layouts.encodings import ENCODINGS, RATIOS, encoding_named
from console.recording.layouts.panes import empty_row, rows_of, to_wire, with_people, without_people
from console.recording.layouts.presets import presets
from console.recording.layouts.rules import (
    FIELDS,
    WHOLE,
    Mode,
    problems_of,
    said,
    share_text,
    shares,
    sides_of,
)

parts = st.integers(0, WHOLE)


@given(parts)
def test_a_share_reads_as_it_was_written(part: int) -> None:
    assert shares(share_text(part)) == part


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("0.3333", 3333),
        (" 1 ", 10_000),
        (".5", 5000),
        ("1.", 10_000),
        ("0.50000", 5000),
        ("-0.1", -1000),
        ("0.33333", None),
        ("1e-1", None),
        ("٠.٥", None),
        ("", None),
        (".", None),
        ("0,5", None),
        ("NaN", None),
    ],
)
def test_what_counts_as_a_share(text: str, part: int | None) -> None:
    assert shares(text) == part


@given(parts, parts, parts, parts)
def test_beyond_the_picture_is_counted_exactly(x: int, y: int, width: int, height: int) -> None:
    row = {**empty_row(1), "x": share_text(x), "y": share_text(y)}
    row |= {"width": share_text(width), "height": share_text(height)}
    found = {(problem.field, problem.code) for problem in problems_of([row], Mode.CUSTOM, needs_people=False)}
    assert (("width", "beyond") in found) == (width > 0 and x + width > WHOLE)
    assert (("height", "beyond") in found) == (height > 0 and y + height > WHOLE)


@pytest.mark.parametrize("preset", presets(), ids=lambda preset: preset.name)
def test_every_preset_fits_and_none_of_its_panes_is_hidden(preset: Any) -> None:
    assert problems_of(preset.rows, Mode.CUSTOM, needs_people=False) == []
    boxes = [sides_of(row) for row in preset.rows]
    assert all(boxes)
    if preset.name != "corner":  # where one lies upon the other on purpose
        for place, one in enumerate(boxes):
            for other in boxes[place + 1 :]:
                assert not overlap(one, other)


def overlap(one: Any, other: Any) -> bool:
    return bool(
        one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    )


@pytest.mark.parametrize("count", range(1, 10))
def test_the_grid_of_so_many_has_so_many_panes(count: int) -> None:
    grid = next(preset for preset in presets() if preset.name == f"grid{count}")
    assert [row["number"] for row in grid.rows] == [str(n + 1) for n in range(count)]


@given(
    st.lists(
        st.tuples(parts, parts, st.integers(1, WHOLE), st.integers(1, WHOLE), st.integers(0, 24)),
        min_size=1,
        max_size=25,
    )
)
def test_panes_come_back_from_the_wire_as_they_went(places: list[tuple[int, ...]]) -> None:
    rows = [
        {
            **empty_row(number + 1, layer),
            "user": f"u{number}",
            "x": share_text(min(x, WHOLE - width)),
            "y": share_text(min(y, WHOLE - height)),
            "width": share_text(width),
            "height": share_text(height),
        }
        for number, (x, y, width, height, layer) in enumerate(places)
    ]
    assert rows_of(to_wire(rows, Mode.CUSTOM)) == rows


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0.0001, 1), st.floats(0.0001, 1))
def test_whatever_the_cloud_shows_can_be_edited(x: float, y: float, width: float, height: float) -> None:
    """Shares of more decimals are rounded, and kept inside of the picture, so that the form takes them."""
    pane = {"id": 1, "user_id": "u", "x": x, "y": y, "width": width, "height": height}
    (row,) = rows_of([pane])
    found = problems_of([row], Mode.CUSTOM, needs_people=True)
    assert [problem.code for problem in found if problem.code != "beyond"] == []
    if x < 1 - 1 / WHOLE and y < 1 - 1 / WHOLE:
        assert found == []


@pytest.mark.parametrize(
    "pane", [{}, {"x": "left"}, {"id": None, "zorder": None}, {"x": True, "y": 1, "width": 1, "height": 1}]
)
def test_an_odd_pane_of_the_cloud_becomes_one_to_correct(pane: dict[str, Any]) -> None:
    (row,) = rows_of([pane])
    assert set(row) == set(FIELDS)


def test_people_stay_with_their_panes_and_are_not_kept() -> None:
    grid = next(preset for preset in presets() if preset.name == "grid2").rows
    before = [{**empty_row(1), "user": "ann"}]
    assert [row["user"] for row in with_people(grid, before)] == ["ann", ""]
    assert "user_id" not in without_people([{"user_id": "ann", "x": 0.0}])[0]


def test_every_code_has_a_sentence() -> None:
    bad = [
        {**dict.fromkeys(FIELDS, ""), "filling": "FIXED_USER"},
        {**empty_row(1), "number": "x", "x": "y", "y": "0.00001", "width": "0", "height": "2", "crop": "-"},
        {**empty_row(1), "user": "a b", "x": "0.9", "layer": "25"},
        {**empty_row(1), "filling": "SHARED_SCREEN", "user": "ann"},
    ]
    found = {
        problem.code
        for mode in Mode
        for rows in (bad, [], [empty_row(1)] * 26)
        for problem in problems_of(rows, mode, needs_people=True)
    }
    assert {"none", "many", "twice", "beyond", "anybody", "nobody", "decimals"} <= found
    assert all(said(code) for code in found)


def test_what_is_drawn_lies_where_it_should_in_either_ratio() -> None:
    row = {**empty_row(1), "x": "0.5", "y": "0.5", "width": "0.5", "height": "0.5"}
    for ratio, (width, height) in RATIOS.items():
        (box,) = draw_custom([row], ratio).boxes
        assert (box.x, box.y, box.x + box.width, box.y + box.height) == (
            width // 2,
            height // 2,
            width,
            height,
        )


def test_encodings_are_read_with_both_separators() -> None:
    assert encoding_named("1280*720_15_2260") is ENCODINGS["1280x720_15_2260"]
    assert {encoding.ratio for encoding in ENCODINGS.values() if encoding.width} == set(RATIOS)
    assert encoding_named("nonsense") is None
