"""Saved views: a page of insights with its filters, under a name; one's own, or shared with the connection."""

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from console import audit
from console.accounts.access import can
from console.accounts.models import User
from console.accounts.rights import Right
from console.analytics.actions import VIEW_DELETE, VIEW_SHARE
from console.analytics.models import Report, SavedView
from console.connections.models import Connection

__all__ = [
    "KEPT_PARAMETERS",
    "NameTaken",
    "UsedByReport",
    "delete_view",
    "get_view",
    "kept_query",
    "may_share",
    "save_view",
    "saved_views",
]

KEPT_PARAMETERS = (
    "view", "app", "range", "first", "last", "step", "compare", "cfirst", "clast", "dimension",
)  # fmt: skip
_LONGEST = 600


class NameTaken(Exception):
    """The person has another view of this name."""


class UsedByReport(Exception):
    """A report sends this view."""


def kept_query(query: Mapping[str, str]) -> str:
    """Return the part of an address that a saved view keeps."""
    kept = [(name, query[name]) for name in KEPT_PARAMETERS if query.get(name)]
    return urlencode(kept)[:_LONGEST]


def saved_views(connection: Connection, user: User, scope: Collection[str] | None) -> list[SavedView]:
    """Return the views that a person finds: their own, and shared ones of what they may see. One query."""
    shared = Q(shared=True)
    if scope is not None:
        shared &= Q(app_id__in=["", *scope])
    rows = SavedView.objects.filter(connection=connection).filter(Q(owner=user) | shared)
    return list(rows.select_related("owner").order_by("name", "pk"))


def get_view(connection: Connection, view_id: int, user: User) -> SavedView:
    """Return a view that the person may use. Raises SavedView.DoesNotExist."""
    return SavedView.objects.filter(Q(owner=user) | Q(shared=True)).get(connection=connection, pk=view_id)


def may_share(user: User, connection: Connection) -> bool:
    """Say whether a person's views can be shared: with insights of the whole connection."""
    return can(user, Right.SEE_INSIGHTS, connection, whole=True)


def save_view(
    connection: Connection, name: str, page: str, query: Mapping[str, str], *, shared: bool, actor: User
) -> SavedView:
    """Keep a view under a name; one's own of that name is replaced. Sharing is on record. Raises PermissionDenied."""
    if shared and not may_share(actor, connection):
        raise PermissionDenied(_("Your role does not include this."))
    with transaction.atomic():
        row = SavedView.objects.filter(connection=connection, owner=actor, name=name).first()
        row = row or SavedView(connection=connection, owner=actor, name=name)
        was_shared = row.shared
        row.page, row.query, row.app_id, row.shared = (
            page,
            kept_query(query),
            query.get("app", "")[:64],
            shared,
        )
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:  # saved twice at once
            raise NameTaken from None
        if shared or was_shared:
            audit.record(VIEW_SHARE, after=_told(row), **_on_record(row, actor))
    return row


def delete_view(connection: Connection, view_id: int, *, actor: User) -> None:
    """Delete a view of one's own. Raises SavedView.DoesNotExist, UsedByReport."""
    with transaction.atomic():
        row = SavedView.objects.select_for_update().get(connection=connection, pk=view_id, owner=actor)
        if Report.objects.filter(view=row).exists():
            raise UsedByReport
        if row.shared:
            audit.record(VIEW_DELETE, before=_told(row), **_on_record(row, actor))
        row.delete()


def _told(row: SavedView) -> dict[str, Any]:
    return {"name": row.name, "page": row.page, "query": row.query, "shared": row.shared}


def _on_record(row: SavedView, actor: User) -> dict[str, Any]:
    target = audit.Target("saved_view", str(row.pk), row.name)
    return {"actor": actor, "connection": row.connection, "target": target, "app_id": row.app_id}
