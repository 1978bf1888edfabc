"""Attempts: committed before anything is changed, with an outcome after it, whatever happens between."""

import contextlib
import uuid
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import Error, IntegrityError, transaction
from django.db import connection as database
from django.utils import timezone

from console.audit.actions import get_action
from console.audit.ledger import append
from console.audit.models import AuditEntry, Kind, OpenAttempt, Outcome
from console.audit.outcomes import LOST, outcome_of
from console.audit.scrub import clean_id, scrub_json, scrub_text
from console.audit.subjects import (
    Actor,
    ConnectionLike,
    Target,
    copy_actor,
    copy_click,
    copy_connection,
    ledger_of,
)

__all__ = ["LIMIT_SECONDS", "Entry", "NestedAttempt", "attempt", "close_lost_attempts", "in_attempt"]

log = structlog.get_logger(__name__)
LIMIT_SECONDS = 120.0  # longer than any call with its waits and retries


class NestedAttempt(RuntimeError):
    """An attempt was opened inside another: each change has an entry of its own, one after the other."""


@dataclass
class Entry:
    """The attempt that is under way; what is set here before it ends goes into the outcome.

    request_id: the cloud's, of the answer to the change. after: the state that it led to. details: anything else,
    small and without personal data beyond what the target is.
    """

    attempt_id: uuid.UUID
    ledger: str
    connection_id: Any
    request_id: str = ""
    after: Any = None
    details: dict[str, Any] = field(default_factory=dict)


_REPEATED = (
    "action",
    "target_kind",
    "target_id",
    "target_name",
    "app_id",
    "connection_id",
    "connection_slug",
    "connection_name",
)
_current: ContextVar[Entry | None] = ContextVar("attempt", default=None)


def in_attempt(connection: ConnectionLike | None = None) -> bool:
    """Say whether an attempt is under way here (on that connection, when one is given).

    A thread started inside an attempt is not in it.
    """
    entry = _current.get()
    return entry is not None and (connection is None or entry.connection_id == connection.pk)


@contextlib.contextmanager
def attempt(
    action: str,
    *,
    actor: Actor,
    connection: ConnectionLike | None,
    target: Target,
    reason: str = "",
    app_id: str = "",
    before: Any = None,
    details: dict[str, Any] | None = None,
    on_behalf_of: str = "",
    limit: float = LIMIT_SECONDS,
) -> Iterator[Entry]:
    """Put on record that something is about to be changed, let it happen, and put on record how it ended.

    The attempt is committed before the body runs, so it refuses to start inside a transaction (RuntimeError).
    Exceptions pass through: refusals by the cloud are failed, everything else unknown. When the outcome cannot be
    written, that is logged and the attempt ends as unknown after `limit` seconds.

    actor: None is the console itself. limit: seconds after which its process counts as lost.
    Raises UnknownAction, NestedAttempt.
    """
    get_action(action)
    if _current.get() is not None:
        raise NestedAttempt(f"{action}: an attempt is under way already")
    fields = {
        **copy_actor(actor, connection, app_id),
        **copy_connection(connection),
        **copy_click(),
        "action": action,
        "target_kind": clean_id(target.kind, 40),
        "target_id": clean_id(target.id, 256),
        "target_name": clean_id(target.name, 256),
        "app_id": clean_id(app_id, 64),
        "on_behalf_of": clean_id(on_behalf_of, 150),
    }
    first = _begin(ledger_of(connection), fields, reason, before, details or {}, limit)
    entry = Entry(first.uuid, first.ledger, connection.pk if connection is not None else None)
    token = _current.set(entry)
    try:
        yield entry
    except BaseException as error:
        _current.reset(token)
        _end(entry, fields, error)
        raise
    else:
        _current.reset(token)
        _end(entry, fields, None)


def _begin(
    ledger: str, fields: dict[str, Any], reason: str, before: Any, details: dict[str, Any], limit: float
) -> AuditEntry:
    with transaction.atomic(durable=True):
        entry = append(
            ledger,
            **fields,
            kind=Kind.ATTEMPT,
            outcome=Outcome.ATTEMPTED,
            reason=scrub_text(reason, 1000),
            before_json=scrub_json(before),
            details_json=scrub_json(details),
        )
        assert entry is not None  # only a check could say no
        OpenAttempt.objects.create(
            attempt_id=entry.uuid,
            ledger=ledger,
            started_at=entry.at,
            deadline=entry.at + timedelta(seconds=limit),
        )
    return entry


def _end(entry: Entry, fields: dict[str, Any], error: BaseException | None) -> None:
    """Write the outcome; a database that is away must not hide what happened from the person."""
    row = {
        **fields,
        **outcome_of(error, entry.request_id),
        "uuid": uuid.uuid4(),  # the same in the second try, should the first have been committed after all
        "after_json": scrub_json(entry.after),
        "details_json": scrub_json(entry.details),
    }
    for last_try in (False, True):
        try:
            _write_outcome(entry.ledger, entry.attempt_id, row)
        except Error as problem:
            if last_try or database.in_atomic_block:
                log.error(
                    "outcome not written", attempt=str(entry.attempt_id), problem=str(problem), **_told(row)
                )
                return
            database.close_if_unusable_or_obsolete()
        else:
            return


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """What the log keeps of an outcome that the ledger could not take."""
    return {name: row.get(name, "") for name in ("action", "outcome", "error_code", "request_id")}


def _write_outcome(ledger: str, attempt_id: uuid.UUID, row: dict[str, Any]) -> None:
    def check() -> dict[str, Any] | None:
        written = AuditEntry.objects.filter(attempt_id=attempt_id, kind=Kind.OUTCOME).first()
        if written is None:
            return {"kind": Kind.OUTCOME}
        if written.uuid == row["uuid"]:
            return None
        return {"kind": Kind.FINDING, "finding": "finished after it had been given up as lost"}

    with transaction.atomic():
        append(ledger, check=check, attempt_id=attempt_id, **row)
        OpenAttempt.objects.filter(attempt_id=attempt_id).delete()


def close_lost_attempts(now: datetime | None = None) -> int:
    """Close as unknown whatever is past its deadline, and return how many attempts that were.

    Any number of processes may do it at once. Should the process only have been slow, its outcome follows as a finding.
    """
    due = OpenAttempt.objects.filter(deadline__lte=now or timezone.now()).order_by("deadline")
    closed = 0
    for lost in due[:1000]:
        with contextlib.suppress(IntegrityError):
            closed += _close(lost)
    return closed


def _close(lost: OpenAttempt) -> bool:
    first = AuditEntry.objects.filter(uuid=lost.attempt_id).first()
    if first is None:  # somebody tampered; verify_audit tells
        log.error("an open attempt has no entry", attempt=str(lost.attempt_id), ledger=lost.ledger)
        return False

    def check() -> dict[str, Any] | None:
        return {} if OpenAttempt.objects.filter(attempt_id=lost.attempt_id).exists() else None

    with transaction.atomic():
        written = append(
            lost.ledger,
            check=check,
            kind=Kind.OUTCOME,
            attempt_id=lost.attempt_id,
            outcome=Outcome.UNKNOWN,
            error=LOST,
            **about(first),
        )
        OpenAttempt.objects.filter(attempt_id=lost.attempt_id).delete()
    if written is not None:
        log.warning("a lost attempt was closed as unknown", attempt=str(lost.attempt_id), action=first.action)
    return written is not None


def about(first: AuditEntry) -> dict[str, Any]:
    """Return what later rows repeat of their attempt, so that each can be read by itself."""
    return {name: getattr(first, name) for name in _REPEATED}
