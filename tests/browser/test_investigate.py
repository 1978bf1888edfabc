"""The minute that the product is opened for, in a real browser: from a pasted complaint to the call and its curves."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from console.accounts.models import User
from console.investigate import on_paper
from console.investigate.services import remembering
from console.investigate.views import calling
from tests.browser.conftest import NoSeriousFaults
from tests.conftest import PASSWORD
from tests.investigate.conftest import KnownCall, last_known_call
from tests.sandbox.harness import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[User], Page]


@pytest.fixture(autouse=True)
def _nothing_from_before(busy_hour: None) -> None:
    remembering.forget_process()


@pytest.fixture
def base(live_server: Any) -> str:
    return str(live_server.url)


def spoken(call: KnownCall) -> str:
    return f"{call.user_id} could not see anybody on {call.at:%Y-%m-%d} at {call.at:%H:%M}"


def drawn(page: Page) -> None:
    """Wait until the charts are there."""
    expect(page.locator("figure.chart.is-drawn").first).to_be_visible()


@pytest.mark.usefixtures("connected")
def test_paper_gets_the_events_that_matter_and_says_where_the_others_are(
    sign_in: SignIn, base: str, lena: User, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(on_paper, "MOST_ON_PAPER", 1)
    monkeypatch.setattr(calling, "MOST_ON_PAPER", 1)
    page = sign_in(lena)
    page.goto(f"{base}{last_known_call(sandbox, 'peer_uplink_loss_group').url()}")
    rows, said = page.locator("#events tbody tr"), page.locator("#events .paper-only")
    expect(rows.first).to_be_visible()
    assert rows.count() > 1
    expect(said).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator("#events tbody tr:visible")).to_have_count(1)
    expect(said).to_contain_text(f"{base}/c/demo/investigate/calls/")


@pytest.mark.usefixtures("connected")
def test_from_paste_to_curves_in_three_clicks(
    sign_in: SignIn, base: str, bob: User, sandbox: Sandbox, no_serious_faults: NoSeriousFaults
) -> None:
    call = last_known_call(sandbox, "peer_uplink_loss_group")
    page = sign_in(bob)
    page.goto(base)
    page.click("nav.rail a:has-text('Investigate')")
    expect(page.locator("#find-q")).to_be_focused()
    no_serious_faults(page)
    page.select_option("#find-app", call.app_id)
    page.fill("#find-q", spoken(call))
    page.press("#find-q", "Enter")
    page.wait_for_url(re.compile(f"/calls/{call.app_id}/{call.room_id}/"))
    expect(page.locator("tr.is-asked")).to_have_count(1)
    expect(page.locator("table.lanes tbody tr")).to_have_count(call.size)
    drawn(page)
    no_serious_faults(page)

    page.click("a:has-text('Compare with a good one')")
    expect(page.locator("#pair")).to_contain_text("Dotted: what arrived at")
    drawn(page)
    keys = page.locator("#pair-bitrate-received .swatch-dotted")
    looks = keys.evaluate_all("all => all.map((one) => [getComputedStyle(one).color, one.dataset.shape])")
    assert len(looks) >= 2
    for one_of_all in zip(*looks, strict=True):  # neither colours nor marks are those of another one
        assert len(set(one_of_all)) == len(looks)
    page.go_back()
    expect(page.locator("#pair")).not_to_contain_text("Dotted: what arrived at")


@pytest.mark.usefixtures("connected")
def test_from_the_verdict_to_its_evidence_and_to_the_reply(
    sign_in: SignIn, base: str, bob: User, sandbox: Sandbox, no_serious_faults: NoSeriousFaults
) -> None:
    call = last_known_call(sandbox, "user_downlink_loss_group")
    page = sign_in(bob)
    page.goto(f"{base}{call.url(zone='Asia/Shanghai')}")
    headline = page.locator("#verdict-headline")
    expect(headline).to_be_in_viewport()
    expect(headline).to_contain_text("was lost or late")
    drawn(page)
    page.locator(".verdict-because a.evidence").first.press("Enter")
    page.wait_for_url(re.compile(r"from=.*#pair-"))
    drawn(page)
    anchor = page.url.split("#")[1]
    expect(page.locator(f"#{anchor}")).to_be_in_viewport()
    expect(page.locator("#timeline a:has-text('Whole call')")).to_have_count(1)
    page.locator(".verdict-facts .has-tip").focus()
    expect(page.locator("#sure-tip")).to_be_visible()

    page.click("#reply-link")
    text = page.locator("#reply-text")
    expect(text).to_have_value(re.compile("Your connection lost or delayed what was sent to you"))
    no_serious_faults(page)
    page.select_option("#reply-lang", "zh-hans")
    expect(page.locator("#reply-text[lang=zh-hans]")).to_have_value(
        re.compile("您的网络在下行方向丢包或延迟")
    )
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.fill("#reply-text", "changed by hand")
    page.click("#reply-copy")
    assert page.evaluate("navigator.clipboard.readText()") == "changed by hand"
    page.click("a:has-text('Back to the call')")
    page.fill(".verdict-mark input[name=note]", "their train went through a tunnel")
    page.click(".verdict-mark button:has-text('Right')")
    expect(page.locator(".verdict-mark button[aria-pressed=true]")).to_have_text("Right")


@pytest.mark.usefixtures("connected")
def test_zoom_moves_lanes_charts_and_address_together(
    sign_in: SignIn, base: str, bob: User, sandbox: Sandbox
) -> None:
    call = last_known_call(sandbox, "peer_uplink_loss_group")
    page = sign_in(bob)
    page.goto(f"{base}{call.url()}")
    drawn(page)
    lane = page.locator("table.lanes .lane").first
    lane.scroll_into_view_if_needed()
    box = lane.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 10)
    expect(page.locator(".lane-cursor")).to_be_visible()
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 10, steps=5)
    with page.expect_response(lambda answer: "from=" in answer.url):
        page.mouse.up()
    expect(page.locator("#timeline a:has-text('Whole call')")).to_be_visible()
    assert re.search(r"from=\d{8}T\d{6}Z&to=\d{8}T\d{6}Z", page.url)
    expect(page.locator(".chart-whole:visible").first).to_be_visible()
    address = page.url
    page.reload()
    expect(page.locator("#timeline a:has-text('Whole call')")).to_be_visible()
    assert page.url == address
    page.click("#timeline a:has-text('Whole call')")
    expect(page.locator("#timeline a:has-text('Whole call')")).to_have_count(0)
    assert "from=" not in page.url


@pytest.mark.usefixtures("connected")
def test_by_keyboard_alone(sign_in: SignIn, base: str, bob: User, sandbox: Sandbox) -> None:
    call = last_known_call(sandbox, "peer_no_frames_pair")
    page = sign_in(bob)
    page.goto(f"{base}/c/demo/investigate/?app={call.app_id}")
    page.keyboard.press("Control+k")
    page.keyboard.type(spoken(call))
    expect(page.locator("#palette-results a:has-text('Look into')")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "q=" in url or "/calls/" in url)
    page.goto(f"{base}{call.url()}")
    drawn(page)
    plot = page.locator("[data-chart-plot]").first
    plot.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#status")).not_to_be_empty()
    page.keyboard.press("+")
    expect(page.locator(".chart-whole:visible").first).to_be_visible()
    expect(page.locator("#timeline a:has-text('Whole call')")).to_be_visible()  # the lanes follow the charts
    page.locator("#lane-q").focus()
    page.keyboard.type(call.peer_id)
    expect(page.locator("table.lanes tbody tr")).to_have_count(1)
    expect(page.locator("#lane-q")).to_be_focused()
    page.locator("main").press("?")
    expect(page.locator("dialog#keys[open]")).to_contain_text("Next call of the list")


@pytest.mark.usefixtures("connected")
def test_what_is_typed_while_the_lanes_are_searched_is_searched_too(
    sign_in: SignIn, base: str, bob: User, sandbox: Sandbox
) -> None:
    call = last_known_call(sandbox, "peer_no_frames_pair")
    page = sign_in(bob)
    page.goto(f"{base}{call.url()}")
    drawn(page)
    asked: list[str] = []

    def late(route: Route) -> None:
        asked.append(route.request.url)
        answer = route.fetch()
        if len(asked) == 1:
            page.keyboard.type(call.peer_id[1:])
        route.fulfill(response=answer)

    page.route("**/calls/**?*q=*", late)
    page.locator("#lane-q").focus()
    page.keyboard.type(call.peer_id[:1])
    expect(page.locator("table.lanes tbody tr")).to_have_count(1)
    expect(page.locator("#lane-q")).to_have_value(call.peer_id)
    assert len(asked) == 2


@pytest.mark.usefixtures("connected")
def test_j_and_k_walk_through_the_calls_that_were_found(
    sign_in: SignIn, base: str, bob: User, sandbox: Sandbox
) -> None:
    call = last_known_call(sandbox, "peer_uplink_loss_group")
    page = sign_in(bob)
    page.goto(f"{base}/c/demo/investigate/?q={call.user_id}&app={call.app_id}&range=90d&list=1")
    links = page.locator("a.found-link")
    expect(links.nth(1)).to_be_visible()
    rooms = [link.get_attribute("href") or "" for link in links.all()[:2]]
    links.first.click()
    page.wait_for_url(lambda url: "/calls/" in url)
    first = page.url
    page.locator("body").press("j")
    page.wait_for_url(lambda url: "/calls/" in url and url != first)
    assert rooms[1].split("?")[0] in page.url
    page.locator("body").press("k")
    page.wait_for_url(lambda url: rooms[0].split("?")[0] in url)


@pytest.mark.usefixtures("connected")
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_nothing_serious_in_either_theme_and_language(
    sign_in: SignIn,
    base: str,
    bob: User,
    sandbox: Sandbox,
    language: str,
    no_serious_faults: NoSeriousFaults,
) -> None:
    bob.language = language
    bob.save()
    call = last_known_call(sandbox, "peer_uplink_loss_group")
    page = sign_in(bob)
    for address in (
        "/c/demo/investigate/",
        f"/c/demo/investigate/?q={quote(spoken(call))}&app={call.app_id}&list=1",
        call.url(zone="Asia/Shanghai", good="best"),
        f"/c/demo/investigate/users/{call.app_id}/{call.user_id}/",
        "/c/demo/investigate/kept/",
        f"/c/demo/investigate/calls/{call.app_id}/no-such-room/",
        "/c/demo/work/",
    ):
        page.goto(f"{base}{address}")
        no_serious_faults(page, in_both_themes=language == "en")


@pytest.mark.usefixtures("connected")
@pytest.mark.parametrize("width", [360, 768])
def test_narrow_pages_do_not_scroll_sideways(
    sign_in: SignIn, base: str, bob: User, sandbox: Sandbox, width: int
) -> None:
    call = last_known_call(sandbox, "peer_uplink_loss_group")
    page = sign_in(bob)
    page.set_viewport_size({"width": width, "height": 740})
    for address in (
        "/c/demo/investigate/",
        f"/c/demo/investigate/?q={call.user_id}&app={call.app_id}&range=7d&list=1",
        call.url(),
        f"/c/demo/investigate/users/{call.app_id}/{call.user_id}/",
        "/c/demo/investigate/kept/",
    ):
        page.goto(f"{base}{address}")
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width, address


@pytest.mark.usefixtures("connected")
def test_the_same_without_scripts(browser: Browser, base: str, bob: User, sandbox: Sandbox) -> None:
    call = last_known_call(sandbox, "peer_uplink_loss_group")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base}/sign-in/")
    page.fill("input[name=login]", bob.username)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.goto(f"{base}/c/demo/investigate/")
    page.select_option("#find-app", call.app_id)
    page.fill("#find-q", spoken(call))
    page.click(".find-box button")
    expect(page.locator("table.lanes tbody tr")).to_have_count(call.size)
    expect(page.locator("svg.lane .q.bad").first).to_be_visible()
    expect(page.locator(".pair-table table")).to_be_visible()
    page.click("#timeline a:has-text('Around')")
    expect(page.locator("#timeline a:has-text('Whole call')")).to_be_visible()
    page.fill("#lane-q", call.peer_id)
    page.click(".timeline-filter button")
    expect(page.locator("table.lanes tbody tr")).to_have_count(1)
    page.fill("#note-text", "Called back.")
    page.click("#notes button:has-text('Add the note')")
    expect(page.locator("#notes")).to_contain_text("Called back.")
    page.click("#keep")
    expect(page.locator("#messages")).to_contain_text("will be kept")
    context.close()
