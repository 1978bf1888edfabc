"""What arrived from the cloud, for the inbox and for whoever looks for the traces of a recording. Asks nobody."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from console.connections.models import Connection
from console.recording.models import CallbackDelivery, RecordingJob
from console.recording.shapes.callbacks import Delivered

__all__ = [
    "Wanted",
    "find_by_object",
    "find_deliveries",
    "get_delivery",
    "job_row",
    "last_heard",
    "list_deliveries",
    "stored_deliveries",
    "was_turned_away",
]

_MOST = 1000
Verdict = CallbackDelivery.Verdict


@dataclass(frozen=True)
class Wanted:
    """What is looked for; empty fields look for nothing. start is in it, end is not; both aware.

    app_ids: None means every application. text: any part of a job, room, stream, object or event.
    """

    app_ids: Collection[str] | None = None
    verdict: str = ""
    event_type: str = ""
    job_id: str = ""
    room_id: str = ""
    text: str = ""
    start: datetime | None = None
    end: datetime | None = None

    def condition(self) -> Q:
        """Return the condition on deliveries."""
        exact: dict[str, Any] = {
            "verdict": self.verdict,
            "event_type": self.event_type,
            "job_id": self.job_id,
            "room_id": self.room_id,
            "received_at__gte": self.start,
            "received_at__lt": self.end,
        }
        found = Q(**{name: value for name, value in exact.items() if value not in ("", None)})
        if self.app_ids is not None:
            found &= Q(app_id__in=list(self.app_ids))
        if self.text:
            parts = ("job_id", "room_id", "stream_name", "obs_object", "event_type")
            anywhere = Q()
            for name in parts:
                anywhere |= Q(**{f"{name}__icontains": self.text})
            found &= anywhere
        return found


def find_deliveries(
    connection: Connection,
    app_id: str,
    *,
    job_id: str = "",
    room_id: str = "",
    stream_name: str = "",
    start: datetime | None = None,
    end: datetime | None = None,
    with_unverified: bool = False,
    most: int = _MOST,
) -> list[Delivered]:
    """Return the notifications about an application's recordings, oldest first: of a job, a room, a stream, a time.

    Samples sent from here are left out, and so is what was refused. with_unverified: also what came while no key was
    known here; `verified` tells them apart. start, end: aware; when it was received. most: the oldest so many.
    One query.
    """
    found = CallbackDelivery.objects.filter(connection=connection, app_id=app_id, test=False)
    verdicts = [Verdict.VERIFIED, Verdict.UNVERIFIED] if with_unverified else [Verdict.VERIFIED]
    wanted = Wanted(job_id=job_id, room_id=room_id, start=start, end=end)
    found = found.filter(wanted.condition(), verdict__in=verdicts)
    if stream_name:
        found = found.filter(stream_name=stream_name)
    return [_delivered(row) for row in found.defer("body").order_by("received_at", "id")[:most]]


def last_heard(connection: Connection, app_id: str) -> datetime | None:
    """Return when anything about an application arrived last, whatever was made of it; None when nothing has."""
    found = CallbackDelivery.objects.filter(connection=connection, app_id=app_id, test=False)
    return found.values_list("received_at", flat=True).first()


def was_turned_away(
    connection: Connection, app_id: str, *, job_id: str = "", room_id: str = "", start: datetime | None = None
) -> bool:
    """Say whether a notification about a job or a room came that could not be verified. One query."""
    wanted = Wanted(job_id=job_id, room_id=room_id, start=start)
    found = CallbackDelivery.objects.filter(
        wanted.condition(), connection=connection, app_id=app_id, test=False
    )
    return found.exclude(verdict=Verdict.VERIFIED).exists()


def find_by_object(connection: Connection, bucket: str, name: str) -> Delivered | None:
    """Return the latest verified notification about a stored file, None when none told of it. One query."""
    found = CallbackDelivery.objects.filter(
        connection=connection, verdict=Verdict.VERIFIED, obs_bucket=bucket, obs_object=name, test=False
    )
    row = found.defer("body").first()
    return _delivered(row) if row else None


def job_row(connection: Connection, app_id: str, job_id: str) -> uuid.UUID | None:
    """Return under which id this console knows a job, None when it does not. One query."""
    known = RecordingJob.objects.filter(connection=connection, app_id=app_id, job_id=job_id)
    return known.values_list("pk", flat=True).first() if job_id else None


def list_deliveries(connection: Connection, wanted: Wanted) -> "QuerySet[CallbackDelivery]":
    """Return the deliveries that are looked for, latest first, without their bodies; for paging."""
    return CallbackDelivery.objects.filter(wanted.condition(), connection=connection).defer("body")


def get_delivery(
    connection: Connection, app_ids: Collection[str] | None, delivery_id: int
) -> CallbackDelivery | None:
    """Return one delivery with its body, None when it is not there or not for that viewer."""
    found = CallbackDelivery.objects.filter(connection=connection, pk=delivery_id)
    if app_ids is not None:
        found = found.filter(app_id__in=list(app_ids))
    return found.first()


def stored_deliveries(connection: Connection) -> bool:
    """Say whether anything has arrived at all."""
    return CallbackDelivery.objects.filter(connection=connection).exists()


def _delivered(row: CallbackDelivery) -> Delivered:
    return Delivered(
        id=row.pk,
        app_id=row.app_id,
        received_at=row.received_at,
        verified=row.verdict == Verdict.VERIFIED,
        event_type=row.event_type,
        job_id=row.job_id,
        room_id=row.room_id,
        stream_name=row.stream_name,
        record_format=row.record_format,
        obs_bucket=row.obs_bucket,
        obs_object=row.obs_object,
        file_bytes=row.file_bytes,
        duration_seconds=row.duration_seconds,
        started_at=row.started_at,
        ended_at=row.ended_at,
        detail=row.detail,
        repeats=row.repeats,
    )
