"""Keeping a layout from a page where it was drawn for a job."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from console.connections.models import Connection
from console.recording.forms.layouts import LayoutForm
from console.recording.forms.panes import PaneRows
from console.recording.layouts.rules import Mode
from console.recording.services.layouts import NameTaken, create_layout
from console.recording.views.parts import actor_of

__all__ = ["save_from_start"]


def save_from_start(
    request: HttpRequest, connection: Connection, app_id: str, rows: PaneRows, ratio: str
) -> PaneRows:
    """Keep the panes under the name that was typed beside them, and say what came of it; the rows as they are shown.

    app_id: of the application whose people stay in them, when that is ticked.
    """
    with_people = request.POST.get("save_people") == "on" and any(row["user"].strip() for row in rows.rows)
    kept = replace(rows, needs_people=False)
    form = LayoutForm({"name": request.POST.get("save_name", ""), "ratio": ratio})
    if rows.mode is not Mode.CUSTOM or not kept.valid:
        messages.error(request, _("The layout was not saved: correct its panes first."))
        return replace(rows, needs_people=False, judged=True)
    if not form.is_valid():
        messages.error(request, _("The layout was not saved: give it a name of up to 60 characters."))
        return replace(rows, judged=False)
    name = form.cleaned_data["name"]
    try:
        create_layout(
            connection,
            name,
            ratio,
            kept.wire,
            actor=actor_of(request),
            app_id=app_id if with_people else "",
        )
    except NameTaken:
        messages.error(request, _("The layout was not saved: another one has this name."))
    else:
        if with_people:
            messages.success(request, _("The layout was saved, with the people in it."))
        else:
            messages.success(request, _("The layout was saved, without the people in it."))
    return replace(rows, judged=False)
