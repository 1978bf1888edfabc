"""The pages of saved layouts."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from console.accounts.access import application_scope, needs
from console.accounts.rights import Right
from console.applications.services.listing import stored_applications
from console.connections.models import Connection
from console.core.pages import go
from console.core.sheets import render_sheet
from console.recording.forms.layouts import LayoutForm
from console.recording.forms.panes import PaneRows
from console.recording.layouts.panes import rows_of
from console.recording.layouts.presets import preset_rows
from console.recording.models import SavedLayout
from console.recording.services.layouts import (
    ChangedMeanwhile,
    NameTaken,
    create_layout,
    delete_layout,
    get_layout,
    list_layouts,
    update_layout,
)
from console.recording.views.editing import drawing_of, edited, editor_context
from console.recording.views.parts import actor_of, address

__all__ = ["layout_create", "layout_delete", "layout_detail", "layout_list"]

_METHODS = ["GET", "HEAD", "POST"]
_FIRST = "share_left"


@needs(Right.MODERATE)
@require_safe
def layout_list(request: HttpRequest, connection: Connection) -> HttpResponse:
    """List the saved layouts, drawn small. Never asks the cloud."""
    names = {app.app_id: app.name for app in stored_applications(connection, _reach(request, connection))}
    rows = [
        {
            "layout": layout,
            "of": names.get(layout.app_id, layout.app_id),
            "drawing": drawing_of(_rows_of(layout), layout.ratio),
            "panes": len(layout.panes),
        }
        for layout in list_layouts(connection, _reach(request, connection))
    ]
    return render(request, "recording/layout_list.html", {"connection": connection, "rows": rows})


@needs(Right.MODERATE)
@require_http_methods(_METHODS)
def layout_create(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Draw a layout and keep it under a name."""
    if request.method != "POST":
        rows = PaneRows(preset_rows(_FIRST) or [], needs_people=False, people=False)
        return _page(request, connection, None, LayoutForm(), rows)
    form = LayoutForm(request.POST)
    rows = replace(PaneRows.of(request.POST, "custom", needs_people=False), people=False)
    if (changed := edited(request.POST, rows, connection)) is not None:
        return _page(request, connection, None, _unjudged(form), changed)
    if not (form.is_valid() and rows.valid):
        return _page(request, connection, None, form, rows, status=422)
    try:
        layout = create_layout(connection, **_wanted(form), panes=rows.wire, actor=actor_of(request))
    except NameTaken:
        return _name_taken(request, connection, None, form, rows)
    messages.success(request, _("The layout was saved."))
    return HttpResponseRedirect(address("layout", connection, layout.pk))


@needs(Right.MODERATE)
@require_http_methods(_METHODS)
def layout_detail(request: HttpRequest, connection: Connection, layout_id: int) -> HttpResponse:
    """Show a saved layout in the editor, and keep what is changed."""
    layout = _layout_or_404(request, connection, layout_id)
    if request.method != "POST":
        form = LayoutForm(instance=layout, initial={"version": layout.version})
        return _page(request, connection, layout, form, _rows_of(layout))
    form = LayoutForm(request.POST, instance=layout)
    rows = PaneRows.of(request.POST, "custom", needs_people=False)
    rows = replace(rows, people=bool(layout.app_id))
    if (changed := edited(request.POST, rows, connection)) is not None:
        return _page(request, connection, layout, _unjudged(form), changed)
    if not (form.is_valid() and rows.valid):
        return _page(request, connection, layout, form, rows, status=422)
    try:
        update_layout(
            connection,
            layout_id,
            form.cleaned_data["version"] or 0,
            **_wanted(form),
            panes=rows.wire,
            actor=actor_of(request),
        )
    except NameTaken:
        return _name_taken(request, connection, layout, form, rows)
    except ChangedMeanwhile as other:
        form = LayoutForm(_as_of(request, other.layout))
        form.is_valid()
        form.add_error(
            None, _("Somebody changed this layout since you opened it. Save again to replace theirs.")
        )
        return _page(request, connection, other.layout, form, rows, status=409)
    messages.success(request, _("The layout was saved."))
    return HttpResponseRedirect(address("layout", connection, layout_id))


@needs(Right.MODERATE)
@require_http_methods(_METHODS)
def layout_delete(request: HttpRequest, connection: Connection, layout_id: int) -> HttpResponse:
    """Ask whether to delete a layout; sent by POST, delete it."""
    layout = _layout_or_404(request, connection, layout_id)
    if request.method == "POST":
        delete_layout(connection, layout_id, actor=actor_of(request))
        messages.success(request, _("The layout was deleted."))
        return go(request, address("layouts", connection))
    context = {
        "connection": connection,
        "title": _("Delete the layout"),
        "subject": layout.name,
        "crumbs": _crumbs(connection),
        "body": "recording/_layout_delete_body.html",
        "submit": _("Delete the layout"),
        "danger": True,
        "back_url": address("layout", connection, layout_id),
    }
    return render_sheet(request, context)


def _page(
    request: HttpRequest,
    connection: Connection,
    layout: SavedLayout | None,
    form: LayoutForm,
    rows: PaneRows,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "connection": connection,
        "layout": layout,
        "form": form,
        "here": request.path,
        "back_url": address("layouts", connection),
        **editor_context(rows, str(form["ratio"].value() or "")),
    }
    return render(request, "recording/layout_edit.html", context, status=status)


def _name_taken(
    request: HttpRequest, connection: Connection, layout: SavedLayout | None, form: LayoutForm, rows: PaneRows
) -> HttpResponse:
    form.add_error("name", _("Another layout has this name."))
    return _page(request, connection, layout, form, rows, status=422)


def _unjudged(form: LayoutForm) -> LayoutForm:
    """The same fields without a word on what is missing: a button of the editor sent them, not the person."""
    return LayoutForm(initial={name: form[name].value() for name in form.fields})


def _as_of(request: HttpRequest, layout: SavedLayout) -> Any:
    data = request.POST.copy()
    data["version"] = str(layout.version)
    return data


def _wanted(form: LayoutForm) -> dict[str, str]:
    return {"name": form.cleaned_data["name"], "ratio": form.cleaned_data["ratio"]}


def _rows_of(layout: SavedLayout) -> PaneRows:
    return replace(PaneRows(rows_of(layout.panes)), needs_people=False, people=bool(layout.app_id))


def _reach(request: HttpRequest, connection: Connection) -> frozenset[str] | None:
    """Return the applications whose people the viewer may know from layouts."""
    return application_scope(request.user, Right.MODERATE, connection)


def _layout_or_404(request: HttpRequest, connection: Connection, layout_id: int) -> SavedLayout:
    try:
        return get_layout(connection, layout_id, _reach(request, connection))
    except SavedLayout.DoesNotExist:
        raise Http404(_("There is no such layout.")) from None


def _crumbs(connection: Connection) -> list[tuple[str, str]]:
    return [
        (connection.name, ""),
        (_("Recording"), address("jobs", connection)),
        (_("Layouts"), address("layouts", connection)),
    ]
