"""Whatever is sent, the answer is one of the contract: never a fault of the sandbox itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.sandbox.gateway import Gateway
from console.sandbox.routing import Router, load_routes
from console.sandbox.transmission import Answer
from console.sandbox.wire import RawRequest
from tests.properties import tried
from tests.sandbox import bodies
from tests.sandbox.caller import fetch_token
from tests.sandbox.doubles import APP, StillWorld
from tests.sandbox.harness import start_in_process

Ask = Callable[..., Answer]

_PATHS = {
    ("POST", "/v2/apps"): {"app_name": "own"},
    ("POST", f"/v2/apps/{APP}/record-rules"): bodies.template(),
    ("PUT", f"/v2/apps/{APP}/auto-record-mode"): {"mode": "AUTO_INDIVIDUAL_RECORD", "record_rule_id": "x"},
    ("PUT", f"/v2/apps/{APP}/record-callback"): {"url": "https://example.com/", "auth_key": "x"},
    ("POST", f"/v2/apps/{APP}/mix-stream-jobs"): bodies.mix(),
    ("POST", f"/v2/apps/{APP}/individual-stream-jobs"): bodies.single(),
    ("POST", f"/v2/apps/{APP}/rooms/room-1/batch-remove-users"): {"user_ids": ["ann"]},
    ("PUT", "/v2/rtc-ops/buckets/authentication"): {
        "bucket": "meeting-exports",
        "location": "cn-north-4",
        "operation": 1,
        "project_id": "x",
    },
    ("POST", "/v3/auth/tokens"): {"auth": {"identity": {}, "scope": {}}},
    ("POST", "/_control/faults"): {"kind": "status", "match": {"path": "/never"}, "times": 1},
    ("POST", "/_control/quota"): {"mode": "off", "limits": {}, "views": []},
}
_LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
_JSON = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    """Return a function that asks the gateway directly, signed in."""
    running = start_in_process(StillWorld, quota="off")
    assert running.app is not None
    cloud = running.app.cloud
    gateway = Gateway(cloud, Router(load_routes()))
    token = fetch_token(running)

    def send(method: str, target: str, body: bytes) -> Answer:
        cloud.faults.clear()  # an order that an earlier body happened to be
        headers = {"x-auth-token": token, "content-type": "application/json"}
        return gateway.answer(RawRequest(method, target, headers, body, "127.0.0.1"))

    yield send
    running.stop()


@pytest.mark.parametrize(("method", "path"), sorted(_PATHS))
@tried(60)
@given(data=st.data())
def test_no_body_breaks_an_operation(ask: Ask, method: str, path: str, data: st.DataObject) -> None:
    body: Any = json.loads(json.dumps(_PATHS[method, path]))
    way: list[Any] = []
    place = body
    while isinstance(place, dict | list) and place and (not way or data.draw(st.booleans())):
        keys = sorted(place) if isinstance(place, dict) else range(len(place))
        way.append((place, data.draw(st.sampled_from(list(keys)))))
        place = way[-1][0][way[-1][1]]
    holder, key = way[-1]
    holder[key] = data.draw(_JSON)
    assert ask(method, path, json.dumps(body).encode()).status < 500


@tried(200)
@given(body=st.binary(max_size=60) | _JSON.map(lambda value: json.dumps(value).encode()))
def test_no_bytes_break_an_operation(ask: Ask, body: bytes) -> None:
    for method, path in _PATHS:
        assert ask(method, path, body).status < 500


@tried(100)
@given(
    route=st.sampled_from(load_routes()),
    ids=st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=6), min_size=3, max_size=3),
    query=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=30),
)
def test_no_path_and_no_query_break_an_operation(ask: Ask, route: Any, ids: list[str], query: str) -> None:
    path = route.path_template
    for name, value in zip(("app_id", "room_id", "job_id"), ids, strict=True):
        path = path.replace(f"{{{name}}}", value)
    assert ask(route.method, f"{path}?{query}", b"").status < 500


def test_half_a_surrogate_pair_is_not_json(ask: Ask) -> None:
    answer = ask("POST", f"/v2/apps/{APP}/record-rules", b'{"obs_addr": "\\ud800"}')
    assert b"RTC.00001002" in answer.body
