"""One try of a measurement: hold a quota, wait until nothing of ours is under way, send a few reads and book each."""

import threading
import time
from collections.abc import Callable

import structlog
from django.db import connections

from console.connections import holding
from console.connections.client import make_client
from console.connections.measuring import Finding, Outcome, Read, Recipe, Why, measure
from console.connections.models import Connection
from console.connections.rules import limits_of
from console.connections.scopes import paid_from
from console.connections.spending import CountedPermits
from console.sparkrtc.client import Client
from console.sparkrtc.errors import BadRequest, Conflict, NotFound, QuotaExhausted, SparkError, Throttled
from console.sparkrtc.operation import Operation, Quota
from console.sparkrtc.permits import Lane

__all__ = ["ANSWERS_SECONDS", "Sender", "burst", "measure_held"]

log = structlog.get_logger(__name__)
_SLACK_SECONDS = 5.0
ANSWERS_SECONDS = 2.0  # in which requests that are under way should be answered


def measure_held(connection: Connection, owner: str, recipe: Recipe, until: float) -> Finding:
    """Hold the quota, wait until nothing of ours is under way, and measure once.

    until: by time.monotonic(), when all must be over. Raises SparkError when the quota cannot be held.
    """
    first = recipe.first.operation
    limits = limits_of(owner)
    quota = limits[paid_from(first.name, limits)]
    spare = burst(quota.seconds) + ANSWERS_SECONDS
    held = holding.hold(owner, first.quota.name, spare, until - time.monotonic())
    deadline = time.monotonic() + held.seconds
    try:
        while wait := holding.seconds_until_free(held):
            if time.monotonic() + wait > deadline - burst(quota.seconds):
                return Finding(None, 0, Why.BUSY)
            time.sleep(min(wait, 1.0))
        sender = Sender(connection, held, deadline)
        sender.prepare(recipe, quota)
        found = None
        try:
            found = measure(recipe, quota, sender)
        finally:
            sender.finish(foreign=found is not None and found.why == Why.FOREIGN)
        return found
    finally:
        holding.let_go(held)


class Sender:
    """Sends reads under a hold; counts them for who asked, and books each."""

    def __init__(self, connection: Connection, held: holding.Hold, deadline: float) -> None:
        self._held, self._deadline = held, deadline
        self._permits = _HeldPermits()
        permits = CountedPermits(self._permits, held.owner, connection.pk)
        self._client: Client = make_client(connection, permits=permits)
        self._booked: list[str] = []

    def prepare(self, recipe: Recipe, quota: Quota) -> None:
        """Book all that may be sent before anything is, so that nothing is forgotten whatever happens."""
        self._booked = holding.note_sent(self._held, recipe.first.operation, quota.limit)
        for read, _scope in recipe.then:
            self._booked += holding.note_sent(self._held, read.operation, 1)

    def finish(self, *, foreign: bool) -> None:
        """Book that all is over. foreign: the last one was refused though the limit was not reached."""
        holding.note_done(self._held, self._booked, self._permits.given, foreign=foreign)

    def __call__(self, read: Read) -> str:
        if time.monotonic() > self._deadline - 1:
            return Outcome.FAILED  # others may go on any moment
        try:
            self._client.call(read.operation, lane=Lane.BACKGROUND, max_wait=0.0, **read.params)
        except (BadRequest, NotFound, Conflict):
            return Outcome.COUNTED  # the service has answered: it knows nothing of that name
        except (Throttled, QuotaExhausted):
            return Outcome.REFUSED
        except SparkError as problem:
            log.info("a read of the measurement failed", operation=read.operation.name, problem=str(problem))
            return Outcome.FAILED
        finally:
            if threading.current_thread() is not threading.main_thread():
                connections.close_all()
        return Outcome.COUNTED


class _HeldPermits:
    """Permits under a hold. After a refusal there is none: nothing more is sent. given: how many there were."""

    def __init__(self) -> None:
        self._refused = threading.Event()
        self._lock = threading.Lock()
        self.given = 0

    def take(self, operation: Operation, *, lane: Lane, max_wait: float) -> "_HeldPermit":
        if self._refused.is_set():
            raise QuotaExhausted(operation.quota.name, 0.0, operation=operation.name)
        with self._lock:
            self.given += 1
        return _HeldPermit(self._refused.set)


class _HeldPermit:
    """Booked together with all others of the measurement; only a refusal matters at once."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop

    def answered(self, trip: float | None = None) -> None:
        pass

    def lost(self) -> None:
        pass

    def refused(self, retry_after: float | None) -> float | None:
        self._stop()
        return None

    def unused(self) -> None:
        pass


def burst(window: float) -> float:
    """Seconds that measuring may take once nothing is under way any more."""
    return 0.75 * window + _SLACK_SECONDS
