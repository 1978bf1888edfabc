"""What may stand in the panes of a layout: the one source of truth, which static/recording/rules.js mirrors.

Rows are text as people typed it, so that both sides judge the same thing; tests/browser/test_layout_rules.py feeds both
with the same rows. Shares are counted in ten-thousandths of the picture, where sums are exact.
Source: API reference, CreateMixJob, MixLayoutPane.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from console.sparkrtc.catalogue.shapes import PANE, VIDEO_TYPES
from console.sparkrtc.catalogue.shared import ROOM_ID

__all__ = [
    "CROPS",
    "FIELDS",
    "FILLINGS",
    "LAYERS",
    "MOST_PANES",
    "SHARED",
    "WHOLE",
    "Mode",
    "Problem",
    "Row",
    "for_scripts",
    "mode_of",
    "problems_of",
    "said",
    "share_text",
    "shares",
    "sides_of",
]

Row = Mapping[str, str]
FIELDS = ("number", "user", "video", "x", "y", "width", "height", "layer", "crop", "filling")
WHOLE = 10_000  # the width, or the height, of the picture
_PLACES = 4
LAYERS = 25
MOST_PANES = 25  # one a layer
_NUMBERS = (1, 9_999)  # the reference gives no highest
SHARED = "SHARED_SCREEN"
_CHOICES: dict[str, tuple[str, ...]] = {
    field.name: tuple(field.choices) for field in PANE.fields if field.choices
}
CROPS = _CHOICES["crop_mode"]
FILLINGS = _CHOICES["filling_policy"]
_BLANK = " \t\r\n"
_SHARE = re.compile(r"-?([0-9]{1,6}(\.[0-9]{0,12})?|\.[0-9]{1,12})")
_COUNT = re.compile(r"[0-9]{1,9}")


class Mode(StrEnum):
    """What a layout's panes say: where they lie, or only whom the adaptive screen-share layout shows."""

    CUSTOM = "custom"
    SHARE = "share"


@dataclass(frozen=True)
class Problem:
    """Something wrong. row: from 0, -1 for the layout as a whole. code: a key of said()."""

    row: int
    field: str
    code: str


def mode_of(layout: str) -> Mode | None:
    """Return what the panes of a layout say; None for one without panes."""
    modes = {"custom": Mode.CUSTOM, "screen_share_left": Mode.SHARE, "screen_share_right": Mode.SHARE}
    return modes.get(layout)


def problems_of(rows: Sequence[Row], mode: Mode, *, needs_people: bool) -> list[Problem]:
    """Return everything that is wrong with the rows, in their order; at most one problem a field.

    needs_people: a job wants somebody in each pane, a saved layout has nobody.
    """
    found: list[Problem] = []
    if not rows:
        found.append(Problem(-1, "", "none"))
    if len(rows) > MOST_PANES:
        found.append(Problem(-1, "", "many"))
    numbers: set[str] = set()
    for place, row in enumerate(rows):
        checks = _Checks(place, row)
        checks.number(numbers)
        checks.person(mode, needs_people=needs_people)
        if mode is Mode.CUSTOM:
            checks.choice("video", VIDEO_TYPES)
            checks.place()
            checks.choice("crop", CROPS)
        else:
            checks.choice("filling", FILLINGS)
            if row["filling"] != SHARED:
                checks.choice("video", VIDEO_TYPES)
        found.extend(checks.found)
    return found


class _Checks:
    """The checks of one row."""

    def __init__(self, place: int, row: Row) -> None:
        self._place = place
        self._row = row
        self.found: list[Problem] = []

    def number(self, taken: set[str]) -> None:
        text = self._row["number"].strip(_BLANK)
        if not self._count("number", *_NUMBERS):
            return
        number = text.lstrip("0")
        if number in taken:
            self._add("number", "twice")
        taken.add(number)

    def person(self, mode: Mode, *, needs_people: bool) -> None:
        user = self._row["user"].strip(_BLANK)
        if mode is Mode.SHARE and self._row["filling"] == SHARED:
            if user:
                self._add("user", "anybody")
        elif not user:
            if needs_people:
                self._add("user", "nobody")
        elif not ROOM_ID.expression.fullmatch(user):
            self._add("user", "id")

    def place(self) -> None:
        x, y = self._share("x", 0), self._share("y", 0)
        width, height = self._share("width", 1), self._share("height", 1)
        if x is not None and width is not None and x + width > WHOLE:
            self._add("width", "beyond")
        if y is not None and height is not None and y + height > WHOLE:
            self._add("height", "beyond")
        self._count("layer", 0, LAYERS - 1)

    def choice(self, field: str, choices: Collection[str]) -> None:
        if self._row[field] not in choices:
            self._add(field, "choice")

    def _count(self, field: str, low: int, high: int) -> bool:
        text = self._row[field].strip(_BLANK)
        if not text:
            self._add(field, "missing")
        elif not _COUNT.fullmatch(text):
            self._add(field, "count")
        elif not low <= int(text) <= high:
            self._add(field, f"{field}_range")
        else:
            return True
        return False

    def _share(self, field: str, low: int) -> int | None:
        text = self._row[field].strip(_BLANK)
        if not text:
            self._add(field, "missing")
            return None
        if not _SHARE.fullmatch(text):
            self._add(field, "share")
            return None
        parts = shares(text)
        if parts is None:
            self._add(field, "decimals")
        elif not low <= parts <= WHOLE:
            self._add(field, "side_range" if low else "share_range")
        else:
            return parts
        return None

    def _add(self, field: str, code: str) -> None:
        self.found.append(Problem(self._place, field, code))


def shares(text: str) -> int | None:
    """Return a share as ten-thousandths; None for text that is none, or says more than four decimals."""
    text = text.strip(_BLANK)
    if not _SHARE.fullmatch(text):
        return None
    sign, text = (-1, text[1:]) if text.startswith("-") else (1, text)
    whole, _point, decimals = text.partition(".")
    if decimals[_PLACES:].strip("0"):
        return None
    return sign * (int(whole or "0") * WHOLE + int(decimals[:_PLACES].ljust(_PLACES, "0")))


def share_text(parts: int) -> str:
    """Return ten-thousandths as people and the wire write them: "0.25", "1"."""
    whole, rest = divmod(parts, WHOLE)
    return f"{whole}.{rest:04d}".rstrip("0").rstrip(".")


def sides_of(row: Row) -> tuple[int, int, int, int] | None:
    """Return x, y, width and height in ten-thousandths; None while one of them is no share."""
    found = [shares(row[field]) for field in ("x", "y", "width", "height")]
    if any(part is None for part in found):
        return None
    x, y, width, height = (part or 0 for part in found)
    return x, y, width, height


def for_scripts() -> dict[str, Any]:
    """Return what the mirror needs to know, as JSON can hold it; sentences in the active language."""
    return {
        "whole": WHOLE,
        "places": _PLACES,
        "layers": LAYERS,
        "most": MOST_PANES,
        "numbers": list(_NUMBERS),
        "id": ROOM_ID.expression.pattern,
        "videos": list(VIDEO_TYPES),
        "crops": list(CROPS),
        "fillings": list(FILLINGS),
        "shared": SHARED,
        "said": {code: said(code) for code in _CODES},
    }


_CODES = (
    "none",
    "many",
    "missing",
    "count",
    "number_range",
    "layer_range",
    "twice",
    "share",
    "decimals",
    "share_range",
    "side_range",
    "beyond",
    "choice",
    "id",
    "nobody",
    "anybody",
)


def said(code: str) -> str:
    """Say what is wrong, in the active language."""
    sentences = {
        "none": _("A layout needs at least one pane."),
        "many": _("A layout has at most %(most)s panes, one for each layer.") % {"most": MOST_PANES},
        "missing": _("Fill this in."),
        "count": _("Give a whole number."),
        "number_range": _("Numbers go from %(low)s to %(high)s.") % {"low": _NUMBERS[0], "high": _NUMBERS[1]},
        "layer_range": _("Layers go from 0 (behind) to %(high)s (in front).") % {"high": LAYERS - 1},
        "twice": _("Another pane has this number."),
        "share": _("Give a number like 0.25."),
        "decimals": _("At most four decimals."),
        "share_range": _("From 0 to 1."),
        "side_range": _("More than 0, at most 1."),
        "beyond": _("Reaches beyond the picture: make it smaller or move it."),
        "choice": _("Choose one of the list."),
        "id": _("A participant's id has up to 64 letters, digits, _ and -."),
        "nobody": _("Say who is shown here."),
        "anybody": _("Leave this empty: the pane shows whoever shares a screen."),
    }
    return sentences[code]
