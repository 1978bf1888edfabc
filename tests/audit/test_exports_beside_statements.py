"""An outsider who keeps a statement finds, with nothing but an export and the script, what was cut off before it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from console.accounts.models import RoleGrant, User
from console.audit import heads
from console.audit.keys import public_key
from console.connections.models import Connection
from tests.audit.helpers import act
from tests.audit.test_exports import Verifier, export, joined, lines, verify
from tests.audit.test_statements import erase, erase_statements
from tests.audit.test_verify import run

__all__ = ["verify"]

pytestmark = pytest.mark.django_db
Compare = Callable[..., tuple[int, str]]


@pytest.fixture(autouse=True)
def two_ledgers(alice: User, bob: User, connection: Connection) -> str:
    """Two entries in the console's ledger, and four in the connection's, whose name is returned."""
    act(bob)
    act(alice, connection=connection)
    act(bob, connection=connection)
    heads.sign_heads()
    return f"connection-{connection.pk}"


@pytest.fixture
def compare(verify: Verifier, tmp_path: Path) -> Compare:
    """Run the script on an export, with the key and files of statements."""

    def script(text: str, *statements: str) -> tuple[int, str]:
        words = ["--key", public_key()]
        for at, statement in enumerate(statements):
            (tmp_path / f"statement-{at}.json").write_text(statement, encoding="utf-8")
            words += ["--statement", f"statement-{at}.json"]
        return verify(text, "trail.jsonl", *words)

    return script


def stated() -> str:
    """What `manage.py audit_statement` prints now."""
    return run("audit_statement")[1]


def test_an_export_has_what_was_stated_before_it(compare: Compare, audrey: User, two_ledgers: str):
    kept = stated()
    act()
    code, said = compare(export(audrey, "jsonl"), kept, stated())
    assert (code, "Note:" in said) == (0, False), said
    assert f"{two_ledgers}: last entry 4, signed up to 4" in said


@pytest.mark.parametrize("query", ["", "person=alice"])
def test_an_end_that_was_cut_off_with_its_signatures_is_found(
    compare: Compare, audrey: User, two_ledgers: str, query: str
):
    """Also where a filter leaves out what was cut off: the chain is exported up to the newest signature."""
    kept = stated()
    erase(two_ledgers, after=2)
    erase_statements(after=0)
    text = export(audrey, "jsonl", query)
    assert compare(text)[0] == 0  # nothing in the export tells
    code, said = compare(text, kept)
    assert code == 1
    assert f"{two_ledgers}: the export ends at entry 2, before entry 4 that statement 1 of" in said
    assert "names: the end was cut off." in said


def test_an_end_that_was_written_anew_is_found(
    compare: Compare, audrey: User, connection: Connection, two_ledgers: str
):
    kept = stated()
    erase(two_ledgers, after=2)
    erase_statements(after=0)
    act(connection=connection, reason="a nicer story")
    code, said = compare(export(audrey, "jsonl", "person=alice"), kept)
    assert code == 1
    assert f"{two_ledgers}: entry 4 is not the one that statement 1 of" in said


def test_a_ledger_that_vanished_is_found_in_a_whole_export(compare: Compare, audrey: User, two_ledgers: str):
    kept = stated()
    erase(two_ledgers)
    erase_statements(after=0)
    code, said = compare(export(audrey, "jsonl"), kept)
    assert code == 1
    assert f"{two_ledgers}: statement 1 of" in said
    assert "but there are none: the ledger vanished." in said


def test_a_ledger_that_a_filter_or_a_right_leaves_out_is_noted(
    compare: Compare, audrey: User, connection: Connection, two_ledgers: str
):
    kept = stated()
    code, said = compare(export(audrey, "jsonl", "connection=demo"), kept)
    assert code == 0
    assert "Note: console: statement 1 of" in said
    assert "the export holds none of this ledger." in said
    RoleGrant.objects.filter(user=audrey).update(connection=connection)
    code, said = compare(export(User.objects.get(pk=audrey.pk), "jsonl"), kept)
    assert (code, "the export holds none of this ledger." in said) == (0, True), said


def test_an_export_that_is_older_than_the_statement_is_no_cut(
    compare: Compare, audrey: User, connection: Connection, two_ledgers: str
):
    text = export(audrey, "jsonl")
    act(connection=connection)
    code, said = compare(text, stated())
    assert code == 0
    assert f"Note: {two_ledgers}: the export ends at entry 4, before entry 6" in said
    assert "it says that it is older" in said


def test_what_lies_before_the_export_and_cannot_be_compared_is_noted(
    compare: Compare, audrey: User, connection: Connection, two_ledgers: str
):
    kept = stated()
    act(audrey, connection=connection, reason="later")
    code, said = compare(export(audrey, "jsonl", "person=audrey&connection=demo"), kept)
    assert (code, f"Note: {two_ledgers}" in said) == (0, False), (
        said
    )  # the first row holds the hash before it
    act(audrey, connection=connection, reason="later still")
    parsed = lines(export(audrey, "jsonl", "person=audrey&connection=demo"))
    del parsed[2:4]  # the attempt and its outcome that follow what was stated
    parsed[0]["count"] -= 1
    code, said = compare(joined(parsed), kept)
    assert code == 0
    assert f"Note: {two_ledgers}: entry 4, which statement 1 of" in said


def test_where_the_chain_is_too_long_an_export_does_not_claim_to_reach_the_newest_signature(
    compare: Compare, audrey: User, connection: Connection, two_ledgers: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("console.audit.exports.LONGEST_CHAIN", 5)
    act(connection=connection)
    kept = stated()
    text = export(audrey, "jsonl", "person=alice")
    (ledger,) = [line for line in lines(text) if line["type"] == "ledger"]
    assert (ledger["linked"], ledger["newest"]) == (True, False)
    code, said = compare(text, kept)
    assert code == 0
    assert f"{two_ledgers}: the export ends at entry 4, before entry 6" in said
    assert "export without filters" in said


def test_forged_and_changed_statements_and_those_of_other_keys_are_wrong(
    compare: Compare, verify: Verifier, audrey: User, tmp_path: Path, settings
):
    text, kept = export(audrey, "jsonl"), stated()
    said = json.loads(kept)
    said["ledgers"]["console"][0] = 1
    assert "was changed: it does not match its hash." in compare(text, json.dumps(said))[1]
    said = json.loads(kept) | {"signature": json.loads(kept)["signature"][::-1]}
    code, words = compare(text, json.dumps(said))
    assert (code, "The signature of statement" in words) == (1, True)
    said = json.loads(kept) | {"key_id": "0" * 16}
    code, words = compare(text, json.dumps(said))
    assert (code, "is signed by another key, 0000000000000000." in words) == (1, True)
    (tmp_path / "kept.json").write_text(kept)
    code, words = verify(text, "trail.jsonl", "--statement", "kept.json")
    assert code == 0
    assert "signatures were not checked: give the public key with --key." in words


def test_statements_of_several_days_follow_each_other(compare: Compare, audrey: User, two_ledgers: str):
    first = stated()
    act()
    second = stated()
    text = export(audrey, "jsonl")
    assert compare(text, second + "\n" + first)[0] == 0  # collected in one file
    erase("console", after=2)
    erase_statements(after=1)
    act(reason="a nicer story")
    other = stated()
    code, said = compare(text, first, second, other)
    assert code == 1
    assert "is there twice, and they differ." in said


def test_a_statement_that_takes_back_or_does_not_follow_is_found(
    compare: Compare, audrey: User, two_ledgers: str
):
    first = stated()
    text = export(audrey, "jsonl")
    erase(two_ledgers, after=2)
    erase_statements(after=0)
    stated()
    act()
    code, said = compare(text, first, stated())
    assert code == 1
    assert "Statement 2 of" in said
    assert "does not follow the one before it." in said
    assert f"forgets entries of {two_ledgers} that were stated." in said


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "no json",
        '{"statement":1,"signed_at":"x","ledgers":{"console":2}}',
        '{"statement":1,"signed_at":"x","ledgers":[]}',
        '{"statement":"1","signed_at":"x","ledgers":{}}',
        '{"statement":1,"signed_at":"x","ledgers":{}}',
    ],
)
def test_a_file_that_is_no_statement_is_told(compare: Compare, audrey: User, text: str):
    code, said = compare(export(audrey, "jsonl"), text)
    assert (code, "Cannot be read as a statement" in said) == (2, True)


def test_a_csv_file_cannot_be_compared(verify: Verifier, audrey: User, tmp_path: Path):
    (tmp_path / "kept.json").write_text(stated())
    code, said = verify(export(audrey, "csv"), "trail.csv", "--statement", "kept.json")
    assert (code, "JSON lines, not as CSV" in said) == (2, True)
