"""Nobody looks, nobody asks; and no wait holds anybody up: hidden tabs, panels out of view, countdowns, kept forms."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from console.accounts.models import User
from console.connections.models import Connection
from console.rooms.models import RoomAction
from console.sparkrtc.catalogue.rooms import REMOVE_PARTICIPANTS
from tests.connections.desk import pause
from tests.rooms.conftest import OpenRoom, find_open_room
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("busy_hour")]
SignIn = Callable[[User], Page]
STATISTICS = "analytics_30_per_min"
HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture
def room(sandbox: Sandbox) -> OpenRoom:
    return find_open_room(sandbox, 5, 60)


@pytest.fixture
def list_url(live_server: Any, connected: Connection, room: OpenRoom) -> str:
    return f"{live_server.url}/c/demo/rooms/?app={room.app_id}"


@pytest.fixture
def asked(page: Page) -> list[str]:
    """The addresses that the page asked for."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url) if "/static/" not in request.url else None)
    return found


def rows(page: Page) -> Any:
    return page.locator("#rooms table tbody tr")


def test_a_hidden_tab_costs_nothing_and_catches_up_when_it_is_shown(
    sign_in: SignIn, bob: User, list_url: str, asked: list[str], sandbox: Sandbox
) -> None:
    page = sign_in(bob)
    page.clock.install()
    page.goto(list_url)
    expect(rows(page).first).to_be_visible()
    with page.expect_request(lambda request: request.url.startswith(list_url)):  # while somebody looks
        page.clock.run_for(12_000)
    page.evaluate(HIDE, True)
    page.clock.run_for(1_000)
    page.wait_for_timeout(300)
    asked.clear()
    before = len(sandbox.requests())
    page.clock.run_for(120_000)
    page.wait_for_timeout(500)
    assert asked == []
    assert len(sandbox.requests()) == before
    with page.expect_request(lambda request: request.url.startswith(list_url)):
        page.evaluate(HIDE, False)


def test_a_panel_out_of_view_asks_when_it_is_scrolled_to(
    sign_in: SignIn, live_server: Any, lena: User, asked: list[str], connected: Connection
) -> None:
    page = sign_in(lena)
    page.set_viewport_size({"width": 800, "height": 150})
    page.clock.install()
    page.goto(f"{live_server.url}/c/demo/quota/")
    expect(page.locator("#quotas")).to_be_visible()
    with page.expect_request(lambda request: "meter" in request.url):
        page.clock.run_for(65_000)
    page.wait_for_timeout(500)
    assert not any("part=history" in url for url in asked)
    with page.expect_request(lambda request: "part=history" in request.url):
        page.locator("#quota-history").scroll_into_view_if_needed()


def test_a_panel_that_is_folded_away_asks_when_it_is_unfolded(
    sign_in: SignIn, live_server: Any, lena: User, asked: list[str], connected: Connection
) -> None:
    page = sign_in(lena)
    page.clock.install()
    page.goto(f"{live_server.url}/c/demo/quota/")
    page.evaluate(
        """() => {
          const fold = document.createElement("details");
          fold.id = "fold";
          fold.append(document.createElement("summary"));
          const panel = document.getElementById("quotas");
          panel.before(fold);
          fold.append(panel);
        }"""
    )
    asked.clear()
    page.clock.run_for(12_000)
    page.wait_for_timeout(300)
    assert [url for url in asked if url.endswith("/c/demo/quota/")] == []
    with page.expect_request(lambda request: request.url.endswith("/c/demo/quota/")):
        page.evaluate("() => { document.getElementById('fold').open = true; }")


def test_another_client_eats_the_quota_and_the_page_goes_on_by_itself(
    sign_in: SignIn, bob: User, list_url: str, sandbox: Sandbox
) -> None:
    page = sign_in(bob)
    page.goto(list_url)
    expect(rows(page).first).to_be_visible()
    sandbox.control("quota/eat", {"cell": STATISTICS, "count": 30})
    page.goto(f"{list_url}&range=30d")
    countdown = page.locator("[data-countdown]")
    expect(countdown).to_be_visible()
    expect(page.locator("#rooms")).to_contain_text(re.compile("[Ss]omebody else uses"))
    sandbox.control("quota", {"mode": "off"})  # the other client has gone
    expect(rows(page).first).to_be_visible(timeout=60_000)
    expect(countdown).to_have_count(0)


def test_a_dialogs_form_is_kept_and_its_button_waits(
    sign_in: SignIn, live_server: Any, mona: User, room: OpenRoom, connected: Connection, sandbox: Sandbox
) -> None:
    page = sign_in(mona)
    page.goto(f"{live_server.url}{room.url()}")
    page.check(f".row-check[value='{room.user_ids[0]}']")
    page.click("#remove-selected")
    page.select_option("dialog select[name=preset]", "disturbs")
    page.fill("dialog textarea[name=words]", "shouts")
    pause(REMOVE_PARTICIPANTS.quota.name, 8)
    button = page.locator("dialog .btn-danger")
    button.click()
    wait = page.locator("dialog .form-wait")
    expect(wait).to_contain_text("You can send it in")
    expect(button).to_be_disabled()
    expect(page.locator("dialog textarea[name=words]")).to_have_value("shouts")
    expect(wait).to_contain_text("You can send it now.", timeout=60_000)
    expect(button).to_be_enabled()
    expect(page.locator("#status")).to_contain_text("You can send it now.")
    assert sandbox.requests(operation="remove_users") == []  # nothing was sent by itself
    assert not RoomAction.objects.exclude(outcome=RoomAction.Outcome.FAILED).exists()
    button.click()
    expect(page.locator("dialog #action-progress")).to_contain_text("Accepted")
    assert len(sandbox.requests(operation="remove_users")) == 1


def test_without_scripts_the_form_is_kept_too(
    sign_in: SignIn, browser: Browser, live_server: Any, mona: User, room: OpenRoom, connected: Connection
) -> None:
    signed_in = sign_in(mona)
    context = browser.new_context(java_script_enabled=False)
    kept = [one for one in signed_in.context.cookies() if one["name"] != "scripts"]  # set by scripts
    context.add_cookies(kept)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{live_server.url}{room.url(f'remove/?user={room.user_ids[0]}')}")
    page.select_option("main select[name=preset]", "disturbs")
    page.fill("main textarea[name=words]", "shouts")
    pause(REMOVE_PARTICIPANTS.quota.name, 8)
    page.click("main .btn-danger")
    expect(page.locator("main .form-wait")).to_contain_text("You can send it in")
    expect(page.locator("main textarea[name=words]")).to_have_value("shouts")
    expect(page.locator("main .btn-danger")).to_be_enabled()
    assert page.url.endswith("/remove/")
    context.close()
