"""Looking no longer for a job whose start stayed unknown. The cloud is asked nothing; whatever it does goes on."""

import uuid

from django.db import transaction
from django.utils import timezone

from console import audit
from console.accounts.models import User
from console.recording.actions.jobs import GIVE_UP
from console.recording.models import JobAction, RecordingJob
from console.work.looks import insert_once

__all__ = ["StillSearched", "can_be_given_up", "give_up"]

_Outcome = RecordingJob.Outcome


class StillSearched(Exception):
    """The job is still searched for by itself, or its start has been settled meanwhile; nothing was changed."""


def can_be_given_up(job: RecordingJob) -> bool:
    """Say whether the searching has ended without telling anything."""
    return job.outcome == _Outcome.UNKNOWN and job.next_look_at is None


def give_up(
    job: RecordingJob, *, actor: User | None, reason: str, form_id: uuid.UUID | None = None
) -> JobAction:
    """Write down, and put on record, that nobody looks for the job any more; return what was written down.

    A notification or a person may tell of it all the same; that settles the start as before. form_id: of the form; the
    same one never acts twice. Raises StillSearched.
    """
    now = timezone.now()
    action = JobAction(
        pk=form_id or uuid.uuid4(),
        job=job,
        kind=JobAction.Kind.GIVE_UP,
        actor=actor,
        actor_name=str(actor)[:150] if actor else "",
        reason=reason,
        outcome=_Outcome.ACCEPTED,
        open=False,
        asked_at=now,
        answered_at=now,
    )
    with transaction.atomic():
        if not insert_once(action):
            return JobAction.objects.get(pk=action.pk, job=job)
        unknown = RecordingJob.objects.filter(pk=job.pk, outcome=_Outcome.UNKNOWN, next_look_at=None)
        if not unknown.update(outcome=_Outcome.GIVEN_UP):
            raise StillSearched
        action.attempt_id = audit.record(
            GIVE_UP,
            actor=actor,
            connection=job.connection,
            target=audit.Target("participant", job.user_id)
            if job.user_id
            else audit.Target("room", job.room_id),
            app_id=job.app_id,
            reason=reason,
            details={"room_id": job.room_id, "of_attempt": str(job.attempt_id), "searches": job.looks},
        ).uuid
        JobAction.objects.filter(pk=action.pk).update(attempt_id=action.attempt_id)
    return action
