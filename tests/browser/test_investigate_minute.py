"""The whole minute by keyboard alone, in both languages: paste, verdict, evidence, reply on the clipboard."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from console.accounts.models import User
from console.investigate.services import remembering
from tests.browser.conftest import NoSeriousFaults
from tests.browser.test_investigate import drawn, spoken
from tests.investigate.conftest import last_known_call
from tests.sandbox.harness import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[User], Page]

_SAID = {
    "en": ("was lost or late", "Your connection lost or delayed what was sent to you"),
    "zh-hans": ("丢失或延迟", "您的网络在下行方向丢包或延迟"),
}


@pytest.fixture(autouse=True)
def _nothing_from_before(busy_hour: None) -> None:
    remembering.forget_process()


def tab_to(page: Page, wanted: str, most: int = 150) -> None:
    """Press Tab until what is wanted has the focus, as somebody without a mouse would."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"Tab does not lead to {wanted}")


@pytest.mark.usefixtures("connected")
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_from_the_paste_to_the_copied_reply_by_keyboard_alone(
    sign_in: SignIn,
    bob: User,
    sandbox: Sandbox,
    language: str,
    live_server: Any,
    no_serious_faults: NoSeriousFaults,
) -> None:
    bob.language = language
    bob.save()
    call = last_known_call(sandbox, "user_downlink_loss_group")
    headline, reply = _SAID[language]
    page = sign_in(bob)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{live_server.url}/c/demo/investigate/?app={call.app_id}")
    expect(page.locator("#find-q")).to_be_focused()
    page.keyboard.type(spoken(call))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/calls/{call.app_id}/{call.room_id}/"))

    expect(page.locator("#verdict-headline")).to_contain_text(headline)
    expect(page.locator("#verdict-headline")).to_be_in_viewport()
    drawn(page)

    tab_to(page, ".verdict-because a.evidence")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"from=.*#pair-"))
    drawn(page)
    expect(page.locator(f"#{page.url.split('#')[1]}")).to_be_in_viewport()

    page.go_back()
    expect(page.locator("#verdict-headline")).to_contain_text(headline)
    tab_to(page, "#reply-link")
    page.keyboard.press("Enter")
    expect(page.locator("#reply-text")).to_have_value(re.compile(reply))
    no_serious_faults(page)
    tab_to(page, "#reply-copy")
    page.keyboard.press("Enter")
    page.wait_for_function("() => navigator.clipboard.readText().then((text) => text.length > 40)")
    assert reply in page.evaluate("() => navigator.clipboard.readText()")


@pytest.mark.usefixtures("connected")
def test_the_printed_report_holds_what_matters_and_no_navigation(
    sign_in: SignIn, bob: User, sandbox: Sandbox, live_server: Any
) -> None:
    call = last_known_call(sandbox, "user_downlink_loss_group")
    page = sign_in(bob)
    page.goto(f"{live_server.url}{call.url()}")
    drawn(page)
    page.emulate_media(media="print")
    for shown in ("#verdict-headline", ".verdict-because", "table.lanes", "#pair figure.chart"):
        expect(page.locator(shown).first).to_be_visible()
    for hidden in (
        "nav.rail",
        ".verdict-mark",
        ".timeline-filter",
        ".call-turn",
        "#reply-link",
        "#deeper + .quiet",
        "#keep",
    ):
        for one in page.locator(hidden).all():
            expect(one).to_be_hidden()
    report = page.pdf(format="A4", print_background=True)
    assert report.startswith(b"%PDF")
    assert report.count(b"/Type /Page\n") + report.count(b"/Type /Page ") <= 12
