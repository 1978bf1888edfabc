"""Counting what is spent: in the process's memory first, every few seconds into tables that all processes share.

Nobody waits for it and nothing depends on it: a process that is killed loses the counts of its last seconds.
"""

import atexit
import os
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, connections, transaction
from django.db.models import F, Model
from django.utils import timezone

from console.connections.models import LimitFall, MinuteUse, QuotaRefusal, Tally
from console.core.consumers import Consumer
from console.sparkrtc.operation import Operation
from console.sparkrtc.permits import Lane

__all__ = ["Spent", "count", "flush", "note_fall", "note_refusal", "note_use"]

log = structlog.get_logger(__name__)
KEPT = timedelta(hours=24)
_REFUSALS_KEPT = timedelta(days=7)
_PRUNE_EVERY = timedelta(minutes=10)
_MOST_PENDING = 10_000  # keys; more than that means that nothing can be written, and counting goes on without

Key = tuple[Any, ...]
Sums = defaultdict[Key, dict[str, float]]


@dataclass(frozen=True)
class Spent:
    """What became of one wish for a permit. waited: seconds."""

    sent: int = 0
    refused: int = 0
    gave_up: int = 0
    waited: float = 0.0


def _sums() -> Sums:
    return defaultdict(lambda: defaultdict(float))


@dataclass
class _Pending:
    """What this process has counted and not written yet."""

    pid: int = field(default_factory=os.getpid)
    tallies: Sums = field(default_factory=_sums)
    uses: Sums = field(default_factory=_sums)
    refusals: list[QuotaRefusal] = field(default_factory=list)
    falls: list[LimitFall] = field(default_factory=list)


_lock = threading.Lock()
_writing = threading.Lock()
_pending = _Pending()
_timer: threading.Timer | None = None
_pruned_at: datetime | None = None


def count(name: str, *labels: str, by: float = 1.0) -> None:
    """Add to a number that only grows. labels: their values, without "|"."""
    _add(lambda pending: _sum(pending.tallies, (name, "|".join(labels)), {"value": by}))


def note_use(
    owner: str, connection_id: int, operation: Operation, lane: Lane, consumer: Consumer, spent: Spent
) -> None:
    """Note what a consumer spent of a quota by an operation through a connection, in the present minute."""
    minute = timezone.now().replace(second=0, microsecond=0)
    spender = (consumer.kind, consumer.name, consumer.person)
    key = (owner, connection_id, operation.quota.name, operation.name, minute, int(lane), *spender)
    _add(lambda pending: _sum(pending.uses, key, vars(spent)))


def note_refusal(refusal: QuotaRefusal) -> None:
    """Note a 429."""
    _add(lambda pending: pending.refusals.append(refusal))


def note_fall(fall: LimitFall) -> None:
    """Note that a limit fell."""
    _add(lambda pending: pending.falls.append(fall))


def flush() -> None:
    """Write what this process has counted. What cannot be written now is kept for the next time."""
    global _pending
    with _writing:
        with _lock:
            taken, _pending = _pending, _Pending()
        if taken.pid != os.getpid():
            return  # counted before a fork: the parent writes it
        try:
            _write(taken)
        except DatabaseError:
            log.warning("counts not written", exc_info=True)
            _put_back(taken)


def _add(change: Callable[[_Pending], None]) -> None:
    global _pending
    with _lock:
        if _pending.pid != os.getpid():
            _pending = _Pending()
        events = len(_pending.refusals) + len(_pending.falls)
        if len(_pending.tallies) + len(_pending.uses) + events >= _MOST_PENDING:
            return
        change(_pending)
    _write_soon()


def _sum(sums: Sums, key: Key, more: Mapping[str, float]) -> None:
    for name, value in more.items():
        sums[key][name] += value


def _write_soon() -> None:
    """See to it that a thread writes after settings.USAGE_FLUSH_SECONDS (5; with 0 only flush() writes)."""
    global _timer
    seconds = getattr(settings, "USAGE_FLUSH_SECONDS", 5.0)
    with _lock:
        if not seconds or (_timer is not None and _timer.is_alive()):
            return
        _timer = threading.Timer(seconds, _flush_in_thread)
        _timer.daemon = True
        _timer.start()


def _flush_in_thread() -> None:
    global _timer
    with _lock:
        _timer = None  # whatever is counted from now on starts another
    try:
        flush()
    finally:
        connections.close_all()


def _put_back(taken: _Pending) -> None:
    with _lock:
        for mine, theirs in ((_pending.tallies, taken.tallies), (_pending.uses, taken.uses)):
            for key, values in theirs.items():
                _sum(mine, key, values)
        _pending.refusals[:0] = taken.refusals
        _pending.falls[:0] = taken.falls


def _write(taken: _Pending) -> None:
    uses = ("owner", "connection_id", "quota", "operation", "minute", "lane", "kind", "consumer", "person")
    with transaction.atomic():
        _increase(Tally, ("name", "labels"), taken.tallies)
        _increase(MinuteUse, uses, taken.uses)
        QuotaRefusal.objects.bulk_create(taken.refusals)
        LimitFall.objects.bulk_create(taken.falls)
        _prune(timezone.now())


def _increase(model: type[Model], names: Iterable[str], sums: Sums) -> None:
    """Add to the rows, made where there are none; in one order, so that no two processes block each other."""
    manager: Any = model._default_manager
    for key, values in sorted(sums.items()):
        row = manager.filter(**dict(zip(names, key, strict=True)))
        more = {name: F(name) + value for name, value in values.items()}
        if not row.update(**more):
            manager.bulk_create([model(**dict(zip(names, key, strict=True)))], ignore_conflicts=True)
            row.update(**more)


def _prune(now: datetime) -> None:
    global _pruned_at
    if _pruned_at is not None and timedelta(0) <= now - _pruned_at < _PRUNE_EVERY:
        return
    _pruned_at = now
    MinuteUse.objects.filter(minute__lt=now - KEPT).delete()
    QuotaRefusal.objects.filter(at__lt=now - _REFUSALS_KEPT).delete()
    LimitFall.objects.filter(at__lt=now - _REFUSALS_KEPT).delete()


def _at_exit() -> None:
    if _pending.tallies or _pending.uses or _pending.refusals or _pending.falls:
        try:
            flush()
        except Exception:  # the process ends, and so may everything that it would need
            log.warning("last counts not written", exc_info=True)


if getattr(settings, "USAGE_FLUSH_SECONDS", 5.0):
    atexit.register(_at_exit)
