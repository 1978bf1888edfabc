"""Applications of the sandbox with templates and callbacks, and a receiver that signs as the cloud does."""

import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from console.accounts.models import User
from console.applications.models import Change
from console.audit.models import AuditEntry
from console.connections.models import Connection, SharedAnswer
from console.recording.models import CallbackDelivery, CallbackKey, CallbackReceiver
from console.recording.services import receivers
from console.recording.services.callback_settings import Key, set_callback
from console.sandbox.state.templates import found_settings
from console.sparkrtc.notifications import sign_notification
from console.sparkrtc.secret import Secret
from tests.applications.conftest import app_id, disabled, form, settle  # noqa: F401
from tests.rooms.conftest import calls, grow_older, no_cloud, use_up  # noqa: F401
from tests.sandbox.harness import Sandbox

KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def _nothing_from_before() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def _a_busy_hour(busy_hour: None) -> None:
    """Every test here runs in it."""


@dataclass(frozen=True)
class Post:
    """A notification on its way: what it says and how it is signed."""

    body: bytes
    headers: dict[str, str]


def told(app: str = "app-1", **more: Any) -> dict[str, Any]:
    """Return what a notification about a finished file says."""
    return {
        "job_id": "job-1",
        "stream_name": "m_job-1_lecture-7",
        "app_id": app,
        "room_id": "lecture-7",
        "event_type": "RECORD_FILE_COMPLETE",
        "record_format": "MP4",
        "file_size": 1024,
        "record_duration": 60,
        "start_time": "2027-03-02T11:00:00Z",
        "end_time": "2027-03-02T11:01:00Z",
        "obs_bucket": "recordings",
        "obs_object": "lecture-7/one.mp4",
        "detail_message": "OK",
        **more,
    }


def signed(body: Any, *, key: str = KEY, stamp: str = "", **headers: str) -> Post:
    """Return a notification signed as the cloud does it."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    rand, stamp = secrets.token_hex(8), stamp or str(int(time.time()))
    made = {
        "X-Rtc-Rand": rand,
        "X-Rtc-Timestamp": stamp,
        "X-Rtc-Signature": sign_notification(Secret(key), rand, stamp, raw),
    }
    return Post(raw, {**made, **headers})


@pytest.fixture
def receiver(connection: Connection) -> CallbackReceiver:
    """A receiver with an address and a key in use, of an application that no cloud knows."""
    made = receivers.receiver_of(connection, "app-1")
    receivers.adopt_address(made, receivers.new_address(made).pk)
    kept = receivers.keep_key(made, Secret(KEY), CallbackKey.Origin.SET)
    receivers.adopt_key(made, kept.pk)
    return made


@pytest.fixture
def deliver(receiver: CallbackReceiver) -> Callable[..., Any]:
    """Return a function that posts to the receiver as the cloud does: nobody is signed in, no cookie is sent."""

    def post(sent: Post, public_id: str = "") -> Any:
        at = public_id or receiver.addresses.get(standing="current").public_id
        return Client(enforce_csrf_checks=True).post(
            f"/callbacks/recording/{at}", sent.body, content_type="application/json", headers=sent.headers
        )

    return post


@pytest.fixture
def template_id(sandbox: Sandbox, app_id: str) -> str:  # noqa: F811
    """A recording template of the application."""
    return make_template(sandbox, app_id)


def make_template(sandbox: Sandbox, app: str) -> str:
    """Return an application's template in the sandbox, made past the console where it has none."""
    assert sandbox.app is not None
    templates = sandbox.app.cloud.templates
    at = sandbox.control("clock")["world"]
    known = templates.of(app)
    return (
        known[0].rule_id if known else templates.save(app, found_settings(sandbox.project_id), at)[0].rule_id
    )


OWN = "k" * 40


def at(app: str, what: str = "") -> str:
    return f"/c/demo/recording/callbacks/{app}/{what}"


class Catcher:
    """A server that keeps what is posted to it and answers as it is told."""

    def __init__(self) -> None:
        self.posts: list[tuple[dict[str, str], bytes]] = []
        self.status, self.answer, self.location = 200, b'{"ok": true}', ""
        catcher = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                catcher.posts.append((dict(self.headers), body))
                self.send_response(catcher.status)
                if catcher.location:
                    self.send_header("Location", catcher.location)
                self.send_header("Content-Length", str(len(catcher.answer)))
                self.end_headers()
                self.wfile.write(catcher.answer)

            def log_message(self, *_args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def catcher() -> Iterator[Catcher]:
    made = Catcher()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def elsewhere(
    sandbox: Sandbox,
    app_id: str,  # noqa: F811
    catcher: Catcher,
    connected: Connection,
    alice: User,
) -> str:
    """A callback that leads to another server, signed with OWN."""
    set_callback(connected, app_id, catcher.url, Key.GIVEN, given=Secret(OWN), before=None, actor=alice)
    return catcher.url


@pytest.fixture
def here(live_server: Any, settings: Any, sandbox: Sandbox) -> Iterator[str]:
    """This console as the sandbox reaches it; when the test is over nothing comes any more."""
    settings.CALLBACK_BASE_URL = live_server.url
    yield str(live_server.url)
    sandbox.reset()


def all_that_is_stored() -> str:
    entries = [json.dumps(list(map(str, row))) for row in AuditEntry.objects.values_list()]
    answers = [bytes(answer.value or b"").decode() for answer in SharedAnswer.objects.all()]
    changes = [json.dumps(change.wanted) for change in Change.objects.all()]
    return "\n".join([*entries, *answers, *changes])


def outcomes() -> list[tuple[str, str]]:
    rows = AuditEntry.objects.filter(kind="outcome").order_by("id")
    return [(row.action, row.outcome) for row in rows]


def one() -> CallbackDelivery:
    return CallbackDelivery.objects.get()
