"""Annotations: what people say happened, on record. Who writes one needs insights of what it is about."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from console import audit
from console.accounts.access import can
from console.accounts.models import User
from console.accounts.rights import Right
from console.analytics.actions import ANNOTATE, ANNOTATION_CHANGE, ANNOTATION_DELETE
from console.analytics.models import Annotation
from console.connections.models import Connection
from console.core.charts import Mark

__all__ = [
    "AnnotationChanged",
    "Written",
    "annotate",
    "annotations",
    "change_annotation",
    "delete_annotation",
    "get_annotation",
    "marks",
    "may_change",
]

_TONES = {Annotation.Kind.RELEASE: "info", Annotation.Kind.INCIDENT: "bad", Annotation.Kind.NOTE: "unknown"}
_MOST_MARKS = 30  # more numbers than that nobody tells apart on a chart


class AnnotationChanged(Exception):
    """Somebody changed or deleted it since it was opened."""


@dataclass(frozen=True)
class Written:
    """What an annotation says. at, until: aware; until None for a moment. app_id: "" for all applications."""

    kind: str
    text: str
    at: datetime
    until: datetime | None = None
    app_id: str = ""


def annotations(
    connection: Connection,
    scope: Collection[str] | None,
    *,
    app_id: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Annotation]:
    """Return annotations by moment, the earliest first. One query.

    scope: applications of which somebody sees insights, None for all. app_id: only what concerns this one.
    since, until: only those that touch this time.
    """
    rows = Annotation.objects.filter(connection=connection)
    if scope is not None:
        rows = rows.filter(Q(app_id="") | Q(app_id__in=list(scope)))
    if app_id:
        rows = rows.filter(app_id__in=["", app_id])
    if until is not None:
        rows = rows.filter(at__lt=until)
    if since is not None:
        rows = rows.filter(Q(at__gte=since) | Q(until__gte=since))
    return list(rows.order_by("at", "pk"))


def marks(found: Collection[Annotation]) -> list[Mark]:
    """Return annotations as charts draw them; of very many the latest."""
    latest = list(found)[-_MOST_MARKS:]
    return [Mark(one.at, one.text, one.until, _TONES[Annotation.Kind(one.kind)]) for one in latest]


def get_annotation(connection: Connection, annotation_id: int) -> Annotation:
    """Return one of the connection's. Raises Annotation.DoesNotExist."""
    return Annotation.objects.get(connection=connection, pk=annotation_id)


def may_change(actor: User, connection: Connection, app_id: str) -> bool:
    """Say whether a person may write about an application, or about the whole connection ("")."""
    if app_id:
        return can(actor, Right.SEE_INSIGHTS, connection, app_id)
    return can(actor, Right.SEE_INSIGHTS, connection, whole=True)


def annotate(connection: Connection, written: Written, *, actor: User) -> Annotation:
    """Write an annotation. Raises PermissionDenied."""
    _require(actor, connection, written.app_id)
    row = Annotation(connection=connection, author=actor, author_name=str(actor)[:150])
    _fill(row, written)
    with transaction.atomic():
        row.save()
        audit.record(ANNOTATE, after=_told(row), **_on_record(row, actor))
    return row


def change_annotation(
    connection: Connection, annotation_id: int, version: int, written: Written, *, actor: User
) -> None:
    """Change one. version: that was opened. Raises AnnotationChanged, PermissionDenied."""
    _require(actor, connection, written.app_id)
    with transaction.atomic():
        row = _locked(connection, annotation_id)
        _require(actor, connection, row.app_id)
        if row.version != version:
            raise AnnotationChanged
        before = _told(row)
        _fill(row, written)
        row.version += 1
        row.save()
        audit.record(ANNOTATION_CHANGE, before=before, after=_told(row), **_on_record(row, actor))


def delete_annotation(connection: Connection, annotation_id: int, *, actor: User) -> None:
    """Delete one; the trail keeps what it said. Raises AnnotationChanged, PermissionDenied."""
    with transaction.atomic():
        row = _locked(connection, annotation_id)
        _require(actor, connection, row.app_id)
        audit.record(ANNOTATION_DELETE, before=_told(row), **_on_record(row, actor))
        row.delete()


def _locked(connection: Connection, annotation_id: int) -> Annotation:
    row = Annotation.objects.select_for_update().filter(connection=connection, pk=annotation_id).first()
    if row is None:
        raise AnnotationChanged
    return row


def _require(actor: User, connection: Connection, app_id: str) -> None:
    if not may_change(actor, connection, app_id):
        raise PermissionDenied(_("Your role does not include this."))


def _fill(row: Annotation, written: Written) -> None:
    row.kind, row.text, row.app_id = written.kind, written.text[:200], written.app_id
    row.at, row.until = written.at, written.until


def _on_record(row: Annotation, actor: User) -> dict[str, Any]:
    target = audit.Target("annotation", str(row.pk), row.text[:80])
    return {"actor": actor, "connection": row.connection, "target": target, "app_id": row.app_id}


def _told(row: Annotation) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "text": row.text,
        "at": row.at.isoformat(),
        "until": row.until.isoformat() if row.until else None,
        "author": row.author_name,
    }
