"""What the walk over every URL fills into addresses. A new URL with a new keyword needs a sample here.

Each sample is a function of the world of the test; it makes what the address names, so that whoever has the right gets
in rather than meets a 404.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from console import audit
from console.accounts.actions import SIGN_IN
from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.connections.models import Connection
from console.rooms.models import RoomAction

APP_ID, ROOM_ID = "app-1", "lecture-7"


@dataclass(frozen=True)
class World:
    """Who asks, and where they have a role.

    viewer: None for a stranger. place: the connection of their role, None for all.
    app_id: the application of their role, else one that they reach.
    """

    connection: Connection
    viewer: User | None
    place: Connection | None
    app_id: str


def _person(world: World) -> int:
    return User.objects.get_or_create(username="somebody", defaults={"display_name": "Somebody"})[0].pk


def _grant(world: World) -> int:
    grant, _new = RoleGrant.objects.get_or_create(
        user_id=_person(world), role=Role.SUPPORT, connection=world.place, app_id=""
    )
    return grant.pk


def _entry(world: World) -> uuid.UUID:
    where = world.place or world.connection
    return audit.record(SIGN_IN, actor=world.viewer, connection=where, app_id=world.app_id).uuid


def _room_action(world: World) -> uuid.UUID:
    action = RoomAction.objects.create(
        kind=RoomAction.Kind.REMOVE,
        connection=world.connection,
        app_id=world.app_id,
        room_id=ROOM_ID,
        actor=world.viewer,
        actor_name="somebody",
        reason="noise",
        asked_at=timezone.now(),
        outcome=RoomAction.Outcome.ACCEPTED,
    )
    return action.pk


# {keyword of the address: sample}; "<url name> <keyword>" wins over the keyword alone.
SAMPLES: dict[str, Callable[[World], Any]] = {
    "connection": lambda world: world.connection.slug,
    "app_id": lambda world: APP_ID,
    "room_id": lambda world: ROOM_ID,
    "person": _person,
    "grant": _grant,
    "entry_id": _entry,
    "action_id": _room_action,
}
