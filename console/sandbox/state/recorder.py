"""Let jobs live: start, record, fall idle, end - as the world's clock goes on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from console.sandbox.clock import iso_seconds
from console.sandbox.state.automatic import AutomaticRecording
from console.sandbox.state.buckets import Bucket, StoredObject
from console.sandbox.state.jobs import INIT_SECONDS, Job
from console.sandbox.state.tape import FILE_COMPLETE, Event, Tape

if TYPE_CHECKING:
    from console.sandbox.cloud import Cloud

__all__ = ["Recorder"]

_LONGEST_WAY = 400  # looks at the world during one journey through time
_RECORDING_OVER = "CLOUD_RECORD_SERVER_OVER"


class Recorder:
    """Advance every running job by looking at the world from time to time, at least once a second.

    A journey of hours is taken in at most 400 looks. Its callers hold the cloud's lock.
    """

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._automatic = AutomaticRecording(cloud)
        self._seen = cloud.clock()

    def advance(self, now: float) -> None:
        """Bring every job up to now; what has been seen later already stays as it is."""
        step = max(1.0, (now - self._seen) / _LONGEST_WAY)
        while self._seen < now:
            self._seen = min(self._seen + step, now)
            self._look(self._seen)

    def rewind(self, now: float) -> None:
        """Go on from an earlier moment: the world has travelled back."""
        self._seen = now

    def stop(self, job: Job, reason: str, at: float) -> None:
        """End a job."""
        self._cloud.jobs.end(job, reason, at)
        if job.tape is not None:
            self._tell(job, job.tape.end(at))
            self._tell(job, [Event(_RECORDING_OVER, at)])

    def change_tape(self, job: Job, tape: Tape | None, at: float) -> None:
        """Let a job go on with another tape; the files of the old one are finished and stay."""
        if job.tape is not None:
            self._tell(job, job.tape.end(at))
            job.old_tapes.append(job.tape)
        job.tape = tape

    def objects_in(self, bucket: Bucket, prefix: str, now: float) -> Iterator[StoredObject]:
        """Return what jobs have left in a bucket by now, of names that begin with the prefix."""
        for job in self._cloud.jobs:
            for tape in (*job.old_tapes, job.tape):
                if tape is not None and self._bucket_of(tape) is bucket:
                    yield from tape.objects(prefix, now)

    def _look(self, at: float) -> None:
        self._automatic.look(at)
        seen: dict[tuple[str, str], frozenset[str]] = {}
        for job in self._cloud.jobs.running():
            begins = job.created + INIT_SECONDS
            if job.state == "INIT" and begins <= at:
                job.state, job.changed = "RUNNING", begins
                self._record(job, begins, self._publishers(job, begins))
            if job.state == "RUNNING":
                place = (job.app_id, job.room_id)
                if place not in seen:
                    seen[place] = self._publishers(job, at)
                self._record(job, at, seen[place])

    def _publishers(self, job: Job, at: float) -> frozenset[str]:
        return frozenset(self._cloud.world.publishers(job.app_id, job.room_id, at))

    def _record(self, job: Job, at: float, publishers: frozenset[str]) -> None:
        receiving = job.user_id in publishers if job.user_id else bool(publishers)
        if job.tape is not None:
            bucket = self._bucket_of(job.tape)
            writable = bucket is not None and bucket.writable
            self._tell(job, job.tape.step(at, receiving=receiving, writable=writable))
        if receiving:
            job.idle_since = None
            return
        if job.idle_since is None:
            job.idle_since = at
        if at - job.idle_since >= job.max_idle_seconds:
            self.stop(job, "EXCEED_MAX_IDLE_TIME", job.idle_since + job.max_idle_seconds)

    def _bucket_of(self, tape: Tape) -> Bucket | None:
        address = tape.settings["obs_addr"]
        return self._cloud.buckets.find(address["bucket"], address["location"])

    def _tell(self, job: Job, events: list[Event]) -> None:
        callback = self._cloud.applications.get(job.app_id).callback
        if callback is None:
            return
        for event in events:
            self._cloud.notifier.send(callback, _notification(job, event))


def _notification(job: Job, event: Event) -> dict[str, Any]:
    told: dict[str, Any] = {
        "job_id": job.job_id,
        "stream_name": job.stream,
        "app_id": job.app_id,
        "room_id": job.room_id,
        "event_type": event.kind,
    }
    if event.file is None:
        return told | {"detail_message": job.stop_reason}
    told["record_format"] = event.file.kind
    if event.kind != FILE_COMPLETE:
        return told
    assert job.tape is not None
    assert event.file.ended is not None
    address = job.tape.settings["obs_addr"]
    endpoint = f"obs.{address['location']}.myhuaweicloud.com"
    seconds = event.file.ended - event.file.started
    width, height = job.picture
    return told | {
        "download_url": f"https://{address['bucket']}.{endpoint}/{event.file.name}",
        "file_size": event.file.size_kb(seconds) * 1024,
        "record_duration": round(seconds),
        "width": width,
        "height": height,
        "start_time": iso_seconds(event.file.started),
        "end_time": iso_seconds(event.file.ended),
        "obs_location": f"https://{endpoint}",
        "obs_bucket": address["bucket"],
        "obs_object": event.file.name,
        "detail_message": "OK",
    }
