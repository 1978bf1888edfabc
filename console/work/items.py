"""Items of runs: claimed by one worker each, performed, and their outcome written down, whatever happens meanwhile.

An item is claimed by a conditional update with a lease. Who dies loses the lease: then the item waits again, or is
unknown where doing it twice could do harm. Who was only slow still writes its outcome down.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db.models import Min
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_noop

from console.core.told import LOST, Told, keep
from console.sparkrtc.errors import (
    CloudFault,
    NoAnswer,
    OutcomeUnknown,
    QuotaExhausted,
    SparkError,
    Throttled,
    Unreachable,
)
from console.work.kinds import Kind, get_kind
from console.work.models import Run, RunItem

__all__ = ["LEASE", "CannotDo", "claim_next", "next_due", "perform", "recover_lost"]

log = structlog.get_logger(__name__)

# Longer than a task may take (Q_CLUSTER's timeout): whoever holds a claim so long is gone.
LEASE = timedelta(seconds=150)
_MOST_ATTEMPTS = 3
_PAUSES = (5, 20)  # seconds before the second and the third attempt
_USUAL_WAIT = 10.0
_PASSING = (CloudFault, Unreachable, NoAnswer)
_SURPRISE = gettext_noop("Something unforeseen went wrong; an administrator finds it in the log.")


class CannotDo(Exception):
    """An item can't be done, as may happen; the text says why, in a sentence that gettext knows."""


@dataclass(frozen=True)
class _Ended:
    """How an attempt at an item ended. again_at: when to try again, None when this was the last attempt."""

    state: str
    problem: Told
    result: Any = None
    again_at: datetime | None = None
    spent: bool = True


def claim_next(run: Run, now: datetime | None = None) -> RunItem | None:
    """Claim the run's next item that is due; None when there is none at present."""
    now = now or timezone.now()
    due = run.items.filter(state=RunItem.State.WAITING, due_at__lte=now)
    while (item := due.order_by("number").first()) is not None:
        token = uuid.uuid4().hex
        claimed = RunItem.objects.filter(pk=item.pk, state=RunItem.State.WAITING).update(
            state=RunItem.State.DOING,
            claimed_by=token,
            claimed_until=now + LEASE,
            attempts=item.attempts + 1,
            began_at=item.began_at or now,
        )
        if claimed:
            item.refresh_from_db()
            return item
    return None


def next_due(run: Run) -> datetime | None:
    """Return when the next waiting item is due; None when none waits."""
    found: datetime | None = run.items.filter(state=RunItem.State.WAITING).aggregate(at=Min("due_at"))["at"]
    return found


def perform(item: RunItem) -> Told:
    """Perform a claimed item and write down what came of it; return what keeps the whole run waiting, if anything."""
    kind = get_kind(item.run.kind)
    try:
        ended = _Ended(RunItem.State.DONE, [], import_string(kind.perform)(item.pk))
    except Exception as problem:
        ended = _of_problem(kind, item, problem)
    _write_down(item, ended)
    return ended.problem if not ended.spent else []


def recover_lost(now: datetime | None = None) -> int:
    """See to the items whose process died, and return how many they were."""
    now = now or timezone.now()
    lost = RunItem.objects.filter(state=RunItem.State.DOING, claimed_until__lt=now).select_related("run")
    count = 0
    for item in lost[:500]:
        kind = get_kind(item.run.kind)
        again = kind.repeatable and item.attempts < _MOST_ATTEMPTS
        state = RunItem.State.FAILED if kind.repeatable else RunItem.State.UNKNOWN
        count += _write_down(item, _Ended(state, LOST, again_at=now if again else None))
    return count


def _of_problem(kind: Kind, item: RunItem, problem: Exception) -> _Ended:
    now = timezone.now()
    # Nothing was sent, or the gateway counted it and passed nothing on: whatever it is, it can be done again.
    if isinstance(problem, QuotaExhausted | Throttled):
        wait = timedelta(seconds=problem.retry_after or _USUAL_WAIT)
        return _Ended(RunItem.State.WAITING, keep(problem), again_at=now + wait, spent=False)
    if isinstance(problem, OutcomeUnknown):
        return _Ended(RunItem.State.UNKNOWN, keep(problem))
    if isinstance(problem, SparkError):
        again = kind.repeatable and isinstance(problem, _PASSING) and item.attempts < _MOST_ATTEMPTS
        pause = _PAUSES[min(item.attempts, len(_PAUSES)) - 1]
        wait = timedelta(seconds=max(problem.retry_after or 0.0, pause))
        return _Ended(RunItem.State.FAILED, keep(problem), again_at=now + wait if again else None)
    if isinstance(problem, CannotDo):
        return _Ended(RunItem.State.FAILED, [("said", {"said": str(problem)})])
    log.error("item failed", run=str(item.run_id), item=item.pk, kind=kind.name, exc_info=problem)
    return _Ended(RunItem.State.FAILED, [("said", {"said": _SURPRISE})])


def _write_down(item: RunItem, ended: _Ended) -> int:
    """Write the outcome into the row, if it is still this claim's; also when it was given up as lost meanwhile."""
    held = RunItem.objects.filter(pk=item.pk, claimed_by=item.claimed_by).exclude(state=RunItem.State.DONE)
    changes: dict[str, Any] = {"problem": ended.problem, "claimed_until": None}
    if ended.again_at is not None:
        changes |= {"state": RunItem.State.WAITING, "due_at": ended.again_at, "claimed_by": ""}
        if not ended.spent:
            changes["attempts"] = item.attempts - 1
    else:
        changes |= {"state": ended.state, "result": ended.result, "ended_at": timezone.now()}
    return held.update(**changes)
