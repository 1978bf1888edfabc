"""Send recording notifications, signed, from a thread of their own."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ipaddress
import json
import queue
import secrets
import socket
import threading
from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from console.sandbox.state.applications import Callback

__all__ = ["ATTEMPTS", "Notifier"]

ATTEMPTS = 3
PAUSES = (0.5, 2.0)
ANSWER_SECONDS = 3.0
_HISTORY = 1000
_LONGEST_QUEUE = 10_000


@dataclass(frozen=True)
class _Letter:
    callback: Callback
    body: bytes
    era: int


class Notifier:
    """Post notifications in order, three attempts each, to this machine and to hosts that were allowed.

    allowed: further host names. now: the time for X-Rtc-Timestamp, written in whole seconds.
    """

    def __init__(self, allowed: Collection[str], now: Callable[[], float]) -> None:
        self._allowed = frozenset(host.lower() for host in allowed)
        self._now = now
        self._letters: queue.Queue[_Letter | None] = queue.Queue(_LONGEST_QUEUE)
        self._history: deque[dict[str, Any]] = deque(maxlen=_HISTORY)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._era = 0  # letters of an era that was forgotten are not tried again
        self._in_hand = threading.Lock()  # held while one is on its way

    def send(self, callback: Callback, notification: Mapping[str, Any]) -> None:
        """Put a notification in the queue; a full queue drops it."""
        letter = _Letter(callback, json.dumps(notification, separators=(",", ":")).encode(), self._era)
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="sandbox-notifier", daemon=True)
                self._thread.start()
        try:
            self._letters.put_nowait(letter)
        except queue.Full:
            self._note(letter, 0, "dropped: the queue is full")

    def answers(self, url: str) -> bool:
        """Tell whether somebody listens at a URL; of hosts that nothing is sent to, it is believed."""
        if not self._may_send(url):
            return True
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            socket.create_connection((parts.hostname or "", port), ANSWER_SECONDS).close()
        except OSError:
            return False
        return True

    def history(self) -> list[dict[str, Any]]:
        """Return what was sent, oldest first: url, body, attempts, outcome (a status or a reason)."""
        return list(self._history)

    def forget(self) -> None:
        """Empty the queue and the history; what is on its way has arrived when this returns."""
        self._era += 1
        try:
            while True:
                self._letters.get_nowait()
        except queue.Empty:
            pass
        if self._in_hand.acquire(timeout=ANSWER_SECONDS + 1):
            self._in_hand.release()
        self._history.clear()

    def stop(self) -> None:
        """Stop sending."""
        self._stopping.set()
        if self._thread is not None:
            self._letters.put(None)
            self._thread.join(timeout=ANSWER_SECONDS + 1)

    def _work(self) -> None:
        while not self._stopping.is_set():
            letter = self._letters.get()
            if letter is not None:
                self._deliver(letter)

    def _deliver(self, letter: _Letter) -> None:
        if not self._may_send(letter.callback.url):
            self._note(letter, 0, "not sent: the host is not allowed, see --callback-hosts")
            return
        outcome = ""
        for attempt in range(1, ATTEMPTS + 1):
            with self._in_hand:
                if letter.era != self._era:
                    return
                outcome = self._post(letter)
            if outcome == "200" or attempt == ATTEMPTS or self._stopping.wait(PAUSES[attempt - 1]):
                self._note(letter, attempt, outcome)
                return

    def _post(self, letter: _Letter) -> str:
        parts = urlsplit(letter.callback.url)
        make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = make(parts.hostname or "", parts.port, timeout=ANSWER_SECONDS)
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", target, letter.body, self._headers(letter))
            answer = connection.getresponse()
            answer.read(65_536)
            return str(answer.status)
        except (OSError, http.client.HTTPException, UnicodeError) as problem:
            return type(problem).__name__
        finally:
            connection.close()

    def _headers(self, letter: _Letter) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Connection": "close"}
        if letter.callback.auth_key:
            rand, stamp = secrets.token_hex(8), str(int(self._now()))
            content = rand.encode() + stamp.encode() + letter.body
            digest = hmac.new(letter.callback.auth_key.encode(), content, hashlib.sha256).hexdigest()
            headers |= {"X-Rtc-Rand": rand, "X-Rtc-Timestamp": stamp, "X-Rtc-Signature": digest}
        return headers

    def _may_send(self, url: str) -> bool:
        host = (urlsplit(url).hostname or "").lower()
        if host == "localhost" or host in self._allowed:
            return True
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False

    def _note(self, letter: _Letter, attempts: int, outcome: str) -> None:
        self._history.append(
            {
                "url": letter.callback.url,
                "body": json.loads(letter.body),
                "attempts": attempts,
                "outcome": outcome,
            }
        )
