"""The main job in a real browser: find a room, remove a user, see them leave, dismiss the room, read the trail."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from console.accounts.models import User
from console.audit.models import AuditEntry
from console.rooms.models import RoomAction
from tests.browser.conftest import NoSeriousFaults
from tests.conftest import PASSWORD
from tests.rooms.conftest import OpenRoom, find_open_room
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("busy_hour")]
SignIn = Callable[[User], Page]


@pytest.fixture
def room(sandbox: Sandbox) -> OpenRoom:
    return find_open_room(sandbox, 5, 60)


@pytest.fixture
def base(live_server: Any) -> str:
    return str(live_server.url)


def reason(page: Page, words: str = "") -> None:
    page.select_option("dialog select[name=preset]", "disturbs")
    page.fill("dialog textarea[name=words]", words)


def people(page: Page) -> Any:
    return page.locator("table.people tbody tr")


@pytest.mark.usefixtures("connected", "worker")
def test_remove_a_user_and_dismiss_the_room(
    sign_in: SignIn, base: str, alice: User, room: OpenRoom, no_serious_faults: NoSeriousFaults
) -> None:
    page = sign_in(alice)
    page.goto(f"{base}/c/demo/rooms/?app={room.app_id}")
    no_serious_faults(page)
    page.fill("#filter-room", room.room_id)
    page.press("#filter-room", "Enter")
    expect(page.locator("table.data tbody tr")).to_have_count(1)
    assert f"room={room.room_id}" in page.url
    page.click(f"a[href='{room.url()}']")
    expect(people(page)).to_have_count(len(room.user_ids))
    no_serious_faults(page)

    gone = room.user_ids[1]
    page.check(f".row-check[value='{gone}']")
    expect(page.locator("[data-selection-count]")).to_have_text("1 selected")
    page.click("#remove-selected")
    expect(page.locator("dialog[open] .hit")).to_contain_text("1 person is asked to leave")
    no_serious_faults(page)
    page.click("dialog .btn-danger")
    expect(page.locator("dialog .field-errors")).to_contain_text("Say why.")
    expect(page.locator("dialog select[name=preset]")).to_be_focused()
    reason(page, "shouts")
    page.click("dialog .btn-danger")
    progress = page.locator("dialog #action-progress")
    expect(progress).to_contain_text("Accepted")
    expect(progress).to_contain_text("1 of 1 left", timeout=60_000)
    no_serious_faults(page)
    page.click("dialog [data-close] >> nth=0")
    expect(page.locator(f".row-check[value='{gone}']")).to_have_count(0, timeout=60_000)
    expect(page.locator("#room-running")).to_contain_text("Alice asked to remove 1 person")

    page.click("#dismiss-room")
    expect(page.locator("dialog[open] .hit")).to_contain_text("The room ends for")
    no_serious_faults(page)
    reason(page)
    page.click("dialog .btn-danger")
    expect(progress).to_contain_text("Room closed", timeout=60_000)
    page.click("dialog [data-close] >> nth=0")
    expect(page.locator("#room-chips")).to_contain_text("closed", timeout=60_000)
    expect(page.locator("#dismiss-room")).to_have_count(0)
    expect(page.locator("#people-tabs [aria-current]")).to_have_text("Everybody")

    page.goto(f"{base}/audit/")
    trail = page.locator("#main")
    expect(trail).to_contain_text("Remove participants")
    expect(trail).to_contain_text("Dismiss a room")
    request_ids = RoomAction.objects.values_list("request_id", flat=True)
    assert set(request_ids) <= set(AuditEntry.objects.values_list("request_id", flat=True))
    assert all(request_ids)


@pytest.mark.usefixtures("connected", "worker")
def test_the_same_without_scripts(
    browser: Browser, base: str, alice: User, room: OpenRoom, sandbox: Sandbox
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base}/sign-in/")
    page.fill("input[name=login]", alice.username)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.goto(f"{base}/c/demo/rooms/?app={room.app_id}")
    page.fill("#filter-room", room.room_id)
    page.click("form.filters button")
    page.click(f"a[href='{room.url()}']")
    page.check(f".row-check[value='{room.user_ids[0]}']")
    page.check(f".row-check[value='{room.user_ids[1]}']")
    page.click("#remove-selected")
    expect(page.locator(".hit")).to_contain_text("2 people are asked to leave")
    page.click(".btn-danger")
    expect(page.locator(".field-errors")).to_contain_text("Say why.")
    page.select_option("select[name=preset]", "asked")
    page.click(".btn-danger")
    expect(page.locator("#action-progress")).to_contain_text("Accepted")
    expect(page.locator("#action-progress")).to_contain_text(
        "2 of 2 left", timeout=60_000
    )  # the page loads itself
    page.click("#action-progress .sheet-foot .btn-primary")
    expect(page.locator("#room-running")).to_contain_text("Alice asked to remove 2 people")
    page.click("#dismiss-room")
    page.select_option("select[name=preset]", "overrun")
    page.click(".btn-danger")
    expect(page.locator("#action-progress")).to_contain_text("Dismissal of")
    page.goto(f"{base}/audit/")
    expect(page.locator("#main")).to_contain_text("Dismiss a room")
    assert len(sandbox.requests(operation="remove_room")) == 1
    context.close()


@pytest.mark.usefixtures("connected")
def test_nothing_serious_in_either_theme(
    sign_in: SignIn,
    base: str,
    alice: User,
    room: OpenRoom,
    no_serious_faults: NoSeriousFaults,
) -> None:
    page = sign_in(alice)
    for address in (
        f"/c/demo/rooms/?app={room.app_id}&state=all&range=7d",
        f"/c/demo/rooms/?app={room.app_id}&range=custom&from=2020-01-01T00:00",
        room.url(),
        f"{room.url()}?people=all",
        f"{room.url('remove/')}?all=1",
        room.url("dismiss/"),
        f"/c/demo/rooms/{room.app_id}/no-such-room/",
        f"/c/demo/rooms/find/?app={room.app_id}&user={room.user_ids[0]}",
    ):
        page.goto(f"{base}{address}")
        no_serious_faults(page, in_both_themes=True)


@pytest.mark.usefixtures("connected")
def test_ticks_and_typed_words_survive_a_refresh(
    sign_in: SignIn, base: str, alice: User, room: OpenRoom
) -> None:
    page = sign_in(alice)
    page.goto(f"{base}{room.url()}")
    page.click("#other-uses summary")
    page.check(f".row-check[value='{room.user_ids[2]}']")
    with page.expect_response(lambda answer: answer.url.startswith(f"{base}{room.url()}"), timeout=60_000):
        page.locator("#people-search").focus()
    expect(page.locator(f".row-check[value='{room.user_ids[2]}']")).to_be_checked()
    expect(page.locator("[data-selection-count]")).to_have_text("1 selected")
    expect(page.locator("#other-uses ul")).to_be_visible()
    page.fill("#people-search", room.user_ids[3])
    expect(people(page)).to_have_count(1)
    expect(page.locator("#people-search")).to_be_focused()
    assert f"q={room.user_ids[3]}" in page.url
    page.click("#tab-all")
    expect(page.locator("#people-tabs [aria-current]")).to_have_text("Everybody")
    assert f"q={room.user_ids[3]}" in page.url


@pytest.mark.usefixtures("connected")
def test_hostile_names_do_no_harm(
    sign_in: SignIn,
    base: str,
    alice: User,
    sandbox: Sandbox,
) -> None:
    page = sign_in(alice)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    crowded = find_open_room(sandbox, 300)
    for number in (1, 2, 3):
        page.goto(f"{base}{crowded.url()}?size=100&page={number}")
        expect(people(page).first).to_be_visible()
        assert (
            page.evaluate(
                "() => document.querySelectorAll('main img[src=x], main svg[onload], main script').length"
            )
            == 0
        )
    page.goto(f"{base}{crowded.url('remove/')}?all=1")
    expect(page.locator(".hit")).to_be_visible()
    assert asked == []


@pytest.mark.usefixtures("connected")
@pytest.mark.parametrize("width", [360, 768])
def test_narrow_pages_do_not_scroll_sideways(
    sign_in: SignIn, base: str, alice: User, room: OpenRoom, width: int
) -> None:
    page = sign_in(alice)
    page.set_viewport_size({"width": width, "height": 740})
    for address in (f"/c/demo/rooms/?app={room.app_id}", room.url(), f"{room.url('remove/')}?all=1"):
        page.goto(f"{base}{address}")
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    page.goto(f"{base}{room.url()}")
    page.click("[data-key^='remove-'] >> nth=0")
    expect(page.locator("dialog[open]")).to_be_visible()


@pytest.mark.usefixtures("connected")
def test_when_the_cloud_goes_the_page_keeps_what_it_has(
    sign_in: SignIn, base: str, alice: User, room: OpenRoom, sandbox: Sandbox
) -> None:
    page = sign_in(alice)
    page.goto(f"{base}{room.url()}")
    expect(people(page)).to_have_count(len(room.user_ids))
    sandbox.fail_next("cut", method="GET", times=200)
    expect(page.locator("#room-facts .notice-watch")).to_contain_text("What you see is as of", timeout=60_000)
    expect(people(page)).to_have_count(len(room.user_ids))
    expect(page.locator("#page-as-of")).to_have_text(re.compile("not refreshed"))


@pytest.mark.usefixtures("connected")
def test_a_sign_in_that_ended_costs_neither_the_page_nor_the_dialog(
    sign_in: SignIn, base: str, alice: User, room: OpenRoom
) -> None:
    page = sign_in(alice)
    page.goto(f"{base}{room.url()}")
    page.click("#dismiss-room")
    page.locator("dialog [name=words]").fill("half a reas")
    page.context.clear_cookies(name="sessionid")
    message = page.locator("#messages .message")
    expect(message).to_contain_text("Your sign-in has ended")
    expect(page.locator("dialog [name=words]")).to_have_value("half a reas")
    assert page.url == f"{base}{room.url()}"
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(
        "() => document.querySelectorAll('[data-poll]').forEach((one) => htmx.trigger(one, 'shown-again'))"
    )
    assert asked == []
    message.get_by_role("link", name="Sign in").click()
    page.fill("[name=login]", alice.username)
    page.fill("[name=password]", PASSWORD)
    page.locator("form button.btn-primary").click()
    page.wait_for_url(f"{base}{room.url()}")
    expect(page.locator("#messages")).to_contain_text("What you had written is kept")
    page.click("#dismiss-room")
    expect(page.locator("dialog [name=words]")).to_have_value("half a reas")


@pytest.mark.usefixtures("connected")
def test_signing_in_beside_it_lets_a_page_go_on(
    sign_in: SignIn, base: str, alice: User, room: OpenRoom
) -> None:
    page = sign_in(alice)
    page.goto(f"{base}{room.url()}")
    dialog = page.context.new_page()
    dialog.goto(f"{base}{room.url()}")
    dialog.click("#dismiss-room")
    dialog.locator("dialog [name=words]").fill("half a reas")
    page.context.clear_cookies(name="sessionid")
    messages = page.locator("#messages"), dialog.locator("#messages")
    for each in messages:
        expect(each).to_contain_text("Your sign-in has ended")
    sign_in(alice)
    page.context.new_page().goto(f"{base}/me/")
    expect(messages[0]).to_be_empty()
    expect(people(page)).to_have_count(len(room.user_ids))
    expect(messages[1]).to_contain_text("You are signed in again")
    expect(messages[1]).not_to_contain_text("has ended")
    expect(dialog.locator("dialog [name=words]")).to_have_value("half a reas")
    dialog.get_by_role("link", name="Load it again").click()
    expect(messages[1]).to_contain_text("What you had written is kept")
    dialog.click("#dismiss-room")
    expect(dialog.locator("dialog [name=words]")).to_have_value("half a reas")
