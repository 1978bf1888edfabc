"""The quota in a real browser: the page behind the meter, and a wait that ends by itself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from console.accounts.models import User
from console.connections.models import Connection, MinuteUse
from console.connections.owners import owner_of
from console.sparkrtc.catalogue.rooms import LIST_ROOMS
from console.sparkrtc.permits import Lane
from tests.browser.conftest import NoSeriousFaults
from tests.connections.desk import pause
from tests.rooms.conftest import OpenRoom, find_open_room
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("busy_hour")]
SignIn = Callable[[User], Page]


@pytest.fixture
def room(sandbox: Sandbox) -> OpenRoom:
    return find_open_room(sandbox, 5, 60)


@pytest.fixture
def spent(connected: Connection) -> None:
    """A day in which much was spent."""
    now = timezone.now().replace(second=0, microsecond=0)
    MinuteUse.objects.bulk_create(
        MinuteUse(
            owner=owner_of(connected),
            quota=quota,
            minute=now - timedelta(minutes=minute),
            lane=lane,
            kind="page" if lane < Lane.ALERT else "task",
            consumer="rooms:detail" if lane < Lane.ALERT else "rooms.look",
            person="alice" if lane < Lane.ALERT else "",
            sent=3 + (minute * (lane + 2)) % 9,
        )
        for minute in range(600)
        for quota in ("analytics", "rooms")
        for lane in Lane
    )


@pytest.mark.usefixtures("spent")
def test_the_page_behind_the_meter(
    sign_in: SignIn, live_server: Any, lena: User, no_serious_faults: NoSeriousFaults
) -> None:
    page = sign_in(lena)
    page.goto(live_server.url)
    page.click("#quota-meter")
    expect(page.locator("h1")).to_have_text("Quotas")
    no_serious_faults(page)
    page.click("text=Last 24 hours")
    expect(page.locator("#quota-history [aria-current]")).to_have_text("Last 24 hours")
    page.click("summary:has-text('The same as a table')")
    expect(page.locator(".quota-numbers tbody tr").first).to_be_visible()
    no_serious_faults(page)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 360, "height": 800})
    no_serious_faults(page)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360


@pytest.mark.usefixtures("worker")
def test_a_wait_counts_down_and_the_page_goes_on_by_itself(
    sign_in: SignIn, live_server: Any, bob: User, room: OpenRoom, connected: Connection
) -> None:
    page = sign_in(bob)
    page.goto(f"{live_server.url}/c/demo/rooms/?app={room.app_id}")
    expect(page.locator("#rooms table tbody tr").first).to_be_visible()
    pause(LIST_ROOMS.quota.name, 20)
    page.goto(f"{live_server.url}/c/demo/rooms/?app={room.app_id}&range=30d")
    expect(page.locator("[data-countdown]")).to_be_visible()
    expect(page.locator("[data-countdown-words]")).to_contain_text("Trying again in")
    expect(page.locator("#rooms table tbody tr").first).to_be_visible(timeout=60_000)
    expect(page.locator("[data-countdown]")).to_have_count(0)


def test_without_scripts_the_page_goes_on_by_itself_too(
    sign_in: SignIn, browser: Browser, live_server: Any, bob: User, room: OpenRoom, connected: Connection
) -> None:
    signed_in = sign_in(bob)
    signed_in.goto(f"{live_server.url}/c/demo/rooms/?app={room.app_id}")
    context = browser.new_context(java_script_enabled=False)
    kept = [one for one in signed_in.context.cookies() if one["name"] != "scripts"]  # set by scripts
    context.add_cookies(kept)  # type: ignore[arg-type]
    signed_in.goto("about:blank")
    plain = context.new_page()
    pause(LIST_ROOMS.quota.name, 15)
    plain.goto(f"{live_server.url}/c/demo/rooms/?app={room.app_id}&range=30d")
    expect(plain.locator(".countdown")).to_contain_text("Trying again in")
    expect(plain.locator("#rooms table tbody tr").first).to_be_visible(timeout=60_000)
    context.close()


def test_an_owner_changes_a_limit_and_measures_another(
    sign_in: SignIn,
    live_server: Any,
    olga: User,
    connected: Connection,
    worker: None,
    no_serious_faults: NoSeriousFaults,
) -> None:
    page = sign_in(olga)
    page.goto(f"{live_server.url}/settings/connections/demo/quotas/")
    no_serious_faults(page)
    page.locator("tr", has_text="Recording jobs").get_by_role("link", name="Change").click()
    dialog = page.locator("dialog[open]")
    dialog.locator("input[name=scope][value=operation]").check()
    dialog.locator("input[name=limit]").fill("0")
    dialog.get_by_label("Reason").fill("our contract says so")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.locator(".field-errors")).to_contain_text("With 0 nothing could be sent.")
    expect(dialog.get_by_label("Reason")).to_have_value("our contract says so")
    no_serious_faults(page)
    dialog.locator("input[name=limit]").fill("12")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator("tr", has_text="Recording jobs")).to_contain_text("12 in 1 s")
    expect(page.locator("tr", has_text="Recording jobs")).to_contain_text("looser than published")

    page.locator("tr", has_text="Storage").get_by_role("link", name="Measure").click()
    expect(dialog.locator(".hit")).to_contain_text("At most 12 requests.")
    no_serious_faults(page)
    dialog.get_by_label("Reason").fill("to know")
    dialog.get_by_role("button", name="Measure").click()
    expect(page.locator("#measured")).to_contain_text("Operations share the limit", timeout=60_000)
    no_serious_faults(page)
    page.set_viewport_size({"width": 360, "height": 800})
    no_serious_faults(page)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
