"""Changing: on record, seen afterwards; nobody's change undone unnoticed; lost answers settled by looking."""

import uuid
from collections.abc import Callable

import pytest

from console.accounts.models import User
from console.audit.models import AuditEntry
from console.connections.models import Connection
from console.recording.models import JobAction, RecordingJob
from console.recording.services.changing import change_layout, change_template
from console.recording.tasks import look_at_jobs
from tests.recording.jobs.conftest import (
    FRAGMENT,
    GRID,
    PANE,
    Place,
    jobs_of,
    made_running,
    outcomes_of,
    panes,
    reason,
    seen_on,
    sent_to,
    sign_in,
    url_of,
)
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]
Start = Callable[..., RecordingJob]
Pass = Callable[[float], None]
WIDE = {**PANE, "width": 1.0}


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
    job = made_running(mix({**GRID, "background_image": "s3://a/b.jpg"}), time_passes)
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
