"""The jobs known here, from our own database alone."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from console.connections.models import Connection
from console.recording.models import JobAction, RecordingJob

__all__ = [
    "ENDED",
    "PHASES",
    "RUNNING",
    "SORTS",
    "Filters",
    "JobPage",
    "actions_of",
    "count_running",
    "find_fitting",
    "find_jobs",
    "get_job",
    "list_jobs",
    "phase_of",
    "running_twin",
    "sent_before",
]

_State, _Outcome = RecordingJob.State, RecordingJob.Outcome
ENDED = (_State.STOPPED, _State.GONE)
# Taken by the cloud, and not known to have ended.
RUNNING = Q(outcome=_Outcome.ACCEPTED) & ~Q(state__in=ENDED)
_MOST_FOUND = 4
PHASES: dict[str, Q] = {
    "running": RUNNING,
    "stopped": Q(state__in=ENDED),
    "unknown": Q(outcome__in=[_Outcome.UNKNOWN, _Outcome.ASKING]),
    "given_up": Q(outcome=_Outcome.GIVEN_UP),
    "failed": Q(outcome=_Outcome.FAILED),
}

SORTS: dict[str, tuple[str, ...]] = {
    "room": ("room_id",),
    "state": ("outcome", "state"),
    "records": ("user_id",),
    "app": ("app_id",),
    "asked": ("asked_at",),
    "by": ("actor_name",),
    "seen": ("looked_at",),
}


@dataclass(frozen=True)
class Filters:
    """What a list of jobs is narrowed to; empty: everything. phase: a key of PHASES. room_id: exactly.

    sort: a key of SORTS, with a "-" before it downwards; latest first where it says nothing.
    """

    phase: str = ""
    app_id: str = ""
    kind: str = ""
    room_id: str = ""
    sort: str = ""

    @property
    def set(self) -> bool:
        """Whether anything is filtered."""
        return bool(self.phase or self.app_id or self.kind or self.room_id)


@dataclass(frozen=True)
class JobPage:
    """One page of jobs, latest first, and how many fit altogether."""

    jobs: tuple[RecordingJob, ...]
    total: int


def list_jobs(
    connection: Connection,
    app_ids: Collection[str] | None,
    filters: Filters,
    *,
    page: int = 1,
    size: int = 50,
) -> JobPage:
    """Return one page of the jobs known here. app_ids: the applications within reach, None for all. Two queries."""
    found = find_fitting(connection, app_ids, filters)
    first = (page - 1) * size
    return JobPage(tuple(found[first : first + size]), found.count())


def find_fitting(
    connection: Connection, app_ids: Collection[str] | None, filters: Filters
) -> "QuerySet[RecordingJob]":
    """Return the jobs that the filters leave, in their order. For app_ids see list_jobs."""
    found = _within(connection, app_ids)
    if filters.phase in PHASES:
        found = found.filter(PHASES[filters.phase])
    for name in ("app_id", "kind", "room_id"):
        if value := getattr(filters, name):
            found = found.filter(**{name: value})
    columns = SORTS.get(filters.sort.removeprefix("-"), ())
    downwards = filters.sort.startswith("-")
    order = [F(name).desc(nulls_last=True) if downwards else F(name).asc(nulls_last=True) for name in columns]
    return found.order_by(*order, "-asked_at", "-pk")


def find_jobs(connection: Connection, app_ids: Collection[str] | None, wanted: str) -> list[RecordingJob]:
    """Return the few latest jobs whose id, or whose room's, is exactly what is wanted. One query."""
    exact = Q(job_id=wanted) | Q(room_id=wanted)
    return list(_within(connection, app_ids).filter(exact)[:_MOST_FOUND])


def get_job(connection: Connection, app_ids: Collection[str] | None, pk: uuid.UUID) -> RecordingJob:
    """Return a job of the connection. app_ids: those within reach, None for all. Raises RecordingJob.DoesNotExist."""
    return _within(connection, app_ids).get(pk=pk)


def sent_before(connection: Connection, app_id: str, form_id: str) -> RecordingJob | None:
    """Return the job that a form has led to already, None when it is sent for the first time."""
    try:
        pk = uuid.UUID(form_id)
    except ValueError:
        return None
    return RecordingJob.objects.filter(pk=pk, connection=connection, app_id=app_id).first()


def running_twin(
    connection: Connection, app_id: str, kind: str, room_id: str, user_id: str
) -> RecordingJob | None:
    """Return the job that runs for the same room (and participant), None where none is known."""
    same = {"app_id": app_id, "kind": kind, "room_id": room_id, "user_id": user_id}
    return RecordingJob.objects.filter(RUNNING, connection=connection, **same).first()


def count_running(connection: Connection, app_ids: Collection[str] | None, room_id: str = "") -> int:
    """Return how many jobs run, as far as the console knows. app_ids: None for all. room_id: "" for all. One query."""
    found = _within(connection, app_ids).filter(RUNNING)
    return (found.filter(room_id=room_id) if room_id else found).count()


def actions_of(job: RecordingJob) -> list[JobAction]:
    """Return what was done to a job from here, latest first. One query."""
    return list(job.actions.all()[:100])


def phase_of(job: RecordingJob) -> str:
    """Return where a job is: a key of PHASES."""
    if job.outcome == _Outcome.FAILED:
        return "failed"
    if job.outcome == _Outcome.GIVEN_UP:
        return "given_up"
    if job.outcome in (_Outcome.UNKNOWN, _Outcome.ASKING):
        return "unknown"
    return "stopped" if job.state in ENDED else "running"


def _within(connection: Connection, app_ids: Collection[str] | None) -> "QuerySet[RecordingJob]":
    known = RecordingJob.objects.filter(connection=connection)
    return known if app_ids is None else known.filter(app_id__in=list(app_ids))
