"""Which rooms of an application were open at a moment: where a search begins that knows nothing but when it hurt."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from console.connections import reads
from console.connections.ages import Age
from console.connections.models import Connection
from console.investigate.pasted import Moment
from console.investigate.services.finding import Found
from console.investigate.services.index import Wanted, remembered_since, seen_rooms
from console.sparkrtc.catalogue.rooms import LIST_ROOMS
from console.sparkrtc.errors import SparkError
from console.sparkrtc.permits import Lane

__all__ = ["rooms_then"]

_MOST = 100
_BEFORE = timedelta(hours=12)  # a room may have been open so long already
_HOUR, _SLACK = timedelta(hours=1), timedelta(minutes=1)
_LONGEST = timedelta(days=90)

_Use = tuple[str, str, datetime, datetime | None]


def rooms_then(
    connection: Connection, app_id: str, moment: Moment, *, scope: Collection[str] | None
) -> Found:
    """Return the uses of rooms that were going on at a moment, latest first: our index, and one shared call.

    scope: applications that the viewer may look at, None for all. Never raises SparkError: found.problem says it.
    """
    allowed = [app_id] if scope is None or app_id in scope else []
    start, end = moment.start - _SLACK, moment.end + _SLACK
    seen = seen_rooms(connection, Wanted(scope=allowed, start=start, end=end), most=_MOST)
    uses: dict[tuple[str, datetime], _Use] = {
        (one.room_id, one.opened_at): (one.app_id, one.room_id, one.opened_at, one.closed_at) for one in seen
    }
    since = remembered_since(connection)
    try:
        reading = reads.read(connection, LIST_ROOMS, lane=Lane.CLICK, **_asked(app_id, moment))
    except SparkError as problem:
        return Found(rooms=_latest_first(uses.values()), problem=problem, since=since)
    for room in reading.value.rooms:
        opened, closed = room.start_time, room.end_time
        if opened is not None and opened <= end and (closed is None or closed >= start):
            uses[room.room_id, opened] = (app_id, room.room_id, opened, closed)
    more = (reading.value.total or 0) > len(reading.value.rooms)
    return Found(rooms=_latest_first(uses.values()), age=Age.of(reading), more=more, requests=1, since=since)


def _asked(app_id: str, moment: Moment) -> dict[str, Any]:
    """Return the question, by full hours, so that everybody who comes from the same alert asks the same one."""
    now = timezone.now()
    start = max(_hour(moment.start - _BEFORE), _hour(now - _LONGEST) + _HOUR)
    end = _hour(moment.end) + _HOUR
    asked: dict[str, Any] = {"app_id": app_id, "limit": _MOST, "start_time": min(start, _hour(now))}
    return asked if end >= now else {**asked, "end_time": max(end, start + _HOUR)}


def _latest_first(uses: Collection[_Use]) -> tuple[_Use, ...]:
    return tuple(sorted(uses, key=lambda use: use[2], reverse=True))


def _hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
