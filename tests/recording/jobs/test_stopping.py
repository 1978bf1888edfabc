"""Stopping: once, on record, seen afterwards; two people at once; lost answers settled by looking."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection as database
from django.utils import timezone

from console.accounts.models import User
from console.audit.models import AuditEntry
from console.connections.models import Connection
from console.recording.models import JobAction, RecordingJob
from console.recording.services.changing import AlreadyAsked, stop_job
from console.recording.tasks import look_at_jobs
from tests.recording.jobs.conftest import (
    FRAGMENT,
    outcomes_of,
    reason,
    sent_to,
    sign_in,
    url_of,
)
from tests.sandbox.caller import Caller, fetch_token
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]
Start = Callable[..., RecordingJob]
Pass = Callable[[float], None]


def test_stopped_on_record_and_seen_to_have_stopped(
    mona: User, connected: Connection, running_mix: RecordingJob, sandbox: Sandbox, time_passes: Pass
) -> None:
    browser = sign_in(mona)
    dialog = browser.get(url_of(running_mix, "stop/"), headers=FRAGMENT).content.decode()
    assert "The recording of the room ends" in dialog
    assert "What was recorded stays in the bucket." in dialog
    filled = reason(preset="consent")
    answer = browser.post(url_of(running_mix, "stop/"), filled)
    assert answer["Location"] == url_of(running_mix)
    (action,) = JobAction.objects.all()
    assert (action.outcome, action.open) == ("accepted", True)
    assert browser.post(url_of(running_mix, "stop/"), filled)["Location"] == url_of(running_mix)
    assert len(sent_to(sandbox, "stop_mix_job")) == 1
    attempt = AuditEntry.objects.get(uuid=action.attempt_id)
    assert (attempt.action, attempt.target_id) == ("recording.mix_job.stop", running_mix.job_id)
    assert attempt.reason == "Somebody did not agree to be recorded"
    assert '"state":"RUNNING"' in attempt.before_json
    time_passes(4)
    look_at_jobs()
    running_mix.refresh_from_db()
    action.refresh_from_db()
    assert (running_mix.state, running_mix.stop_reason, action.open) == ("STOPPED", "TENANT_STOP", False)
    assert outcomes_of(action) == [("succeeded", ""), ("", "seen to have stopped: TENANT_STOP")]
    page = browser.get(url_of(running_mix)).content.decode()
    assert "It was stopped on request." in page
    assert "stop-job" not in page


def test_the_second_person_is_told_who_stopped_it(
    mona: User, olga: User, connected: Connection, running_mix: RecordingJob, sandbox: Sandbox
) -> None:
    sign_in(mona).post(url_of(running_mix, "stop/"), reason())
    answer = sign_in(olga).post(url_of(running_mix, "stop/"), reason(), headers=FRAGMENT)
    assert answer.status_code == 409
    assert answer["HX-Retarget"] == "#dialog-body"
    text = answer.content.decode()
    assert "Mona" in text
    assert "asked for this to be stopped" in text
    assert len(sent_to(sandbox, "stop_mix_job")) == 1


def test_of_two_who_stop_it_at_once_one_is_sent(
    mona: User, olga: User, connected: Connection, running_mix: RecordingJob, sandbox: Sandbox
) -> None:
    together, ends = threading.Barrier(2), []

    def stop(who: User) -> None:
        try:
            job = RecordingJob.objects.select_related("connection").get(pk=running_mix.pk)
            together.wait(10)
            ends.append(stop_job(job, actor=who, reason="now").action.outcome)
        except AlreadyAsked as other:
            ends.append(f"after {other.action.actor_name}")
        finally:
            database.close()

    threads = [threading.Thread(target=stop, args=(who,)) for who in (mona, olga)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(sent_to(sandbox, "stop_mix_job")) == 1
    assert "accepted" in ends
    assert {"after Mona", "after Olga"} & set(ends)


def test_stopped_elsewhere_a_moment_ago(
    mona: User, connected: Connection, running_mix: RecordingJob, sandbox: Sandbox
) -> None:
    call = Caller(sandbox, {"X-Auth-Token": fetch_token(sandbox)})
    call("DELETE", f"/v2/apps/{running_mix.app_id}/mix-stream-jobs/{running_mix.job_id}")
    answer = sign_in(mona).post(url_of(running_mix, "stop/"), reason())
    assert answer.status_code == 409
    assert "The recording had ended already: nothing was changed." in answer.content.decode()
    running_mix.refresh_from_db()
    assert running_mix.state == "STOPPED"
    (action,) = JobAction.objects.all()
    assert (action.outcome, action.open) == ("failed", False)
    assert AuditEntry.objects.filter(attempt_id=action.attempt_id, outcome="failed").exists()
    assert sign_in(mona).get(url_of(running_mix, "stop/")).status_code == 409


def test_a_lost_stop_is_settled_by_looking(
    mona: User, connected: Connection, running_mix: RecordingJob, sandbox: Sandbox, time_passes: Pass
) -> None:
    sandbox.fail_next("lost_reply", operation="stop_mix_job")
    browser = sign_in(mona)
    browser.post(url_of(running_mix, "stop/"), reason())
    (action,) = JobAction.objects.all()
    assert (action.outcome, action.open) == ("unknown", True)
    time_passes(4)
    page = browser.get(url_of(running_mix)).content.decode()  # whoever looks at the job settles it
    assert "answer got lost" in page
    action.refresh_from_db()
    assert (action.outcome, action.open) == ("accepted", False)
    assert outcomes_of(action) == [("unknown", ""), ("succeeded", "seen to have stopped: TENANT_STOP")]
    assert len(sent_to(sandbox, "stop_mix_job")) == 1


def test_a_stop_that_never_arrived_is_settled_as_failed(
    connected: Connection, mona: User, running_mix: RecordingJob, sandbox: Sandbox, time_passes: Pass
) -> None:
    sandbox.fail_next("cut", operation="stop_mix_job")
    action = stop_job(running_mix, actor=mona, reason="now").action
    assert action.outcome == "unknown"
    for _look in range(5):
        time_passes(10)
        look_at_jobs()
    action.refresh_from_db()
    assert (action.outcome, action.open) == ("failed", False)
    assert outcomes_of(action)[-1] == ("failed", "still running: it was not seen to stop")
    assert stop_job(running_mix, actor=mona, reason="again").action.outcome == "accepted"


def test_a_change_whose_process_died_is_settled(
    connected: Connection, running_mix: RecordingJob, time_passes: Pass
) -> None:
    action = JobAction.objects.create(
        job=running_mix, kind="stop", actor_name="Mona", asked_at=timezone.now()
    )
    time_passes(150)
    look_at_jobs()
    action.refresh_from_db()
    assert (action.outcome, action.open) == ("failed", False)  # without an attempt nothing was sent
