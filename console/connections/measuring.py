"""How to find out for what a limit holds: use one operation up, then see whether another is refused. Pure.

Only reads that change nothing, about things that don't exist. After as many of one operation as the limit allows, one
request of another category, then one of another operation, then one more of the first: the first that is refused says
what shares the limit. When none is, the window had passed or the limit is higher, and nothing was found out.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from console.connections.scopes import Scope
from console.sparkrtc.catalogue.applications import GET_APPLICATION, LIST_APPLICATIONS
from console.sparkrtc.catalogue.recording import GET_AUTOMATIC, GET_MIX_JOB, GET_SINGLE_JOB
from console.sparkrtc.catalogue.storage import BUCKET_REGIONS, LIST_BUCKETS, LIST_OBJECTS
from console.sparkrtc.operation import Operation, Quota

__all__ = ["MOST_REQUESTS", "RECIPES", "Finding", "Outcome", "Read", "Recipe", "Why", "measure", "price"]

MOST_REQUESTS = 70  # of one try; a limit above that is not measured
_MOST_THREADS = 10
_PART_OF_WINDOW = 0.5  # in which all requests of the first operation are to be sent

_NOTHING = "0" * 32  # an id that names nothing


class Why:
    """Why nothing was found out."""

    BUSY = "busy"  # requests of ours were still under way
    FOREIGN = "foreign"  # refused before the limit was reached
    FAILED = "failed"  # an answer that the quota may not have counted
    UNREFUSED = "unrefused"  # more was accepted than the limit allows
    LOST = "lost"  # the process that measured has ended


class Outcome:
    """What came of one read."""

    COUNTED = "counted"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True)
class Read:
    """An operation that changes nothing, with parameters that name nothing."""

    operation: Operation
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Recipe:
    """How one quota is measured. first: the read that uses the limit up.

    then: what is asked for after that, and what it means when it is refused; the last is the first once more.
    tries: how often it is begun again when nothing was found out.
    """

    first: Read
    then: tuple[tuple[Read, Scope], ...]
    tries: int = 1


@dataclass(frozen=True)
class Finding:
    """What was found out. scope: None when nothing was; why: then a word of Why.

    sent: requests. refused: the operation whose request was refused, empty when none was.
    """

    scope: Scope | None
    sent: int
    why: str = ""
    refused: str = ""


_MIX = Read(GET_MIX_JOB, {"app_id": _NOTHING, "job_id": _NOTHING})
_SINGLE = Read(GET_SINGLE_JOB, {"app_id": _NOTHING, "job_id": _NOTHING})
_APPLICATION = Read(GET_APPLICATION, {"app_id": _NOTHING})
_AUTOMATIC = Read(GET_AUTOMATIC, {"app_id": _NOTHING})
_LIST = Read(LIST_APPLICATIONS, {"limit": 1})
_BUCKETS = Read(LIST_BUCKETS)
_OBJECTS = Read(LIST_OBJECTS, {"bucket": "no-such-bucket", "type": "folders", "location": BUCKET_REGIONS[0]})

# Rooms have no reads of their own. Statistics are too dear: thirty requests are the whole minute of everybody's pages.
RECIPES: dict[str, Recipe] = {
    "app_config": Recipe(
        _APPLICATION,
        ((_AUTOMATIC, Scope.CELL), (_LIST, Scope.CATEGORY), (_APPLICATION, Scope.OPERATION)),
    ),
    # Of each category only one operation reads, so a category is as fine as can be told.
    "jobs": Recipe(_MIX, ((_SINGLE, Scope.CELL), (_MIX, Scope.CATEGORY)), tries=3),
    "obs": Recipe(_BUCKETS, ((_OBJECTS, Scope.CELL), (_BUCKETS, Scope.OPERATION)), tries=3),
}


def price(recipe: Recipe, limit: int) -> int:
    """Return how many requests are sent at most."""
    return recipe.tries * (limit + len(recipe.then))


def measure(
    recipe: Recipe, quota: Quota, send: Callable[[Read], str], clock: Callable[[], float] = time.monotonic
) -> Finding:
    """Measure once, and stop at the first refusal.

    quota: the limit in force. send: sends a read, returns its Outcome.
    """
    outcomes = _use_up(recipe.first, quota, send, clock)
    sent = len(outcomes)
    if Outcome.REFUSED in outcomes:
        return Finding(None, sent, Why.FOREIGN, recipe.first.operation.name)
    if Outcome.FAILED in outcomes:
        return Finding(None, sent, Why.FAILED)
    for read, scope in recipe.then:
        outcome = send(read)
        sent += 1
        if outcome == Outcome.REFUSED:
            return Finding(scope, sent, refused=read.operation.name)
        if outcome == Outcome.FAILED:
            return Finding(None, sent, Why.FAILED)
    return Finding(None, sent, Why.UNREFUSED)


def _use_up(read: Read, quota: Quota, send: Callable[[Read], str], clock: Callable[[], float]) -> list[str]:
    """Send as many as the limit allows, side by side where one after the other would take too long.

    Nothing more is sent after one that was not simply counted.
    """
    begun = clock()
    outcomes = [send(read)]
    together = ceil(quota.limit * (clock() - begun) / (_PART_OF_WINDOW * quota.seconds))

    def unless_stopped() -> str | None:
        if any(outcome != Outcome.COUNTED for outcome in outcomes):
            return None
        outcomes.append(outcome := send(read))
        return outcome

    with ThreadPoolExecutor(max(1, min(together, _MOST_THREADS))) as pool:
        _finish(pool.submit(copy_context().run, unless_stopped) for _ in range(quota.limit - 1))
    return outcomes


def _finish(futures: Iterable[Any]) -> None:
    for future in list(futures):
        future.result()
