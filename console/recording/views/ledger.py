"""The ledger: what ought to be recorded, what was told of it, and whether the file came."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from console.accounts.access import application_scope, can, needs
from console.accounts.rights import Right
from console.applications.services.listing import stored_applications
from console.connections.models import Connection
from console.core.misread import misread
from console.core.pages import render_page, wants_piece
from console.core.paging import page_of, size_of, whole_number
from console.recording.ledger_words import TONES, advice_for, stations_of
from console.recording.models import LedgerEntry, Reason
from console.recording.services.ledger import LedgerFilters, list_ledger
from console.recording.views.parts import address, room_url
from console.storage.addresses import object_address

__all__ = ["ledger"]

_TEMPLATE = "recording/ledger.html"
_LONGEST = 64
_KNOWN = {"state": LedgerEntry.State.values, "by": LedgerEntry.Source.values}
_OF_THE_BUCKET = (
    Reason.NOT_AUTHORISED,
    Reason.NO_BUCKET,
    Reason.UNREADABLE,
    Reason.ENCRYPTED,
    Reason.OVERDUE,
)
_OF_THE_CALLBACK = (Reason.UNREACHED, Reason.UNVERIFIED)


@needs(Right.MODERATE)
@require_safe
def ledger(request: HttpRequest, connection: Connection) -> HttpResponse:
    """List what ought to be recorded, latest first. Asks our own database only; the background keeps it."""
    scope = application_scope(request.user, Right.MODERATE, connection)
    applications = stored_applications(connection, scope)
    filters = _read_filters(request.GET)
    size = size_of(request.GET)
    found = list_ledger(connection, scope, filters, page=whole_number(request.GET.get("page"), 1), size=size)
    names = {app.app_id: app.name for app in applications}
    opens_files = can(request.user, Right.CONFIGURE, connection, whole=True)
    configured = application_scope(request.user, Right.CONFIGURE, connection)
    context: dict[str, Any] = {
        "connection": connection,
        "rows": [
            _row(
                connection,
                entry,
                names,
                opens_files=opens_files,
                configures=configured is None or entry.app_id in configured,
            )
            for entry in found.entries
        ],
        "page": page_of(request.GET, size=size, shown=len(found.entries), total=found.total),
        "filters": filters,
        "applications": applications,
        "states": [("", _("All")), *LedgerEntry.State.choices],
        "sources": [("", _("All")), *LedgerEntry.Source.choices],
        "counts": [
            (state, label, TONES[LedgerEntry.State(state)], found.counts[state])
            for state, label in LedgerEntry.State.choices
        ],
        "checked_at": found.checked_at,
        "clear_url": request.path,
        "again": request.get_full_path(),
        "piece": wants_piece(request),
        "misread": misread(request.GET, _KNOWN, ("app", "room")),
    }
    return render_page(request, _TEMPLATE, partial="listed", context=context)


def _row(
    connection: Connection, entry: LedgerEntry, names: dict[str, str], *, opens_files: bool, configures: bool
) -> dict[str, Any]:
    file_url = ""
    if opens_files and entry.file_name:
        file_url = object_address(connection, entry.location, entry.bucket, entry.file_name)
    return {
        "entry": entry,
        "application": names.get(entry.app_id, entry.app_id),
        "tone": TONES[LedgerEntry.State(entry.state)],
        "stations": stations_of(entry),
        "advice": advice_for(entry),
        "room_url": room_url(connection, entry.app_id, entry.room_id),
        "job_url": address("job", connection, entry.recording_id) if entry.recording_id else "",
        "file_url": file_url,
        "mend": _mend(connection, entry, opens_files=opens_files, configures=configures),
    }


def _mend(
    connection: Connection, entry: LedgerEntry, *, opens_files: bool, configures: bool
) -> tuple[str, str] | None:
    """Return where what went wrong can be looked at and mended, as label and address."""
    if opens_files and entry.reason in _OF_THE_BUCKET:
        return _("Storage"), reverse("storage:list", args=[connection.slug])
    if configures and entry.reason in _OF_THE_CALLBACK:
        return _("Callback"), address("callback", connection, entry.app_id)
    return None


def _read_filters(query: QueryDict) -> LedgerFilters:
    state, source = query.get("state", ""), query.get("by", "")
    return LedgerFilters(
        state=state if state in LedgerEntry.State.values else "",
        app_id=query.get("app", "")[:_LONGEST],
        room_id=query.get("room", "").strip()[:_LONGEST],
        source=source if source in LedgerEntry.Source.values else "",
    )
