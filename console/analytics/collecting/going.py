"""Going out: one errand after the other, as far as the share of the quota and the time of the task allow."""

import time
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from console.analytics.collecting import errands, pace
from console.analytics.collecting.applications import connection_of, look_again
from console.analytics.collecting.keeping import Answered
from console.analytics.collecting.kinds import KINDS, span_of
from console.analytics.collecting.windows import next_window
from console.analytics.models import CloudProject, Errand
from console.connections.client import client_for
from console.connections.models import Connection
from console.connections.problems import ConnectionUnusable
from console.core.told import Told, keep
from console.sparkrtc.errors import (
    BadRequest,
    Forbidden,
    InvalidParameters,
    NotFound,
    QuotaExhausted,
    SparkError,
    Throttled,
    Unauthenticated,
    Unreachable,
)
from console.sparkrtc.permits import Lane

__all__ = ["collect", "projects_due"]

log = structlog.get_logger(__name__)

_LEASE = timedelta(seconds=90)
_PERMIT_SECONDS = 15.0
_REFUSED = timedelta(hours=6)  # what the cloud refuses to answer is asked for again after so long
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)  # of an errand that failed
_IN_A_ROW = 3  # failures of different errands, after which the cloud is left alone for a while
_FIRST_REST, _LONGEST_REST = timedelta(seconds=30), timedelta(minutes=15)


def projects_due(projects: list[CloudProject], now: datetime) -> list[CloudProject]:
    """Return those of the projects for which there is something to do now."""
    return [
        project
        for project in projects
        if not (project.resting_until and project.resting_until > now)
        and not (project.collecting_until and project.collecting_until > now)
        and (
            project.looked_at is None
            or now - project.looked_at >= timedelta(hours=1)
            or _waiting(project, now)
        )
    ]


def _waiting(project: CloudProject, now: datetime) -> bool:
    errands.bring_forward(project, now)
    return errands.any_due(project, now)


def collect(project: CloudProject, *, seconds: float = pace.TURN_SECONDS) -> int:
    """Go out for what is due, for so many seconds at most; return the number of requests sent.

    One caller at a time for each project: a second one returns at once, also too soon after the last request.
    """
    now = timezone.now()
    free = Q(collecting_until=None) | Q(collecting_until__lte=now)
    if not CloudProject.objects.filter(free, pk=project.pk).update(collecting_until=now + _LEASE):
        return 0
    connection, sent, quickest = connection_of(project), 0, timedelta()
    try:
        if connection is not None:
            mine = pace.pace_for(connection)
            sent = _turn(project, connection, seconds, mine)
            quickest = mine.quickest if sent else timedelta()
    finally:
        CloudProject.objects.filter(pk=project.pk).update(collecting_until=timezone.now() + quickest)
    return sent


def _turn(project: CloudProject, connection: Connection, seconds: float, mine: pace.Pace) -> int:
    sent, end = 0, time.monotonic() + seconds
    look_again(project, connection, timezone.now())
    errands.bring_forward(project, timezone.now())
    quickest = mine.quickest.total_seconds()
    while (begun := time.monotonic()) < end:
        now = timezone.now()
        errand = errands.claim(project, now)
        if errand is None:
            break
        if not pace.take(project, now, mine.each):
            errands.release(errand)
            break
        sent += 1
        if not _go(project, connection, errand):
            break
        if begun + quickest >= end:
            break
        time.sleep(max(begun + quickest - time.monotonic(), 0.0))
    return sent


def _go(project: CloudProject, connection: Connection, errand: Errand) -> bool:
    """Do one errand; False when there is no point in doing another now."""
    kind = KINDS.get(errand.kind)
    if kind is None:  # of a later version of the console
        errand.delete()
        return True
    now = timezone.now()
    span = span_of(kind, shorter=errand.shorter)
    window = next_window(span, errand.reached, now.timestamp())
    if window is None:
        errands.done(errand, kind, errand.reached or 0, now)
        return True
    try:
        answer = client_for(connection).call(
            kind.operation,
            lane=Lane.BACKGROUND,
            max_wait=_PERMIT_SECONDS,
            app_id=errand.application.app_id,
            **kind.params(window, now),
        )
    except SparkError as problem:
        return _failed(project, errand, problem, now)
    answered = Answered(errand.application, span, window, errand.reached, now, answer.value)
    with transaction.atomic():
        kept = kind.keep(answered)
        if not errands.done(errand, kind, max(kept.reached, errand.reached or 0), now, late=kept.late):
            transaction.set_rollback(True)
            log.warning("collected too late", errand=errand.kind, app_id=errand.application.app_id)
    if project.failures:
        project.failures = 0
        CloudProject.objects.filter(pk=project.pk).update(failures=0, problem=[], resting_until=None)
    return True


def _failed(project: CloudProject, errand: Errand, problem: SparkError, now: datetime) -> bool:
    """Decide when to try again: this errand alone, or after a rest the whole project. False: go no further now."""
    told = keep(problem)
    if isinstance(problem, QuotaExhausted | Throttled):
        errands.put_off(errand, errand.due_at, told, failed=False)
        _rest(project, now + timedelta(seconds=min(problem.retry_after or 60.0, 300.0)), told)
        return False
    if isinstance(problem, BadRequest | NotFound | InvalidParameters):
        shorter = bool(KINDS[errand.kind].shorter) and not errand.shorter
        errands.put_off(errand, now if shorter else now + _REFUSED, told, shorter=shorter)
        return True
    project.failures = min(project.failures + 1, 100)
    if isinstance(problem, Unauthenticated | Forbidden | ConnectionUnusable):
        errands.put_off(errand, errand.due_at, told)
        _rest(project, now + _LONGEST_REST, told)
        return False
    errands.put_off(errand, now + _longer(_FIRST_WAIT, errand.failures, _LONGEST_WAIT), told)
    everything = isinstance(problem, Unreachable) or project.failures >= _IN_A_ROW
    if everything:
        wait = _longer(_FIRST_REST, project.failures - _IN_A_ROW, _LONGEST_REST)
        log.info("collector rests", problem=str(problem), seconds=wait.total_seconds())
        _rest(project, now + wait, told)
    return not everything


def _longer(first: timedelta, times: int, longest: timedelta) -> timedelta:
    return min(first * 2 ** min(max(times, 0), 10), longest)


def _rest(project: CloudProject, until: datetime, told: Told) -> None:
    CloudProject.objects.filter(pk=project.pk).update(
        resting_until=until, problem=told, failures=project.failures
    )
