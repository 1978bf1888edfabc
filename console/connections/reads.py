"""The one way to read from the cloud: many may look, one asks.

A fresh answer costs no call. An old one is given at once, marked with its age, while one thread of one process asks
again. A missing one is asked for by one, and everybody else waits for that. When the cloud fails, the last usable
answer is given together with the failure. When all that is watched wants more than the quota allows, each is refreshed
less often (see pacing.py). What can't change any more is never asked for again.
"""

import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from django.utils import timezone

from console.connections import answers, observing, tallies, watching
from console.connections.answers import Claim, Stored
from console.connections.client import client_for
from console.connections.models import Connection
from console.connections.owners import known_owner_of
from console.connections.policy import freshness_of, is_final
from console.connections.problems import AnswerPending
from console.connections.questions import Question, question
from console.connections.refresher import refresher
from console.connections.rules import is_shared
from console.core.patience import SECONDS, patience_left
from console.sparkrtc.errors import InvalidParameters, QuotaExhausted, SparkError
from console.sparkrtc.operation import Operation
from console.sparkrtc.permits import Lane
from console.sparkrtc.replies import restore, store

__all__ = ["Reading", "drop", "read"]

log = structlog.get_logger(__name__)
drop = answers.drop

_FLIGHT_SECONDS = 30.0  # how long an asking is believed to be under way, beyond its wait for a permit
_PATIENCE_SECONDS = 3.0  # how long others wait for it, beyond what they would wait for a permit
_REFRESH_WAIT_SECONDS = 5.0  # how long a refresh in the background waits for a permit
_LONGEST_HOLD_OFF_SECONDS = 30.0
_FAILURE_SECONDS = 5.0  # how long a failure is taken for an answer: no second call meanwhile
_LATE = 1.3  # intervals; an answer that is older has not had its turn
_LEAST_SECONDS = 0.25  # what a read may always wait: enough for a permit that is free, and for a quick answer
_GRACE_SECONDS = 0.1  # in which a wait for a permit that ends just now can say so
_FIRST_LOOK_SECONDS, _LAST_LOOK_SECONDS = 0.02, 0.25  # between looks at what another process is asking

_under_way: dict[tuple[int, str], threading.Event] = {}  # askings of this process


@dataclass(frozen=True)
class Reading:
    """An answer, and what one must know to show it.

    value: the operation's reply; secrets in it are masked and unknown. taken_at: when it was read from the cloud.
    stale: older than it should be; it is being asked for again. error: what the last asking met, when that came after
    the answer. asked_at: when the asking began; a time that was given as Ago counts from there. interval: seconds after
    which it is refreshed while somebody watches; 0 when it can't change any more.
    """

    value: Any
    taken_at: datetime
    stale: bool
    error: SparkError | None
    request_id: str
    asked_at: datetime | None = None
    interval: float = 0.0


def read(
    connection: Connection,
    operation: Operation,
    *,
    lane: Lane = Lane.PAGE,
    max_wait: float | None = None,
    require_fresh_after: datetime | None = None,
    **params: Any,
) -> Reading:
    """Return the shared answer to a reading operation with these parameters (None: not given).

    Times among the parameters count by the minute; one that moves with the clock is an Ago, so that the window up to
    now is one question. max_wait: seconds to wait for a permit when nothing can be answered at once; by default what is
    left of the request's patience (see core/patience.py), elsewhere two. A request waits for the answer no longer than
    that; elsewhere who waits for somebody else's asking waits three seconds more. require_fresh_after: only an answer
    whose asking began after this instant will do.
    When there is nothing to show, raises QuotaExhausted with retry_after, AnswerPending (asked, but not answered yet),
    or the SparkError that the asking met.
    """
    patience = patience_left()
    if max_wait is None:
        max_wait = SECONDS if patience is None else max(patience, _LEAST_SECONDS)
    asked = question(connection, operation, params)
    try:
        reading, found = _answered(asked, lane, max_wait, require_fresh_after)
    except SparkError as problem:
        tallies.count("reads", operation.name, "failed")
        if isinstance(problem, QuotaExhausted):
            problem.shared = is_shared(known_owner_of(connection), operation)
        raise
    tallies.count("reads", operation.name, found)
    return reading


def _answered(asked: Question, lane: Lane, max_wait: float, after: datetime | None) -> tuple[Reading, str]:
    """Return the answer, and where it was found: "fresh" or "old" in the store, "asked" for, "waited" for others."""
    deadline = time.monotonic() + max_wait
    look, waited = _FIRST_LOOK_SECONDS, False
    while True:
        stored = answers.find(asked)
        if stored is not None and _will_do(asked, stored, after):
            reading = _now(asked, stored, lane)
            return reading, "waited" if waited else "old" if reading.stale else "fresh"
        if stored is not None and stored.failure is not None and _just_failed(stored, after):
            raise stored.failure
        wait = max(deadline - time.monotonic(), 0.0)
        claim = answers.claim(asked, wait + _FLIGHT_SECONDS, urgent=True)
        if claim is not None:
            return _ask(asked, claim, lane, wait, after), "asked"
        left = deadline + (_PATIENCE_SECONDS if patience_left() is None else 0.0) - time.monotonic()
        if left < 0:
            raise AnswerPending(asked.operation)
        _wait_for_others(asked, look, left)
        waited = True
        look = min(look * 1.5, _LAST_LOOK_SECONDS)


def _will_do(asked: Question, stored: Stored, after: datetime | None) -> bool:
    """Say whether the stored answer can be shown: there is one, new enough, and it means something still."""
    if stored.asked_at is None or (after is not None and stored.asked_at <= after):
        return False
    if stored.final:
        return True
    usable, age = freshness_of(asked.operation).usable_for, _age(stored)
    return age <= usable or age <= _LATE * watching.pace(asked).interval


def _just_failed(stored: Stored, after: datetime | None) -> bool:
    if stored.failed_at is None or (after is not None and stored.failed_at <= after):
        return False
    return (timezone.now() - stored.failed_at).total_seconds() < _FAILURE_SECONDS


def _age(stored: Stored) -> float:
    assert stored.asked_at is not None
    return (timezone.now() - stored.asked_at).total_seconds()


def _now(asked: Question, stored: Stored, lane: Lane) -> Reading:
    """Return the stored answer; when it is old and it is its turn, see to it that somebody asks again."""
    assert stored.taken_at is not None
    assert stored.asked_at is not None
    age, wish = _age(stored), freshness_of(asked.operation).fresh_for
    stale, interval = False, 0.0 if stored.final else wish
    if age > wish and not stored.final:
        interval = watching.pace(asked).of(wish)
        stale = age > (wish if interval == wish else _LATE * interval)
        if not stored.being_asked and not _just_failed(stored, None):
            _refresh_in_turn(asked, stored, lane)
    return Reading(
        stored.value, stored.taken_at, stale, stored.failure, stored.request_id, stored.asked_at, interval
    )


def _refresh_in_turn(asked: Question, stored: Stored, lane: Lane) -> None:
    """Ask again beside the requests, if it is this question's turn; a click waits for none."""
    seconds = _REFRESH_WAIT_SECONDS + _FLIGHT_SECONDS
    if lane is Lane.CLICK:
        claim = answers.claim_refresh(stored, seconds, None)
    else:
        claim = watching.claim_turn(asked, stored, seconds)
    if claim is not None:
        refresher.submit(partial(_refresh, asked, claim, lane), partial(answers.release, claim))


def _refresh(asked: Question, claim: Claim, lane: Lane) -> None:
    """Ask while nobody waits. What goes wrong is stored, and shown to whoever looks next."""
    try:
        _fly(asked, claim, lane, _REFRESH_WAIT_SECONDS)
    except QuotaExhausted as problem:
        wait = problem.retry_after or _LONGEST_HOLD_OFF_SECONDS
        answers.hold_off(claim, min(wait, _LONGEST_HOLD_OFF_SECONDS))
    except SparkError:
        pass


def _ask(asked: Question, claim: Claim, lane: Lane, wait: float, after: datetime | None) -> Reading:
    """Ask as the one who holds the claim, unless an answer came between the look and the claim."""
    stored = answers.find(asked)
    if stored is not None and _will_do(asked, stored, after):
        answers.release(claim)
        return _now(asked, stored, lane)
    if patience_left() is None:
        return _fly_or_release(asked, claim, lane, wait)
    flight = refresher.run(partial(_fly_or_release, asked, claim, lane, wait))
    try:
        return flight.result(max(patience_left() or 0.0, _LEAST_SECONDS) + _GRACE_SECONDS)
    except TimeoutError:
        if flight.cancel():  # nobody got to it
            answers.release(claim)
        else:
            flight.add_done_callback(_note_failure)
        raise AnswerPending(asked.operation) from None


def _note_failure(flight: "Future[Reading]") -> None:
    """What an asking met that nobody waits for any more is stored for who looks next; a surprise is for the log."""
    problem = flight.exception()
    if problem is not None and not isinstance(problem, SparkError):
        log.error("asking failed", exc_info=problem)


def _fly_or_release(asked: Question, claim: Claim, lane: Lane, wait: float) -> Reading:
    try:
        return _fly(asked, claim, lane, wait)
    except QuotaExhausted:
        answers.release(claim)
        raise


def _fly(asked: Question, claim: Claim, lane: Lane, wait: float) -> Reading:
    """Send the question and store what comes of it. A QuotaExhausted leaves the claim to the caller."""
    landed = _under_way[asked.id] = threading.Event()
    try:
        params = asked.sent_at(claim.asked_at)
        answer = client_for(asked.connection).call(asked.operation, lane=lane, max_wait=wait, **params)
        packed = store(answer.value)
        final = not asked.moves and is_final(asked.operation, params, claim.asked_at)
        answers.write(claim, answer, packed, final=final)
    except QuotaExhausted:
        raise
    except InvalidParameters:
        answers.release(claim)
        raise
    except SparkError as failure:
        answers.write_failure(claim, failure)
        raise
    except BaseException:
        answers.release(claim)
        raise
    finally:
        _under_way.pop(asked.id, None)
        landed.set()
    assert asked.operation.reply is not None
    value = restore(asked.operation.reply, packed)  # as everybody else will see it: without its secrets
    observing.show(asked.connection, asked.operation, params, value, answer.taken_at)
    wish = 0.0 if final else freshness_of(asked.operation).fresh_for
    return Reading(value, answer.taken_at, False, None, answer.request_id, claim.asked_at, wish)


def _wait_for_others(asked: Question, look: float, left: float) -> None:
    """Wait for this process's own asking until it ends; look now and then whether another process's has."""
    landed = _under_way.get(asked.id)
    if landed is None:
        time.sleep(look)
    else:
        landed.wait(min(1.0, left))
