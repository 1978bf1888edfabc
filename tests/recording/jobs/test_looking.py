"""Looking at jobs: states as they come, what stands in the trail at the end, and what it costs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from console.accounts.models import User
from console.audit.models import AuditEntry
from console.connections.models import Connection
from console.core.told import LOST
from console.recording.models import RecordingJob
from console.recording.services import looking
from console.recording.services.jobs import count_running
from console.recording.tasks import look_at_jobs
from console.rooms.extras import count_recordings
from console.sparkrtc.catalogue.recording import GET_MIX_JOB
from tests.recording.jobs.conftest import CUSTOM, GRID, Place, sign_in
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]
Start = Callable[..., RecordingJob]
Pass = Callable[[float], None]


def state_of(job: RecordingJob) -> str:
    job.refresh_from_db()
    return job.state


def findings() -> list[str]:
    return list(AuditEntry.objects.filter(kind="finding").order_by("id").values_list("finding", flat=True))


def test_from_starting_to_stopped_in_words(
    bob: User, connected: Connection, mix: Start, time_passes: Pass, sandbox: Sandbox
) -> None:
    sandbox.control("clock", {"frozen": True})
    job = mix()
    browser, url = sign_in(bob), f"/c/demo/recording/jobs/{job.pk}/"
    assert "The cloud is getting ready" in browser.get(url).content.decode()
    sandbox.control("clock", {"frozen": False})
    sandbox.travel(6)
    time_passes(6)
    answer = browser.get(url)  # shows what is known, and asks again
    assert "Refresh" not in answer.headers  # a reload would close the dialog that somebody fills in
    assert '<noscript><meta http-equiv="refresh" content="15"></noscript>' in answer.content.decode()
    page = browser.get(url).content.decode()
    assert "It records. When nobody has sent anything for 1 min 00 s, it ends by itself." in page
    assert state_of(job) == "RUNNING"
    sandbox.control("jobs/fail", {"job_id": job.job_id})
    time_passes(6)
    browser.get(url)
    page = browser.get(url).content.decode()
    assert "The cloud's recorder failed." in page
    assert (state_of(job), job.stop_reason, job.next_look_at) == ("STOPPED", "INTERNAL_ERROR", None)
    assert findings() == ["the recording ended: INTERNAL_ERROR"]


def test_a_job_that_ends_by_itself_is_seen_by_the_background(
    connected: Connection, mix: Start, time_passes: Pass, place: Place, sandbox: Sandbox
) -> None:
    job = mix({**GRID, "max_idle_time": 5})
    assert sandbox.app is not None
    sandbox.app.cloud.world.dismiss(place.app_id, place.room_id, timezone.now().timestamp())
    for _look in range(4):
        time_passes(65)
        look_at_jobs()
    assert (state_of(job), job.stop_reason) == ("STOPPED", "EXCEED_MAX_IDLE_TIME")
    assert findings() == ["the recording ended: EXCEED_MAX_IDLE_TIME"]


def test_an_ended_job_costs_nothing_more(
    bob: User, connected: Connection, mix: Start, time_passes: Pass, sandbox: Sandbox, calls: Any
) -> None:
    job = mix()
    sandbox.control("jobs/fail", {"job_id": job.job_id})
    time_passes(6)
    browser, url = sign_in(bob), f"/c/demo/recording/jobs/{job.pk}/"
    browser.get(url)
    browser.get(url)
    calls()
    time_passes(600)
    browser.get(url)
    look_at_jobs()
    assert calls() == []
    assert "every 5s" not in browser.get(url).content.decode()


def test_a_page_costs_one_shared_read_however_many_look(
    bob: User,
    lena: User,
    connected: Connection,
    mix: Start,
    time_passes: Pass,
    calls: Any,
    django_assert_max_num_queries: Any,
) -> None:
    job = mix(CUSTOM)
    url = f"/c/demo/recording/jobs/{job.pk}/"
    time_passes(10)
    one, two = sign_in(bob), sign_in(lena)
    one.get(url)
    calls()
    time_passes(6)
    for _look in range(3):
        one.get(url)
        two.get(url, headers={"HX-Request": "true", "HX-Target": "job-live"})
    assert calls() == ["show_mix_job"]
    with django_assert_max_num_queries(14):
        one.get(url)


def test_each_job_is_claimed_by_one(connected: Connection, mix: Start, time_passes: Pass) -> None:
    job = mix()
    later = timezone.now() + timedelta(seconds=30)
    assert looking.claim_due(later) == [job.pk]
    assert looking.claim_due(later) == []
    assert looking.claim_due(later + looking.LEASE) == [job.pk]


def test_one_job_that_cannot_be_looked_at_keeps_none_of_the_others(
    connected: Connection, mix: Start, single: Start, time_passes: Pass
) -> None:
    broken, sound = mix(), single()
    RecordingJob.objects.filter(pk=broken.pk).update(settings="nonsense", looked_at=None, job_id="no/way")
    time_passes(10)
    look_at_jobs()
    assert state_of(sound) == "RUNNING"


def test_the_background_looks_once_a_minute_while_a_job_runs(
    connected: Connection, mix: Start, time_passes: Pass, calls: Any
) -> None:
    mix()
    time_passes(10)
    look_at_jobs()
    calls()
    for _second in range(12):
        time_passes(5)
        look_at_jobs()
    assert calls() == ["show_mix_job"]


def test_without_a_permit_the_look_is_put_off_and_says_so(
    bob: User, connected: Connection, mix: Start, time_passes: Pass, sandbox: Sandbox
) -> None:
    job = mix()
    time_passes(10)
    sandbox.fail_next("status", operation="show_mix_job", status=503, code="APIGW.0613", times=0)
    look_at_jobs()
    job.refresh_from_db()
    assert "fault" in job.blocked_said
    assert job.next_look_at is not None
    answer = sign_in(bob).get(f"/c/demo/recording/jobs/{job.pk}/")
    assert answer.status_code == 200
    assert "The cloud had a fault" in answer.content.decode()
    sandbox.control("faults", method="DELETE")
    time_passes(60)
    look_at_jobs()
    assert (state_of(job), job.blocked) == ("RUNNING", [])


def test_a_job_that_the_cloud_forgot_is_told_apart_from_one_that_ended(
    bob: User, connected: Connection, mix: Start, time_passes: Pass, sandbox: Sandbox
) -> None:
    job = mix()
    sandbox.fail_next("status", operation="show_mix_job", status=404, code="RTC.00001003", times=0)
    look_at_jobs()
    assert state_of(job) == "INIT"  # so new, it may only not be known everywhere yet
    time_passes(60)
    look_at_jobs()
    assert (state_of(job), job.next_look_at) == ("GONE", None)
    assert findings() == ["the cloud no longer knows the job"]
    assert "no longer known" in sign_in(bob).get(f"/c/demo/recording/jobs/{job.pk}/").content.decode()


def test_what_was_seen_later_stays(connected: Connection, mix: Start, sandbox: Sandbox) -> None:
    job = mix()
    sandbox.travel(10)
    looking.see(job, fresh_after=timezone.now())
    assert state_of(job) == "RUNNING"
    from console.connections.client import client_for

    reply = client_for(connected).call(GET_MIX_JOB, app_id=job.app_id, job_id=job.job_id).value
    early = timezone.now() - timedelta(minutes=5)
    looking.observe(job, type(reply)(job_id=job.job_id, state="INIT"), early)
    assert state_of(job) == "RUNNING"


def test_a_start_whose_process_died_is_settled(
    connected: Connection, mix: Start, alice: User, place: Place, time_passes: Pass
) -> None:
    never_sent = RecordingJob.objects.create(
        kind="mix",
        connection=connected,
        app_id=place.app_id,
        room_id=place.room_id,
        actor=alice,
        actor_name="Alice",
        asked_at=timezone.now(),
        next_look_at=timezone.now() + looking.LEASE,
    )
    look_at_jobs()
    never_sent.refresh_from_db()
    assert never_sent.outcome == "asking"
    time_passes(150)
    look_at_jobs()
    never_sent.refresh_from_db()
    assert (never_sent.outcome, never_sent.problem) == ("failed", [list(LOST[0])])


def test_running_recordings_are_counted_for_a_room_and_for_all(
    connected: Connection, mix: Start, single: Start, place: Place, time_passes: Pass, sandbox: Sandbox
) -> None:
    one, _two, _three = mix(), single(), single(place.user_ids[1])
    assert count_running(connected, None) == 3
    assert count_running(connected, [place.app_id], place.room_id) == 3
    assert count_running(connected, ["another"]) == 0
    assert count_recordings(connected, None) == 3
    sandbox.control("jobs/fail", {"job_id": one.job_id})
    time_passes(10)
    look_at_jobs()
    assert count_recordings(connected, [place.app_id], place.room_id) == 2


def test_the_room_and_its_dismissal_tell_of_recordings(
    alice: User, connected: Connection, mix: Start, single: Start, place: Place
) -> None:
    mix(), single()
    browser = sign_in(alice)
    room = f"/c/demo/rooms/{place.app_id}/{place.room_id}/"
    page = browser.get(room).content.decode()
    assert "2 recordings running" in page
    assert f"/c/demo/recording/jobs/?app={place.app_id}&amp;room={place.room_id}" in page
    dialog = browser.get(f"{room}dismiss/").content.decode()
    assert f"The room ends for {len(place.user_ids)} people; 2 recordings are running" in dialog
    disabling = browser.get(f"/c/demo/applications/{place.app_id}/disable/").content.decode()
    assert "2 recordings are running." in disabling
