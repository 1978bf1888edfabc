"""Taking the list of jobs away: on record, and exactly what the page's filters leave."""

from collections.abc import Collection
from datetime import datetime

from console import audit
from console.accounts.models import User
from console.audit.tables import as_table
from console.connections.models import Connection
from console.recording.actions.jobs import EXPORT
from console.recording.models import RecordingJob
from console.recording.services.jobs import Filters, find_fitting, phase_of

__all__ = ["COLUMNS", "MOST_ROWS", "export_jobs"]

MOST_ROWS = 20_000
COLUMNS = (
    "job_id",
    "kind",
    "app_id",
    "room_id",
    "user_id",
    "state",
    "stop_reason",
    "asked_at",
    "started_at",
    "stopped_at",
    "seen_at",
    "origin",
    "by",
    "reason",
    "recording_template",
    "stream",
)


def export_jobs(
    connection: Connection, app_ids: Collection[str] | None, filters: Filters, *, actor: User | None
) -> str:
    """Put on record that somebody takes the list away, and return it as CSV: 20,000 rows at most, times in UTC."""
    found = list(find_fitting(connection, app_ids, filters)[:MOST_ROWS])
    audit.record(
        EXPORT,
        actor=actor,
        connection=connection,
        target=audit.Target("list", "recording jobs"),
        app_id=filters.app_id,
        details={
            "rows": len(found),
            "state": filters.phase,
            "kind": filters.kind,
            "room_id": filters.room_id,
        },
    )
    return as_table(COLUMNS, (_row(job) for job in found))


def _row(job: RecordingJob) -> tuple[object, ...]:
    return (
        job.job_id,
        job.kind,
        job.app_id,
        job.room_id,
        job.user_id,
        phase_of(job),
        job.stop_reason,
        _iso(job.asked_at),
        _iso(job.started_at),
        _iso(job.stopped_at),
        _iso(job.looked_at),
        job.origin,
        job.actor_name,
        job.reason,
        job.record_rule_id,
        job.stream_name,
    )


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
