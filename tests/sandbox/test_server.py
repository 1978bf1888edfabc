"""HTTP itself: keep-alive, limits, broken requests, many connections at once."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from console.sandbox.wire import BODY_LIMIT
from tests.sandbox import bodies
from tests.sandbox.caller import Caller
from tests.sandbox.harness import Sandbox


@pytest.fixture
def line(sandbox: Sandbox) -> Iterator[socket.socket]:
    """A bare connection."""
    address = urlsplit(sandbox.endpoint)
    with socket.create_connection((address.hostname, address.port), timeout=20) as sock:
        yield sock


def reply(line: socket.socket) -> tuple[int, bytes]:
    """Read until the server closes; return the first status and everything."""
    everything = b""
    while piece := line.recv(65_536):
        everything += piece
    return int(everything.split(b" ", 2)[1]), everything


def test_a_connection_serves_many_requests(sandbox: Sandbox) -> None:
    connection = http.client.HTTPConnection(urlsplit(sandbox.endpoint).netloc, timeout=20)
    connection.connect()
    sock = connection.sock
    for number in range(50):
        connection.request("GET", f"/v2/apps/{number}")
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 401
        assert connection.sock is sock
    connection.close()


def test_requests_sent_ahead_are_answered_in_order(line: socket.socket) -> None:
    line.sendall(
        b"GET /v2/apps HTTP/1.1\r\nHost: x\r\n\r\n"
        b"GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )
    _, everything = reply(line)
    assert everything.index(b"APIGW.0305") < everything.index(b"APIGW.0101")


def test_a_chunked_body_is_read(sandbox: Sandbox, line: socket.socket) -> None:
    body = json.dumps({"auth": {}}).encode()
    line.sendall(
        b"POST /v3/auth/tokens HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"%x;ext=1\r\n%s\r\n0\r\nTrailer: x\r\n\r\n" % (len(body), body)
    )
    assert reply(line)[0] == 400
    assert sandbox.requests()[-1]["body"] == {"auth": {}}


def test_a_client_that_asks_first_is_told_to_go_on(line: socket.socket) -> None:
    line.sendall(
        b"POST /v3/auth/tokens HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    )
    assert line.recv(100).startswith(b"HTTP/1.1 100 ")
    line.sendall(b"{}")
    assert reply(line)[0] == 400


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET /v2/apps\r\n\r\n", 400),
        (b"GET /v2/apps HTTP/2.0\r\nHost: x\r\n\r\n", 400),
        (b"GET /v2/apps HTTP/1.1\r\n\r\n", 400),
        (b"GET /v2/apps HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400),
        (b"GET /v2/apps HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n", 400),
        (b"GET /v2/apps HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n", 400),
        (b"POST /v2/apps HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
        (
            b"POST /v2/apps HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            400,
        ),
        (b"POST /v2/apps HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
        (b"POST /v2/apps HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
        (b"GET /" + b"a" * 17_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET /" + b"a" * 90_000, 414),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: " + b"a" * 90_000, 494),
        (b"POST /v2/apps HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (BODY_LIMIT + 1), 413),
        (b"POST /v2/apps HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFF\r\n", 413),
    ],
    ids=lambda value: value[:60] if isinstance(value, bytes) else value,
)
def test_a_broken_request_is_refused_and_the_connection_closed(
    line: socket.socket, request_bytes: bytes, status: int
) -> None:
    line.sendall(request_bytes)
    line.shutdown(socket.SHUT_WR)
    answered, everything = reply(line)
    assert answered == status
    assert b'"error_code":"APIGW.0201"' in everything
    assert b"Connection: close" in everything


def test_a_body_of_twelve_megabytes_is_read(call: Caller) -> None:
    body = b" " * (BODY_LIMIT - 20) + b'{"app_name": "own"}'
    assert call("POST", "/v2/apps", body=body).status == 201


def test_head_is_refused_without_a_body(sandbox: Sandbox) -> None:
    answer = Caller(sandbox)("HEAD", "/v2/apps")
    assert (answer.status, answer.body) == (404, b"")


def test_an_answer_carries_id_date_and_type(call: Caller) -> None:
    answer = call("GET", "/v2/apps")
    assert len(answer.headers["x-request-id"]) == 32
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["date"].endswith("GMT")


def test_a_hundred_and_fifty_connections_are_served_at_once(sandbox: Sandbox) -> None:
    address = urlsplit(sandbox.endpoint).netloc
    with ExitStack() as stack:
        connections = [http.client.HTTPConnection(address, timeout=20) for _ in range(150)]
        for connection in connections:
            stack.callback(connection.close)
            connection.request("GET", "/v2/apps")
        statuses = []
        for connection in connections:
            answer = connection.getresponse()
            answer.read()
            statuses.append(answer.status)
        assert statuses == [401] * 150


def test_two_clients_saving_the_same_template_make_one(call: Caller, app_id: str) -> None:
    path = f"/v2/apps/{app_id}/record-rules"
    start = threading.Barrier(8)
    statuses: list[int] = []

    def save() -> None:
        start.wait()
        statuses.append(call("POST", path, bodies.template()).status)

    threads = [threading.Thread(target=save) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] * 7 + [201]
    assert len(call("GET", path).json["rules"]) == 1


def test_two_clients_creating_the_same_application_make_one(call: Caller) -> None:
    start = threading.Barrier(6)
    statuses: list[int] = []

    def create() -> None:
        start.wait()
        statuses.append(call("POST", "/v2/apps", {"app_name": "own"}).status)

    threads = [threading.Thread(target=create) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [201] + [400] * 5
