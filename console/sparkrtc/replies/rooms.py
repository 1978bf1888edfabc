"""What the room operations answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from console.sparkrtc.reading import Reply

__all__ = [
    "Participant",
    "Participants",
    "Room",
    "Rooms",
]


class Room(Reply, frozen=True, kw_only=True):
    """A room. state: RUNNING or CLOSED; end_time is None while it is open.

    duration_seconds: the reference gives no unit; seconds are presumed.
    """

    wire: ClassVar[Mapping[str, str]] = {"app_id": "app", "duration_seconds": "duration"}

    app_id: str = ""
    room_id: str = ""
    domain: str = ""
    state: str = ""
    duration_seconds: int | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None


class Rooms(Reply, frozen=True, kw_only=True):
    """One page of rooms; total is the number that match, limit and offset those in force."""

    wire: ClassVar[Mapping[str, str]] = {"rooms": "room_info_list"}

    total: int | None = None
    limit: int | None = None
    offset: int | None = None
    rooms: tuple[Room, ...] = ()


class Participant(Reply, frozen=True, kw_only=True):
    """A participant (summary) or one of their sessions (detail).

    state: FAIL, ONLINE or OFFLINE; leave_time is None while they are in the room. ip is personal data.
    """

    wire: ClassVar[Mapping[str, str]] = {
        "app_id": "app",
        "user_id": "uid",
        "session_id": "session",
        "nickname": "nick_name",
        "sdk_version": "sdk",
    }

    app_id: str = ""
    room_id: str = ""
    user_id: str = ""
    session_id: str = ""
    domain: str = ""
    state: str = ""
    nickname: str = ""
    ip: str = ""
    region: str = ""
    isp: str = ""
    device_model: str = ""
    platform: str = ""
    sdk_version: str = ""
    join_time: datetime | None = None
    leave_time: datetime | None = None


class Participants(Reply, frozen=True, kw_only=True):
    """One page of participants; total is the number that match."""

    wire: ClassVar[Mapping[str, str]] = {"participants": "users"}

    total: int | None = None
    limit: int | None = None
    offset: int | None = None
    participants: tuple[Participant, ...] = ()
