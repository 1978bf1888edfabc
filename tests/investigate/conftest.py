"""Calls of the sandbox whose cause is known, and short ways to look at what was asked of the cloud."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from console.accounts.models import User
from console.investigate.services import keeping, remembering, searching
from console.investigate.shapes import call_key
from console.sparkrtc.permits import Lane
from tests.rooms.conftest import calls, find_room, grow_older, hostile, no_cloud, use_up  # noqa: F401  (fixtures)
from tests.sandbox.harness import Sandbox


@pytest.fixture(autouse=True)
def _a_busy_hour(busy_hour: None) -> None:
    """Every test here runs in it."""


@pytest.fixture(autouse=True)
def _nothing_from_before() -> None:
    cache.clear()
    remembering.forget_process()


@pytest.fixture(autouse=True)
def _no_spacing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests of background work follow each other at once; that they are spaced is tested elsewhere."""
    monkeypatch.setattr(keeping, "_LANE", Lane.ALERT)
    monkeypatch.setattr(searching, "_LANE", Lane.ALERT)


@dataclass(frozen=True)
class KnownCall:
    """A call of the sandbox with a known cause. at: when it hurt."""

    app_id: str
    room_id: str
    user_id: str
    peer_id: str
    name: str
    rules: tuple[str, ...]
    size: int
    start: datetime
    end: datetime
    at: datetime

    def url(self, **more: str) -> str:
        asked = {"at": call_key(self.at), "user": self.user_id, **more}
        query = "&".join(f"{name}={value}" for name, value in asked.items() if value)
        return f"/c/demo/investigate/calls/{self.app_id}/{self.room_id}/?{query}"


def known_calls(sandbox: Sandbox, hours: float = 6) -> list[KnownCall]:
    """Return the labelled calls that began within the last hours and are over."""
    assert sandbox.app is not None
    world, now = sandbox.app.cloud.world, sandbox.control("clock")["world"]
    return [
        KnownCall(
            one.app_id,
            one.room_id,
            one.user_id,
            one.peer_id,
            one.name,
            one.rules,
            one.size,
            datetime.fromtimestamp(one.start, UTC),
            datetime.fromtimestamp(one.end, UTC),
            datetime.fromtimestamp((one.since + one.until) / 2 or one.start + 60, UTC),
        )
        for one in world.labelled_calls(now - hours * 3600, now - 900, now=now)
    ]


def last_known_call(sandbox: Sandbox, name: str) -> KnownCall:
    """Return the last call of a day and more whose cause begins with a name."""
    return [one for one in known_calls(sandbox, 30) if one.name.startswith(name)][-1]


@pytest.fixture
def known(sandbox: Sandbox) -> Callable[..., KnownCall]:
    """Return a function that finds a labelled call by the beginning of its name."""

    def find(name: str, hours: float = 30) -> KnownCall:
        fitting = [one for one in known_calls(sandbox, hours) if one.name.startswith(name)]
        assert fitting, f"no call of the last {hours} hours is labelled {name}"
        return fitting[-1]

    return find


@pytest.fixture
def as_(client: Client) -> Callable[[User], Client]:
    """Return a function that signs a person in."""

    def go(user: User) -> Client:
        client.force_login(user)
        return client

    return go


def statistics(made: list[str]) -> list[str]:
    """Leave out the list of applications, which every page of the console shares and which spends another quota."""
    return [name for name in made if name != "list_apps"]


def context_of(answer: Any) -> dict[str, Any]:
    return {name: value for part in answer.context or () for name, value in part.flatten().items()}


def spoken(call: KnownCall) -> str:
    """What somebody would paste, in UTC."""
    return f"{call.user_id} could not see anybody on {call.at:%Y-%m-%d} at {call.at:%H:%M}"
