"""Traces of a job among the notifications that arrived; see traces.py."""

from collections.abc import Iterator
from datetime import datetime

from console.recording.models import RecordingJob
from console.recording.services.deliveries import find_deliveries
from console.recording.services.traces import Trace, stream_of

__all__ = ["in_inbox"]


def in_inbox(job: RecordingJob, since: datetime) -> Iterator[Trace]:
    """Yield the jobs of whose streams verified notifications told. One query, no call."""
    pattern = stream_of(job)
    seen: set[str] = set()
    for told in find_deliveries(job.connection, job.app_id, room_id=job.room_id, start=since):
        if told.job_id and told.job_id not in seen and pattern.search(told.stream_name):
            seen.add(told.job_id)
            yield Trace(told.job_id, told.stream_name, told.received_at)
