"""Verification: is what the database holds exactly what was written, with nothing changed, missing or added?

What a problem means is said in English sentences that name the ledger and the entry: they end up in reports.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from time import monotonic

from django.db import connection as database
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from console.audit import canonical, triggers
from console.audit.attempts import LIMIT_SECONDS
from console.audit.heads import head_form
from console.audit.keys import is_signed_by, trusted_keys
from console.audit.models import AuditEntry, Kind, Ledger, OpenAttempt, SignedHead
from console.audit.reports import LedgerReport, Problem, Report
from console.audit.statements import Head, KeptStatement, heads_in, newest_statement
from console.audit.verify_statements import Claim, verify_statements
from console.audit.witnesses import witnessed

__all__ = ["ledger_names", "verify"]

_CHUNK = 1000
_NEWEST_STATEMENTS = 1000  # of a bounded look: each is a signature to check
_GRACE = timedelta(minutes=5)  # the sweeper comes once a minute; this much later it did not come


def ledger_names(wanted: str = "") -> list[str]:
    """Return the names of all ledgers, also of those that are gone but stated or witnessed; or of those called so.

    wanted: a ledger's name or a connection's short name.
    """
    names = set(Ledger.objects.values_list("name", flat=True))
    names |= set(AuditEntry.objects.order_by().values_list("ledger", flat=True).distinct())
    names |= set(SignedHead.objects.order_by().values_list("ledger", flat=True).distinct())
    names |= set(_stated()) | set(witnessed())
    if wanted and wanted not in names:
        names &= set(Ledger.objects.filter(label=wanted).values_list("name", flat=True))
    elif wanted:
        names = {wanted}
    return sorted(names)


def verify(
    ledgers: Iterable[str] | None = None,
    *,
    newest: int | None = None,
    seconds: float | None = None,
    now: datetime | None = None,
    kept: Sequence[KeptStatement] = (),
) -> Report:
    """Check sequence, fingerprints, chain, signed heads, statements, references, triggers and forgotten attempts.

    ledgers: their names; None means all. newest: look only at so many entries at the end of each. seconds: stop looking
    at entries after that long; what was left out shows in the report. A bounded look takes the entry before its first
    one on trust. kept: statements from outside this console, which must still hold.
    """
    stop_at = None if seconds is None else monotonic() + seconds
    # Statements come before the entries, which can only have become more since.
    statements, claims = verify_statements(kept, newest and _NEWEST_STATEMENTS)
    names = sorted({*ledger_names(), *claims}) if ledgers is None else list(ledgers)
    witnesses = witnessed()
    reports = [
        _Ledger(name, newest, stop_at, now or timezone.now()).verify(
            claims.get(name, {}).values(), witnesses.get(name, "")
        )
        for name in names
    ]
    return Report(reports, _trigger_problems(), statements)


def _stated() -> dict[str, Head]:
    statement = newest_statement()
    try:
        return heads_in(statement.heads_json) if statement else {}
    except ValueError:
        return {}  # the verification of the statements tells


def _trigger_problems() -> list[Problem]:
    return [
        Problem(
            "trigger", f"The database's trigger {name} is gone or altered: entries can be changed unnoticed."
        )
        for name in triggers.missing(database)
    ]


class _Ledger:
    """One ledger's verification."""

    def __init__(self, name: str, newest: int | None, stop_at: float | None, now: datetime) -> None:
        self.head = Ledger.objects.filter(name=name).first()
        self.report = LedgerReport(name, str(self.head) if self.head else name)
        self.newest, self.stop_at, self.now = newest, stop_at, now
        self.hashes: dict[int, str] = {}  # of the entries that signed heads and statements name

    def verify(self, claims: Iterable[Claim] = (), witness: str = "") -> LedgerReport:
        """Verify it. claims: what statements say of it. witness: why it can't be empty, in words, or ""."""
        heads = list(SignedHead.objects.filter(ledger=self.report.name).order_by("serial"))
        claims = sorted(claims, key=lambda claim: claim.number)
        numbers = {*(head.number for head in heads), *(claim.number for claim in claims)}
        self.hashes = dict.fromkeys(numbers, "")
        self._entries()
        if witness and not self.report.entries:
            self.report.add("missing", f"nothing is on record, although {witness}.")
        self._ledger_head()
        self._claims(claims)
        self._signed_heads(heads, claims[-1].number if claims else 0)
        self._references()
        self._forgotten()
        return self.report

    def _entries(self) -> None:
        entries = AuditEntry.objects.filter(ledger=self.report.name)
        last = entries.order_by("-number").values_list("number", flat=True).first() or 0
        first = 1 if self.newest is None else max(1, last - self.newest + 1)
        self.report.entries, self.report.complete = last, first == 1
        if entries.filter(number__lt=1).exists():
            self.report.add("extra", "there are entries before the first.")
        expected, previous = first, self._hash_before(first)
        for entry in self._in_chunks(first, last):
            if entry.number != expected:
                self._gap(expected, entry.number)
            elif entry.previous_hash != previous:
                self.report.add(
                    "chain", f"entry {entry.number} does not follow the entry before it.", entry.number
                )
            self._fingerprints(entry)
            if entry.number in self.hashes:
                self.hashes[entry.number] = entry.hash
            expected, previous = entry.number + 1, entry.hash
            self.report.checked_from = self.report.checked_from or entry.number
            self.report.checked_to = entry.number
        if self.report.checked_to < last:
            self.report.complete = False
        self.report.last_hash = previous

    def _in_chunks(self, first: int, last: int) -> Iterator[AuditEntry]:
        entries = AuditEntry.objects.filter(ledger=self.report.name, number__lte=last).order_by("number")
        while first <= last and (self.stop_at is None or monotonic() < self.stop_at):
            chunk = entries.filter(number__gte=first, number__lt=first + _CHUNK)
            try:
                yield from list(chunk)
            except ValueError:  # a value that cannot be of its column's kind
                yield from self._readable(chunk)
            first += _CHUNK

    def _readable(self, chunk: QuerySet[AuditEntry]) -> Iterator[AuditEntry]:
        for number in chunk.values_list("number", flat=True):
            try:
                yield chunk.get(number=number)
            except ValueError:
                self.report.add("changed", f"entry {number} was changed and cannot be read any more.", number)

    def _hash_before(self, first: int) -> str:
        if first == 1:
            return canonical.GENESIS
        before = AuditEntry.objects.filter(ledger=self.report.name, number=first - 1).first()
        return before.hash if before else ""

    def _gap(self, expected: int, found: int) -> None:
        if found == expected + 1:
            self.report.add("missing", f"entry {expected} is missing.", expected)
        else:
            self.report.add("missing", f"entries {expected} to {found - 1} are missing.", expected)

    def _fingerprints(self, entry: AuditEntry) -> None:
        try:
            digest = canonical.digest(entry.canonical())
        except (ValueError, TypeError, AttributeError):  # no JSON, or no time, any more
            digest = ""
        if digest != entry.digest:
            self.report.add(
                "changed",
                f"entry {entry.number} ({entry.uuid}) was changed after it was written.",
                entry.number,
            )
        elif canonical.chain(entry.previous_hash, entry.digest) != entry.hash:
            self.report.add(
                "changed", f"the hash of entry {entry.number} ({entry.uuid}) was changed.", entry.number
            )

    def _ledger_head(self) -> None:
        last, head = self.report.entries, self.head
        if head is None:
            self.report.add("missing", "the row that holds the ledger's head is missing.")
        elif head.number > last:
            self.report.add(
                "cut",
                f"the ledger counted {head.number} entries, but the last one found is {last}: the end was cut off.",
                last + 1,
            )
        elif head.number < last:
            self._newer_than_head(head, last)
        elif self.report.checked_to == last and head.hash != self.report.last_hash:
            self.report.add(
                "chain", f"the ledger's head does not carry the hash of its last entry, {last}.", last
            )

    def _newer_than_head(self, head: Ledger, last: int) -> None:
        """Entries beyond the head were added behind the ledger's back, or just now, since the head was read."""
        now = Ledger.objects.filter(name=head.name).values_list("number", flat=True).first() or 0
        if now < last:
            self.report.add(
                "extra", f"there are entries beyond the {head.number} that the ledger counted.", last
            )

    def _claims(self, claims: Sequence[Claim]) -> None:
        for claim in claims:
            if claim.number > self.report.entries:
                continue
            known = self.hashes[claim.number]
            if not known and claim is claims[-1]:  # a bounded look did not come by
                known = self._hash_before(claim.number + 1)
            if known and known != claim.hash:
                self.report.add(
                    "signature",
                    f"entry {claim.number} is not the one that {claim.source} names.",
                    claim.number,
                )
            elif known:
                self.report.signed_up_to = max(self.report.signed_up_to, claim.number)
        if claims and claims[-1].number > self.report.entries:
            self.report.add(
                "cut",
                f"{claims[-1].source} counts {claims[-1].number} entries, "
                f"but the last one found is {self.report.entries}: the end was cut off.",
                self.report.entries + 1,
            )

    def _signed_heads(self, heads: list[SignedHead], stated: int) -> None:
        keys = trusted_keys()
        expected = 1
        for head in heads:
            if head.serial != expected:
                self.report.add("signature", f"the signature with serial {expected} is missing.")
            expected = head.serial + 1
            if self._is_genuine(head, keys):
                self._covers(head)
        if (
            heads
            and heads[-1].number > stated
            and heads[-1].number > _stated().get(self.report.name, (0, ""))[0]
        ):
            self.report.add(
                "cut",
                f"the head at entry {heads[-1].number} was signed on {canonical.iso(heads[-1].signed_at)}, "
                "but no statement counts that many entries: statements were cut off.",
                heads[-1].number,
            )

    def _is_genuine(self, head: SignedHead, keys: dict[str, str]) -> bool:
        form = head_form(head.ledger, head.serial, head.number, head.hash, head.signed_at)
        if head.key_id not in keys:
            self.report.add(
                "signature", f"the head at entry {head.number} was signed by an unknown key, {head.key_id}."
            )
        elif not is_signed_by(keys[head.key_id], form, head.signature):
            self.report.add(
                "signature", f"the signature of the head at entry {head.number} is forged.", head.number
            )
        else:
            return True
        return False

    def _covers(self, head: SignedHead) -> None:
        known = self.hashes.get(head.number, "")
        if head.number > self.report.entries:
            self.report.add(
                "cut",
                f"{head.number} entries existed when the head was signed on {canonical.iso(head.signed_at)}, "
                f"but the last one found is {self.report.entries}: the end was cut off.",
                self.report.entries + 1,
            )
        elif known and known != head.hash:
            self.report.add(
                "signature", f"entry {head.number} is not the one whose hash was signed.", head.number
            )
        elif known:
            self.report.signed_up_to = max(self.report.signed_up_to, head.number)

    def _references(self) -> None:
        """Outcomes and findings belong to an attempt before them in the same ledger; attempts are their own."""
        told = f"SELECT number FROM audit_auditentry later WHERE {_WRONG_REFERENCE} ORDER BY number LIMIT 100"  # noqa: S608
        with database.cursor() as cursor:
            cursor.execute(told, [self.report.name, self.report.checked_from, self.report.checked_to])
            for (number,) in cursor.fetchall():
                self.report.add("reference", f"entry {number} belongs to no attempt before it.", number)

    def _forgotten(self) -> None:
        """Attempts that are old enough to have an outcome and have none."""
        before = self.now - timedelta(seconds=LIMIT_SECONDS) - _GRACE
        waiting = OpenAttempt.objects.filter(attempt_id=OuterRef("uuid"), deadline__gt=self.now - _GRACE)
        answered = AuditEntry.objects.filter(kind=Kind.OUTCOME, attempt_id=OuterRef("uuid"))
        open_ones = AuditEntry.objects.filter(
            ~Exists(answered),
            ~Exists(waiting),
            ledger=self.report.name,
            kind=Kind.ATTEMPT,
            at__lt=before,
            number__range=(self.report.checked_from, self.report.checked_to),
        )
        for entry in open_ones.order_by("number")[:100]:
            self.report.add(
                "open",
                f"entry {entry.number} ({entry.uuid}) is an attempt that never got an outcome.",
                entry.number,
            )


_WRONG_REFERENCE = """
    ledger = %s AND number BETWEEN %s AND %s AND (
        (kind IN ('attempt', 'record') AND attempt_id <> uuid)
        OR kind NOT IN ('attempt', 'record', 'outcome', 'finding')
        OR (kind IN ('outcome', 'finding') AND NOT EXISTS (
            SELECT 1 FROM audit_auditentry earlier
            WHERE earlier.uuid = later.attempt_id AND earlier.kind IN ('attempt', 'record')
              AND earlier.ledger = later.ledger AND earlier.number < later.number))
    )
"""
