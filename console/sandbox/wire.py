"""Read HTTP/1.1 requests from a socket and write answers to it."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

__all__ = ["BODY_LIMIT", "BadRequest", "Gone", "RawRequest", "Reader", "head_bytes"]

BODY_LIMIT = 12 * 1024 * 1024
LINE_LIMIT = 16 * 1024
HEAD_LIMIT = 64 * 1024
HEAD_SECONDS = 20.0
BODY_SECONDS = 60.0
_CHUNK = 64 * 1024
_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class Gone(Exception):  # the ordinary end of a connection
    """The client closed the connection or stayed silent too long."""


class BadRequest(Exception):  # answered, then the connection is closed
    """The request cannot be read any further. drain: the client is still sending a body."""

    def __init__(self, status: int, message: str, *, drain: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.drain = drain


@dataclass(frozen=True)
class RawRequest:
    """One request as it came. headers: by lower-case name, repeated ones joined by a comma."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""
    peer: str = ""
    keep_alive: bool = True
    arrived: float = field(default_factory=time.time)


class Reader:
    """Read one request after another from a connection, with a limit on every size and wait."""

    def __init__(self, sock: socket.socket, idle_seconds: float) -> None:
        self._sock = sock
        self._idle = idle_seconds
        self._buffer = bytearray()

    def read_head(self) -> tuple[str, str, bool, dict[str, str]]:
        """Return method, target, whether to keep the connection, and the headers. Raises Gone or BadRequest."""
        head = self._until_blank_line()
        lines = head.split(b"\r\n")
        if len(lines[0]) > LINE_LIMIT:
            raise BadRequest(414, "Request URI too large.")
        parts = lines[0].split(b" ")
        if len(parts) != 3 or parts[2] not in (b"HTTP/1.1", b"HTTP/1.0") or not _TOKEN.fullmatch(parts[0]):
            raise BadRequest(400, "API request error.")
        headers = _headers(lines[1:])
        if parts[2] == b"HTTP/1.1" and "host" not in headers:
            raise BadRequest(400, "API request error.")
        connection = headers.get("connection", "").lower()
        keep = "close" not in connection if parts[2] == b"HTTP/1.1" else "keep-alive" in connection
        return parts[0].decode(), parts[1].decode("latin-1"), keep, headers

    def read_body(self, headers: Mapping[str, str]) -> bytes:
        """Return the body, empty without one. Raises BadRequest 413 above the limit."""
        length, coding = headers.get("content-length"), headers.get("transfer-encoding")
        if coding is None and length is None:
            return b""
        if coding is not None and (length is not None or coding.lower() != "chunked"):
            raise BadRequest(400, "API request error.")
        if length is not None and not (length.isascii() and length.isdigit()):
            raise BadRequest(400, "API request error.")
        if length is not None and int(length) > BODY_LIMIT:
            raise BadRequest(413, "Request entity too large.", drain=True)
        if headers.get("expect", "").lower() == "100-continue":
            self._sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        deadline = time.monotonic() + BODY_SECONDS
        return self._exactly(int(length), deadline) if length is not None else self._chunked(deadline)

    def _until_blank_line(self) -> bytes:
        deadline = time.monotonic() + (HEAD_SECONDS if self._buffer else self._idle)
        while (end := self._buffer.find(b"\r\n\r\n")) < 0:
            if len(self._buffer) > HEAD_LIMIT:
                first_line = self._buffer.find(b"\r\n")
                too_long = first_line < 0 or first_line > LINE_LIMIT
                raise (
                    BadRequest(414, "Request URI too large.")
                    if too_long
                    else BadRequest(494, "Request headers too large.")
                )
            fresh = not self._buffer
            self._more(deadline)
            if fresh:
                deadline = time.monotonic() + HEAD_SECONDS
        if end > HEAD_LIMIT:
            raise BadRequest(494, "Request headers too large.")
        return self._cut(end + 4)[:-4]

    def _exactly(self, size: int, deadline: float) -> bytes:
        while len(self._buffer) < size:
            self._more(deadline)
        return self._cut(size)

    def _line(self, deadline: float) -> bytes:
        while (end := self._buffer.find(b"\r\n")) < 0:
            if len(self._buffer) > LINE_LIMIT:
                raise BadRequest(400, "API request error.")
            self._more(deadline)
        return self._cut(end + 2)[:-2]

    def _chunked(self, deadline: float) -> bytes:
        body = bytearray()
        while True:
            size_text = self._line(deadline).split(b";")[0].strip()
            if not re.fullmatch(rb"[0-9A-Fa-f]{1,8}", size_text):
                raise BadRequest(400, "API request error.")
            size = int(size_text, 16)
            if size == 0:
                while self._line(deadline):
                    pass
                return bytes(body)
            if len(body) + size > BODY_LIMIT:
                raise BadRequest(413, "Request entity too large.", drain=True)
            body += self._exactly(size, deadline)
            if self._line(deadline):
                raise BadRequest(400, "API request error.")

    def _cut(self, size: int) -> bytes:
        piece = bytes(self._buffer[:size])
        del self._buffer[:size]
        return piece

    def _more(self, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise Gone
        self._sock.settimeout(left)
        try:
            piece = self._sock.recv(_CHUNK)
        except OSError as problem:
            raise Gone from problem
        if not piece:
            raise Gone
        self._buffer += piece


def _headers(lines: list[bytes]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon or not _TOKEN.fullmatch(name):
            raise BadRequest(400, "API request error.")
        key = name.decode().lower()
        text = value.strip().decode("utf-8", "replace")
        if key in headers and key in ("content-length", "host", "authorization"):
            raise BadRequest(400, "API request error.")
        headers[key] = f"{headers[key]},{text}" if key in headers else text
    return headers


def head_bytes(status: int, headers: Mapping[str, str]) -> bytes:
    """Write the status line and headers of an answer."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Error"
    lines = [f"HTTP/1.1 {status} {phrase}", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
