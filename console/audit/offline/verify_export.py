#!/usr/bin/env python3
"""Verify an export of the audit trail, without the console and without a network.

    python verify_export.py trail.jsonl --key PUBLIC_KEY
    python verify_export.py trail.jsonl --key PUBLIC_KEY --statement audit-statement-7.json
    python verify_export.py trail.csv

A statement names the last entry of every ledger at one moment. One that was kept outside (`manage.py audit_statement`,
or the console's page) shows that the end of a ledger was cut off, or written anew, before the export was made. Several
may be given, or stand in one file, one a line: each must follow the one before.

Needs Python 3.9 or newer. Signatures are checked when the package "cryptography" is installed and --key is given: the
public key as the console's `manage.py audit_key` prints it, obtained on another way than the export itself.
Exit code 0: nothing is wrong; 1: something is; 2: the file cannot be read as an export.

How fingerprints are computed: a row in canonical form is its fields as JSON in UTF-8, keys sorted, no spaces,
characters beyond ASCII as themselves. digest = sha256(form); hash = sha256(previous hash + digest), both as 64
hexadecimal digits in ASCII. A head is signed with Ed25519 over {"hash", "ledger", "number", "serial", "signed_at",
"version"} in the same form. The first row's previous hash is 64 zeros. A statement is signed over {"ledgers",
"previous_hash", "signed_at", "statement", "version"} in the same form; its hash is the sha256 of that.
"""

from __future__ import annotations

import argparse
import base64
import csv
import hashlib
import json
import sys
from collections.abc import Iterable
from typing import Any, TextIO

GENESIS = "0" * 64
HEAD_FIELDS = ("hash", "ledger", "number", "serial", "signed_at", "version")
STATEMENT_FIELDS = ("ledgers", "previous_hash", "signed_at", "statement", "version")
CSV_FIELDS = {  # column: field of the attempt or record
    "time": "at",
    "person": "actor_username",
    "name": "actor_name",
    "role": "actor_role",
    "on_behalf_of": "on_behalf_of",
    "action": "action",
    "connection": "connection_slug",
    "app_id": "app_id",
    "target_kind": "target_kind",
    "target_id": "target_id",
    "target_name": "target_name",
    "reason": "reason",
    "address": "address",
    "user_agent": "user_agent",
    "click_id": "click_id",
    "id": "uuid",
}
CSV_ENDING = ("error_code", "error", "request_id")  # columns and fields of the outcome


class Unreadable(Exception):
    """The file is no export, or no statement."""


class Findings:
    """What was found: problems that are wrong, and remarks on what could not be proven."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.remarks: list[str] = []
        self.entries = 0

    def wrong(self, sentence: str) -> None:
        self.problems.append(sentence)

    def remark(self, sentence: str) -> None:
        self.remarks.append(sentence)


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def chain(previous_hash: str, digest: str) -> str:
    return sha256(previous_hash + digest)


def hash_of(proof: dict[str, Any]) -> str:
    """Compute what the hash of an exported row must be."""
    return chain(proof["previous_hash"], sha256(canonical(proof["entry"])))


def key_id(public: str) -> str:
    return hashlib.sha256(base64.urlsafe_b64decode(public)).hexdigest()[:16]


class LedgerCheck:
    """Follows the chain of one ledger through its entries and links."""

    def __init__(self, name: str, findings: Findings) -> None:
        self.name = name
        self.findings = findings
        self.number: int | None = None
        self.hash: str | None = None
        self.hashes: dict[int, str] = {}
        self.last_entry = 0
        self.reached = 0  # the last row of which anything stands here
        self.to_the_end = False  # whether the export claims to lead to the newest signature
        self.signed_up_to = 0

    def entry(self, proof: dict[str, Any]) -> None:
        fields = proof["entry"]
        number = fields["number"]
        self.findings.entries += 1
        if fields["ledger"] != self.name:
            self.findings.wrong(f"Entry {number} of {fields['ledger']} stands under {self.name}.")
        if hash_of(proof) != proof["hash"]:
            self.findings.wrong(f"{self.name}: entry {number} was changed: it does not match its hash.")
        if number == 1 and proof["previous_hash"] != GENESIS:
            self.findings.wrong(f"{self.name}: entry 1 claims that something stood before it.")
        if self.number is not None and number == self.number + 1 and proof["previous_hash"] != self.hash:
            self.findings.wrong(f"{self.name}: entry {number} does not follow the one before it.")
        elif self.number is not None and number != self.number + 1:
            self.gap(number)
        self.hashes.setdefault(number - 1, proof["previous_hash"])
        self.advance(number, proof["hash"])
        self.last_entry = number

    def link(self, line: dict[str, Any]) -> None:
        number = line["number"]
        self.reached = max(self.reached, number)
        if self.number is None or self.hash is None or number != self.number + 1:
            self.gap(number)
            self.number = self.hash = None
            return
        self.advance(number, chain(self.hash, line["digest"]))

    def gap(self, number: int) -> None:
        if self.number is not None and number <= self.number:
            self.findings.wrong(f"{self.name}: entry {number} stands after entry {self.number}.")
        else:
            self.findings.remark(
                f"{self.name}: rows are left out before entry {number}; the chain is not proven there."
            )

    def advance(self, number: int, row_hash: str) -> None:
        self.number, self.hash = number, row_hash
        self.reached = max(self.reached, number)
        self.hashes[number] = row_hash

    def head(self, head: dict[str, Any], keys: dict[str, str]) -> None:
        number = head["number"]
        problem = signature_problem(head, HEAD_FIELDS, f"the head at entry {number}", keys)
        if problem:
            self.findings.remark(f"{self.name}: {problem}")
            return
        if problem is None:
            self.findings.wrong(f"{self.name}: the signature of the head at entry {number} is forged.")
            return
        if number not in self.hashes:
            self.findings.remark(
                f"{self.name}: the signed head at entry {number} cannot be reached from here."
            )
        elif self.hashes[number] != head["hash"]:
            self.findings.wrong(
                f"{self.name}: the chain does not lead to the head that was signed at entry {number}."
            )
        else:
            self.signed_up_to = number

    def stated(self, number: int, row_hash: str, said: str, older: bool) -> bool:
        """Compare with what a statement says of this ledger; return whether that was proven.

        said: which statement. older: the export says that it was made before the statement.
        """
        if number in self.hashes:
            if self.hashes[number] != row_hash:
                self.findings.wrong(f"{self.name}: entry {number} is not the one that {said} names.")
            return self.hashes[number] == row_hash
        ends = (
            f"{self.name}: the export ends at entry {self.reached}, before entry {number} that {said} names"
        )
        if self.reached > number:
            self.findings.remark(
                f"{self.name}: entry {number}, which {said} names, is left out; it cannot be compared."
            )
        elif older:
            self.findings.remark(f"{ends}; it says that it is older, so what came between is not proven.")
        elif self.to_the_end:
            self.findings.wrong(f"{ends}: the end was cut off.")
        else:
            self.findings.remark(
                f"{ends}, and does not say that it leads on to the newest signature; export without filters."
            )
        return False


class Statements:
    """Statements over all ledgers, of which the genuine ones are compared with an export."""

    def __init__(self, keys: dict[str, str], findings: Findings) -> None:
        self.keys = keys
        self.findings = findings
        self.genuine: list[dict[str, Any]] = []
        self.proven: set[str] = set()  # hashes of those whose signature was checked

    def read(self, lines: Iterable[str]) -> None:
        """Read the statements that a file holds, one a line."""
        found = [parse(text, at) for at, text in enumerate(lines, start=1) if text.strip()]
        if not found:
            raise Unreadable("The file of statements is empty.")
        for statement in found:
            require_statement(statement)
            self.one(statement)

    def one(self, statement: dict[str, Any]) -> None:
        serial, said = statement["statement"], called(statement)
        if statement["hash"] != sha256(canonical({name: statement[name] for name in STATEMENT_FIELDS})):
            self.findings.wrong(f"{sentence_case(said)} was changed: it does not match its hash.")
            return
        problem = signature_problem(statement, STATEMENT_FIELDS, said, self.keys)
        if problem is None:
            self.findings.wrong(f"The signature of {said} is forged.")
            return
        if problem and self.keys and statement["key_id"] not in self.keys:
            self.findings.wrong(sentence_case(problem))
            return
        if problem:
            self.findings.remark(f"{sentence_case(said)}: {problem}")
        else:
            self.proven.add(statement["hash"])
        if serial == 1 and statement["previous_hash"] != GENESIS:
            self.findings.wrong(f"{sentence_case(said)} claims that something stood before it.")
        self.genuine.append(statement)

    def follow(self) -> None:
        """Check that each statement follows the one before it, and takes back nothing that was stated."""
        self.genuine.sort(key=lambda statement: statement["statement"])
        for at in range(1, len(self.genuine)):
            before, statement = self.genuine[at - 1], self.genuine[at]
            said, step = sentence_case(called(statement)), statement["statement"] - before["statement"]
            if step == 0 and statement["hash"] != before["hash"]:
                self.findings.wrong(f"{said} is there twice, and they differ.")
            elif step == 1 and statement["previous_hash"] != before["hash"]:
                self.findings.wrong(f"{said} does not follow the one before it.")
            for name, (number, _hash) in before["ledgers"].items():
                if statement["ledgers"].get(name, (0, ""))[0] < number:
                    self.findings.wrong(f"{said} forgets entries of {name} that were stated.")

    def compare(self, began: dict[str, Any], ledgers: dict[str, LedgerCheck]) -> None:
        """Compare every ledger of the export with what the statements say of it."""
        self.follow()
        for (name, number, row_hash), statement in self.claims().items():
            said, older = called(statement), began["exported_at"] < statement["signed_at"]
            if name not in ledgers:
                self.absent(name, number, said, whole=bool(began.get("whole")) and not older)
            elif ledgers[name].stated(number, row_hash, said, older) and statement["hash"] in self.proven:
                ledgers[name].signed_up_to = max(ledgers[name].signed_up_to, number)

    def claims(self) -> dict[tuple[str, int, str], dict[str, Any]]:
        """Return each head that is named, with the earliest statement that names it."""
        found: dict[tuple[str, int, str], dict[str, Any]] = {}
        for statement in self.genuine:
            for name, (number, row_hash) in sorted(statement["ledgers"].items()):
                found.setdefault((name, number, row_hash), statement)
        return found

    def absent(self, name: str, number: int, said: str, whole: bool) -> None:
        if whole:
            self.findings.wrong(
                f"{name}: {said} names {number} entries, but there are none: the ledger vanished."
            )
        else:
            self.findings.remark(
                f"{name}: {said} names {number} entries; the export holds none of this ledger."
            )


def require_statement(line: dict[str, Any]) -> None:
    """Raise Unreadable for what is no statement."""
    ledgers = line.get("ledgers")
    if not isinstance(ledgers, dict) or not isinstance(line.get("signed_at"), str):
        raise Unreadable("it names no ledgers, or no time.")
    if not all(
        isinstance(head, list) and [type(part) for part in head] == [int, str] for head in ledgers.values()
    ):
        raise Unreadable("what it names is no head of a ledger.")
    if type(line.get("statement")) is not int:
        raise Unreadable("it has no number.")


def called(statement: dict[str, Any]) -> str:
    return f"statement {statement['statement']} of {statement['signed_at']}"


def sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]


def signature_problem(
    signed: dict[str, Any], fields: Iterable[str], said: str, keys: dict[str, str]
) -> str | None:
    """Return "" when the signature is good, None when it is forged, else why it could not be checked.

    fields: those that were signed. said: what it is.
    """
    if not keys:
        return "signatures were not checked: give the public key with --key."
    if signed["key_id"] not in keys:
        return f"{said} is signed by another key, {signed['key_id']}."
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return 'signatures were not checked: install the package "cryptography".'
    form = canonical({name: signed[name] for name in fields}).encode("utf-8")
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(keys[signed["key_id"]]))
        key.verify(base64.urlsafe_b64decode(signed["signature"]), form)
    except (InvalidSignature, ValueError):
        return None
    return ""


def verify_json_lines(
    lines: Iterable[str], keys: dict[str, str], findings: Findings, statements: Statements | None = None
) -> dict[str, LedgerCheck]:
    ledgers: dict[str, LedgerCheck] = {}
    began: dict[str, Any] | None = None
    ended: dict[str, Any] | None = None
    attempts = 0
    for at, text in enumerate(lines, start=1):
        line = parse(text, at)
        kind = line.get("type")
        if (kind == "export") != (at == 1):
            raise Unreadable("An export begins with its description, and holds only one.")
        if ended is not None:
            findings.wrong(f"Line {at} stands after the end.")
        if kind == "export":
            began = line
        elif kind == "ledger":
            ledgers[line["ledger"]] = ledger = LedgerCheck(line["ledger"], findings)
            ledger.to_the_end = bool(line.get("newest") or (began or {}).get("whole"))
        elif kind == "entry":
            attempts += line["entry"]["kind"] in ("attempt", "record")
            of_ledger(ledgers, line["entry"]["ledger"]).entry(line)
        elif kind == "link":
            of_ledger(ledgers, line["ledger"]).link(line)
        elif kind == "head":
            of_ledger(ledgers, line["ledger"]).head(line, keys)
        elif kind == "end":
            ended = line
        else:
            raise Unreadable(f"Line {at} is of no known kind.")
    if began is None:
        raise Unreadable("The file is empty.")
    if ended is None:
        findings.wrong("The export breaks off: its end is missing.")
    if attempts != began["count"]:
        findings.wrong(f"The export says {began['count']} actions, but holds {attempts}.")
    if statements is not None:
        statements.compare(began, ledgers)
    for ledger in ledgers.values():
        if ledger.signed_up_to < ledger.last_entry:
            findings.remark(
                f"{ledger.name}: no checked signature covers the entries up to {ledger.last_entry}."
            )
    return ledgers


def of_ledger(ledgers: dict[str, LedgerCheck], name: str) -> LedgerCheck:
    if name not in ledgers:
        raise Unreadable(f"The ledger {name} was not announced.")
    return ledgers[name]


def parse(text: str, at: int) -> dict[str, Any]:
    try:
        line = json.loads(text)
    except ValueError:
        raise Unreadable(f"Line {at} is not JSON.") from None
    if not isinstance(line, dict):
        raise Unreadable(f"Line {at} is not an object.")
    return line


def verify_csv(file: TextIO, findings: Findings) -> None:
    csv.field_size_limit(2**27)
    reader = csv.DictReader(file)
    if "proof" not in (reader.fieldnames or []):
        raise Unreadable("The CSV file has no column of proofs.")
    for at, row in enumerate(reader, start=2):
        parts = json.loads(bare(row["proof"]))
        findings.entries += len(parts)
        for part in parts:
            if hash_of(part) != part["hash"]:
                findings.wrong(f"Line {at}: ledger row {part['entry']['number']} was changed.")
        compare(row, parts, at, findings)
    findings.remark(
        "A CSV file proves each line by itself; the JSON lines of the same filter prove that none is missing."
    )


def compare(row: dict[str, str], parts: list[dict[str, Any]], at: int, findings: Findings) -> None:
    first = parts[0]["entry"]
    ending = next((part["entry"] for part in parts if part["entry"]["kind"] == "outcome"), first)
    outcome = [part["entry"]["outcome"] for part in parts if part["entry"]["outcome"]][-1:]
    wanted = {column: first[field] for column, field in CSV_FIELDS.items()}
    wanted.update({field: ending[field] for field in CSV_ENDING})
    wanted["outcome"] = outcome[0] if outcome else ""
    for column, value in wanted.items():
        if bare(row.get(column) or "") != str(value):
            findings.wrong(f"Line {at}: the column {column} says something else than the ledger.")


def bare(text: str) -> str:
    """Take away the apostrophe that keeps spreadsheets from reading a formula."""
    return text[1:] if text.startswith("'") else text


def read_statements(paths: list[str], keys: dict[str, str], findings: Findings) -> Statements | None:
    """Read the files that --statement names; return None where it names none."""
    statements = Statements(keys, findings)
    for path in paths:
        with open(path, encoding="utf-8-sig") as file:
            statements.read(file)
    return statements if paths else None


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Verify an export of the audit trail.")
    parser.add_argument("file", help="a .jsonl or .csv export")
    parser.add_argument(
        "--key", action="append", default=[], help="a public key you trust; may be given again"
    )
    parser.add_argument(
        "--statement",
        metavar="FILE",
        action="append",
        default=[],
        help="compare with a statement over all ledgers that was kept outside; may be given again",
    )
    options = parser.parse_args(arguments)
    as_csv = options.file.lower().endswith(".csv")
    if as_csv and options.statement:
        parser.error("a statement can be compared with an export as JSON lines, not as CSV")
    findings = Findings()
    what = "a statement"
    try:
        keys = {key_id(key): key for key in options.key}
        statements = read_statements(options.statement, keys, findings)
        what = "an export"
        with open(options.file, encoding="utf-8-sig", newline="") as file:
            if as_csv:
                verify_csv(file, findings)
            else:
                for ledger in verify_json_lines(file, keys, findings, statements).values():
                    print(
                        f"{ledger.name}: last entry {ledger.last_entry}, signed up to {ledger.signed_up_to}"
                    )
    except (Unreadable, OSError, ValueError, KeyError, TypeError, IndexError) as problem:
        print(f"Cannot be read as {what}: {problem}", file=sys.stderr)
        return 2
    for remark in findings.remarks:
        print(f"Note: {remark}")
    for sentence in findings.problems:
        print(sentence, file=sys.stderr)
    print(f"{findings.entries} rows: {'WRONG' if findings.problems else 'nothing is wrong'}.")
    return 1 if findings.problems else 0


if __name__ == "__main__":
    sys.exit(main())
