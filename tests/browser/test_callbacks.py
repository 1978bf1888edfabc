"""Automatic recording and callbacks in a real browser: set, recorded, delivered, read; the trail checked."""

# ruff: noqa: F811  (fixtures are imported, and asked for by their names)
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from console.accounts.models import User
from console.audit.models import AuditEntry
from console.connections.models import Connection
from tests.applications.conftest import app_id, state_of  # noqa: F401
from tests.browser.conftest import NoSeriousFaults
from tests.recording.callbacks.conftest import make_template
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("connected", "worker")]
SignIn = Callable[[User], Page]


@pytest.fixture
def base(live_server: Any) -> str:
    return f"{live_server.url}/c/demo"


def trail() -> list[tuple[str, str]]:
    rows = AuditEntry.objects.filter(kind="outcome").order_by("id")
    return [(row.action, row.outcome) for row in rows]


def test_from_the_applications_page_to_a_notification_in_the_inbox(
    sign_in: SignIn,
    base: str,
    alice: User,
    app_id: str,
    sandbox: Sandbox,
    no_serious_faults: NoSeriousFaults,
) -> None:
    make_template(sandbox, app_id)
    page = sign_in(alice)
    page.goto(f"{base}/applications/{app_id}/")
    page.click("#change-automatic")
    expect(page.locator("dialog .does")).to_contain_text("in rooms that open after it is switched on")
    no_serious_faults(page)
    page.check("dialog input[name=mode][value=on]")
    page.click("dialog .btn-primary")
    expect(page.locator("#panel-automatic")).to_contain_text("on")
    page.click("#open-callback")
    expect(page.locator("#callback")).to_contain_text("None is set")
    page.click("#use-own")
    expect(page.locator("#callback")).to_contain_text("stored, sealed")
    no_serious_faults(page)
    assert state_of(sandbox, app_id).automatic.rule_id
    assert "/callbacks/recording/" in state_of(sandbox, app_id).callback.url

    page.click("#send-sample")
    page.click("dialog .btn-primary")
    expect(page.locator("dialog #sample-result")).to_contain_text("200")
    no_serious_faults(page)
    page.keyboard.press("Escape")
    sandbox.travel(1800)  # rooms open, are recorded and left
    sandbox.control("notifications")
    page.goto(f"{base}/recording/inbox/?app={app_id}")
    expect(page.locator("table.inbox")).to_contain_text("RECORD_NEW_FILE_START", timeout=60_000)
    expect(page.locator("table.inbox")).not_to_contain_text("refused")
    no_serious_faults(page)
    page.locator("a[id^=delivery-]").first.click()
    expect(page.locator("#delivery")).to_contain_text("What it tells")
    no_serious_faults(page)
    assert trail() == [
        ("recording.automatic.update", "succeeded"),
        ("recording.callback.update", "succeeded"),
        ("recording.callback.send_sample", "succeeded"),
    ]


def test_wrong_input_is_kept_and_said_at_its_field(
    sign_in: SignIn,
    base: str,
    alice: User,
    app_id: str,
    sandbox: Sandbox,
) -> None:
    page = sign_in(alice)
    page.goto(f"{base}/recording/callbacks/{app_id}/")
    page.click("#set-callback")
    page.fill("dialog #id_url", "ftp://hooks.example.com")
    page.check("dialog input[name=key][value=given]")
    page.fill("dialog #id_given", "short")
    page.click("dialog .btn-primary")
    expect(page.locator("dialog #id_url_error")).to_contain_text("begins with http:// or https://")
    expect(page.locator("dialog #id_given_error")).to_be_visible()
    expect(page.locator("dialog #id_url")).to_have_value("ftp://hooks.example.com")
    expect(page.locator("dialog #id_given")).to_have_value("")  # a key does not come back
    page.fill("dialog #id_url", "http://127.0.0.1:9/")
    page.check("dialog input[name=key][value=new]")
    page.click("dialog .btn-primary")
    expect(page.locator("dialog #id_url_error")).to_contain_text("The cloud refused this.")
    page.fill("dialog #id_url", "https://hooks.example.com/rtc")
    page.click("dialog .btn-primary")
    expect(page.locator("#callback")).to_contain_text("https://hooks.example.com/rtc")
    assert trail() == [("recording.callback.update", "failed"), ("recording.callback.update", "succeeded")]
    key = state_of(sandbox, app_id).callback.auth_key
    assert key not in page.content()
    page.click("#reveal-callback-key")
    page.select_option("dialog select[name=preset]", "setup")
    page.click("dialog .btn-danger")
    expect(page.locator("dialog #revealed")).to_have_text(key)


@pytest.mark.parametrize("width", [360, 768])
def test_narrow_pages_do_not_scroll_sideways(
    sign_in: SignIn,
    base: str,
    alice: User,
    connected: Connection,
    app_id: str,
    width: int,
) -> None:
    page = sign_in(alice)
    page.set_viewport_size({"width": width, "height": 740})
    for address in ("automatic/", f"automatic/{app_id}/", "callbacks/", f"callbacks/{app_id}/", "inbox/"):
        page.goto(f"{base}/recording/{address}")
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width, address


def test_nothing_serious_in_either_theme(
    sign_in: SignIn,
    base: str,
    alice: User,
    app_id: str,
    no_serious_faults: NoSeriousFaults,
) -> None:
    page = sign_in(alice)
    for address in (
        "automatic/",
        "callbacks/",
        f"callbacks/{app_id}/set/",
        f"callbacks/{app_id}/learn/",
        "inbox/",
    ):
        page.goto(f"{base}/recording/{address}")
        no_serious_faults(page, in_both_themes=True)
