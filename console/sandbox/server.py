"""Accept connections and serve each in a thread of its own, until told to stop."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from console.sandbox.transmission import Answer, transmit
from console.sandbox.wire import BadRequest, Gone, RawRequest, Reader

__all__ = ["Server"]

IDLE_SECONDS = 75.0
SEND_SECONDS = 60.0
MOST_CONNECTIONS = 1000
_DRAIN_SECONDS = 3.0


class Server:
    """An HTTP/1.1 server with keep-alive.

    answer: turns a request into an answer. unreadable: the answer to a request that could not be read.
    now: tells the arrival time of a request, taken when its head is complete.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        answer: Callable[[RawRequest], Answer],
        unreadable: Callable[[BadRequest], Answer],
        now: Callable[[], float],
    ) -> None:
        self._answer = answer
        self._unreadable = unreadable
        self._now = now
        self._stopping = threading.Event()
        self._connections: dict[socket.socket, threading.Thread] = {}
        self._lock = threading.Lock()
        self._listener = _listen(host, port)
        self._wake_read, self._wake_write = socket.socketpair()
        self.host, self.port = self._listener.getsockname()[:2]

    def serve(self) -> None:
        """Accept connections until stop() is called."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._listener, selectors.EVENT_READ)
            selector.register(self._wake_read, selectors.EVENT_READ)
            while not self._stopping.is_set():
                selector.select()
                if not self._stopping.is_set():
                    self._accept()
        for sock in (self._listener, self._wake_read, self._wake_write):
            sock.close()

    def stop(self) -> None:
        """Stop accepting, end every connection, and wait up to two seconds for their threads."""
        self._stopping.set()
        with contextlib.suppress(OSError):  # already stopped
            self._wake_write.send(b"x")
        with self._lock:
            open_now = dict(self._connections)
        for sock in open_now:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        deadline = time.monotonic() + 2
        for thread in open_now.values():
            thread.join(max(0.0, deadline - time.monotonic()))

    def _accept(self) -> None:
        try:
            sock, address = self._listener.accept()
        except OSError:
            return
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            if len(self._connections) >= MOST_CONNECTIONS:
                sock.close()
                return
            thread = threading.Thread(target=self._serve, args=(sock, address[0]), daemon=True)
            self._connections[sock] = thread
        thread.start()

    def _serve(self, sock: socket.socket, peer: str) -> None:
        try:
            reader = Reader(sock, IDLE_SECONDS)
            while not self._stopping.is_set() and self._one(sock, reader, peer):
                pass
        except (Gone, OSError):
            pass
        finally:
            with self._lock:
                self._connections.pop(sock, None)
            sock.close()

    def _one(self, sock: socket.socket, reader: Reader, peer: str) -> bool:
        """Serve one request; return whether the connection stays open."""
        try:
            method, target, keep_alive, headers = reader.read_head()
            arrived = self._now()
            body = reader.read_body(headers)
        except BadRequest as problem:
            sock.settimeout(SEND_SECONDS)
            transmit(sock, self._unreadable(problem), keep_alive=False, stopping=self._stopping)
            if problem.drain:
                _drain(sock)
            return False
        answer = self._answer(RawRequest(method, target, headers, body, peer, keep_alive, arrived))
        if method == "HEAD":  # no operation has it, and its refusal must come without a body
            answer = replace(answer, body=b"")
        sock.settimeout(SEND_SECONDS)
        return transmit(sock, answer, keep_alive=keep_alive, stopping=self._stopping)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(512)
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener


def _drain(sock: socket.socket) -> None:
    """Read on for a moment: closing on a client that still sends would destroy the answer on its way."""
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_WR)
        deadline = time.monotonic() + _DRAIN_SECONDS
        while (left := deadline - time.monotonic()) > 0:
            sock.settimeout(left)
            if not sock.recv(256 * 1024):
                return
