"""A job's settings as this console stores them: by the names of the request, without what was left out."""

from collections.abc import Mapping
from typing import Any

import msgspec

from console.recording.layouts.panes import rows_of
from console.sparkrtc.replies import MixJob, SingleJob

__all__ = ["has_taken", "settings_of"]

_MIX = (
    "encode_template",
    "layout_template",
    "default_user_background_image",
    "screen_background_image",
    "background_image",
)
_SINGLE = ("is_record_audio", "video_type", "select_stream_type")


def settings_of(reply: MixJob | SingleJob) -> dict[str, Any]:
    """Return what the cloud says that a job does."""
    if isinstance(reply, MixJob):
        mix = reply.mix_param
        found = {name: getattr(mix, name) for name in _MIX}
        found["encode_template"] = mix.encode_template.replace("*", "x")  # the reference writes both
        found["max_idle_time"] = mix.max_idle_seconds
        found["layout_panes"] = [_given(msgspec.structs.asdict(pane)) for pane in mix.layout_panes]
        found["user_background_images"] = [
            msgspec.structs.asdict(picture) for picture in mix.user_background_images
        ]
    else:
        found = {name: getattr(reply, name) for name in _SINGLE}
        found["max_idle_time"] = reply.max_idle_seconds
    return _given(found)


def has_taken(settings: Mapping[str, Any], sent: Mapping[str, Any]) -> bool:
    """Say whether a job does everything that was sent to it. Panes count as equal when people see them equal."""
    return all(_same(name, settings.get(name), value) for name, value in sent.items())


def _same(name: str, found: Any, sent: Any) -> bool:
    if name == "layout_panes":
        return rows_of(found or []) == rows_of(sent)
    return bool(found == sent)


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [], ())}
