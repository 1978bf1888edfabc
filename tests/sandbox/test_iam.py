"""Tokens, projects, permissions."""

from __future__ import annotations

from typing import Any

import pytest

from console.sandbox.options import PROJECT_ID
from tests.sandbox.caller import Caller, fetch_token, token_wish
from tests.sandbox.doubles import APP
from tests.sandbox.harness import Sandbox


def test_a_token_opens_the_door_for_a_day(sandbox: Sandbox) -> None:
    call = Caller(sandbox, {"X-Auth-Token": fetch_token(sandbox)})
    assert call("GET", "/v2/apps").status == 200
    sandbox.travel(24 * 3600 - 1)
    assert call("GET", "/v2/apps").status == 200
    sandbox.travel(2)
    assert call("GET", "/v2/apps").refusal == (401, "APIGW.0307")


def test_an_unknown_token_is_refused(sandbox: Sandbox, call: Caller) -> None:
    assert Caller(sandbox, {"X-Auth-Token": "made-up"})("GET", "/v2/apps").refusal == (401, "APIGW.0301")
    sandbox.control("tokens/forget", {})
    assert call("GET", "/v2/apps").refusal == (401, "APIGW.0301")


@pytest.mark.parametrize(
    "scope",
    [
        {"domain": {"name": "example-tenant"}},
        {"project": {"name": "cn-north-4"}},
        {"project": {"id": PROJECT_ID}},
        {},
    ],
)
def test_a_token_has_a_domain_or_a_project(sandbox: Sandbox, scope: dict[str, Any]) -> None:
    answer = Caller(sandbox)("POST", "/v3/auth/tokens", token_wish(sandbox, scope=scope))
    assert answer.status == 201
    assert ("project" in answer.json["token"]) == ("project" in scope)
    assert answer.headers["x-subject-token"] not in answer.body.decode()
    token = {"X-Auth-Token": answer.headers["x-subject-token"]}
    assert Caller(sandbox, token)("GET", "/v2/apps").status == 200


@pytest.mark.parametrize("scope", [{"domain": {"name": "another"}}, {"project": {"name": "eu-west-0"}}])
def test_anothers_scope_is_403(sandbox: Sandbox, scope: dict[str, Any]) -> None:
    assert Caller(sandbox)("POST", "/v3/auth/tokens", token_wish(sandbox, scope=scope)).status == 403


def test_a_wrong_password_is_401(sandbox: Sandbox) -> None:
    answer = Caller(sandbox)("POST", "/v3/auth/tokens", token_wish(sandbox, password="guess"))
    assert answer.status == 401
    assert "x-subject-token" not in answer.headers


@pytest.mark.parametrize(
    "wish", [None, [], {}, {"auth": {}}, {"auth": {"identity": []}}, {"auth": {"scope": 5}}]
)
def test_a_bad_request_for_a_token_is_400(sandbox: Sandbox, wish: object) -> None:
    assert Caller(sandbox)("POST", "/v3/auth/tokens", wish).status == 400


def test_projects_are_found_by_region(sandbox: Sandbox, call: Caller) -> None:
    found = call("GET", "/v3/projects", query=[("name", "cn-north-4")]).json["projects"]
    assert [project["id"] for project in found] == [PROJECT_ID]
    assert len(call("GET", "/v3/projects").json["projects"]) == 6
    assert Caller(sandbox)("GET", "/v3/projects").status == 401


def test_another_path_of_the_sign_in_service_is_404(call: Caller) -> None:
    assert call("GET", "/v3/auth/tokens").refusal == (404, "APIGW.0101")
    assert call("GET", "/v3/users").refusal == (404, "APIGW.0101")


def test_a_denied_action_is_refused_by_the_service(sandbox: Sandbox, call: Caller) -> None:
    sandbox.control("permissions", {"deny": ["rtc:app:list", "remove_room"]})
    listed = call("GET", "/v2/apps")
    assert listed.refusal == (400, "RTC.00001021")
    assert "rtc:app:list" in listed.json["error_msg"]
    assert call("POST", f"/v2/apps/{APP}/rooms/room-1/dismiss").refusal == (400, "RTC.00001021")
    assert call("GET", f"/v2/apps/{APP}").status == 200
    sandbox.control("permissions", {"deny": []})
    assert call("GET", "/v2/apps").status == 200


@pytest.mark.parametrize(
    ("method", "path", "message"),
    [
        ("GET", "/", "published"),
        ("GET", "/v2/app", "published"),
        ("GET", "/v2/apps/", "published"),
        ("GET", "/v9/apps", "published"),
        ("PATCH", "/v2/apps", "does not exist."),
        ("PUT", f"/v2/apps/{APP}", "does not exist."),
    ],
)
def test_an_unknown_path_or_method_is_404_of_the_gateway(
    sandbox: Sandbox, method: str, path: str, message: str
) -> None:
    answer = Caller(sandbox)(method, path)
    assert answer.refusal == (404, "APIGW.0101")
    assert message in answer.json["error_msg"]
