"""Keeping a call, in a browser: the page says at once how far it is, and by itself when it is done."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from console.accounts.models import User
from console.investigate.models import KeptCall
from console.investigate.services import keeping, remembering
from console.investigate.services.keeping import keep_due
from console.sparkrtc.permits import Lane
from console.work.runs import hand_out, work_on
from tests.browser.conftest import NoSeriousFaults
from tests.investigate.conftest import known_calls
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("connected")]
SignIn = Callable[[User], Page]


@pytest.fixture(autouse=True)
def _nothing_from_before(busy_hour: None, monkeypatch: pytest.MonkeyPatch) -> None:
    remembering.forget_process()
    monkeypatch.setattr(keeping, "_LANE", Lane.ALERT)


@pytest.fixture
def url(live_server: Any, sandbox: Sandbox) -> str:
    call = [one for one in known_calls(sandbox, 30) if one.name.startswith("peer_uplink_loss_group")][-1]
    return f"{live_server.url}{call.url()}"


def test_a_call_that_is_being_kept_says_so_at_once_and_says_itself_when_it_is(
    sign_in: SignIn, url: str, bob: User, no_serious_faults: NoSeriousFaults
) -> None:
    page = sign_in(bob)
    page.goto(url)
    page.click("#keep")
    place = page.locator("#keeping")
    expect(place).to_contain_text("being kept")
    expect(page.locator("#keep")).to_have_count(0)
    no_serious_faults(page, "#keeping")
    page.reload()
    expect(place).to_contain_text("being kept")
    keep_due()
    while hand_out(start=work_on):
        pass
    expect(place.get_by_role("link", name="Kept")).to_be_visible()
    expect(page.locator("#kept-line")).to_contain_text("until")
    no_serious_faults(page, "#keeping", "#kept-line")
    place.get_by_role("link", name="Kept").click()
    page.wait_for_url("**/investigate/kept/*/")


def test_a_call_that_could_not_be_kept_says_why_and_can_be_tried_again(
    sign_in: SignIn, url: str, bob: User
) -> None:
    page = sign_in(bob)
    page.goto(url)
    page.click("#keep")
    expect(page.locator("#keeping")).to_contain_text("being kept")
    KeptCall.objects.update(state=KeptCall.State.FAILED, problem=[("said", {"said": "Nobody was there."})])
    expect(page.locator("#keeping")).to_contain_text("Nobody was there.")
    page.get_by_role("button", name="Try to keep it again").click()
    expect(page.locator("#keeping")).to_contain_text("being kept")
