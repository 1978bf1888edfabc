"""HTTP connections that know their deadline and whether anything was written.

urllib3 bounds each wait for bytes but not their sum, so a server that drips one byte a second could hold a
thread for hours; and after a failure it cannot always tell whether the request had left. Both are settled
here, on the connection itself: every read waits at most until the deadline of its Trip, and the Trip notes
the moment before the first byte of the request is written.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from console.sparkrtc.uptime import uptime

__all__ = ["BoundedAdapter", "Trip", "new_session", "on_trip"]

# A connection that idled longer is opened anew: what sits between may have forgotten it without a word, and
# a change sent into it would end as "unknown".
_LONGEST_IDLE_SECONDS = 15.0
_ABORT = struct.pack("ii", 1, 0)  # SO_LINGER on, 0 seconds: close drops what is not sent yet


@dataclass
class Trip:
    """One request on its way.

    deadline: on `monotonic`. tracked: it runs over one of our connections. written_at: when its first byte was written.
    """

    deadline: float
    monotonic: Callable[[], float] = uptime
    tracked: bool = False
    writing: bool = False
    written_at: float | None = None
    sock: Any = None

    def left(self) -> float:
        """Seconds until the deadline; raises TimeoutError when there are none."""
        seconds = self.deadline - self.monotonic()
        if seconds <= 0:
            raise TimeoutError("the total time is over")
        return seconds

    @property
    def late(self) -> bool:
        """Whether the deadline has passed."""
        return self.monotonic() >= self.deadline

    @property
    def taken(self) -> float | None:
        """Seconds since the first byte was written; None where nothing was."""
        return None if self.written_at is None else self.monotonic() - self.written_at

    def abort(self) -> None:
        """Close the socket so that the kernel sends nothing more: what has not arrived never will."""
        if self.sock is None:
            return
        with contextlib.suppress(OSError):
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
        with contextlib.suppress(OSError):
            self.sock.close()


_here = threading.local()


@contextlib.contextmanager
def on_trip(trip: Trip) -> Iterator[Trip]:
    """Make the trip known to the connections that this thread uses."""
    _here.trip = trip
    try:
        yield trip
    finally:
        _here.trip = None


def _trip() -> Trip | None:
    return getattr(_here, "trip", None)


class _DeadlineReader(io.RawIOBase):
    """Reads a socket; no wait is longer than the read timeout or what is left of the trip."""

    def __init__(self, sock: Any, trip: Trip) -> None:
        super().__init__()
        self._sock, self._trip = sock, trip
        self._read_timeout: float | None = sock.gettimeout()
        self._raw = sock.makefile("rb", buffering=0)
        self.ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._trip.left()
        wait = left if self._read_timeout is None else min(left, self._read_timeout)
        with contextlib.suppress(OSError):  # a closed socket says so when it is read
            self._sock.settimeout(wait)
        count: int | None = self._raw.readinto(buffer)
        self.ended = count == 0
        return count

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class _DeadlineResponse(http.client.HTTPResponse):
    _reader: _DeadlineReader | None = None

    def __init__(self, sock: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        if trip := _trip():
            self.fp.close()
            self._reader = _DeadlineReader(sock, trip)
            self.fp = io.BufferedReader(self._reader)

    def begin(self) -> None:
        super().begin()
        # http.client takes the end of the stream for the end of the headers: half an answer without a body
        # would pass for a whole one.
        if self._reader is not None and self._reader.ended:
            raise http.client.IncompleteRead(b"")


class _Tracked:
    """What both kinds of connection add to urllib3's."""

    response_class: Any = _DeadlineResponse
    sock: Any
    timeout: Any
    _connecting = False
    _used_at = 0.0

    def connect(self) -> None:
        trip = _trip()
        if trip:
            trip.tracked = True
        self._connecting = True
        try:
            super().connect()  # type: ignore[misc]
        finally:
            self._connecting = False
            if trip:
                trip.sock = self.sock
        if trip:
            trip.left()

    def send(self, data: Any) -> None:
        trip = _trip()
        # Opened here rather than by send() itself: a failure to connect must not count as written.
        # While connecting, what is written goes to a proxy that is asked for a tunnel.
        if self.sock is None and not self._connecting:
            self.connect()
        if trip and not self._connecting:
            trip.tracked = True
            if not trip.writing:
                trip.left()  # the machine may have slept since: its permit is somebody else's by now
                trip.written_at = trip.monotonic()
            trip.writing = True
            trip.sock = self.sock
        self._used_at = time.monotonic()
        super().send(data)  # type: ignore[misc]

    @property
    def is_connected(self) -> bool:
        fresh = time.monotonic() - self._used_at < _LONGEST_IDLE_SECONDS
        return fresh and bool(super().is_connected)  # type: ignore[misc]


class _Plain(_Tracked, HTTPConnection):
    pass


class _Tls(_Tracked, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _Tls


_POOLS = {"http": _PlainPool, "https": _TlsPool}


class BoundedAdapter(HTTPAdapter):
    """The transport adapter of our sessions: bounded connections, and never a retry of its own."""

    def __init__(self, *, connections: int = 32) -> None:
        super().__init__(pool_connections=4, pool_maxsize=connections, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager


def new_session(
    *, verify: bool | str = True, proxies: dict[str, str] | None = None, connections: int = 32
) -> requests.Session:
    """Make the session that clients send through; share one per process, and make it after a fork.

    verify: True, or the path of a CA bundle. proxies: {"https": "http://proxy:3128"}. Neither is taken from
    the environment, for with it requests would also read .netrc, whose password replaces the signature.
    connections: kept open per host.
    """
    session = requests.Session()
    session.trust_env = False
    session.verify = verify
    session.proxies = dict(proxies or {})
    for scheme in ("https://", "http://"):
        session.mount(scheme, BoundedAdapter(connections=connections))
    return session
