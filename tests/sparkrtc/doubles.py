"""Stand-ins for what the client is handed: permits, time, and a cloud on the loopback that does as it is told."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from console.sparkrtc import AccessKey, IamUser, Lane, Operation
from console.sparkrtc.errors import QuotaExhausted

NOW = datetime(2026, 5, 4, 8, 15, 30, tzinfo=UTC)
PROJECT = "0f5c2a7b9d3e4f60a1b2c3d4e5f60718"
KEY = AccessKey("AKUNITTEST0000000001", "sk-unit-test-not-a-real-secret-key")


class Time:
    """A clock that only moves when somebody sleeps or a test pushes it."""

    def __init__(self) -> None:
        self.elapsed = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.elapsed)

    def monotonic(self) -> float:
        return self.elapsed

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.elapsed += seconds


@dataclass
class FakePermit:
    """Remembers how it ended. pause: what it says after a refusal."""

    pause: float | None = None
    endings: list[Any] = field(default_factory=list)

    def answered(self, trip: float | None = None) -> None:
        self.endings.append("answered")

    def lost(self) -> None:
        self.endings.append("lost")

    def refused(self, retry_after: float | None) -> float | None:
        self.endings.append(("refused", retry_after))
        return self.pause

    def unused(self) -> None:
        self.endings.append("unused")


@dataclass
class FakePermits:
    """Grants at once, or after so many seconds of `time`; counts. pause: what permits say after a refusal."""

    time: Time | None = None
    wait: float = 0.0
    exhausted: bool = False
    pause: float | None = None
    given: list[FakePermit] = field(default_factory=list)
    asked: list[tuple[str, Lane, float]] = field(default_factory=list)

    def take(self, operation: Operation, *, lane: Lane, max_wait: float) -> FakePermit:
        self.asked.append((operation.name, lane, max_wait))
        if self.exhausted or self.wait > max_wait:
            raise QuotaExhausted(operation.quota.name, 12.0, operation=operation.name)
        if self.time and self.wait:
            self.time.sleep(self.wait)
        permit = FakePermit(self.pause)
        self.given.append(permit)
        return permit

    @property
    def endings(self) -> list[Any]:
        """How all permits ended, in order; a permit that ended twice or never shows as a list."""
        return [p.endings[0] if len(p.endings) == 1 else p.endings for p in self.given]


@dataclass
class Seen:
    """A request as the server saw it."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> list[tuple[str, str]]:
        return sorted(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None


@dataclass
class Reply:
    """What the server answers."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, body: Any, status: int = 200, **headers: str) -> Reply:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(status, b"" if body is None else json.dumps(body).encode(), named)


class Cloud:
    """An HTTP server on the loopback: keeps what it saw, answers what it was told, then `{}`."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.connections = 0
        self.replies: deque[Reply | Callable[[Seen], Reply]] = deque()
        cloud = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body in one packet, or Nagle's algorithm holds the body back for 40 ms

            def setup(self) -> None:
                super().setup()
                cloud.connections += 1

            def answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                seen = Seen(self.command, self.path, dict(self.headers.items()), self.rfile.read(length))
                cloud.seen.append(seen)
                reply = cloud.replies.popleft() if cloud.replies else Reply()
                reply = reply if isinstance(reply, Reply) else reply(seen)
                self.send_response_only(reply.status)
                for name, value in {"X-request-Id": "rq-1", **reply.headers}.items():
                    self.send_header(name, value)
                if reply.status != 204:
                    self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(b"" if reply.status == 204 else reply.body)
                self.wfile.flush()

            do_GET = do_POST = do_PUT = do_DELETE = answer

            def log_message(self, *args: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, *args: Any) -> None:
                pass  # a client that hangs up is what some tests are about

        self._server = Server(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        self.host = f"127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def answer(self, *replies: Reply | Callable[[Seen], Reply]) -> None:
        self.replies.extend(replies)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class RawCloud:
    """A socket on the loopback that runs a script per connection: for answers no HTTP server would give."""

    def __init__(self, *scripts: Callable[[socket.socket], None]) -> None:
        self._scripts = deque(scripts)
        self.connections = 0
        self.ended = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._run, daemon=True)]
        self._threads[0].start()

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            script = self._scripts.popleft() if len(self._scripts) > 1 else self._scripts[0]
            with connection:
                connection.settimeout(5)
                with contextlib.suppress(OSError):
                    script(connection)

    def close(self) -> None:
        self.ended.set()
        # A listener that is only closed leaves accept() asleep.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._threads[0].join()


def read_request(connection: socket.socket) -> bytes:
    """Read a request up to the end of its headers, and the body that usually comes with them."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            break
        data += part
    return data


def silent(connection: socket.socket) -> None:
    """Take everything and say nothing, until the client hangs up."""
    while connection.recv(65536):
        pass


def user(endpoint: str, password: str = "pw-unit-test-not-real") -> IamUser:
    """A user whose tokens come from `endpoint`."""
    return IamUser("acme", "console", password, endpoint)
