"""A start whose answer got lost: searched for where a job leaves traces, never sent again, settled in the trail."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from console.accounts.models import User
from console.audit.models import AuditEntry
from console.connections.models import Connection
from console.recording.models import CallbackKey, RecordingJob
from console.recording.services import receivers
from console.recording.services.finding import PLAN, search
from console.recording.services.receiving import receive
from console.recording.tasks import look_at_jobs
from console.sparkrtc.secret import Secret
from tests.recording.callbacks.conftest import KEY, signed
from tests.recording.jobs.conftest import CAMERA, FRAGMENT, Place, jobs_of, sent_to, sign_in
from tests.sandbox.caller import Caller, fetch_token
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]
Start = Callable[..., RecordingJob]
Pass = Callable[[float], None]


@pytest.fixture
def lost_mix(mix: Start, sandbox: Sandbox) -> RecordingJob:
    sandbox.fail_next("lost_reply", operation="create_mix_job")
    return mix()


@pytest.fixture
def lost_single(single: Start, sandbox: Sandbox) -> RecordingJob:
    sandbox.fail_next("lost_reply", operation="create_individual_stream_job")
    return single()


@pytest.fixture
def notify(sandbox: Sandbox, connected: Connection, place: Place) -> Callable[[], None]:
    """Return a function that tells this console's inbox of the latest job, signed as the cloud signs."""
    receiver = receivers.receiver_of(connected, place.app_id)
    address = receivers.new_address(receiver)
    receivers.adopt_address(receiver, address.pk)
    receivers.adopt_key(receiver, receivers.keep_key(receiver, Secret(KEY), CallbackKey.Origin.SET).pk)

    def tell() -> None:
        made = jobs_of(sandbox)[-1]
        post = signed(
            {
                "job_id": made.job_id,
                "stream_name": made.stream,
                "app_id": made.app_id,
                "room_id": made.room_id,
                "event_type": "RECORD_NEW_FILE_START",
            }
        )
        assert receive(address.public_id, post.headers, post.body, "127.0.0.1").status == 200

    return tell


def outcomes() -> list[tuple[str, str]]:
    rows = AuditEntry.objects.exclude(kind="attempt").order_by("id")
    return [(row.outcome, row.finding) for row in rows]


def test_found_by_its_file(lost_mix: RecordingJob, time_passes: Pass, sandbox: Sandbox) -> None:
    made = jobs_of(sandbox)[0]
    for _look in range(8):
        time_passes(15)  # a file shows when its first minute is full
        look_at_jobs()
    lost_mix.refresh_from_db()
    assert (lost_mix.outcome, lost_mix.job_id) == ("accepted", made.job_id)
    assert (lost_mix.settled_by, lost_mix.state) == ("file", "RUNNING")
    assert outcomes() == [("unknown", ""), ("succeeded", "found by a file in the bucket: it took effect")]
    assert len(sent_to(sandbox, "create_mix_job")) == 1


def test_found_by_a_notification_at_once(
    lost_single: RecordingJob, notify: Callable[[], None], time_passes: Pass, sandbox: Sandbox, calls: Any
) -> None:
    time_passes(1)  # the next search is not due yet: the notification makes it so
    notify()
    calls()
    look_at_jobs()
    lost_single.refresh_from_db()
    assert (lost_single.outcome, lost_single.job_id) == ("accepted", jobs_of(sandbox)[0].job_id)
    assert lost_single.settled_by == "callback"
    assert calls() == ["show_individual_stream_job"]
    assert outcomes()[1] == ("succeeded", "found by a notification of the cloud: it took effect")


def test_what_somebody_else_started_is_not_taken_for_ours(
    connected: Connection,
    lost_single: RecordingJob,
    notify: Callable[[], None],
    place: Place,
    time_passes: Pass,
    sandbox: Sandbox,
) -> None:
    """The lost one is stopped and forgotten; another, of another quality, runs for the same participant."""
    ours = jobs_of(sandbox)[0]
    call = Caller(sandbox, {"X-Auth-Token": fetch_token(sandbox)})
    path = f"/v2/apps/{place.app_id}/individual-stream-jobs"
    call("DELETE", f"{path}/{ours.job_id}")
    body = {"room_id": place.room_id, "user_id": place.user_ids[0], **CAMERA, "select_stream_type": "LD"}
    call("POST", path, {**body, "record_param": {"record_rule_id": place.rule_id}})
    assert sandbox.app is not None
    sandbox.app.cloud.jobs._known.pop(ours.job_id)
    theirs = next(job for job in jobs_of(sandbox) if job.job_id != ours.job_id)
    time_passes(6)
    notify()
    search(lost_single)
    lost_single.refresh_from_db()
    assert (lost_single.outcome, lost_single.job_id) == ("unknown", "")
    assert sent_to(sandbox, "show_individual_stream_job")[-1]["path"].endswith(theirs.job_id)


def test_a_job_that_is_known_already_settles_nothing(
    connected: Connection,
    lost_mix: RecordingJob,
    notify: Callable[[], None],
    time_passes: Pass,
    sandbox: Sandbox,
) -> None:
    RecordingJob.objects.create(
        kind="mix",
        connection=connected,
        app_id=lost_mix.app_id,
        room_id=lost_mix.room_id,
        job_id=jobs_of(sandbox)[0].job_id,
        actor_name="somebody",
        asked_at=timezone.now(),
        outcome="accepted",
    )
    notify()
    time_passes(6)
    look_at_jobs()
    lost_mix.refresh_from_db()
    assert (lost_mix.outcome, lost_mix.job_id) == ("unknown", "")


def test_after_an_hour_the_search_ends_on_record(
    mix: Start, sandbox: Sandbox, time_passes: Pass, bob: User
) -> None:
    sandbox.fail_next("cut", operation="create_mix_job")  # nothing happens, and no answer tells so
    job = mix()
    assert job.outcome == "unknown"
    moments = []
    for moment in PLAN:
        time_passes(moment - sum(moments) + 1)
        moments.append(moment - sum(moments) + 1)
        look_at_jobs()
    job.refresh_from_db()
    assert (job.outcome, job.next_look_at) == ("unknown", None)
    assert job.looks == len(PLAN)
    assert outcomes()[-1] == ("", "an hour later no notification and no file tells of it")
    page = sign_in(bob).get(f"/c/demo/recording/jobs/{job.pk}/").content.decode()
    assert "An hour later nothing was found." in page
    assert len(sent_to(sandbox, "create_mix_job")) == 1


def test_what_nothing_tells_of_is_given_up_with_a_reason_and_may_be_found_after_all(
    lost_mix: RecordingJob,
    sandbox: Sandbox,
    time_passes: Pass,
    mona: User,
    bob: User,
    notify: Callable[[], None],
) -> None:
    url = f"/c/demo/recording/jobs/{lost_mix.pk}/"
    wish = {"form_id": str(uuid.uuid4()), "preset": "over", "words": ""}
    browser = sign_in(mona)
    assert "Give up looking" not in browser.get(url).content.decode()
    assert browser.post(f"{url}give-up/", wish).status_code == 409  # it is still searched for
    RecordingJob.objects.filter(pk=lost_mix.pk).update(looks=len(PLAN), next_look_at=None)
    sheet = browser.get(f"{url}give-up/", headers=FRAGMENT).content.decode()
    assert "may still be running" in sheet
    assert "/jobs/adopt/?app=" in sheet
    assert sign_in(bob).post(f"{url}give-up/", wish).status_code == 403
    assert browser.post(f"{url}give-up/", {**wish, "preset": ""}).status_code == 422
    assert AuditEntry.objects.filter(action="recording.job.give_up").count() == 0
    for _twice in range(2):
        assert browser.post(f"{url}give-up/", wish)["Location"] == url
    record = AuditEntry.objects.get(action="recording.job.give_up")
    assert (record.kind, record.reason, record.actor_name) == ("record", "The room has closed", "Mona")
    assert str(lost_mix.attempt_id) in record.details_json
    page = browser.get(url).content.decode()
    for text in (
        "given up",
        "nobody looks for it any more",
        "Search now",
        "I know its id",
        "The room has closed",
    ):
        assert text in page, text
    assert "Give up looking…" not in page
    assert len(sent_to(sandbox, "create_mix_job")) == 1
    assert not sent_to(sandbox, "stop_mix_job")
    listed = browser.get("/c/demo/recording/jobs/?state=given_up").content.decode()
    assert lost_mix.room_id in listed
    notify()
    look_at_jobs()
    lost_mix.refresh_from_db()
    assert (lost_mix.outcome, lost_mix.settled_by) == ("accepted", "callback")
    assert browser.post(f"{url}give-up/", {**wish, "form_id": str(uuid.uuid4())}).status_code == 409


def test_a_bucket_that_cannot_be_listed_delays_the_search_and_says_why(
    lost_mix: RecordingJob, time_passes: Pass, sandbox: Sandbox
) -> None:
    sandbox.fail_next("status", operation="list_obs_bucket_objects", status=500, code="RTC.00002002", times=0)
    time_passes(30)
    look_at_jobs()
    lost_mix.refresh_from_db()
    assert lost_mix.outcome == "unknown"
    assert "fault" in lost_mix.blocked_said
    sandbox.control("faults", method="DELETE")
    time_passes(60)
    look_at_jobs()
    lost_mix.refresh_from_db()
    assert (lost_mix.outcome, lost_mix.blocked) == ("accepted", [])


def test_a_moderator_searches_at_once_and_others_cannot(
    mona: User, bob: User, lost_mix: RecordingJob, time_passes: Pass
) -> None:
    url = f"/c/demo/recording/jobs/{lost_mix.pk}/"
    time_passes(70)
    page = sign_in(bob).get(url).content.decode()
    assert "Search now" not in page
    assert sign_in(bob).post(f"{url}search/").status_code == 403
    browser = sign_in(mona)
    assert "Search now" in browser.get(url).content.decode()
    assert browser.post(f"{url}search/")["Location"] == url
    lost_mix.refresh_from_db()
    assert lost_mix.outcome == "accepted"


def test_a_notification_brings_the_next_look_forward(
    mix: Start, notify: Callable[[], None], time_passes: Pass, sandbox: Sandbox
) -> None:
    job = mix()
    time_passes(10)
    look_at_jobs()
    sandbox.control("jobs/fail", {"job_id": job.job_id})
    time_passes(6)
    look_at_jobs()
    job.refresh_from_db()
    assert job.state == "RUNNING"  # the next look is due in a minute
    notify()
    look_at_jobs()
    job.refresh_from_db()
    assert job.state == "STOPPED"


def test_naming_the_job_settles_the_lost_start(mona: User, lost_mix: RecordingJob, sandbox: Sandbox) -> None:
    wish = {"app_id": lost_mix.app_id, "job_id": jobs_of(sandbox)[0].job_id, "kind": ""}
    answer = sign_in(mona).post("/c/demo/recording/jobs/adopt/", wish)
    assert answer["Location"] == f"/c/demo/recording/jobs/{lost_mix.pk}/"
    lost_mix.refresh_from_db()
    assert (lost_mix.outcome, lost_mix.settled_by) == ("accepted", "person")
    assert RecordingJob.objects.count() == 1
    assert ("succeeded", "named by a person and found in the cloud: it took effect") in outcomes()
    record = AuditEntry.objects.get(kind="record")
    assert (record.action, record.actor_name) == ("recording.job.adopt", "Mona")
    assert str(lost_mix.attempt_id) in record.details_json


def test_one_started_elsewhere_is_adopted_once(
    mona: User, connected: Connection, place: Place, sandbox: Sandbox, calls: Any
) -> None:
    call = Caller(sandbox, {"X-Auth-Token": fetch_token(sandbox)})
    body = {"room_id": place.room_id, "user_id": place.user_ids[0], **CAMERA}
    made = call("POST", f"/v2/apps/{place.app_id}/individual-stream-jobs", body).json["job_id"]
    browser = sign_in(mona)
    form = browser.get("/c/demo/recording/jobs/adopt/", headers=FRAGMENT).content.decode()
    assert "<html" not in form
    calls()
    wish = {"app_id": place.app_id, "job_id": made, "kind": ""}
    answer = browser.post("/c/demo/recording/jobs/adopt/", wish)
    job = RecordingJob.objects.get()
    assert answer["Location"] == f"/c/demo/recording/jobs/{job.pk}/"
    assert calls() == ["show_mix_job", "show_individual_stream_job"]
    assert (job.origin, job.kind, job.user_id) == ("adopted", "single", place.user_ids[0])
    assert job.settings["select_stream_type"] == "HD"
    again = browser.post("/c/demo/recording/jobs/adopt/", {**wish, "kind": "single"})
    assert again["Location"] == answer["Location"]
    assert RecordingJob.objects.count() == 1
    assert AuditEntry.objects.filter(action="recording.job.adopt").count() == 1


@pytest.mark.parametrize(
    ("job_id", "told"),
    [
        ("unknown", "The cloud knows no such job in this application."),
        ("not an id", "A job id has up to 64 letters"),
        ("", "Fill in “Job id”."),
    ],
)
def test_what_is_no_job_is_told_at_the_field(
    job_id: str, told: str, mona: User, connected: Connection, place: Place
) -> None:
    wish = {"app_id": place.app_id, "job_id": job_id, "kind": ""}
    answer = sign_in(mona).post("/c/demo/recording/jobs/adopt/", wish)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not RecordingJob.objects.exists()


def test_sending_the_start_form_again_leads_to_the_unknown_job(
    mona: User, lost_mix: RecordingJob, place: Place, mix_form: Any, sandbox: Sandbox
) -> None:
    answer = sign_in(mona).post(place.start_url(), mix_form(form_id=str(lost_mix.pk)))
    assert answer["Location"] == f"/c/demo/recording/jobs/{lost_mix.pk}/"
    assert len(sent_to(sandbox, "create_mix_job")) == 1
    assert uuid.UUID(str(lost_mix.pk))
