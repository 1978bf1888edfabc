"""Saved layouts: the console's own, on record. People are in them only for whoever may record in their application."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from console import audit
from console.accounts.models import User
from console.connections.models import Connection
from console.recording.actions.layouts import CREATE, DELETE, UPDATE
from console.recording.layouts.panes import without_people
from console.recording.models import SavedLayout

__all__ = [
    "ChangedMeanwhile",
    "NameTaken",
    "create_layout",
    "delete_layout",
    "get_layout",
    "list_layouts",
    "update_layout",
]

AppIds = Collection[str] | None
Panes = Sequence[Mapping[str, Any]]


class NameTaken(Exception):
    """Another layout of the connection has this name."""


class ChangedMeanwhile(Exception):
    """Somebody changed the layout since it was opened. layout: as it is now."""

    def __init__(self, layout: SavedLayout) -> None:
        super().__init__(f"{layout.changed_by} changed it")
        self.layout = layout


def list_layouts(connection: Connection, app_ids: AppIds) -> list[SavedLayout]:
    """Return the layouts of a connection in the order of their names. One query.

    app_ids: applications whose people may be in them, None for all.
    """
    return list(SavedLayout.objects.filter(_within(app_ids), connection=connection))


def get_layout(connection: Connection, layout_id: int, app_ids: AppIds) -> SavedLayout:
    """Return a layout of the connection. For app_ids see list_layouts. Raises SavedLayout.DoesNotExist."""
    return SavedLayout.objects.get(_within(app_ids), connection=connection, pk=layout_id)


def create_layout(
    connection: Connection, name: str, ratio: str, panes: Panes, *, actor: User | None, app_id: str = ""
) -> SavedLayout:
    """Keep a layout under a name. ratio: "16:9" or "4:3". panes: as on the wire.

    app_id: of the application whose people are in it; "" leaves them out. Raises NameTaken.
    """
    layout = SavedLayout(connection=connection, app_id=app_id, name=name, ratio=ratio)
    layout.panes = _kept(layout, panes)
    layout.changed_by = _name_of(actor)
    with transaction.atomic():
        _save(layout)
        audit.record(
            CREATE,
            actor=actor,
            connection=connection,
            app_id=layout.app_id,
            target=_target(layout),
            after=_on_record(layout),
        )
    return layout


def update_layout(
    connection: Connection,
    layout_id: int,
    version: int,
    name: str,
    ratio: str,
    panes: Panes,
    *,
    actor: User | None,
) -> SavedLayout:
    """Change a layout. version: that was opened.

    Raises ChangedMeanwhile, NameTaken, SavedLayout.DoesNotExist.
    """
    with transaction.atomic():
        layout = SavedLayout.objects.select_for_update().get(connection=connection, pk=layout_id)
        if layout.version != version:
            raise ChangedMeanwhile(layout)
        before = _on_record(layout)
        layout.name, layout.ratio, layout.panes = name, ratio, _kept(layout, panes)
        layout.version += 1
        layout.changed_by = _name_of(actor)
        _save(layout)
        audit.record(
            UPDATE,
            actor=actor,
            connection=connection,
            app_id=layout.app_id,
            target=_target(layout),
            before=before,
            after=_on_record(layout),
        )
    return layout


def delete_layout(connection: Connection, layout_id: int, *, actor: User | None) -> None:
    """Delete a layout; jobs that were started with it go on. Raises SavedLayout.DoesNotExist."""
    with transaction.atomic():
        layout = SavedLayout.objects.select_for_update().get(connection=connection, pk=layout_id)
        before, target, app_id = _on_record(layout), _target(layout), layout.app_id
        layout.delete()
        audit.record(DELETE, actor=actor, connection=connection, app_id=app_id, target=target, before=before)


def _within(app_ids: AppIds) -> Q:
    return Q() if app_ids is None else Q(app_id__in=["", *app_ids])


def _kept(layout: SavedLayout, panes: Panes) -> list[dict[str, Any]]:
    return [dict(pane) for pane in panes] if layout.app_id else without_people(panes)


def _save(layout: SavedLayout) -> None:
    try:
        with transaction.atomic():
            layout.save()
    except IntegrityError:
        raise NameTaken from None


def _name_of(actor: User | None) -> str:
    return str(actor)[:150] if actor else ""


def _target(layout: SavedLayout) -> audit.Target:
    return audit.Target("layout", str(layout.pk), layout.name)


def _on_record(layout: SavedLayout) -> dict[str, Any]:
    return {"name": layout.name, "ratio": layout.ratio, "panes": layout.panes}
