"""What the recording operations answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from console.sparkrtc.reading import Reply

__all__ = [
    "HlsSettings",
    "JobTemplate",
    "LayoutPane",
    "MixJob",
    "MixSettings",
    "Mp4Settings",
    "RecordingTemplate",
    "RecordingTemplates",
    "SingleJob",
    "Storage",
    "UserBackground",
]


class Storage(Reply, frozen=True, kw_only=True):
    """Where recordings go. object_path is "" for the top of the bucket."""

    wire: ClassVar[Mapping[str, str]] = {"bucket_project_id": "project_id", "object_path": "object"}

    location: str = ""
    bucket_project_id: str = ""
    bucket: str = ""
    object_path: str = ""


class HlsSettings(Reply, frozen=True, kw_only=True):
    """record_cycle_seconds 0: one file for the whole stream. merge_gap_seconds -1: always go on in the same."""

    wire: ClassVar[Mapping[str, str]] = {
        "record_cycle_seconds": "record_cycle",
        "slice_seconds": "record_slice_duration",
        "merge_gap_seconds": "record_max_duration_to_merge_file",
    }

    record_cycle_seconds: int | None = None
    record_prefix: str = ""
    slice_seconds: int | None = None
    merge_gap_seconds: int | None = None


class Mp4Settings(Reply, frozen=True, kw_only=True):
    """merge_gap_seconds: how long a stream may be away and still go on in the same file."""

    wire: ClassVar[Mapping[str, str]] = {
        "record_cycle_seconds": "record_cycle",
        "merge_gap_seconds": "record_max_duration_to_merge_file",
    }

    record_cycle_seconds: int | None = None
    record_prefix: str = ""
    merge_gap_seconds: int | None = None


class RecordingTemplate(Reply, frozen=True, kw_only=True):
    """Stored recording settings of an application in one location. record_formats: HLS, MP4."""

    wire: ClassVar[Mapping[str, str]] = {"storage": "obs_addr"}

    rule_id: str = ""
    app_id: str = ""
    storage: Storage = Storage()
    record_formats: tuple[str, ...] = ()
    hls_config: HlsSettings | None = None
    mp4_config: Mp4Settings | None = None
    create_time: datetime | None = None
    update_time: datetime | None = None


class RecordingTemplates(Reply, frozen=True, kw_only=True):
    """One page of templates; the cloud sends no total."""

    wire: ClassVar[Mapping[str, str]] = {"templates": "rules"}

    templates: tuple[RecordingTemplate, ...] = ()


class JobTemplate(Reply, frozen=True, kw_only=True):
    """The template a job records by."""

    record_rule_id: str = ""


class LayoutPane(Reply, frozen=True, kw_only=True):
    """One pane of a mix. x, y, width, height: shares of the canvas, 0 to 1. zorder: 0 is at the bottom."""

    id: int | None = None
    user_id: str = ""
    video_type: str = ""
    x: float | None = None
    y: float | None = None
    width: float | None = None
    height: float | None = None
    zorder: int | None = None
    crop_mode: str = ""
    filling_policy: str = ""


class UserBackground(Reply, frozen=True, kw_only=True):
    """The background picture of one participant."""

    user_id: str = ""
    image_uri: str = ""


class MixSettings(Reply, frozen=True, kw_only=True):
    """How a room is mixed. max_idle_seconds may be 0 in answers, although 5 is the least that can be asked."""

    wire: ClassVar[Mapping[str, str]] = {"max_idle_seconds": "max_idle_time"}

    room_id: str = ""
    encode_template: str = ""
    max_idle_seconds: int | None = None
    layout_template: str = ""
    default_user_background_image: str = ""
    screen_background_image: str = ""
    background_image: str = ""
    layout_panes: tuple[LayoutPane, ...] = ()
    user_background_images: tuple[UserBackground, ...] = ()


class MixJob(Reply, frozen=True, kw_only=True):
    """A recording of a whole room. state: INIT, RUNNING or STOPPED; stop_time is None while it runs."""

    job_id: str = ""
    stream_name: str = ""
    app_id: str = ""
    room_id: str = ""
    mix_param: MixSettings = MixSettings()
    record_param: JobTemplate = JobTemplate()
    create_time: datetime | None = None
    update_time: datetime | None = None
    state: str = ""
    stop_reason: str = ""
    description: str = ""
    start_time: datetime | None = None
    stop_time: datetime | None = None


class SingleJob(Reply, frozen=True, kw_only=True):
    """A recording of one participant. state: INIT, RUNNING or STOPPED; stop_time is None while it runs."""

    wire: ClassVar[Mapping[str, str]] = {"max_idle_seconds": "max_idle_time"}

    job_id: str = ""
    stream_name: str = ""
    app_id: str = ""
    room_id: str = ""
    user_id: str = ""
    is_record_audio: bool | None = None
    video_type: str = ""
    select_stream_type: str = ""
    max_idle_seconds: int | None = None
    record_param: JobTemplate = JobTemplate()
    create_time: datetime | None = None
    update_time: datetime | None = None
    state: str = ""
    stop_reason: str = ""
    description: str = ""
    start_time: datetime | None = None
    stop_time: datetime | None = None
