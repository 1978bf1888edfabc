"""Selecting people in a big room: across its pages, all who were found, and exactly those are asked to leave."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from console.accounts.models import User
from tests.rooms.conftest import OpenRoom, find_open_room
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("busy_hour")]
SignIn = Callable[[User], Page]


@pytest.fixture
def crowd(sandbox: Sandbox) -> OpenRoom:
    return find_open_room(sandbox, 120)


@pytest.mark.usefixtures("connected")
def test_what_is_selected_stays_so_on_other_pages_and_in_a_search(
    sign_in: SignIn, live_server: Any, alice: User, crowd: OpenRoom
) -> None:
    page = sign_in(alice)
    page.goto(f"{live_server.url}{crowd.url()}")
    count = page.locator("[data-selection-count]")
    page.check(".check-all")
    expect(count).to_have_text("50 selected")
    page.click(".paging-turn [rel=next]")
    expect(count).to_have_text("50 selected, 50 of them not on this page")
    row = page.locator(".row-check").first
    chosen = row.get_attribute("value") or ""
    row.check()
    expect(count).to_have_text("51 selected, 50 of them not on this page")
    page.fill("#people-search", chosen)
    expect(page.locator("table.people tbody tr")).to_have_count(1)
    expect(page.locator(".row-check")).to_be_checked()
    page.uncheck(".row-check")
    expect(count).to_have_text("50 selected, 50 of them not on this page")
    page.click("#remove-selected")
    expect(page.locator("dialog[open] .hit")).to_contain_text("50 people are asked to leave")
    page.click("dialog[open] .hit-more summary")
    expect(page.locator("dialog[open] .hit")).not_to_contain_text(chosen)
    page.keyboard.press("Escape")
    page.click("[data-selection-clear]")
    expect(count).to_have_text("0 selected")
    expect(page.locator("#remove-selected")).to_be_disabled()


@pytest.mark.usefixtures("connected", "worker")
def test_all_who_were_found_are_selected_at_once_named_and_removed(
    sign_in: SignIn, live_server: Any, alice: User, crowd: OpenRoom, sandbox: Sandbox
) -> None:
    page = sign_in(alice)
    page.goto(f"{live_server.url}{crowd.url()}?size=20")
    page.click("#select-found")
    count = page.locator("[data-selection-count]")
    expect(count).to_have_text(re.compile(r"^(\d+) selected, \d+ of them not on this page$"))
    everybody = int((count.text_content() or "").split()[0])
    kept = page.locator(".row-check").first
    spared = kept.get_attribute("value")
    kept.uncheck()
    page.click("#remove-selected")
    expect(page.locator("dialog[open] .hit")).to_contain_text(f"{everybody - 1} people are asked to leave")
    page.select_option("dialog select[name=preset]", "disturbs")
    page.click("dialog .btn-danger")
    expect(page.locator("dialog #action-progress")).to_contain_text("Accepted", timeout=60_000)
    [request] = sandbox.requests(operation="remove_users")
    assert len(request["body"]["user_ids"]) == everybody - 1
    assert spared not in request["body"]["user_ids"]
    page.click("dialog [data-close] >> nth=0")
    expect(count).to_have_text("0 selected")


@pytest.mark.usefixtures("connected")
def test_all_who_were_found_without_scripts(
    browser: Browser, sign_in: SignIn, live_server: Any, alice: User, crowd: OpenRoom
) -> None:
    cookies = sign_in(alice).context.cookies()
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{**cookie} for cookie in cookies])  # type: ignore[typeddict-item]
    page = context.new_page()
    page.goto(f"{live_server.url}{crowd.url()}?size=20")
    found = page.locator("#select-found").inner_text()
    everybody = int(re.findall(r"\d+", found)[0])
    page.click("#select-found")
    expect(page.locator("[data-selection-count]")).to_contain_text(f"{everybody} selected")
    page.locator(".row-check").first.uncheck()
    page.click("#remove-selected")
    expect(page.locator(".hit")).to_contain_text(f"{everybody - 1} people are asked to leave")
    context.close()
