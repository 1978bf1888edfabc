"""Applications: names, states, pages, deletion."""

from __future__ import annotations

import pytest

from tests.sandbox import bodies
from tests.sandbox.caller import Caller, fetch_token
from tests.sandbox.doubles import APP, StillWorld
from tests.sandbox.harness import Sandbox, start_in_process


def test_a_new_application_is_enabled_and_has_a_key(call: Caller, app_id: str, world: StillWorld) -> None:
    shown = call("GET", f"/v2/apps/{app_id}")
    assert shown.status == 200
    assert shown.json["app_name"] == "own"
    assert shown.json["state"]["state"] == "ACTIVATION"
    assert len(shown.json["authentication"]["app_key"]) == 32
    assert shown.json["auto_record_mode"]["mode"] == "AUTO_RECORD_OFF"
    assert ("add_application", app_id, "own") in world.calls


@pytest.mark.parametrize("name", ["", "a b", "x" * 65, "a/b", "<b>", 7, ["own"], "tab\t"])
def test_a_bad_name_is_refused(call: Caller, name: object) -> None:
    assert call("POST", "/v2/apps", {"app_name": name}).refusal == (400, "RTC.00001003")


@pytest.mark.parametrize("name", ["a", "x" * 64, "课堂-1", "A_b-9"])
def test_a_good_name_is_taken(call: Caller, name: str) -> None:
    assert call("POST", "/v2/apps", {"app_name": name}).status == 201


@pytest.mark.parametrize("wish", [{}, {"app_name": None}])
def test_a_missing_name_is_said_to_be_missing(call: Caller, wish: object) -> None:
    assert call("POST", "/v2/apps", wish).refusal == (400, "RTC.00001005")


def test_a_name_can_be_used_once(call: Caller, app_id: str) -> None:
    assert call("POST", "/v2/apps", {"app_name": "own"}).refusal == (400, "RTC.00001020")


def test_there_can_be_twenty(call: Caller) -> None:
    for number in range(18):
        assert call("POST", "/v2/apps", {"app_name": f"app{number}"}).status == 201
    assert call("POST", "/v2/apps", {"app_name": "one-more"}).refusal == (400, "RTC.00001017")


def test_offset_counts_pages(call: Caller) -> None:
    for number in range(5):
        call("POST", "/v2/apps", {"app_name": f"app{number}"})
    pages = [call("GET", "/v2/apps", query=[("limit", "3"), ("offset", str(page))]).json for page in range(4)]
    names = [[app["app_name"] for app in page["apps"]] for page in pages]
    assert [page["count"] for page in pages] == [7, 7, 7, 7]
    assert names == [["classroom-prod", "support-desk", "app0"], ["app1", "app2", "app3"], ["app4"], []]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"),
        ("limit", "101"),
        ("limit", "ten"),
        ("limit", ""),
        ("limit", "1.0"),
        ("offset", "-1"),
        ("state", "DELETED"),
        ("state", "activation"),
    ],
)
def test_a_bad_filter_is_refused(call: Caller, name: str, value: str) -> None:
    assert call("GET", "/v2/apps", query=[(name, value)]).refusal == (400, "RTC.00001003")


def test_the_state_filter_counts_what_fits(call: Caller, app_id: str) -> None:
    call("POST", f"/v2/apps/{app_id}/disable")
    listed = call("GET", "/v2/apps", query=[("state", "DEACTIVATION")]).json
    assert [app["app_id"] for app in listed["apps"]] == [app_id]
    assert listed["count"] == 1


def test_switching_twice_changes_nothing_the_second_time(sandbox: Sandbox, call: Caller, app_id: str) -> None:
    first = call("POST", f"/v2/apps/{app_id}/disable")
    sandbox.travel(60)
    second = call("POST", f"/v2/apps/{app_id}/disable")
    assert (first.status, second.status) == (200, 200)
    assert first.json == second.json
    assert call("POST", f"/v2/apps/{app_id}/enable").json["state"]["state"] == "ACTIVATION"


def test_one_in_arrears_cannot_be_enabled(sandbox: Sandbox, call: Caller, app_id: str) -> None:
    sandbox.control("applications", {"app_id": app_id, "state": "ARREARS"})
    assert call("POST", f"/v2/apps/{app_id}/enable").refusal == (400, "RTC.00001016")
    assert call("GET", "/v2/apps", query=[("state", "ARREARS")]).json["count"] == 1


def test_only_a_disabled_application_without_jobs_can_be_deleted(call: Caller, app_id: str) -> None:
    path = f"/v2/apps/{app_id}"
    job = call("POST", f"{path}/mix-stream-jobs", bodies.mix()).json["job_id"]
    assert call("DELETE", path).refusal == (400, "RTC.00001003")
    call("POST", f"{path}/disable")
    assert call("DELETE", path).refusal == (400, "RTC.00001003")
    call("DELETE", f"{path}/mix-stream-jobs/{job}")
    deleted = call("DELETE", path)
    assert (deleted.status, deleted.body) == (204, b"")
    assert call("GET", path).refusal == (404, "RTC.00001003")


def test_a_deleted_application_takes_its_template_along(call: Caller, app_id: str) -> None:
    path = f"/v2/apps/{app_id}"
    rule_id = call("POST", f"{path}/record-rules", bodies.template()).json["rule_id"]
    call("POST", f"{path}/disable")
    assert call("DELETE", path).status == 204
    assert call("GET", f"/v2/apps/{APP}/record-rules/{rule_id}").status == 404


@pytest.mark.parametrize(
    ("method", "rest"),
    [
        ("GET", ""),
        ("DELETE", ""),
        ("POST", "/enable"),
        ("POST", "/disable"),
        ("GET", "/record-rules"),
        ("GET", "/record-rules/x"),
        ("DELETE", "/record-rules/x"),
        ("GET", "/auto-record-mode"),
        ("GET", "/record-callback"),
        ("GET", "/mix-stream-jobs/x"),
        ("DELETE", "/individual-stream-jobs/x"),
        ("POST", "/rooms/room-1/dismiss"),
    ],
)
def test_an_unknown_application_is_404_everywhere(call: Caller, method: str, rest: str) -> None:
    assert call(method, f"/v2/apps/{'0' * 32}{rest}").refusal == (404, "RTC.00001003")


@pytest.mark.parametrize(
    ("method", "rest", "wish"),
    [
        ("POST", "/record-rules", bodies.template()),
        ("PUT", "/record-rules/x", bodies.template()),
        ("PUT", "/auto-record-mode", {"mode": "AUTO_RECORD_OFF"}),
        ("PUT", "/record-callback", {"url": "https://hooks.example.com/"}),
        ("POST", "/mix-stream-jobs", bodies.mix()),
        ("POST", "/individual-stream-jobs", bodies.single()),
        ("POST", "/rooms/room-1/batch-remove-users", {"user_ids": ["ann"]}),
    ],
)
def test_an_unknown_application_is_404_for_changes_too(
    call: Caller, method: str, rest: str, wish: object
) -> None:
    assert call(method, f"/v2/apps/{'0' * 32}{rest}", wish).refusal == (404, "RTC.00001003")


def test_states_scopes_and_domains_are_those_of_the_world() -> None:
    sandbox = start_in_process(quota="off")
    try:
        assert sandbox.app is not None
        found = {app.app_id: app for app in sandbox.app.cloud.world.applications()}
        call = Caller(sandbox, {"X-Auth-Token": fetch_token(sandbox)})
        listed = call("GET", "/v2/apps", query=[("limit", "100")]).json["apps"]
        assert [app["app_id"] for app in listed] == list(found)
        assert {app["state"]["state"] for app in listed} == {"ACTIVATION", "DEACTIVATION", "ARREARS"}
        assert {app["scope"] for app in listed} == {"DOMESTIC", "GLOBAL"}
        for app in listed:
            born = found[app["app_id"]]
            assert (app["app_name"], app["domain"], app["scope"]) == (born.name, born.domain, born.scope)
            assert app["state"]["state"] == born.state
            assert call("GET", f"/v2/apps/{app['app_id']}").json == app
        for state in ("DEACTIVATION", "ARREARS"):
            only = call("GET", "/v2/apps", query=[("state", state)]).json
            assert [app["app_id"] for app in only["apps"]] == [
                app.app_id for app in found.values() if app.state == state
            ]
            assert only["count"] == len(only["apps"]) == 1
    finally:
        sandbox.stop()
