"""Arrangements to begin from. They are panes like any other: whoever takes one goes on from there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from console.recording.layouts.panes import empty_row
from console.recording.layouts.rules import CROPS, WHOLE, share_text
from console.sparkrtc.catalogue.shapes import VIDEO_TYPES

__all__ = ["Preset", "preset_rows", "presets"]

_PAD, _CROP = CROPS
_CAMERA, _SCREEN = VIDEO_TYPES
_MARGIN = WHOLE // 50
# {people: how many stand side by side}
_ACROSS = {1: 1, 2: 2, 3: 2, 4: 2, 5: 3, 6: 3, 7: 3, 8: 3, 9: 3}

Box = tuple[int, int, int, int]  # x, y, width, height in ten-thousandths


@dataclass(frozen=True)
class Preset:
    """name: stands in forms. label: for people. rows: its panes, with nobody in them."""

    name: str
    label: str
    rows: tuple[dict[str, str], ...]


def presets() -> list[Preset]:
    """Return all of them, labelled in the active language."""
    found = [
        Preset(f"grid{count}", _("Grid of %(count)s") % {"count": count}, _grid(count)) for count in _ACROSS
    ]
    found += [
        Preset("share_left", _("Screen left, four people right"), _beside(0)),
        Preset("share_right", _("Screen right, four people left"), _beside(WHOLE // 4)),
        Preset("share_strip", _("Screen above, five people below"), _above()),
        Preset("corner", _("Picture in picture"), _corner()),
        Preset("halves", _("Two side by side, whole height"), _halves()),
    ]
    return found


def preset_rows(name: str) -> list[dict[str, str]] | None:
    """Return the panes of a preset; None for an unknown name."""
    return next((list(preset.rows) for preset in presets() if preset.name == name), None)


def _grid(count: int) -> tuple[dict[str, str], ...]:
    """A grid of cells in the picture's own ratio, centred; so is a last line that is not full."""
    across = _ACROSS[count]
    lines, parts = -(-count // across), 2 * across  # counted in half cells
    boxes = []
    for number in range(count):
        line, column = divmod(number, across)
        left = across - min(across, count - line * across) + 2 * column
        above = across - lines + 2 * line
        x, y = _cut(left, parts), _cut(above, parts)
        boxes.append(((x, y, _cut(left + 2, parts) - x, _cut(above + 2, parts) - y), _CAMERA, _CROP))
    return tuple(_rows(boxes))


def _beside(left: int) -> tuple[dict[str, str], ...]:
    main = 3 * WHOLE // 4
    column = 0 if left else main
    boxes = [((left, 0, main, WHOLE), _SCREEN, _PAD)]
    boxes += [((column, _cut(n, 4), WHOLE // 4, WHOLE // 4), _CAMERA, _CROP) for n in range(4)]
    return tuple(_rows(boxes))


def _above() -> tuple[dict[str, str], ...]:
    boxes = [((WHOLE // 10, 0, 8 * WHOLE // 10, 8 * WHOLE // 10), _SCREEN, _PAD)]
    boxes += [((_cut(n, 5), 8 * WHOLE // 10, WHOLE // 5, WHOLE // 5), _CAMERA, _CROP) for n in range(5)]
    return tuple(_rows(boxes))


def _corner() -> tuple[dict[str, str], ...]:
    small = WHOLE // 4
    at = WHOLE - small - _MARGIN
    return tuple(_rows([((0, 0, WHOLE, WHOLE), _SCREEN, _PAD), ((at, at, small, small), _CAMERA, _CROP)]))


def _halves() -> tuple[dict[str, str], ...]:
    half = WHOLE // 2
    return tuple(_rows(((n * half, 0, half, WHOLE), _CAMERA, _CROP) for n in range(2)))


def _cut(part: int, parts: int) -> int:
    """Return the ten-thousandth nearest to part/parts of the picture, so that neighbours meet exactly."""
    return round(part * WHOLE / parts)


def _rows(boxes: Iterable[tuple[Box, str, str]]) -> Iterator[dict[str, str]]:
    for place, ((x, y, width, height), video, crop) in enumerate(boxes):
        yield {
            **empty_row(place + 1, place),
            "video": video,
            "crop": crop,
            "x": share_text(x),
            "y": share_text(y),
            "width": share_text(width),
            "height": share_text(height),
        }
