"""The ledger in a real browser: from a missing file to the bucket that is why."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from console.accounts.models import User
from console.connections.models import Connection
from console.recording.models import LedgerEntry
from tests.browser.conftest import NoSeriousFaults
from tests.sandbox.harness import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_a_missing_file_to_why(
    sign_in: Callable[[User], Page],
    live_server: Any,
    alice: User,
    connected: Connection,
    sandbox: Sandbox,
    no_serious_faults: NoSeriousFaults,
) -> None:
    app = next(one for one in sandbox.control("world")["applications"] if one["state"] == "ACTIVATION")
    now = timezone.now()
    for room_id, state, reason in (("lost-1", "missing", "withdrawn"), ("going-1", "expected", "")):
        LedgerEntry.objects.create(
            connection=connected,
            key=room_id,
            source="automatic",
            app_id=app["app_id"],
            room_id=room_id,
            began_at=now - timedelta(hours=3),
            ended_at=now - timedelta(hours=2) if reason else None,
            state=state,
            reason=reason,
            checked_at=now,
        )
    page = sign_in(alice)
    page.goto(f"{live_server.url}/c/demo/recording/")
    page.get_by_role("link", name="Ledger", exact=True).click()
    table = page.locator("#ledger")
    expect(table).to_contain_text("going-1")
    no_serious_faults(page)
    page.select_option("#filter-state", "missing")
    expect(table).not_to_contain_text("going-1")
    expect(table).to_contain_text("Authorise it under Storage")
    assert "state=missing" in page.url
    page.set_viewport_size({"width": 360, "height": 780})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    no_serious_faults(page)
    table.get_by_role("link", name="Storage").click()
    expect(page.locator("h1")).to_have_text("Storage")


def test_what_is_typed_while_a_filter_is_applied_stays(
    sign_in: Callable[[User], Page], live_server: Any, alice: User, connected: Connection
) -> None:
    page = sign_in(alice)
    page.goto(f"{live_server.url}/c/demo/recording/ledger/")

    def late(route: Route) -> None:
        """Let somebody go on to the next field while the answer is on its way."""
        answer = route.fetch()
        page.locator("#filter-room").press_sequentially("lecture-7")
        route.fulfill(response=answer)

    page.route("**/ledger/?*state=missing*", late)
    page.select_option("#filter-state", "missing")
    expect(page.locator("#filter-state")).to_have_value("missing")
    page.wait_for_url(lambda url: "state=missing" in url)
    expect(page.locator("#filter-room")).to_have_value("lecture-7")
    expect(page.locator("#filter-room")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "room=lecture-7" in url)
