"""Bad networks and bad servers: every failure is bounded, classified, and told to the permit."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter

from console.sparkrtc import AccessKey, Client, Timeouts, new_session
from console.sparkrtc.catalogue.rooms import DISMISS_ROOM, LIST_ROOMS
from console.sparkrtc.catalogue.storage import LIST_OBJECTS
from console.sparkrtc.errors import (
    ConnectionFailed,
    InvalidParameters,
    NameNotResolved,
    NoAnswer,
    OutcomeUnknown,
    SparkError,
    TlsFailed,
)
from tests.sparkrtc.doubles import (
    KEY,
    PROJECT,
    Cloud,
    FakePermits,
    RawCloud,
    Reply,
    Time,
    read_request,
    silent,
)
from tests.sparkrtc.samples import APP

ROOM = {"app_id": APP, "room_id": "lecture-7"}
SHORT = Timeouts(connect=1.0, read=0.2, total=0.5)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n"

Start = Callable[..., RawCloud]
Make = Callable[..., Client]


def failure(client: Client, operation: Any = LIST_ROOMS, **params: Any) -> SparkError:
    with pytest.raises(SparkError) as caught:
        client.call(operation, max_wait=0, **(params or {"app_id": APP}))
    return caught.value


# --- answers that do not come, break off or make no sense -----------------------------------------------------


def closed(connection: socket.socket) -> None:
    read_request(connection)


def reset(connection: socket.socket) -> None:
    read_request(connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def answering(*parts: bytes) -> Callable[[socket.socket], None]:
    def script(connection: socket.socket) -> None:
        read_request(connection)
        for part in parts:
            connection.sendall(part)

    return script


def dripping(head: bytes, drop: bytes) -> Callable[[socket.socket], None]:
    """Send a byte now and then, always sooner than the read timeout, for ever."""

    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(head)
        pause = threading.Event()
        while not pause.wait(0.02):
            connection.sendall(drop)

    return script


LOST = [
    ("slow", silent),
    ("cut", closed),
    ("cut", reset),
    ("cut", answering(b"HTTP/1.1 200")),
    ("cut", answering(b"HTTP/1.1 200 OK\r\nContent-")),
    ("cut", answering(OK, b'{"tot')),
    ("cut", answering(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}")),
    ("cut", answering(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n")),
    ("cut", answering(b"SSH-2.0-OpenSSH_9.2\r\n")),
    ("cut", answering(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n")),
    ("cut", answering(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n")),
    ("cut", answering(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope")),
    ("slow", dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b" ")),
    ("slow", dripping(b"HTTP/1.1 200 OK\r\nX: ", b"y")),
    ("slow", dripping(b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n")),
    ("slow", dripping(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n")),
    ("large", answering(b"HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n", b" " * 3000)),
    ("large", answering(b"HTTP/1.1 200 OK\r\n\r\n", b" " * 100_000)),
    ("garbage", answering(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>")),
    ("garbage", answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n42")),
    ("garbage", answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")),
    ("garbage", answering(b"HTTP/1.1 204 No Content\r\n\r\n")),
]


@pytest.mark.parametrize(("reason", "script"), LOST)
def test_a_read_without_a_usable_answer(
    reason: str, script: Any, raw_cloud: Start, make_client: Make, permits: FakePermits
) -> None:
    server = raw_cloud(script)
    error = failure(make_client(endpoint=server.endpoint, timeouts=SHORT, max_answer_bytes=2_000))
    assert type(error) is NoAnswer
    assert error.reason == reason
    assert permits.endings == ["answered" if reason == "garbage" else "lost"]
    assert server.connections == 1


OBJECTS = {"bucket": "b", "location": "cn-north-4", "type": "objects"}
_FILE = b'{"file_name":"a","size":1,"last_modified":""}'
_FILES = b'{"count":200,"objects":[%b]}' % b",".join([_FILE] * 200)


def test_a_list_that_is_read_as_it_arrives_may_be_longer_than_other_answers(
    raw_cloud: Start, make_client: Make, permits: FakePermits
) -> None:
    server = raw_cloud(answering(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(_FILES), _FILES))
    client = make_client(endpoint=server.endpoint, timeouts=SHORT, max_answer_bytes=2_000)
    answer = client.call(LIST_OBJECTS, **OBJECTS)
    assert (answer.value.listed, answer.value.count) == (200, 200)
    assert permits.endings == ["answered"]


@pytest.mark.parametrize(
    ("reason", "script"),
    [
        ("cut", answering(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", _FILES)),
        ("slow", dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + _FILES[:900], b" ")),
        ("garbage", answering(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>")),
        ("garbage", answering(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n", _FILES[:900])),
    ],
)
def test_such_a_list_breaks_off_like_any_answer(
    reason: str, script: Any, raw_cloud: Start, make_client: Make, permits: FakePermits
) -> None:
    server = raw_cloud(script)
    error = failure(make_client(endpoint=server.endpoint, timeouts=SHORT), LIST_OBJECTS, **OBJECTS)
    assert (type(error), error.reason) == (NoAnswer, reason)
    assert permits.endings == ["answered" if reason == "garbage" else "lost"]


@pytest.mark.parametrize(("reason", "script"), [case for case in LOST if case[0] != "garbage"])
def test_a_change_without_a_usable_answer_is_unknown_and_not_sent_again(
    reason: str, script: Any, raw_cloud: Start, make_client: Make, permits: FakePermits, time: Time
) -> None:
    server = raw_cloud(script)
    client = make_client(endpoint=server.endpoint, timeouts=SHORT, max_answer_bytes=2_000)
    with pytest.raises(OutcomeUnknown) as caught:
        client.call(DISMISS_ROOM, **ROOM)
    assert caught.value.reason == reason
    assert permits.endings == ["lost"]
    assert server.connections == 1
    assert time.slept == []


def test_a_sign_in_page_in_between_is_no_success_of_a_change(client: Client, cloud: Cloud) -> None:
    cloud.answer(Reply(200, b"<html>Please sign in to the guest network</html>"))
    error = failure(client, DISMISS_ROOM, **ROOM)
    assert type(error) is OutcomeUnknown
    assert (error.reason, error.status, error.request_id) == ("garbage", 200, "rq-1")


def test_a_redirect_is_not_followed(client: Client, cloud: Cloud, permits: FakePermits) -> None:
    cloud.answer(Reply(307, b"moved", {"Location": f"{cloud.endpoint}/elsewhere"}))
    assert failure(client).reason == "redirect"
    assert [seen.path for seen in cloud.seen] == [f"/v1/{PROJECT}/rtc/rooms"]
    assert permits.endings == ["answered"]


def test_the_total_time_covers_all_attempts(raw_cloud: Start, make_client: Make) -> None:
    server = raw_cloud(silent)
    timeouts = Timeouts(connect=1, read=10, total=0.3)
    with pytest.raises(NoAnswer):
        make_client(endpoint=server.endpoint, timeouts=timeouts).call(LIST_ROOMS, app_id=APP, max_wait=5)
    assert server.connections == 1


def test_cookies_are_neither_kept_nor_sent(client: Client, cloud: Cloud) -> None:
    cloud.answer(Reply.json({}, Set_Cookie="session=1"))
    client.call(LIST_ROOMS, app_id=APP)
    client.call(LIST_ROOMS, app_id=APP)
    assert "Cookie" not in cloud.seen[1].headers


def test_the_environment_does_not_change_what_is_sent(
    cloud: Cloud, make_client: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login eve password eve\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    make_client().call(LIST_ROOMS, app_id=APP)
    assert cloud.seen[0].headers["Authorization"].startswith("SDK-HMAC-SHA256 Access=")


def test_connections_are_kept_open_but_not_when_they_idled(
    client: Client, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.call(LIST_ROOMS, app_id=APP)
    client.call(DISMISS_ROOM, **ROOM)
    assert cloud.connections == 1
    monkeypatch.setattr("console.sparkrtc.bounded._LONGEST_IDLE_SECONDS", -1.0)
    client.call(DISMISS_ROOM, **ROOM)
    assert cloud.connections == 2


# --- requests that never leave --------------------------------------------------------------------------------


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.mark.parametrize(("operation", "params"), [(LIST_ROOMS, {"app_id": APP}), (DISMISS_ROOM, ROOM)])
def test_a_refused_connection_was_surely_not_sent_and_is_tried_again(
    operation: Any, params: dict[str, str], make_client: Make, permits: FakePermits
) -> None:
    client = make_client(endpoint=f"http://127.0.0.1:{_free_port()}")
    with pytest.raises(ConnectionFailed) as caught:
        client.call(operation, **params)
    assert permits.endings == ["unused"] * 3
    assert "127.0.0.1" in caught.value.sentence


def test_a_connection_that_does_not_come_about_in_time(make_client: Make, permits: FakePermits) -> None:
    # A listener whose queue is full answers no SYN: nobody accepts, and the first client takes the only place.
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        fillers = []
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
            fillers.append(filler)
        endpoint = f"http://127.0.0.1:{listener.getsockname()[1]}"
        client = make_client(endpoint=endpoint, timeouts=Timeouts(connect=0.2, read=0.2, total=0.5))
        error = failure(client, DISMISS_ROOM, **ROOM)
        for filler in fillers:
            filler.close()
    assert type(error) is ConnectionFailed
    assert permits.endings == ["unused"]


def test_a_name_that_has_no_address(
    make_client: Make, permits: FakePermits, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_address(*args: Any, **kwargs: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_address)
    error = failure(make_client(endpoint="https://rtc-api.invalid"))
    assert type(error) is NameNotResolved
    assert error.sentence == "The name rtc-api.invalid could not be resolved. Nothing was sent."
    assert permits.endings == ["unused"]


def test_a_proxy_that_refuses_the_tunnel_lets_nothing_through(raw_cloud: Start, make_client: Make) -> None:
    proxy = raw_cloud(answering(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"))
    session = new_session(proxies={"https": proxy.endpoint})
    permits = FakePermits()
    client = make_client(endpoint="https://rtc-api.invalid", session=session, permits=permits, timeouts=SHORT)
    assert type(failure(client, DISMISS_ROOM, **ROOM)) is ConnectionFailed
    assert permits.endings == ["unused"]
    session.close()


# --- adapters of others ---------------------------------------------------------------------------------------


class Failing(BaseAdapter):
    """A transport adapter that fails, as a test elsewhere may mount one."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def send(self, *args: Any, **kwargs: Any) -> requests.Response:
        raise self.error

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("error", "of_read", "of_change"),
    [
        (requests.ConnectTimeout(), ConnectionFailed, ConnectionFailed),
        (requests.exceptions.ProxyError(), ConnectionFailed, ConnectionFailed),
        (requests.exceptions.SSLError(), TlsFailed, TlsFailed),
        (requests.ReadTimeout(), NoAnswer, OutcomeUnknown),
        (requests.ConnectionError(), NoAnswer, OutcomeUnknown),
    ],
)
def test_another_adapter_is_judged_by_its_errors(
    error: Exception, of_read: type[SparkError], of_change: type[SparkError], make_client: Make
) -> None:
    session = new_session()
    session.mount("http://", Failing(error))
    client = make_client(session=session)
    assert type(failure(client)) is of_read
    assert type(failure(client, DISMISS_ROOM, **ROOM)) is of_change
    session.close()


def test_an_interrupt_gives_the_permit_up_as_lost(make_client: Make, permits: FakePermits) -> None:
    session = new_session()
    session.mount("http://", Failing(KeyboardInterrupt()))  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt):
        make_client(session=session).call(DISMISS_ROOM, **ROOM)
    assert permits.endings == ["lost"]
    session.close()


# --- endpoints ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "rtc-api.myhuaweicloud.com",
        "ftp://host",
        "file:///etc/passwd",
        "https://",
        "https://host/path",
        "https://host?x=1",
        "https://host#x",
        "https://user:password@host",
        "https://host:port",
        "https://例え.jp",
    ],
)
def test_an_endpoint_that_is_none_is_refused(endpoint: str, permits: FakePermits) -> None:
    with pytest.raises(InvalidParameters) as caught:
        Client(endpoint, KEY, "p", permits=permits)
    assert list(caught.value.problems) == ["endpoint"]
    assert "password" not in str(caught.value)


@pytest.mark.parametrize(
    ("endpoint", "host"),
    [
        ("https://RTC-api.example.com/", "rtc-api.example.com"),
        ("https://rtc-api.example.com:443", "rtc-api.example.com"),
        ("http://rtc-api.example.com:80", "rtc-api.example.com"),
        ("https://rtc-api.example.com:8443", "rtc-api.example.com:8443"),
        ("http://[::1]:8801", "[::1]:8801"),
    ],
)
def test_the_host_header_is_what_is_signed(endpoint: str, host: str, permits: FakePermits) -> None:
    assert Client(endpoint, AccessKey("a", "b"), "p", permits=permits)._host == host


@pytest.mark.parametrize("value", ["", "a b", "a\n", "a\r\nX-Evil: 1", "键"])
def test_what_a_header_cannot_carry_is_refused_by_name(value: str, permits: FakePermits) -> None:
    cases = {
        "project_id": (KEY, value),
        "ak": (AccessKey(value, "sk"), PROJECT),
    }
    if value:
        cases["security_token"] = (AccessKey("ak", "sk", value), PROJECT)
    for field, (credentials, project_id) in cases.items():
        with pytest.raises(InvalidParameters) as caught:
            Client("https://rtc-api.example.com", credentials, project_id, permits=permits)
        assert {name: str(problem) for name, problem in caught.value.problems.items()} == {
            field: f"{field} contains characters that cannot be sent"
        }
