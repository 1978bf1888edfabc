"""Cleaning the database between tests, quickly, and although the ledger refuses to be cleaned.

Django empties all tables after a test that really commits (`transactional_db`, live servers), and then tells all
applications that there is a new database, for them to fill. The ledger's triggers refuse to be emptied, as they must.
So the tests, and only they, take the triggers away around that flush, in one transaction with it, and put them back.
And what applications would only write again stays: kinds of content and Django's permissions. Writing them took longer
than many a test.

To use it, import the fixture into a conftest.py; it is autouse:

    from tests.ledger_cleaning import ledger_can_be_flushed  # noqa: F401
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management.commands import flush
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from console.audit import triggers

__all__ = ["ledger_can_be_flushed", "unlocked_ledger"]

_STAYS = {"django_content_type", "auth_permission"}  # written once, by the migrations


@contextlib.contextmanager
def unlocked_ledger(using: str = "default") -> Iterator[None]:
    """Take the ledger's triggers away for a while; for flushing, and for tests that tamper."""
    connection = connections[using]
    with transaction.atomic(using=using):
        triggers.remove_from(connection)
        yield
        triggers.install_on(connection)


@pytest.fixture(scope="session", autouse=True)
def ledger_can_be_flushed() -> Iterator[None]:
    """Let Django's flush empty the ledger's tables too, and leave what stays the same."""

    def handle(self: flush.Command, **options: Any) -> None:
        connection = connections[options["database"]]
        tables = _filled_tables(connection)
        with unlocked_ledger(connection.alias), connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush.Command, "handle", handle)
        yield


def _filled_tables(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the tables to empty; references are looked at when the transaction ends, so their order is free."""
    quoted = connection.ops.quote_name
    tables = [
        table
        for table in connection.introspection.django_table_names(only_existing=True, include_views=False)
        if table not in _STAYS
    ]
    question = " UNION ALL ".join(f"SELECT '{t}' WHERE EXISTS (SELECT 1 FROM {quoted(t)})" for t in tables)
    with connection.cursor() as cursor:
        cursor.execute(question)
        return [table for (table,) in cursor.fetchall()]
