"""Pages of rooms: each reads its input, asks one service, and renders."""

from console.rooms.views.acting import room_dismiss, room_remove
from console.rooms.views.detail import room_detail
from console.rooms.views.finding import find_participant, open_room
from console.rooms.views.listing import room_list
from console.rooms.views.progress import action_progress

__all__ = [
    "action_progress",
    "find_participant",
    "open_room",
    "room_detail",
    "room_dismiss",
    "room_list",
    "room_remove",
]
