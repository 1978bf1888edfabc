"""Changing and stopping a job: asked once, on record, and looked at afterwards."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from console import audit
from console.accounts.models import User
from console.connections import reads
from console.connections.client import client_for
from console.core.told import keep
from console.recording.actions.jobs import STOP_MIX, STOP_SINGLE, UPDATE_MIX, UPDATE_SINGLE
from console.recording.models import JobAction, RecordingJob
from console.recording.services.looking import get_operation, observe
from console.recording.services.starting import MAX_WAIT_SECONDS
from console.sparkrtc.answers import Answer
from console.sparkrtc.catalogue.recording import (
    STOP_MIX_JOB,
    STOP_SINGLE_JOB,
    UPDATE_MIX_JOB,
    UPDATE_SINGLE_JOB,
)
from console.sparkrtc.errors import OutcomeUnknown, SparkError
from console.sparkrtc.operation import Operation
from console.sparkrtc.permits import Lane
from console.work.looks import insert_alone, update_fields

__all__ = ["AlreadyAsked", "Changed", "acted_before", "change_layout", "change_template", "stop_job"]

_FIRST_LOOK = timedelta(seconds=2)
_Outcome = RecordingJob.Outcome


@dataclass(frozen=True)
class Changed:
    """What became of a change. repeated: the same form was sent before."""

    action: JobAction
    repeated: bool = False


class AlreadyAsked(Exception):
    """Somebody has asked to stop this job a moment ago. action: theirs."""

    def __init__(self, action: JobAction) -> None:
        super().__init__(f"{action.actor_name} has asked already")
        self.action = action


def acted_before(job: RecordingJob, form_id: str) -> JobAction | None:
    """Return the action that a form has led to already, None when it is sent for the first time."""
    try:
        pk = uuid.UUID(form_id)
    except ValueError:
        return None
    return JobAction.objects.filter(pk=pk, job=job).first()


def change_layout(
    job: RecordingJob,
    settings: Mapping[str, Any],
    *,
    actor: User | None,
    reason: str,
    form_id: uuid.UUID | None = None,
) -> Changed:
    """Change the picture of a mix that runs: panes, background pictures, how long it waits for people.

    settings: the fields of mix_param by their names on the wire; layout_template only as custom, of a job that is
    custom. Costs one call of the jobs quota. A lost answer is no error: the job is looked at, which settles it.
    Raises QuotaExhausted (with retry_after, seconds; nothing was sent), InvalidParameters (nothing was sent), or
    another SparkError when the cloud refuses or cannot be reached.
    Source: API reference, UpdateMixJob.
    """
    action = JobAction(kind=JobAction.Kind.LAYOUT, sent=dict(settings))
    body = {"mix_param": dict(settings)}
    return _act(job, action, actor, reason, form_id, UPDATE_MIX, UPDATE_MIX_JOB, body)


def change_template(
    job: RecordingJob,
    record_rule_id: str,
    *,
    actor: User | None,
    reason: str,
    form_id: uuid.UUID | None = None,
) -> Changed:
    """Record a participant by another template from the next file on. Costs and errors as for change_layout.

    When a change is allowed is not documented. Source: API reference, UpdateIndividualStreamJob.
    """
    sent = {"record_rule_id": record_rule_id}
    action = JobAction(kind=JobAction.Kind.TEMPLATE, sent=sent)
    return _act(job, action, actor, reason, form_id, UPDATE_SINGLE, UPDATE_SINGLE_JOB, {"record_param": sent})


def stop_job(
    job: RecordingJob, *, actor: User | None, reason: str, form_id: uuid.UUID | None = None
) -> Changed:
    """End a job; what it recorded stays. Costs and errors as for change_layout.

    Raises AlreadyAsked while a stop of this job is under way.
    Source: API reference, StopMixJob and StopIndividualStreamJob (answer 204).
    """
    mix = job.kind == RecordingJob.Kind.MIX
    name, operation = (STOP_MIX, STOP_MIX_JOB) if mix else (STOP_SINGLE, STOP_SINGLE_JOB)
    action = JobAction(kind=JobAction.Kind.STOP)
    return _act(job, action, actor, reason, form_id, name, operation, {})


def _act(
    job: RecordingJob,
    action: JobAction,
    actor: User | None,
    reason: str,
    form_id: uuid.UUID | None,
    name: str,
    operation: Operation,
    body: Mapping[str, Any],
) -> Changed:
    if not _claim(job, action, actor, reason, form_id):
        return Changed(JobAction.objects.get(pk=action.pk, job=job), repeated=True)
    try:
        with audit.attempt(
            name,
            actor=actor,
            connection=job.connection,
            target=audit.Target("recording job", job.job_id, job.stream_name),
            reason=reason,
            app_id=job.app_id,
            before=_state_of(job, action),
            details={"room_id": job.room_id, "user_id": job.user_id},
        ) as entry:
            update_fields(action, attempt_id=entry.attempt_id)
            answer = client_for(job.connection).call(
                operation,
                lane=Lane.CLICK,
                max_wait=MAX_WAIT_SECONDS,
                app_id=job.app_id,
                job_id=job.job_id,
                **body,
            )
            entry.request_id = answer.request_id
            entry.after = action.sent or {"asked": "stop"}
    except OutcomeUnknown as problem:
        _settle(action, _Outcome.UNKNOWN, problem)
    except SparkError as problem:
        _settle(action, _Outcome.FAILED, problem)
        raise
    else:
        _accepted(job, action, answer)
    finally:
        reads.drop(job.connection, get_operation(job), app_id=job.app_id, job_id=job.job_id)
        RecordingJob.objects.filter(pk=job.pk, next_look_at__isnull=False).update(
            next_look_at=timezone.now() + _FIRST_LOOK
        )
    return Changed(action)


def _claim(
    job: RecordingJob, action: JobAction, actor: User | None, reason: str, form_id: uuid.UUID | None
) -> bool:
    """Write down what is about to be asked; False when this very form was sent before. Raises AlreadyAsked."""
    action.pk = form_id or uuid.uuid4()
    action.job, action.actor, action.reason = job, actor, reason
    action.actor_name = str(actor)[:150] if actor else ""
    action.asked_at = timezone.now()
    return insert_alone(action, job.actions.filter(kind=JobAction.Kind.STOP, open=True), AlreadyAsked)


def _settle(action: JobAction, outcome: RecordingJob.Outcome, problem: SparkError) -> None:
    update_fields(
        action,
        outcome=outcome,
        problem=keep(problem),
        request_id=problem.request_id,
        answered_at=timezone.now(),
        open=outcome == _Outcome.UNKNOWN,
    )


def _accepted(job: RecordingJob, action: JobAction, answer: Answer[Any]) -> None:
    """Write down that the cloud took it. A change's answer shows the job; a stop is open until it is seen."""
    update_fields(
        action,
        outcome=_Outcome.ACCEPTED,
        request_id=answer.request_id,
        answered_at=timezone.now(),
        open=answer.value is None,
    )
    if answer.value is not None:
        observe(job, answer.value, answer.taken_at)


def _state_of(job: RecordingJob, action: JobAction) -> dict[str, object]:
    """What the trail keeps of a job before a change: what the change is about."""
    if action.kind == JobAction.Kind.STOP:
        return {"state": job.state, "started_at": job.started_at}
    now = {**job.settings, "record_rule_id": job.record_rule_id}
    return {name: now.get(name) for name in action.sent}
