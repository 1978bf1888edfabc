"""An admin's day with applications in a real browser: create, disable, delete, keys; the trail checked."""

# ruff: noqa: F811  (fixtures are imported, and asked for by their names)
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from console.accounts.models import User
from console.audit.models import AuditEntry
from console.connections.models import Connection
from tests.applications.conftest import app_id, disabled, named, state_of  # noqa: F401
from tests.browser.conftest import NoSeriousFaults
from tests.conftest import PASSWORD
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("connected", "worker")]
SignIn = Callable[[User], Page]


@pytest.fixture
def base(live_server: Any) -> str:
    return f"{live_server.url}/c/demo/applications/"


def trail(action: str) -> list[str]:
    """The outcomes of an action in the trail, in their order."""
    rows = AuditEntry.objects.filter(action=action).exclude(outcome__in=["", "attempted"]).order_by("id")
    return [row.outcome for row in rows]


def test_create_find_disable_and_delete(
    sign_in: SignIn, base: str, alice: User, sandbox: Sandbox, no_serious_faults: NoSeriousFaults
) -> None:
    page = sign_in(alice)
    page.goto(base)
    no_serious_faults(page)
    page.click("#create-application")
    page.fill("dialog #id_name", "two words")
    page.click("dialog .btn-primary")
    expect(page.locator("dialog .field-errors")).to_contain_text("without spaces")
    expect(page.locator("dialog #id_name")).to_have_value("two words")
    no_serious_faults(page)
    page.fill("dialog #id_name", "lecture-hall")
    page.click("dialog .btn-primary")
    expect(page.locator("h1")).to_have_text("lecture-hall")
    expect(page.locator("#messages")).to_contain_text("The application is created.")
    made = named(sandbox, "lecture-hall")
    assert page.url.endswith(f"/{made.app_id}/")

    page.click("#disable-application")
    expect(page.locator("dialog .hit")).to_contain_text("Nobody can enter its rooms any more")
    page.click("dialog .btn-danger")
    expect(page.locator("dialog .field-errors")).to_contain_text("Say why.")
    page.select_option("dialog select[name=preset]", "unused")
    page.click("dialog .btn-danger")
    expect(page.locator("#application-chips")).to_contain_text("disabled")
    expect(page.locator(".app-history")).to_contain_text("Disable an application")
    no_serious_faults(page)

    page.click("#delete-application")
    page.fill("dialog #id_typed", "lecture hall")
    page.select_option("dialog select[name=preset]", "test")
    page.click("dialog .btn-danger")
    expect(page.locator("dialog .field-errors")).to_contain_text("not what is written")
    page.fill("dialog #id_typed", "lecture-hall")
    page.click("dialog .btn-danger")
    expect(page.locator("#messages")).to_contain_text("The application is deleted.")
    expect(page.locator("table.applications")).not_to_contain_text("lecture-hall")
    assert named(sandbox, "lecture-hall") is None
    for action in ("create", "disable", "delete"):
        assert trail(f"applications.application.{action}") == ["succeeded"]


KEPT = "() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]"


def test_back_does_not_show_an_application_that_is_gone_and_nothing_of_it_is_kept(
    sign_in: SignIn, base: str, alice: User, disabled: str, sandbox: Sandbox
) -> None:
    name = state_of(sandbox, disabled).name
    page = sign_in(alice)
    page.goto(base)
    page.locator("table.applications").get_by_role("link", name=name).first.click()
    expect(page.locator("h1")).to_have_text(name)
    page.click("#delete-application")
    page.fill("dialog #id_typed", name)
    page.select_option("dialog select[name=preset]", "test")
    page.click("dialog .btn-danger")
    expect(page.locator("#messages")).to_contain_text("The application is deleted.")
    page.go_back()
    expect(page).to_have_url(f"{base}{disabled}/")
    expect(page.locator("#delete-application")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("no such application")
    page.go_back()  # the list that had it
    expect(page).to_have_url(base)
    expect(page.locator("table.applications")).not_to_contain_text(name)
    assert set(page.evaluate(KEPT)) <= {"htmx-current-path-for-history"}


def test_a_field_whose_size_was_dragged_survives_a_refusal(
    sign_in: SignIn, base: str, alice: User, app_id: str
) -> None:
    page = sign_in(alice)
    page.goto(f"{base}{app_id}/")
    page.click("#disable-application")
    words = page.locator("dialog [name=words]")
    words.scroll_into_view_if_needed()
    box = words.bounding_box()
    assert box is not None
    corner = box["x"] + box["width"] - 4, box["y"] + box["height"] - 4
    page.mouse.move(*corner)
    page.mouse.down()
    page.mouse.move(corner[0], corner[1] + 40, steps=4)
    page.mouse.up()
    assert "height" in (words.get_attribute("style") or "")
    words.fill("   ")
    page.click("dialog .btn-danger")
    expect(page.locator("dialog .field-errors")).to_contain_text("Say why.")
    expect(words).to_have_value("   ")


def test_filters_are_in_the_address_and_survive_a_reload(
    sign_in: SignIn,
    base: str,
    alice: User,
    disabled: str,
) -> None:
    page = sign_in(alice)
    page.goto(base)
    page.click("#tab-disabled")
    expect(page.locator("#application-tabs [aria-current]")).to_contain_text("Disabled")
    expect(page.locator(f"table.applications [data-copy='{disabled}']")).to_have_count(1)
    assert "state=disabled" in page.url
    page.fill("#application-search", "no-such-thing")
    expect(page.locator("#applications")).to_contain_text("No application fits the filters")
    page.reload()
    expect(page.locator("#application-search")).to_have_value("no-such-thing")
    page.click("text=Clear filters")
    expect(page.locator("table.applications tbody tr").nth(2)).to_be_visible()


def test_a_key_is_shown_once_and_goes(
    sign_in: SignIn,
    base: str,
    alice: User,
    app_id: str,
    sandbox: Sandbox,
    no_serious_faults: NoSeriousFaults,
) -> None:
    key = state_of(sandbox, app_id).key
    page = sign_in(alice)
    page.goto(f"{base}{app_id}/")
    assert key not in page.content()
    page.click("#reveal-key")
    page.select_option("dialog select[name=preset]", "setup")
    page.click("dialog .btn-danger")
    expect(page.locator("dialog #revealed")).to_have_text(key)
    no_serious_faults(page)
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("#revealed")).to_have_count(0)
    assert key not in page.content()
    assert trail("applications.key.reveal") == ["succeeded"]


def test_a_test_signature_by_keyboard(
    sign_in: SignIn,
    base: str,
    alice: User,
    app_id: str,
) -> None:
    page = sign_in(alice)
    page.goto(f"{base}{app_id}/")
    page.focus("#make-access")
    page.keyboard.press("Enter")
    expect(page.locator("dialog #id_room_id")).to_be_focused()
    page.keyboard.type("room-42")
    page.keyboard.press("Tab")
    page.keyboard.type("user-7")
    page.select_option("dialog select[name=preset]", "try")
    page.locator("dialog #id_user_id").press("Enter")
    expect(page.locator("dialog #revealed")).to_have_text(re.compile("^[0-9a-f]{64}$"))
    assert trail("applications.access.make") == ["succeeded"]


def test_a_lost_reply_is_followed_until_it_is_found(
    sign_in: SignIn, base: str, alice: User, sandbox: Sandbox
) -> None:
    sandbox.fail_next("lost_reply", operation="create_app")
    page = sign_in(alice)
    page.goto(base)
    page.click("#create-application")
    page.fill("dialog #id_name", "lost-and-found")
    page.click("dialog .btn-primary")
    progress = page.locator("dialog #change-progress")
    expect(progress).to_contain_text("The answer got lost")
    expect(progress).to_contain_text("It took effect", timeout=60_000)
    page.click("dialog .sheet-foot .btn-primary")
    expect(page.locator("h1")).to_have_text("lost-and-found")
    assert trail("applications.application.create") == ["unknown", "succeeded"]
    assert len(sandbox.requests(operation="create_app")) == 1


def test_the_same_without_scripts(
    browser: Browser,
    live_server: Any,
    base: str,
    alice: User,
    app_id: str,
    sandbox: Sandbox,
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/sign-in/")
    page.fill("input[name=login]", alice.username)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.goto(base)
    page.click("#create-application")
    page.fill("#id_name", "by-hand")
    page.click(".sheet-foot .btn-primary")
    expect(page.locator("h1")).to_have_text("by-hand")
    page.goto(f"{base}{app_id}/")
    page.click("#disable-application")
    page.select_option("select[name=preset]", "incident")
    page.click(".sheet-foot .btn-danger")
    expect(page.locator("#application-chips")).to_contain_text("disabled")
    assert state_of(sandbox, app_id).state == "DEACTIVATION"
    context.close()


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
    for address in ("", f"{app_id}/", f"{app_id}/disable/", "new/", f"{app_id}/access/"):
        page.goto(f"{base}{address}")
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width, address


def test_nothing_serious_in_either_theme(
    sign_in: SignIn,
    base: str,
    alice: User,
    app_id: str,
    disabled: str,
    no_serious_faults: NoSeriousFaults,
) -> None:
    page = sign_in(alice)
    for address in (
        "",
        f"{app_id}/",
        f"{disabled}/",
        f"{app_id}/disable/",
        f"{disabled}/delete/",
        f"{app_id}/key/",
    ):
        page.goto(f"{base}{address}")
        no_serious_faults(page, in_both_themes=True)
