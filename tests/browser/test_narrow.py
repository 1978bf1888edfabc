"""Narrow screens, and twice the size on usual ones: nothing of a table is out of sight, no fact that matters lost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from console.accounts.models import User
from tests.conftest import PASSWORD
from tests.rooms.conftest import OpenRoom, find_open_room
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("busy_hour")]
SignIn = Callable[[User], Page]
_HIDDEN_ASIDE = """() => [...document.querySelectorAll('.table-wrap')]
    .filter(wrap => wrap.scrollWidth > wrap.clientWidth + 1).length"""


@pytest.fixture
def room(sandbox: Sandbox) -> OpenRoom:
    return find_open_room(sandbox, 5, 60)


@pytest.mark.usefixtures("connected")
@pytest.mark.parametrize("width", [360, 640])
def test_every_column_is_in_sight(
    sign_in: SignIn, live_server: Any, olga: User, room: OpenRoom, width: int
) -> None:
    Client().post("/sign-in/", {"login": olga.username, "password": PASSWORD})  # on record
    page = sign_in(olga)
    page.set_viewport_size({"width": width, "height": 900})
    for address, fact in (
        ("/audit/", "td.trail-who"),
        ("/settings/connections/", "td[data-label='Last test']"),
        ("/settings/connections/demo/quotas/", "td[data-label='Published']"),
        ("/settings/people/", "td[data-label='Last sign-in']"),
        ("/c/demo/quota/", "td[data-label='Last refused by the cloud']"),
        (room.url(), "td.row-actions"),
    ):
        page.goto(f"{live_server.url}{address}")
        expect(page.locator(fact).first).to_be_visible()
        assert page.evaluate(_HIDDEN_ASIDE) == 0, address


@pytest.mark.usefixtures("connected")
def test_somebody_in_a_room_is_a_name_and_two_lines_and_the_list_begins_early(
    sign_in: SignIn, live_server: Any, alice: User, room: OpenRoom
) -> None:
    page = sign_in(alice)
    page.set_viewport_size({"width": 360, "height": 900})
    page.goto(f"{live_server.url}{room.url()}")
    first = page.locator("table.people tbody tr").first.bounding_box()
    assert first is not None
    assert first["height"] < 110
    assert first["y"] < 480


@pytest.mark.usefixtures("connected")
def test_what_is_seldom_done_with_a_room_is_folded_and_stays_unfolded(
    sign_in: SignIn, live_server: Any, alice: User, room: OpenRoom
) -> None:
    page = sign_in(alice)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{live_server.url}{room.url()}")
    title = page.locator("h1").bounding_box()
    buttons = page.locator("#dismiss-room").bounding_box()
    crumbs = page.locator(".crumbs").bounding_box()
    assert title
    assert buttons
    assert crumbs
    assert buttons["y"] + buttons["height"] < title["y"]
    assert abs(buttons["y"] - crumbs["y"]) < buttons["height"]  # one line
    expect(page.locator("#remove-all")).to_be_hidden()
    page.click("#room-menu summary")
    with page.expect_response(lambda answer: room.url() in answer.url, timeout=60_000):
        pass
    expect(page.locator("#room-menu")).to_have_attribute("open", "")
    page.click("#remove-all")
    expect(page.locator("dialog[open] .hit")).to_be_visible()
