"""The control prefix: log, counts, clock, reset, and who may use it."""

from __future__ import annotations

import pytest

from console.sandbox.control import Control
from console.sandbox.routing import Router
from console.sandbox.state.ids import Ids
from console.sandbox.wire import RawRequest
from tests.sandbox.caller import Caller, fetch_token, token_wish
from tests.sandbox.doubles import APP, StillWorld
from tests.sandbox.harness import ControlError, Sandbox


def test_the_log_tells_everything_but_secrets(sandbox: Sandbox, call: Caller) -> None:
    Caller(sandbox)("POST", "/v3/auth/tokens", token_wish(sandbox))
    key = "0123456789abcdef0123456789abcdef"
    wish = {"url": "https://hooks.example.com/", "auth_key": key}
    call("PUT", f"/v2/apps/{APP}/record-callback", wish)
    signed = "SDK-HMAC-SHA256 Access=AK, SignedHeaders=host, Signature=" + "ab" * 32
    answer = Caller(sandbox)("GET", "/v2/apps", query=[("a", "1")], headers={"Authorization": signed})
    entries = sandbox.requests()
    text = str(entries)
    assert sandbox.iam_password not in text
    assert key not in text
    assert "ab" * 32 not in text
    assert entries[-1]["work_ms"] > 0
    assert entries[-1]["request_id"] == answer.headers["x-request-id"] == sandbox.last_request_id
    told = {name: entries[-1][name] for name in ("method", "path", "query", "status", "operation")}
    assert told == {
        "method": "GET",
        "path": "/v2/apps",
        "query": [["a", "1"]],
        "status": 401,
        "operation": "list_apps",
    }
    assert entries[-2]["body"] == {"url": "https://hooks.example.com/", "auth_key": "***"}


def test_the_log_can_be_filtered_and_emptied(sandbox: Sandbox, call: Caller) -> None:
    call("GET", "/v2/apps")
    call("GET", f"/v2/apps/{APP}")
    call("GET", "/v2/apps/unknown")
    assert [entry["status"] for entry in sandbox.requests(operation="show_app")] == [200, 404]
    assert len(sandbox.requests(status="404")) == 1
    assert len(sandbox.control("log?limit=1")["requests"]) == 1
    sandbox.control("log", method="DELETE")
    assert sandbox.requests() == []


def test_a_reset_brings_the_beginning_back(sandbox: Sandbox, call: Caller, app_id: str) -> None:
    sandbox.fail_next("status", times=0)
    sandbox.control("permissions", {"deny": ["list_apps"]})
    sandbox.travel(1000)
    sandbox.reset(seed=7)
    assert sandbox.control("health")["seed"] == 7
    assert sandbox.control("clock")["travelled_seconds"] == 0
    assert call("GET", "/v2/apps").refusal == (401, "APIGW.0301")
    fresh = Caller(sandbox, {"X-Auth-Token": fetch_token(sandbox)})
    assert fresh("GET", "/v2/apps").json["count"] == 2
    assert sandbox.app is not None
    assert sandbox.app.cloud.world is not None
    assert sandbox.app.cloud.seed == 7


def test_the_same_seed_makes_the_same_ids(sandbox: Sandbox, call: Caller) -> None:
    first = call("POST", "/v2/apps", {"app_name": "own"}).json["app_id"]
    sandbox.reset()
    fresh = Caller(sandbox, {"X-Auth-Token": fetch_token(sandbox)})
    assert fresh("POST", "/v2/apps", {"app_name": "own"}).json["app_id"] == first


def test_a_generation_has_ids_of_its_own() -> None:
    first, second = Ids(1), Ids(1)
    assert first.next("job") == second.next("job")
    second.generation = "later"
    made = {first.next("job"), first.next("job"), second.next("job"), second.next("job")}
    assert len(made) == 4
    assert first.named("app") == second.named("app")


def test_the_clock_stands_still_and_goes_on(sandbox: Sandbox) -> None:
    before = sandbox.control("clock")["world"]
    assert sandbox.control("clock")["world"] == before
    sandbox.travel(-3600)
    assert sandbox.control("clock")["world"] == pytest.approx(before - 3600)
    went_on = sandbox.control("clock", {"frozen": False})
    assert not went_on["frozen"]
    assert went_on["world"] >= before - 3600


def test_the_clock_can_be_put_to_a_moment(sandbox: Sandbox) -> None:
    for moment in (1_777_882_530.0, 1_777_000_000.0):
        sandbox.stand_at(moment)
        assert sandbox.control("clock")["world"] == pytest.approx(moment)


def test_the_skew_shows_in_the_date_header(sandbox: Sandbox) -> None:
    sandbox.control("clock", {"skew_seconds": 400 * 86_400})
    clock = sandbox.control("clock")
    assert clock["gateway"] - clock["world"] > 399 * 86_400
    first = Caller(sandbox)("GET", "/v2/apps").headers["date"]
    sandbox.control("clock", {"skew_seconds": 0})
    assert first != Caller(sandbox)("GET", "/v2/apps").headers["date"]


def test_the_world_can_be_looked_at(sandbox: Sandbox, world: StillWorld, now: float) -> None:
    world.put(APP, "room-1", "ann", "bob", since=now - 60, until=now + 60)
    shown = {app["app_id"]: app for app in sandbox.control("world")["applications"]}
    assert len(shown) == 2
    assert shown[APP]["open_rooms"] == [
        {
            "room_id": "room-1",
            "start": int(now - 60),
            "online": 2,
            "participants": [
                {"user_id": "ann", "nickname": ""},
                {"user_id": "bob", "nickname": ""},
            ],
            "publishers": ["ann", "bob"],
        }
    ]


@pytest.mark.parametrize(
    ("peer", "status"),
    [("127.0.0.1", 200), ("127.8.8.8", 200), ("::1", 200), ("::ffff:127.0.0.1", 200)]
    + [(peer, 403) for peer in ("10.0.0.5", "192.168.1.1", "fe80::1%eth0", "::ffff:10.0.0.5", "")],
)
def test_another_machine_cannot_use_it(sandbox: Sandbox, peer: str, status: int) -> None:
    assert sandbox.app is not None
    control = Control(sandbox.app.cloud, Router(()))
    raw = RawRequest("GET", "/_control/health", {}, peer=peer)
    assert control.answer(raw, "/_control/health", {}).status == status


def test_a_page_in_a_browser_cannot_use_it(sandbox: Sandbox) -> None:
    answer = Caller(sandbox)("GET", "/_control/health", headers={"Origin": "https://example.com"})
    assert answer.status == 403


@pytest.mark.parametrize(
    ("path", "wish"),
    [
        ("unknown", None),
        ("clock", {"travel_seconds": "far"}),
        ("clock", {"frozen": 1}),
        ("clock", {"at": 5}),
        ("clock", []),
        ("quota/eat", {"cell": "unknown"}),
        ("quota/eat", {"cell": "jobs_10_per_s", "count": 0}),
        ("permissions", {"deny": "all"}),
        ("applications", {"app_id": APP, "state": "GONE"}),
        ("applications", {"app_id": "unknown", "state": "ARREARS"}),
        ("jobs/fail", {"job_id": "unknown"}),
        ("reset", {"seed": "one"}),
        ("log?limit=many", None),
        ("causes?since=yesterday", None),
        ("causes?until=nan", None),
    ],
)
def test_a_wrong_order_is_explained(sandbox: Sandbox, path: str, wish: object) -> None:
    with pytest.raises(ControlError, match="error"):
        sandbox.control(path, wish)
