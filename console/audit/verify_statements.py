"""Verification of the statements over all ledgers, and what they claim of each."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from console.audit import canonical
from console.audit.keys import is_signed_by, trusted_keys
from console.audit.models import SignedHead, Statement
from console.audit.reports import Problem, StatementsReport
from console.audit.statements import Head, KeptStatement, form_of, heads_in

__all__ = ["Claim", "Claims", "verify_statements"]


@dataclass(frozen=True)
class Claim:
    """That a ledger had so many entries, the last one with this hash, when that was signed. source: who says so."""

    number: int
    hash: str
    source: str


Claims = dict[str, dict[Head, Claim]]  # by ledger, the earliest claim of each head


def verify_statements(
    kept: Sequence[KeptStatement] = (), newest: int | None = None
) -> tuple[StatementsReport, Claims]:
    """Check serials, chain, signatures, and that no ledger shrinks; return the report and what is claimed.

    kept: statements from outside, which must be among those that are here. newest: look only at so many at the end. The
    claims are those of genuine statements.
    """
    check = _Check()
    check.all(_chosen(newest))
    if not check.report.count and SignedHead.objects.exists():
        check.wrong("missing", "No statement over all ledgers is left, although heads were signed.")
    for statement in kept:
        check.outside(statement)
    return check.report, check.claims


def _chosen(newest: int | None) -> Iterator[Statement]:
    statements = Statement.objects.order_by("serial")
    if newest is not None:
        statements = statements.filter(serial__gt=Statement.objects.count() - newest)
    return statements.iterator(chunk_size=1000)


class _Check:
    def __init__(self) -> None:
        self.report = StatementsReport()
        self.claims: Claims = {}
        self.keys = trusted_keys()

    def wrong(self, kind: str, sentence: str) -> None:
        self.report.problems.append(Problem(kind, sentence))

    def all(self, statements: Iterable[Statement]) -> None:
        before: Statement | None = None
        known: dict[str, Head] = {}
        for statement in statements:
            self._follows(before, statement)
            heads = self._read(statement)
            self._shrinks(statement, known, heads)
            before, known = statement, known | heads
            self.report.count = statement.serial
            self.report.signed_at = canonical.iso(statement.signed_at)
            self.report.since = self.report.since or self.report.signed_at

    def _follows(self, before: Statement | None, statement: Statement) -> None:
        serial = statement.serial
        if before is None:
            if serial == 1 and statement.previous_hash != canonical.GENESIS:
                self.wrong("chain", "Statement 1 claims that something stood before it.")
            elif serial > 1 and not Statement.objects.filter(serial=serial - 1).exists():
                self.wrong("missing", f"The statement before {serial} is missing.")
        elif serial != before.serial + 1:
            self.wrong("missing", f"The statement after {before.serial} is missing.")
        elif statement.previous_hash != before.hash:
            self.wrong("chain", f"Statement {serial} does not follow the one before it.")

    def _read(self, statement: Statement) -> dict[str, Head]:
        """Return what a genuine statement claims; nothing of another one, which is reported."""
        serial, at = statement.serial, canonical.iso(statement.signed_at)
        try:
            heads = heads_in(statement.heads_json)
        except ValueError:
            self.wrong("changed", f"Statement {serial} was changed and cannot be read any more.")
            return {}
        form = form_of(serial, heads, statement.previous_hash, at)
        if canonical.digest(form) != statement.hash:
            self.wrong("changed", f"Statement {serial} was changed after it was signed.")
            return {}
        if not self._is_genuine(f"Statement {serial}", form, statement.key_id, statement.signature):
            return {}
        self._claim(heads, f"the statement of {at}")
        return heads

    def _is_genuine(self, called: str, form: str, key: str, signature: str) -> bool:
        if key not in self.keys:
            self.wrong("signature", f"{called} was signed by an unknown key, {key}.")
        elif not is_signed_by(self.keys[key], form, signature):
            self.wrong("signature", f"The signature of {called[0].lower()}{called[1:]} is forged.")
        else:
            return True
        return False

    def _claim(self, heads: dict[str, Head], source: str) -> None:
        for name, head in heads.items():
            self.claims.setdefault(name, {}).setdefault(head, Claim(*head, source))

    def _shrinks(self, statement: Statement, known: dict[str, Head], heads: dict[str, Head]) -> None:
        for name, head in known.items():
            if heads and heads.get(name, (0, ""))[0] < head[0]:
                self.wrong("cut", f"Statement {statement.serial} forgets entries of {name} that were stated.")

    def outside(self, kept: KeptStatement) -> None:
        called = f"Statement {kept.serial} of {kept.signed_at}, kept outside,"
        if not self._is_genuine(called.rstrip(","), kept.form, kept.key_id, kept.signature):
            return
        self._claim(kept.heads, f"the statement of {kept.signed_at} that was kept outside")
        here = Statement.objects.filter(serial=kept.serial).values_list("hash", flat=True).first()
        if here is None:
            self.wrong("cut", f"{called} is not here any more: what came after some moment was cut off.")
        elif here != kept.hash:
            self.wrong("changed", f"{called} is not the one that is here under its number.")
        else:
            self.report.compared_with = max(self.report.compared_with, kept.serial)
