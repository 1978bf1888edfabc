"""Reading the trail: one row for each attempt or record, with what became of it."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import OuterRef, Q, QuerySet, Subquery

from console.audit.actions import VERIFY
from console.audit.forms import Filters
from console.audit.models import AuditEntry, Kind, OpenAttempt, Outcome, SignedHead
from console.audit.readers import Reader, verifiable_names, visible_to
from console.audit.records import record
from console.audit.reports import Report
from console.audit.subjects import Target
from console.audit.verify import ledger_names, verify

__all__ = [
    "PAGE_SIZE",
    "Proof",
    "TrailPage",
    "TrailRow",
    "find",
    "in_batches",
    "is_cursor",
    "page_of",
    "rows_of",
    "signatures",
    "trail",
]

PAGE_SIZE = 50
_BATCH = 500
_VERIFY_NEWEST, _VERIFY_SECONDS = 20_000, 5.0  # what a click may cost; the command looks at everything
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class TrailRow:
    """An attempt or record and everything that was added to it, oldest first."""

    entry: AuditEntry
    later: tuple[AuditEntry, ...]

    @property
    def outcome(self) -> str:
        """How it ended as far as is known now: a finding can settle what was unknown."""
        said = [row.outcome for row in (self.entry, *self.later) if row.outcome]
        return said[-1] if said else Outcome.ATTEMPTED.value

    @property
    def ending(self) -> AuditEntry:
        """The row that carries status, error and request id: the outcome, else the entry itself."""
        return next((row for row in self.later if row.kind == Kind.OUTCOME), self.entry)

    @property
    def settling(self) -> AuditEntry | None:
        """The finding that settled how it ended after the outcome had been written, if one did."""
        said = [row for row in self.findings if row.outcome]
        return said[-1] if said and self.ending is not self.entry else None

    @property
    def findings(self) -> tuple[AuditEntry, ...]:
        return tuple(row for row in self.later if row.kind == Kind.FINDING)

    @property
    def all(self) -> tuple[AuditEntry, ...]:
        return (self.entry, *self.later)


@dataclass(frozen=True)
class Proof:
    """What is signed of an entry's rows. up_to: the last row that is; unsigned: numbers of those that are not yet."""

    head: SignedHead | None
    up_to: int
    unsigned: tuple[int, ...]


@dataclass(frozen=True)
class TrailPage:
    """A piece of the trail, newest first. older: the next piece's cursor, "" at the end. first: it is the newest."""

    rows: list[TrailRow]
    older: str
    first: bool


def trail(user: Reader, filters: Filters | None = None) -> QuerySet[AuditEntry]:
    """Return the attempts and records that the person may see and the filters let through, newest first."""
    filters = filters or Filters()
    found = AuditEntry.objects.filter(
        visible_to(user), filters.entries(), kind__in=[Kind.ATTEMPT, Kind.RECORD]
    )
    if filters.outcome:
        found = _ended(found, filters.outcome)
    return found.order_by("-at", "-id")


def _ended(found: QuerySet[AuditEntry], outcome: str) -> QuerySet[AuditEntry]:
    """Keep what ended so: the last row of each that says an outcome decides."""
    if outcome == Outcome.ATTEMPTED:
        return found.filter(uuid__in=OpenAttempt.objects.values("attempt_id"))
    said = AuditEntry.objects.filter(attempt_id=OuterRef("uuid")).exclude(outcome="").order_by("-number")
    if outcome != Outcome.SUCCEEDED:  # the rare ones are found by their index
        found = found.filter(uuid__in=AuditEntry.objects.filter(outcome=outcome).values("attempt_id"))
    return found.alias(said=Subquery(said.values("outcome")[:1])).filter(said=outcome)


def rows_of(entries: Iterable[AuditEntry], *, up_to: int | None = None) -> list[TrailRow]:
    """Join attempts and records with what was added to them, by one query.

    up_to: the highest id to take into account, for a result that stands still.
    """
    entries = list(entries)
    later: dict[uuid.UUID, list[AuditEntry]] = {entry.uuid: [] for entry in entries}
    added = AuditEntry.objects.filter(attempt_id__in=later, kind__in=[Kind.OUTCOME, Kind.FINDING])
    if up_to is not None:
        added = added.filter(id__lte=up_to)
    for row in added.order_by("number"):
        later[row.attempt_id].append(row)
    return [TrailRow(entry, tuple(later[entry.uuid])) for entry in entries]


def page_of(user: Reader, filters: Filters, *, cursor: str = "", size: int = PAGE_SIZE) -> TrailPage:
    """Return a piece of the trail; a cursor that nobody gave out begins at the newest."""
    found = trail(user, filters)
    place = _place(cursor)
    if place is not None:
        found = found.filter(_after(place))
    entries = list(found[: size + 1])
    older = _cursor(entries[size - 1]) if len(entries) > size else ""
    return TrailPage(rows_of(entries[:size]), older, first=place is None)


def in_batches(found: QuerySet[AuditEntry], up_to: int) -> Iterator[TrailRow]:
    """Yield all rows of a trail() up to an id, newest first, without holding more than a few hundred."""
    found = found.filter(id__lte=up_to)
    batch = list(found[:_BATCH])
    while batch:
        yield from rows_of(batch, up_to=up_to)
        last = batch[-1]
        batch = list(found.filter(_after((last.at, last.id)))[:_BATCH]) if len(batch) == _BATCH else []


def find(user: Reader, entry_id: uuid.UUID) -> TrailRow | None:
    """Return the attempt or record that this row is or belongs to, or None when the person may not see it."""
    row = AuditEntry.objects.filter(uuid=entry_id).values_list("attempt_id", flat=True).first()
    entry = trail(user).filter(uuid=row).first() if row else None
    return rows_of([entry])[0] if entry else None


def signatures(rows: Iterable[AuditEntry]) -> Proof:
    """Return the first signed head that covers all these rows of one ledger, else the newest that covers some."""
    rows = sorted(rows, key=lambda row: row.number)
    heads = SignedHead.objects.filter(ledger=rows[0].ledger)
    head = heads.filter(number__gte=rows[-1].number).order_by("number", "serial").first()
    if head is None:
        head = heads.filter(number__gte=rows[0].number).order_by("-number", "-serial").first()
    covered = [row.number for row in rows if head is not None and row.number <= head.number]
    return Proof(
        head, max(covered, default=0), tuple(row.number for row in rows if row.number not in covered)
    )


def verify_trail(user: Reader) -> Report:
    """Verify the ledgers whose whole trail the person may read, as far as a click may cost, and put that on record."""
    names = verifiable_names(user, ledger_names())
    report = verify(names, newest=_VERIFY_NEWEST, seconds=_VERIFY_SECONDS)
    record(
        VERIFY.name,
        actor=user,
        target=Target("audit_trail", ""),
        details={"ledgers": len(names), "good": report.good, "problems": len(report.all_problems)},
    )
    return report


def _after(place: tuple[datetime, int]) -> Q:
    at, last_id = place
    return Q(at__lte=at) & (Q(at__lt=at) | Q(id__lt=last_id))


def _cursor(entry: AuditEntry) -> str:
    return f"{(entry.at - _EPOCH) // timedelta(microseconds=1)}-{entry.id}"


def is_cursor(text: str) -> bool:
    """Say whether page_of() may have given this out as a cursor."""
    return _place(text) is not None


def _place(cursor: str) -> tuple[datetime, int] | None:
    at, _dash, last_id = cursor.partition("-")
    if not (at.isascii() and at.isdigit() and last_id.isascii() and last_id.isdigit() and len(cursor) < 40):
        return None
    try:
        return _EPOCH + timedelta(microseconds=int(at)), min(int(last_id), 2**63 - 1)
    except OverflowError:
        return None
