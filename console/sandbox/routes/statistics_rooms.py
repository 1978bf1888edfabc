"""Statistics: the list of rooms and the list of users."""

from __future__ import annotations

from json.encoder import encode_basestring as _quoted
from typing import Any

from console.sandbox.clock import iso_seconds
from console.sandbox.cloud import Cloud
from console.sandbox.http_types import Reply, Request, Route, page_of
from console.sandbox.routes.statistics_parameters import CELL, DAY, Question, Window
from console.sandbox.world import Participant, Room

__all__ = ["ROUTES"]

_LONGEST = 90 * DAY
_ROOM_STATES = ("RUNNING", "CLOSED")
_USER_STATES = ("FAIL", "ONLINE", "OFFLINE")


def list_rooms(request: Request, cloud: Cloud) -> Reply:
    """List the rooms that began in a window, newest first (the order is not documented).

    Call data older than 90 days is deleted. Source: API reference, ListRtcRoomList.
    """
    asked = Question(request, cloud)
    room_id, page = asked.room_id(), asked.page()
    state = asked.choice("state", _ROOM_STATES) if asked.optional("state") is not None else None
    window = _kept(asked)
    rows = asked.world.rooms(asked.app_id, window.start, window.end, state, room_id, now=asked.now)
    return Reply(
        200,
        {
            "total": len(rows),
            "limit": page.limit,
            "offset": page.offset,
            "room_info_list": [_room(room) for room in page.of(rows)],
        },
    )


def list_users(request: Request, cloud: Cloud) -> Reply:
    """List who joined, or tried to, in a window: newest room first, in a room in the order of seats.

    A summary has a row per user and room, with the latest session; the nickname is compared exactly. Neither is
    documented. Call data older than 90 days is deleted. Source: API reference, ListRtcUserList.
    """
    asked = Question(request, cloud)
    room_id, page, window = asked.room_id(), asked.page(), _kept(asked)
    rows = asked.world.participants(
        asked.app_id,
        window.start,
        window.end,
        now=asked.now,
        room_id=room_id,
        user_id=asked.optional("uid"),
        nickname=asked.optional("nickname"),
        regions=asked.several("region") or None,
        isps=asked.several("isp") or None,
        states=asked.several("state", _USER_STATES) or None,
        detail=asked.choice("type", ("detail", "summary"), "summary") == "detail",
    )
    figures = {"total": len(rows), "limit": page.limit, "offset": page.offset}
    return page_of(figures, "users", map(_user_text, page.of(rows)))


def _kept(asked: Question) -> Window:
    """Return the window without what has been deleted; what begins this very second counts."""
    window = asked.window(_LONGEST)
    end = asked.now + 1 if asked.optional("end_time") is None else window.end
    return Window(max(window.start, asked.now - _LONGEST), end)


def _room(room: Room) -> dict[str, Any]:
    return {
        "domain": room.domain,
        "app": room.app_id,
        "room_id": room.room_id,
        "state": room.state,
        "duration": room.duration,
        "start_time": iso_seconds(room.start),
        "end_time": "-" if room.end is None else iso_seconds(room.end),
    }


def _user_text(person: Participant) -> str:
    """Write a row as JSON. A page has up to a thousand: making dicts of them first takes three times as long.

    Ids, states, addresses and times are plain letters and need no quoting; names and equipment do.
    """
    (
        app_id,
        domain,
        room_id,
        user_id,
        session,
        state,
        nickname,
        ip,
        region,
        isp,
        device,
        platform,
        sdk,
        joined_at,
        left_at,
    ) = person
    left = "-" if left_at is None else iso_seconds(left_at)
    return (
        f'{{"domain":"{domain}","app":"{app_id}","room_id":"{room_id}","uid":"{user_id}","session":"{session}",'
        f'"state":"{state}","nick_name":{_quoted(nickname)},"ip":"{ip}","region":{_quoted(region)},"isp":"{isp}",'
        f'"device_model":{_quoted(device)},"platform":{_quoted(platform)},"sdk":{_quoted(sdk)},'
        f'"join_time":"{iso_seconds(joined_at)}","leave_time":"{left}"}}'
    )


ROUTES = [
    Route("GET", "/v1/{project_id}/rtc/rooms", list_rooms, CELL, auth="v1"),
    Route("GET", "/v1/{project_id}/rtc/users", list_users, CELL, auth="v1"),
]
