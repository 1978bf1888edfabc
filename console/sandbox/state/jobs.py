"""Recording jobs: mixed, single, and those that automatic recording starts by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from console.sandbox.clock import ZERO_TIME, iso_millis
from console.sandbox.errors import job_done, job_running, jobs_exceeded, not_found
from console.sandbox.state.tape import Tape

__all__ = ["INIT_SECONDS", "MOST_JOBS", "Job", "Jobs", "Kind"]

INIT_SECONDS = 2.0
MOST_JOBS = 200  # running ones per application; the real number is not published
_MOST_ENDED = 2_000
_DESCRIPTIONS = {
    "TENANT_STOP": "stopped by the tenant",
    "EXCEED_MAX_IDLE_TIME": "nobody published for max_idle_time",
    "INTERNAL_ERROR": "the recorder failed",
}

Kind = Literal["mix", "single", "automatic"]


@dataclass
class Job:
    """One recording job.

    parameters: the fields that come back as they were sent. user_id: whose stream, empty for a mixed one.
    tape: what it records to; None without a recording template; old_tapes: by earlier ones.
    idle_since: since when nothing is published.
    key: no two jobs that go on have the same. picture: width and height, zeros for sound alone.
    """

    job_id: str
    kind: Kind
    app_id: str
    room_id: str
    stream: str
    max_idle_seconds: int
    created: float
    parameters: dict[str, Any]
    user_id: str = ""
    rule_id: str = ""
    tape: Tape | None = None
    old_tapes: list[Tape] = field(default_factory=list)
    state: str = "INIT"
    stop_reason: str = ""
    changed: float = 0.0
    stopped: float | None = None
    idle_since: float | None = None
    key: tuple[str, ...] = ()
    picture: tuple[int, int] = (0, 0)

    @property
    def is_over(self) -> bool:
        """Tell whether it has ended."""
        return self.state == "STOPPED"

    def must_go_on(self) -> None:
        """Raise the refusal RTC.00001009 when it has ended."""
        if self.is_over:
            raise job_done()

    def body(self) -> dict[str, Any]:
        """Write it as the API does."""
        told: dict[str, Any] = {
            "job_id": self.job_id,
            "stream_name": self.stream,
            "app_id": self.app_id,
            "room_id": self.room_id,
            **self.parameters,
        }
        if self.rule_id:
            told["record_param"] = {"record_rule_id": self.rule_id}
        told |= {
            "create_time": iso_millis(self.created),
            "update_time": iso_millis(self.changed),
            "state": self.state,
            "start_time": iso_millis(self.created),
            "stop_time": ZERO_TIME if self.stopped is None else iso_millis(self.stopped),
        }
        if self.stop_reason:
            told |= {"stop_reason": self.stop_reason, "description": _DESCRIPTIONS[self.stop_reason]}
        return told


class Jobs:
    """All jobs since the start. Its callers hold the cloud's lock and have brought the recorder up to date."""

    def __init__(self) -> None:
        self._known: dict[str, Job] = {}
        self._running: dict[str, Job] = {}

    def __iter__(self) -> Iterator[Job]:
        return iter(self._known.values())

    def running(self) -> list[Job]:
        """Return the jobs that have not ended."""
        return list(self._running.values())

    def get(self, kind: Kind, app_id: str, job_id: str) -> Job:
        """Return one of a kind. Raises the refusal 404, also when it is another application's."""
        job = self._known.get(job_id)
        if job is None or (job.kind, job.app_id) != (kind, app_id):
            raise not_found("job_id")
        return job

    def find(self, job_id: str) -> Job | None:
        """Return one whatever its kind and application."""
        return self._known.get(job_id)

    def add(self, job: Job) -> None:
        """Take a new job in. Raises RTC.00001006 when its key is taken, RTC.00001007 when there are too many."""
        if any(known.key == job.key for known in self._running_in(job.app_id)):
            raise job_running()
        if self.is_full(job.app_id):
            raise jobs_exceeded()
        job.changed = job.created
        self._known[job.job_id] = self._running[job.job_id] = job
        if len(self._known) > _MOST_ENDED + len(self._running):
            del self._known[next(known.job_id for known in self._known.values() if known.is_over)]

    def end(self, job: Job, reason: str, at: float) -> None:
        """Mark a job as ended."""
        job.state, job.stop_reason = "STOPPED", reason
        job.changed = job.stopped = at
        self._running.pop(job.job_id, None)

    def running_in(self, app_id: str) -> bool:
        """Tell whether an application has a job that has not ended."""
        return bool(self._running_in(app_id))

    def is_full(self, app_id: str) -> bool:
        """Tell whether an application has as many running jobs as it may have."""
        return len(self._running_in(app_id)) >= MOST_JOBS

    def uses(self, rule_id: str) -> bool:
        """Tell whether a job that has not ended records by this template."""
        return any(job.rule_id == rule_id for job in self._running.values())

    def _running_in(self, app_id: str) -> list[Job]:
        return [job for job in self._running.values() if job.app_id == app_id]
