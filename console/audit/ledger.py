"""Appending to a ledger: one row at a time, under the lock of the ledger's head."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone

from console.audit import canonical
from console.audit.models import CONSOLE, AuditEntry, Ledger

__all__ = ["append", "locked"]


def locked(ledger: str) -> Ledger:
    """Return the ledger's head with its lock, which lasts until the transaction ends; a new ledger begins empty.

    PostgreSQL locks the row. On SQLite an immediate transaction is the only writer there is, and a transaction that is
    not immediate cannot do harm either: the number is unique.
    """
    head, _made = Ledger.objects.select_for_update().get_or_create(
        name=ledger, defaults={"connection_id": _connection_id(ledger), "label": ledger}
    )
    return head


def append(
    ledger: str, *, check: Callable[[], dict[str, Any] | None] | None = None, **fields: Any
) -> AuditEntry | None:
    """Append one row and return it. Inside a transaction it holds the ledger until that ends.

    fields: of AuditEntry, already scrubbed; uuid, attempt_id, at, number and the hashes are filled in here.
    check: called under the lock; returns fields that replace others, or None when nothing is to be appended any more.
    """
    with transaction.atomic():
        head = locked(ledger)
        if check is not None:
            changes = check()
            if changes is None:
                return None
            fields |= changes
        entry = _sealed(head, fields)
        entry.save(force_insert=True)
        label = entry.connection_slug or head.label
        Ledger.objects.filter(name=ledger).update(number=entry.number, hash=entry.hash, label=label)
    return entry


def _sealed(head: Ledger, fields: dict[str, Any]) -> AuditEntry:
    entry = AuditEntry(ledger=head.name, number=head.number + 1, at=timezone.now(), **fields)
    entry.attempt_id = entry.attempt_id or entry.uuid
    entry.digest = canonical.digest(entry.canonical())
    entry.previous_hash = head.hash
    entry.hash = canonical.chain(head.hash, entry.digest)
    return entry


def _connection_id(ledger: str) -> int | None:
    return None if ledger == CONSOLE else int(ledger.rpartition("-")[2])
