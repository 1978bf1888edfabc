"""Layouts as shapes to draw: in whole units of a stage, so that a template writes them as attributes."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from console.recording.layouts.encodings import RATIOS
from console.recording.layouts.presets import preset_rows
from console.recording.layouts.rules import SHARED, WHOLE, Row, sides_of
from console.sparkrtc.catalogue.shapes import VIDEO_TYPES

__all__ = ["Box", "Drawing", "draw_adaptive", "draw_custom"]

_CAMERA, _SCREEN = VIDEO_TYPES
_GRID, _LEFT, _RIGHT = "nine_grids_view", "screen_share_left", "screen_share_right"


@dataclass(frozen=True)
class Box:
    """One pane on the stage. place: its row, from 0. who: a participant's id, hostile. words: stand there else."""

    place: int
    number: str
    x: int
    y: int
    width: int
    height: int
    who: str = ""
    words: str = ""
    screen: bool = False
    problem: bool = False

    @property
    def middle(self) -> tuple[int, int]:
        return self.x + self.width // 2, self.y + self.height // 2


@dataclass(frozen=True)
class Drawing:
    """A stage of width × height units with its boxes, from behind to in front.

    adaptive: the cloud arranges the panes itself; the boxes only show how. hidden: rows that cannot be drawn.
    """

    width: int
    height: int
    boxes: tuple[Box, ...]
    adaptive: bool = False
    hidden: int = 0


def draw_custom(rows: Sequence[Row], ratio: str, *, wrong: frozenset[int] = frozenset()) -> Drawing:
    """Draw panes where they lie. wrong: places of rows that have a problem."""
    width, height = RATIOS[ratio]
    boxes: list[tuple[int, Box]] = []
    hidden = 0
    for place, row in enumerate(rows):
        sides = sides_of(row)
        if sides is None or sides[2] <= 0 or sides[3] <= 0:
            hidden += 1
            continue
        x, y = _on(sides[0], width), _on(sides[1], height)
        right, below = _on(sides[0] + sides[2], width), _on(sides[1] + sides[3], height)
        box = Box(
            place,
            row["number"].strip()[:9],
            x,
            y,
            max(1, right - x),
            max(1, below - y),
            who=row["user"].strip(),
            screen=row["video"] == _SCREEN,
            problem=place in wrong,
        )
        boxes.append((_layer(row), box))
    boxes.sort(key=lambda pair: (pair[0], pair[1].place))
    return Drawing(width, height, tuple(box for _layer, box in boxes), hidden=hidden)


def draw_adaptive(layout: str, ratio: str, rows: Sequence[Row] = ()) -> Drawing:
    """Draw how the cloud arranges a layout of its own. rows: whom a screen-share layout shows, the main one first."""
    width, height = RATIOS[ratio]
    shape = {_GRID: "grid9", _LEFT: "share_left", _RIGHT: "share_right"}.get(layout, "grid9")
    drawn = draw_custom(preset_rows(shape) or [], ratio)
    named = [] if layout == _GRID else list(rows)
    boxes = tuple(_named(box, named) for box in drawn.boxes)
    return Drawing(width, height, boxes, adaptive=True)


def _named(box: Box, rows: Sequence[Row]) -> Box:
    row = rows[box.place] if box.place < len(rows) else None
    if row is None:
        return Box(box.place, "", box.x, box.y, box.width, box.height)
    anybody = row["filling"] == SHARED
    return Box(
        box.place,
        row["number"].strip()[:9],
        box.x,
        box.y,
        box.width,
        box.height,
        who="" if anybody else row["user"].strip(),
        words=_("whoever shares a screen") if anybody else "",
        screen=anybody or row["video"] == _SCREEN,
    )


def _on(parts: int, size: int) -> int:
    return round(parts * size / WHOLE)


def _layer(row: Row) -> int:
    text = row["layer"].strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
