"""The room operations, and the two statistics queries that list rooms and participants.

Source: API Reference, Room Management and Statistics.
"""

from __future__ import annotations

from datetime import timedelta

from console.sparkrtc.catalogue.shared import (
    APPLICATION,
    END_TIME,
    PROJECT,
    ROOM_FILTER,
    ROOM_IN_PATH,
    ROW_LIMIT,
    ROW_OFFSET,
    START_TIME,
    STATISTICS_APPLICATION,
)
from console.sparkrtc.operation import Effect, Operation, Param, in_body, in_query, text
from console.sparkrtc.quotas import ANALYTICS, ROOMS
from console.sparkrtc.replies import Participants, Rooms
from console.sparkrtc.rules import Window

__all__ = ["DISMISS_ROOM", "LIST_PARTICIPANTS", "LIST_ROOMS", "REMOVE_PARTICIPANTS"]

_LISTS_WINDOW = (Window(timedelta(days=90)),)

REMOVE_PARTICIPANTS = Operation(
    name="rooms.participant.remove",
    method="POST",
    path="/v2/apps/{app_id}/rooms/{room_id}/batch-remove-users",
    quota=ROOMS,
    effect=Effect.CHANGES,
    params=(
        APPLICATION,
        ROOM_IN_PATH,
        Param("user_ids", in_body, text, many=True, required=True, shortest=1),
    ),
    reply=None,
    success=(202,),
    source="API Reference, RemoveUsers",
    notes=(
        "202 means asked, not gone: list the participants.",
        "Nothing keeps a removed participant from joining again.",
        "How many can be named at once is open; there is no answer per participant.",
    ),
)

DISMISS_ROOM = Operation(
    name="rooms.room.dismiss",
    method="POST",
    path="/v2/apps/{app_id}/rooms/{room_id}/dismiss",
    quota=ROOMS,
    effect=Effect.CHANGES,
    params=(APPLICATION, ROOM_IN_PATH),
    reply=None,
    success=(202,),
    source="API Reference, RemoveRoom",
    notes=(
        "202 means asked, not empty: list the participants.",
        "Nothing keeps the room's id from being used again.",
    ),
)

LIST_ROOMS = Operation(
    name="rooms.room.list",
    method="GET",
    path="/v1/{project_id}/rtc/rooms",
    quota=ANALYTICS,
    effect=Effect.READS,
    params=(
        PROJECT,
        STATISTICS_APPLICATION,
        ROOM_FILTER,
        Param("state", in_query, text, choices=("RUNNING", "CLOSED")),
        START_TIME,
        END_TIME,
        ROW_LIMIT,
        ROW_OFFSET,
    ),
    rules=_LISTS_WINDOW,
    reply=Rooms,
    success=(200,),
    source="API Reference, ListRtcRoomList",
    notes=("Lists the rooms created in the window; without one, in the last hour.",),
)

LIST_PARTICIPANTS = Operation(
    name="rooms.participant.list",
    method="GET",
    path="/v1/{project_id}/rtc/users",
    quota=ANALYTICS,
    effect=Effect.READS,
    params=(
        PROJECT,
        STATISTICS_APPLICATION,
        ROOM_FILTER,
        Param("user_id", in_query, text, wire="uid", shortest=1),
        Param("nickname", in_query, text, shortest=1),
        Param("region", in_query, text, many=True, shortest=1),
        Param("isp", in_query, text, many=True, shortest=1),
        Param("state", in_query, text, many=True, choices=("FAIL", "ONLINE", "OFFLINE")),
        START_TIME,
        END_TIME,
        ROW_LIMIT,
        ROW_OFFSET,
        Param("type", in_query, text, choices=("detail", "summary"), default="summary"),
    ),
    rules=_LISTS_WINDOW,
    reply=Participants,
    success=(200,),
    source="API Reference, ListRtcUserList",
    notes=(
        "Lists who joined in the window; without one, in the last hour.",
        "summary has a row per participant, detail a row per session.",
    ),
)
