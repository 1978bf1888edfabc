"""Changing and stopping: once, on record, seen afterwards; two people at once; lost answers settled by looking."""

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection as database
from django.utils import timezone

from console.accounts.models import User
from console.audit.models import AuditEntry
from console.connections.models import Connection
from console.recording.models import JobAction, RecordingJob
from console.recording.services.changing import AlreadyAsked, change_layout, change_template, stop_job
from console.recording.services.looking import see
from console.recording.tasks import look_at_jobs
from tests.recording.jobs.conftest import (
    CUSTOM,
    FRAGMENT,
    GRID,
    PANE,
    Place,
    jobs_of,
    panes,
    sent_to,
    sign_in,
)
from tests.sandbox.caller import Caller, fetch_token
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]
Start = Callable[..., RecordingJob]
Pass = Callable[[float], None]
WIDE = {**PANE, "width": 1.0}


def reason(**more: Any) -> dict[str, Any]:
    return {"form_id": str(uuid.uuid4()), "preset": "asked", "words": "", **more}


def url_of(job: RecordingJob, page: str = "") -> str:
    return f"/c/demo/recording/jobs/{job.pk}/{page}"


def seen_on(page: str) -> str:
    return page.split('name="seen" value="')[1].split('"')[0]


@pytest.fixture
def running_mix(mix: Start, time_passes: Pass) -> RecordingJob:
    return _running(mix(CUSTOM), time_passes)


@pytest.fixture
def running_single(single: Start, time_passes: Pass) -> RecordingJob:
    return _running(single(), time_passes)


def _running(job: RecordingJob, time_passes: Pass) -> RecordingJob:
    time_passes(5)
    job = see(job, fresh_after=timezone.now()).job
    assert job.state == "RUNNING"
    return job


def outcomes_of(action: JobAction) -> list[tuple[str, str]]:
    rows = AuditEntry.objects.filter(attempt_id=action.attempt_id).exclude(kind="attempt").order_by("id")
    return [(row.outcome, row.finding) for row in rows]


# --- stopping


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


@pytest.mark.parametrize("kind", ["mix", "single"])
def test_the_way_back_is_over_the_jobs(
    kind: str, running_mix: RecordingJob, running_single: RecordingJob, mona: User
) -> None:
    job = running_mix if kind == "mix" else running_single
    recorded = job.user_id or job.room_id
    for page in ("stop/", "layout/" if kind == "mix" else "template/"):
        html = sign_in(mona).get(url_of(job, page)).content.decode()
        crumbs = html.partition('<nav class="crumbs"')[2].partition("</nav>")[0]
        jobs = '<a href="/c/demo/recording/jobs/">'
        assert crumbs.index(jobs) < crumbs.index(recorded) < crumbs.index('aria-current="page"')
        assert f'<a href="{url_of(job)}">' in crumbs
        assert job.job_id not in crumbs


def test_whoever_may_only_look_changes_nothing(
    bob: User, connected: Connection, running_mix: RecordingJob, sandbox: Sandbox
) -> None:
    browser = sign_in(bob)
    assert "stop-job" not in browser.get(url_of(running_mix)).content.decode()
    for page in ("stop/", "layout/", "template/"):
        assert browser.get(url_of(running_mix, page)).status_code == 403
        assert browser.post(url_of(running_mix, page), reason()).status_code == 403
    assert not JobAction.objects.exists()


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


# --- another layout


def test_another_layout_is_sent_with_before_and_after_on_record(
    mona: User, connected: Connection, running_mix: RecordingJob, sandbox: Sandbox, place: Place
) -> None:
    browser = sign_in(mona)
    page = browser.get(url_of(running_mix, "layout/")).content.decode()
    assert 'name="pane_width" value="0.75"' in page
    rows = panes({"user": place.user_ids[0], "x": "0.5"}, {"user": place.user_ids[1], "width": "0.25"})
    filled = reason(seen=seen_on(page), max_idle_time="90", background_image="s3://a/b.jpg", **rows)
    assert browser.post(url_of(running_mix, "layout/"), filled)["Location"] == url_of(running_mix)
    param = jobs_of(sandbox)[0].parameters["mix_param"]
    assert [pane["x"] for pane in param["layout_panes"]] == [0.5, 0.0]
    assert (param["max_idle_time"], param["background_image"]) == (90, "s3://a/b.jpg")
    running_mix.refresh_from_db()
    assert len(running_mix.settings["layout_panes"]) == 2
    (action,) = JobAction.objects.all()
    assert (action.kind, action.outcome, action.open) == ("layout", "accepted", False)
    attempt = AuditEntry.objects.get(uuid=action.attempt_id)
    outcome = AuditEntry.objects.get(attempt_id=action.attempt_id, kind="outcome")
    assert (attempt.action, outcome.outcome) == ("recording.mix_job.update", "succeeded")
    assert '"width":"0.75"' in attempt.before_json or '"width":0.75' in attempt.before_json
    assert place.user_ids[0] in outcome.after_json
    history = browser.get(url_of(running_mix)).content.decode()
    assert "What was done to it" in history
    assert "Change the layout" in history


def test_somebody_elses_change_is_not_undone_unnoticed(
    mona: User, olga: User, connected: Connection, running_mix: RecordingJob, sandbox: Sandbox
) -> None:
    browser = sign_in(mona)
    page = browser.get(url_of(running_mix, "layout/")).content.decode()
    change_layout(
        running_mix, {"layout_template": "custom", "layout_panes": [WIDE]}, actor=olga, reason="mine"
    )
    filled = reason(seen=seen_on(page), max_idle_time="90", words="kept", **panes({"width": "0.1"}))
    answer = browser.post(url_of(running_mix, "layout/"), filled)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Somebody changed the recording since you opened this page." in text
    assert 'value="0.1"' in text
    assert "kept" in text
    assert len(sent_to(sandbox, "update_mix_job")) == 1
    again = {**filled, "seen": seen_on(text), "form_id": str(uuid.uuid4())}
    assert browser.post(url_of(running_mix, "layout/"), again).status_code == 302
    assert len(sent_to(sandbox, "update_mix_job")) == 2


@pytest.mark.parametrize(
    ("fault", "outcome", "finding"),
    [
        ("lost_reply", "accepted", "the job was seen to do what was asked"),
        ("cut", "failed", "the job was not seen to do what was asked"),
    ],
)
def test_a_lost_change_is_settled_by_looking(
    fault: str,
    outcome: str,
    finding: str,
    mona: User,
    connected: Connection,
    running_mix: RecordingJob,
    sandbox: Sandbox,
    time_passes: Pass,
) -> None:
    sandbox.fail_next(fault, operation="update_mix_job")
    wish = {"layout_template": "custom", "layout_panes": [WIDE], "max_idle_time": 120}
    action = change_layout(running_mix, wish, actor=mona, reason="now").action
    assert action.outcome == "unknown"
    for _look in range(5):
        time_passes(10)
        look_at_jobs()
    action.refresh_from_db()
    assert (action.outcome, action.open) == (outcome, False)
    assert outcomes_of(action)[-1][1] == finding
    assert len(sent_to(sandbox, "update_mix_job")) == 1


def test_the_grid_keeps_its_panes_and_takes_the_rest(
    mona: User, connected: Connection, mix: Start, sandbox: Sandbox, time_passes: Pass
) -> None:
    job = _running(mix({**GRID, "background_image": "s3://a/b.jpg"}), time_passes)
    browser = sign_in(mona)
    page = browser.get(url_of(job, "layout/")).content.decode()
    assert "The panes of this recording stay as they are" in page
    filled = reason(seen=seen_on(page), max_idle_time="99", background_image="")
    answer = browser.post(url_of(job, "layout/"), filled)
    assert answer.status_code == 422
    assert "The cloud can replace a picture but not take it away" in answer.content.decode()
    filled |= {"background_image": "s3://a/c.jpg"}
    assert browser.post(url_of(job, "layout/"), filled).status_code == 302
    param = jobs_of(sandbox)[0].parameters["mix_param"]
    assert (param["max_idle_time"], param["background_image"]) == (99, "s3://a/c.jpg")


def test_a_refusal_of_a_change_keeps_the_form(
    mona: User, connected: Connection, running_mix: RecordingJob, sandbox: Sandbox
) -> None:
    sandbox.fail_next(
        "status",
        operation="update_mix_job",
        status=400,
        code="RTC.00001003",
        message="InvalidParameterValue: mix_param.max_idle_time",
    )
    browser = sign_in(mona)
    seen = seen_on(browser.get(url_of(running_mix, "layout/")).content.decode())
    filled = reason(seen=seen, max_idle_time="90", words="kept", **panes({"width": "0.1"}))
    answer = browser.post(url_of(running_mix, "layout/"), filled)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert 'id="id_max_idle_time_error"' in text
    assert "kept" in text
    assert 'name="pane_width" value="0.1"' in text


def test_a_job_that_ended_meanwhile_is_not_changed(
    mona: User, connected: Connection, running_mix: RecordingJob, sandbox: Sandbox
) -> None:
    browser = sign_in(mona)
    seen = seen_on(browser.get(url_of(running_mix, "layout/")).content.decode())
    sandbox.control("jobs/fail", {"job_id": running_mix.job_id})
    filled = reason(seen=seen, max_idle_time="90", **panes({}))
    answer = browser.post(url_of(running_mix, "layout/"), filled, follow=True)
    assert "The recording had ended already: nothing was changed." in answer.content.decode()
    again = browser.get(url_of(running_mix, "layout/"), follow=True)
    assert "This recording cannot be changed any more." in again.content.decode()


# --- another template


def test_another_template_of_a_single_job(
    mona: User, connected: Connection, running_single: RecordingJob, place: Place, sandbox: Sandbox
) -> None:
    browser = sign_in(mona)
    dialog = browser.get(url_of(running_single, "template/"), headers=FRAGMENT).content.decode()
    assert "From its next file on" in dialog
    answer = browser.post(url_of(running_single, "template/"), reason(record_rule_id=place.rule_id))
    assert answer["Location"] == url_of(running_single)
    (action,) = JobAction.objects.all()
    assert (action.kind, action.outcome) == ("template", "accepted")
    attempt = AuditEntry.objects.get(uuid=action.attempt_id)
    assert (attempt.action, attempt.target_name) == (
        "recording.single_job.update",
        running_single.stream_name,
    )
    assert place.rule_id in attempt.before_json
    assert len(sent_to(sandbox, "update_individual_stream_job")) == 1


def test_a_lost_change_of_template_is_settled(
    mona: User,
    connected: Connection,
    running_single: RecordingJob,
    place: Place,
    sandbox: Sandbox,
    time_passes: Pass,
) -> None:
    sandbox.fail_next("lost_reply", operation="update_individual_stream_job")
    action = change_template(running_single, place.rule_id, actor=mona, reason="now").action
    assert action.outcome == "unknown"
    time_passes(5)
    look_at_jobs()
    action.refresh_from_db()
    assert action.outcome == "accepted"


def test_a_mix_has_no_other_template_and_a_single_job_no_layout(
    mona: User, connected: Connection, running_mix: RecordingJob, single: Start
) -> None:
    browser = sign_in(mona)
    assert browser.get(url_of(running_mix, "template/")).status_code == 409
    assert browser.get(url_of(single(), "layout/")).status_code == 302


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
