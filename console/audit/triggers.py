"""The database itself refuses to change or delete what the ledger holds.

A migration installs the triggers. SQLite drops a table's triggers whenever Django rebuilds the table: a migration that
alters one of these tables must end with `RunPython(install, remove)` again; a test and `verify_audit` notice.
On SQLite an INSERT OR REPLACE would delete without firing a delete trigger, so that is refused by a trigger of its own.
"""

import re

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

__all__ = ["install", "install_on", "missing", "remove", "remove_from"]

_ENTRIES, _HEADS, _LEDGERS = "audit_auditentry", "audit_signedhead", "audit_ledger"
_STATEMENTS = "audit_statement"
_SAME_ENTRY = (
    "id = NEW.id OR uuid = NEW.uuid OR (ledger = NEW.ledger AND number = NEW.number)"
    " OR (NEW.kind = 'outcome' AND kind = 'outcome' AND attempt_id = NEW.attempt_id)"
)
_SAME_HEAD = "id = NEW.id OR (ledger = NEW.ledger AND serial = NEW.serial)"
_BACKWARDS = "NEW.name <> OLD.name OR NEW.number < OLD.number"
_REFUSAL = "the audit ledger only grows"


def install(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Install the triggers of the tables that are there by now, as a migration's RunPython."""
    install_on(schema_editor.connection)


def remove(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Remove the triggers, as the reverse of a migration's RunPython."""
    remove_from(schema_editor.connection)


def install_on(connection: BaseDatabaseWrapper) -> None:
    """Install the triggers of the tables that are there; those that are there are replaced."""
    remove_from(connection)
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if connection.vendor == "postgresql":
            cursor.execute(_PG_FUNCTION)
            for name, (table, event, each) in _PG_TRIGGERS.items():
                if table not in tables:
                    continue
                cursor.execute(
                    f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH {each} EXECUTE FUNCTION audit_refuse()"
                )
                # ALWAYS: also in a session that says it is a replica.
                cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
        else:
            for name, sql in _SQLITE_TRIGGERS.items():
                if _SQLITE_TABLES[name] in tables:
                    cursor.execute(sql)


def remove_from(connection: BaseDatabaseWrapper) -> None:
    """Remove the triggers that are there."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name, (table, _event, _each) in _PG_TRIGGERS.items():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        else:
            for name in _SQLITE_TRIGGERS:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of triggers that are gone, switched off, or do something else than refuse."""
    return (
        _missing_postgresql(connection) if connection.vendor == "postgresql" else _missing_sqlite(connection)
    )


def _missing_sqlite(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        there = dict(cursor.fetchall())
    return [name for name, sql in _SQLITE_TRIGGERS.items() if _squeeze(there.get(name, "")) != _squeeze(sql)]


def _missing_postgresql(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tgname, c.relname, p.prosrc, pg_get_triggerdef(t.oid) FROM pg_trigger t"
            " JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE t.tgenabled = 'A' AND pg_table_is_visible(c.oid)"
        )
        there = {name: (table, body, text) for name, table, body, text in cursor.fetchall()}
    return [name for name, wanted in _PG_TRIGGERS.items() if not _is_whole(there.get(name), wanted)]


def _is_whole(found: tuple[str, str, str] | None, wanted: tuple[str, str, str]) -> bool:
    if found is None:
        return False
    table, body, text = found
    events = set(re.findall(r"UPDATE|DELETE|TRUNCATE", wanted[1]))
    said = text.split(" ON ")[0]
    unconditional = (" WHEN (" in text) == (" WHEN (" in f"{wanted[2]} (")
    return (
        table == wanted[0]
        and _squeeze(body) == _squeeze(_PG_BODY)
        and unconditional
        and all(e in said for e in events)
    )


def _squeeze(text: str) -> str:
    return " ".join(text.split())


def _refuse_on_sqlite(name: str, event: str, table: str, when: str = "") -> str:
    condition = f" WHEN {when}" if when else ""
    return f"CREATE TRIGGER {name} BEFORE {event} ON {table}{condition} BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"


def _exists(table: str, condition: str) -> str:
    return f"EXISTS (SELECT 1 FROM {table} WHERE {condition})"  # noqa: S608  (constants of this file)


_SQLITE_RULES = (
    ("audit_entry_no_update", "UPDATE", _ENTRIES),
    ("audit_entry_no_delete", "DELETE", _ENTRIES),
    ("audit_entry_no_replace", "INSERT", _ENTRIES, _exists(_ENTRIES, _SAME_ENTRY)),
    ("audit_head_no_update", "UPDATE", _HEADS),
    ("audit_head_no_delete", "DELETE", _HEADS),
    ("audit_head_no_replace", "INSERT", _HEADS, _exists(_HEADS, _SAME_HEAD)),
    ("audit_statement_no_update", "UPDATE", _STATEMENTS),
    ("audit_statement_no_delete", "DELETE", _STATEMENTS),
    ("audit_statement_no_replace", "INSERT", _STATEMENTS, _exists(_STATEMENTS, "serial = NEW.serial")),
    ("audit_ledger_no_delete", "DELETE", _LEDGERS),
    ("audit_ledger_forwards", "UPDATE", _LEDGERS, _BACKWARDS),
)
_SQLITE_TRIGGERS = {name: _refuse_on_sqlite(name, *rest) for name, *rest in _SQLITE_RULES}
_SQLITE_TABLES = {name: table for name, _event, table, *_when in _SQLITE_RULES}

_PG_BODY = f"BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'restrict_violation'; END"
_PG_FUNCTION = f"CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $${_PG_BODY}$$"
_PG_TRIGGERS = {
    "audit_entry_no_change": (_ENTRIES, "UPDATE OR DELETE", "ROW"),
    "audit_entry_no_truncate": (_ENTRIES, "TRUNCATE", "STATEMENT"),
    "audit_head_no_change": (_HEADS, "UPDATE OR DELETE", "ROW"),
    "audit_head_no_truncate": (_HEADS, "TRUNCATE", "STATEMENT"),
    "audit_statement_no_change": (_STATEMENTS, "UPDATE OR DELETE", "ROW"),
    "audit_statement_no_truncate": (_STATEMENTS, "TRUNCATE", "STATEMENT"),
    "audit_ledger_no_delete": (_LEDGERS, "DELETE", "ROW"),
    "audit_ledger_no_truncate": (_LEDGERS, "TRUNCATE", "STATEMENT"),
    "audit_ledger_forwards": (_LEDGERS, "UPDATE", f"ROW WHEN ({_BACKWARDS})"),
}
