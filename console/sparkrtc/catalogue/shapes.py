"""The nested objects of recording requests. Source: API Reference, Recording Management, request parameters."""

from __future__ import annotations

import re
from dataclasses import replace

from console.sparkrtc.catalogue.shared import RECORDING_REGION, ROOM_ID
from console.sparkrtc.operation import Param, Pattern, Shape, number, text, whole
from console.sparkrtc.rules import PanesUnlessGrid

__all__ = [
    "ENCODE_TEMPLATES",
    "HLS",
    "LAYOUTS",
    "MAX_IDLE",
    "MIX",
    "MIX_CHANGE",
    "MP4",
    "PANE",
    "RECORDING",
    "STORAGE",
    "VIDEO_TYPES",
]

VIDEO_TYPES = ("CAMERASTREAM", "SCREENSTREAM")
LAYOUTS = ("nine_grids_view", "screen_share_left", "screen_share_right", "custom")

# Width x height, frames per second, kbit/s. The parameter table writes "*" between width and height, every
# example and the older SDK "x": "x" is sent, both are taken. audio_only is named by the text alone.
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

_PREFIX = "{app_id}/{record_format}/{stream}_{file_start_time}/{stream}_{file_start_time}"
_USER_OR_NOBODY = Pattern(re.compile(r"[A-Za-z0-9_-]{0,64}"), "empty, or up to 64 letters, digits, _ and -")
_IMAGE = Pattern(re.compile(r"s3://[^/\s]+/\S+"), "an address like s3://bucket/object")

MAX_IDLE = Param("max_idle_time", None, whole, low=5, high=43_200, unit="seconds", default=30)

STORAGE = Shape(
    "storage",
    (
        Param("location", None, text, required=True, choices=(RECORDING_REGION,)),
        # The project of the bucket's region, not the one the request is signed for.
        Param("project_id", None, text, required=True, shortest=1),
        Param("bucket", None, text, required=True, shortest=1),
        Param("object", None, text, default=""),
    ),
)

HLS = Shape(
    "hls_config",
    (
        # 0 records the whole stream into one file.
        Param("record_cycle", None, whole, required=True, low=60, high=43_200, also=0, unit="seconds"),
        Param("record_prefix", None, text, shortest=1, default=_PREFIX),
        Param("record_slice_duration", None, whole, low=2, high=60, unit="seconds", default=10),
        # -1 always goes on in the same file, 0 never.
        Param("record_max_duration_to_merge_file", None, whole, low=-1, high=300, unit="seconds", default=0),
    ),
)

MP4 = Shape(
    "mp4_config",
    (
        Param("record_cycle", None, whole, required=True, low=60, high=10_800, unit="seconds"),
        Param("record_prefix", None, text, shortest=1, default=_PREFIX),
        Param("record_max_duration_to_merge_file", None, whole, low=0, high=300, unit="seconds", default=0),
    ),
)

RECORDING = Shape("record_param", (Param("record_rule_id", None, text, required=True, shortest=1),))


def _share(name: str, *, above: bool = False) -> Param:
    return Param(name, None, number, low=0.0, high=1.0, above=above, unit="of the canvas")


PANE = Shape(
    "layout_pane",
    (
        Param("id", None, whole, low=1, unit="panes"),
        # Empty for a pane that shows anybody's shared screen.
        Param("user_id", None, text, pattern=_USER_OR_NOBODY),
        Param("video_type", None, text, choices=VIDEO_TYPES, default="CAMERASTREAM"),
        _share("x"),
        _share("y"),
        _share("width", above=True),
        _share("height", above=True),
        Param("zorder", None, whole, low=0, high=24, unit="layers"),
        Param("crop_mode", None, text, choices=("KEEP_RATIO_PADDING", "KEEP_RATIO_CROP")),
        Param("filling_policy", None, text, choices=("FIXED_USER", "SHARED_SCREEN")),
    ),
)

_USER_BACKGROUND = Shape(
    "user_background_image",
    (
        Param("user_id", None, text, required=True, pattern=ROOM_ID),
        Param("image_uri", None, text, required=True, pattern=_IMAGE),
    ),
)

_CHANGEABLE = (
    MAX_IDLE,
    Param("layout_template", None, text, choices=LAYOUTS),
    Param("default_user_background_image", None, text, pattern=_IMAGE),
    Param("screen_background_image", None, text, pattern=_IMAGE),
    Param("background_image", None, text, pattern=_IMAGE),
    Param("layout_panes", None, PANE, many=True),
    Param("user_background_images", None, _USER_BACKGROUND, many=True),
)

MIX = Shape(
    "mix_param",
    (
        Param("room_id", None, text, required=True, pattern=ROOM_ID),
        Param("encode_template", None, text, required=True, choices=ENCODE_TEMPLATES, rewrite=("*", "x")),
        *_CHANGEABLE,
    ),
    rules=(PanesUnlessGrid(),),
)

# A running mix can only go from custom to custom, and keeps its room, its encoding and its template.
MIX_CHANGE = Shape(
    "mix_param",
    tuple(
        replace(field, choices=("custom",)) if field.name == "layout_template" else field
        for field in _CHANGEABLE
    ),
    rules=(PanesUnlessGrid(),),
)
