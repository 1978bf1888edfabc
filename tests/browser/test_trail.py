"""The trail in a real browser: an auditor filters, opens an entry, exports and verifies; others see what is theirs."""

import csv
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Page, expect

from console import audit
from console.accounts.actions import SIGN_IN
from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.audit import Target
from console.audit.actions import registered_actions
from console.connections.models import Connection
from console.rooms.actions import DISMISS, REMOVE
from console.sparkrtc.errors import NotFound
from tests.audit.helpers import act
from tests.browser.conftest import NoSeriousFaults

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[User], Page]


@pytest.fixture
def base(live_server: Any) -> str:
    return str(live_server.url)


@pytest.fixture
def history(alice: User, mona: User, bob: User, connection: Connection) -> None:
    """A removal by Alice, a dismissal by Mona that the cloud refused, and a removal by Bob."""

    def act(actor: User, action: str, room: str, request_id: str) -> None:
        with audit.attempt(
            action,
            actor=actor,
            connection=connection,
            target=Target("room", room),
            reason="because",
            app_id="a",
        ) as entry:
            if not request_id:
                raise NotFound(status=404, error_code="RTC.00001003", request_id="req-gone")
            entry.request_id = request_id

    act(alice, REMOVE, "lecture-7", "req-alice")
    with pytest.raises(NotFound):
        act(mona, DISMISS, "lecture-8", "")
    act(bob, REMOVE, "=cmd()", "req-bob")


def rows(page: Page) -> Any:
    return page.locator("#trail tbody tr")


@pytest.mark.usefixtures("history")
def test_an_auditor_filters_and_opens_an_entry(
    sign_in: SignIn, base: str, audrey: User, no_serious_faults: NoSeriousFaults
) -> None:
    page = sign_in(audrey)
    page.goto(f"{base}/audit/")
    expect(rows(page)).to_have_count(3)
    expect(page.locator(".trail-zone")).to_contain_text("UTC")
    no_serious_faults(page, in_both_themes=True)
    page.select_option("#trail-outcome", "failed")
    expect(rows(page)).to_have_count(1)
    assert page.url.endswith("/audit/?outcome=failed")
    page.get_by_role("link", name="Dismiss a room").click()
    expect(page.locator("#entry")).to_contain_text("req-gone")
    expect(page.locator("#entry")).to_contain_text("RTC.00001003")
    no_serious_faults(page, in_both_themes=True)
    page.go_back()
    expect(page.locator("#trail-outcome")).to_have_value("failed")
    expect(rows(page)).to_have_count(1)
    page.go_back()
    expect(page.locator("header.bar")).to_be_visible()
    expect(rows(page)).to_have_count(3)
    page.fill("#trail-target", "no such thing")
    page.press("#trail-target", "Enter")
    expect(page.locator("#trail")).to_contain_text("Nothing on record fits these filters")


@pytest.mark.usefixtures("history")
def test_a_range_that_ends_before_it_starts_is_told_and_kept(
    sign_in: SignIn, base: str, audrey: User
) -> None:
    page = sign_in(audrey)
    page.goto(f"{base}/audit/?from=2026-03-02T10:00&to=2026-03-01T10:00")
    expect(page.get_by_role("alert")).to_contain_text("The range ends before it starts.")
    expect(page.locator("input[name=from]")).to_have_value(re.compile("^2026-03-02T10:00"))


@pytest.mark.usefixtures("history")
def test_what_is_exported_is_what_was_seen_and_verifies(
    sign_in: SignIn, base: str, audrey: User, tmp_path: Path
) -> None:
    page = sign_in(audrey)
    page.goto(f"{base}/audit/?action={REMOVE}")
    expect(rows(page)).to_have_count(2)
    with page.expect_download() as table:
        page.get_by_role("button", name="Export as CSV").click()
    table.value.save_as(tmp_path / "trail.csv")
    told = list(csv.reader((tmp_path / "trail.csv").read_text("utf-8-sig").splitlines()))
    assert len(told) == 3
    assert not [cell for line in told for cell in line if cell.startswith("=")]

    with page.expect_download() as proof:
        page.get_by_role("button", name="Export with proof").click()
    with page.expect_download() as script:
        page.get_by_role("link", name="Script to verify exports").click()
    proof.value.save_as(tmp_path / "trail.jsonl")
    script.value.save_as(tmp_path / "verify_export.py")
    page.goto(f"{base}/audit/verify/")
    with page.expect_download() as statement:
        page.get_by_role("link", name="audit-statement-").click()
    statement.value.save_as(tmp_path / statement.value.suggested_filename)
    commands = page.locator("dl.facts code", has_text="python verify_export.py").all_inner_texts()
    assert ["--statement" in command for command in commands] == [False, True]
    for command in commands:
        words = command.replace("audit-trail.jsonl", "trail.jsonl").split()[1:]
        done = subprocess.run(
            [sys.executable, *words], cwd=tmp_path, capture_output=True, text=True, timeout=20, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def long_names(connection: Connection) -> None:
    """What makes the trail's table as wide as it gets: yesterday's, by somebody with a long name, and more."""
    connection.name = "Huawei Cloud Production North China 4"
    connection.save()
    somebody = User.objects.create(username="max", display_name="Maximilian Featherstonehaugh")
    for role in (Role.LEAD, Role.MODERATOR):
        RoleGrant.objects.create(user=somebody, role=role)
    longest = max(registered_actions(), key=lambda action: len(str(action.label))).name
    target = Target("room", "lecture-2027-03-02-physics-101", "Lecture in physics on a Tuesday in the hall")
    app_id = "5f2b7c1d9e0a4b6c8d7e6f5a4b3c2d1e"
    reason = "They disturbed others, for the third time today, and would not stop"
    with time_machine.travel(timezone.now() - timedelta(days=1)):
        attempt = act(
            somebody,
            "unknown",
            action=longest,
            connection=connection,
            target=target,
            app_id=app_id,
            reason=reason,
        )
        audit.note(attempt.uuid, "seen to leave")


@pytest.mark.usefixtures("long_names")
@pytest.mark.parametrize("width", [768, 820, 900, 1024, 1199, 1200, 1366, 1500])
def test_nothing_of_the_trail_is_out_of_sight_at_any_width(
    sign_in: SignIn, base: str, audrey: User, no_serious_faults: NoSeriousFaults, width: int
) -> None:
    page = sign_in(audrey)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{base}/audit/")
    hidden = "() => { const wrap = document.querySelector('.table-wrap'); return wrap.scrollWidth - wrap.clientWidth; }"
    assert page.evaluate(hidden) <= 0
    shown = page.evaluate("() => getComputedStyle(document.querySelector('table.trail')).display")
    assert shown == ("block" if width < 1200 else "table")
    expect(rows(page).first.locator(".trail-where")).to_be_visible()
    if width in (768, 1024):
        no_serious_faults(page, in_both_themes=True)


@pytest.mark.usefixtures("history")
def test_an_auditor_verifies_with_one_click(
    sign_in: SignIn, base: str, audrey: User, no_serious_faults: NoSeriousFaults
) -> None:
    audit.record(SIGN_IN, actor=audrey)  # whoever has signed in is on record
    page = sign_in(audrey)
    page.goto(f"{base}/audit/")
    page.get_by_role("link", name="Verify", exact=True).click()
    page.get_by_role("button", name="Verify now").click()
    expect(page.locator("#result")).to_contain_text("Nothing was changed, removed or slipped in.")
    expect(page.locator("#result tbody tr")).to_have_count(2)
    no_serious_faults(page)


@pytest.mark.usefixtures("history")
def test_support_sees_only_their_own(sign_in: SignIn, base: str, bob: User, alice: User) -> None:
    page = sign_in(bob)
    page.goto(f"{base}/audit/")
    expect(rows(page)).to_have_count(1)
    expect(page.locator("#trail")).not_to_contain_text("Alice")
    expect(page.get_by_role("link", name="Verify", exact=True)).to_have_count(0)
    page.goto(f"{base}/audit/?person=alice")
    expect(page.locator("#trail")).to_contain_text("Nothing on record fits these filters")
    answer = page.goto(f"{base}/audit/verify/")
    assert answer is not None
    assert answer.status == 403
