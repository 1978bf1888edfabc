"""The database itself refuses to change or delete what the ledger holds."""

from collections.abc import Callable

import pytest
from django.db import Error, transaction
from django.db import connection as database
from django.utils import timezone

from console.audit import heads, triggers
from console.audit.models import AuditEntry, Ledger, SignedHead, Statement
from tests.audit.helpers import act
from tests.ledger_cleaning import unlocked_ledger

pytestmark = [pytest.mark.django_db, pytest.mark.stores]


@pytest.fixture(autouse=True)
def something_signed() -> None:
    act()
    heads.sign_heads()


def refused(change: Callable[[], object]) -> None:
    with pytest.raises(Error, match="the audit ledger only grows"), transaction.atomic():
        change()


def sql(text: str) -> Callable[[], object]:
    def execute() -> None:
        with database.cursor() as cursor:
            cursor.execute(text)

    return execute


def test_all_triggers_are_there_after_all_migrations():
    assert triggers.missing(database) == []


def test_entries_and_signatures_are_neither_changed_nor_deleted():
    for model, change in (
        (AuditEntry, {"ledger": "x"}),
        (SignedHead, {"ledger": "x"}),
        (Statement, {"heads_json": "{}"}),
    ):
        refused(lambda model=model, change=change: model.objects.update(**change))
        refused(lambda model=model: model.objects.all().delete())
        refused(model.objects.first().delete)
        refused(model.objects.first().save)


def test_a_ledger_s_head_only_moves_forwards():
    refused(lambda: Ledger.objects.update(number=1))
    refused(lambda: Ledger.objects.update(name="x"))
    refused(lambda: Ledger.objects.all().delete())


def test_upserts_are_refused():
    entry = AuditEntry.objects.first()
    refused(
        lambda: AuditEntry.objects.bulk_create(
            [entry], update_conflicts=True, update_fields=["reason"], unique_fields=["id"]
        )
    )


def test_each_database_s_ways_around_a_trigger_are_refused():
    """PostgreSQL: truncating, and sessions that say they are replicas. SQLite: an INSERT that replaces."""
    for way in _ways_around[database.vendor]:
        refused(way)


def as_a_replica() -> None:
    sql("SET LOCAL session_replication_role = replica")()
    sql("DELETE FROM audit_auditentry")()


_head = "ledger, serial, number, hash, signed_at, key_id, signature"
_ways_around: dict[str, list[Callable[[], object]]] = {
    "postgresql": [
        *(
            sql(f"TRUNCATE {table}")
            for table in ("audit_auditentry", "audit_signedhead", "audit_statement", "audit_ledger")
        ),
        as_a_replica,
    ],
    "sqlite": [
        sql(
            f"INSERT OR REPLACE INTO audit_signedhead (id, {_head}) SELECT id, {_head} FROM audit_signedhead"
        ),
        sql("INSERT OR REPLACE INTO audit_auditentry SELECT * FROM audit_auditentry"),
        sql("INSERT OR REPLACE INTO audit_statement SELECT * FROM audit_statement"),
    ],
}


def test_a_second_outcome_is_refused():
    outcome = AuditEntry.objects.get(kind="outcome")
    outcome.pk, outcome.number, outcome.at = None, 3, timezone.now()
    outcome.uuid = outcome.attempt_id.__class__(int=1)
    with pytest.raises(Error), transaction.atomic():
        outcome.save(force_insert=True)


def test_reversing_the_migration_removes_them_and_unlocking_puts_them_back():
    with unlocked_ledger():
        assert len(triggers.missing(database)) >= 7
    assert triggers.missing(database) == []


def test_a_trigger_made_harmless_counts_as_missing(drop_a_trigger: Callable[[], str]):
    name = drop_a_trigger()
    assert triggers.missing(database) == [name]
