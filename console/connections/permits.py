"""The permits that the client asks for before it sends: one owner's quotas, shared by all processes.

take() waits in the process's line, then sleeps until the start that it was granted.
"""

from __future__ import annotations

import hashlib
import os
import socket
import threading
import time
from collections.abc import Callable
from functools import cache

from django.db import connection

from console.connections.asker import Front, TooLong, Turn
from console.connections.buckets import BucketStore
from console.connections.changeover import BudgetClosed
from console.connections.clocks import boot
from console.connections.owners import restore_budgets
from console.connections.rules import budget_for, forget_budgets
from console.sparkrtc.book import Outcome, Report
from console.sparkrtc.errors import QuotaExhausted
from console.sparkrtc.operation import Operation, Quota
from console.sparkrtc.permits import Lane
from console.sparkrtc.uptime import uptime

__all__ = ["StoredPermit", "StoredPermits", "forget_fronts"]

# How late a permit may be used. The lease outlasts this and a request.
LATE_SECONDS = 15.0
_fronts: dict[tuple[int, str, Quota], Front] = {}
_fronts_lock = threading.Lock()


class StoredPermits:
    """The permits of one owner of quotas (see owners.py).

    late: seconds after its start at which a permit is given back instead of used. clock: uptime() or the like.
    """

    def __init__(
        self,
        owner: str,
        *,
        late: float = LATE_SECONDS,
        clock: Callable[[], float] = uptime,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.owner = owner
        self._late, self._clock, self._sleep = late, clock, sleep

    def take(self, operation: Operation, *, lane: Lane, max_wait: float) -> StoredPermit:
        """Wait up to max_wait seconds for leave to send one request of the operation's quota.

        Raises QuotaExhausted as soon as it is known that none comes in time, RuntimeError inside a transaction.
        """
        _refuse_transactions()
        deadline = self._clock() + max_wait
        closed: set[str] = set()
        while True:
            quota = budget_for(self.owner, operation)
            front = _front(self.owner, quota)
            try:
                turn = front.take(lane, max(deadline - self._clock(), 0.0))
            except BudgetClosed:
                if quota.name in closed:  # nobody has taken over from it: their rows were lost
                    restore_budgets(self.owner)
                closed.add(quota.name)
                forget_budgets(self.owner)
                continue
            except TooLong as problem:
                raise QuotaExhausted(
                    operation.quota.name, problem.retry_after, operation=operation.name
                ) from None
            permit = StoredPermit(turn, front, self._clock)
            self._sleep(max(turn.start - self._clock(), 0.0))
            if self._clock() <= turn.start + self._late:
                return permit
            permit.unused()  # this process was stopped, or the machine slept: too late to use it


class StoredPermit:
    """Leave to send one request; exactly one of the methods is called when it is over."""

    def __init__(self, turn: Turn, front: Front, clock: Callable[[], float]) -> None:
        self._turn, self._front, self._clock = turn, front, clock

    def answered(self, trip: float | None = None) -> None:
        """An answer was read, but not 429. trip: seconds since its first byte was written, where measured."""
        self._front.report(self._ended(Outcome.ANSWERED, trip=trip))

    def lost(self) -> None:
        """No answer will come and the socket is closed: what arrived has arrived by now."""
        self._front.report(self._ended(Outcome.LOST))

    def refused(self, retry_after: float | None) -> float | None:
        """The cloud answered 429. retry_after: seconds, when the answer named them.

        Returns the seconds until something may be sent again; None when the store cannot say.
        """
        return self._front.report_now(self._ended(Outcome.REFUSED, retry_after=retry_after))

    def unused(self) -> None:
        """Nothing was sent."""
        self._front.report(self._ended(Outcome.UNUSED))
        self._front.forget()

    def _ended(
        self, outcome: Outcome, *, trip: float | None = None, retry_after: float | None = None
    ) -> Report:
        return Report(self._turn.permit, outcome, self._clock(), trip, retry_after)


def _refuse_transactions() -> None:
    """Raise RuntimeError inside a transaction, also where another thread would ask for this one.

    Whoever waits would keep what they have locked; on SQLite that is everything. A test's own transaction is passed
    over, as by atomic(durable=True).
    """
    blocks = connection.atomic_blocks
    if blocks and not getattr(blocks[-1], "_from_testcase", False):
        raise RuntimeError("A permit cannot be taken inside a transaction: it may have to be waited for.")


def forget_fronts() -> None:
    """Forget what this process learnt about every bucket; for tests, and for a store that was exchanged."""
    with _fronts_lock:
        _fronts.clear()


def _front(owner: str, quota: Quota) -> Front:
    """Return the front of this process: threads don't outlive a fork, so each process has its own."""
    key = (os.getpid(), owner, quota)
    with _fronts_lock:
        if key not in _fronts:
            _fronts[key] = Front(BucketStore(owner, quota), _path())
        return _fronts[key]


@cache
def _path() -> str:
    """Name from where this process's requests travel. Two hosts of one name on one machine are one path, no others."""
    return hashlib.sha256(f"{boot()} {socket.gethostname()}".encode()).hexdigest()[:8]
