"""Rooms of the sandbox to act on, and short ways to look at what was asked of the cloud."""

import contextlib
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from console.accounts.models import User
from console.connections.models import Connection, SharedAnswer
from console.connections.owners import owner_of
from console.connections.permits import StoredPermits
from console.rooms.models import RoomAction
from console.rooms.services.watching import look
from console.sandbox.world.shown import Participant
from console.sparkrtc.errors import QuotaExhausted
from console.sparkrtc.operation import Operation
from console.sparkrtc.permits import Lane
from tests.sandbox.harness import Sandbox


@dataclass(frozen=True)
class OpenRoom:
    """A room that is open in the sandbox, with the ids of those inside."""

    app_id: str
    app_name: str
    room_id: str
    user_ids: tuple[str, ...]

    def url(self, more: str = "") -> str:
        return f"/c/demo/rooms/{self.app_id}/{self.room_id}/{more}"


@pytest.fixture(autouse=True)
def _nothing_from_before() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def _a_busy_hour(busy_hour: None) -> None:
    """Every test here runs in it."""


def open_rooms(sandbox: Sandbox, least: int, most: int) -> Iterator[OpenRoom]:
    """Yield the open rooms with at least and at most so many people."""
    assert sandbox.app is not None
    world, now = sandbox.app.cloud.world, sandbox.control("clock")["world"]
    for application in world.applications():
        for room in world.rooms(application.app_id, now - 12 * 3600, now + 1, "RUNNING", now=now):
            inside = tuple(world._inside(application.app_id, room.room_id, now))
            if least <= len(inside) <= most:
                yield OpenRoom(application.app_id, application.name, room.room_id, inside)


def _keeps_still(sandbox: Sandbox, room: OpenRoom) -> bool:
    assert sandbox.app is not None
    world, now = sandbox.app.cloud.world, sandbox.control("clock")["world"]
    later = [
        tuple(world._inside(room.app_id, room.room_id, now + seconds)) for seconds in (10, 20, 40, 60, 90)
    ]
    return all(inside == room.user_ids for inside in later)


def people_in(sandbox: Sandbox, room: OpenRoom) -> Sequence[Participant]:
    """Return who is in a room now."""
    assert sandbox.app is not None
    now = sandbox.control("clock")["world"]
    return sandbox.app.cloud.world.participants(
        room.app_id, now - 86_400, now + 1, now=now, room_id=room.room_id, states=["ONLINE"]
    )


def find_open_room(sandbox: Sandbox, least: int = 5, most: int = 10_000, number: int = 0) -> OpenRoom:
    """Return the numbered one of the open rooms with at least and at most so many people; first those that keep still.

    Who comes or goes while a test runs on a busy machine would be one too many.
    """
    rooms = sorted(open_rooms(sandbox, least, most), key=lambda room: not _keeps_still(sandbox, room))
    if number < len(rooms):
        return rooms[number]
    raise AssertionError(f"no open room has {least} to {most} people")


@pytest.fixture
def find_room(sandbox: Sandbox) -> Callable[..., OpenRoom]:
    """Return a function that finds an open room with at least so many people."""
    return partial(find_open_room, sandbox)


@pytest.fixture
def room(find_room: Callable[..., OpenRoom]) -> OpenRoom:
    return find_room(5, 60)


@pytest.fixture
def as_(client: Client) -> Callable[[User], Client]:
    """Return a function that signs a person in."""

    def go(user: User) -> Client:
        client.force_login(user)
        return client

    return go


@pytest.fixture
def fragment() -> dict[str, str]:
    """Headers by which htmx asks for a piece."""
    return {"HX-Request": "true", "HX-Target": "people"}


@pytest.fixture
def calls(sandbox: Sandbox) -> Callable[[], list[str]]:
    """Return a function that tells the operations asked of the cloud since it was called last."""
    seen = 0

    def since() -> list[str]:
        nonlocal seen
        made = [entry["operation"] for entry in sandbox.requests()]
        new, seen = made[seen:], len(made)
        return new

    return since


@pytest.fixture
def grow_older() -> Callable[[float], None]:
    """Return a function that makes every stored answer so many seconds older."""

    def age(seconds: float) -> None:
        for answer in SharedAnswer.objects.all():
            for name in ("asked_at", "taken_at"):
                moment = getattr(answer, name)
                setattr(answer, name, moment and moment - timedelta(seconds=seconds))
            answer.save()

    return age


@pytest.fixture
def watch(sandbox: Sandbox, grow_older: Callable[[float], None]) -> Callable[..., RoomAction]:
    """Return a function that lets an action's time pass, here and in the sandbox, and looks at its people."""

    def go(action: RoomAction, seconds: float) -> RoomAction:
        sandbox.travel(seconds)
        grow_older(seconds)
        for name in ("asked_at", "answered_at", "all_left_at"):
            moment = getattr(action, name)
            setattr(action, name, moment and moment - timedelta(seconds=seconds))
        action.save()
        look(action.pk)
        action.refresh_from_db()
        return action

    return go


@pytest.fixture
def form() -> Callable[..., dict[str, Any]]:
    """Return a function that fills the form in."""

    def fill(**more: Any) -> dict[str, Any]:
        return {"form_id": str(uuid.uuid4()), "preset": "disturbs", "words": "", **more}

    return fill


@pytest.fixture
def no_cloud(connected: Connection) -> Callable[[], None]:
    """Return a function after which nothing answers at the connection's address."""

    def cut() -> None:
        connected.endpoint = "http://127.0.0.1:9"
        connected.save()

    return cut


@pytest.fixture
def use_up(connected: Connection) -> Callable[[Operation], None]:
    """Return a function that takes every permit there is for an operation's quota."""

    def take_all(operation: Operation) -> None:
        permits = StoredPermits(owner_of(connected))
        with contextlib.suppress(QuotaExhausted):
            for _permit in range(operation.quota.limit + 1):
                permits.take(operation, lane=Lane.CLICK, max_wait=1)

    return take_all


@pytest.fixture
def crowd(find_room: Callable[..., OpenRoom]) -> OpenRoom:
    """A room so full that its people take several pages."""
    return find_room(300)


@pytest.fixture
def hostile(sandbox: Sandbox) -> Iterator[OpenRoom]:
    """A room in which somebody's nickname holds markup; in another world if nobody in this one has such a name."""
    seed = sandbox.control("health")["seed"]
    yield next(_hostile_rooms(sandbox, seed))
    sandbox.reset(seed=seed)


def _hostile_rooms(sandbox: Sandbox, seed: int) -> Iterator[OpenRoom]:
    for other in range(seed, seed + 100):
        if other != seed:
            sandbox.reset(seed=other)
        for room in open_rooms(sandbox, 20, 100):
            if any("<" in person.nickname for person in people_in(sandbox, room)):
                yield room
