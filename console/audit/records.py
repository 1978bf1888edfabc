"""Entries without an attempt: what is done at once, and what is found out later."""

import uuid
from typing import Any

from django.db import transaction

from console.audit.actions import get_action
from console.audit.attempts import about
from console.audit.ledger import append
from console.audit.models import AuditEntry, Kind, Outcome
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

__all__ = ["UnknownAttempt", "note", "record"]

_NOWHERE = Target("", "")


class UnknownAttempt(LookupError):
    """A finding was to be added to an attempt that is not in the ledger."""


def record(
    action: str,
    *,
    actor: Actor,
    connection: ConnectionLike | None = None,
    target: Target = _NOWHERE,
    reason: str = "",
    app_id: str = "",
    before: Any = None,
    after: Any = None,
    details: dict[str, Any] | None = None,
    outcome: str = Outcome.SUCCEEDED,
    error: str = "",
    error_code: str = "",
    request_id: str = "",
    on_behalf_of: str = "",
) -> AuditEntry:
    """Put something on record that is done at once within the console: a sign-in, an export, a changed role.

    In a transaction it holds or falls with it, and keeps the ledger locked until the end: make it the last step.
    actor: None is the console itself, or somebody who is not signed in. Raises UnknownAction.
    """
    get_action(action)
    entry = append(
        ledger_of(connection),
        **copy_actor(actor, connection, app_id),
        **copy_connection(connection),
        **copy_click(),
        kind=Kind.RECORD,
        action=action,
        target_kind=clean_id(target.kind, 40),
        target_id=clean_id(target.id, 256),
        target_name=clean_id(target.name, 256),
        app_id=clean_id(app_id, 64),
        on_behalf_of=clean_id(on_behalf_of, 150),
        reason=scrub_text(reason, 1000),
        before_json=scrub_json(before),
        after_json=scrub_json(after),
        details_json=scrub_json(details or {}),
        outcome=Outcome(outcome),
        error=scrub_text(error, 1000),
        error_code=clean_id(error_code, 64),
        request_id=clean_id(request_id, 128),
    )
    assert entry is not None  # only a check could say no
    return entry


def note(
    attempt_id: uuid.UUID | str,
    finding: str,
    details: dict[str, Any] | None = None,
    outcome: str | None = None,
) -> AuditEntry:
    """Add to an attempt what was found out later, and return the new row.

    finding: in plain English, at most 300 characters: "seen to leave". outcome: given when the finding settles how the
    attempt ended ("succeeded" or "failed" after an unknown one). Raises UnknownAttempt.
    """
    with transaction.atomic():
        first = AuditEntry.objects.filter(uuid=attempt_id, kind__in=[Kind.ATTEMPT, Kind.RECORD]).first()
        if first is None:
            raise UnknownAttempt(f"no attempt {attempt_id} is in the ledger")
        entry = append(
            first.ledger,
            **about(first),
            **copy_click(),
            kind=Kind.FINDING,
            attempt_id=first.uuid,
            finding=scrub_text(finding, 300),
            details_json=scrub_json(details or {}),
            outcome=Outcome(outcome) if outcome else "",
        )
    assert entry is not None  # only a check could say no
    return entry
