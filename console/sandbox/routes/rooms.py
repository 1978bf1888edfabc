"""Rooms: remove participants, dismiss."""

from __future__ import annotations

from console.sandbox.checks import ROOM_ID, Body
from console.sandbox.cloud import Cloud, locked
from console.sandbox.errors import bad_value, not_found
from console.sandbox.http_types import Reply, Request, Route

__all__ = ["ROUTES"]

_CELL = "rooms_60_per_min"


@locked
def remove_users(request: Request, cloud: Cloud) -> Reply:
    """Ask participants of an open room to leave; ids of nobody in it are passed over.

    Source: API reference, RemoveUsers.
    """
    app_id, room_id = _open_room(request, cloud)
    user_ids = Body(request.json).texts("user_ids", fitting=ROOM_ID)
    cloud.world.remove(app_id, room_id, user_ids, request.received_at)
    return Reply(202)


@locked
def remove_room(request: Request, cloud: Cloud) -> Reply:
    """Ask everybody to leave an open room. Source: API reference, RemoveRoom."""
    app_id, room_id = _open_room(request, cloud)
    cloud.world.dismiss(app_id, room_id, request.received_at)
    return Reply(202)


def _open_room(request: Request, cloud: Cloud) -> tuple[str, str]:
    app_id = cloud.applications.get(request.path_params["app_id"]).app_id
    room_id = request.path_params["room_id"]
    if not ROOM_ID.fullmatch(room_id):
        raise bad_value("room_id")
    if not cloud.world.room_is_open(app_id, room_id, request.received_at):
        raise not_found("room_id")
    return app_id, room_id


ROUTES = [
    Route("POST", "/v2/apps/{app_id}/rooms/{room_id}/batch-remove-users", remove_users, _CELL),
    Route("POST", "/v2/apps/{app_id}/rooms/{room_id}/dismiss", remove_room, _CELL),
]
