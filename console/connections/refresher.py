"""Asking beside the requests: a few threads of each process; nobody waits behind them longer than a page waits."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

import structlog
from django.conf import settings
from django.db import connections

from console.core.consumers import acting_for, current_consumer

__all__ = ["Refresher", "refresher"]

log = structlog.get_logger(__name__)
_WAITING_PER_THREAD = 2
_ASKING_THREADS = 16  # more than a process has requests: those that hang hold up no others
T = TypeVar("T")


class Refresher:
    """Runs short jobs beside the requests, on threads of two kinds.

    Refreshes, which nobody waits for, have settings.REFRESH_THREADS (4) and a short queue. What a request waits for has
    threads of its own, so that no refresh stands before it. With 0 threads a job runs at once, in the caller's thread:
    slower for that one, and the same every time.
    """

    def __init__(self) -> None:
        self._refreshes, self._asked = _Threads("refresh"), _Threads("asked")

    def submit(self, job: Callable[[], object], otherwise: Callable[[], object]) -> None:
        """Run the job soon; when too many wait already, do what is to be done otherwise."""
        threads = _threads()
        if threads == 0:
            _run(job)
        elif self._refreshes.start(partial(_run, job), threads, threads * (1 + _WAITING_PER_THREAD)) is None:
            otherwise()

    def run(self, job: Callable[[], T]) -> "Future[T]":
        """Run the job beside the request, which need not wait for its end.

        While the cloud hangs, and all threads with it, the job waits for one. The request cancels it when it goes, so
        that no more jobs wait than there are requests.
        """
        if _threads():
            future = self._asked.start(job, _ASKING_THREADS)
            assert future is not None
            return future
        future = Future()
        try:
            future.set_result(job())
        except BaseException as problem:
            future.set_exception(problem)
        return future

    def close(self) -> None:
        """Wait for what is under way, and end the threads."""
        self._asked.close()
        self._refreshes.close()


class _Threads:
    """Threads of one kind, begun when they are needed and anew in each process."""

    def __init__(self, name: str) -> None:
        self._name, self._lock = name, threading.Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._pid = 0
        self._pending = 0

    def start(self, job: Callable[[], T], threads: int, most: int | None = None) -> "Future[T] | None":
        """Hand the job to one of so many threads. most: jobs that may be pending; None is returned when there are."""
        with self._lock:
            if self._pid != os.getpid():  # threads don't survive a fork
                self._pool, self._pid, self._pending = None, os.getpid(), 0
            if most is not None and self._pending >= most:
                return None
            pool = self._pool = self._pool or ThreadPoolExecutor(threads, thread_name_prefix=self._name)
            self._pending += 1
        future = pool.submit(_work, _on_behalf(job))
        future.add_done_callback(self._ended)
        return future

    def close(self) -> None:
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True)

    def _ended(self, _future: "Future[Any]") -> None:
        with self._lock:
            self._pending -= 1


def _threads() -> int:
    return int(getattr(settings, "REFRESH_THREADS", 4))


def _work(job: Callable[[], T]) -> T:
    try:
        return job()
    finally:
        connections.close_all()  # a thread that may sleep for hours keeps no connection


def _on_behalf(job: Callable[[], T]) -> Callable[[], T]:
    """Take along for whom this is done: the thread knows nothing of the request."""
    consumer = current_consumer()

    def run() -> T:
        with acting_for(consumer):
            return job()

    return run


def _run(job: Callable[[], object]) -> None:
    try:
        job()
    except Exception:
        log.exception("refresh failed")


refresher = Refresher()
