"""A look at the world for people and tests: GET /_control/world, GET /_control/causes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from console.sandbox.cloud import Cloud, RoomView

__all__ = ["describe", "list_causes"]

_ROOMS = 5
_PARTICIPANTS = 20
_SECONDS = 86_400
_LABELLED = 200
_LABELLED_SECONDS = 3600


def describe(cloud: Cloud) -> dict[str, Any]:
    """Return the applications, a few open rooms of each with who is in them, and calls with a known cause.

    The calls are those of the last hour, the latest last, with what a diagnosis of them should say.
    """
    now = cloud.clock()
    with cloud.lock:
        applications: list[dict[str, Any]] = [
            {"app_id": app.app_id, "app_name": app.name, "state": app.state} for app in cloud.applications
        ]
    for row in applications:
        rooms = cloud.world.rooms(row["app_id"], now - _SECONDS, now, "RUNNING", now=now)
        row["open_rooms"] = [_room(cloud, row["app_id"], room, now) for room in rooms[:_ROOMS]]
    calls = cloud.world.labelled_calls(now - _LABELLED_SECONDS, now, now=now)
    return {
        "now": now,
        "seed": cloud.seed,
        "applications": applications,
        "labelled_calls": [asdict(call) for call in calls[-_LABELLED:]],
    }


def list_causes(cloud: Cloud, since: float, until: float, app_id: str) -> dict[str, Any]:
    """Return the calls with a known cause that began from one moment up to another and are over, oldest first.

    Moments are epoch seconds. app_id: "" for all applications.
    """
    now = cloud.clock()
    calls = (asdict(call) for call in cloud.world.labelled_calls(since, until, now=now))
    return {"now": now, "calls": [call for call in calls if app_id in ("", call["app_id"])]}


def _room(cloud: Cloud, app_id: str, room: RoomView, now: float) -> dict[str, Any]:
    people = cloud.world.participants(
        app_id, room.start, now, now=now, room_id=room.room_id, states=("ONLINE",)
    )
    return {
        "room_id": room.room_id,
        "start": room.start,
        "online": len(people),
        "participants": [
            {"user_id": person.user_id, "nickname": person.nickname} for person in people[:_PARTICIPANTS]
        ],
        "publishers": list(cloud.world.publishers(app_id, room.room_id, now)),
    }
