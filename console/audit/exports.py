"""The filtered trail as a file: CSV for people, JSON lines for verifiers. Both carry their proof.

CSV: one line for each row of the view, newest first; its last column holds the ledger rows that it was made of.
JSON lines: the ledger rows by ledger and number; where the filter leaves rows out, only their digests stand, so that
the chain can be followed up to a signed head without showing them: the newest where that is not too far, so that a
statement over all ledgers shows what was cut off. offline/verify_export.py checks both.
"""

import csv
import io
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Min, QuerySet
from django.utils import timezone

from console.audit import canonical
from console.audit.actions import EXPORT
from console.audit.forms import Filters
from console.audit.heads import sign_heads
from console.audit.keys import KeyMissing, trusted_keys
from console.audit.models import AuditEntry, Ledger, SignedHead
from console.audit.readers import Reader, connection_of, verifies_all
from console.audit.records import record
from console.audit.services import TrailRow, in_batches, trail
from console.audit.subjects import Target

__all__ = ["COLUMNS", "KINDS", "LONGEST_CHAIN", "Snapshot", "as_csv", "as_json_lines", "cell", "export_trail"]

KINDS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}

FORMAT = 1
LONGEST_CHAIN = (
    200_000  # rows of one ledger between the first exported and a signed head; beyond, links are left out
)
_CHUNK = 1000
COLUMNS = (
    "time",
    "person",
    "name",
    "role",
    "on_behalf_of",
    "action",
    "connection",
    "app_id",
    "target_kind",
    "target_id",
    "target_name",
    "reason",
    "outcome",
    "status",
    "error_code",
    "error",
    "request_id",
    "findings",
    "before",
    "after",
    "details",
    "address",
    "user_agent",
    "click_id",
    "id",
    "proof",
)


@dataclass(frozen=True)
class Snapshot:
    """A result that stands still while it is written, however long that takes.

    found: a services.trail(). up_to: the newest row that counts. count: attempts and records in it. taken_at: a moment
    before it, so that whatever was stated until then is in it.
    """

    found: QuerySet[AuditEntry]
    up_to: int
    count: int
    taken_at: datetime

    @classmethod
    def of(cls, found: QuerySet[AuditEntry]) -> "Snapshot":
        """Fix a trail as it is now."""
        taken_at = timezone.now()
        up_to = AuditEntry.objects.aggregate(last=Max("id"))["last"] or 0
        return cls(found, up_to, found.filter(id__lte=up_to).count(), taken_at)


def export_trail(user: Reader, filters: Filters, kind: str) -> Iterator[str]:
    """Put on record that the person takes the filtered trail away, and return its text piece by piece.

    kind: "csv" or "jsonl". The entry stands before the first piece is read; it is not in the export itself.
    """
    snapshot = Snapshot.of(trail(user, filters))
    record(
        EXPORT.name,
        actor=user,
        connection=_only_connection(user, filters),
        target=Target("audit_trail", kind),
        details={"filters": filters.told(), "count": snapshot.count, "format": kind},
    )
    if kind == "csv":
        return as_csv(snapshot)
    told = filters.told()
    whole = not told and verifies_all(user)
    return as_json_lines(snapshot, exported_by=user.get_username(), filters=told, whole=whole)


def _only_connection(user: Reader, filters: Filters) -> Any:
    """The connection that the export is confined to: its own trail tells of it then, else the console's."""
    ids = Ledger.objects.filter(name__in=filters.ledgers or ()).values_list("connection_id", flat=True)[:2]
    found = list(ids)
    return connection_of(user, found[0]) if len(found) == 1 and found[0] is not None else None


def cell(value: Any) -> str:
    """Return a CSV cell that no spreadsheet takes for a formula: a leading apostrophe disarms it.

    Text that begins with an apostrophe gets another, so that taking one away gives back what stands in the ledger.
    """
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in "=+-@\t\r\n'＝＋－＠" and text else text


def as_csv(snapshot: Snapshot) -> Iterator[str]:
    """Yield the snapshot as CSV, beginning with the byte order mark that spreadsheets need for UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow(COLUMNS)
    for row in in_batches(snapshot.found, snapshot.up_to):
        writer.writerow([cell(value) for value in _csv_row(row)])
        if buffer.tell() > 32_768:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _csv_row(row: TrailRow) -> list[Any]:
    entry, ending = row.entry, row.ending
    return [
        canonical.iso(entry.at),
        entry.actor_username,
        entry.actor_name,
        entry.actor_role,
        entry.on_behalf_of,
        entry.action,
        entry.connection_slug,
        entry.app_id,
        entry.target_kind,
        entry.target_id,
        entry.target_name,
        entry.reason,
        row.outcome,
        ending.status,
        ending.error_code,
        ending.error,
        ending.request_id,
        "; ".join(finding.finding for finding in row.findings),
        _json(entry.before_json),
        _json(ending.after_json),
        _json(entry.details_json) if ending is entry else _json(entry.details_json, ending.details_json),
        entry.address,
        entry.user_agent,
        entry.click_id,
        entry.uuid,
        canonical.dump([_proof(part) for part in row.all]),
    ]


def _json(*texts: str) -> str:
    return " ".join(text for text in texts if text not in ("null", "{}"))


def _proof(entry: AuditEntry) -> dict[str, Any]:
    return {"entry": entry.fields(), "previous_hash": entry.previous_hash, "hash": entry.hash}


def as_json_lines(
    snapshot: Snapshot, *, exported_by: str, filters: dict[str, str], whole: bool = False
) -> Iterator[str]:
    """Yield the snapshot as JSON lines: what was exported, then ledger by ledger, then how much it was.

    whole: neither a filter nor the reader's rights leave anything out, so every ledger is there.
    """
    found = snapshot.found.filter(id__lte=snapshot.up_to).order_by()
    names = sorted(found.values_list("ledger", flat=True).distinct())
    _sign(names)
    yield _line(
        "export",
        format=FORMAT,
        exported_at=canonical.iso(snapshot.taken_at),
        exported_by=exported_by,
        filters=filters,
        whole=whole,
        count=snapshot.count,
        keys=trusted_keys(),
    )
    for name in names:
        yield from _ledger(name, found, snapshot.up_to)
    yield _line("end", count=snapshot.count)


def _sign(names: list[str]) -> None:
    """Sign the heads now, so that the export is covered to its end; without a key it goes out unsigned and says so."""
    try:
        sign_heads(names)
    except KeyMissing:
        return


def _line(kind: str, **fields: Any) -> str:
    return canonical.dump({"type": kind, **fields}) + "\n"


def _ledger(name: str, found: QuerySet[AuditEntry], up_to: int) -> Iterator[str]:
    chosen = AuditEntry.objects.filter(ledger=name, id__lte=up_to, attempt_id__in=found.values("uuid"))
    ends = chosen.aggregate(first=Min("number"), last=Max("number"))
    first, last = ends["first"], ends["last"]
    head, newest = _head_over(name, first, last)
    label = Ledger.objects.filter(name=name).values_list("label", flat=True).first() or name
    final = max(last, head.number) if head else last
    linked = final - first < LONGEST_CHAIN
    yield _line("ledger", ledger=name, label=label, first=first, last=last, linked=linked, newest=newest)
    at = first
    while at <= last:
        rows = list(
            AuditEntry.objects.filter(ledger=name, number__range=(at, at + _CHUNK - 1)).order_by("number")
        )
        shown = _shown(rows, found, up_to)
        for row in rows:
            if row.id in shown:
                yield _line("entry", **_proof(row))
            elif linked and row.number <= final:
                yield _line("link", ledger=name, number=row.number, digest=row.digest)
        at += _CHUNK
    if linked:
        yield from _links(name, at, final)
    if head is not None:
        yield _head(head)


def _head_over(name: str, first: int, last: int) -> tuple[SignedHead | None, bool]:
    """Return the signed head that a chain from first leads to, over last, and whether that is the ledger's newest.

    The newest, unless the chain would be too long: then the nearest.
    """
    over = SignedHead.objects.filter(ledger=name, number__gte=last)
    newest = over.order_by("-number", "-serial").first()
    if newest is None or newest.number - first < LONGEST_CHAIN:
        return newest, newest is not None
    nearest = over.order_by("number", "serial").first()
    return nearest, nearest == newest


def _links(name: str, at: int, final: int) -> Iterator[str]:
    """Yield the links of what follows the exported rows, of which nothing but the digest is read."""
    rows = AuditEntry.objects.filter(ledger=name, number__range=(at, final)).order_by("number")
    for number, digest in rows.values_list("number", "digest").iterator(chunk_size=_CHUNK):
        yield _line("link", ledger=name, number=number, digest=digest)


def _shown(rows: list[AuditEntry], found: QuerySet[AuditEntry], up_to: int) -> set[int]:
    attempts: set[uuid.UUID] = {row.attempt_id for row in rows}
    chosen = set(found.filter(uuid__in=attempts).values_list("uuid", flat=True))
    return {row.id for row in rows if row.attempt_id in chosen and row.id <= up_to}


def _head(head: SignedHead) -> str:
    return _line(
        "head",
        version=canonical.VERSION,
        ledger=head.ledger,
        serial=head.serial,
        number=head.number,
        hash=head.hash,
        signed_at=canonical.iso(head.signed_at),
        key_id=head.key_id,
        signature=head.signature,
    )
