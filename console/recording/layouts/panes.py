"""Panes on their way: from a form's rows to the wire, from the wire and from what is stored back to rows."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from console.recording.layouts.rules import (
    CROPS,
    FIELDS,
    FILLINGS,
    SHARED,
    WHOLE,
    Mode,
    Row,
    share_text,
    shares,
)
from console.sparkrtc.catalogue.shapes import VIDEO_TYPES

__all__ = ["empty_row", "rows_from_form", "rows_of", "to_wire", "with_people", "without_people"]

_CAMERA, _SCREEN = VIDEO_TYPES
_WIRE = {
    "number": "id",
    "user": "user_id",
    "video": "video_type",
    "x": "x",
    "y": "y",
    "width": "width",
    "height": "height",
    "layer": "zorder",
    "crop": "crop_mode",
    "filling": "filling_policy",
}
_PLACES = ("x", "y", "width", "height")
_MOST_ROWS = 50  # twice as many as a layout can have: those too many can be shown, and taken away
_LONGEST = 200  # characters of one field; more is no answer to anything


def empty_row(number: int, layer: int = 0) -> dict[str, str]:
    """Return a pane as it is added by hand: a quarter of the picture, in the middle."""
    return {
        "number": str(number),
        "user": "",
        "video": _CAMERA,
        "x": "0.375",
        "y": "0.375",
        "width": "0.25",
        "height": "0.25",
        "layer": str(layer),
        "crop": CROPS[0],
        "filling": FILLINGS[0],
    }


def rows_from_form(data: Any) -> list[dict[str, str]]:
    """Read the rows of a form: fields of the same name stand in the order of the rows (a QueryDict).

    A row that lacks a field is filled as an added one is; rows after the fiftieth are left out.
    """
    columns = {field: data.getlist(f"pane_{field}") for field in FIELDS}
    count = min(max((len(column) for column in columns.values()), default=0), _MOST_ROWS)
    rows = []
    for place in range(count):
        row = empty_row(place + 1)
        for field, column in columns.items():
            if place < len(column):
                row[field] = column[place][:_LONGEST]
        rows.append(row)
    return rows


def rows_of(panes: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return stored panes, or those of an answer, as rows; what is missing or unusable becomes what stands for it.

    Shares are rounded to four decimals and kept inside of the picture.
    """
    return [_row(place, pane) for place, pane in enumerate(panes)]


def _row(place: int, pane: Mapping[str, Any]) -> dict[str, str]:
    row = empty_row(place + 1, place)
    for field, name in _WIRE.items():
        value = pane.get(name)
        if value is not None and field not in _PLACES:
            row[field] = str(value) or row[field]
    row["user"] = str(pane.get("user_id") or "")
    sides = [_parts(pane.get(name)) for name in _PLACES]
    if None not in sides:
        x, y, width, height = (side or 0 for side in sides)
        row |= {"x": share_text(x), "y": share_text(y)}
        row["width"] = share_text(max(1, min(width, WHOLE - x)))
        row["height"] = share_text(max(1, min(height, WHOLE - y)))
    return row


def _parts(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return max(0, min(WHOLE, round(value * WHOLE)))


def to_wire(rows: Sequence[Row], mode: Mode) -> list[dict[str, Any]]:
    """Return rows that have no problems as the request carries them: only what their kind of layout knows."""
    return [_custom(row) if mode is Mode.CUSTOM else _share(row) for row in rows]


def _custom(row: Row) -> dict[str, Any]:
    pane: dict[str, Any] = {
        "id": int(row["number"]),
        "user_id": row["user"].strip(),
        "video_type": row["video"],
    }
    pane |= {side: (shares(row[side]) or 0) / WHOLE for side in _PLACES}
    return {**pane, "zorder": int(row["layer"]), "crop_mode": row["crop"]}


def _share(row: Row) -> dict[str, Any]:
    shared = row["filling"] == SHARED
    return {
        "id": int(row["number"]),
        "user_id": "" if shared else row["user"].strip(),
        "video_type": _SCREEN if shared else row["video"],
        "filling_policy": row["filling"],
    }


def without_people(panes: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return panes as they are kept: with nobody in them."""
    return [{name: value for name, value in pane.items() if name != "user_id"} for pane in panes]


def with_people(rows: Sequence[Row], before: Sequence[Row]) -> list[dict[str, str]]:
    """Return rows with the people of others, pane by pane, where they have none of their own: places change, not who
    is shown."""
    people = [row["user"] for row in before]
    return [
        {**row, "user": row["user"] or (people[place] if place < len(people) else "")}
        for place, row in enumerate(rows)
    ]
