"""Verification finds every kind of tampering, and says what and where."""

import base64
import json
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection as database
from django.utils import timezone

from console import audit
from console.audit import canonical, heads
from console.audit.keys import key_id, public_key, sign
from console.audit.models import AuditEntry, Ledger, OpenAttempt, SignedHead
from console.audit.verify import verify
from console.connections.models import Connection
from tests.audit.helpers import act, entries
from tests.ledger_cleaning import unlocked_ledger

pytestmark = [pytest.mark.django_db, pytest.mark.stores]


@pytest.fixture(autouse=True)
def four_entries() -> None:
    """Two attempts with outcomes, and a signed head after them."""
    act()
    act(outcome="failed")
    heads.sign_heads()


def problems(**options: object) -> list[str]:
    return [f"{problem.kind}: {problem.sentence}" for problem in verify(**options).all_problems]


def run(*words: str) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command(*words, stdout=out, stderr=err)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def resealed(entry: AuditEntry) -> None:
    """Compute an entry's own fingerprints again, as a careful forger would."""
    entry.digest = canonical.digest(entry.canonical())
    entry.hash = canonical.chain(entry.previous_hash, entry.digest)
    with unlocked_ledger():
        entry.save()


def test_an_untouched_ledger_is_whole():
    report = verify()
    assert report.good
    assert report.complete
    (ledger,) = report.ledgers
    assert (ledger.name, ledger.entries, ledger.signed_up_to) == ("console", 4, 4)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("reason", "another reason"),
        ("actor_username", "eve"),
        ("outcome", "succeeded"),
        ("request_id", "req-0"),
        ("details_json", '{"x":1}'),
        ("details_json", "no json"),
        ("user_agent", "curl"),
        ("at", timezone.now() - timedelta(days=1)),
        ("version", 2),
        ("digest", "0" * 64),
        ("hash", "0" * 64),
    ],
)
def test_an_edited_row_is_found(column: str, value: object):
    with unlocked_ledger():
        AuditEntry.objects.filter(number=3).update(**{column: value})
    found = problems()
    assert found
    assert re.match(r"changed: console: (the hash of )?entry 3 \([0-9a-f-]{36}\) was changed", found[0])


def test_a_row_that_cannot_be_read_any_more_is_found():
    """SQLite lets any text stand in any column; PostgreSQL keeps each to its kind, so there it is merely changed."""
    value = "'nonsense'" if database.vendor == "sqlite" else f"'{uuid.UUID(int=7)}'"
    with unlocked_ledger(), database.cursor() as cursor:
        cursor.execute(f"UPDATE audit_auditentry SET uuid = {value} WHERE number = 3")
    assert re.search(
        r"changed: console: entry 3 (\(.*\) )?was changed (and cannot be read|after)", problems()[0]
    )


def test_an_edit_with_new_fingerprints_breaks_the_chain_and_the_last_one_the_signature():
    entry = entries()[1]
    entry.reason = "another reason"
    resealed(entry)
    assert problems()[0] == "chain: console: entry 3 does not follow the entry before it."
    last = entries()[-1]
    last.error = "all was well"
    resealed(last)
    with unlocked_ledger():
        Ledger.objects.update(hash=last.hash)
    assert "signature: console: entry 4 is not the one whose hash was signed." in problems()


def test_a_row_deleted_from_the_middle_is_found():
    with unlocked_ledger():
        AuditEntry.objects.filter(number__in=[2, 3]).delete()
    assert "missing: console: entries 2 to 3 are missing." in problems()
    with unlocked_ledger():
        AuditEntry.objects.filter(number=1).delete()
    assert "missing: console: entries 1 to 3 are missing." in problems()


def test_a_tail_that_was_cut_off_is_found_by_the_ledger_s_count():
    with unlocked_ledger():
        AuditEntry.objects.filter(number=4).delete()
    assert any(
        "counted 4 entries, but the last one found is 3: the end was cut off" in found for found in problems()
    )


def test_a_tail_that_was_cut_off_together_with_the_count_is_found_by_the_signed_head():
    third = entries()[2]
    with unlocked_ledger():
        AuditEntry.objects.filter(number=4).delete()
        Ledger.objects.update(number=3, hash=third.hash)
    found = problems()
    assert any(text.startswith("cut: console: 4 entries existed when the head was signed") for text in found)


def test_a_whole_ledger_that_vanished_is_found_by_its_signed_head():
    with unlocked_ledger():
        AuditEntry.objects.all().delete()
        Ledger.objects.all().delete()
    found = problems()
    assert "missing: console: the row that holds the ledger's head is missing." in found
    assert any(text.startswith("cut:") for text in found)


def test_entries_that_changed_places_are_found():
    first, _second, third, _last = entries()
    with unlocked_ledger():
        AuditEntry.objects.filter(pk=first.pk).update(number=99)
        AuditEntry.objects.filter(pk=third.pk).update(number=1)
        AuditEntry.objects.filter(pk=first.pk).update(number=3)
    found = problems()
    assert any("entry 1 " in text and "changed" in text for text in found)
    assert any("entry 3 " in text and "changed" in text for text in found)


def test_an_entry_added_behind_the_ledger_s_back_is_found():
    last = entries()[-1]
    last.pk, last.uuid, last.number, last.previous_hash, last.kind = None, None, 5, last.hash, "finding"
    last.uuid = uuid.uuid4()
    last.digest = canonical.digest(last.canonical())
    last.hash = canonical.chain(last.previous_hash, last.digest)
    last.save(force_insert=True)
    assert "extra: console: there are entries beyond the 4 that the ledger counted." in problems()


def test_a_head_that_was_forged_or_signed_by_a_stranger_is_found(settings):
    head = SignedHead.objects.get()
    with unlocked_ledger():
        SignedHead.objects.update(number=3, hash=entries()[2].hash)
    assert "signature: console: the signature of the head at entry 3 is forged." in problems()
    settings.AUDIT_SIGNING_KEY = base64.urlsafe_b64encode(b"x" * 32).decode()
    form = heads.head_form(head.ledger, head.serial, head.number, head.hash, head.signed_at)
    strange = {
        "key_id": key_id(public_key()),
        "signature": sign(form),
        "number": head.number,
        "hash": head.hash,
    }
    settings.AUDIT_SIGNING_KEY = base64.urlsafe_b64encode(b"y" * 32).decode()
    with unlocked_ledger():
        SignedHead.objects.update(**strange)
    assert any("signed by an unknown key" in text for text in problems())


def test_a_key_that_was_changed_still_counts_while_it_is_trusted(settings):
    old = public_key()
    settings.AUDIT_SIGNING_KEY = base64.urlsafe_b64encode(b"z" * 32).decode()
    assert problems()
    settings.AUDIT_TRUSTED_KEYS = [old]
    assert problems() == []


def test_a_signature_taken_away_is_found():
    for _number in range(2):
        act()
        heads.sign_heads()
    with unlocked_ledger():
        SignedHead.objects.filter(serial=2).delete()
    assert "signature: console: the signature with serial 2 is missing." in problems()


def test_a_trigger_that_was_dropped_or_made_harmless_is_found(drop_a_trigger: Callable[[], str]):
    name = drop_a_trigger()
    assert (
        f"trigger: The database's trigger {name} is gone or altered: entries can be changed unnoticed."
        in problems()
    )


def test_an_outcome_without_its_attempt_is_found(connection: Connection):
    entry = entries()[3]
    entry.attempt_id = uuid.uuid4()
    resealed(entry)
    assert "reference: console: entry 4 belongs to no attempt before it." in problems()


def test_an_attempt_that_never_got_an_outcome_is_found_once_it_is_old():
    entered = audit.attempt("test.thing.do", actor=None, connection=None, target=audit.Target("", ""))
    entry = entered.__enter__()
    later = timezone.now() + timedelta(minutes=10)
    assert problems() == []
    forgotten = f"open: console: entry 5 ({entry.attempt_id}) is an attempt that never got an outcome."
    assert forgotten in problems(now=later)
    OpenAttempt.objects.update(deadline=later)  # it may take longer, as its caller said
    assert problems(now=later) == []
    OpenAttempt.objects.all().delete()
    assert forgotten in problems(now=later)
    entered.__exit__(None, None, None)


def test_a_bounded_look_says_that_it_is_one():
    for _number in range(3):
        act()
    report = verify(newest=4)
    assert report.good
    assert not report.complete
    assert (report.ledgers[0].checked_from, report.ledgers[0].checked_to) == (7, 10)
    out_of_time = verify(seconds=0.0)
    assert not out_of_time.complete
    assert out_of_time.ledgers[0].checked_to == 0


def test_more_entries_than_fit_one_reading(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("console.audit.verify._CHUNK", 3)
    for _number in range(4):
        act()
    assert problems() == []
    with unlocked_ledger():
        AuditEntry.objects.filter(number__in=[3, 4, 5, 6, 7]).delete()
    assert "missing: console: entries 3 to 7 are missing." in problems()


def test_the_command_says_what_is_wrong_and_ends_with_one(connection: Connection):
    act(connection=connection)
    code, out, err = run("verify_audit")
    assert (code, err) == (0, "")
    assert "The audit trail is whole and unchanged." in out
    assert "demo" in out
    assert "4 entries, signed up to 4: good" in out
    with unlocked_ledger():
        AuditEntry.objects.filter(ledger="console", number=2).update(reason="x")
    code, out, err = run("verify_audit")
    assert code == 1
    assert "console: entry 2" in err
    assert run("verify_audit", "--ledger", "demo")[0] == 0
    code, out, _err = run("verify_audit", "--json", "--ledger", "console")
    report = json.loads(out)
    assert (code, report["good"]) == (1, False)
    assert report["ledgers"][0]["problems"][0]["number"] == 2
    with pytest.raises(CommandError, match="no ledger called"):
        run("verify_audit", "--ledger", "nowhere")


def test_the_other_commands(settings):
    act()
    assert "console: entry 6" in run("sign_heads")[1]
    assert "No ledger moved" in run("sign_heads")[1]
    _code, out, err = run("audit_key")
    assert out.strip() == public_key()
    assert key_id(public_key()) in err
    assert run("close_lost_attempts")[1] == "Closed: 0\n"
    for unusable in ("", "short", "not base64!", "ä"):
        settings.AUDIT_SIGNING_KEY = unusable
        for command in ("sign_heads", "audit_key"):
            with pytest.raises(CommandError, match="AUDIT_SIGNING_KEY"):
                run(command)
