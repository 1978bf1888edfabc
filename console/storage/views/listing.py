"""The list of buckets."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from console.accounts.access import needs
from console.accounts.rights import Right
from console.connections.models import Connection
from console.core.misread import misread
from console.core.pages import render_page, wants_piece
from console.core.trouble_pages import render_trouble
from console.sparkrtc.catalogue.shared import RECORDING_REGION
from console.sparkrtc.errors import SparkError
from console.storage.addresses import bucket_address, folder_address
from console.storage.services.buckets import list_buckets
from console.storage.services.objects import can_be_listed
from console.storage.shapes import Bucket
from console.storage.uses import Uses, uses_of

__all__ = ["bucket_list"]

_TEMPLATE = "storage/bucket_list.html"
_STATES = ("authorized", "not", "all")
_LONGEST_SEARCH = 100


@needs(Right.CONFIGURE, whole=True)
@require_safe
def bucket_list(request: HttpRequest, connection: Connection) -> HttpResponse:
    """List the account's buckets. One shared call; who writes into them is told from what is stored."""
    context: dict[str, Any] = {
        "connection": connection,
        "piece": wants_piece(request),
        "again": request.get_full_path(),
        "misread": misread(request.GET, {"state": _STATES}, ("q",)),
        **_filters(request.GET),
    }
    try:
        found = list_buckets(connection)
    except SparkError as error:
        return render_trouble(request, _TEMPLATE, error, partial="listed", context=context)
    uses = uses_of(connection, ask=False)
    rows = [_row(connection, bucket, uses) for bucket in found.items if _fits(bucket, context)]
    context |= {"found": found, "rows": rows, "uses": uses}
    return render_page(request, _TEMPLATE, partial="listed", context=context)


def _filters(query: QueryDict) -> dict[str, Any]:
    state = query.get("state", "")
    search = query.get("q", "").strip()[:_LONGEST_SEARCH]
    state = state if state in _STATES else "all"
    return {
        "state": state,
        "states": [("all", _("All")), ("authorized", _("Authorised")), ("not", _("Not authorised"))],
        "search": search,
        "filtered": bool(search) or state != "all",
        "region": RECORDING_REGION,
    }


def _fits(bucket: Bucket, context: dict[str, Any]) -> bool:
    if context["state"] != "all" and (bucket.authorized is True) != (context["state"] == "authorized"):
        return False
    return context["search"].casefold() in f"{bucket.name} {bucket.location}".casefold()


def _row(connection: Connection, bucket: Bucket, uses: Uses) -> dict[str, Any]:
    place = (connection, bucket.location, bucket.name)
    return {
        "bucket": bucket,
        "uses": uses.of(bucket.name, bucket.location),
        "url": folder_address(*place) if can_be_listed(bucket.location) else "",
        "authorize_url": bucket_address("storage:authorize", *place),
        "withdraw_url": bucket_address("storage:withdraw", *place),
    }
