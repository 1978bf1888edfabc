"""The console in a browser that runs no scripts: everything has a form or a link."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Browser, Page, expect

from console.accounts.models import User
from tests.conftest import MOMENT, PASSWORD
from tests.rooms.conftest import find_open_room
from tests.sandbox.harness import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def base(live_server: Any) -> str:
    return str(live_server.url)


@pytest.fixture
def plain(browser: Browser, base: str) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False)
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def enter(page: Page, base: str, user: User, password: str = PASSWORD) -> None:
    page.goto(f"{base}/sign-in/")
    page.fill("input[name=login]", user.username)
    page.fill("input[name=password]", password)
    page.click("main form button[type=submit]")


def test_signing_in_and_out(plain: Page, base: str, audrey: User) -> None:
    enter(plain, base, audrey, "not the password")
    expect(plain.locator("main [role=alert], main .field-errors").first).to_be_visible()
    expect(plain.locator("input[name=login]")).to_have_value("audrey")
    enter(plain, base, audrey)
    expect(plain.locator("h1")).to_have_text("Audit")
    plain.locator("header.bar summary").last.click()
    plain.get_by_role("button", name="Sign out").click()
    plain.goto(f"{base}/audit/")
    expect(plain.locator("h1")).to_have_text("Sign in")


def test_the_trail(plain: Page, base: str, audrey: User) -> None:
    enter(plain, base, audrey)
    plain.select_option("#trail-outcome", "unknown")
    plain.get_by_role("button", name="Filter").click()
    expect(plain.locator("#trail")).to_contain_text("Nothing on record fits these filters")
    plain.get_by_role("link", name="Clear filters").last.click()
    plain.get_by_role("link", name="Sign in").click()
    expect(plain.locator("#entry")).to_contain_text("Audrey")
    plain.locator("#entry details.entry-proof summary").first.click()
    expect(plain.locator("#entry details.entry-proof dl").first).to_be_visible()
    plain.goto(f"{base}/audit/verify/")
    plain.get_by_role("button", name="Verify now").click()
    expect(plain.locator("#result")).to_contain_text("Nothing was changed, removed or slipped in.")
    with plain.expect_download() as download:
        plain.goto(f"{base}/audit/")
        plain.get_by_role("button", name="Export as CSV").click()
    assert download.value.suggested_filename.endswith(".csv")


@pytest.mark.usefixtures("connected")
def test_the_rooms(plain: Page, base: str, bob: User, sandbox: Sandbox) -> None:
    with time_machine.travel(MOMENT, tick=True):
        room = find_open_room(sandbox, 5, 60)
        enter(plain, base, bob)
        plain.goto(f"{base}/c/demo/rooms/")
        plain.select_option("select[name=app]", room.app_id)
        plain.locator("form.filters button:visible").click()
        plain.locator(f"a[href='{room.url()}']").click()
        expect(plain.locator("table.people tbody tr")).to_have_count(len(room.user_ids))
        plain.fill("#people-search", room.user_ids[0])
        plain.press("#people-search", "Enter")
        expect(plain.locator("table.people tbody tr")).to_have_count(1)
        expect(plain.locator("#dismiss-room")).to_have_count(0)  # support only looks


@pytest.mark.usefixtures("connection")
def test_the_preferences(plain: Page, base: str, olga: User) -> None:
    enter(plain, base, olga)
    plain.goto(f"{base}/preferences/")
    plain.fill("#zone", "Nowhere/At-all")
    plain.get_by_role("button", name="Save").click()
    expect(plain.locator("#zone-error")).to_be_visible()
    expect(plain.locator("#zone")).to_have_value("Nowhere/At-all")
    plain.fill("#zone", "Asia/Shanghai")
    plain.get_by_role("button", name="Save").click()
    plain.goto(f"{base}/audit/")
    expect(plain.locator(".trail-zone")).to_contain_text("Asia/Shanghai")
    plain.goto(f"{base}/preferences/")
    plain.locator("main").get_by_role("button", name="Dark").click()
    expect(plain.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.usefixtures("connection")
def test_people_and_connections_have_pages_for_their_dialogs(plain: Page, base: str, olga: User) -> None:
    enter(plain, base, olga)
    plain.goto(f"{base}/settings/people/")
    plain.get_by_role("link", name="Add a person").click()
    plain.fill("[name=username]", "nora")
    plain.fill("[name=name]", "Nora New")
    plain.fill("[name=reason]", "starts today")
    plain.locator("main .sheet button[type=submit]").click()
    expect(plain.locator("h1")).to_have_text("Nora New")
    plain.goto(f"{base}/settings/connections/demo/")
    plain.get_by_role("link", name="Switch off").click()
    plain.fill("[name=reason]", "not needed")
    plain.locator("main .sheet button[type=submit]").click()
    expect(plain.locator("main")).to_contain_text("switched off")
