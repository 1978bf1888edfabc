"""A sandbox of one's own per test, with a world that holds still."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.caller import Caller, fetch_token
from tests.sandbox.doubles import StillWorld
from tests.sandbox.harness import Sandbox, start_in_process


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Two applications, no rooms, no limits; the clock stands still until a test moves it."""
    running = start_in_process(StillWorld, quota="off")
    running.control("clock", {"frozen": True})
    yield running
    running.stop()


@pytest.fixture
def world(sandbox: Sandbox) -> StillWorld:
    """The world of that sandbox, to put rooms into."""
    assert sandbox.app is not None
    made = sandbox.app.cloud.world
    assert isinstance(made, StillWorld)
    return made


@pytest.fixture
def call(sandbox: Sandbox) -> Caller:
    """A client that is signed in."""
    return Caller(sandbox, {"X-Auth-Token": fetch_token(sandbox)})


@pytest.fixture
def now(sandbox: Sandbox) -> float:
    """The world's time at the start of the test."""
    return sandbox.control("clock")["world"]


@pytest.fixture
def app_id(call: Caller) -> str:
    """An application made by the test: enabled, without a template."""
    return call("POST", "/v2/apps", {"app_name": "own"}).json["app_id"]
