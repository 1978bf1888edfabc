"""Cleaning the database between tests although the ledger refuses to be cleaned.

Django empties all tables after a test that really commits (`transactional_db`, live servers): by DELETE on SQLite, by
TRUNCATE on PostgreSQL. The ledger's triggers refuse both, as they must. So the tests, and only they, take the triggers
away around that flush, in one transaction with it, and put them back.

To use it, import the fixture into a conftest.py; it is autouse:

    from tests.ledger_cleaning import ledger_can_be_flushed  # noqa: F401
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management.commands import flush
from django.db import connections, transaction

from console.audit import triggers

__all__ = ["ledger_can_be_flushed", "unlocked_ledger"]


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
    """Let Django's flush empty the ledger's tables too."""
    original = flush.Command.handle

    def handle(self: flush.Command, **options: Any) -> Any:
        with unlocked_ledger(options["database"]):
            return original(self, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush.Command, "handle", handle)
        yield
