"""Rooms: removing people, dismissing."""

from __future__ import annotations

import pytest

from tests.sandbox.caller import Caller
from tests.sandbox.doubles import APP, StillWorld

REMOVE = f"/v2/apps/{APP}/rooms/room-1/batch-remove-users"
DISMISS = f"/v2/apps/{APP}/rooms/room-1/dismiss"


@pytest.fixture
def room(world: StillWorld, now: float) -> None:
    """An open room with two people."""
    world.put(APP, "room-1", "ann", "bob", since=now - 60, until=now + 3600)


@pytest.mark.usefixtures("room")
def test_people_are_asked_to_leave(call: Caller, world: StillWorld) -> None:
    answer = call("POST", REMOVE, {"user_ids": ["ann", "not-there"]})
    assert (answer.status, answer.body) == (202, b"")
    assert world.calls == [("remove", APP, "room-1", ("ann", "not-there"))]


@pytest.mark.usefixtures("room")
@pytest.mark.parametrize("ids", [[], "ann", [7], ["a b"], ["x" * 65], [""], [None], {"ann": 1}])
def test_bad_ids_are_refused(call: Caller, world: StillWorld, ids: object) -> None:
    assert call("POST", REMOVE, {"user_ids": ids}).refusal == (400, "RTC.00001003")
    assert world.calls == []


@pytest.mark.usefixtures("room")
@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (b"{", "application/json", "RTC.00001002"),
        (b'{"user_ids": [NaN]}', "application/json", "RTC.00001002"),
        (b"\xff", "application/json", "RTC.00001002"),
        (b"[" * 50_000, "application/json", "RTC.00001002"),
        (b'{"user_ids": ["ann"]}', "text/plain", "RTC.00001002"),
        (b'["ann"]', "application/json", "RTC.00001002"),
        (b"", "application/json", "RTC.00001002"),
        (b"{}", "application/json; charset=utf-8", "RTC.00001005"),
    ],
)
def test_a_bad_body_is_refused(call: Caller, body: bytes, kind: str, code: str) -> None:
    assert call("POST", REMOVE, body=body, headers={"Content-Type": kind}).refusal == (400, code)


@pytest.mark.usefixtures("room")
def test_a_room_is_dismissed_once(call: Caller, world: StillWorld) -> None:
    answer = call("POST", DISMISS)
    assert (answer.status, answer.body) == (202, b"")
    assert ("dismiss", APP, "room-1") in world.calls
    assert call("POST", DISMISS).refusal == (404, "RTC.00001003")


@pytest.mark.parametrize("path", [REMOVE, DISMISS])
def test_a_room_that_is_not_open_is_404(call: Caller, path: str) -> None:
    assert call("POST", path, {"user_ids": ["ann"]}).refusal == (404, "RTC.00001003")


@pytest.mark.parametrize("room_id", ["a%20room", "%E8%AF%BE", "x" * 65, "a%2Fb"])
def test_an_id_that_no_room_can_have_is_400(call: Caller, room_id: str) -> None:
    assert call("POST", f"/v2/apps/{APP}/rooms/{room_id}/dismiss").refusal == (400, "RTC.00001003")
