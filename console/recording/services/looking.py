"""Looking at jobs: what the cloud says about one, written down, and what that settles.

Whoever has a job's page open pays for most looks; the others are made in the background, well below the quota.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from console import audit
from console.audit.scrub import clean_id
from console.connections import reads
from console.connections.ages import Age
from console.core.told import LOST, keep
from console.recording.actions import jobs as said
from console.recording.models import JobAction, RecordingJob
from console.recording.services.job_settings import has_taken, settings_of
from console.recording.services.jobs import ENDED
from console.sparkrtc.catalogue.recording import GET_MIX_JOB, GET_SINGLE_JOB
from console.sparkrtc.errors import NotFound, SparkError
from console.sparkrtc.operation import Operation
from console.sparkrtc.permits import Lane
from console.sparkrtc.replies import MixJob, SingleJob
from console.work import looks

__all__ = ["LEASE", "Sight", "claim_due", "get_operation", "look_soon", "observe", "see", "settle_lost"]

# Longer than any asking, and than an attempt waits before it is closed as lost: its end is on record before a finding.
LEASE = timedelta(seconds=140)
_SOON = timedelta(seconds=3)  # while it starts, or something asked of it is not settled
_LATER = timedelta(seconds=60)  # while it runs: 200 jobs cost 3.3 of the 10 requests a second
_WAIT_LOW, _WAIT_HIGH, _WAIT_USUAL = 2.0, 60.0, 10.0
_NO_EFFECT = timedelta(seconds=30)  # a change that is not seen so long after it was sent has had no effect
_GIVEN_UP = timedelta(seconds=120)  # a stop that was accepted
_SETTLES = timedelta(seconds=30)  # a job so new may not be known everywhere in the cloud
_TENANT_STOP = "TENANT_STOP"

_State, _Outcome = RecordingJob.State, RecordingJob.Outcome
_STATES = {state.value for state in _State if state != _State.GONE}


@dataclass(frozen=True)
class Sight:
    """A job as it is known now. age: None when the cloud was not asked, since nothing can have changed."""

    job: RecordingJob
    age: Age | None = None
    problem: SparkError | None = None


def get_operation(job: RecordingJob) -> Operation:
    """Return the operation that shows the job."""
    return GET_MIX_JOB if job.kind == RecordingJob.Kind.MIX else GET_SINGLE_JOB


def claim_due(now: datetime | None = None, *, most: int = 20) -> list[uuid.UUID]:
    """Return the jobs that are due for a look, each to one caller only; a caller that dies loses none."""
    return looks.claim_due(RecordingJob.objects.all(), now or timezone.now(), lease=LEASE, most=most)


def look_soon(connection_id: int, app_id: str, *, job_id: str, room_id: str) -> None:
    """Let the background look at once: something was told of a job, or of a room where a start is unknown.

    One query.
    """
    now = timezone.now()
    unsettled = Q(outcome__in=[_Outcome.UNKNOWN, _Outcome.GIVEN_UP], job_id="")
    told = Q(job_id=job_id) & ~Q(job_id="") | unsettled & Q(room_id=room_id)
    # A late one may tell of a start that is not searched for any more.
    due_later = Q(next_look_at__gt=now) | unsettled & Q(next_look_at=None)
    RecordingJob.objects.filter(told, due_later, connection_id=connection_id, app_id=app_id).update(
        next_look_at=now
    )


def see(job: RecordingJob, *, lane: Lane = Lane.PAGE, fresh_after: datetime | None = None) -> Sight:
    """Return the job as the cloud shows it now, and write that down. At most one shared read.

    A job that has ended, or whose id is not known, costs none. What goes wrong comes along as `problem`: the row
    still says what was seen last.
    """
    if not job.job_id or job.state in ENDED:
        return Sight(job)
    try:
        reading = reads.read(
            job.connection,
            get_operation(job),
            lane=lane,
            require_fresh_after=fresh_after,
            app_id=job.app_id,
            job_id=job.job_id,
        )
    except NotFound as problem:
        new = timezone.now() - job.asked_at < _SETTLES
        return Sight(_put_off(job, problem) if new else _gone(job), problem=problem)
    except SparkError as problem:
        return Sight(_put_off(job, problem), problem=problem)
    return Sight(observe(job, reading.value, reading.taken_at), Age.of(reading))


def observe(job: RecordingJob, reply: MixJob | SingleJob, seen_at: datetime) -> RecordingJob:
    """Write down what the cloud said at an instant, settle what that settles, and return the job as it is now.

    What was seen later already stays. Any number of processes may do it at once.
    """
    if job.looked_at is not None and job.looked_at >= seen_at:
        return job
    with transaction.atomic():
        row = RecordingJob.objects.select_for_update().get(pk=job.pk)
        if row.looked_at is not None and row.looked_at >= seen_at:
            return _with_connection(row, job)
        was = row.state
        _copy(row, reply)
        row.looked_at, row.blocked = seen_at, []
        waiting = [action for action in row.actions.filter(open=True) if not _settle(action, row, seen_at)]
        _plan(row, bool(waiting))
        row.save()
        if row.state == _State.STOPPED and was != _State.STOPPED and row.attempt_id:
            audit.note(row.attempt_id, said.ENDED % {"reason": row.stop_reason or "-"}, _end_of(row))
    return _with_connection(row, job)


def settle_lost(job: RecordingJob) -> RecordingJob:
    """Settle a start whose process died while asking: failed when nothing was sent, else unknown and searched for."""
    now = timezone.now()
    still = RecordingJob.objects.filter(pk=job.pk, outcome=_Outcome.ASKING)
    if job.attempt_id is None:
        still.update(outcome=_Outcome.FAILED, problem=LOST, answered_at=now, next_look_at=None)
    else:
        still.update(outcome=_Outcome.UNKNOWN, problem=LOST, next_look_at=now)
    job.refresh_from_db()
    return job


def _with_connection(row: RecordingJob, job: RecordingJob) -> RecordingJob:
    row.connection = job.connection  # known already: one query less
    return row


def _copy(row: RecordingJob, reply: MixJob | SingleJob) -> None:
    row.state = reply.state if reply.state in _STATES else _State.NONE
    row.stop_reason = clean_id(reply.stop_reason, 64)
    row.description = clean_id(reply.description, 500)
    row.stream_name = clean_id(reply.stream_name, 256) or row.stream_name
    row.record_rule_id = clean_id(reply.record_param.record_rule_id, 64) or row.record_rule_id
    row.created_at = reply.create_time or row.created_at
    row.started_at = reply.start_time or row.started_at
    row.stopped_at = reply.stop_time
    row.settings = {**row.settings, **settings_of(reply)}


def _plan(row: RecordingJob, waiting: bool) -> None:
    now = timezone.now()
    if row.state in ENDED:
        row.next_look_at = None
    else:
        row.next_look_at = now + (_SOON if waiting or row.state != _State.RUNNING else _LATER)


def _settle(action: JobAction, row: RecordingJob, seen_at: datetime) -> bool:
    """Settle something asked of a job by what was seen of it, and say whether that was possible."""
    if action.outcome == _Outcome.ASKING and timezone.now() - action.asked_at >= LEASE:
        action.outcome, action.problem = _Outcome.UNKNOWN, LOST
        if action.attempt_id is None:
            action.outcome = _Outcome.FAILED
    if action.outcome == _Outcome.ASKING or seen_at <= action.asked_at:
        return False
    found = _verdict(action, row, seen_at)
    if found is None:
        return False
    words, outcome = found
    unknown = action.outcome == _Outcome.UNKNOWN
    if unknown and outcome:
        action.outcome = _Outcome.ACCEPTED if outcome == "succeeded" else _Outcome.FAILED
    action.open = False
    action.save(update_fields=["outcome", "problem", "open"])
    if action.attempt_id and words:
        audit.note(action.attempt_id, words, _end_of(row), outcome=outcome if unknown else None)
    return True


def _verdict(action: JobAction, row: RecordingJob, seen_at: datetime) -> tuple[str, str] | None:
    """Return what was found out and how it ended; None while nobody can say."""
    passed = seen_at - action.asked_at
    if action.outcome == _Outcome.FAILED:
        return "", ""
    if action.kind == JobAction.Kind.STOP:
        if row.state == _State.STOPPED:
            by_us = row.stop_reason in ("", _TENANT_STOP)
            return said.STOPPED % {"reason": row.stop_reason or "-"}, "succeeded" if by_us else "failed"
        limit = _NO_EFFECT if action.outcome == _Outcome.UNKNOWN else _GIVEN_UP
        return (said.NOT_STOPPED, "failed") if passed >= limit else None
    sent = dict(action.sent)
    rule_id = sent.pop("record_rule_id", None)
    if has_taken(row.settings, sent) and rule_id in (None, row.record_rule_id):
        return said.TAKEN, "succeeded"
    return (said.NOT_TAKEN, "failed") if passed >= _NO_EFFECT else None


def _end_of(row: RecordingJob) -> dict[str, object]:
    return {
        "job_id": row.job_id,
        "state": row.state,
        "stop_reason": row.stop_reason,
        "stopped_at": row.stopped_at,
    }


def _gone(job: RecordingJob) -> RecordingJob:
    """Write down that the cloud knows the job no more: how long one can be read after its end is not documented."""
    now = timezone.now()
    with transaction.atomic():
        changed = (
            RecordingJob.objects.filter(pk=job.pk)
            .exclude(state__in=ENDED)
            .update(state=_State.GONE, looked_at=now, next_look_at=None, blocked=[])
        )
        job.actions.filter(open=True).update(open=False)
        if changed and job.attempt_id:
            audit.note(job.attempt_id, said.GONE, {"job_id": job.job_id})
    connection = job.connection
    job.refresh_from_db()
    job.connection = connection
    return job


def _put_off(job: RecordingJob, problem: SparkError) -> RecordingJob:
    wait = looks.wait_after(problem, low=_WAIT_LOW, usual=_WAIT_USUAL, high=_WAIT_HIGH)
    job.blocked, job.next_look_at = keep(problem), timezone.now() + wait
    RecordingJob.objects.filter(pk=job.pk).exclude(state__in=ENDED).update(
        blocked=job.blocked, next_look_at=job.next_look_at
    )
    return job
