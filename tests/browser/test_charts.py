"""Charts in a real browser: drawn under the page's policy, read, walked through, zoomed, hidden, refreshed."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NoSeriousFaults
from tests.browser.test_shell import gallery, page_of, plain_page  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[[str], Page]


@pytest.fixture
def charts(page_of: Open) -> Page:  # noqa: F811
    page = page_of("/gallery/charts/")
    expect(page.locator("figure.is-drawn")).to_have_count(8)
    expect(page.locator("figure.is-failed")).to_have_count(0)
    return page


def plot(page: Page, name: str) -> Locator:
    return page.locator(f"#{name} [data-chart-plot]")


def value(page: Page, name: str, number: int = 0) -> Locator:
    return page.locator(f"#{name} .chart-value").nth(number)


def move_to(page: Page, name: str, share: float) -> tuple[float, float]:
    """Move the pointer to a share of the plot's width; return where that is."""
    plot(page, name).scroll_into_view_if_needed()
    box = plot(page, name).bounding_box()
    assert box
    x, y = box["x"] + share * box["width"], box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    return x, y


def test_nothing_serious_in_either_theme(charts: Page, no_serious_faults: NoSeriousFaults) -> None:
    no_serious_faults(charts, in_both_themes=True)


def test_a_chart_takes_the_colours_of_the_theme(charts: Page) -> None:
    picture = "() => document.querySelector('#apps canvas').toDataURL()"
    charts.emulate_media(color_scheme="light")
    light = charts.evaluate(picture)
    charts.emulate_media(color_scheme="dark")
    charts.wait_for_function("(old) => document.querySelector('#apps canvas').toDataURL() !== old", arg=light)
    charts.emulate_media(color_scheme="light")
    charts.wait_for_function("(old) => document.querySelector('#apps canvas').toDataURL() === old", arg=light)


def test_the_legend_says_the_last_value_and_the_one_under_the_pointer(charts: Page) -> None:
    expect(value(charts, "online", 1)).to_have_text("30")
    charts.locator("#online .chart-table summary").click()
    last = charts.locator("#online tbody tr").last
    expect(last.locator("td").nth(1)).to_have_text("30")
    move_to(charts, "online", 0.3)
    expect(value(charts, "online", 1)).not_to_have_text("30")
    expect(charts.locator("#online .chart-when")).to_have_text(re.compile(r"2026-03-29 \d\d:\d\d"))
    charts.mouse.move(5, 5)
    expect(value(charts, "online", 1)).to_have_text("30")
    expect(charts.locator("#online .chart-when")).to_have_text("")


def test_every_value_is_written_as_in_the_table(charts: Page) -> None:
    """The scripts and the server write the same numbers, whatever the unit."""
    for name, column in (("joins", 0), ("usage", 2), ("apps", 5), ("received", 0)):
        plot(charts, name).focus()
        rows = charts.locator(f"#{name} tbody tr")
        for key in ("End", "PageUp", "ArrowLeft", "Home"):
            charts.keyboard.press(key)
            when = charts.locator(f"#{name} .chart-when").inner_text()
            row = rows.filter(has=charts.locator("th", has_text=when))
            if name != "joins" or row.count():
                assert (
                    value(charts, name, column).inner_text() == row.locator("td").nth(column).text_content()
                )


def test_panels_of_a_group_share_the_crosshair_and_others_do_not(charts: Page) -> None:
    move_to(charts, "online", 0.5)
    expect(charts.locator("#online .chart-cursor")).to_be_visible()
    expect(charts.locator("#joins .chart-cursor")).to_be_visible()
    expect(charts.locator("#apps .chart-cursor")).to_be_hidden()
    when = charts.locator("#online .chart-when").inner_text()
    expect(charts.locator("#joins .chart-when")).to_have_text(when)


def test_other_parts_of_the_page_can_move_the_crosshair(charts: Page) -> None:
    charts.evaluate(
        "() => document.dispatchEvent(new CustomEvent('chart:cursor', {detail: {group: 'day', at: 1774746000}}))"
    )
    expect(charts.locator("#online .chart-when")).to_have_text("2026-03-29 01:00")


def test_dragging_zooms_the_group_and_the_address_keeps_it(charts: Page) -> None:
    x, y = move_to(charts, "online", 0.4)
    charts.mouse.down()
    charts.mouse.move(x + 200, y, steps=4)
    expect(charts.locator("#online .chart-selected")).to_be_visible()
    charts.mouse.up()
    expect(charts.locator("#online .chart-whole")).to_be_visible()
    expect(charts.locator("#joins .chart-whole")).to_be_visible()
    expect(charts.locator("#apps .chart-whole")).to_be_hidden()
    assert re.search(r"zoom-day=\d{10}-\d{10}", charts.url)
    charts.reload()
    expect(charts.locator("#joins .chart-whole")).to_be_visible()
    charts.locator("#joins .chart-whole").click()
    expect(charts.locator("#online .chart-whole")).to_be_hidden()
    assert "zoom-day" not in charts.url


def test_keys_walk_zoom_and_are_spoken(charts: Page) -> None:
    plot(charts, "online").focus()
    charts.keyboard.press("Home")
    expect(charts.locator("#online .chart-when")).to_have_text("2026-03-28 23:00")
    charts.keyboard.press("ArrowRight")
    expect(charts.locator("#status")).to_have_text(
        re.compile(r"2026-03-28 23:01: Yesterday \d+, Online users \d+")
    )
    charts.keyboard.press("End")  # what has not come yet is not walked into
    expect(charts.locator("#online .chart-when")).to_have_text("2026-03-29 15:40")
    charts.keyboard.press("+")
    expect(charts.locator("#online .chart-whole")).to_be_visible()
    charts.keyboard.press("0")
    expect(charts.locator("#online .chart-whole")).to_be_hidden()


def test_a_hidden_line_stays_hidden_when_the_panel_is_refreshed(charts: Page) -> None:
    web = charts.locator("#joins .chart-key").nth(1)
    web.click()
    expect(web).to_have_attribute("aria-pressed", "false")
    charts.evaluate(
        "() => window.htmx.ajax('GET', '/gallery/charts/', {target: '#panels', select: '#panels', swap: 'outerHTML'})"
    )
    expect(charts.locator("figure.is-drawn")).to_have_count(8)
    expect(charts.locator("#joins .chart-key").nth(1)).to_have_attribute("aria-pressed", "false")
    expect(charts.locator("#joins .chart-key").nth(0)).to_have_attribute("aria-pressed", "true")


def test_clocks_that_change_take_the_axis_along(charts: Page, live_server: Any) -> None:
    name = "/static/js/charts/text.js"
    found = charts.evaluate(
        f"""async () => {{
            const {{ ticks, tickText, momentText }} = await import("{name}");
            const x = {{ start: 1774738800, step: 60, count: 1440, offsets: [[1774738800, 3600], [1774746000, 7200]] }};
            const {{ step, moments }} = ticks(x, x.start, x.start + 14400, 6);
            return moments.map((one) => tickText(x, one, step) + " " + momentText(x, one));
        }}"""
    )
    assert found == [
        "03-29 2026-03-29 00:00",
        "01:00 2026-03-29 01:00",
        "03:00 2026-03-29 03:00",
        "04:00 2026-03-29 04:00",
        "05:00 2026-03-29 05:00",
    ]


def test_without_scripts_the_tables_are_there(plain_page: Page, live_server: Any) -> None:  # noqa: F811
    plain_page.goto(f"{live_server.url}/gallery/charts/")
    expect(plain_page.locator("#online tbody tr").first).to_be_visible()
    expect(plain_page.locator("#online .chart-stage")).to_be_hidden()
    expect(plain_page.locator("#hours td").first).to_be_visible()


def test_without_the_drawing_library_the_tables_are_there_too(page_of: Open, page: Page) -> None:  # noqa: F811
    page.route("**/echarts*.js", lambda route: route.abort())
    page_of("/gallery/charts/")
    expect(page.locator("figure.is-failed")).to_have_count(8)
    expect(page.locator("#online tbody tr").first).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_sticks_out(charts: Page, width: int) -> None:
    charts.set_viewport_size({"width": width, "height": 800})
    expect(plot(charts, "online").locator("canvas")).to_be_visible()
    assert charts.evaluate("() => document.documentElement.scrollWidth") <= width


def test_a_line_of_thousands_of_points_keeps_its_ends_its_extremes_and_its_gaps(charts: Page) -> None:
    found = charts.evaluate(
        """async () => {
          const { thinned } = await import("/static/js/charts/points.js");
          const points = Array.from({ length: 7200 }, (_one, place) => [place, 100 + place % 7]);
          points[3003][1] = 9000;
          points[4004][1] = -5;
          for (let place = 5000; place < 5100; place += 1) points[place][1] = null;
          const kept = thinned(points, [0, 7200], 300);
          return {
            short: thinned(points.slice(0, 500), [0, 500], 300).length,
            count: kept.length,
            values: kept.map((one) => one[1]),
            rising: kept.every((one, place) => !place || kept[place - 1][0] < one[0]),
            ends: [kept[0][0], kept.at(-1)[0]],
          };
        }"""
    )
    assert found["short"] == 500
    assert found["count"] < 1400
    assert found["rising"]
    assert found["ends"] == [0, 7199]
    assert {9000, -5} <= {value for value in found["values"] if value is not None}
    assert found["values"].count(None) == 100
