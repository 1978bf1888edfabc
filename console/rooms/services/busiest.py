"""The rooms with most people, of those that somebody has just looked at: the cloud has no list with people in it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from console.connections.answers import lately
from console.connections.models import Connection
from console.rooms.shapes import Presence
from console.sparkrtc.catalogue.rooms import LIST_PARTICIPANTS

__all__ = ["LOOKED_AT", "BusyRoom", "busiest_rooms", "people_looked_at"]

LOOKED_AT = timedelta(minutes=15)


@dataclass(frozen=True)
class BusyRoom:
    """A room with the people who were in it at a moment."""

    app_id: str
    room_id: str
    people: int
    at: datetime


def busiest_rooms(
    connection: Connection, app_ids: Collection[str], now: datetime, *, most: int = 10
) -> list[BusyRoom]:
    """Return the fullest rooms of these applications, as they were when somebody looked. One query, no call."""
    full = _full_rooms(connection, app_ids, now)
    return sorted(full, key=lambda room: (-room.people, room.room_id))[:most]


def people_looked_at(
    connection: Connection, app_ids: Collection[str], start: datetime, end: datetime
) -> dict[str, int]:
    """Return how many people are in the rooms that somebody has just looked at, by application; nothing of the past.

    start, end: see applications/crowds.py. One query, no call.
    """
    now = timezone.now()
    found: dict[str, int] = {}
    if start <= now <= end:
        for room in _full_rooms(connection, app_ids, now):
            found[room.app_id] = found.get(room.app_id, 0) + room.people
    return found


def _full_rooms(connection: Connection, app_ids: Collection[str], now: datetime) -> list[BusyRoom]:
    found: dict[tuple[str, str], BusyRoom] = {}
    for asked, answer, taken_at in lately(connection, LIST_PARTICIPANTS, now - LOOKED_AT):
        app_id, room_id = str(asked.get("app_id", "")), str(asked.get("room_id", ""))
        if not room_id or app_id not in app_ids or (app_id, room_id) in found:
            continue
        online = asked.get("state") == [Presence.ONLINE.value]
        here = sum(one.state == Presence.ONLINE.value for one in answer.participants)
        people = answer.total if online and answer.total is not None else here
        if online or people:
            found[app_id, room_id] = BusyRoom(app_id, room_id, people, taken_at)
    return [room for room in found.values() if room.people]
