"""Charts: what the scripts get, what the table and the sentence say, and colours that everybody can tell apart."""

import json
import math
import re
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from console.core import charts
from console.core.charts import Chart, Days, Grid, Heat, Moments, Names, Series, Steps, Unit
from console.core.charts.shape import as_json, packed
from console.core.charts.spec import COLOURS
from console.core.charts.summary import summary_of
from console.core.charts.table import table_of
from tests.core.gallery.drawn import HOSTILE, gallery_charts

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def chart(values: list[float | None], **more: Any) -> Chart:
    axis = more.pop("axis", Grid(NOON, 60, len(values)))
    series = Series("People", values, key="people", **more.pop("series", {}))
    return Chart(id="one", title="People", axis=axis, series=[series], **more)


def render(one: Chart | Heat) -> str:
    request = RequestFactory().get("/")
    return Template("{% load chart_tags %}{% chart one %}").render(Context({"one": one, "request": request}))


# --- units


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        (charts.COUNT, 1234567, "1,234,567"),
        (charts.COUNT, 0.5, "1"),
        (charts.COUNT, 2.5, "3"),
        (charts.COUNT, None, "–"),
        (charts.NUMBER, -1234.56, "-1,234.6"),
        (charts.RATIO, 0.98765, "98.77 %"),
        (charts.RATIO, 1, "100.00 %"),
        (charts.MILLISECONDS, 412.4, "412 ms"),
        (charts.SECONDS, 3725, "1 h 02 min"),
        (Unit(digits=2, suffix="kbit/s"), 0.005, "0.01 kbit/s"),
    ],
)
def test_values_are_written_with_their_unit(unit: Unit, value: float | None, text: str) -> None:
    assert unit.write(value) == text


def test_the_scripts_get_enough_digits_to_write_the_same() -> None:
    for unit in (charts.COUNT, charts.NUMBER, charts.RATIO, charts.MILLISECONDS, charts.SECONDS):
        for number in range(2000):
            value = number * 0.000_734_1 if unit.kind == "ratio" else number * 7.391
            sent = unit.sent(value)
            assert sent is not None
            assert len(str(sent)) <= 7
            assert unit.write(sent) == unit.write(value)


# --- axes


def test_times_stand_in_the_viewers_zone_and_days_in_utc() -> None:
    with timezone.override("Asia/Shanghai"):
        assert Grid(NOON, 3600, 2).labels() == ["2026-03-01 20:00", "2026-03-01 21:00"]
        assert Grid(NOON, 5, 1).labels() == ["2026-03-01 20:00:00"]
        assert Grid(NOON, 60, 1).heading == "Time (UTC+8)"
        assert Days(date(2026, 3, 1), 2).labels() == ["2026-03-01", "2026-03-02"]
        assert Days(date(2026, 3, 1), 2).as_json()["offsets"] == [[1772323200, 0]]


@pytest.mark.parametrize(
    ("zone", "start", "change", "before", "after"),
    [
        ("Europe/Berlin", "2026-03-20T00:00", "2026-03-29T01:00", 3600, 7200),
        ("Europe/Berlin", "2026-10-20T00:00", "2026-10-25T01:00", 7200, 3600),
        ("America/Sao_Paulo", "2018-10-30T12:00", "2018-11-04T03:00", -10800, -7200),
    ],
)
def test_a_change_of_clocks_is_told_to_the_second(
    zone: str, start: str, change: str, before: int, after: int
) -> None:
    first = datetime.fromisoformat(f"{start}+00:00")
    with timezone.override(zone):
        rows = Grid(first, 3600, 24 * 12).as_json()["offsets"]
    at = int(datetime.fromisoformat(f"{change}+00:00").timestamp())
    assert rows == [[int(first.timestamp()), before], [at, after]]


def test_values_and_places_must_be_as_many() -> None:
    with pytest.raises(ValueError, match="3 values for 2 places"):
        chart([1, 2, 3], axis=Grid(NOON, 60, 2))
    with pytest.raises(ValueError, match="is no look"):
        chart([1], series={"look": "pie"})


# --- gaps


def test_a_gap_stays_a_gap_everywhere() -> None:
    one = chart([5, None, None, 0, None], known=4)
    assert one.gaps == [(1, 2)]
    assert as_json(one)["series"][0]["values"] == [5, None, None, 0, None]
    body = table_of(one).body
    assert body.count("–") == 2
    assert body.count("<tr>") == 4  # what has not come yet has no row
    assert summary_of(one).endswith("2 of 4 points are missing.")


def test_what_one_of_several_has_is_no_gap_and_ghosts_do_not_count() -> None:
    axis = Grid(NOON, 60, 4)
    series = [
        Series("a", [1, None, None, None]),
        Series("b", [None, 2, None, None]),
        Series("before", [9, 9, 9, 9], look="ghost"),
    ]
    assert Chart(id="x", axis=axis, series=series, title="x").gaps == [(2, 3)]


def test_months_stand_where_they_begin_under_their_names_and_have_gaps() -> None:
    months = Steps(
        [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)],
        ["2026-01", "2026-02 (50 % known)", "2026-03"],
        30,
    )
    one = chart([1, None, 3], axis=months)
    said = as_json(one)["x"]
    assert said["at"] == [datetime(2026, month, 1, tzinfo=UTC).timestamp() for month in (1, 2, 3)]
    assert (said["days"], said["labels"][1]) == (True, "2026-02 (50 % known)")
    assert said["from"] < said["at"][0] < said["at"][2] < said["to"]
    assert said["gapAfter"] > 31 * 86_400  # a line goes on from January to February …
    assert said["gapAfter"] < 59 * 86_400  # … and not over a month that is missing
    assert one.gaps == [(1, 1)]
    assert "2026-02 (50 % known)" in render(one)


def test_names_and_single_moments_have_no_gaps_of_places() -> None:
    moments = Moments([NOON, NOON + timedelta(seconds=7)], gap_after=5)
    assert chart([1, None], axis=moments).gaps == []
    assert as_json(chart([1, None], axis=moments))["x"]["gapAfter"] == 5
    assert chart([None], axis=Names(["a"])).gaps == []


# --- hostile texts


@pytest.mark.parametrize("one", gallery_charts(), ids=lambda one: one.id)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_text_breaks_out(one: Chart | Heat, language: str) -> None:
    with translation.override(language):
        html = render(one)
    assert "<script" not in html
    assert "style=" not in html
    assert "\u202e" not in html
    assert html.count("</template>") == (0 if isinstance(one, Heat) else 1)


def test_the_data_come_back_as_they_were_said() -> None:
    html = render(chart([1, 2], series={"colour": 3}, marks=[charts.Mark(NOON, HOSTILE)]))
    found = re.search(r"<template data-chart-data>(.*?)</template>", html)
    assert found
    data = json.loads(found[1])
    assert data["series"] == [
        {
            "key": "people",
            "name": "People",
            "look": "line",
            "colour": 3,
            "stacked": False,
            "values": [1, 2],
        }
    ]
    assert data["marks"][0]["label"] == HOSTILE.replace("\u202e", "U+202E")


def test_numbers_that_json_does_not_know_are_refused() -> None:
    with pytest.raises(ValueError, match="NaN"):
        packed(chart([math.nan]))


# --- tables and sentences


def test_a_year_of_days_has_every_row_and_a_day_of_minutes_says_what_it_leaves_out() -> None:
    year = table_of(chart(list(range(366)), axis=Days(date(2026, 1, 1), 366)))
    assert (year.body.count("<tr>"), year.left_out) == (366, "")
    day = table_of(chart([float(n) for n in range(1440)]))
    assert day.body.count("<tr>") == 288
    assert day.left_out == "One row every 5 minutes: the value at that moment, no average."
    assert '<td class="num">285</td>' in day.body
    assert '<td class="num">286</td>' not in day.body


def test_a_table_may_stand_elsewhere_and_is_reached_by_a_link() -> None:
    one = chart([1, 2], table_url="table/?figure=people")
    text = render(one)
    assert "<table" not in text
    assert 'href="table/?figure=people" hx-get="table/?figure=people"' in text
    alone = Template("{% load chart_tags %}{% chart_table one %}").render(Context({"one": one}))
    assert '<details class="chart-table" open data-stays-open>' in alone
    assert alone.count("<tr>") == 3


def test_what_is_unfinished_is_said_in_the_table() -> None:
    body = table_of(chart([1, 2], series={"unfinished_from": 1})).body
    assert body.count("so far") == 1


def test_sentences_name_last_highest_and_lowest() -> None:
    assert summary_of(chart([3, 9, 4])) == (
        "Last 4 (2026-03-01 12:02), highest 9 (2026-03-01 12:01), lowest 3 (2026-03-01 12:00)."
    )
    assert summary_of(chart([None])) == "No data."
    assert summary_of(chart([1], summary="Said by the page.")) == "Said by the page."


def test_a_note_on_a_day_stands_in_the_table_and_not_in_the_sentence() -> None:
    one = chart([1, 2], axis=Days(date(2026, 3, 1), 2, {1: "50 % known"}))
    assert "2026-03-02, 50 % known" in table_of(one).body
    assert "known" not in summary_of(one)
    assert as_json(one)["x"]["notes"] == {1: "50 % known"}


def test_of_many_lines_the_extreme_is_named() -> None:
    axis = Grid(NOON, 60, 2)
    many = [Series(f"Line {n}", [n, n * 2], key=str(n)) for n in range(5)]
    text = summary_of(Chart(id="m", axis=axis, series=many, title="Many"))
    assert text == "5 lines. Highest: Line 4 with 8 (2026-03-01 12:01)."


def test_heat_maps_shade_by_value_and_leave_gaps_hatched() -> None:
    heat = Heat(
        id="h", title="By hour", rows=["Mon"], columns=["00", "01", "02"], values=[[0, None, 80]], high=80
    )
    assert heat.body.count("heat-gap") == 1
    assert '<td class="heat-0">0</td>' in heat.body
    assert '<td class="heat-7">80</td>' in heat.body
    assert heat.summary == "Highest 80 (Mon 02), lowest 0 (Mon 00). 1 field has no data."
    turned = Heat(
        id="h", title="", rows=["a"], columns=["0"], values=[[0.9]], low=0.9, high=1, worse_low=True
    )
    assert turned.shade(0.9) == 7
    assert turned.shade(1) == 0


# --- colours


def _colours() -> dict[str, list[str]]:
    sheet = (Path(settings.BASE_DIR) / "static/css/charts.css").read_text()
    found = re.findall(r"--hue-(\d): light-dark\((#\w{6}), (#\w{6})\)", sheet)
    assert [int(number) for number, _light, _dark in found] == list(range(1, COLOURS // 3 + 1))
    return {"light": [light for _n, light, _d in found], "dark": [dark for _n, _l, dark in found]}


SURFACE = {"light": "#ffffff", "dark": "#151b24"}
# How the three kinds of missing cones see: Machado, Oliveira and Fernandes, 2009, at full severity, linear RGB.
SIGHTS = {
    "full": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "no green": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "no blue": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def _linear(colour: str) -> list[float]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def _oklab(rgb: list[float]) -> tuple[float, float, float]:
    red, green, blue = (min(max(part, 0.0), 1.0) for part in rgb)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _brightness(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("sight", SIGHTS)
def test_every_two_colours_differ_for_every_kind_of_sight(theme: str, sight: str) -> None:
    """0.02 is the least difference that is seen side by side; lines that are apart need several times as much."""
    rows = SIGHTS[sight]
    seen = {
        colour: _oklab(
            [sum(share * part for share, part in zip(row, _linear(colour), strict=True)) for row in rows]
        )
        for colour in _colours()[theme]
    }
    near = {pair: math.dist(seen[pair[0]], seen[pair[1]]) for pair in combinations(seen, 2)}
    assert min(near.values()) > 0.11, min(near, key=lambda pair: near[pair])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_colour_stands_out_from_the_surface(theme: str) -> None:
    behind = _brightness(SURFACE[theme])
    for colour in _colours()[theme]:
        bright, dark = sorted([_brightness(colour), behind], reverse=True)
        assert (bright + 0.05) / (dark + 0.05) >= 3, colour


def test_names_of_one_chart_have_hues_of_their_own_and_keep_them() -> None:
    names = ["wifi", "4g", "5g", "ethernet", "3g", "2g", "other", "x"]
    found = charts.colours_for(names)
    assert len({number % 8 for number in found.values()}) == 8
    assert charts.colours_for(reversed(names)) == found
    assert charts.colours_for(["wifi"]) == {"wifi": charts.colour_for("wifi")}
    assert set(charts.colours_for([*names, "y"])) == {*names, "y"}  # more than there are hues


def test_a_name_keeps_its_colour() -> None:
    assert charts.colour_for("u-4711") == charts.colour_for("u-4711")
    assert 0 <= charts.colour_for("x") < COLOURS
