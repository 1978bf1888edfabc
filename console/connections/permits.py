"""The permits that the client asks for before it sends: one owner's quotas, shared by all processes.

take() waits in the process's queue, asks the store, then sleeps until the start that it was granted.
"""

import threading
import time
from functools import partial

from console.connections import buckets
from console.connections.asker import Front, TooLong, uptime
from console.connections.buckets import Grant
from console.sparkrtc.errors import QuotaExhausted
from console.sparkrtc.operation import Operation, Quota
from console.sparkrtc.permits import Lane

__all__ = ["StoredPermit", "StoredPermits", "forget_fronts"]

# How late a permit may be used, a long wait for the store's lock included. The lease outlasts this and a request.
LATE_SECONDS = 15.0
_fronts: dict[tuple[str, Quota], Front] = {}
_fronts_lock = threading.Lock()


class StoredPermits:
    """The permits of one owner of quotas (see owners.py)."""

    def __init__(self, owner: str) -> None:
        self.owner = owner

    def take(self, operation: Operation, *, lane: Lane, max_wait: float) -> "StoredPermit":
        """Wait up to max_wait seconds for leave to send one request of the operation's quota.

        Raises QuotaExhausted as soon as it is known that none comes in time, RuntimeError inside a transaction.
        """
        quota = buckets.limits_of(operation.quota)
        front = _front(self.owner, quota)
        deadline = uptime() + max_wait
        while True:
            try:
                turn = front.take(lane, max(deadline - uptime(), 0.0))
            except TooLong as problem:
                raise QuotaExhausted(quota.name, problem.retry_after, operation=operation.name) from None
            permit = StoredPermit(turn.grant, quota, front)
            time.sleep(max(turn.received_at + turn.grant.start_in - uptime(), 0.0))
            if uptime() <= turn.asked_at + turn.grant.start_in + LATE_SECONDS:
                return permit
            permit.unused()  # this process was stopped, or the machine slept: too late to use it


class StoredPermit:
    """Leave to send one request; exactly one of the methods is called when it is over."""

    def __init__(self, grant: Grant, quota: Quota, front: Front) -> None:
        self._permit = grant.permit
        self._quota = quota
        self._front = front

    def answered(self) -> None:
        """An answer was read, but not 429."""
        buckets.book_done(self._permit)

    def lost(self) -> None:
        """No answer will come and the socket is closed: what arrived has arrived by now."""
        buckets.book_done(self._permit)

    def refused(self, retry_after: float | None) -> None:
        """The cloud answered 429. retry_after: seconds, when the answer named them."""
        buckets.book_refused(self._permit, self._quota, retry_after)

    def unused(self) -> None:
        """Nothing was sent."""
        buckets.give_back(self._permit)
        self._front.forget()


def forget_fronts() -> None:
    """Forget what this process learnt about every bucket; for tests, and for a store that was exchanged."""
    with _fronts_lock:
        _fronts.clear()


def _front(owner: str, quota: Quota) -> Front:
    with _fronts_lock:
        key = (owner, quota)
        if key not in _fronts:
            _fronts[key] = Front(partial(buckets.ask, owner, quota))
        return _fronts[key]
