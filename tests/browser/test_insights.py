"""The insights in a real browser: drawn, compared, narrowed, in both languages, by axe."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Browser, Page, expect

from console.accounts.models import User
from console.analytics.models import KnownApplication
from console.connections.models import Connection
from tests.analytics.conftest import START
from tests.analytics.store import fill
from tests.browser.conftest import NoSeriousFaults

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[User], Page]


@pytest.fixture(autouse=True)
def _moment() -> Iterator[None]:
    with time_machine.travel(START, tick=True):
        yield


@pytest.fixture
def stored(connection: Connection) -> list[KnownApplication]:
    return fill(connection, ["Classroom", "Meeting <i>", "直播"], days=20)


def test_a_period_narrowed_and_compared(
    sign_in: SignIn,
    live_server: Any,
    lena: User,
    stored: list[KnownApplication],
    no_serious_faults: NoSeriousFaults,
) -> None:
    page = sign_in(lena)
    page.goto(f"{live_server.url}/c/demo/analytics/?range=7d")
    expect(page.locator("figure.is-drawn")).to_have_count(5)
    expect(page.locator("#insights-total-seconds .chart-key")).to_have_count(3)
    no_serious_faults(page)
    page.select_option("select[name=view]", "quality")
    expect(page.locator("figure.is-drawn")).to_have_count(8)
    page.select_option("select[name=app]", label="Classroom")
    expect(page.locator(".an-big").first).to_have_text("99.00 %")
    page.emulate_media(color_scheme="dark")
    no_serious_faults(page)
    _weeks_with_a_release_kept_as_a_view(page, live_server.url)
    no_serious_faults(page)


def _weeks_with_a_release_kept_as_a_view(page: Page, base: str) -> None:
    """Write a release, see it on the charts of weeks, and keep those as a view."""
    page.goto(f"{base}/c/demo/analytics/annotations/")
    page.get_by_role("link", name="New annotation").first.click()
    page.fill("#dialog-body input[name=text]", "Release 4.2")
    page.fill("#dialog-body input[name=at]", "2027-02-24T10:00")
    page.locator("#dialog-body").get_by_role("button", name="Save").click()
    expect(page.get_by_role("rowheader", name="Release 4.2")).to_be_visible()
    page.goto(f"{base}/c/demo/analytics/?view=scale&range=custom&first=2027-02-15&last=2027-02-28&step=week")
    expect(page.locator("figure.is-drawn")).to_have_count(8)
    expect(page.locator("#insights-session-count .chart-marks")).to_contain_text("Release 4.2")
    expect(page.locator(".an-moved")).to_contain_text("nothing moved")
    page.get_by_text("Saved views").click()
    page.get_by_role("link", name="Save this view").click()
    page.fill("#dialog-body input[name=name]", "Two weeks")
    page.locator("#dialog-body").get_by_role("button", name="Save").click()
    expect(page.get_by_text("The view was saved.")).to_be_visible()
    page.goto(f"{base}/c/demo/analytics/")
    page.get_by_text("Saved views").click()
    page.get_by_role("link", name="Two weeks").first.click()
    expect(page.locator("h1")).to_contain_text("2027-02-15 – 2027-02-28")


@pytest.mark.parametrize("width", [360, 1280])
def test_in_chinese_nothing_sticks_out(
    sign_in: SignIn, live_server: Any, lena: User, stored: list[KnownApplication], width: int
) -> None:
    lena.language = "zh-hans"
    lena.save()
    page = sign_in(lena)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{live_server.url}/c/demo/analytics/?view=scale&range=7d")
    expect(page.locator("figure.is-drawn")).to_have_count(8)
    expect(page.locator("h1")).to_contain_text("规模")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_days_are_typed_in_peace_and_stay_where_they_are_wrong(
    sign_in: SignIn, live_server: Any, lena: User, stored: list[KnownApplication]
) -> None:
    page = sign_in(lena)
    page.goto(f"{live_server.url}/c/demo/analytics/")
    page.select_option("select[name=range]", "custom")
    expect(page.locator("input[name=first]")).to_have_value("2027-02-02")
    page.fill("input[name=first]", "2027-02-20")
    page.fill("input[name=last]", "2027-02-15")
    expect(page).not_to_have_url(re.compile("first="))
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".notice-bad")).to_contain_text("ends before it begins")
    expect(page.locator("input[name=first]")).to_have_value("2027-02-20")
    page.fill("input[name=last]", "2027-02-25")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("h1")).to_contain_text("2027-02-20 – 2027-02-25")
    page.select_option("select[name=compare]", "custom")
    expect(page.locator("input[name=cfirst]")).to_have_value("2027-02-14")
    expect(page.locator(".notice-bad")).to_have_count(0)


def test_tables_of_many_days_are_fetched_when_they_are_opened(
    sign_in: SignIn,
    live_server: Any,
    lena: User,
    stored: list[KnownApplication],
    browser: Browser,
    no_serious_faults: NoSeriousFaults,
) -> None:
    page = sign_in(lena)
    address = f"{live_server.url}/c/demo/analytics/?view=scale&range=365d&step=day"
    page.goto(address)
    expect(page.locator("figure.is-drawn")).to_have_count(8)
    expect(page.locator(".chart-table table")).to_have_count(0)
    page.locator("#insights-session-count-table").click()
    table = page.locator("#insights-session-count .chart-table table")
    expect(table.locator("tbody tr")).to_have_count(365)
    expect(table.locator("tbody tr").last).to_contain_text("2,000")
    expect(page.locator("#insights-session-count-table")).to_be_focused()
    expect(page.locator(".chart-table table")).to_have_count(1)
    no_serious_faults(page)
    plain = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    bare = plain.new_page()
    bare.goto(address)
    bare.locator("#insights-session-count-table").click()
    expect(bare.locator("table tbody tr")).to_have_count(365)
    bare.get_by_role("link", name="Insights", exact=True).last.click()
    expect(bare).to_have_url(address)
    plain.close()


def test_charts_stay_drawn_on_paper(
    sign_in: SignIn, live_server: Any, lena: User, stored: list[KnownApplication]
) -> None:
    page = sign_in(lena)
    page.goto(f"{live_server.url}/c/demo/analytics/?range=7d")
    expect(page.locator("figure.is-drawn")).to_have_count(5)
    page.emulate_media(media="print")
    frames = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    page.evaluate(frames)
    heights = page.locator(".chart-canvas canvas").evaluate_all("all => all.map((one) => one.height)")
    assert len(heights) >= 5
    assert all(height > 100 for height in heights)
    expect(page.locator(".an-printed")).to_be_visible()
