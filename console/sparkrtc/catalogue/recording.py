"""The recording operations: templates, automatic recording, callback, jobs.

Source: API Reference, Recording Management.
"""

from __future__ import annotations

import re
from dataclasses import replace

from console.sparkrtc.catalogue.shapes import (
    HLS,
    MAX_IDLE,
    MIX,
    MIX_CHANGE,
    MP4,
    RECORDING,
    STORAGE,
    VIDEO_TYPES,
)
from console.sparkrtc.catalogue.shared import APPLICATION, PAGE_NUMBER, ROOM_ID
from console.sparkrtc.operation import (
    Effect,
    Operation,
    Param,
    Pattern,
    flag,
    in_body,
    in_path,
    in_query,
    text,
    whole,
)
from console.sparkrtc.quotas import APP_CONFIG, JOBS
from console.sparkrtc.replies import (
    AutomaticRecordingSetting,
    CallbackSetting,
    MixJob,
    RecordingTemplate,
    RecordingTemplates,
    SingleJob,
)
from console.sparkrtc.rules import NeededWith

__all__ = [
    "DELETE_TEMPLATE",
    "GET_AUTOMATIC",
    "GET_CALLBACK",
    "GET_MIX_JOB",
    "GET_SINGLE_JOB",
    "GET_TEMPLATE",
    "LIST_TEMPLATES",
    "REPLACE_TEMPLATE",
    "START_MIX_JOB",
    "START_SINGLE_JOB",
    "STOP_MIX_JOB",
    "STOP_SINGLE_JOB",
    "UPDATE_AUTOMATIC",
    "UPDATE_CALLBACK",
    "UPDATE_MIX_JOB",
    "UPDATE_SINGLE_JOB",
    "UPDATE_TEMPLATE",
]

_TEMPLATE_ID = Param("rule_id", in_path, text, required=True)
_JOB_ID = Param("job_id", in_path, text, required=True)
_URL = Pattern(re.compile(r"https?://\S+"), "an address that begins with http:// or https://")

_TEMPLATE_BODY = (
    Param("obs_addr", in_body, STORAGE, required=True),
    Param("record_formats", in_body, text, many=True, required=True, choices=("HLS", "MP4")),
    Param("hls_config", in_body, HLS),
    Param("mp4_config", in_body, MP4),
)
_TEMPLATE_RULES = (
    NeededWith("hls_config", "record_formats", "HLS"),
    NeededWith("mp4_config", "record_formats", "MP4"),
)

REPLACE_TEMPLATE = Operation(
    name="recording.template.replace",
    method="POST",
    path="/v2/apps/{app_id}/record-rules",
    quota=APP_CONFIG,
    # Sending it twice leaves one template: it overwrites the one in its location, or makes the first.
    effect=Effect.CHANGES,
    params=(APPLICATION, *_TEMPLATE_BODY),
    rules=_TEMPLATE_RULES,
    reply=RecordingTemplate,
    success=(201, 200),
    source="API Reference, CreateRecordRule",
    notes=(
        "201: there was none in this location; 200: the one that was there is overwritten.",
        "The bucket must be authorized before.",
    ),
)

LIST_TEMPLATES = Operation(
    name="recording.template.list",
    method="GET",
    path="/v2/apps/{app_id}/record-rules",
    quota=APP_CONFIG,
    effect=Effect.READS,
    params=(APPLICATION, PAGE_NUMBER, Param("limit", in_query, whole, low=1, unit="templates")),
    reply=RecordingTemplates,
    success=(200,),
    source="API Reference, ListRecordRules",
    notes=("offset is a page number, not a row.", "No total; defaults and the largest limit are open."),
)

GET_TEMPLATE = Operation(
    name="recording.template.get",
    method="GET",
    path="/v2/apps/{app_id}/record-rules/{rule_id}",
    quota=APP_CONFIG,
    effect=Effect.READS,
    params=(APPLICATION, _TEMPLATE_ID),
    reply=RecordingTemplate,
    success=(200,),
    source="API Reference, ShowRecordRule",
)

UPDATE_TEMPLATE = Operation(
    name="recording.template.update",
    method="PUT",
    path="/v2/apps/{app_id}/record-rules/{rule_id}",
    quota=APP_CONFIG,
    effect=Effect.CHANGES,
    params=(APPLICATION, _TEMPLATE_ID, *_TEMPLATE_BODY),
    rules=_TEMPLATE_RULES,
    reply=RecordingTemplate,
    success=(200,),
    source="API Reference, UpdateRecordRule",
    notes=(
        "The whole template is sent, not only what changes.",
        "Recordings that run keep the old settings; new ones take the new settings after 5 minutes.",
    ),
)

DELETE_TEMPLATE = Operation(
    name="recording.template.delete",
    method="DELETE",
    path="/v2/apps/{app_id}/record-rules/{rule_id}",
    quota=APP_CONFIG,
    effect=Effect.DELETES,
    params=(APPLICATION, _TEMPLATE_ID),
    reply=None,
    success=(204,),
    source="API Reference, DeleteRecordRule",
    notes=("One that is in use is not deleted; the error code of that is open.",),
)

UPDATE_AUTOMATIC = Operation(
    name="recording.automatic.update",
    method="PUT",
    path="/v2/apps/{app_id}/auto-record-mode",
    quota=APP_CONFIG,
    effect=Effect.CHANGES,
    params=(
        APPLICATION,
        Param("mode", in_body, text, required=True, choices=("AUTO_RECORD_OFF", "AUTO_INDIVIDUAL_RECORD")),
        Param("record_rule_id", in_body, text),
    ),
    rules=(NeededWith("record_rule_id", "mode", "AUTO_INDIVIDUAL_RECORD"),),
    reply=AutomaticRecordingSetting,
    success=(200,),
    source="API Reference, UpdateAutoRecord",
    notes=("Only rooms created after it was switched on are recorded, each participant apart.",),
)

GET_AUTOMATIC = Operation(
    name="recording.automatic.get",
    method="GET",
    path="/v2/apps/{app_id}/auto-record-mode",
    quota=APP_CONFIG,
    effect=Effect.READS,
    params=(APPLICATION,),
    reply=AutomaticRecordingSetting,
    success=(200,),
    source="API Reference, ShowAutoRecord",
)

UPDATE_CALLBACK = Operation(
    name="recording.callback.update",
    method="PUT",
    path="/v2/apps/{app_id}/record-callback",
    quota=APP_CONFIG,
    effect=Effect.CHANGES,
    params=(
        APPLICATION,
        Param("url", in_body, text, required=True, pattern=_URL),
        # 32 to 64 characters by the cloud's own console, although one example has 16.
        Param("auth_key", in_body, text, shortest=32, longest=64, secret=True),
    ),
    reply=CallbackSetting,
    success=(200,),
    source="API Reference, UpdateRecordCallback",
    notes=(
        "The cloud may check that the address answers.",
        "Without auth_key the notifications carry no signature.",
        "How to take a callback away is open.",
    ),
)

GET_CALLBACK = Operation(
    name="recording.callback.get",
    method="GET",
    path="/v2/apps/{app_id}/record-callback",
    quota=APP_CONFIG,
    effect=Effect.READS,
    params=(APPLICATION,),
    reply=CallbackSetting,
    success=(200,),
    source="API Reference, ShowRecordCallback",
    notes=("The answer carries the callback's key.",),
)

# Optional by the schema, but a job without a template has no documented output.
_RECORD_PARAM = Param("record_param", in_body, RECORDING, required=True)

START_MIX_JOB = Operation(
    name="recording.mix_job.start",
    method="POST",
    path="/v2/apps/{app_id}/mix-stream-jobs",
    quota=JOBS,
    effect=Effect.CREATES,
    params=(APPLICATION, Param("mix_param", in_body, MIX, required=True), _RECORD_PARAM),
    reply=MixJob,
    success=(201,),
    source="API Reference, CreateMixJob",
    notes=(
        "Jobs cannot be listed: keep the id.",
        "Sound is mixed from the three loudest.",
        "Ends by itself when nobody has been in the room for max_idle_time seconds.",
    ),
)

GET_MIX_JOB = Operation(
    name="recording.mix_job.get",
    method="GET",
    path="/v2/apps/{app_id}/mix-stream-jobs/{job_id}",
    quota=JOBS,
    effect=Effect.READS,
    params=(APPLICATION, _JOB_ID),
    reply=MixJob,
    success=(200,),
    source="API Reference, ShowMixJob",
    notes=("How long a stopped job can be read is open.",),
)

UPDATE_MIX_JOB = Operation(
    name="recording.mix_job.update",
    method="PUT",
    path="/v2/apps/{app_id}/mix-stream-jobs/{job_id}",
    quota=JOBS,
    effect=Effect.CHANGES,
    params=(APPLICATION, _JOB_ID, Param("mix_param", in_body, MIX_CHANGE, required=True)),
    reply=MixJob,
    success=(200,),
    source="API Reference, UpdateMixJob",
    notes=("The layout can go from custom to custom only; room, encoding and template stay.",),
)

STOP_MIX_JOB = Operation(
    name="recording.mix_job.stop",
    method="DELETE",
    path="/v2/apps/{app_id}/mix-stream-jobs/{job_id}",
    quota=JOBS,
    # Ends the job; what it recorded stays.
    effect=Effect.CHANGES,
    params=(APPLICATION, _JOB_ID),
    reply=None,
    success=(204,),
    source="API Reference, StopMixJob",
)

START_SINGLE_JOB = Operation(
    name="recording.single_job.start",
    method="POST",
    path="/v2/apps/{app_id}/individual-stream-jobs",
    quota=JOBS,
    effect=Effect.CREATES,
    params=(
        APPLICATION,
        Param("room_id", in_body, text, required=True, pattern=ROOM_ID),
        Param("user_id", in_body, text, required=True, pattern=ROOM_ID),
        Param("is_record_audio", in_body, flag, default=True),
        # The reference says both "missing: no picture" and "default CAMERASTREAM", so it is always sent.
        Param("video_type", in_body, text, choices=VIDEO_TYPES, default="CAMERASTREAM", always=True),
        Param("select_stream_type", in_body, text, choices=("LD", "SD", "HD", "FHD"), default="FHD"),
        replace(MAX_IDLE, place=in_body),
        _RECORD_PARAM,
    ),
    reply=SingleJob,
    success=(201,),
    source="API Reference, CreateIndividualStreamJob",
    notes=(
        "Jobs cannot be listed: keep the id.",
        "Ends by itself when nobody has been in the room for max_idle_time seconds.",
    ),
)

GET_SINGLE_JOB = Operation(
    name="recording.single_job.get",
    method="GET",
    path="/v2/apps/{app_id}/individual-stream-jobs/{job_id}",
    quota=JOBS,
    effect=Effect.READS,
    params=(APPLICATION, _JOB_ID),
    reply=SingleJob,
    success=(200,),
    source="API Reference, ShowIndividualStreamJob",
    notes=("Says nothing about the files in the bucket.",),
)

STOP_SINGLE_JOB = Operation(
    name="recording.single_job.stop",
    method="DELETE",
    path="/v2/apps/{app_id}/individual-stream-jobs/{job_id}",
    quota=JOBS,
    # Ends the job; what it recorded stays.
    effect=Effect.CHANGES,
    params=(APPLICATION, _JOB_ID),
    reply=None,
    success=(204,),
    source="API Reference, StopIndividualStreamJob",
)

UPDATE_SINGLE_JOB = Operation(
    name="recording.single_job.update",
    method="PUT",
    path="/v2/apps/{app_id}/individual-stream-jobs/{job_id}",
    quota=JOBS,
    effect=Effect.CHANGES,
    params=(APPLICATION, _JOB_ID, _RECORD_PARAM),
    reply=SingleJob,
    success=(200,),
    source="API Reference, UpdateIndividualStreamJob",
    notes=("When a change is allowed is open.",),
)
