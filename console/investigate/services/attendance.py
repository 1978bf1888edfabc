"""Attendance: who was there from when to when, as a file for other programs."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, tzinfo

from django.utils import timezone

from console import audit
from console.accounts.models import User
from console.audit.exports import cell
from console.connections.models import Connection
from console.investigate.actions import ATTENDANCE
from console.investigate.shapes import Call, Session

__all__ = ["COLUMNS", "export_attendance", "filename"]

COLUMNS = (
    "user_id",
    "nickname",
    "state",
    "joined_utc",
    "left_utc",
    "joined_local",
    "left_local",
    "seconds",
    "session_id",
    "device",
    "platform",
    "sdk",
    "region",
    "isp",
)


def export_attendance(connection: Connection, call: Call, *, zone: tzinfo, actor: User) -> Iterator[str]:
    """Put on record that somebody takes the attendance list away, and return its lines as CSV.

    zone: of the local times. A session that goes on has no time of leaving, and its seconds count up to now.
    """
    audit.record(
        ATTENDANCE,
        actor=actor,
        connection=connection,
        target=audit.Target("call", call.room_id),
        app_id=call.app_id,
        details={"started_at": call.start.isoformat(), "count": len(call.life.sessions)},
    )
    return _lines(call, zone)


def _lines(call: Call, zone: tzinfo) -> Iterator[str]:
    yield "\ufeff" + _line(COLUMNS)
    for person in call.people:
        for session in person.sessions:
            yield _line(_row(session, call.now, zone))


def _row(session: Session, now: datetime, zone: tzinfo) -> list[str]:
    end = session.until(now)
    left = None if session.online or session.failed else session.left_at
    known = end is not None and session.joined_at is not None and not session.failed
    seconds = str(int((end - session.joined_at).total_seconds())) if known else ""  # type: ignore[operator]
    return [
        session.user_id,
        session.nickname,
        session.state,
        _written(session.joined_at, UTC),
        _written(left, UTC),
        _written(session.joined_at, zone),
        _written(left, zone),
        seconds,
        session.session_id,
        session.device,
        session.platform,
        session.sdk,
        session.region,
        session.isp,
    ]


def _written(moment: datetime | None, zone: tzinfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S") if moment else ""


def _line(values: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([cell(value) for value in values])
    return buffer.getvalue()


def filename(call: Call) -> str:
    """Return a name for the file."""
    safe = "".join(one if one.isalnum() or one in "-_" else "_" for one in call.room_id)[:60]
    return f"attendance-{safe}-{timezone.localtime(call.start):%Y%m%d-%H%M}.csv"
