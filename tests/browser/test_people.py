"""People in a real browser: added, given a role, signed in with a new password, deactivated."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.audit.models import AuditEntry
from tests.browser.conftest import NoSeriousFaults
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[User], Page]
ONCE, OWN = "told-by-the-owner-once", "a river runs past seven mills"


@pytest.fixture
def base(live_server: Any) -> str:
    return str(live_server.url)


def enter(context: BrowserContext, base: str, name: str, password: str) -> Page:
    page = context.new_page()
    page.goto(f"{base}/sign-in/")
    page.fill("input[name=login]", name)
    page.fill("input[name=password]", password)
    page.click("main form button[type=submit]")
    return page


def add(page: Page, base: str, name: str) -> None:
    """Fill in the dialog, but don't send it."""
    page.goto(f"{base}/settings/people/")
    page.get_by_role("link", name="Add a person").click()
    page.locator("dialog [name=username]").fill(name)
    page.locator("dialog [name=name]").fill("Nora New")
    page.locator("dialog [name=one_time_password]").fill(ONCE)


def send(page: Page) -> None:
    page.locator("dialog button[type=submit].btn-primary, dialog button[type=submit].btn-danger").click()


@pytest.mark.usefixtures("connection")
def test_from_the_first_day_to_the_last(
    sign_in: SignIn, browser: Browser, base: str, olga: User, no_serious_faults: NoSeriousFaults
) -> None:
    page = sign_in(olga)
    add(page, base, "nora")
    send(page)
    expect(page.locator("dialog .field-errors").first).to_be_visible()
    expect(page.locator("dialog [name=username]")).to_have_value("nora")
    page.locator("dialog [name=reason]").fill("starts today")
    send(page)
    expect(page.locator("h1")).to_have_text("Nora New")
    page.get_by_role("link", name="Give a role").click()
    page.locator("dialog [name=role][value=support]").check()
    page.locator("dialog [name=place]").select_option("demo")
    page.locator("dialog [name=reason]").fill("answers the telephone")
    no_serious_faults(page)
    send(page)
    expect(page.locator("#person tbody")).to_contain_text("Support")
    expect(page.locator("#person tbody")).to_contain_text("Demo")

    theirs = browser.new_context()
    nora = enter(theirs, base, "nora", ONCE)
    expect(nora.locator("h1")).to_have_text("Change password")
    nora.goto(f"{base}/audit/")
    expect(nora.locator("h1")).to_have_text("Change password")
    nora.fill("[name=oldpassword]", ONCE)
    nora.fill("[name=password1]", OWN)
    nora.fill("[name=password2]", OWN)
    nora.get_by_role("button", name="Change password").click()
    expect(nora.locator("h1")).to_have_text("Audit")
    expect(nora.locator("#rail")).not_to_contain_text("People")

    page.get_by_role("link", name="Deactivate").click()
    expect(page.locator("dialog .hit")).to_be_visible()
    page.locator("dialog [name=reason]").fill("left the company")
    send(page)
    expect(page.locator("main .chips")).to_contain_text("deactivated")
    nora.reload()
    expect(nora.locator("h1")).to_have_text("Sign in")
    again = enter(theirs, base, "nora", OWN)
    expect(again.locator("#rail")).to_have_count(0)
    expect(again.locator("main")).to_contain_text("deactivated")
    theirs.close()
    reasons = AuditEntry.objects.exclude(reason="").values_list("reason", flat=True)
    assert {"starts today", "answers the telephone", "left the company"} <= set(reasons)


@pytest.mark.usefixtures("connection")
def test_an_impatient_second_click_sends_nothing_twice(sign_in: SignIn, base: str, olga: User) -> None:
    page = sign_in(olga)
    add(page, base, "nora")
    page.locator("dialog [name=reason]").fill("starts today")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.locator("dialog button[type=submit].btn-primary").dblclick()
    expect(page.locator("h1")).to_have_text("Nora New")
    page.get_by_role("button", name="Sign out everywhere").dblclick()
    expect(page.locator("#messages")).to_contain_text("igned out")
    assert len(sent) == 2
    assert AuditEntry.objects.filter(action="accounts.sign_out_everywhere").count() == 1


@pytest.mark.usefixtures("connection")
def test_a_sign_in_that_ended_under_a_form_is_told(sign_in: SignIn, base: str, olga: User) -> None:
    page = sign_in(olga)
    add(page, base, "nora")
    page.locator("dialog [name=reason]").fill("starts today")
    page.context.clear_cookies(name="sessionid")
    send(page)
    expect(page.locator("main")).to_contain_text("what you sent was not accepted")
    assert "next=%2Fsettings%2Fpeople%2F" in page.url
    assert not User.objects.filter(username="nora").exists()


def sign_in_again(page: Page, name: str) -> None:
    page.fill("[name=login]", name)
    page.fill("[name=password]", PASSWORD)
    page.locator("form button.btn-primary").click()
    page.wait_for_url("**/settings/people/**")


@pytest.mark.usefixtures("connection")
def test_what_was_written_comes_back_after_signing_in_again(sign_in: SignIn, base: str, olga: User) -> None:
    page = sign_in(olga)
    add(page, base, "nora")
    page.locator("dialog [name=reason]").fill("starts today")
    page.context.clear_cookies(name="sessionid")
    send(page)
    expect(page.locator("main")).to_contain_text("what you sent was not accepted")
    sign_in_again(page, olga.username)
    expect(page.locator("#messages")).to_contain_text("What you had written is kept")
    page.get_by_role("link", name="Add a person").click()
    expect(page.locator("dialog [name=username]")).to_have_value("nora")
    expect(page.locator("dialog [name=reason]")).to_have_value("starts today")
    expect(page.locator("#dialog-body form")).to_contain_text("What you had written is back")
    expect(page.locator("#messages .message")).to_have_count(0)
    expect(page.locator("dialog [name=one_time_password]")).not_to_have_value(ONCE)
    assert page.evaluate("sessionStorage.getItem('draft')") is None
    page.context.clear_cookies(name="sessionid")
    send(page)
    expect(page.locator("main")).to_contain_text("what you sent was not accepted")
    other = User.objects.create_user("owen", "owen@example.com", PASSWORD)
    RoleGrant.objects.create(user=other, role=Role.OWNER)
    sign_in_again(page, other.username)  # somebody else reads nothing of it
    page.get_by_role("link", name="Add a person").click()
    expect(page.locator("dialog [name=username]")).to_have_value("")
    assert page.evaluate("sessionStorage.getItem('draft')") is None


@pytest.mark.usefixtures("connection", "bob", "audrey")
def test_the_list_is_searched_while_typing(
    sign_in: SignIn, base: str, olga: User, no_serious_faults: NoSeriousFaults
) -> None:
    page = sign_in(olga)
    page.goto(f"{base}/settings/people/")
    expect(page.locator("#people tbody tr")).to_have_count(3)
    no_serious_faults(page, in_both_themes=True)
    page.fill("#find", "aud")
    expect(page.locator("#people tbody tr")).to_have_count(1)
    expect(page.locator("#find")).to_be_focused()
    page.fill("#find", "nobody at all")
    page.get_by_role("link", name="Clear filters").click()
    expect(page.locator("#people tbody tr")).to_have_count(3)


@pytest.mark.usefixtures("connection")
def test_what_is_being_written_survives_another_language(sign_in: SignIn, base: str, olga: User) -> None:
    page = sign_in(olga)
    page.goto(f"{base}/settings/people/add/")
    page.fill("[name=username]", "nora")
    page.fill("[name=reason]", "starts today")
    page.locator("header form[data-choice=language]").evaluate(
        "(form) => (form.closest('details').open = true)"
    )
    page.locator("header form[data-choice=language] button[value=zh-hans]").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page.locator("[name=username]")).to_have_value("nora")
    expect(page.locator("[name=reason]")).to_have_value("starts today")
    page.reload()
    expect(page.locator("[name=username]")).to_have_value("")
