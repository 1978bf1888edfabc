"""A server as strict as can be: it judges every arrival by a sliding log and by fixed windows at two offsets."""

import random
import threading
import time
from bisect import bisect_right
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

__all__ = ["StrictServer"]


class StrictServer:
    """Answers 200, or 429 when more than `limit` requests arrived within any `seconds` seconds.

    arrivals: instants, in order. jitter: seconds, at most, that each way takes: there before the request is judged, and
    back after it.
    """

    def __init__(self, limit: int, seconds: float, jitter: float = 0.0) -> None:
        self.limit, self.seconds, self.jitter = limit, seconds, jitter
        self._chance = random.Random(1)
        self.arrivals: list[float] = []
        self.refused = 0
        self.lanes: list[str] = []
        self._windows: Counter[tuple[float, int]] = Counter()
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def delay(self) -> None:
        time.sleep(self._chance.uniform(0, self.jitter))

    def judge(self, lane: str) -> int:
        with self._lock:
            now = time.monotonic()
            self.arrivals.append(now)
            self.lanes.append(lane)
            within = len(self.arrivals) - bisect_right(self.arrivals, now - self.seconds)
            fixed = [(offset, int((now + offset) // self.seconds)) for offset in (0.0, self.seconds / 2)]
            self._windows.update(fixed)
            allowed = within <= self.limit and all(self._windows[window] <= self.limit for window in fixed)
            self.refused += not allowed
            return 200 if allowed else 429

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def _handler(strict: StrictServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            strict.delay()
            status = strict.judge(self.headers.get("X-Lane", ""))
            strict.delay()
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    return Handler
