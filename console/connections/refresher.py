"""Refreshes that nobody waits for: a few threads of each process, and no queue that could grow."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import structlog
from django.conf import settings
from django.db import connections

from console.core.consumers import acting_for, current_consumer

__all__ = ["Refresher", "refresher"]

log = structlog.get_logger(__name__)
_WAITING_PER_THREAD = 2


class Refresher:
    """Runs short jobs beside the requests. The number of threads is settings.REFRESH_THREADS (4).

    With 0 threads a job runs at once, in the caller's thread: slower for that one, and the same every time.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._pid = 0
        self._pending = 0

    def submit(self, job: Callable[[], object], otherwise: Callable[[], object]) -> None:
        """Run the job soon; when too many wait already, do what is to be done otherwise."""
        threads = getattr(settings, "REFRESH_THREADS", 4)
        if threads == 0:
            _run(job)
            return
        with self._lock:
            if self._pid != os.getpid():  # threads don't survive a fork
                self._pool, self._pid, self._pending = None, os.getpid(), 0
            if self._pending >= threads * (1 + _WAITING_PER_THREAD):
                pool = None
            else:
                pool = self._pool = self._pool or ThreadPoolExecutor(threads, thread_name_prefix="refresh")
                self._pending += 1
        if pool is None:
            otherwise()
        else:
            pool.submit(self._work, _on_behalf(job))

    def close(self) -> None:
        """Wait for what is under way, and end the threads."""
        with self._lock:
            pool, self._pool, self._pending = self._pool, None, 0
        if pool is not None:
            pool.shutdown(wait=True)

    def _work(self, job: Callable[[], object]) -> None:
        try:
            _run(job)
        finally:
            connections.close_all()  # a thread that may sleep for hours keeps no connection
            with self._lock:
                self._pending -= 1


def _on_behalf(job: Callable[[], object]) -> Callable[[], object]:
    """Take along for whom this is done: the thread knows nothing of the request."""
    consumer = current_consumer()

    def run() -> None:
        with acting_for(consumer):
            job()

    return run


def _run(job: Callable[[], object]) -> None:
    try:
        job()
    except Exception:
        log.exception("refresh failed")


refresher = Refresher()
