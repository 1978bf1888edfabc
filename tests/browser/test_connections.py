"""Connections in a real browser: made, tested with a wrong key and a right one; the secret never comes out."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Error, Page, expect

from console.accounts.models import User
from console.connections.models import Connection
from tests.browser.conftest import NoSeriousFaults
from tests.sandbox.harness import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[User], Page]
WRONG = "a-key-of-somewhere-else"


@pytest.fixture
def base(live_server: Any) -> str:
    return str(live_server.url)


def fill(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.locator(f"dialog [name={name}]").fill(value)


def test_an_owner_adds_one_and_is_told_of_the_wrong_key(
    sign_in: SignIn, base: str, olga: User, sandbox: Sandbox, no_serious_faults: NoSeriousFaults
) -> None:
    seen: list[str] = []
    page = sign_in(olga)
    page.emulate_media(reduced_motion="reduce")
    page.on("response", lambda answer: seen.append(_text(answer)))
    page.goto(f"{base}/settings/connections/")
    page.get_by_role("link", name="Add a connection").first.click()
    expect(page.locator("dialog [name=access_key]")).to_be_visible()
    expect(page.locator("dialog [name=iam_domain]")).to_be_hidden()
    no_serious_faults(page, in_both_themes=True)
    fill(page, name="Lab", slug="lab", endpoint=sandbox.endpoint, project_id=sandbox.project_id)
    fill(page, access_key=sandbox.ak, secret=WRONG)
    page.get_by_role("button", name="Save and test").click()
    expect(page.locator("dialog .field-errors").first).to_be_visible()
    expect(page.locator("dialog [name=slug]")).to_have_value("lab")
    expect(page.locator("dialog [name=secret]")).to_have_value("")
    fill(page, secret=WRONG, reason="a new project")
    page.get_by_role("button", name="Save and test").click()
    failed = page.locator(".check-step.is-failed")
    expect(failed).to_contain_text("Credentials")
    expect(failed).to_contain_text("The cloud does not accept the access key")
    seen.append(page.content())
    no_serious_faults(page, in_both_themes=True)

    page.get_by_role("link", name="Change", exact=True).click()
    expect(page.locator("dialog [name=access_key]")).to_have_value(sandbox.ak)
    fill(page, secret=sandbox.sk, reason="the right key")
    page.get_by_role("button", name="Save and test").click()
    expect(page.locator("main")).to_contain_text("Everything works.")
    seen.append(page.content())
    page.get_by_role("button", name="Test again").click()
    expect(page.locator("main")).to_contain_text("Everything works.")
    page.goto(f"{base}/audit/?action=connections.connection.change")
    page.locator("#trail tbody a").first.click()
    expect(page.locator("#entry")).to_contain_text("the right key")
    seen.append(page.content())
    assert len(seen) > 10
    assert not [text for text in seen if sandbox.sk in text or WRONG in text]


def _text(answer: Any) -> str:
    """Return what came, headers too; the bodies of files and of redirects don't count."""
    headers = str(answer.headers)
    kind = answer.headers.get("content-type", "")
    if not kind.startswith("text/html") or answer.status >= 300:
        return headers
    try:
        return headers + answer.text()
    except Error:  # the page was left before its body was read
        return headers


def test_switched_off_it_vanishes_for_those_who_work_with_it(
    sign_in: SignIn, base: str, olga: User, connection: Connection
) -> None:
    page = sign_in(olga)
    page.goto(f"{base}/settings/connections/demo/")
    page.get_by_role("link", name="Switch off").click()
    page.locator("dialog [name=reason]").fill("moved elsewhere")
    page.locator("dialog button.btn-danger").click()
    expect(page.locator("main .chips")).to_contain_text("switched off")
    answer = page.goto(f"{base}/c/demo/rooms/")
    assert answer is not None
    assert answer.status == 404
    page.goto(f"{base}/settings/connections/")
    expect(page.locator("#connections tbody tr")).to_contain_text("switched off")


@pytest.mark.usefixtures("connected")
def test_an_impatient_second_click_tests_once(
    sign_in: SignIn, base: str, olga: User, sandbox: Sandbox
) -> None:
    page = sign_in(olga)
    page.goto(f"{base}/settings/connections/demo/")
    sandbox.fail_next("delay", seconds=1, times=1)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.get_by_role("button", name="Test", exact=True).dblclick()
    expect(page.locator("main")).to_contain_text("Everything works.", timeout=60_000)
    assert len(sent) == 1
