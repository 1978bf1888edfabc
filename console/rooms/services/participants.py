"""Who is or was in a room, and in which rooms a participant was."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils import timezone

from console.connections.ages import Age
from console.connections.asking import read_or_before
from console.connections.models import Connection
from console.connections.reads import Reading
from console.rooms.shapes import Crowd, Participant, Presence, Room
from console.rooms.windows import Window, use_window
from console.sparkrtc.catalogue.rooms import LIST_PARTICIPANTS
from console.sparkrtc.permits import Lane
from console.sparkrtc.replies import Participant as Reply

__all__ = ["MOST_SESSIONS", "list_participants", "list_visits"]

# How many rows the cloud gives at once is not documented. A room holds 500 joiners, so that this is one call where
# the cloud agrees; where it gives fewer, its answer shows it and the next call goes on from there.
_ROWS = 1000
MOST_SESSIONS = 2000
_MOST_CALLS = 20


def list_participants(
    connection: Connection,
    room: Room,
    presence: Presence | None = Presence.ONLINE,
    *,
    lane: Lane = Lane.PAGE,
    fresh_after: datetime | None = None,
) -> Crowd:
    """Return the sessions of one use of a room. One call per 1,000 sessions where the cloud gives so many, shared.

    presence: None for everybody who joined or tried to. At most 2,000 sessions are fetched; `total` tells of more.
    fresh_after: no answer may be older than this.
    Raises QuotaExhausted (with retry_after) or another SparkError when nothing usable is stored.
    """
    window = use_window(room.opened_at, room.closed_at, timezone.now())
    asked: dict[str, Any] = {
        "app_id": room.app_id,
        "room_id": room.room_id,
        "type": "detail",
        **window.parameters(),
    }
    if presence is not None:
        asked["state"] = [presence.value]
    readings: list[Reading] = []
    rows: list[Reply] = []
    for _call in range(_MOST_CALLS):
        page = asked | {"limit": _ROWS, "offset": len(rows)}
        readings.append(
            read_or_before(connection, LIST_PARTICIPANTS, page, lane=lane, fresh_after=fresh_after)
        )
        got = readings[-1].value
        rows.extend(got.participants)
        if not got.participants or len(rows) >= min(MOST_SESSIONS, got.total or 0):
            break
    here = [row for row in rows if _belongs(row, room)]
    return _crowd(here, readings, strangers=len(rows) - len(here))


def list_visits(
    connection: Connection, app_id: str, user_id: str, window: Window, *, page: int = 1, size: int = 50
) -> Crowd:
    """Return one page of a participant's sessions in any room of the application. One call, shared.

    Raises QuotaExhausted (with retry_after) or another SparkError when nothing usable is stored.
    """
    asked: dict[str, Any] = {"app_id": app_id, "user_id": user_id, "type": "detail"}
    asked |= {"limit": size, "offset": (page - 1) * size}
    older = asked | window.before.parameters() if window.before else None
    reading = read_or_before(connection, LIST_PARTICIPANTS, asked | window.parameters(), older)
    return _crowd(reading.value.participants, [reading])


def _belongs(row: Reply, room: Room) -> bool:
    """Whether a session is of this use of the room: the cloud is asked by the minute, and ids are used again."""
    if row.join_time is None:
        return True
    late = room.closed_at is not None and row.join_time > room.closed_at
    return not late and (room.opened_at is None or row.join_time >= room.opened_at)


def _crowd(rows: Collection[Reply], readings: list[Reading], strangers: int = 0) -> Crowd:
    # Somebody who joins between two calls shifts the rows: the same session may come twice.
    sessions = {(row.user_id, row.session_id, row.join_time): _participant(row) for row in rows}
    total = readings[-1].value.total
    more = 0 if total is None else max(0, total - strangers - len(rows))
    return Crowd(tuple(sessions.values()), len(sessions) + more, Age.of(*readings))


def _participant(reply: Reply) -> Participant:
    return Participant(
        room_id=reply.room_id,
        user_id=reply.user_id,
        session=reply.session_id,
        presence=reply.state,
        nickname=reply.nickname,
        device=reply.device_model,
        platform=reply.platform,
        sdk=reply.sdk_version,
        region=reply.region,
        isp=reply.isp,
        joined_at=reply.join_time,
        left_at=reply.leave_time,
    )
