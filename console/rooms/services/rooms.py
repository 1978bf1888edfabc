"""Rooms as the cloud lists them."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from console.connections.ages import Age
from console.connections.asking import read_or_before
from console.connections.models import Connection
from console.rooms.shapes import Room, RoomPage, RoomUses
from console.rooms.windows import LONGEST_DAYS, Window
from console.sparkrtc.catalogue.rooms import LIST_ROOMS
from console.sparkrtc.permits import Lane
from console.sparkrtc.replies import Room as Reply

__all__ = ["get_room_uses", "list_rooms"]

STATES = {"open": "RUNNING", "closed": "CLOSED"}
_MOST_USES = 100


def list_rooms(
    connection: Connection,
    app_id: str,
    window: Window,
    *,
    state: str = "",
    room_id: str = "",
    page: int = 1,
    size: int = 50,
    lane: Lane = Lane.PAGE,
    fresh_after: datetime | None = None,
) -> RoomPage:
    """Return one page of the rooms that began in the window, in the cloud's order. One call, shared.

    state: "open" or "closed", anything else is both. room_id: exactly this one, empty for all. page: from 1.
    fresh_after: the answer must not be older than this.
    Raises QuotaExhausted (with retry_after) or another SparkError when nothing is stored and the cloud gives nothing.
    """
    asked: dict[str, Any] = {
        "app_id": app_id,
        "limit": size,
        "offset": (page - 1) * size,
        **window.parameters(),
    }
    if state in STATES:
        asked["state"] = STATES[state]
    if room_id:
        asked["room_id"] = room_id
    reading = read_or_before(
        connection, LIST_ROOMS, asked, _with(asked, window.before), lane=lane, fresh_after=fresh_after
    )
    rooms = tuple(_room(reply) for reply in reading.value.rooms)
    return RoomPage(rooms, reading.value.total, Age.of(reading))


def get_room_uses(
    connection: Connection,
    app_id: str,
    room_id: str,
    *,
    lane: Lane = Lane.PAGE,
    fresh_after: datetime | None = None,
) -> RoomUses:
    """Return every use of a room id in the last 90 days, latest first; empty for an unknown room. One call, shared.

    fresh_after: the answer must not be older than this.
    Raises QuotaExhausted or another SparkError when nothing usable is stored and the cloud gives nothing.
    """
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    window = Window("90d", today - timedelta(days=LONGEST_DAYS - 1), None)
    asked = {"app_id": app_id, "room_id": room_id, "limit": _MOST_USES, **window.parameters()}
    reading = read_or_before(
        connection, LIST_ROOMS, asked, _with(asked, window.before), lane=lane, fresh_after=fresh_after
    )
    uses = [_room(reply) for reply in reading.value.rooms if reply.room_id == room_id]
    return RoomUses(tuple(sorted(uses, key=_began, reverse=True)), Age.of(reading))


def _with(asked: dict[str, Any], window: Window | None) -> dict[str, Any] | None:
    return asked | window.parameters() if window else None


def _began(room: Room) -> float:
    return room.opened_at.timestamp() if room.opened_at else 0.0


def _room(reply: Reply) -> Room:
    return Room(
        reply.app_id,
        reply.room_id,
        reply.state == STATES["open"],
        reply.start_time,
        reply.end_time,
        reply.duration_seconds,
    )
