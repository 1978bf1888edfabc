"""Searching for a job whose start is unknown: the answer got lost, or the process that asked died.

The cloud has no list of jobs and no key that would make a second start harmless, so it is never sent again. Instead
what a job leaves is looked for (traces.py), and what was found is asked for by its id: it is ours when it was made at
that time and does what was asked for.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from console import audit
from console.connections import reads
from console.core.told import keep
from console.recording.actions import jobs as said
from console.recording.models import RecordingJob
from console.recording.services.job_settings import has_taken, settings_of
from console.recording.services.looking import get_operation, observe
from console.recording.services.traces import sources
from console.sparkrtc.errors import NotFound, SparkError
from console.sparkrtc.permits import Lane
from console.sparkrtc.replies import MixJob, SingleJob
from console.work.looks import moments_of, update_fields

__all__ = ["PLAN", "UNSETTLED", "is_the_one", "search", "settle_found"]

# Seconds after the asking. A file shows after seconds, an MP4 only when it is finished.
PLAN = (5, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600)
_APART = timedelta(seconds=120)  # the cloud's clock and ours, and the way there
_ROOM_FOR_CANDIDATES = 5
# A start that is not settled; also when nobody searches for it any more, what is found settles it.
UNSETTLED = (RecordingJob.Outcome.UNKNOWN, RecordingJob.Outcome.GIVEN_UP)
_FOUND = {"callback": said.FOUND_BY_CALLBACK, "file": said.FOUND_BY_FILE, "person": said.FOUND_BY_PERSON}


def search(job: RecordingJob) -> RecordingJob:
    """Search once for what a start of unknown outcome has led to, and plan the next search or give up.

    Costs up to two reads of other quotas for the files, and one of the jobs quota for each candidate; background lane.
    """
    problem: SparkError | None = None
    for name, source in sources():
        try:
            for trace in list(source(job, job.asked_at - _APART))[:_ROOM_FOR_CANDIDATES]:
                if _confirmed(job, trace.job_id, name):
                    job.refresh_from_db()
                    return job
        except SparkError as error:
            problem = error
    _plan(job, problem)
    return job


def is_the_one(job: RecordingJob, reply: MixJob | SingleJob) -> bool:
    """Say whether a job of the cloud is what the start led to: same place, made at that time, doing what was asked."""
    if (reply.room_id, getattr(reply, "user_id", "")) != (job.room_id, job.user_id):
        return False
    last = (job.answered_at or job.asked_at) + _APART
    made = reply.create_time
    if made is None or not job.asked_at - _APART <= made <= last:
        return False
    return has_taken(settings_of(reply), job.settings) and (
        reply.record_param.record_rule_id in ("", job.record_rule_id)
    )


def settle_found(job: RecordingJob, reply: MixJob | SingleJob, seen_at: datetime, by: str) -> bool:
    """Settle an unknown start as succeeded by a job that was found. False when another row has that job already."""
    with transaction.atomic():
        still = RecordingJob.objects.filter(pk=job.pk, outcome__in=UNSETTLED, job_id="")
        try:
            with transaction.atomic():
                settled = still.update(
                    job_id=reply.job_id, outcome=RecordingJob.Outcome.ACCEPTED, settled_by=by, problem=[]
                )
        except IntegrityError:
            return False
        if settled and job.attempt_id:
            details = {"job_id": reply.job_id, "found_by": by, "created_at": reply.create_time}
            audit.note(job.attempt_id, _FOUND[by], details, outcome="succeeded")
    job.refresh_from_db()
    observe(job, reply, seen_at)
    return True


def _confirmed(job: RecordingJob, job_id: str, by: str) -> bool:
    known = RecordingJob.objects.filter(connection=job.connection, app_id=job.app_id, job_id=job_id)
    if known.exists():
        return False
    try:
        reading = reads.read(
            job.connection, get_operation(job), lane=Lane.BACKGROUND, app_id=job.app_id, job_id=job_id
        )
    except NotFound:
        return False
    return is_the_one(job, reading.value) and settle_found(job, reading.value, reading.taken_at, by)


def _plan(job: RecordingJob, problem: SparkError | None) -> None:
    """Set when to search next. An hour later, the last search puts on record that nothing was found."""
    now = timezone.now()
    moments, before = moments_of(PLAN, job.asked_at, now, apart=2), job.looks
    update_fields(
        job,
        looks=moments.passed,
        blocked=keep(problem) if problem else [],
        looked_at=now,
        next_look_at=moments.next,
    )
    if moments.next is None and before < len(PLAN) and job.attempt_id:
        audit.note(job.attempt_id, said.NOT_FOUND)
