"""Adopting a job that was started elsewhere, by its id: the cloud changes nothing, the console learns of it."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from console import audit
from console.accounts.models import User
from console.audit.scrub import clean_id
from console.connections import reads
from console.connections.models import Connection
from console.recording.actions.jobs import ADOPT
from console.recording.models import RecordingJob
from console.recording.services.finding import UNSETTLED, is_the_one, settle_found
from console.recording.services.looking import observe
from console.recording.services.starting import Started
from console.sparkrtc.catalogue.recording import GET_MIX_JOB, GET_SINGLE_JOB
from console.sparkrtc.errors import NotFound
from console.sparkrtc.permits import Lane
from console.sparkrtc.replies import MixJob, SingleJob

__all__ = ["adopt_job"]

_OPERATIONS = {RecordingJob.Kind.MIX: GET_MIX_JOB, RecordingJob.Kind.SINGLE: GET_SINGLE_JOB}


def adopt_job(
    connection: Connection, app_id: str, job_id: str, *, kind: str = "", actor: User | None
) -> Started:
    """Take a job of the cloud into the console's list, by its id, and put that on record.

    kind: "mix" or "single"; empty: both are tried. A job that is known already is returned as repeated. When it is what
    a start of unknown outcome led to, it settles that start. Costs one or two shared reads of the jobs quota.
    Raises NotFound when the application has no such job, or another SparkError.
    """
    known = RecordingJob.objects.filter(connection=connection, app_id=app_id, job_id=job_id).first()
    if known is not None:
        return Started(known, repeated=True)
    found, reading = _ask(connection, app_id, job_id, kind)
    reply = reading.value
    job = _unknown_start(connection, app_id, found, reply)
    if job is None or not settle_found(job, reply, reading.taken_at, "person"):
        job, new = _written_down(connection, app_id, found, job_id, reply, actor)
        if not new:
            return Started(job, repeated=True)
        job = observe(job, reply, reading.taken_at)
    else:
        job.refresh_from_db()
    audit.record(
        ADOPT,
        actor=actor,
        connection=connection,
        target=audit.Target("recording job", job_id, job.stream_name),
        app_id=app_id,
        after={"kind": job.kind, "room_id": job.room_id, "user_id": job.user_id, "state": job.state},
        details={"settles_attempt": str(job.attempt_id)} if job.attempt_id else None,
        request_id=reading.request_id,
    )
    return Started(job)


def _ask(
    connection: Connection, app_id: str, job_id: str, kind: str
) -> tuple[RecordingJob.Kind, reads.Reading]:
    wanted = [RecordingJob.Kind(kind)] if kind else list(_OPERATIONS)
    for place, one in enumerate(wanted):
        try:
            return one, reads.read(
                connection, _OPERATIONS[one], lane=Lane.CLICK, app_id=app_id, job_id=job_id
            )
        except NotFound:
            if place == len(wanted) - 1:
                raise
    raise AssertionError("unreachable")


def _unknown_start(
    connection: Connection, app_id: str, kind: RecordingJob.Kind, reply: MixJob | SingleJob
) -> RecordingJob | None:
    unknown = RecordingJob.objects.select_related("connection").filter(
        connection=connection, app_id=app_id, kind=kind, outcome__in=UNSETTLED, job_id=""
    )
    return next((job for job in unknown[:50] if is_the_one(job, reply)), None)


def _written_down(
    connection: Connection,
    app_id: str,
    kind: RecordingJob.Kind,
    job_id: str,
    reply: object,
    actor: User | None,
) -> tuple[RecordingJob, bool]:
    now = timezone.now()
    job = RecordingJob(
        kind=kind,
        origin=RecordingJob.Origin.ADOPTED,
        connection=connection,
        app_id=app_id,
        job_id=job_id,
        room_id=clean_id(getattr(reply, "room_id", ""), 64),
        user_id=clean_id(getattr(reply, "user_id", ""), 64),
        actor=actor,
        actor_name=str(actor)[:150] if actor else "",
        outcome=RecordingJob.Outcome.ACCEPTED,
        asked_at=now,
        answered_at=now,
        next_look_at=now,
    )
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError:  # somebody adopted it at the same moment
        return RecordingJob.objects.get(connection=connection, app_id=app_id, job_id=job_id), False
    return job, True
