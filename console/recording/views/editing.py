"""The layout editor on a page: what it is shown with, and what its buttons do where no script runs."""

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from console.connections.models import Connection
from console.recording.forms.panes import PaneRows
from console.recording.layouts import rules
from console.recording.layouts.drawing import Drawing, draw_adaptive, draw_custom
from console.recording.layouts.encodings import RATIOS
from console.recording.layouts.panes import empty_row, rows_of, with_people
from console.recording.layouts.presets import preset_rows, presets
from console.recording.models import SavedLayout
from console.recording.services.layouts import get_layout
from console.recording.services.people import Person

__all__ = ["drawing_of", "edited", "editor_context"]


def edited(
    data: QueryDict, rows: PaneRows, connection: Connection, app_ids: Collection[str] | None = ()
) -> PaneRows | None:
    """Return the rows after the button that was pressed; None when the form was sent to act.

    app_ids: applications whose people may be in the saved layouts; None for all.
    Buttons are called "do": preview, add, preset, load, and with a row's place behind a colon remove, forward, back.
    """
    do, _colon, at = data.get("do", "").partition(":")
    if not do:
        return None
    now = [dict(row) for row in rows.rows]
    place = int(at) if at.isascii() and at.isdigit() and len(at) < 4 else -1
    if do == "add":
        now.append(empty_row(_next_number(now), min(len(now), rules.LAYERS - 1)))
    elif do == "preset":
        now = with_people(preset_rows(data.get("arrangement", "")) or now, now)
    elif do == "load":
        now = with_people(_saved_rows(connection, app_ids, data.get("saved", "")) or now, now)
    elif do == "remove" and 0 <= place < len(now):
        del now[place]
    elif do in ("forward", "back") and 0 <= place < len(now):
        step = 1 if do == "forward" else -1
        if rows.mode is rules.Mode.SHARE:
            _swap(now, place, place - step)
        else:
            _reorder(now, place, step)
    return replace(rows, rows=now, judged=do == "preview")


def editor_context(
    rows: PaneRows,
    ratio: str,
    *,
    people: Sequence[Person] = (),
    saved: Sequence[SavedLayout] = (),
) -> dict[str, Any]:
    """Return what recording/_editor.html is shown with. ratio: of the picture; an unknown one counts as the usual."""
    known = presets()
    ratio = ratio if ratio in RATIOS else next(iter(RATIOS))
    return {
        "panes": rows,
        "drawing": drawing_of(rows, ratio),
        "ratio": ratio,
        "people": people,
        "saved": saved,
        "presets": known,
        "crops": [("KEEP_RATIO_PADDING", _("pad")), ("KEEP_RATIO_CROP", _("crop"))],
        "videos": [("CAMERASTREAM", _("camera")), ("SCREENSTREAM", _("screen"))],
        "fillings": [("FIXED_USER", _("this participant")), ("SHARED_SCREEN", _("whoever shares a screen"))],
        "blank": {"place": "", "problems": {}, **empty_row(1)},
        "editor_data": json.dumps(
            {
                "rules": rules.for_scripts(),
                "presets": {preset.name: preset.rows for preset in known},
                "saved": {str(layout.pk): rows_of(layout.panes) for layout in saved},
                "needsPeople": rows.needs_people,
                "words": _words(),
            }
        ),
    }


def drawing_of(rows: PaneRows, ratio: str) -> Drawing | None:
    """Return how a layout looks; None for sound alone."""
    if not rows.layout:
        return None
    if rows.layout == "custom":
        return draw_custom(rows.rows, ratio, wrong=rows.wrong_places)
    return draw_adaptive(rows.layout, ratio, rows.rows)


def _words() -> dict[str, str]:
    """What the editor's script says; {…} are places."""
    return {
        "pane": _("Pane {number}"),
        "at": _("left {x} %, top {y} %, width {width} %, height {height} %, layer {layer}"),
        "nobody": _("nobody yet"),
        "anybody": _("whoever shares a screen"),
        "camera": _("camera"),
        "screen": _("screen"),
        "added": _("Pane {number} added"),
        "removed": _("Pane {number} removed. Undo brings it back."),
        "undone": _("Undone"),
        "redone": _("Redone"),
        "forward": _("Forward"),
        "back": _("Back"),
        "remove": _("Remove"),
        "select": _("Select pane {number}"),
        "hidden": _("{n} panes cannot be drawn: look at their numbers below."),
        "problems": _("{n} things to correct"),
    }


def _next_number(rows: Sequence[rules.Row]) -> int:
    taken = {row["number"].strip() for row in rows}
    return next(number for number in range(1, len(rows) + 2) if str(number) not in taken)


def _saved_rows(
    connection: Connection, app_ids: Collection[str] | None, layout_id: str
) -> list[dict[str, str]] | None:
    if not (layout_id.isascii() and layout_id.isdigit() and len(layout_id) < 10):
        return None
    try:
        return rows_of(get_layout(connection, int(layout_id), app_ids).panes)
    except SavedLayout.DoesNotExist:
        return None


def _reorder(rows: list[dict[str, str]], place: int, step: int) -> None:
    """Move a row one layer forward or back, and number the layers anew from behind."""
    order = sorted(range(len(rows)), key=lambda at: (_layer(rows[at]), at))
    at = order.index(place)
    other = at + step
    if 0 <= other < len(order):
        order[at], order[other] = order[other], order[at]
    for layer, row in enumerate(order):
        rows[row]["layer"] = str(min(layer, rules.LAYERS - 1))


def _swap(rows: list[dict[str, str]], place: int, other: int) -> None:
    """Let two rows change places, but not numbers: of a screen-share layout the first is the main one."""
    if 0 <= other < len(rows):
        one, two = rows[place], rows[other]
        one["number"], two["number"] = two["number"], one["number"]
        rows[place], rows[other] = two, one


def _layer(row: rules.Row) -> int:
    text = row["layer"].strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
