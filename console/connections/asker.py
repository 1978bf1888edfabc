"""The one place of this process where a bucket's permits are asked for: its threads queue here, by lane.

Only the head of the queue speaks to the store. What it learns there ("nothing before …") spares the others the
question: nobody polls, and whoever cannot be served in time is told so at once.
"""

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from console.connections.buckets import Denied, Grant
from console.sparkrtc.permits import Lane

__all__ = ["Front", "TooLong", "Turn", "uptime"]

_A_MOMENT = 1.0  # seconds; what a thread is told that waited in the queue and learnt nothing
Ask = Callable[[Lane, float], Grant | Denied]


class TooLong(Exception):
    """No permit comes in time. retry_after: seconds until asking again makes sense."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


@dataclass(frozen=True)
class Turn:
    """A grant, and when this process asked for it and had it: seconds of uptime()."""

    grant: Grant
    asked_at: float
    received_at: float


def uptime() -> float:
    """Return seconds on a clock that nobody sets and that goes on while the machine sleeps, where there is one."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Front:
    """The queue of one process before one bucket.

    ask: asks the store for one lane with at most so many seconds to wait. clock: seconds, never set back.
    """

    def __init__(self, ask: Ask, clock: Callable[[], float] = uptime) -> None:
        self._ask = ask
        self._clock = clock
        self._changed = threading.Condition()
        self._queue: list[tuple[Lane, int]] = []
        self._numbers = itertools.count()
        self._asking = False
        self._known: dict[Lane, tuple[float, float]] = {}  # lane: no start before, no use in asking before

    def take(self, lane: Lane, max_wait: float) -> Turn:
        """Wait for a grant.

        Raises TooLong as soon as it is known that no permit comes within max_wait seconds.
        """
        deadline = self._clock() + max_wait
        place = (lane, next(self._numbers))
        with self._changed:
            heapq.heappush(self._queue, place)
        try:
            while True:
                self._await_turn(place, deadline)
                asked_at = self._clock()
                answer = self._ask_store(lane, deadline)
                if isinstance(answer, Grant):
                    return Turn(answer, asked_at, self._clock())
        finally:
            with self._changed:
                self._queue.remove(place)
                heapq.heapify(self._queue)
                self._changed.notify_all()

    def forget(self) -> None:
        """Forget what was learnt: a permit came back unused, so one may be free before that."""
        with self._changed:
            self._known.clear()
            self._changed.notify_all()

    def _await_turn(self, place: tuple[Lane, int], deadline: float) -> None:
        """Wait until this place may ask; mark the store as being asked."""
        lane = place[0]
        with self._changed:
            while True:
                now = self._clock()
                start, ask_at = self._known.get(lane, (now, now))
                if start > deadline:
                    raise TooLong(start - now)
                first = self._queue[0] == place
                if first and not self._asking and ask_at <= now:
                    self._asking = True
                    return
                if now >= deadline:
                    raise TooLong(max(start - now, _A_MOMENT))
                self._changed.wait((ask_at if first and ask_at > now else deadline) - now)

    def _ask_store(self, lane: Lane, deadline: float) -> Grant | Denied:
        answer: Grant | Denied | None = None
        try:
            answer = self._ask(lane, max(deadline - self._clock(), 0.0))
        finally:
            with self._changed:
                self._asking = False
                now = self._clock()
                if isinstance(answer, Denied):
                    self._known[lane] = (now + answer.start_in, now + answer.ask_in)
                self._changed.notify_all()
        return answer
