"""Recording in a real browser: from a room to the end of the recording, with the trail read afterwards."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from console.accounts.models import User
from console.audit.models import AuditEntry
from console.connections.models import Connection
from console.recording.models import RecordingJob
from tests.browser.conftest import NoSeriousFaults
from tests.conftest import PASSWORD
from tests.recording.jobs.conftest import Place, jobs_of, place_of
from tests.rooms.conftest import find_open_room
from tests.sandbox.caller import Caller, fetch_token
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("busy_hour")]


@pytest.fixture
def place(sandbox: Sandbox) -> Place:
    return place_of(sandbox, find_open_room(sandbox, 5, 60))


@pytest.fixture
def base(live_server: Any) -> str:
    return str(live_server.url)


def room_url(base: str, place: Place) -> str:
    return f"{base}/c/demo/rooms/{place.app_id}/{place.room_id}/"


def trail() -> list[tuple[str, str, str]]:
    rows = AuditEntry.objects.filter(action__startswith="recording.").order_by("id")
    return [(row.action.removeprefix("recording."), row.kind, row.outcome) for row in rows]


@pytest.mark.usefixtures("connected", "worker")
def test_a_room_is_recorded_laid_out_anew_and_stopped(
    sign_in: Any, base: str, mona: User, place: Place, sandbox: Sandbox, no_serious_faults: NoSeriousFaults
) -> None:
    page: Page = sign_in(mona)
    page.goto(room_url(base, place))
    no_serious_faults(page)
    page.click("#room-link-record")
    expect(page.locator("#id_room_id")).to_have_value(place.room_id)
    expect(page.locator("[data-adaptive]")).to_be_visible()
    no_serious_faults(page)
    page.select_option("select[name=layout_template]", "custom")
    expect(page.locator("[data-adaptive]")).to_be_hidden()
    page.select_option("#editor-preset", "share_left")
    page.click("[data-do=preset]")
    expect(page.locator("[data-stage] [data-pane]")).to_have_count(5)
    for number in range(4, 1, -1):
        page.locator("[data-pane-row]").nth(number).locator("[data-do=remove]").click()
    page.select_option("select[name=preset]", "keep")
    page.click("#start-button")
    wrong = page.locator("[data-problem=user]:visible")
    expect(wrong.first).to_have_text("Say who is shown here.")
    expect(page.locator("[data-field=user]").nth(0)).to_be_focused()
    for number in range(2):
        page.locator("[data-field=user]").nth(number).fill(place.user_ids[number])
    expect(wrong).to_have_count(0)
    no_serious_faults(page)
    page.click("#start-button")

    expect(page.locator("#job-chips")).to_contain_text(
        "recording", timeout=60_000
    )  # by itself, from starting
    expect(page.locator("#job-live")).to_contain_text("It records.")
    expect(page.locator(".rec-job-picture .rec-stage-who").first).to_have_text(place.user_ids[0])
    no_serious_faults(page)

    page.click("#change-layout")
    expect(page.locator("[data-field=user]").nth(0)).to_have_value(place.user_ids[0])
    page.locator("[data-stage] [data-pane]").nth(0).focus()
    page.keyboard.press("Shift+ArrowLeft")
    page.select_option("select[name=preset]", "look")
    page.click("#change-button")
    expect(page.locator(".message-good")).to_contain_text("The change was accepted.")
    assert jobs_of(sandbox)[0].parameters["mix_param"]["layout_panes"][0]["width"] == 0.74

    page.goto(room_url(base, place))
    expect(page.locator("#room-chips")).to_contain_text("1 recording running")
    page.locator("#room-chips a").click()
    expect(page.locator("#jobs tbody tr")).to_have_count(1)
    page.locator("#jobs tbody th a").click()

    page.focus("#stop-job")
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open] .hit")).to_be_visible()
    with page.expect_response(lambda answer: answer.url == page.url):  # the page below is refreshed meanwhile
        pass
    page.keyboard.press("Escape")
    expect(page.locator("#stop-job")).to_be_focused()
    page.click("#stop-job")
    expect(page.locator("dialog[open] .hit")).to_contain_text("The recording of the room ends")
    no_serious_faults(page)
    page.click("dialog .btn-danger")
    expect(page.locator("dialog .field-errors")).to_contain_text("Say why.")
    page.select_option("dialog select[name=preset]", "done")
    page.click("dialog .btn-danger")
    expect(page.locator("#job-chips")).to_contain_text("stopped", timeout=60_000)
    expect(page.locator("#job-live")).to_contain_text("It was stopped on request.")
    expect(page.locator(".rec-job-history")).to_contain_text("Change the layout")
    expect(page.locator("#stop-job")).to_have_count(0)
    no_serious_faults(page)

    page.goto(f"{base}/audit/")
    for words in ("Start recording a room", "Change the recording of a room", "Stop recording a room"):
        expect(page.locator("#main")).to_contain_text(words)
    assert ("mix_job.start", "outcome", "succeeded") in trail()
    assert ("mix_job.update", "outcome", "succeeded") in trail()
    assert ("mix_job.stop", "outcome", "succeeded") in trail()
    assert [kind for action, kind, _outcome in trail() if action == "mix_job.stop"][-1] == "finding"


@pytest.mark.usefixtures("connected", "worker")
def test_a_participant_is_recorded_from_the_list_of_people(
    sign_in: Any, base: str, mona: User, place: Place, sandbox: Sandbox, no_serious_faults: NoSeriousFaults
) -> None:
    page: Page = sign_in(mona)
    page.goto(room_url(base, place))
    whom = place.user_ids[2]
    row = page.locator("table.people tbody tr").filter(has=page.locator(f".row-check[value='{whom}']"))
    row.locator("a[data-key^='record-']").click()
    expect(page.locator("#id_user_id")).to_have_value(whom)
    no_serious_faults(page)
    page.select_option("#id_video_type", "SCREENSTREAM")
    page.uncheck("#id_is_record_audio")
    page.fill("#id_max_idle_time", "4")
    page.select_option("select[name=preset]", "asked")
    page.click("#start-button")
    expect(page.locator("#id_max_idle_time_error")).to_contain_text("At least 5 seconds.")
    page.fill("#id_max_idle_time", "600")
    page.click("#start-button")
    expect(page.locator("#job-live")).to_contain_text("Shared screen")
    expect(page.locator("#job-live")).to_contain_text("without sound")
    (job,) = jobs_of(sandbox)
    assert (job.user_id, job.max_idle_seconds) == (whom, 600)
    expect(page.locator("#job-chips")).to_contain_text("recording", timeout=60_000)
    page.click("#change-template")
    page.select_option("dialog select[name=preset]", "mistake")
    page.click("dialog .btn-primary")
    expect(page.locator(".message-good")).to_contain_text("The change was accepted.")
    assert ("single_job.update", "outcome", "succeeded") in trail()


@pytest.mark.usefixtures("connected", "worker")
def test_a_lost_answer_is_found_again_and_one_started_elsewhere_adopted(
    sign_in: Any, base: str, mona: User, place: Place, sandbox: Sandbox, no_serious_faults: NoSeriousFaults
) -> None:
    page: Page = sign_in(mona)
    sandbox.fail_next("lost_reply", operation="create_mix_job")
    page.goto(f"{base}{place.start_url(room=place.room_id)}")
    page.select_option("select[name=preset]", "keep")
    page.click("#start-button")
    expect(page.locator("#job-chips")).to_contain_text("unknown")
    expect(page.locator("#job-live")).to_contain_text("whether it records is not known")
    no_serious_faults(page)
    page.get_by_role("link", name="I know its id…").click()
    page.fill("dialog #id_job_id", jobs_of(sandbox)[0].job_id)
    page.click("dialog .btn-primary")
    expect(page.locator("#job-chips")).not_to_contain_text("unknown")
    assert RecordingJob.objects.get().settled_by == "person"
    assert ("mix_job.start", "finding", "succeeded") in trail()

    call = Caller(sandbox, {"X-Auth-Token": fetch_token(sandbox)})
    body = {"room_id": place.room_id, "user_id": place.user_ids[0], "video_type": "CAMERASTREAM"}
    made = call("POST", f"/v2/apps/{place.app_id}/individual-stream-jobs", body).json["job_id"]
    page.goto(f"{base}/c/demo/recording/jobs/")
    page.get_by_role("link", name="Adopt…").click()
    page.select_option("dialog #id_app_id", place.app_id)
    page.fill("dialog #id_job_id", "unknown-job")
    page.click("dialog .btn-primary")
    expect(page.locator("dialog .field-errors")).to_contain_text("The cloud knows no such job")
    no_serious_faults(page)
    page.fill("dialog #id_job_id", made)
    page.click("dialog .btn-primary")
    expect(page.locator("h1")).to_contain_text(f"Recording of {place.user_ids[0]}")
    page.goto(f"{base}/c/demo/recording/jobs/")
    expect(page.locator("#jobs tbody tr")).to_have_count(2)
    page.select_option("#filter-kind", "single")
    expect(page.locator("#jobs tbody tr")).to_have_count(1)
    assert "kind=single" in page.url
    no_serious_faults(page)
    assert ("job.adopt", "record", "succeeded") in trail()


@pytest.mark.usefixtures("connected", "worker")
def test_the_whole_way_without_scripts(
    browser: Browser, base: str, mona: User, place: Place, sandbox: Sandbox
) -> None:
    context = browser.new_context(java_script_enabled=False)
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.goto(f"{base}/sign-in/")
    page.fill("input[name=login]", mona.username)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.goto(room_url(base, place))
    page.click("#room-link-record")
    page.select_option("select[name=layout_template]", "custom")
    page.press("#id_room_id", "Enter")  # draws the page anew, and starts nothing
    expect(page.locator("#editor-preset")).to_be_visible()
    page.select_option("select[name=layout_template]", "nine_grids_view")
    page.get_by_role("button", name="Show this layout").click()
    expect(page.locator("#editor-preset")).to_be_hidden()
    page.select_option("select[name=layout_template]", "custom")
    page.get_by_role("button", name="Show this layout").click()
    expect(page.locator("#editor-preset")).to_be_visible()
    assert jobs_of(sandbox) == []
    page.select_option("#editor-preset", "halves")
    page.get_by_role("button", name="Use it").click()
    expect(page.locator("[data-pane-row]")).to_have_count(2)
    for number in range(2):
        page.locator("[data-field=user]").nth(number).fill(place.user_ids[number])
    page.click("#start-button")
    expect(page.locator("#id_preset_error")).to_contain_text("Say why.")
    page.select_option("select[name=preset]", "test")
    page.click("#start-button")
    expect(page.locator("h1")).to_contain_text("Recording of")
    (job,) = jobs_of(sandbox)
    assert [pane["width"] for pane in job.parameters["mix_param"]["layout_panes"]] == [0.5, 0.5]
    sandbox.travel(5)  # the cloud gets ready meanwhile
    page.click("#change-layout")
    page.locator("[data-field=width]").nth(0).fill("0.25")
    page.select_option("select[name=preset]", "look")
    page.click("#change-button")
    expect(page.locator(".message-good")).to_contain_text("The change was accepted.")
    assert job.parameters["mix_param"]["layout_panes"][0]["width"] == 0.25
    page.click("#stop-job")
    page.select_option("select[name=preset]", "done")
    page.get_by_role("button", name="Stop recording").click()
    expect(page.locator(".message-good")).to_contain_text("The stop was accepted.")
    page.reload()
    expect(page.locator("#job-live")).to_contain_text("It was stopped on request.")
    context.close()


@pytest.mark.usefixtures("connected")
def test_nothing_serious_in_either_theme(
    sign_in: Any,
    base: str,
    mona: User,
    place: Place,
    no_serious_faults: NoSeriousFaults,
    connected: Connection,
) -> None:
    page: Page = sign_in(mona)
    for url in (
        "/c/demo/recording/jobs/",
        "/c/demo/recording/layouts/",
        "/c/demo/recording/layouts/new/",
        place.start_url(room=place.room_id),
        place.start_url(room=place.room_id, kind="single"),
    ):
        page.goto(f"{base}{url}")
        no_serious_faults(page, in_both_themes=True)
        page.set_viewport_size({"width": 360, "height": 780})
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), url
        page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.usefixtures("connected")
def test_drawn_by_hand_begins_from_the_chosen_arrangement_and_says_when_nothing_is_left(
    sign_in: Any, base: str, mona: User, place: Place, sandbox: Sandbox
) -> None:
    page: Page = sign_in(mona)
    page.goto(f"{base}{place.start_url(room=place.room_id)}")
    page.select_option("#id_layout_template", "custom")
    first = page.locator("#editor-preset option").first.get_attribute("value")
    assert first == "grid1"
    expect(page.locator("[data-stage] [data-pane]")).to_have_count(1)
    expect(page.locator("[data-whole]")).to_be_hidden()
    page.locator("[data-pane-row] [data-do=remove]").click()
    expect(page.locator("[data-pane-row]")).to_have_count(0)
    page.select_option("#id_encode_template", "640x480_15_500")
    expect(page.locator("[data-pane-row]")).to_have_count(0)  # who took every pane away meant it
    page.select_option("select[name=preset]", "keep")
    page.click("#start-button")
    expect(page.locator("[data-whole]")).to_be_focused()
    expect(page.locator("[data-whole]")).to_be_in_viewport()
    expect(page.locator("[data-whole]")).to_contain_text("A layout needs at least one pane.")
    page.select_option("#id_layout_template", "nine_grids_view")
    page.select_option("#editor-preset", "halves", force=True)
    page.select_option("#id_layout_template", "custom")
    expect(page.locator("[data-stage] [data-pane]")).to_have_count(2)
    assert jobs_of(sandbox) == []


@pytest.mark.usefixtures("connected")
def test_of_sound_alone_the_picture_goes_and_comes_back(
    sign_in: Any, base: str, mona: User, place: Place
) -> None:
    page: Page = sign_in(mona)
    page.goto(f"{base}{place.start_url(room=place.room_id)}")
    page.select_option("#id_encode_template", "audio_only")
    expect(page.locator("[data-stage]")).to_be_hidden()
    expect(page.locator("#id_layout_template")).to_be_hidden()
    page.click("#start-button")  # the reason is missing: the page comes back without a picture
    expect(page.locator("#id_preset_error")).to_contain_text("Say why.")
    page.select_option("#id_encode_template", "640x480_15_500")
    page.select_option("#id_layout_template", "custom")
    expect(page.locator("[data-stage]")).to_be_visible()
    expect(page.locator("[data-stage] [data-pane]")).to_have_count(1)
    page.click("[data-do=add]")
    expect(page.locator("[data-stage] [data-pane]")).to_have_count(2)
    box = page.locator("[data-stage]").bounding_box()
    assert box is not None
    assert abs(box["width"] / box["height"] - 4 / 3) < 0.02
