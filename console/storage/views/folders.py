"""What lies in a bucket, as folders."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from console.accounts.access import needs
from console.accounts.rights import Right
from console.connections.models import Connection
from console.core.misread import misread
from console.core.pages import render_page, wants_piece
from console.core.paging import page_of, size_of, whole_number
from console.core.sorting import sort_values
from console.core.trouble_pages import render_trouble
from console.sparkrtc.errors import NotFound, SparkError
from console.storage.addresses import folder_address, object_address
from console.storage.folders import SORTS, Wanted
from console.storage.services.objects import can_be_listed, list_folder
from console.storage.shapes import Entry, FolderPage
from console.storage.views.parts import folder_crumbs

__all__ = ["folder"]

_TEMPLATE = "storage/folder.html"
_LONGEST_SEARCH = 100
_KINDS = ("all", "recordings")
_KNOWN = {"sort": sort_values(SORTS), "below": ("1",), "files": _KINDS}


@needs(Right.CONFIGURE, whole=True)
@require_safe
def folder(request: HttpRequest, connection: Connection, location: str, bucket: str) -> HttpResponse:
    """Show a folder of a bucket. One shared call for the whole bucket at first, none while walking through it."""
    at = request.GET.get("at", "")
    at = f"{at}/" if at and not at.endswith("/") else at
    context: dict[str, Any] = {
        "connection": connection,
        "location": location,
        "bucket": bucket,
        "at": at,
        "crumbs": folder_crumbs(connection, location, bucket, at),
        "address": f"s3://{bucket}/{at}",
        "piece": wants_piece(request),
        "again": request.get_full_path(),
        "misread": misread(request.GET, _KNOWN, ("at", "q")),
        **_filters(request.GET, at),
    }
    if not can_be_listed(location):
        return render_page(request, _TEMPLATE, partial="listed", context=context, status=409)
    number, size = whole_number(request.GET.get("page"), 1), size_of(request.GET)
    wanted = _wanted(context, (number - 1) * size, size)
    try:
        found = list_folder(connection, bucket, location, at, wanted)
    except NotFound as error:
        context |= {"missing": True, "request_id": error.request_id}
        return render_page(request, _TEMPLATE, partial="listed", context=context, status=404)
    except SparkError as error:
        return render_trouble(request, _TEMPLATE, error, partial="listed", context=context)
    shown = len(found.entries)
    context |= {
        "found": found,
        "rows": [_row(connection, location, bucket, at, entry) for entry in found.entries],
        "page": page_of(request.GET, size=size, shown=shown, total=found.folders + found.files),
        "kept_apart": _kept_apart(found),
    }
    return render_page(request, _TEMPLATE, partial="listed", context=context)


def _filters(query: QueryDict, at: str) -> dict[str, Any]:
    """Return what the filter line shows: everything in the address, and what it stands for."""
    sort = query.get("sort", "")
    descending = sort.startswith("-")
    name = sort.removeprefix("-")
    name = name if name in SORTS else "name"
    search = query.get("q", "").strip()[:_LONGEST_SEARCH]
    below, files = query.get("below") == "1", query.get("files", "")
    return {
        "sort": name,
        "descending": descending,
        "sorts": [(one, label, _sort_url(query, one, name, descending)) for one, label in _columns()],
        "search": search,
        "below": below,
        "files": files if files == "recordings" else "all",
        "kinds": [("all", _("All files")), ("recordings", _("Recordings (MP4, playlists)"))],
        "filtered": bool(search) or below or files == "recordings",
        "clear_url": f"?{urlencode({'at': at})}" if at else "?",
    }


def _columns() -> list[tuple[str, str]]:
    return [("name", _("Name")), ("size", _("Size")), ("modified", _("Changed"))]


def _sort_url(query: QueryDict, column: str, current: str, descending: bool) -> str:
    """Names begin with the first, sizes and times with the largest; a second click turns it round."""
    turned = query.copy()
    turned.pop("page", None)
    downwards = not descending if column == current else column != "name"
    turned["sort"] = f"-{column}" if downwards else column
    return f"?{turned.urlencode()}"


def _wanted(context: dict[str, Any], start: int, size: int) -> Wanted:
    return Wanted(
        search=context["search"],
        below=context["below"],
        recordings=context["files"] == "recordings",
        sort=context["sort"],
        descending=context["descending"],
        start=start,
        size=size,
    )


def _row(connection: Connection, location: str, bucket: str, at: str, entry: Entry) -> dict[str, Any]:
    name = f"{at}{entry.name}"
    page = folder_address if entry.folder else object_address
    return {"entry": entry, "url": page(connection, location, bucket, name), "name": name}


def _kept_apart(found: FolderPage) -> int:
    """Return how many objects the cloud, or this console, keeps back."""
    return 0 if found.whole else max(1, (found.told or 0) - found.listed)
