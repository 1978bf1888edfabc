"""Faults on order: each kind, whom it meets, and whether the effect happened."""

from __future__ import annotations

import contextlib
import http.client
import json
import threading

import pytest

from tests.sandbox.caller import Caller
from tests.sandbox.doubles import APP, StillWorld
from tests.sandbox.harness import ControlError, Sandbox


def names(call: Caller) -> list[str]:
    """Return the names of all applications."""
    return [app["app_name"] for app in call("GET", "/v2/apps").json["apps"]]


def test_a_status_stands_for_the_effect(sandbox: Sandbox, call: Caller) -> None:
    sandbox.fail_next("status", operation="create_app", status=500, code="RTC.00002002", message="broken")
    answer = call("POST", "/v2/apps", {"app_name": "own"})
    assert answer.refusal == (500, "RTC.00002002")
    assert answer.json["error_msg"] == "broken"
    assert "own" not in names(call)
    assert call("POST", "/v2/apps", {"app_name": "own"}).status == 201


def test_a_cut_has_no_effect(sandbox: Sandbox, call: Caller) -> None:
    sandbox.fail_next("cut", method="POST", path="/v2/apps")
    with pytest.raises(http.client.RemoteDisconnected):
        call("POST", "/v2/apps", {"app_name": "own"})
    assert "own" not in names(call)


def test_a_lost_reply_has_its_effect(sandbox: Sandbox, call: Caller) -> None:
    sandbox.fail_next("lost_reply", method="POST", path="/v2/apps")
    with pytest.raises(http.client.RemoteDisconnected):
        call("POST", "/v2/apps", {"app_name": "own"})
    assert "own" in names(call)


def test_half_an_answer_has_its_effect(sandbox: Sandbox, call: Caller) -> None:
    sandbox.fail_next("half", operation="create_app")
    with pytest.raises(http.client.IncompleteRead) as caught:
        call("POST", "/v2/apps", {"app_name": "own"})
    assert caught.value.partial
    assert caught.value.expected
    assert "own" in names(call)


def test_half_of_an_answer_without_a_body_is_not_an_answer(
    sandbox: Sandbox, call: Caller, world: StillWorld, now: float
) -> None:
    world.put(APP, "room-1", "ann", since=now - 60, until=now + 60)
    sandbox.fail_next("half", operation="remove_room")
    with pytest.raises(http.client.BadStatusLine):
        call("POST", f"/v2/apps/{APP}/rooms/room-1/dismiss")
    assert ("dismiss", APP, "room-1") in world.calls


def test_garbage_is_not_json(sandbox: Sandbox, call: Caller) -> None:
    sandbox.fail_next("garbage", path="/v2/apps/*")
    answer = call("GET", f"/v2/apps/{APP}")
    assert answer.status == 200
    with pytest.raises(ValueError, match=r"decode|Expecting|control character|codec"):
        json.loads(answer.body)


def test_an_oversized_answer_is_as_long_as_was_asked(sandbox: Sandbox, call: Caller) -> None:
    sandbox.fail_next("oversize", operation="list_apps", size=3_000_000)
    answer = call("GET", "/v2/apps")
    assert len(answer.body) > 3_000_000
    assert answer.json["count"] == 2


def test_a_dripping_answer_is_whole_in_the_end(sandbox: Sandbox, call: Caller) -> None:
    sandbox.fail_next("drip", path="/v2/apps/{app_id}", seconds=0.05)
    assert call("GET", f"/v2/apps/{APP}").json["app_id"] == APP


def test_a_late_answer_has_had_its_effect_already(sandbox: Sandbox, call: Caller) -> None:
    sandbox.fail_next("delay", operation="create_app", seconds=60)
    waiting = threading.Thread(target=_ignore_loss, args=(call,), daemon=True)
    waiting.start()
    while "own" not in names(call):
        assert waiting.is_alive()
    sandbox.stop()  # a sandbox that stops does not wait for the delays it was asked for
    waiting.join(timeout=20)
    assert not waiting.is_alive()


def _ignore_loss(call: Caller) -> None:
    with contextlib.suppress(OSError, http.client.HTTPException):
        call("POST", "/v2/apps", {"app_name": "own"})


def test_times_counts_down_and_zero_means_for_ever(sandbox: Sandbox, call: Caller) -> None:
    sandbox.fail_next("status", operation="show_app", times=2)
    assert [call("GET", f"/v2/apps/{APP}").status for _ in range(3)] == [503, 503, 200]
    sandbox.fail_next("status", times=0)
    assert {call("GET", "/v2/apps").status for _ in range(5)} == {503}
    assert sandbox.control("faults")["faults"][0]["times"] is None
    sandbox.control("faults", method="DELETE")
    assert call("GET", "/v2/apps").status == 200


@pytest.mark.parametrize(
    ("match", "met"),
    [
        ({}, True),
        ({"method": "get"}, True),
        ({"method": "POST"}, False),
        ({"path": f"/v2/apps/{APP}"}, True),
        ({"path": "/v2/apps/{app_id}"}, True),
        ({"path": "/v2/*"}, True),
        ({"path": "/v2/apps"}, False),
        ({"operation": "show_app"}, True),
        ({"operation": "list_apps"}, False),
        ({"operation": "show_app", "method": "DELETE"}, False),
    ],
)
def test_a_fault_meets_what_matches(sandbox: Sandbox, call: Caller, match: dict[str, str], met: bool) -> None:
    sandbox.fail_next("status", **match)
    assert (call("GET", f"/v2/apps/{APP}").status == 503) is met


def test_the_sign_in_service_can_fail_too(sandbox: Sandbox) -> None:
    sandbox.fail_next("status", operation="create_token", status=503)
    assert Caller(sandbox)("POST", "/v3/auth/tokens", {}).status == 503
    assert Caller(sandbox)("POST", "/v3/auth/tokens", {}).status == 400


@pytest.mark.parametrize(("status", "used"), [(503, 1), (500, 1), (429, 0), (401, 0)])
def test_a_fault_spends_quota_unless_the_gateway_would_not_have(
    sandbox: Sandbox, call: Caller, status: int, used: int
) -> None:
    sandbox.control("quota", {"mode": "strict"})
    sandbox.fail_next("status", status=status)
    assert call("GET", "/v2/apps").status == status
    assert sandbox.control("quota")["cells"]["app_config_60_per_min"]["used"] == used


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"kind": "explode"},
        {"kind": "status", "status": 42},
        {"kind": "delay", "seconds": "long"},
        {"kind": "delay", "seconds": 1e9},
        {"kind": "cut", "match": "all"},
        {"kind": "cut", "times": -1},
        {"kind": "cut", "times": 1.5},
        [],
    ],
)
def test_a_wrong_order_is_explained(sandbox: Sandbox, wish: object) -> None:
    with pytest.raises(ControlError, match="error"):
        sandbox.control("faults", wish)
