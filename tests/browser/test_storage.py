"""Storage in a real browser: let recordings into a bucket and out again, walk through folders, play a recording."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from console.accounts.models import User
from console.audit.models import AuditEntry
from tests.browser.conftest import NoSeriousFaults
from tests.conftest import PASSWORD
from tests.sandbox.harness import Sandbox
from tests.storage.conftest import EMPTY, FULL, HERE, LESSON, SHUT, at, bucket_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("connected")]
SignIn = Callable[[User], Page]


@pytest.fixture
def base(live_server: Any) -> str:
    return str(live_server.url)


def row(page: Page, bucket: str) -> Any:
    return page.locator("table.storage-buckets tbody tr", has_text=bucket)


def test_authorise_a_bucket_and_withdraw_it_again(
    sign_in: SignIn, base: str, alice: User, sandbox: Sandbox, no_serious_faults: NoSeriousFaults
) -> None:
    page = sign_in(alice)
    page.goto(base)
    page.click("nav a:has-text('Storage')")
    page.wait_for_url(f"{base}{HERE}")
    no_serious_faults(page)
    row(page, SHUT).get_by_text("Authorise…").click()
    expect(page.locator("dialog[open] h2")).to_contain_text("Authorise bucket")
    no_serious_faults(page)
    page.fill("dialog [name=project_id]", "not this one")
    page.click("dialog .btn-primary")
    expect(page.locator("dialog .field-errors")).to_contain_text("without spaces")
    page.fill("dialog [name=project_id]", "")
    page.click("dialog .btn-primary")
    expect(row(page, SHUT)).to_contain_text("Withdraw…")
    assert bucket_of(sandbox, SHUT).authorized is True

    row(page, SHUT).get_by_text("Withdraw…").click()
    expect(page.locator("dialog[open] .hit")).to_be_visible()
    no_serious_faults(page)
    page.click("dialog .btn-danger")
    expect(page.locator("dialog .field-errors")).to_contain_text("Say why.")
    page.select_option("dialog [name=preset]", "mistake")
    page.click("dialog .btn-danger")
    expect(row(page, SHUT)).to_contain_text("Authorise…")
    assert bucket_of(sandbox, SHUT).authorized is False
    told = AuditEntry.objects.filter(kind="attempt").order_by("id").values_list("action", "reason")
    assert list(told) == [
        ("storage.bucket.authorize", ""),
        ("storage.bucket.withdraw", "Was authorised by mistake"),
    ]
    page.goto(f"{base}/audit/")
    expect(page.locator("#main")).to_contain_text("Withdraw a bucket's authorisation")


@pytest.mark.parametrize("ending", ["mp4", "m3u8"])
def test_walk_to_a_recording_and_play_it(
    sign_in: SignIn, base: str, alice: User, no_serious_faults: NoSeriousFaults, ending: str
) -> None:
    page = sign_in(alice)
    page.goto(f"{base}{at(FULL)}")
    for folder in ("rtc/", "archive/", "lesson_01/"):
        page.click(f"table.storage-objects a:has-text('{folder}')")
        page.wait_for_url(lambda url, folder=folder: folder.strip("/") in url)
    no_serious_faults(page)
    page.select_option("#object-files", "recordings")
    expect(page.locator("table.storage-objects tbody tr")).to_have_count(2)
    page.click(f"table.storage-objects a:has-text('lesson_01.{ending}')")
    page.click("#open-object")
    page.select_option("dialog [name=preset]", "quality")
    no_serious_faults(page)
    page.click("dialog .btn-primary")
    video = page.locator("video")
    expect(video).to_be_visible()
    no_serious_faults(page)
    page.evaluate(
        "() => { const one = document.querySelector('video'); one.muted = true; return one.play(); }"
    )
    page.wait_for_function("() => document.querySelector('video').currentTime > 0.2", timeout=60_000)
    assert page.evaluate("() => document.querySelector('video').videoWidth") == 96
    entry = AuditEntry.objects.get(action__startswith="storage.")
    assert (entry.action, entry.target_id) == ("storage.object.open", f"{LESSON}.{ending}")


def test_a_download_comes_from_object_storage(sign_in: SignIn, base: str, alice: User) -> None:
    page = sign_in(alice)
    page.goto(f"{base}{at(FULL, 'object/')}?name={LESSON}.mp4")
    page.click("#open-object")
    page.select_option("dialog [name=preset]", "customer")
    page.click("dialog .btn-primary")
    with page.expect_download() as started:
        page.click("#download-object")
    assert started.value.suggested_filename == "lesson_01.mp4"
    assert started.value.path().stat().st_size == 12_901 * 1024
    actions = AuditEntry.objects.exclude(action="accounts.sign_in").order_by("id")
    actions = actions.values_list("action", flat=True)
    assert list(actions) == ["storage.object.open", "storage.object.download"]


def test_thousands_of_objects_are_searched_while_typing(
    sign_in: SignIn, base: str, alice: User, sandbox: Sandbox
) -> None:
    sandbox.control("buckets/fill", {"bucket": EMPTY, "count": 5_000})
    page = sign_in(alice)
    page.goto(f"{base}{at(EMPTY)}")
    expect(page.locator("#folder-sums")).to_contain_text("5,000 objects")
    page.check("#object-below")
    expect(page.locator(".paging")).to_contain_text("of 5,000")
    page.fill("#object-search", "_00059.ts")
    expect(page.locator(".paging")).to_contain_text("of 81")
    assert "q=_00059.ts" in page.url
    page.click("[data-key=sort-size]")
    page.wait_for_url(lambda url: "sort=-size" in url)
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("Size")


def test_the_same_without_scripts(browser: Browser, base: str, alice: User, sandbox: Sandbox) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base}/sign-in/")
    page.fill("input[name=login]", alice.username)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.goto(f"{base}{HERE}")
    row(page, SHUT).get_by_text("Authorise…").click()
    page.click("main .btn-primary")
    expect(row(page, SHUT)).to_contain_text("authorised")
    page.click(f"table.storage-buckets a:has-text('{FULL}')")
    page.click("table.storage-objects a:has-text('rtc/')")
    page.fill("#object-search", "lesson_07.m")
    page.check("#object-below")
    page.click("form.filters button")
    expect(page.locator("table.storage-objects tbody tr")).to_have_count(2)
    page.click("table.storage-objects a:has-text('lesson_07.mp4')")
    page.click("#open-object")
    page.select_option("main [name=preset]", "customer")
    page.click("main .sheet .btn-primary")
    expect(page.locator("#download-object")).to_be_visible()
    assert bucket_of(sandbox, SHUT).authorized is True
    context.close()


def test_nothing_serious_in_either_theme(
    sign_in: SignIn, base: str, alice: User, no_serious_faults: NoSeriousFaults
) -> None:
    page = sign_in(alice)
    for address in (
        f"{HERE}?state=authorized",
        f"{HERE}?q=nothing",
        f"{at(FULL)}?at=rtc/",
        at(EMPTY),
        at("nowhere"),
        f"{at(FULL, 'object/')}?name=rtc/nothing.mp4",
        f"{at(FULL, 'object/')}?name=rtc/../../etc/passwd",
        at(FULL, "withdraw/"),
    ):
        page.goto(f"{base}{address}")
        no_serious_faults(page, in_both_themes=True)
