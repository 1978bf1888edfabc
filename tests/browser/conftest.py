"""A real Chromium against a live console; what the page's policy refuses or the console logs fails the test."""

import shutil
import threading
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connection as database
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from console.accounts.models import User
from console.work.ticks import beat, run_tick

# The shell draws the same pages without a window's frame around them, and starts sooner.
CHROMIUM = shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]

# Contrast of something half faded in is nobody's fault: what ends by itself is waited for, what turns for ever is not.
SETTLED = """async () => {
  const ends = (animation) => animation.effect?.getComputedTiming().endTime !== Infinity;
  const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const moving = () => document.getAnimations().filter(ends);
  await painted();
  for (let turn = 0; turn < 50 && moving().length; turn += 1) {
    await Promise.allSettled(moving().map((animation) => animation.finished));
    await painted();
  }
}"""

expect.set_options(timeout=30_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(autouse=True)
def _its_moment_first(request: pytest.FixtureRequest) -> None:
    """Whatever else a test is made of finds the clock set already."""
    if "busy_hour" in request.fixturenames:
        request.getfixturevalue("busy_hour")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture
def context(context: BrowserContext) -> BrowserContext:
    context.set_default_timeout(30_000)
    return context


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """What the browser complains about; a refusal by the page's policy or a script's error fails the test."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(f"script: {error}"))
    page.on("console", lambda message: found.append(message.text) if _serious(message.text) else None)
    yield found
    assert found == []


def _serious(text: str) -> bool:
    return "Content Security Policy" in text or "Refused to" in text or "Uncaught" in text


@pytest.fixture
def sign_in(page: Page, live_server: Any, complaints: list[str]) -> Callable[[User], Page]:
    """Return a function that signs a person in, as the form does in test_people.py and without its page."""

    def go(user: User) -> Page:
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        for name, value in ((settings.SESSION_COOKIE_NAME, session), ("scripts", "on")):
            page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
        return page

    return go


class NoSeriousFaults(Protocol):
    """Lets axe look at a page, and fails on serious and critical findings."""

    def __call__(self, page: Page, *within: str, in_both_themes: bool = False) -> None:
        """within: selectors of the parts to look at, for what is new on a page that another test looks at whole.
        in_both_themes: for a page that follows the system's theme, its colours in the dark as well."""


@pytest.fixture
def no_serious_faults() -> NoSeriousFaults:
    def look(page: Page, *within: str, in_both_themes: bool = False) -> None:
        assert grave_faults(page, *within) == []
        if in_both_themes:  # what does not depend on colours is the same in the dark
            page.emulate_media(color_scheme="dark")
            assert grave_faults(page, *within, only=["color-contrast"]) == []
            page.emulate_media(color_scheme="light")

    return look


def grave_faults(page: Page, *within: str, only: list[str] | None = None) -> list[str]:
    """Return what axe calls serious or critical, with the first elements. Looking for more would take long."""
    page.evaluate(SETTLED)
    options = {"resultTypes": ["violations"], "selectors": False, **({"runOnly": only} if only else {})}
    findings = Axe().run(page, list(within) or None, options).response["violations"]
    grave = [f for f in findings if f["impact"] in ("serious", "critical")]
    return [
        f"{f['id']}: {f['help']}: {[(n['html'][:200], [a['message'] for a in n['any'][:1]]) for n in f['nodes'][:3]]}"
        for f in grave
    ]


@pytest.fixture
def worker(transactional_db: None) -> Iterator[None]:
    """The beat of a worker beside the page, in a thread; its tasks run where they are started."""
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(0.2):
            beat(start=run_tick)
        database.close()

    thread = threading.Thread(target=work, name="worker")
    thread.start()
    yield
    stop.set()
    thread.join(30)
