"""The frame in a real browser: theme, rail, drawer, palette, keys, dialogs, messages, and what axe says of it."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from console.accounts.models import User
from tests.browser.conftest import NoSeriousFaults


@pytest.fixture
def gallery(settings: Any, transactional_db: None) -> None:
    settings.ROOT_URLCONF = "tests.core.gallery.urls"


def _carry_session(user: User, live_server: Any, add_cookies: Callable[[list[Any]], None]) -> None:
    browser = Client()
    browser.force_login(user)
    value = browser.cookies["sessionid"].value
    add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])


@pytest.fixture
def page_of(
    gallery: None, page: Page, live_server: Any, olga: User, complaints: list[str]
) -> Callable[[str], Page]:
    """Return a function that opens an address, signed in."""
    _carry_session(olga, live_server, page.context.add_cookies)

    def go(path: str) -> Page:
        page.goto(live_server.url + path)
        return page

    return go


@pytest.fixture
def plain_page(gallery: None, browser: Browser, live_server: Any, olga: User) -> Iterator[Page]:
    """A signed-in page in a browser that runs no scripts."""
    context = browser.new_context(java_script_enabled=False)
    _carry_session(olga, live_server, context.add_cookies)
    yield context.new_page()
    context.close()


def _background(page: Page) -> str:
    return page.evaluate("() => getComputedStyle(document.body).backgroundColor")


# --- theme and rail


def test_the_system_decides_until_somebody_chooses(page_of: Callable[[str], Page]) -> None:
    page = page_of("/keys/")
    page.emulate_media(color_scheme="dark")
    dark = _background(page)
    page.emulate_media(color_scheme="light")
    light = _background(page)
    assert dark != light
    page.locator("summary[title=Theme]").click()
    with page.expect_response("**/preferences/"):
        page.get_by_role("button", name="Dark").first.click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("body")).to_have_css("background-color", dark)
    page.reload()
    expect(page.locator("body")).to_have_css("background-color", dark)


def test_the_rail_folds_and_stays_folded(page_of: Callable[[str], Page]) -> None:
    page = page_of("/keys/")
    with page.expect_response("**/preferences/"):
        page.get_by_role("button", name="Fold the navigation").click()
    expect(page.locator("#rail")).to_have_css("width", "56px")
    page.reload()
    expect(page.locator("#rail")).to_have_css("width", "56px")
    page.get_by_role("button", name="Widen the navigation").click()
    expect(page.locator("#rail")).to_have_css("width", "220px")


def test_on_a_phone_the_rail_is_a_drawer(page_of: Callable[[str], Page]) -> None:
    page = page_of("/gallery/")
    page.set_viewport_size({"width": 360, "height": 740})
    rail = page.locator("#rail")
    expect(rail).to_be_hidden()
    page.get_by_role("button", name="Open the navigation").click()
    expect(rail).to_be_visible()
    page.keyboard.press("Escape")
    expect(rail).to_be_hidden()


@pytest.mark.parametrize("width", [320, 360, 768, 1280, 1920])
@pytest.mark.parametrize(
    "path", ["/gallery/", "/gallery/empty/", "/keys/", "/preferences/", "/gallery/trouble/missing/"]
)
def test_nothing_sticks_out_at_any_width(page_of: Callable[[str], Page], width: int, path: str) -> None:
    page = page_of(path)
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


# --- keyboard


def test_the_palette_finds_a_page_by_keys_alone(page_of: Callable[[str], Page]) -> None:
    page = page_of("/keys/")
    page.keyboard.press("/")
    palette = page.locator("#palette")
    expect(palette.locator("input")).to_be_focused()
    page.keyboard.type("peop")
    found = palette.locator(".found").first
    expect(found).to_contain_text("People")
    page.keyboard.press("ArrowDown")
    expect(found).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/settings/people/**")


def test_control_k_opens_it_and_escape_gives_the_focus_back(page_of: Callable[[str], Page]) -> None:
    page = page_of("/keys/")
    page.locator("summary[title=Theme]").focus()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.type("peop")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    expect(page.locator("summary[title=Theme]")).to_be_focused()


def test_keys_are_letters_where_somebody_types(page_of: Callable[[str], Page]) -> None:
    page = page_of("/gallery/")
    page.locator("input[name=q]").first.fill("")
    page.locator("form.filters input[name=q]").press_sequentially("a/?r")
    expect(page.locator("form.filters input[name=q]")).to_have_value("a/?r")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_a_question_mark_shows_the_keys(page_of: Callable[[str], Page]) -> None:
    page = page_of("/gallery/")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()


def test_the_skip_link_comes_first_and_works(page_of: Callable[[str], Page]) -> None:
    page = page_of("/gallery/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_a_menu_opens_walks_and_closes_by_keys(page_of: Callable[[str], Page]) -> None:
    page = page_of("/keys/")
    summary = page.locator("summary[title=Theme]")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="As the system").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(summary).to_be_focused()
    expect(page.get_by_role("button", name="As the system").first).to_be_hidden()


# --- parts


def test_an_id_is_copied_whole(page_of: Callable[[str], Page]) -> None:
    page = page_of("/gallery/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    row = page.locator("tbody tr").nth(1)
    row.hover()
    row.locator(".copy").click()
    expect(page.locator("#status")).to_have_text("Copied")
    assert page.evaluate("() => navigator.clipboard.readText()") == "r" * 64


def test_ticking_counts_and_shift_takes_the_rows_between(page_of: Callable[[str], Page]) -> None:
    page = page_of("/gallery/")
    button, boxes = page.locator("[data-needs-selection]"), page.locator(".row-check")
    expect(button).to_be_disabled()
    boxes.nth(1).click()
    boxes.nth(4).click(modifiers=["Shift"])
    expect(page.locator("[data-selection-count]")).to_have_text("4 selected")
    expect(button).to_be_enabled()
    page.locator(".check-all").click()
    expect(page.locator("[data-selection-count]")).to_have_text("24 selected")


def test_a_dialog_keeps_a_wrong_form_and_closes_when_it_is_done(page_of: Callable[[str], Page]) -> None:
    page = page_of("/gallery/")
    opener = page.get_by_role("link", name="Dismiss")
    opener.click()
    dialog = page.locator("#dialog")
    expect(dialog).to_be_visible()
    expect(dialog).to_have_accessible_name("Dismiss room lecture-7?")
    dialog.locator("textarea").fill("kept")
    dialog.get_by_role("button", name="Dismiss the room").click()
    expect(dialog.locator(".field-errors").first).to_be_visible()
    expect(dialog.locator("textarea")).to_have_value("kept")
    dialog.locator("input[name=seconds]").fill("30")
    dialog.get_by_role("button", name="Dismiss the room").click()
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_half_written_form_survives_a_click_beside_it(page_of: Callable[[str], Page]) -> None:
    page = page_of("/gallery/")
    page.get_by_role("link", name="Dismiss").click()
    page.locator("#dialog textarea").fill("half a rea")
    page.mouse.click(5, 5)
    expect(page.locator("#dialog")).to_be_visible()
    page.locator("#dialog textarea").fill("")
    page.mouse.click(5, 5)
    expect(page.locator("#dialog")).to_be_hidden()


def test_a_refusal_is_told_in_the_corner_and_leaves_the_panel(page_of: Callable[[str], Page]) -> None:
    page = page_of("/gallery/empty/")
    page.get_by_role("button", name="Fail in the corner").click()
    expect(page.locator("#messages .message")).to_contain_text("req-42")
    expect(page.locator("#panel")).to_have_text("Before")
    page.locator("#messages").get_by_role("button", name="Dismiss").click()
    expect(page.locator("#messages .message")).to_have_count(0)


def test_a_panel_counts_down_and_asks_again(page_of: Callable[[str], Page]) -> None:
    page = page_of("/gallery/empty/")
    expect(page.locator("#counted")).to_contain_text(re.compile(r"Trying again in [1-4] s"))
    expect(page.locator("#counted")).to_have_count(0)
    expect(page.get_by_text("Answered")).to_be_visible()


def test_a_silent_server_is_told_once(page_of: Callable[[str], Page]) -> None:
    page = page_of("/gallery/empty/")
    page.route("**/gallery/panel/**", lambda route: route.abort())
    for _ in range(2):
        with page.expect_event("requestfailed"):
            page.evaluate("() => htmx.trigger('#panel', 'asked')")
    expect(page.locator("#messages .message")).to_have_count(1)
    expect(page.locator("#messages .message")).to_contain_text("does not answer")
    expect(page.locator("#panel")).to_have_text("Before")


def test_a_panel_that_asks_by_itself_says_so(page_of: Callable[[str], Page]) -> None:
    page = page_of("/gallery/empty/")
    with page.expect_request("**/gallery/panel/?text=Polled*") as asked:
        page.evaluate("() => htmx.trigger('#panel', 'asked')")
    assert asked.value.headers["console-poll"] == "true"


def test_a_hidden_tab_does_not_ask_and_catches_up_when_shown(page_of: Callable[[str], Page]) -> None:
    page = page_of("/gallery/empty/")
    asked: list[str] = []
    page.on(
        "request",
        lambda request: asked.append(request.url) if "/gallery/panel/?text=Polled" in request.url else None,
    )
    page.evaluate(
        "() => { Object.defineProperty(document, 'hidden', {configurable: true, get: () => true});"
        " htmx.trigger('#panel', 'asked'); }"
    )
    page.wait_for_timeout(200)
    assert asked == []
    page.evaluate("() => { delete document.hidden; document.dispatchEvent(new Event('visibilitychange')); }")
    expect(page.locator("#panel")).to_have_text("Polled")
    assert len(asked) == 1


COME_BACK = "() => window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"


def test_a_page_that_comes_back_as_it_was_left_is_fetched_again(page_of: Callable[[str], Page]) -> None:
    page = page_of("/gallery/?age=57")
    with page.expect_navigation():
        page.evaluate(COME_BACK)
    page.evaluate("() => { window.stayed = true; }")
    page.locator("form.form-narrow [name=note]").fill("half a thought")
    page.evaluate(COME_BACK)
    page.wait_for_load_state()
    assert page.evaluate("() => window.stayed")
    expect(page.locator("form.form-narrow [name=note]")).to_have_value("half a thought")


def test_after_signing_out_the_back_button_shows_nothing(
    page_of: Callable[[str], Page], live_server: Any
) -> None:
    page = page_of("/me/")
    expect(page.locator("main h1")).to_have_text("Your account")
    page.locator("details[name=bar-menu]:has(.avatar-dot) summary").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url(f"{live_server.url}/sign-in/**")
    page.go_back()
    page.wait_for_url(f"{live_server.url}/sign-in/**")
    expect(page.locator("input[name=login]")).to_be_visible()


def test_ages_go_on_counting(page_of: Callable[[str], Page]) -> None:
    page = page_of("/gallery/?age=57")
    expect(page.locator(".as-of [data-ago]").first).to_have_text("1 min ago")


# --- without scripts


def test_without_scripts_everything_has_another_way(plain_page: Page, live_server: Any, olga: User) -> None:
    page = plain_page
    page.goto(f"{live_server.url}/gallery/")
    expect(page.get_by_role("button", name="Apply")).to_be_visible()
    page.locator("a.bar-search").click()
    page.locator("form.filters input[name=q]").fill("peop")
    page.locator("form.filters button").click()
    expect(page.locator("a.found").first).to_contain_text("People")
    page.locator("summary[title=Theme]").click()
    page.get_by_role("button", name="Dark").first.click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto(f"{live_server.url}/gallery/dialog/")
    expect(page.get_by_role("heading", name="Dismiss room lecture-7?")).to_be_visible()
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_role("button", name="Open the navigation").click()
    expect(page.locator("#rail")).to_be_visible()


# --- what axe says


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "path",
    [
        "/gallery/?say=1",
        "/gallery/empty/",
        "/gallery/dialog/",
        "/search/?q=p",
        "/preferences/",
        "/gallery/trouble/quota/",
    ],
)
def test_axe_finds_nothing_serious(
    page_of: Callable[[str], Page], no_serious_faults: NoSeriousFaults, olga: User, path: str, theme: str
) -> None:
    User.objects.filter(pk=olga.pk).update(theme=theme)
    no_serious_faults(page_of(path))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_what_opens(
    page_of: Callable[[str], Page], no_serious_faults: NoSeriousFaults, olga: User, theme: str
) -> None:
    User.objects.filter(pk=olga.pk).update(theme=theme)
    page = page_of("/gallery/")
    page.emulate_media(reduced_motion="reduce")  # half-faded text would be measured as it fades
    page.keyboard.press("/")
    expect(page.locator("#palette .found").first).to_be_visible()
    no_serious_faults(page)
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Dismiss").click()
    expect(page.locator("#dialog")).to_be_visible()
    no_serious_faults(page)
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_role("button", name="Open the navigation").click()
    no_serious_faults(page)
