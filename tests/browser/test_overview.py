"""The overview in a real browser: drawn from the store, in both languages, by eye and by axe."""

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
    return fill(connection, ["Classroom", "Meeting <i>", "直播"], days=8)


def test_the_wall(
    sign_in: SignIn,
    live_server: Any,
    lena: User,
    stored: list[KnownApplication],
    no_serious_faults: NoSeriousFaults,
) -> None:
    page = sign_in(lena)
    page.goto(live_server.url)
    expect(page).to_have_url(f"{live_server.url}/c/demo/overview/")
    expect(page.locator("figure.is-drawn")).to_have_count(6)
    expect(page.locator(".an-big").first).to_have_text("813")  # 100 + 200 + 300, and 71 each
    no_serious_faults(page, in_both_themes=True)
    page.select_option("select[name=app]", label="Classroom")
    expect(page.locator(".an-big").first).to_have_text("171")
    page.get_by_role("link", name="Full screen").click()
    expect(page.locator(".rail")).to_be_hidden()
    expect(page.locator("figure.is-drawn")).to_have_count(6)
    no_serious_faults(page, in_both_themes=True)


@pytest.mark.parametrize("width", [360, 1280])
def test_in_chinese_nothing_sticks_out(
    sign_in: SignIn, live_server: Any, lena: User, stored: list[KnownApplication], width: int
) -> None:
    lena.language = "zh-hans"
    lena.save()
    page = sign_in(lena)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{live_server.url}/c/demo/overview/")
    expect(page.locator("figure.is-drawn")).to_have_count(6)
    expect(page.locator("h1")).to_have_text("总览")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_a_screen_on_a_wall(
    sign_in: SignIn,
    live_server: Any,
    alice: User,
    stored: list[KnownApplication],
    browser: Browser,
    no_serious_faults: NoSeriousFaults,
) -> None:
    """An admin makes its token; it shows the wall with nobody signed in, and goes dark when that is taken back."""
    page = sign_in(alice)
    page.goto(f"{live_server.url}/c/demo/overview/screens/")
    page.get_by_role("link", name="New screen").click()
    page.fill("#dialog-body input[name=name]", "Support desk, left")
    page.get_by_role("button", name="Make the token").click()
    address = page.locator('[data-key="screen-address"]').inner_text()
    elsewhere = browser.new_context()
    wall = elsewhere.new_page()
    wall.goto(address)
    expect(wall.locator("figure.is-drawn")).to_have_count(6)
    expect(wall.locator(".an-big").first).to_have_text("813")
    assert "#" not in wall.url
    no_serious_faults(wall)
    assert [cookie["name"] for cookie in elsewhere.cookies() if cookie["name"] == "sessionid"] == []
    wall.goto(f"{live_server.url}/c/demo/overview/")
    expect(wall).to_have_url(re.compile("/sign-in/"))
    page.goto(f"{live_server.url}/c/demo/overview/screens/")
    page.get_by_role("link", name="Take back").click()
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_role("cell", name="taken back")).to_be_visible()
    wall.goto(f"{live_server.url}/screen/demo/")
    expect(wall.get_by_role("heading", name="This screen shows nothing yet")).to_be_visible()
    elsewhere.close()
