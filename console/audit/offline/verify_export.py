#!/usr/bin/env python3
"""Verify an export of the audit trail, without the console and without a network.

    python verify_export.py trail.jsonl --key PUBLIC_KEY
    python verify_export.py trail.csv

Needs Python 3.9 or newer. Signatures are checked when the package "cryptography" is installed and --key is given: the
public key as the console's `manage.py audit_key` prints it, obtained on another way than the export itself.
Exit code 0: nothing is wrong; 1: something is; 2: the file cannot be read as an export.

How fingerprints are computed: a row in canonical form is its fields as JSON in UTF-8, keys sorted, no spaces,
characters beyond ASCII as themselves. digest = sha256(form); hash = sha256(previous hash + digest), both as 64
hexadecimal digits in ASCII. A head is signed with Ed25519 over {"hash", "ledger", "number", "serial", "signed_at",
"version"} in the same form. The first row's previous hash is 64 zeros.
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
    """The file is no export."""


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
        self.advance(number, proof["hash"])
        self.last_entry = number

    def link(self, line: dict[str, Any]) -> None:
        number = line["number"]
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
        self.hashes[number] = row_hash

    def head(self, head: dict[str, Any], keys: dict[str, str]) -> None:
        number = head["number"]
        problem = signature_problem(head, keys)
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


def signature_problem(head: dict[str, Any], keys: dict[str, str]) -> str | None:
    """Return "" when the signature is good, None when it is forged, else why it could not be checked."""
    if not keys:
        return "signatures were not checked: give the public key with --key."
    if head["key_id"] not in keys:
        return f"the head at entry {head['number']} is signed by another key, {head['key_id']}."
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return 'signatures were not checked: install the package "cryptography".'
    form = canonical({name: head[name] for name in HEAD_FIELDS}).encode("utf-8")
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(keys[head["key_id"]]))
        key.verify(base64.urlsafe_b64decode(head["signature"]), form)
    except (InvalidSignature, ValueError):
        return None
    return ""


def verify_json_lines(
    lines: Iterable[str], keys: dict[str, str], findings: Findings
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
            ledgers[line["ledger"]] = LedgerCheck(line["ledger"], findings)
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


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Verify an export of the audit trail.")
    parser.add_argument("file", help="a .jsonl or .csv export")
    parser.add_argument(
        "--key", action="append", default=[], help="a public key you trust; may be given again"
    )
    options = parser.parse_args(arguments)
    findings = Findings()
    try:
        keys = {key_id(key): key for key in options.key}
        with open(options.file, encoding="utf-8-sig", newline="") as file:
            if options.file.lower().endswith(".csv"):
                verify_csv(file, findings)
            else:
                for ledger in verify_json_lines(file, keys, findings).values():
                    print(
                        f"{ledger.name}: last entry {ledger.last_entry}, signed up to {ledger.signed_up_to}"
                    )
    except (Unreadable, OSError, ValueError, KeyError, TypeError, IndexError) as problem:
        print(f"Cannot be read as an export: {problem}", file=sys.stderr)
        return 2
    for remark in findings.remarks:
        print(f"Note: {remark}")
    for sentence in findings.problems:
        print(sentence, file=sys.stderr)
    print(f"{findings.entries} rows: {'WRONG' if findings.problems else 'nothing is wrong'}.")
    return 1 if findings.problems else 0


if __name__ == "__main__":
    sys.exit(main())
