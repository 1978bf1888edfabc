"""A server that counts as strictly as can be, and a network that takes its time; for the throttle's benchmark.

A process of its own: python throttle_server.py LIMIT SECONDS JITTER prints its port, and on "end" what it saw, as JSON.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

JITTERS: dict[str, Callable[[random.Random], float]] = {
    # Each way, in seconds.
    "lognormal": lambda chance: 0.01 + min(chance.lognormvariate(-4.2, 0.8), 2.0),
    "uniform": lambda chance: chance.uniform(0.01, 0.09),
    "spiky": lambda chance: 0.015 + chance.uniform(0, 0.01) + (1.0 if chance.random() < 0.02 else 0.0),
}


class Judge:
    """Judges each arrival by a sliding log, and by fixed windows at two offsets at once; counts what it accepted.

    fullest: the most that it accepted, or should have, in any of these windows.
    """

    def __init__(self, limit: int, seconds: float, jitter: str) -> None:
        self._limit, self._seconds, self._way = limit, seconds, JITTERS[jitter]
        self._chance, self._lock = random.Random(1), threading.Lock()
        self._windows: Counter[tuple[float, int]] = Counter()
        self.accepted: list[float] = []
        self.refused = self.fullest = 0

    def travel(self) -> None:
        with self._lock:
            seconds = self._way(self._chance)
        time.sleep(seconds)

    def judge(self) -> int:
        with self._lock:
            now = time.monotonic()
            within = len(self.accepted) - bisect_right(self.accepted, now - self._seconds)
            fixed = [(offset, int((now + offset) // self._seconds)) for offset in (0.0, self._seconds / 2)]
            most = 1 + max(within, *(self._windows[window] for window in fixed))
            self.fullest = max(self.fullest, most)
            if most > self._limit:
                self.refused += 1
                return 429
            self.accepted.append(now)
            self._windows.update(fixed)
            return 200


def main() -> None:
    judge = Judge(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3])

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            judge.travel()
            status = judge.judge()
            judge.travel()
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 256

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.readline()
    print(
        json.dumps({"accepted": judge.accepted, "refused": judge.refused, "fullest": judge.fullest}),
        flush=True,
    )


if __name__ == "__main__":
    main()
