"""Permits that leave a trace: who took them, how long they waited, what came of them."""

import time

from django.utils import timezone

from console.connections import tallies
from console.connections.models import QuotaRefusal
from console.connections.tallies import Spent
from console.core.consumers import Consumer, current_consumer
from console.sparkrtc.errors import QuotaExhausted
from console.sparkrtc.operation import Operation
from console.sparkrtc.permits import Lane, Permit, Permits

__all__ = ["WAIT_STEPS", "CountedPermits"]

WAIT_STEPS = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)  # seconds


class CountedPermits:
    """Permits of one owner of quotas, counted by connection, quota, lane and consumer.

    connection_id: through which connection they are spent; None for one that is not saved.
    """

    def __init__(self, permits: Permits, owner: str, connection_id: int | None) -> None:
        self._permits = permits
        self._owner, self._connection_id = owner, connection_id or 0

    def take(self, operation: Operation, *, lane: Lane, max_wait: float) -> "CountedPermit":
        """Wait as the permits do, and count the wait. Raises what they raise."""
        consumer, begun = current_consumer(), time.monotonic()
        try:
            permit = self._permits.take(operation, lane=lane, max_wait=max_wait)
        except QuotaExhausted:
            self._wait_over(operation, lane, consumer, begun, "gave_up")
            raise
        self._wait_over(operation, lane, consumer, begun, "granted")
        return CountedPermit(permit, self._owner, self._connection_id, operation, lane, consumer)

    def _wait_over(
        self, operation: Operation, lane: Lane, consumer: Consumer, begun: float, end: str
    ) -> None:
        waited, quota, name = time.monotonic() - begun, operation.quota.name, lane.name.lower()
        tallies.count("permits", quota, name, end)
        tallies.count("wait_seconds", quota, name, by=waited)
        step = next((f"{step:g}" for step in WAIT_STEPS if waited <= step), "+Inf")
        tallies.count("waits", quota, name, step)
        spent = Spent(gave_up=int(end == "gave_up"), waited=waited)
        tallies.note_use(self._owner, self._connection_id, operation, lane, consumer, spent)


class CountedPermit:
    """A permit; what it is told is counted and passed on."""

    def __init__(
        self,
        permit: Permit,
        owner: str,
        connection_id: int,
        operation: Operation,
        lane: Lane,
        consumer: Consumer,
    ) -> None:
        self._permit = permit
        self._owner, self._connection_id, self._operation = owner, connection_id, operation
        self._lane, self._consumer = lane, consumer

    def answered(self, trip: float | None = None) -> None:
        self._permit.answered(trip)
        self._sent(Spent(sent=1), "answered")

    def lost(self) -> None:
        self._permit.lost()
        self._sent(Spent(sent=1), "lost")

    def refused(self, retry_after: float | None) -> float | None:
        pause = self._permit.refused(retry_after)
        self._sent(Spent(sent=1, refused=1), "refused")
        tallies.note_refusal(
            QuotaRefusal(
                owner=self._owner,
                connection_id=self._connection_id,
                quota=self._operation.quota.name,
                at=timezone.now(),
                operation=self._operation.name,
                lane=self._lane,
                kind=self._consumer.kind,
                consumer=self._consumer.name,
                retry_after=retry_after,
            )
        )
        return pause

    def unused(self) -> None:
        self._permit.unused()
        tallies.count("requests", self._operation.quota.name, self._lane.name.lower(), "unsent")

    def _sent(self, spent: Spent, outcome: str) -> None:
        tallies.count("requests", self._operation.quota.name, self._lane.name.lower(), outcome)
        tallies.note_use(self._owner, self._connection_id, self._operation, self._lane, self._consumer, spent)
