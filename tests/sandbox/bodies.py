"""Request bodies that the cloud would take, for tests to spoil."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from console.sandbox.options import PROJECT_ID

__all__ = ["mix", "single", "template", "without", "wrong"]

_PREFIX = "{app_id}/{record_format}/{stream}_{file_start_time}/{stream}_{file_start_time}"


def template(**changes: Any) -> dict[str, Any]:
    """Return a recording template's settings."""
    return {
        "obs_addr": {
            "location": "cn-north-4",
            "project_id": PROJECT_ID,
            "bucket": "classroom-recordings",
            "object": "rtc/",
        },
        "record_formats": ["HLS", "MP4"],
        "hls_config": {
            "record_cycle": 3600,
            "record_prefix": _PREFIX,
            "record_slice_duration": 10,
            "record_max_duration_to_merge_file": 0,
        },
        "mp4_config": {
            "record_cycle": 7200,
            "record_prefix": _PREFIX,
            "record_max_duration_to_merge_file": 30,
        },
        **changes,
    }


def mix(room_id: str = "room-1", **changes: Any) -> dict[str, Any]:
    """Return a mix job."""
    pane = {"id": 1, "user_id": "ann", "x": 0.0, "y": 0.0, "width": 0.75, "height": 1.0, "zorder": 0}
    param = {
        "room_id": room_id,
        "encode_template": "1280x720_15_2260",
        "max_idle_time": 60,
        "layout_template": "custom",
        "layout_panes": [pane],
        **changes,
    }
    return {"mix_param": param}


def single(room_id: str = "room-1", user_id: str = "ann", **changes: Any) -> dict[str, Any]:
    """Return a single-stream job."""
    return {"room_id": room_id, "user_id": user_id, "video_type": "CAMERASTREAM", **changes}


def wrong(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a copy with another value at a path like "mix_param.layout_panes.0.x"."""
    copy = deepcopy(body)
    *way, last = path.split(".")
    place: Any = copy
    for step in way:
        place = place[int(step)] if step.isdigit() else place[step]
    place[last] = value
    return copy


def without(body: dict[str, Any], path: str) -> dict[str, Any]:
    """Return a copy without the field at a path."""
    copy = deepcopy(body)
    *way, last = path.split(".")
    place: Any = copy
    for step in way:
        place = place[int(step)] if step.isdigit() else place[step]
    del place[last]
    return copy
