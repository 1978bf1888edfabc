"""Background work of recording. Each noun has its own functions."""

import structlog

from console.recording.models import RecordingJob
from console.recording.services import finding, looking
from console.sparkrtc.permits import Lane

__all__ = ["look_at_jobs"]

log = structlog.get_logger(__name__)


def look_at_jobs() -> None:
    """Look at the jobs that are due: those that run, those being changed, those whose start is unknown.

    At most 20 a beat, one after the other, in the background lane; may run twice at once, as each is claimed.
    """
    for pk in looking.claim_due():
        try:
            _look_at(RecordingJob.objects.select_related("connection").get(pk=pk))
        except Exception:  # one job must not keep the others from being looked at
            log.exception("a job could not be looked at", job=str(pk))


def _look_at(job: RecordingJob) -> None:
    if job.outcome == RecordingJob.Outcome.ASKING:
        job = looking.settle_lost(job)
    if job.outcome in (RecordingJob.Outcome.UNKNOWN, RecordingJob.Outcome.GIVEN_UP):
        finding.search(job)
    elif job.outcome == RecordingJob.Outcome.ACCEPTED:
        looking.see(job, lane=Lane.BACKGROUND, fresh_after=job.looked_at)
