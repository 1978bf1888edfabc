"""Recording notifications, received by a real server and checked like a careful receiver would."""

from __future__ import annotations

import hashlib
import hmac
import json
import queue
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.sandbox import bodies
from tests.sandbox.caller import Caller
from tests.sandbox.doubles import StillWorld
from tests.sandbox.harness import Sandbox

KEY = "0123456789abcdef0123456789abcdef"
WAIT = 20


class Receiver:
    """A server that keeps what is posted to it. statuses: answers to give first, then 200."""

    def __init__(self) -> None:
        self.letters: queue.Queue[tuple[dict[str, str], bytes]] = queue.Queue()
        self.statuses: list[int] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.letters.put(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(outer.statuses.pop(0) if outer.statuses else 200)
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/rtc/record?x=1"

    def next(self) -> tuple[dict[str, str], dict[str, Any], bytes]:
        headers, body = self.letters.get(timeout=WAIT)
        return headers, json.loads(body), body

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def record(sandbox: Sandbox, call: Caller, world: StillWorld, app_id: str, now: float) -> str:
    """Record ten seconds of somebody as MP4; return the job's id."""
    world.put(app_id, "room-1", "ann", since=now - 60, until=now + 7200)
    wish = bodies.template(record_formats=["MP4"])
    rule_id = call("POST", f"/v2/apps/{app_id}/record-rules", wish).json["rule_id"]
    job = bodies.single(record_param={"record_rule_id": rule_id}, select_stream_type="HD")
    job_id = call("POST", f"/v2/apps/{app_id}/individual-stream-jobs", job).json["job_id"]
    sandbox.travel(12)
    assert call("DELETE", f"/v2/apps/{app_id}/individual-stream-jobs/{job_id}").status == 204
    return job_id


def test_notifications_tell_the_story_of_a_recording(
    sandbox: Sandbox, call: Caller, world: StillWorld, app_id: str, now: float, receiver: Receiver
) -> None:
    stored = call("PUT", f"/v2/apps/{app_id}/record-callback", {"url": receiver.url, "auth_key": KEY})
    assert stored.json["record_callback"]["auth_key"] == KEY
    job_id = record(sandbox, call, world, app_id, now)
    story = [receiver.next() for _ in range(3)]
    for headers, _, raw in story:
        content = headers["x-rtc-rand"].encode() + headers["x-rtc-timestamp"].encode() + raw
        expected = hmac.new(KEY.encode(), content, hashlib.sha256).hexdigest()
        assert headers["x-rtc-signature"] == expected
        assert headers["content-type"] == "application/json"
    started, complete, over = (told for _, told, _ in story)
    assert [told["event_type"] for told in (started, complete, over)] == [
        "RECORD_NEW_FILE_START",
        "RECORD_FILE_COMPLETE",
        "CLOUD_RECORD_SERVER_OVER",
    ]
    assert {told["job_id"] for told in (started, complete, over)} == {job_id}
    assert complete["record_duration"] == 10
    assert (complete["width"], complete["height"]) == (1280, 720)
    assert complete["obs_bucket"] == "classroom-recordings"
    assert complete["obs_object"].startswith(f"rtc/{app_id}/MP4/s_{job_id}_room-1_ann_")
    assert complete["download_url"].endswith(complete["obs_object"])
    assert "download_url" not in started
    assert over["detail_message"] == "TENANT_STOP"


def test_without_a_key_nothing_is_signed(
    sandbox: Sandbox, call: Caller, world: StillWorld, app_id: str, now: float, receiver: Receiver
) -> None:
    stored = call("PUT", f"/v2/apps/{app_id}/record-callback", {"url": receiver.url, "auth_key": ""})
    assert "auth_key" not in stored.json["record_callback"]
    record(sandbox, call, world, app_id, now)
    headers, _, _ = receiver.next()
    assert not [name for name in headers if name.startswith("x-rtc")]


def test_a_failed_notification_is_sent_again(
    sandbox: Sandbox, call: Caller, world: StillWorld, app_id: str, now: float, receiver: Receiver
) -> None:
    receiver.statuses = [500]
    call("PUT", f"/v2/apps/{app_id}/record-callback", {"url": receiver.url})
    record(sandbox, call, world, app_id, now)
    bodies_seen = [receiver.next()[2] for _ in range(4)]
    assert bodies_seen[0] == bodies_seen[1]
    assert len(set(bodies_seen)) == 3


def test_other_hosts_are_left_alone(
    sandbox: Sandbox, call: Caller, world: StillWorld, app_id: str, now: float, receiver: Receiver
) -> None:
    path = f"/v2/apps/{app_id}/record-callback"
    for url in ("https://hooks.example.com/rtc", "http://127.0.0.1.example.com/", receiver.url):
        assert call("PUT", path, {"url": url}).status == 200
        record(sandbox, call, world, app_id, now)
    receiver.next()  # notifications go out in order: the others have had their turn
    outcomes = [row["outcome"] for row in sandbox.control("notifications")["notifications"][:6]]
    assert outcomes == ["not sent: the host is not allowed, see --callback-hosts"] * 6


def test_an_address_where_nobody_listens_is_refused(call: Caller, app_id: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = taken.getsockname()[1]
    path = f"/v2/apps/{app_id}/record-callback"
    assert call("PUT", path, {"url": f"http://127.0.0.1:{free}/"}).refusal == (400, "RTC.00001018")
    assert call("GET", path).json == {"app_id": app_id, "record_callback": {}}


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({}, "RTC.00001005"),
        ({"url": ""}, "RTC.00001003"),
        ({"url": "ftp://example.com/"}, "RTC.00001003"),
        ({"url": "hooks.example.com"}, "RTC.00001003"),
        ({"url": "http://"}, "RTC.00001003"),
        ({"url": "http://example.com:99999/"}, "RTC.00001003"),
        ({"url": "http://exa mple.com/"}, "RTC.00001003"),
        ({"url": ["http://example.com/"]}, "RTC.00001003"),
        ({"url": "http://example.com/", "auth_key": 5}, "RTC.00001003"),
    ],
)
def test_a_bad_address_is_refused(call: Caller, app_id: str, wish: object, code: str) -> None:
    assert call("PUT", f"/v2/apps/{app_id}/record-callback", wish).refusal == (400, code)


def test_a_short_key_is_taken(call: Caller, app_id: str) -> None:
    wish = {"url": "https://hooks.example.com/", "auth_key": "0123456789abcdef"}
    stored = call("PUT", f"/v2/apps/{app_id}/record-callback", wish).json["record_callback"]
    assert stored["auth_key"] == "0123456789abcdef"
    assert stored["notify_event_subscription"] == ["RECORD_NEW_FILE_START", "RECORD_FILE_COMPLETE"]
    assert call("GET", f"/v2/apps/{app_id}").json["callbacks"] == {"record_callback": stored}
