"""What other apps know to be on record: a ledger that they remember can't be empty.

They register beside their actions. It is a weak witness (whoever owns the database can change their rows too), and the
only one of what was recorded before the first statement.
"""

from collections.abc import Callable
from typing import Any

from django.apps import apps

from console.audit.models import CONSOLE

__all__ = ["Witness", "register_witness", "rows_of_connections", "rows_of_the_console", "witnessed"]

Witness = Callable[
    [], dict[str, str]
]  # by ledger, why it can't be empty, in English: "people have signed in"
_witnesses: dict[str, Witness] = {}


def register_witness(name: str, witness: Witness) -> None:
    """Add a witness under a name of its own."""
    _witnesses[name] = witness


def rows_of_the_console(model: str, why: str, **having: Any) -> Witness:
    """Return a witness: as long as the model ("app.Model") has such rows, the console's ledger has entries."""
    return lambda: {CONSOLE: why} if apps.get_model(model).objects.filter(**having).exists() else {}


def rows_of_connections(model: str, why: str, *, by: str = "connection_id", **having: Any) -> Witness:
    """Return a witness: the ledger of each connection with such a row has entries. by: the field that names it."""

    def witness() -> dict[str, str]:
        rows = apps.get_model(model).objects.filter(**having).order_by()
        return {f"connection-{found}": why for found in rows.values_list(by, flat=True).distinct()}

    return witness


def witnessed() -> dict[str, str]:
    """Return the ledgers that can't be empty, and why."""
    found: dict[str, str] = {}
    for witness in _witnesses.values():
        found = witness() | found
    return found
