"""What somebody typed while they investigate stays theirs, whatever else they press."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from console.accounts.models import User
from console.investigate.services import remembering
from tests.browser.conftest import NoSeriousFaults
from tests.browser.test_languages import choose
from tests.browser.test_without_javascript import enter
from tests.investigate.conftest import KnownCall, last_known_call
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("connected")]
SignIn = Callable[[User], Page]


@pytest.fixture(autouse=True)
def _nothing_from_before(busy_hour: None) -> None:
    remembering.forget_process()


@pytest.fixture
def base(live_server: Any) -> str:
    return str(live_server.url)


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False)
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def reply_url(base: str, call: KnownCall) -> str:
    path, _, query = call.url().partition("?")
    return f"{base}{path}reply/?{query}"


def test_a_changed_reply_stays_when_its_language_reader_or_ids_change(
    sign_in: SignIn, base: str, bob: User, sandbox: Sandbox, no_serious_faults: NoSeriousFaults
) -> None:
    page = sign_in(bob)
    page.goto(reply_url(base, last_known_call(sandbox, "user_downlink_loss_group")))
    text = page.locator("#reply-text")
    text.fill("Dear Anna, it was our proxy.")
    page.select_option("#reply-lang", "zh-hans")
    told = page.locator("#reply-changed")
    expect(told).to_contain_text("You changed this text")
    expect(text).to_have_value("Dear Anna, it was our proxy.")
    no_serious_faults(page)
    page.check("#reply-ids")
    page.wait_for_load_state()
    page.select_option("#reply-reader", "engineer")
    expect(page.locator("#reply-reader")).to_have_value("engineer")
    expect(text).to_have_value("Dear Anna, it was our proxy.")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click("#reply-copy")
    assert page.evaluate("navigator.clipboard.readText()") == "Dear Anna, it was our proxy."

    page.click("#reply-anew")
    expect(page.locator("#reply-text[lang=zh-hans]")).to_have_value(re.compile("工程师|通话|房间"))
    expect(told).to_have_count(0)
    no_serious_faults(page)
    page.get_by_role("button", name="Take this one").click()
    expect(text).to_have_value("Dear Anna, it was our proxy.")


def test_a_changed_reply_stays_when_the_console_is_read_in_chinese(
    sign_in: SignIn, base: str, bob: User, sandbox: Sandbox
) -> None:
    page = sign_in(bob)
    page.goto(reply_url(base, last_known_call(sandbox, "user_downlink_loss_group")))
    page.fill("#reply-text", "Dear Anna, it was our proxy.")
    page.select_option("#reply-lang", "zh-hans")
    expect(page.locator("#reply-changed")).to_be_visible()
    choose(page, "zh-hans")
    expect(page.locator("html")).to_have_attribute("lang", re.compile("zh"))
    expect(page.locator("#reply-text")).to_have_value("Dear Anna, it was our proxy.")


def test_a_note_stays_whatever_is_said_of_the_verdict(
    sign_in: SignIn, base: str, bob: User, sandbox: Sandbox, no_serious_faults: NoSeriousFaults
) -> None:
    call = last_known_call(sandbox, "user_downlink_loss_group")
    page = sign_in(bob)
    page.goto(f"{base}{call.url()}")
    text, why = page.locator("#note-text"), page.locator("#mark-note")
    text.fill("They called twice.\nOnce from home.")
    why.fill("their provider said so")
    page.select_option("#complaint-symptom", "freeze")
    page.wait_for_url(re.compile("symptom=freeze"))
    expect(text).to_have_value("They called twice.\nOnce from home.")
    expect(why).to_have_value("their provider said so")
    page.click(".verdict-mark button:has-text('Wrong')")
    expect(page.locator(".verdict-mark button[aria-pressed=true]")).to_have_text("Wrong")
    expect(why).to_have_value("their provider said so")
    expect(text).to_have_value("They called twice.\nOnce from home.")
    no_serious_faults(page, "#verdict", "#notes")
    why.fill("their provider said so, and apologised")
    page.get_by_role("button", name="Add the note").click()
    expect(page.locator(".note-text")).to_contain_text("Once from home.")
    expect(text).to_have_value("")
    expect(why).to_have_value("their provider said so, and apologised")
    page.reload()
    expect(text).to_have_value("")
    expect(why).to_have_value("their provider said so, and apologised")


def test_a_note_stays_when_the_connection_is_gone_and_waits_for_its_own_call_only(
    sign_in: SignIn, base: str, bob: User, sandbox: Sandbox
) -> None:
    call, other = (
        last_known_call(sandbox, "user_downlink_loss_group"),
        last_known_call(sandbox, "peer_uplink_loss_group"),
    )
    page = sign_in(bob)
    page.goto(f"{base}{call.url()}")
    page.fill("#note-text", "They called twice.")
    page.context.set_offline(True)
    page.get_by_role("button", name="Add the note").click()
    page.wait_for_url("chrome-error://**")
    page.context.set_offline(False)
    page.goto(f"{base}{other.url()}")
    expect(page.locator("#note-text")).to_have_value("")
    page.goto(f"{base}{call.url()}")
    expect(page.locator("#note-text")).to_have_value("They called twice.")


def test_what_is_pasted_to_be_found_is_taken_whole(
    sign_in: SignIn, base: str, bob: User, sandbox: Sandbox, no_serious_faults: NoSeriousFaults
) -> None:
    call = last_known_call(sandbox, "user_downlink_loss_group")
    said = f"{call.user_id} could not see anybody on {call.at:%Y-%m-%d} at {call.at:%H:%M}"
    before = "我们的客户今天早上打来电话，说之前一切都很好，后来就不行了。" * 100
    page = sign_in(bob)
    page.goto(f"{base}/c/demo/investigate/")
    page.select_option("#find-app", call.app_id)
    box = page.locator("#find-q")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("(text) => navigator.clipboard.writeText(text)", before + said)
    box.press("Control+v")
    expect(box).to_have_value(before + said)
    box.press("Enter")
    page.wait_for_url(re.compile(f"/calls/{call.app_id}/{call.room_id}/"))

    page.goto(f"{base}/c/demo/investigate/")
    page.evaluate("(text) => navigator.clipboard.writeText(text)", before * 3 + said)
    box.press("Control+v")
    box.press("Enter")
    expect(page.locator("#find-too-long")).to_contain_text("at most 8,000 can be read")
    expect(box).to_have_value(before * 3 + said)
    no_serious_faults(page)


def test_without_scripts_a_note_stays_when_the_verdict_is_marked(
    plain: Page, base: str, bob: User, sandbox: Sandbox
) -> None:
    enter(plain, base, bob)
    plain.goto(f"{base}{last_known_call(sandbox, 'user_downlink_loss_group').url()}")
    plain.fill("#note-text", "They called twice.")
    plain.click(".verdict-mark button:has-text('Right')")
    expect(plain.locator(".verdict-mark button[aria-pressed=true]")).to_have_text("Right")
    expect(plain.locator("#note-text")).to_have_value("They called twice.")


def test_without_scripts_a_note_stays_whatever_else_is_pressed(
    plain: Page, base: str, bob: User, sandbox: Sandbox
) -> None:
    enter(plain, base, bob)
    plain.goto(f"{base}{last_known_call(sandbox, 'user_downlink_loss_group').url()}")
    text, why = plain.locator("#note-text"), plain.locator("#mark-note")
    text.fill("They called twice.")
    plain.get_by_role("button", name="Add the note").click()
    expect(plain.locator(".note-text")).to_have_text("They called twice.")
    text.fill("And once more.")
    why.fill("their provider said so")

    def both_stay() -> None:
        expect(text).to_have_value("And once more.")
        expect(why).to_have_value("their provider said so")

    plain.select_option("#complaint-symptom", "freeze")
    plain.get_by_role("button", name="Judge again").click()
    plain.wait_for_url(re.compile("symptom=freeze"))
    expect(plain.locator("#complaint-symptom")).to_have_value("freeze")
    both_stay()
    plain.get_by_role("button", name="Pin", exact=True).click()
    expect(plain.get_by_role("button", name="Take the pin out")).to_be_visible()
    both_stay()
    plain.click("#keep")
    expect(plain.get_by_text("This call will be kept")).to_be_visible()
    both_stay()
    plain.get_by_role("button", name="Delete").click()
    expect(plain.locator(".note-text")).to_have_count(0)
    both_stay()
    why.press("Enter")  # says neither right nor wrong, and pins nothing
    expect(plain.get_by_role("button", name="Take the pin out")).to_be_visible()
    expect(plain.locator(".verdict-mark button[aria-pressed]")).to_have_count(0)


def test_without_scripts_a_changed_reply_stays_too(
    plain: Page, base: str, bob: User, sandbox: Sandbox
) -> None:
    enter(plain, base, bob)
    plain.goto(reply_url(base, last_known_call(sandbox, "user_downlink_loss_group")))
    plain.fill("#reply-text", "Dear Anna, it was our proxy.")
    plain.select_option("#reply-lang", "zh-hans")
    plain.get_by_role("button", name="Write it so").click()
    expect(plain.locator("#reply-changed")).to_be_visible()
    expect(plain.locator("#reply-text")).to_have_value("Dear Anna, it was our proxy.")
    plain.click("#reply-anew")
    expect(plain.locator("#reply-text[lang=zh-hans]")).to_have_value(re.compile("您"))
    expect(plain.locator(".reply-aside textarea")).to_have_value("Dear Anna, it was our proxy.")
