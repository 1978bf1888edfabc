"""The ledger of recordings, for pages and for whoever warns of missing files. Asks our own database alone."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, QuerySet

from console.connections.models import Connection
from console.recording.models import LedgerEntry

__all__ = ["LedgerFilters", "LedgerPage", "Missing", "list_ledger", "missing_recordings", "room_of_stream"]

_State = LedgerEntry.State
_MOST_MISSING = 500


@dataclass(frozen=True)
class LedgerFilters:
    """What the ledger is narrowed to; empty: everything. room_id: exactly. state: of LedgerEntry.State."""

    state: str = ""
    app_id: str = ""
    room_id: str = ""
    source: str = ""

    @property
    def set(self) -> bool:
        """Whether anything is filtered."""
        return bool(self.state or self.app_id or self.room_id or self.source)


@dataclass(frozen=True)
class LedgerPage:
    """One page of the ledger, latest first. counts: {state: how many} with every filter but that of the state.

    checked_at: when anything of it was judged last; None when never.
    """

    entries: tuple[LedgerEntry, ...]
    total: int
    counts: dict[str, int]
    checked_at: datetime | None


@dataclass(frozen=True)
class Missing:
    """A recording whose file did not come. reason: of models.Reason, "" when nobody can tell."""

    entry_id: int
    app_id: str
    room_id: str
    job_id: str
    source: str
    reason: str
    began_at: datetime
    ended_at: datetime | None


def list_ledger(
    connection: Connection,
    app_ids: Collection[str] | None,
    filters: LedgerFilters,
    *,
    page: int = 1,
    size: int = 50,
) -> LedgerPage:
    """Return one page. app_ids: the applications within reach, None for all. Three queries."""
    found = _within(connection, app_ids)
    for name in ("app_id", "room_id", "source"):
        if value := getattr(filters, name):
            found = found.filter(**{name: value})
    rows = found.order_by().values("state").annotate(count=Count("pk"), last=Max("checked_at"))
    counts = dict.fromkeys(_State.values, 0)
    checked = []
    for row in rows:
        counts[row["state"]] = row["count"]
        if row["last"] is not None:
            checked.append(row["last"])
    if filters.state:
        found = found.filter(state=filters.state)
    total = counts[filters.state] if filters.state else sum(counts.values())
    first = (page - 1) * size
    entries = tuple(found.select_related("recording")[first : first + size])
    return LedgerPage(entries, total, counts, max(checked, default=None))


def missing_recordings(
    connection: Connection,
    app_ids: Collection[str] | None = None,
    *,
    since: datetime | None = None,
    most: int = _MOST_MISSING,
) -> list[Missing]:
    """Return the recordings whose file is missing, latest first. One query.

    app_ids: None for all applications. since: of those that began then or later. most: so many at most.
    """
    found = _within(connection, app_ids).filter(state=_State.MISSING)
    if since is not None:
        found = found.filter(began_at__gte=since)
    return [
        Missing(
            row.pk,
            row.app_id,
            row.room_id,
            row.job_id,
            row.source,
            row.reason,
            row.began_at,
            row.ended_at,
        )
        for row in found[:most]
    ]


def room_of_stream(connection: Connection, app_id: str, stream: str) -> str:
    """Return the room whose automatic recording such a stream is, "" when the ledger knows none. One query."""
    starts = [stream[: at + 1] for at, letter in enumerate(stream) if letter == "_"]
    known = LedgerEntry.objects.filter(
        connection=connection, app_id=app_id, source=LedgerEntry.Source.AUTOMATIC, stream__in=starts
    )
    return max(known.order_by().values_list("room_id", flat=True).distinct(), key=len, default="")


def _within(connection: Connection, app_ids: Collection[str] | None) -> "QuerySet[LedgerEntry]":
    known = LedgerEntry.objects.filter(connection=connection)
    return known if app_ids is None else known.filter(app_id__in=list(app_ids))
