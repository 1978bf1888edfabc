"""Exports: exactly the filtered view, harmless in a spreadsheet, on record, and verifiable by an outsider's script."""

import base64
import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from console import audit
from console.accounts.models import User
from console.audit import Target
from console.audit.exports import cell
from console.audit.keys import public_key
from console.audit.models import AuditEntry
from console.connections.models import Connection
from tests.audit.helpers import HOSTILE, act

pytestmark = pytest.mark.django_db
SCRIPT = Path("console/audit/offline/verify_export.py")
Verifier = Callable[..., tuple[int, str]]


def export(user: User, kind: str, query: str = "", status: int = 200) -> str:
    client = Client()
    client.force_login(user)
    response = client.post(f"/audit/export/?{query}", {"format": kind})
    assert response.status_code == status
    return b"".join(response).decode() if response.streaming else response.content.decode()


@pytest.fixture
def verify(tmp_path: Path) -> Verifier:
    """Run the script on a text, as an outsider would: in a process of its own, away from the console's packages."""

    def run(text: str, name: str = "trail.jsonl", *words: str) -> tuple[int, str]:
        file = tmp_path / name
        file.write_text(text, encoding="utf-8", newline="")
        done = subprocess.run(
            [sys.executable, str(SCRIPT.resolve()), str(file), *words],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            check=False,
            timeout=60,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stdout + done.stderr

    return run


def lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def joined(parsed: list[dict]) -> str:
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in parsed)


@pytest.fixture
def three(alice: User, bob: User, connection: Connection) -> None:
    """One by alice, one by bob that failed, one by alice that turned out well later."""
    act(alice, connection=connection, reason="first")
    act(bob, outcome="failed", connection=connection, reason="second")
    last = act(alice, outcome="unknown", connection=connection, reason="third", details={"people": 3})
    audit.note(last.uuid, "seen to leave", {"left": 3}, outcome="succeeded")


@pytest.mark.usefixtures("three")
def test_csv_is_the_filtered_view(audrey: User):
    rows = list(csv.DictReader(io.StringIO(export(audrey, "csv", "person=alice").removeprefix("\ufeff"))))
    assert [(row["reason"], row["outcome"], row["findings"]) for row in rows] == [
        ("third", "succeeded", "seen to leave"),
        ("first", "succeeded", ""),
    ]
    assert rows[1]["request_id"] == "req-ok"
    assert rows[0]["details"] == '{"people":3}'
    assert [
        row["reason"] for row in csv.DictReader(io.StringIO(export(audrey, "csv", "outcome=failed")))
    ] == ["second"]


@pytest.mark.usefixtures("three")
def test_json_lines_hold_the_view_s_rows_and_only_digests_of_the_others(audrey: User):
    text = export(audrey, "jsonl", "person=alice")
    parsed = lines(text)
    assert [line["type"] for line in parsed] == [
        "export", "ledger", "entry", "entry", "link", "link", "entry", "entry", "entry", "head", "end",
    ]  # fmt: skip
    assert "second" not in text
    assert parsed[0]["count"] == parsed[-1]["count"] == 2
    assert (parsed[0]["exported_by"], parsed[0]["filters"]) == ("audrey", {"person": "alice"})


@pytest.mark.usefixtures("three")
def test_an_export_is_on_record_with_filter_and_count_and_not_in_itself(audrey: User):
    for kind, count in (("csv", 4), ("jsonl", 5)):
        text = export(audrey, kind)
        entry = AuditEntry.objects.filter(action="audit.export").latest("id")
        assert (entry.actor_username, entry.ledger) == ("audrey", "console")
        assert entry.details["format"] == kind
        assert entry.details["count"] == count - 1
        assert str(entry.uuid) not in text
    export(audrey, "csv", "connection=demo")
    entry = AuditEntry.objects.filter(action="audit.export").latest("id")
    assert (entry.connection_slug, entry.details["filters"]) == ("demo", {"connection": "demo"})


def test_an_export_holds_only_what_the_person_may_see(
    alice: User, bob: User, carol: User, connection: Connection
):
    act(alice, connection=connection, reason="by alice")
    act(bob, connection=connection, reason="by bob")
    for kind in ("csv", "jsonl"):
        text = export(bob, kind)
        assert "by bob" in text
        assert "by alice" not in text
        export(carol, kind, status=403)


def test_unusable_requests_are_refused_and_not_on_record(audrey: User):
    assert "cannot be used" in export(audrey, "pdf", status=422)
    assert "cannot be used" in export(audrey, "csv", "from=never", status=422)
    assert not AuditEntry.objects.exists()
    client = Client()
    client.force_login(audrey)
    assert client.get("/audit/export/").status_code == 405


def test_an_empty_trail_exports_as_one(audrey: User, verify: Verifier):
    assert verify(export(audrey, "jsonl", "person=nobody"))[0] == 0
    assert verify(export(audrey, "csv", "person=nobody"), "trail.csv")[0] == 0


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "'x", "＝1", "－1"])
def test_no_cell_is_a_formula(text: str):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "x=1", "1-1", "ä", '"quoted", text'])
def test_other_cells_stay(text: str):
    assert cell(text) == text


def test_hostile_text_survives_both_ways(audrey: User, verify: Verifier):
    act(
        target=Target("room", HOSTILE, HOSTILE),
        reason=HOSTILE,
        details={HOSTILE: ["\r\n=1", "\u2028", "\x85"]},
    )
    for kind in ("csv", "jsonl"):
        code, said = verify(export(audrey, kind), f"trail.{kind}", "--key", public_key())
        assert code == 0, said


def test_large_exports_are_written_in_pieces(audrey: User, verify: Verifier, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("console.audit.exports._CHUNK", 7)
    monkeypatch.setattr("console.audit.services._BATCH", 4)
    for number in range(25):
        act(target=Target("room", f"room-{number % 3}"), reason="x" * 900)
    code, said = verify(export(audrey, "jsonl", "target=room-1"), "trail.jsonl", "--key", public_key())
    assert (code, "signed up to 51" in said) == (0, True)  # the entry about the export is the last
    assert "16 rows: nothing is wrong." in said
    assert (
        "50 rows: nothing is wrong." in verify(export(audrey, "csv", "action=test.thing.do"), "trail.csv")[1]
    )


@pytest.mark.usefixtures("three")
def test_the_script_proves_a_filtered_export_up_to_the_signature(audrey: User, verify: Verifier):
    code, said = verify(export(audrey, "jsonl", "person=alice"), "trail.jsonl", "--key", public_key())
    assert code == 0
    assert "last entry 7, signed up to 7" in said
    assert "Note:" not in said
    code, said = verify(export(audrey, "jsonl", "person=alice"))
    assert code == 0
    assert "give the public key with --key" in said
    assert "no checked signature covers" in said


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("tamper", "complaint"),
    [
        (lambda p: p[2]["entry"].update(reason="other"), "entry 1 was changed"),
        (lambda p: p[2].update(hash="0" * 64), "entry 1 was changed"),
        (lambda p: p.pop(3), "rows are left out"),
        (lambda p: p.pop(6), "the export says 2 actions, but holds 1"),
        (lambda p: p[4].update(digest="0" * 64), "does not follow"),
        (lambda p: p.insert(2, p.pop(3)), "stands after"),
        (lambda p: p[-2].update(number=6), "forged"),
        (lambda p: p[-2].update(signature=base64.urlsafe_b64encode(b"x" * 64).decode()), "forged"),
        (lambda p: p.pop(), "breaks off"),
        (lambda p: p.append(p[2]), "after the end"),
    ],
)  # fmt: skip
def test_the_script_finds_what_was_tampered_with(
    audrey: User, verify: Verifier, tamper: Callable[[list], object], complaint: str
):
    parsed = lines(export(audrey, "jsonl", "person=alice"))
    tamper(parsed)
    code, said = verify(joined(parsed), "trail.jsonl", "--key", public_key())
    assert complaint in said.replace("The export", "the export")
    assert code == (0 if complaint == "rows are left out" else 1)


@pytest.mark.usefixtures("three")
def test_a_forger_who_computes_everything_anew_fails_at_the_signature(audrey: User, verify: Verifier):
    from console.audit import canonical

    parsed = lines(export(audrey, "jsonl"))
    previous = canonical.GENESIS
    for line in parsed:
        if line["type"] == "entry":
            line["entry"]["reason"] = "nothing happened"
            line["previous_hash"] = previous
            previous = line["hash"] = canonical.chain(
                previous, canonical.digest(canonical.dump(line["entry"]))
            )
    code, said = verify(joined(parsed), "trail.jsonl", "--key", public_key())
    assert code == 1
    assert "does not lead to the head that was signed" in said


@pytest.mark.usefixtures("three")
def test_the_script_finds_edited_csv_cells_and_rows(audrey: User, verify: Verifier):
    text = export(audrey, "csv")
    assert verify(text, "trail.csv")[0] == 0
    code, said = verify(text.replace(",second,", ",other,"), "trail.csv")
    assert (code, "Line 3: the column reason says something else" in said) == (1, True)
    code, said = verify(text.replace('""reason"":""second""', '""reason"":""other""'), "trail.csv")
    assert (code, "ledger row 3 was changed" in said) == (1, True)


@pytest.mark.parametrize(
    "text", ["", "no json\n", "[]\n", '{"type":"end"}\n', '{"type":"export"}\n', '{"type":"x"}\n']
)
def test_the_script_says_so_when_a_file_is_no_export(verify: Verifier, text: str):
    assert verify(text)[0] == 2
    assert verify("a,b\n1,2\n", "trail.csv")[0] == 2


def test_the_script_needs_nothing_but_python(tmp_path: Path, audrey: User):
    act()
    (tmp_path / "trail.jsonl").write_text(export(audrey, "jsonl"), encoding="utf-8")
    words = [sys.executable, "-I", "-S", str(SCRIPT.resolve()), "trail.jsonl", "--key", public_key()]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert 'install the package "cryptography"' in done.stdout


def test_the_script_can_be_downloaded(audrey: User):
    client = Client()
    client.force_login(audrey)
    response = client.get("/audit/verify/verify_export.py")
    assert b"".join(response) == SCRIPT.read_bytes()
    assert "attachment" in response["Content-Disposition"]


def test_without_a_signing_key_exports_go_out_unsigned(audrey: User, verify: Verifier, settings):
    settings.AUDIT_SIGNING_KEY = ""
    act()
    parsed = lines(export(audrey, "jsonl"))
    assert "head" not in [line["type"] for line in parsed]
    assert verify(joined(parsed))[0] == 0


def test_links_are_left_out_where_the_chain_would_be_too_long(
    audrey: User, verify: Verifier, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("console.audit.exports.LONGEST_CHAIN", 3)
    act(target=Target("room", "a"))
    for _number in range(3):
        act(target=Target("room", "b"))
    act(target=Target("room", "a"))
    text = export(audrey, "jsonl", "target=a&action=test.thing.do")
    assert "link" not in {line["type"] for line in lines(text)}
    code, said = verify(text, "trail.jsonl", "--key", public_key())
    assert code == 0
    assert "the chain is not proven there" in said
