"""The life of an alert in a real browser: a channel tried, a rule tried on the past, told, looked after, over."""

# ruff: noqa: F811  (fixtures are imported, and asked for by their names)
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from console.accounts.models import User
from console.alerts.models import Incident, Notice, Watch
from console.alerts.services.delivering import deliver
from console.alerts.services.watching import keep_watch
from tests.alerts.conftest import Store, hook, store  # noqa: F401
from tests.alerts.receivers import Hook
from tests.browser.conftest import NoSeriousFaults

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[User], Page]


def put(store: Store, value: float, first: int, last: int) -> None:
    """Write down minutes counted from now, each in the day that it belongs to."""
    now = timezone.now().replace(second=0, microsecond=0)
    for number in range(first, last):
        store.put("online_users", [value], now + timedelta(minutes=number))


def watch_from(minutes_ago: int) -> None:
    """Let the rules look again, as if they had been made some minutes ago."""
    keep_watch(timezone.now())
    past = timezone.now().replace(second=0, microsecond=0) - timedelta(minutes=minutes_ago)
    Watch.objects.update(upto=past, looked_at=past)
    keep_watch(timezone.now())


def tell() -> None:
    """Let go out what is to be told, without waiting for what may come beside it."""
    Notice.objects.filter(settled=False).update(due_at=timezone.now())
    deliver()


def test_from_a_channel_to_an_alert_that_is_over(
    sign_in: SignIn, live_server: Any, alice: User, store: Store, hook: Hook, no_serious_faults: NoSeriousFaults,
    settings: Any,
) -> None:  # fmt: skip
    settings.CONSOLE_URL = live_server.url
    base = f"{live_server.url}/c/demo/alerts"
    put(store, 150.0, -40, -30)
    put(store, 50.0, -30, -12)
    page = sign_in(alice)

    # A channel is made, its key shown once, and a test arrives.
    page.goto(f"{base}/channels/")
    expect(page.locator("main")).to_contain_text("No channel yet")
    no_serious_faults(page)
    page.click("text=New webhook")
    no_serious_faults(page)
    page.fill("#id_name", "Ops chat")
    page.fill("#id_url", hook.url)
    page.click("text=Save the channel")
    expect(page.locator("#revealed")).to_be_visible()
    no_serious_faults(page)
    page.click("text=Close")
    page.click("#send-test")
    expect(page.locator("#tested")).to_contain_text("delivered")
    no_serious_faults(page)
    assert json.loads(hook.taken[0].body)["kind"] == "test"

    # A rule is tried on the past, then saved with whom it tells.
    page.goto(f"{base}/rules/new/")
    page.select_option("#id_signal", "minutes.online_users")
    page.fill("#id_limit", "100")
    page.fill("#id_name", "Crowd")
    page.get_by_label("Ops chat").check()
    page.get_by_label("Alice", exact=True).check()
    page.click("text=Try it on the last days")
    expect(page.locator("#tried")).to_contain_text("It would have fired once")
    expect(page.get_by_label("Ops chat")).to_be_checked()
    no_serious_faults(page)
    page.click("text=Save the rule")
    expect(page.locator("tbody tr")).to_contain_text("Ops chat")

    # It fires, and the chat is told where to look.
    put(store, 180.0, -12, -6)
    watch_from(12)
    tell()
    told = json.loads(hook.taken[1].body)
    page.goto(told["alerts"][0]["links"]["alert"])
    expect(page.locator("#alert-page")).to_contain_text("Online users above 100")
    expect(page.locator("#alert-page")).to_contain_text("delivered")
    no_serious_faults(page)

    # Somebody looks after it.
    page.click("text=Acknowledge")
    expect(page.locator(".page-head, main").first).to_contain_text("acknowledged")
    page.fill("textarea[name=text]", "a release <b>")
    page.click("button:has-text('Comment')")
    expect(page.locator(".al-log").first).to_contain_text("a release <b>")
    page.select_option("select[name=minutes]", "240")
    page.click("button:has-text('Snooze')")
    expect(page.locator("#alert-page")).to_contain_text("snoozed until")
    no_serious_faults(page)

    # It is over, and whoever was told learns that, too.
    put(store, 50.0, -6, -1)
    Watch.objects.update(looked_at=timezone.now() - timedelta(minutes=5))
    keep_watch(timezone.now())
    assert Incident.objects.get().state == "resolved"
    tell()
    page.reload()
    expect(page.locator("#alert-page")).to_contain_text("is over")
    assert [json.loads(one.body)["kind"] for one in hook.taken] == ["test", "opened", "over"]
    page.goto(f"{base}/messages/")
    expect(page.locator("tbody tr")).to_have_count(4)  # one to Alice, too, for which there is no server
    expect(page.locator("#messages-list")).to_contain_text("No mail server is set")
    no_serious_faults(page)

    # The same in Chinese, on a phone.
    User.objects.filter(pk=alice.pk).update(language="zh-hans")
    page.set_viewport_size({"width": 360, "height": 800})
    for path, said in (
        ("/messages/", "已送达"),
        (f"/{Incident.objects.get().pk}/", "已通知"),
        ("/rules/new/", "静默时段"),
        ("/channels/new/email/", "接收人"),
    ):
        page.goto(base + path)
        expect(page.locator("main")).to_contain_text(said)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        no_serious_faults(page)
