"""Starting a recording: written down, put on record, sent once."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from console import audit
from console.accounts.models import User
from console.audit.scrub import clean_id
from console.connections.client import client_for
from console.connections.models import Connection
from console.core.told import keep
from console.recording.actions.jobs import START_MIX, START_SINGLE
from console.recording.models import RecordingJob
from console.recording.services.finding import PLAN
from console.recording.services.looking import LEASE, observe
from console.sparkrtc.answers import Answer
from console.sparkrtc.catalogue.recording import START_MIX_JOB, START_SINGLE_JOB
from console.sparkrtc.errors import OutcomeUnknown, SparkError
from console.sparkrtc.operation import Operation
from console.sparkrtc.permits import Lane
from console.work.looks import insert_once, update_fields

__all__ = ["MAX_WAIT_SECONDS", "Started", "start_mix_job", "start_single_job"]

# A click waits this long for a permit, and no longer: what cannot be sent now is not sent later by surprise.
MAX_WAIT_SECONDS = 3.0


@dataclass(frozen=True)
class Started:
    """What became of a wish to record. repeated: the same form was sent before."""

    job: RecordingJob
    repeated: bool = False


def start_mix_job(
    connection: Connection,
    app_id: str,
    room_id: str,
    settings: Mapping[str, Any],
    record_rule_id: str,
    *,
    actor: User | None,
    reason: str,
    form_id: uuid.UUID | None = None,
) -> Started:
    """Start recording a whole room into one picture.

    settings: the fields of mix_param by their names on the wire, without room_id; of sound alone no picture's fields.
    record_rule_id: the template that says where the files go. form_id: of the form; the same one never starts twice.
    Costs one call of the jobs quota. An answer that got lost is not an error here: the job's outcome is then unknown,
    and it is searched for in the background.
    Raises QuotaExhausted (with retry_after, seconds; nothing was sent), InvalidParameters (nothing was sent), or
    another SparkError when the cloud refuses or cannot be reached.
    Source: API reference, CreateMixJob.
    """
    job = _draft(connection, app_id, RecordingJob.Kind.MIX, room_id, "", settings, record_rule_id)
    body = {"mix_param": {"room_id": room_id, **settings}}
    return _start(job, actor, reason, form_id, START_MIX, audit.Target("room", room_id), START_MIX_JOB, body)


def start_single_job(
    connection: Connection,
    app_id: str,
    room_id: str,
    user_id: str,
    settings: Mapping[str, Any],
    record_rule_id: str,
    *,
    actor: User | None,
    reason: str,
    form_id: uuid.UUID | None = None,
) -> Started:
    """Start recording one participant.

    settings: is_record_audio, video_type (always sent: without it the reference contradicts itself),
    select_stream_type, max_idle_time (5 to 43,200 s). The rest, the costs and the errors are as for start_mix_job.
    Source: API reference, CreateIndividualStreamJob.
    """
    job = _draft(connection, app_id, RecordingJob.Kind.SINGLE, room_id, user_id, settings, record_rule_id)
    body = {"room_id": room_id, "user_id": user_id, **settings}
    target = audit.Target("participant", user_id)
    return _start(job, actor, reason, form_id, START_SINGLE, target, START_SINGLE_JOB, body)


def _draft(
    connection: Connection,
    app_id: str,
    kind: RecordingJob.Kind,
    room_id: str,
    user_id: str,
    settings: Mapping[str, Any],
    record_rule_id: str,
) -> RecordingJob:
    return RecordingJob(
        kind=kind,
        connection=connection,
        app_id=app_id,
        room_id=room_id,
        user_id=user_id,
        settings=dict(settings),
        record_rule_id=record_rule_id,
    )


def _start(
    job: RecordingJob,
    actor: User | None,
    reason: str,
    form_id: uuid.UUID | None,
    name: str,
    target: audit.Target,
    operation: Operation,
    body: Mapping[str, Any],
) -> Started:
    if not _claim(job, actor, reason, form_id):
        return Started(RecordingJob.objects.get(pk=job.pk, connection=job.connection), repeated=True)
    try:
        with audit.attempt(
            name,
            actor=actor,
            connection=job.connection,
            target=target,
            reason=reason,
            app_id=job.app_id,
            details=_on_record(job),
        ) as entry:
            update_fields(job, attempt_id=entry.attempt_id)
            answer = client_for(job.connection).call(
                operation,
                lane=Lane.CLICK,
                max_wait=MAX_WAIT_SECONDS,
                app_id=job.app_id,
                record_param={"record_rule_id": job.record_rule_id},
                **body,
            )
            entry.request_id = answer.request_id
            entry.after = {"job_id": answer.value.job_id, "state": answer.value.state}
    except OutcomeUnknown as problem:
        _settle(job, RecordingJob.Outcome.UNKNOWN, problem)
    except SparkError as problem:
        _settle(job, RecordingJob.Outcome.FAILED, problem)
        raise
    else:
        job = _taken(job, answer)
    return Started(job)


def _claim(job: RecordingJob, actor: User | None, reason: str, form_id: uuid.UUID | None) -> bool:
    """Write down what is about to be asked; False when this very form was sent before."""
    now = timezone.now()
    job.pk = form_id or uuid.uuid4()
    job.actor, job.actor_name, job.reason = actor, str(actor)[:150] if actor else "", reason
    job.asked_at, job.next_look_at = now, now + LEASE
    return insert_once(job)


def _settle(job: RecordingJob, outcome: RecordingJob.Outcome, problem: SparkError) -> None:
    now = timezone.now()
    unknown = outcome == RecordingJob.Outcome.UNKNOWN
    update_fields(
        job,
        outcome=outcome,
        problem=keep(problem),
        request_id=problem.request_id,
        answered_at=now,
        next_look_at=now + timedelta(seconds=PLAN[0]) if unknown else None,
    )


def _taken(job: RecordingJob, answer: Answer[Any]) -> RecordingJob:
    """Write down the job that the cloud made. An answer without its id, or with that of another job, is as good as
    none: it is searched for."""
    now = timezone.now()
    told = {
        "request_id": answer.request_id,
        "answered_at": now,
        "next_look_at": now + timedelta(seconds=PLAN[0]),
    }
    job_id = clean_id(answer.value.job_id, 64)
    try:
        with transaction.atomic():
            outcome = RecordingJob.Outcome.ACCEPTED if job_id else RecordingJob.Outcome.UNKNOWN
            update_fields(job, outcome=outcome, job_id=job_id, **told)
    except IntegrityError:
        job_id = ""
        update_fields(job, outcome=RecordingJob.Outcome.UNKNOWN, job_id=job_id, **told)
    return observe(job, answer.value, answer.taken_at) if job_id else job


def _on_record(job: RecordingJob) -> dict[str, object]:
    """What is asked for, as the trail keeps it from before anything is sent."""
    return {
        "room_id": job.room_id,
        "user_id": job.user_id,
        "record_rule_id": job.record_rule_id,
        "settings": job.settings,
    }
