"""What ought to be recorded: the jobs known here, and the rooms of applications that record by themselves."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db.models import Q

from console.applications.shapes import ApplicationFacts
from console.connections.models import Connection
from console.recording.models import LedgerEntry, RecordingJob
from console.rooms.services.rooms import get_room_uses, list_rooms
from console.rooms.shapes import Room
from console.rooms.windows import read_window
from console.sparkrtc.errors import SparkError
from console.sparkrtc.permits import Lane

__all__ = ["FRESH_ENOUGH", "WATCHED", "fill"]

WATCHED = timedelta(days=7)  # what began earlier is not looked at any more
FRESH_ENOUGH = timedelta(minutes=2)  # an older answer is asked for again
_LANE = Lane.BACKGROUND
_MOST_JOBS = 1000
_MOST_ROOMS = 100  # of an application, at once: the latest
_MOST_UNSEEN = 10  # rooms that fell out of the window while open, asked for one by one
_State, _Source = LedgerEntry.State, LedgerEntry.Source


def fill(connection: Connection, applications: Iterable[ApplicationFacts], now: datetime) -> None:
    """Write down what ought to be recorded since the last time, and which of it has ended.

    Costs one shared read for each application that records by itself, and ten more at most; background lane. Doing it
    twice at once changes nothing. Raises SparkError when the cloud gives no rooms; the jobs are written down by then.
    """
    since = now - WATCHED
    known = {
        entry.key: entry for entry in LedgerEntry.objects.filter(connection=connection, began_at__gte=since)
    }
    _keep(known, list(_of_jobs(connection, since)))
    found: list[LedgerEntry] = []
    for facts in applications:
        if facts.automatic.on and facts.enabled:
            found += _of_rooms(connection, facts, now)
    _keep(known, found)
    _close_rooms(connection, {entry.key for entry in found}, now)


def _of_jobs(connection: Connection, since: datetime) -> Iterator[LedgerEntry]:
    jobs = RecordingJob.objects.filter(
        ~Q(job_id=""),
        connection=connection,
        outcome=RecordingJob.Outcome.ACCEPTED,
        asked_at__gte=since,
    )
    for job in jobs.order_by("-asked_at")[:_MOST_JOBS]:
        letter, ending = ("s", f"_{job.user_id}") if job.user_id else ("m", "")
        yield LedgerEntry(
            connection=connection,
            key=f"job:{job.pk}",
            source=_Source.JOB,
            recording=job,
            app_id=job.app_id,
            room_id=job.room_id,
            user_id=job.user_id,
            job_id=job.job_id,
            stream=job.stream_name or f"{letter}_{job.job_id}_{job.room_id}{ending}",
            template_id=job.record_rule_id,
            began_at=job.started_at or job.created_at or job.asked_at,
            ended_at=_end_of(job),
        )


def _end_of(job: RecordingJob) -> datetime | None:
    if job.state == RecordingJob.State.STOPPED:
        return job.stopped_at or job.looked_at
    return job.looked_at if job.state == RecordingJob.State.GONE else None


def _of_rooms(connection: Connection, facts: ApplicationFacts, now: datetime) -> Iterator[LedgerEntry]:
    """Yield the rooms that opened after automatic recording was switched on: it holds for those alone."""
    window = read_window({"range": "24h"}, now)
    listed = list_rooms(
        connection,
        facts.app_id,
        window,
        size=_MOST_ROOMS,
        lane=_LANE,
        fresh_after=now - FRESH_ENOUGH,
    )
    for room in listed.rooms:
        changed_at = facts.automatic.changed_at
        if room.opened_at is not None and (changed_at is None or room.opened_at > changed_at):
            yield LedgerEntry(
                connection=connection,
                key=_key(room),
                source=_Source.AUTOMATIC,
                app_id=facts.app_id,
                room_id=room.room_id,
                stream=f"{facts.app_id}_{room.room_id}_",
                template_id=facts.automatic.template_id,
                began_at=room.opened_at,
                ended_at=None if room.open else room.closed_at or now,
            )


def _key(room: Room) -> str:
    return f"room:{room.app_id}:{room.room_id}:{room.key}"


def _keep(known: dict[str, LedgerEntry], found: list[LedgerEntry]) -> None:
    """Add what is new, and take over what changed of what has not come yet."""
    fields = ("stream", "template_id", "ended_at", "began_at")
    new, changed = [], []
    for entry in found:
        before = known.get(entry.key)
        if before is None:
            new.append(entry)
        elif before.ended_at is not None and before.state in (_State.ARRIVED, _State.NOTHING):
            continue  # settled; of what came while it went on, the end is still to come
        elif any(getattr(before, name) != getattr(entry, name) for name in fields):
            for name in fields:
                setattr(before, name, getattr(entry, name))
            changed.append(before)
    LedgerEntry.objects.bulk_create(new, ignore_conflicts=True)
    LedgerEntry.objects.bulk_update(changed, fields)


def _close_rooms(connection: Connection, seen: set[str], now: datetime) -> None:
    """Ask for the rooms that were open when they were seen last and are not listed any more."""
    unseen = LedgerEntry.objects.filter(
        connection=connection, source=_Source.AUTOMATIC, ended_at=None, began_at__gte=now - WATCHED
    ).exclude(key__in=seen)
    for entry in unseen.exclude(state=_State.ARRIVED).order_by("began_at")[:_MOST_UNSEEN]:
        try:
            uses = get_room_uses(
                connection,
                entry.app_id,
                entry.room_id,
                lane=_LANE,
                fresh_after=now - FRESH_ENOUGH,
            )
        except SparkError:
            return
        use = next((room for room in uses.uses if _key(room) == entry.key), None)
        if use is not None and use.closed_at is not None:
            entry.ended_at = use.closed_at
            entry.save(update_fields=["ended_at"])
