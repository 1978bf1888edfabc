"""The layout editor in a real browser: by mouse, by touch, by keys, and as a table of numbers without scripts."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from console.accounts.models import User
from console.audit.models import AuditEntry
from console.connections.models import Connection
from console.recording.models import SavedLayout
from tests.browser.conftest import NoSeriousFaults
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def base(live_server: Any) -> str:
    return str(live_server.url)


@pytest.fixture
def editor(sign_in: Any, base: str, connection: Connection, mona: User) -> Page:
    """A new layout of two panes side by side, each the half of the picture's width and height."""
    page: Page = sign_in(mona)
    page.set_viewport_size({"width": 1280, "height": 1000})
    page.goto(f"{base}/c/demo/recording/layouts/new/")
    page.fill("input[name=name]", "Lesson")
    page.select_option("#editor-preset", "grid2")
    page.click("[data-do=preset]")
    expect(panes(page)).to_have_count(2)
    return page


def panes(page: Page) -> Locator:
    return page.locator("[data-stage] [data-pane]")


def pane(page: Page, number: int) -> Locator:
    """The pane with that number, wherever it lies in the order."""
    return panes(page).filter(has=page.locator(f"text.rec-stage-number:text-is('{number}')"))


def numbers(page: Page, place: int) -> list[str]:
    """Left, top, width and height as the table says."""
    row = page.locator("[data-pane-row]").nth(place)
    return [row.locator(f"[data-field={side}]").input_value() for side in ("x", "y", "width", "height")]


def layer(page: Page, place: int) -> str:
    return page.locator("[data-pane-row]").nth(place).locator("[data-field=layer]").input_value()


def middle(target: Locator) -> tuple[float, float]:
    box = target.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def stage_size(page: Page) -> tuple[float, float]:
    box = page.locator("[data-stage]").bounding_box()
    assert box is not None
    return box["width"], box["height"]


def drag(page: Page, start: tuple[float, float], across: float, down: float, *, keys: str = "") -> None:
    """Drag by shares of the stage."""
    width, height = stage_size(page)
    page.mouse.move(*start)
    page.mouse.down()
    if keys:
        page.keyboard.down(keys)
    for step in (0.3, 0.7, 1.0):
        page.mouse.move(start[0] + across * width * step, start[1] + down * height * step)
    page.mouse.up()
    if keys:
        page.keyboard.up(keys)


def near(text: str, value: float) -> bool:
    return abs(float(text) - value) < 0.012


def test_by_mouse_move_size_snap_order_and_save(
    editor: Page, base: str, no_serious_faults: NoSeriousFaults
) -> None:
    page = editor
    no_serious_faults(page)
    # Moved nearly to the upper edge, it is drawn to it.
    drag(page, middle(pane(page, 1)), 0, -0.245)
    assert numbers(page, 0) == ["0", "0", "0.5", "0.5"]
    # With Alt it stays where it was let go.
    drag(page, middle(pane(page, 1)), 0.012, 0.02, keys="Alt")
    x, y, *_size = numbers(page, 0)
    assert near(x, 0.012)
    assert near(y, 0.02)
    assert x != "0"
    # A grip changes the size; a line shows while it lies at the other pane's edge.
    expect(pane(page, 1)).to_have_attribute("aria-pressed", "true")
    start = middle(page.locator("[data-grip=se]"))
    width, height = stage_size(page)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] - 0.1 * width, start[1] - 0.1 * height)
    page.mouse.move(start[0] - 0.012 * width, start[1] + 0.23 * height)
    expect(page.locator(".rec-stage-snap")).to_have_count(2)
    page.mouse.up()
    expect(page.locator(".rec-stage-snap")).to_have_count(0)
    x, y, wide, high = numbers(page, 0)
    assert round(float(x) + float(wide), 4) == 0.5
    assert round(float(y) + float(high), 4) == 0.75
    # The list orders the layers: what is in front covers.
    assert (layer(page, 0), layer(page, 1)) == ("0", "1")
    page.locator(".rec-layer").last.get_by_role("button", name="Forward: Pane 1").click()
    assert (layer(page, 0), layer(page, 1)) == ("1", "0")
    expect(page.locator(".rec-layer b").first).to_have_text("1")
    # Undone and done again.
    page.click("[data-do=undo]")
    assert layer(page, 0) == "0"
    page.click("[data-do=redo]")
    assert layer(page, 0) == "1"
    page.click("#save-button")
    expect(page.locator(".message-good")).to_contain_text("The layout was saved.")
    saved = SavedLayout.objects.get()
    assert saved.panes[0]["x"] == float(x)
    assert saved.panes[0]["zorder"] == 1
    assert AuditEntry.objects.latest("id").action == "recording.layout.create"
    page.goto(f"{base}/c/demo/recording/layouts/")
    expect(page.locator(".rec-layout-card")).to_contain_text("Lesson")
    no_serious_faults(page)


def test_a_drag_that_is_given_up_changes_nothing(editor: Page) -> None:
    page = editor
    before = numbers(page, 0)
    start = middle(pane(page, 1))
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + 60, start[1] + 60)
    assert numbers(page, 0) != before
    page.keyboard.press("Escape")
    page.mouse.up()
    assert numbers(page, 0) == before


def test_by_keys_alone(editor: Page) -> None:
    page = editor
    page.focus("[data-do=undo]")
    page.keyboard.press("Tab")  # redo cannot be used yet, so the first pane comes next
    expect(pane(page, 1)).to_be_focused()
    page.keyboard.press("Tab")
    expect(pane(page, 2)).to_be_focused()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowDown"):
        page.keyboard.press(key)
    assert numbers(page, 1) == ["0.48", "0.26", "0.5", "0.5"]
    page.keyboard.press("Control+ArrowRight")
    assert numbers(page, 1)[0] == "0.481"
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Shift+ArrowDown")
    assert numbers(page, 1)[2:] == ["0.49", "0.51"]
    expect(page.locator("#status")).to_have_text(
        "Pane 2: left 48.1 %, top 26 %, width 49 %, height 51 %, layer 1"
    )
    page.keyboard.press("[")
    assert (layer(page, 0), layer(page, 1)) == ("1", "0")
    expect(pane(page, 2)).to_be_focused()
    page.keyboard.press("]")
    assert (layer(page, 0), layer(page, 1)) == ("0", "1")
    for _step in range(60):
        page.keyboard.press("ArrowRight")
    assert numbers(page, 1)[0] == "0.51"  # the picture's edge stops it
    page.keyboard.press("Delete")
    expect(panes(page)).to_have_count(1)
    expect(pane(page, 1)).to_be_focused()
    page.keyboard.press("Control+z")
    expect(panes(page)).to_have_count(2)
    page.keyboard.press("Control+z")
    assert numbers(page, 1)[0] == "0.481"
    page.keyboard.press("Control+Shift+z")
    assert numbers(page, 1)[0] == "0.51"


def test_numbers_move_the_pane_and_wrong_ones_are_told_at_once(editor: Page) -> None:
    page = editor
    width, _height = stage_size(page)
    field = page.locator("[data-pane-row]").nth(0).locator("[data-field=x]")
    field.fill("0.25")
    box = pane(page, 1).bounding_box()
    stage = page.locator("[data-stage]").bounding_box()
    assert box is not None
    assert stage is not None
    assert abs(box["x"] - stage["x"] - 0.25 * width) < 2
    field.fill("0.75")
    note = page.locator("[data-pane-row]").nth(0).locator("[data-problem=width]")
    expect(note).to_have_text("Reaches beyond the picture: make it smaller or move it.")
    page.press("[data-field=x] >> nth=0", "Enter")
    assert "/layouts/new/" in page.url  # a number that is confirmed sends nothing
    page.click("#save-button")
    expect(page.locator("[aria-invalid=true]").first).to_be_focused()
    assert not SavedLayout.objects.exists()
    field.fill("left")
    expect(panes(page)).to_have_count(1)
    expect(page.locator("[data-hidden]")).to_contain_text("cannot be drawn")


def test_the_picture_takes_the_ratio_that_is_chosen(editor: Page) -> None:
    page = editor
    width, height = stage_size(page)
    assert abs(width / height - 16 / 9) < 0.02
    page.select_option("select[name=ratio]", "4:3")
    page.wait_for_function("() => document.querySelector('[data-stage]').clientHeight > 0")
    width, height = stage_size(page)
    assert abs(width / height - 4 / 3) < 0.02


@pytest.fixture
def finger(browser: Browser, base: str, connection: Connection, mona: User) -> Iterator[Page]:
    """A phone: 390 px wide, touched by a finger."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    context.set_default_timeout(30_000)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{base}/sign-in/")
    page.fill("input[name=login]", mona.username)
    page.fill("input[name=password]", PASSWORD)
    page.click("form button[type=submit]")
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    page.goto(f"{base}/c/demo/recording/layouts/new/")
    yield page
    assert faults == []
    context.close()


def swipe(page: Page, start: tuple[float, float], across: float, down: float) -> None:
    """Drag a finger, as the browser's own touch events."""
    session = page.context.new_cdp_session(page)
    points = [
        {"x": start[0] + across * step, "y": start[1] + down * step} for step in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [points[0]]})
    for point in points[1:]:
        session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.detach()


def test_by_touch(finger: Page, no_serious_faults: NoSeriousFaults) -> None:
    page = finger
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    page.fill("input[name=name]", "By finger")
    page.select_option("#editor-preset", "halves")
    page.locator("[data-do=preset]").tap()
    page.locator("[data-stage]").scroll_into_view_if_needed()
    width, height = stage_size(page)
    scrolled = page.evaluate("() => scrollY")
    pane(page, 2).tap()
    expect(pane(page, 2)).to_have_attribute("aria-pressed", "true")
    swipe(page, middle(page.locator("[data-grip=s]")), 0, -0.5 * height)
    assert numbers(page, 1) == ["0.5", "0", "0.5", "0.5"]
    swipe(page, middle(pane(page, 2)), -0.2 * width, 0.3 * height)
    x, y, *size = numbers(page, 1)
    assert near(x, 0.3)
    assert y == "0.3333"  # a third of the height is only some pixels away: there it comes to rest
    assert size == ["0.5", "0.5"]
    assert page.evaluate("() => scrollY") == scrolled  # the page stayed where it was
    no_serious_faults(page)
    page.locator("#save-button").click()
    expect(page.locator(".message-good")).to_contain_text("The layout was saved.")
    assert SavedLayout.objects.get().panes[1]["height"] == 0.5


def test_without_scripts(browser: Browser, base: str, connection: Connection, mona: User) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base}/sign-in/")
    page.fill("input[name=login]", mona.username)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.goto(f"{base}/c/demo/recording/layouts/")
    page.get_by_role("link", name="New layout").first.click()
    page.fill("input[name=name]", "Numbers")
    page.select_option("#editor-preset", "corner")
    page.get_by_role("button", name="Use it").click()
    rows = page.locator("[data-pane-row]")
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Add a pane").click()
    expect(rows).to_have_count(3)
    rows.nth(2).locator("[data-field=x]").fill("0.9")
    page.get_by_role("button", name="Draw it anew").click()
    expect(page.locator("[data-problem=width]").nth(2)).to_have_text(
        "Reaches beyond the picture: make it smaller or move it."
    )
    expect(page.locator(".rec-stage-box.rec-is-wrong")).to_have_count(1)
    rows.nth(2).get_by_role("button", name="Remove this pane").click()
    expect(rows).to_have_count(2)
    rows.nth(0).get_by_role("button", name="Forward").click()
    expect(rows.nth(0).locator("[data-field=layer]")).to_have_value("1")
    expect(page.locator(".rec-stage-number").last).to_have_text("1")
    page.click("#save-button")
    expect(page.locator(".message-good")).to_contain_text("The layout was saved.")
    assert [one["zorder"] for one in SavedLayout.objects.get().panes] == [1, 0]
    page.fill("input[name=name]", "Other numbers")
    page.press("input[name=name]", "Enter")
    expect(page.locator("h1")).to_have_text("Other numbers")
    page.get_by_role("link", name="Delete…").click()
    page.get_by_role("button", name="Delete the layout").click()
    expect(page.locator("#main")).to_contain_text("No layout is saved yet")
    actions = list(
        AuditEntry.objects.filter(action__startswith="recording.").values_list("action", flat=True)
    )
    assert sorted(actions) == [
        "recording.layout.create",
        "recording.layout.delete",
        "recording.layout.update",
    ]
    context.close()
