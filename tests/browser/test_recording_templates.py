"""Recording templates in a real browser: seen while typed, authorised in passing, replaced knowingly, deleted."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from console.accounts.models import User
from console.audit.models import AuditEntry
from tests.browser.conftest import NoSeriousFaults
from tests.conftest import PASSWORD
from tests.recording.templates.conftest import HERE, enabled, id_of, stored
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("connected")]
SignIn = Callable[[User], Page]


@pytest.fixture
def base(live_server: Any) -> str:
    return str(live_server.url)


@pytest.fixture
def bare(sandbox: Sandbox) -> str:
    return str(enabled(sandbox)[2]["app_id"])


@pytest.fixture
def recorded(sandbox: Sandbox) -> str:
    return str(enabled(sandbox)[0]["app_id"])


def test_made_while_watching_what_comes_of_it(
    sign_in: SignIn, base: str, alice: User, sandbox: Sandbox, bare: str, no_serious_faults: NoSeriousFaults
) -> None:
    page = sign_in(alice)
    page.goto(f"{base}{HERE}")
    expect(page.locator("table.template-table")).to_contain_text("Make one")
    expect(page.locator("table.template-table")).not_to_contain_text("not read yet", timeout=60_000)
    no_serious_faults(page)
    page.click(f"a[href='{HERE}{bare}/new/']")
    no_serious_faults(page)
    beside = page.locator("#template-beside")
    page.fill("[name=folder]", "summer")
    expect(beside).to_contain_text("summer/")
    page.select_option("[name=bucket]", "meeting-exports")
    expect(beside).to_contain_text("not authorised")
    page.check("[name=formats][value=HLS]")
    expect(beside).to_contain_text(".m3u8")
    page.fill("[name=hls_prefix]", "{app_id}/fixed")
    expect(beside).to_contain_text("files of different people can get the same name")
    no_serious_faults(page)
    page.fill("[name=hls_cycle]", "30")
    page.click("#save-template")
    expect(page.locator("#id_hls_cycle_error")).to_contain_text("60 to 43,200 seconds, or 0.")
    no_serious_faults(page)
    page.fill("[name=hls_cycle]", "0")
    page.click("#authorize-bucket")
    expect(page.locator("#messages")).to_contain_text("The bucket is authorised.")
    expect(page.locator("[name=folder]")).to_have_value("summer")
    page.click("#save-template")
    expect(page.locator("table.template-table")).to_contain_text("s3://meeting-exports/summer")
    (template,) = stored(sandbox, bare)
    assert template.settings["hls_config"]["record_cycle"] == 0
    told = AuditEntry.objects.filter(kind="outcome").order_by("id").values_list("action", "outcome")
    assert list(told) == [
        ("storage.bucket.authorize", "succeeded"),
        ("recording.template.replace", "succeeded"),
    ]


def test_replaced_only_after_agreeing_by_name(
    sign_in: SignIn,
    base: str,
    alice: User,
    sandbox: Sandbox,
    recorded: str,
    no_serious_faults: NoSeriousFaults,
) -> None:
    page = sign_in(alice)
    page.goto(f"{base}{HERE}{recorded}/new/")
    expect(page.locator("h1")).to_have_text("Replace recording template")
    page.fill("[name=folder]", "other/")
    expect(page.locator(".template-differences")).to_contain_text("other/")
    page.click("#save-template")
    expect(page.locator(".form-errors")).to_contain_text("agree to it")
    assert stored(sandbox, recorded)[0].settings["obs_addr"]["object"] == "rtc/"
    no_serious_faults(page)
    expect(page.locator("label[for=id_confirm]")).to_contain_text(id_of(sandbox, recorded))
    page.check("#id_confirm")
    page.click("#save-template")
    page.wait_for_url(lambda url: url.endswith(f"{id_of(sandbox, recorded)}/"))
    expect(page.locator("#template-page")).to_contain_text("It was changed a moment ago")
    no_serious_faults(page)
    assert stored(sandbox, recorded)[0].settings["obs_addr"]["object"] == "other/"

    page.click("#delete-template")
    page.select_option("dialog [name=preset]", "test")
    no_serious_faults(page)
    page.click("dialog .btn-danger")
    expect(page.locator("#messages")).to_contain_text("The template is deleted.")
    assert stored(sandbox, recorded) == []
    page.goto(f"{base}/audit/")
    expect(page.locator("#main")).to_contain_text("Delete a recording template")


def test_what_is_typed_while_the_answer_is_on_its_way_is_seen_too(
    sign_in: SignIn, base: str, alice: User, recorded: str
) -> None:
    page = sign_in(alice)
    page.goto(f"{base}{HERE}{recorded}/new/")
    save = page.locator("#save-template").element_handle()
    asked: list[str] = []

    def late(route: Route) -> None:
        """Let somebody type while the first answer is on its way."""
        asked.append(route.request.post_data or "")
        answer = route.fetch()
        if len(asked) == 1:
            page.fill("[name=folder]", "typed-later/")
        route.fulfill(response=answer)

    page.route(f"**{HERE}{recorded}/new/", late)
    page.select_option("[name=bucket]", "meeting-exports")
    expect(page.locator(".template-differences")).to_contain_text("typed-later/")
    assert len(asked) == 2
    assert save is not None
    assert save.evaluate("button => button.isConnected"), (
        "the button went while somebody could be pressing it"
    )


def test_one_in_use_is_not_deleted(
    sign_in: SignIn, base: str, alice: User, sandbox: Sandbox, no_serious_faults: NoSeriousFaults
) -> None:
    app_id = str(enabled(sandbox)[1]["app_id"])
    page = sign_in(alice)
    page.goto(f"{base}{HERE}{app_id}/{id_of(sandbox, app_id)}/")
    page.click("#delete-template")
    expect(page.locator("dialog .hit")).to_contain_text("the cloud will refuse")
    page.select_option("dialog [name=preset]", "unused")
    page.click("dialog .btn-danger")
    expect(page.locator("dialog .hit")).to_contain_text("The cloud deletes no template that is in use")
    expect(page.locator("dialog [name=preset]")).to_have_value("unused")
    no_serious_faults(page)


def test_the_same_without_scripts(
    browser: Browser, base: str, alice: User, sandbox: Sandbox, bare: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base}/sign-in/")
    page.fill("input[name=login]", alice.username)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.goto(f"{base}{HERE}{bare}/new/")
    page.select_option("[name=bucket]", "meeting-exports")
    page.fill("[name=folder]", "plain/")
    page.click("#template-beside button:has-text('Preview')")
    expect(page.locator("#template-beside")).to_contain_text("plain/")
    page.click("#authorize-bucket")
    expect(page.locator("#authorize-bucket")).to_have_count(0)
    page.fill("[name=mp4_cycle]", "10801")
    page.click("#save-template")
    expect(page.locator("#id_mp4_cycle_error")).to_contain_text("60 to 10,800 seconds")
    page.fill("[name=mp4_cycle]", "10800")
    page.click("#save-template")
    expect(page.locator("table.template-table")).to_contain_text("s3://meeting-exports/plain/")
    assert stored(sandbox, bare)[0].settings["mp4_config"]["record_cycle"] == 10_800
    context.close()


def test_nothing_serious_in_either_theme(
    sign_in: SignIn,
    base: str,
    alice: User,
    sandbox: Sandbox,
    recorded: str,
    no_serious_faults: NoSeriousFaults,
) -> None:
    page = sign_in(alice)
    template = f"{HERE}{recorded}/{id_of(sandbox, recorded)}/"
    for address in (f"{HERE}?app={recorded}", template, f"{template}edit/", f"{template}delete/"):
        page.goto(f"{base}{address}")
        no_serious_faults(page, in_both_themes=True)
