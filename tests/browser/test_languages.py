"""The console in Simplified Chinese: chosen with a click, kept, said to the browser, and nothing cut off."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from console.accounts.models import User
from tests.browser.conftest import NoSeriousFaults

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[User], Page]

_CUT_OFF = """() => [...document.querySelectorAll("header.bar *")]
    .filter((one) => !one.closest(".menu-panel") && !one.closest("[popover]"))
    .filter((one) => one.checkVisibility({visibilityProperty: true}))
    .map((one) => [one, one.getBoundingClientRect()])
    .filter(([, box]) => box.width > 1 && (box.left < -1 || box.right > innerWidth + 1))
    .map(([one]) => one.outerHTML.slice(0, 100))"""


@pytest.fixture
def base(live_server: Any) -> str:
    return str(live_server.url)


def choose(page: Page, language: str) -> None:
    page.locator("summary[title=Language], summary[title=语言]").click()
    page.locator(f"header.bar button[name=language][value='{language}']").click()


@pytest.mark.usefixtures("connection")
def test_chosen_with_a_click_and_kept_by_the_account(sign_in: SignIn, base: str, olga: User) -> None:
    page = sign_in(olga)
    page.goto(f"{base}/audit/")
    choose(page, "zh-hans")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page.locator("h1")).not_to_have_text("Audit")
    page.context.clear_cookies()
    sign_in(olga)
    for path in ("/audit/", "/settings/people/", "/settings/connections/", "/preferences/", "/nowhere/"):
        page.goto(base + path)
        expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
        assert page.evaluate("() => /[\\u4e00-\\u9fff]/.test(document.querySelector('h1').textContent)")
    choose(page, "en")
    expect(page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.usefixtures("connection")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(
    sign_in: SignIn, base: str, olga: User, theme: Any, no_serious_faults: NoSeriousFaults
) -> None:
    User.objects.filter(pk=olga.pk).update(language="zh-hans", theme=theme)
    page = sign_in(olga)
    for path in ("/audit/", "/settings/people/", "/settings/connections/demo/"):
        page.goto(base + path)
        no_serious_faults(page)


@pytest.mark.usefixtures("connection")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [360, 768])
def test_nothing_is_cut_off(sign_in: SignIn, base: str, olga: User, language: str, width: int) -> None:
    User.objects.filter(pk=olga.pk).update(language=language)
    page = sign_in(olga)
    page.set_viewport_size({"width": width, "height": 740})
    for path in ("/audit/", "/settings/people/", "/settings/connections/demo/", "/c/demo/quota/", "/me/"):
        page.goto(base + path)
        assert page.evaluate(_CUT_OFF) == []
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    if width == 360:
        expect(page.locator("a.bar-search")).to_have_accessible_name("Search" if language == "en" else "搜索")
