"""Statements over all ledgers: what vanishes as a whole, or at its end, is found too."""

import importlib
import json
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management.base import CommandError
from django.utils import timezone

from console.accounts.models import RoleGrant, User
from console.audit import heads, statements, triggers
from console.audit.models import AuditEntry, Ledger, SignedHead, Statement
from console.audit.verify import ledger_names, verify
from console.connections.models import Connection
from tests.audit.helpers import act, page
from tests.audit.test_verify import problems, resealed, run
from tests.ledger_cleaning import unlocked_ledger

pytestmark = [pytest.mark.django_db, pytest.mark.stores]


@pytest.fixture(autouse=True)
def two_ledgers(connection: Connection) -> str:
    """Two entries in each of two ledgers, stated and signed; the name of the connection's."""
    act()
    act(connection=connection)
    heads.sign_heads()
    return f"connection-{connection.pk}"


def erase(ledger: str, after: int = 0) -> None:
    """Take a ledger's end away with its signed heads, or all of it, as whoever owns the database can."""
    with unlocked_ledger():
        AuditEntry.objects.filter(ledger=ledger, number__gt=after).delete()
        SignedHead.objects.filter(ledger=ledger, number__gt=after).delete()
        if after:
            left = AuditEntry.objects.get(ledger=ledger, number=after)
            Ledger.objects.filter(name=ledger).update(number=after, hash=left.hash)
        else:
            Ledger.objects.filter(name=ledger).delete()


def erase_statements(after: int) -> None:
    with unlocked_ledger():
        Statement.objects.filter(serial__gt=after).delete()


def cut_everything_after_the_first_statement(connection: Connection) -> None:
    act()
    act(connection=connection)
    heads.sign_heads()
    for name in ledger_names():
        erase(name, after=2)
    erase_statements(after=1)


@pytest.mark.parametrize("which", ["console", "connection"])
def test_a_ledger_that_vanished_as_a_whole_with_its_heads_is_found(which: str, two_ledgers: str):
    name = "console" if which == "console" else two_ledgers
    erase(name)
    found = problems()
    assert f"missing: {name}: the row that holds the ledger's head is missing." in found
    assert any(text.startswith(f"cut: {name}: the statement of ") for text in found), found
    code, _out, err = run("verify_audit")
    assert code == 1
    assert "counts 2 entries, but the last one found is 0: the end was cut off." in err
    assert run("verify_audit", "--ledger", name)[0] == 1


def test_an_end_that_was_cut_off_with_its_heads_and_the_count_is_found():
    act()
    heads.sign_heads()
    erase("console", after=2)
    counted = f"the statement of {signed(2)} counts 4 entries"
    assert problems() == [f"cut: console: {counted}, but the last one found is 2: the end was cut off."]


def signed(serial: int) -> str:
    return statements.canonical.iso(Statement.objects.get(serial=serial).signed_at)


def test_signing_again_does_not_forget_what_was_stated(connection: Connection):
    """Neither a ledger that is gone, nor one that began again and grew beyond what was stated."""
    erase("console")
    act(connection=connection)
    heads.sign_heads()
    assert any(text.startswith("cut: console: ") for text in problems())
    for _number in range(2):
        act()
    heads.sign_heads()
    assert "console" in statements.heads_in(statements.newest_statement().heads_json)
    assert any("console: entry 2 is not the one that the statement of" in text for text in problems())


def test_statements_that_are_cut_off_are_missed_by_the_heads_of_the_other_ledgers(connection: Connection):
    act()
    act(connection=connection)
    heads.sign_heads()
    erase("console", after=2)
    erase_statements(after=1)
    assert [text for text in problems() if "but no statement counts that many entries" in text]
    erase_statements(after=0)
    assert "missing: No statement over all ledgers is left, although heads were signed." in problems()


def test_a_statement_that_was_taken_away_changed_or_forged_is_found(connection: Connection):
    for _number in range(2):
        act()
        heads.sign_heads()
    second = Statement.objects.get(serial=2)
    with unlocked_ledger():
        Statement.objects.filter(serial=2).delete()
    assert "missing: The statement after 1 is missing." in problems()
    second.heads_json = second.heads_json.replace("4", "3")
    with unlocked_ledger():
        second.save(force_insert=True)
    assert "changed: Statement 2 was changed after it was signed." in problems()
    second.hash = statements.canonical.digest(
        statements.form_of(2, statements.heads_in(second.heads_json), second.previous_hash, signed(2))
    )
    with unlocked_ledger():
        second.save()
    assert "signature: The signature of statement 2 is forged." in problems()
    assert "chain: Statement 3 does not follow the one before it." in problems()
    with unlocked_ledger():
        Statement.objects.filter(serial=2).update(heads_json='{"console": 7}')
    assert "changed: Statement 2 was changed and cannot be read any more." in problems()


def test_an_entry_replaced_after_a_statement_is_found_also_by_a_bounded_look(two_ledgers: str):
    last = AuditEntry.objects.filter(ledger=two_ledgers).latest("number")
    last.error = "all was well"
    resealed(last)
    with unlocked_ledger():
        SignedHead.objects.filter(ledger=two_ledgers).delete()
        Ledger.objects.filter(name=two_ledgers).update(hash=last.hash)
    expected = f"demo: entry 2 is not the one that the statement of {signed(1)} names."
    assert f"signature: {expected}" in problems()
    assert f"signature: {expected}" in problems(seconds=0.0)


def test_a_statement_kept_outside_shows_that_everything_after_a_moment_was_cut_off(
    connection: Connection, tmp_path: Path
):
    kept, first = tmp_path / "kept.json", tmp_path / "first.json"
    first.write_text(run("audit_statement")[1])
    act()
    kept.write_text(run("audit_statement")[1])
    code, out, _err = run("verify_audit", "--statement", str(kept))
    assert code == 0
    assert "2 as it was kept outside: good" in out
    assert "What cannot be seen from inside" not in out
    erase("console", after=2)
    erase_statements(after=1)
    code, out, err = run("verify_audit")
    assert (code, err) == (0, "")
    assert "What cannot be seen from inside: that everything after some moment was cut off" in out
    assert run("verify_audit", "--statement", str(first))[0] == 0
    code, _out, err = run("verify_audit", "--statement", str(kept))
    assert code == 1
    assert "kept outside, is not here any more: what came after some moment was cut off." in err
    assert "that was kept outside counts 4 entries, but the last one found is 2: the end was cut off." in err


def test_a_history_written_anew_differs_from_the_statement_kept_outside(
    connection: Connection, tmp_path: Path
):
    kept = tmp_path / "kept.json"
    act()
    kept.write_text(run("audit_statement")[1])
    erase("console", after=2)
    erase_statements(after=1)
    act()
    heads.sign_heads()
    assert problems() == []
    code, _out, err = run("verify_audit", "--statement", str(kept))
    assert code == 1
    assert "kept outside, is not the one that is here under its number." in err
    assert "console: entry 4 is not the one that the statement of" in err


def test_a_file_that_is_no_statement_or_a_forged_one_is_told(tmp_path: Path):
    file = tmp_path / "file.json"
    for text in ("", "[]", "{}", '{"statement":1,"ledgers":{"console":2}}', "no json"):
        file.write_text(text)
        with pytest.raises(CommandError, match="cannot be read as a statement"):
            run("verify_audit", "--statement", str(file))
    with pytest.raises(CommandError, match="cannot be read as a statement"):
        run("verify_audit", "--statement", str(tmp_path / "nowhere"))
    said = json.loads(run("audit_statement")[1])
    said["ledgers"]["console"][0] = 99
    file.write_text(json.dumps(said))
    code, _out, err = run("verify_audit", "--statement", str(file))
    assert code == 1
    assert "The signature of statement 1 of" in err


def test_a_statement_says_how_much_is_in_all_ledgers_and_follows_the_one_before(two_ledgers: str):
    act()
    assert [head.ledger for head in heads.sign_heads([two_ledgers])] == []
    second = statements.newest_statement()
    assert (second.serial, second.previous_hash) == (2, Statement.objects.get(serial=1).hash)
    assert {name: head[0] for name, head in statements.heads_in(second.heads_json).items()} == {
        "console": 4,
        two_ledgers: 2,
    }
    heads.sign_heads()
    assert statements.newest_statement() == second  # nothing moved


def test_of_two_processes_that_state_at_once_one_begins_again(monkeypatch: pytest.MonkeyPatch):
    act()
    fields_after, others = statements.fields_after, []

    def late(last: Statement, *rest: object) -> dict[str, object]:
        if not others:
            others.append(1)
            heads.sign_heads()  # another process comes first
            act()
        return fields_after(last, *rest)

    monkeypatch.setattr(statements, "fields_after", late)
    made = statements.sign_statement()
    assert (made.serial, statements.heads_in(made.heads_json)["console"][0]) == (3, 6)
    assert problems() == []


def test_the_migration_states_what_is_found(settings):
    migration = importlib.import_module("console.audit.migrations.0003_statements")
    erase_statements(after=0)
    migration.state_what_is_found(apps, None)
    assert problems() == []
    assert Statement.objects.get().serial == 1
    erase_statements(after=0)
    settings.AUDIT_SIGNING_KEY = ""
    migration.state_what_is_found(apps, None)
    assert not Statement.objects.exists()


def test_triggers_are_only_installed_on_tables_that_are_there(monkeypatch: pytest.MonkeyPatch):
    """An earlier migration installs triggers before this table is made."""
    from django.db import connection as database

    there = database.introspection.table_names
    monkeypatch.setattr(
        database.introspection, "table_names", lambda cursor: set(there(cursor)) - {"audit_statement"}
    )
    triggers.install_on(database)
    missing = triggers.missing(database)
    assert missing
    assert all(name.startswith("audit_statement_") for name in missing)


def test_what_other_apps_remember_can_not_be_without_a_ledger(two_ledgers: str, alice: User):
    """Where no statement tells of it: before the first, or when all were taken away with all heads."""
    for name in ("console", two_ledgers):
        erase(name)
    erase_statements(after=0)
    assert problems() == []
    Connection.objects.update(checked_at=timezone.now())
    User.objects.filter(pk=alice.pk).update(last_login=timezone.now())
    found = problems()
    assert "missing: console: nothing is on record, although people have signed in." in found
    assert f"missing: {two_ledgers}: nothing is on record, although the connection was tested." in found


def test_the_page_finds_a_ledger_that_vanished(
    audrey: User, connection: Connection, client, two_ledgers: str
):
    RoleGrant.objects.filter(user=audrey).update(connection=connection)
    erase(two_ledgers)
    client.force_login(audrey)
    said = client.post("/audit/verify/").content.decode()
    assert "The trail is not what was written." in said
    assert "the end was cut off" in said


def test_the_newest_statement_is_for_those_who_read_everything(
    audrey: User, bob: User, connection: Connection, client
):
    client.force_login(audrey)
    assert "/audit/verify/statement.json" in page(audrey, "/audit/verify/")
    given = client.get("/audit/verify/statement.json")
    assert given["Content-Disposition"] == 'attachment; filename="audit-statement-1.json"'
    read = statements.read_file(given.content.decode())
    assert (read.serial, read.hash) == (1, Statement.objects.get().hash)
    assert verify(kept=[read]).statements.compared_with == 1
    RoleGrant.objects.filter(user=audrey).update(connection=connection)
    audrey = User.objects.get(pk=audrey.pk)
    assert "/audit/verify/statement.json" not in page(audrey, "/audit/verify/")
    page(audrey, "/audit/verify/statement.json", status=403)
    page(bob, "/audit/verify/statement.json", status=403)


def test_without_a_statement_the_page_says_so(audrey: User, client):
    erase_statements(after=0)
    client.force_login(audrey)
    assert client.get("/audit/verify/statement.json")["Location"] == "/audit/verify/"
    assert "None is signed yet" in page(audrey, "/audit/verify/")
