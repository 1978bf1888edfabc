"""Check how a mixed recording is to look: encoding, layout, panes, background pictures."""

from __future__ import annotations

import re
from typing import Any

from console.sandbox.checks import Body
from console.sandbox.errors import bad_combination, bad_value, missing, no_layout_template

__all__ = [
    "ENCODE_TEMPLATES",
    "MAX_IDLE",
    "VIDEO_TYPES",
    "check_change",
    "check_layout",
    "check_pictures",
    "encode_template",
]

ENCODE_TEMPLATES = (
    "1920x1080_30_4620",
    "1920x1080_30_3150",
    "1920x1080_15_3460",
    "1920x1080_15_2080",
    "1280x720_30_3420",
    "1280x720_30_1710",
    "1280x720_15_2260",
    "1280x720_15_1130",
    "640x480_30_1500",
    "640x480_15_500",
    "640x480_30_1000",
    "480x360_30_490",
    "480x360_15_320",
    "audio_only",
)
LAYOUTS = ("nine_grids_view", "screen_share_left", "screen_share_right", "custom")
VIDEO_TYPES = ("CAMERASTREAM", "SCREENSTREAM")
MAX_IDLE = (5, 43_200)
_LAYERS = 25
_MOST_PANES = 25
_CROP_MODES = ("KEEP_RATIO_PADDING", "KEEP_RATIO_CROP")
_FILLING = ("FIXED_USER", "SHARED_SCREEN")
_PICTURE = re.compile(r"s3://[^/\s]+/.+")
_USER_ID = re.compile(r"[A-Za-z0-9_-]{0,64}")  # or nobody
_PICTURES = ("default_user_background_image", "screen_background_image", "background_image")
_PANE_FIELDS = (
    "id",
    "user_id",
    "video_type",
    "x",
    "y",
    "width",
    "height",
    "zorder",
    "crop_mode",
    "filling_policy",
)


def encode_template(mix: Body) -> str:
    """Return the encoding with an x between width and height; both separators are taken."""
    name = (mix.text("encode_template", required=True) or "").replace("*", "x")
    if name not in ENCODE_TEMPLATES:
        raise bad_value("mix_param.encode_template")
    return name


def check_layout(mix: Body) -> dict[str, Any]:
    """Check layout_template and layout_panes of a mix with pictures and return them as stored.

    A layout other than nine_grids_view needs panes. Source: API reference, CreateMixJob.
    """
    layout = mix.text("layout_template", required=True)
    if layout not in LAYOUTS:
        raise no_layout_template()
    panes = check_panes(mix, layout or "")
    if not panes and layout != "nine_grids_view":
        raise missing("mix_param.layout_panes")
    return {"layout_template": layout} | ({"layout_panes": panes} if panes else {})


def check_panes(mix: Body, layout: str) -> list[dict[str, Any]]:
    """Check the panes and return them as stored."""
    panes = mix.tables("layout_panes")
    if len(panes) > _MOST_PANES:
        raise bad_value("mix_param.layout_panes")
    numbers: set[int] = set()
    for pane in panes:
        is_free = layout == "custom"
        number = pane.whole("id", 1, 1_000_000)
        if number in numbers:
            raise bad_combination("two panes have the same id")
        if number is not None:
            numbers.add(number)
        pane.text("user_id", pattern=_USER_ID)
        pane.choice("video_type", VIDEO_TYPES)
        pane.number("x", 0.0, 1.0, required=is_free)
        pane.number("y", 0.0, 1.0, required=is_free)
        for side in ("width", "height"):
            if pane.number(side, 0.0, 1.0, required=is_free) == 0:
                raise bad_value(f"mix_param.layout_panes.{side}")
        pane.whole("zorder", 0, _LAYERS - 1)
        pane.choice("crop_mode", _CROP_MODES)
        pane.choice("filling_policy", _FILLING)
    return [pane.plain(_PANE_FIELDS) for pane in panes]


def check_pictures(mix: Body) -> dict[str, Any]:
    """Check the background pictures and return those that were sent."""
    for name in _PICTURES:
        mix.text(name, high=1024, pattern=_PICTURE)
    stored = mix.plain(_PICTURES)
    people = mix.tables("user_background_images")
    for person in people:
        person.text("user_id", required=True, low=1, pattern=_USER_ID)
        person.text("image_uri", required=True, high=1024, pattern=_PICTURE)
    if people:
        stored["user_background_images"] = [person.plain(("user_id", "image_uri")) for person in people]
    return stored


def check_change(mix: Body, stored: dict[str, Any]) -> dict[str, Any]:
    """Check the change of a mix and return what becomes different; stored: its parameters.

    A layout can only go from custom to custom. Source: API reference, UpdateMixJob.
    """
    changed = check_pictures(mix)
    layout = mix.text("layout_template")
    if layout is not None and layout not in LAYOUTS:
        raise no_layout_template()
    old = stored.get("layout_template", "")
    if layout is not None and (layout, old) != ("custom", "custom"):
        raise bad_combination("layout_template can only go from custom to custom")
    panes = check_panes(mix, old)
    if panes and old in ("", "nine_grids_view"):
        raise bad_combination("this layout has no panes")
    if panes:
        changed["layout_panes"] = panes
    max_idle = mix.whole("max_idle_time", *MAX_IDLE)
    return changed | ({"max_idle_time": max_idle} if max_idle is not None else {})
