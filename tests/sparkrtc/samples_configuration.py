"""Sample calls: applications and recording."""

from __future__ import annotations

from tests.sparkrtc.sample import (
    APP,
    APP_KEY,
    APP_PATH,
    AUTH_KEY,
    MIX_JOB,
    PROJECT_OF_BUCKET,
    RULE,
    SINGLE_JOB,
    Sample,
)

_STAMPS = {"create_time": "2026-05-04T07:00:00.120Z", "update_time": "2026-05-04T07:00:00.120Z"}

_CALLBACK = {
    "url": "https://hooks.example.org/recordings",
    "auth_key": AUTH_KEY,
    "notify_event_subscription": ["RECORD_NEW_FILE_START", "RECORD_FILE_COMPLETE"],
    "update_time": "2026-04-30T10:00:00.005Z",
}
_AUTOMATIC = {
    "mode": "AUTO_INDIVIDUAL_RECORD",
    "record_rule_id": RULE,
    "update_time": "2026-04-30T11:00:00Z",
}
_APPLICATION = {
    "app_name": "lectures",
    "app_id": APP,
    "state": {"state": "ACTIVATION", "update_time": "2026-04-30T09:00:00.471Z"},
    "scope": "DOMESTIC",
    "tenant_name": "acme",
    "domain": f"{APP}.sparkrtc.myhuaweicloud.com",
    "create_time": "2026-04-30T09:00:00.471Z",
    "authentication": {"enable": True, "expire": 300, "app_key": APP_KEY, "update_time": None},
    "callbacks": {"record_callback": _CALLBACK},
    "auto_record_mode": _AUTOMATIC,
}
_TEMPLATE_BODY = {
    "obs_addr": {
        "location": "cn-north-4",
        "project_id": PROJECT_OF_BUCKET,
        "bucket": "lecture-recordings",
        "object": "spring/",
    },
    "record_formats": ["HLS", "MP4"],
    "hls_config": {
        "record_cycle": 0,
        "record_prefix": "{app_id}/{stream}",
        "record_slice_duration": 10,
        "record_max_duration_to_merge_file": -1,
    },
    "mp4_config": {"record_cycle": 7200, "record_max_duration_to_merge_file": 30},
}
_TEMPLATE = {"rule_id": RULE, "app_id": APP, **_TEMPLATE_BODY, **_STAMPS}
_PANES = [
    {
        "id": 1,
        "user_id": "teacher-1",
        "video_type": "SCREENSTREAM",
        "x": 0.0,
        "y": 0.0,
        "width": 0.75,
        "height": 1.0,
        "zorder": 0,
        "crop_mode": "KEEP_RATIO_PADDING",
    },
    {
        "id": 2,
        "user_id": "",
        "filling_policy": "SHARED_SCREEN",
        "width": 0.25,
        "height": 1,
        "x": 0.75,
        "y": 0,
    },
]
_MIX = {
    "room_id": "lecture-7",
    "encode_template": "1280x720_15_2260",
    "max_idle_time": 60,
    "layout_template": "custom",
    "default_user_background_image": "s3://assets/img/person.png",
    "background_image": "s3://assets/img/board.jpg",
    "layout_panes": _PANES,
    "user_background_images": [{"user_id": "teacher-1", "image_uri": "s3://assets/img/teacher.png"}],
}
_MIX_CHANGE = {"layout_template": "custom", "max_idle_time": 120, "layout_panes": _PANES[:1]}
_RECORDING = {"record_rule_id": RULE}
_JOB_TIMES = {**_STAMPS, "start_time": "2026-05-04T07:00:00.120Z", "stop_time": "0001-01-01T00:00:00Z"}
_MIX_ANSWER = {
    "job_id": MIX_JOB,
    "stream_name": f"m_{MIX_JOB}_lecture-7",
    "app_id": APP,
    "room_id": "lecture-7",
    "mix_param": _MIX,
    "record_param": _RECORDING,
    "state": "RUNNING",
    **_JOB_TIMES,
}
_SINGLE = {
    "room_id": "lecture-7",
    "user_id": "teacher-1",
    "is_record_audio": False,
    "video_type": "SCREENSTREAM",
    "select_stream_type": "HD",
    "max_idle_time": 30,
    "record_param": _RECORDING,
}
_SINGLE_ANSWER = {
    "job_id": SINGLE_JOB,
    "stream_name": f"s_{SINGLE_JOB}_lecture-7_teacher-1",
    "app_id": APP,
    **_SINGLE,
    "state": "STOPPED",
    "stop_reason": "TENANT_STOP",
    **_JOB_TIMES,
    "stop_time": "2026-05-04T09:02:44.871Z",
}

CONFIGURATION: dict[str, Sample] = {
    "applications.application.create": Sample(
        {"app_name": "lectures"}, "CreateApp", {}, {"app_id": APP}, 201, body={"app_name": "lectures"}
    ),
    "applications.application.list": Sample(
        {"state": "ACTIVATION", "offset": 0, "limit": 20},
        "ListApps",
        {"state": "ACTIVATION", "offset": 0, "limit": 20},
        {"count": 1, "apps": [_APPLICATION]},
    ),
    "applications.application.get": Sample(APP_PATH, "ShowApp", APP_PATH, _APPLICATION),
    "applications.application.delete": Sample(APP_PATH, "DeleteApp", APP_PATH, None, 204),
    "applications.application.enable": Sample(
        APP_PATH, "StartApp", APP_PATH, {"app_id": APP, "state": {"state": "ACTIVATION"}}
    ),
    "applications.application.disable": Sample(
        APP_PATH, "StopApp", APP_PATH, {"app_id": APP, "state": {"state": "DEACTIVATION"}}
    ),
    "recording.template.replace": Sample(
        {**APP_PATH, **_TEMPLATE_BODY}, "CreateRecordRule", APP_PATH, _TEMPLATE, 201, body=_TEMPLATE_BODY
    ),
    "recording.template.list": Sample(
        {**APP_PATH, "offset": 0, "limit": 10},
        "ListRecordRules",
        {**APP_PATH, "offset": 0, "limit": 10},
        {"rules": [_TEMPLATE]},
    ),
    "recording.template.get": Sample(
        {**APP_PATH, "rule_id": RULE}, "ShowRecordRule", {**APP_PATH, "rule_id": RULE}, _TEMPLATE
    ),
    "recording.template.update": Sample(
        {**APP_PATH, "rule_id": RULE, **_TEMPLATE_BODY},
        "UpdateRecordRule",
        {**APP_PATH, "rule_id": RULE},
        _TEMPLATE,
        body=_TEMPLATE_BODY,
    ),
    "recording.template.delete": Sample(
        {**APP_PATH, "rule_id": RULE}, "DeleteRecordRule", {**APP_PATH, "rule_id": RULE}, None, 204
    ),
    "recording.automatic.update": Sample(
        {**APP_PATH, "mode": "AUTO_INDIVIDUAL_RECORD", "record_rule_id": RULE},
        "UpdateAutoRecord",
        APP_PATH,
        {"app_id": APP, "auto_record_mode": _AUTOMATIC},
        body={"mode": "AUTO_INDIVIDUAL_RECORD", "record_rule_id": RULE},
    ),
    "recording.automatic.get": Sample(
        APP_PATH, "ShowAutoRecord", APP_PATH, {"app_id": APP, "auto_record_mode": _AUTOMATIC}
    ),
    "recording.callback.update": Sample(
        {**APP_PATH, "url": _CALLBACK["url"], "auth_key": AUTH_KEY},
        "UpdateRecordCallback",
        APP_PATH,
        {"app_id": APP, "record_callback": _CALLBACK},
        body={"url": _CALLBACK["url"], "auth_key": AUTH_KEY},
    ),
    "recording.callback.get": Sample(
        APP_PATH, "ShowRecordCallback", APP_PATH, {"app_id": APP, "record_callback": _CALLBACK}
    ),
    "recording.mix_job.start": Sample(
        {**APP_PATH, "mix_param": _MIX, "record_param": _RECORDING},
        "CreateMixJob",
        APP_PATH,
        _MIX_ANSWER,
        201,
        body={"mix_param": _MIX, "record_param": _RECORDING},
    ),
    "recording.mix_job.get": Sample(
        {**APP_PATH, "job_id": MIX_JOB}, "ShowMixJob", {**APP_PATH, "job_id": MIX_JOB}, _MIX_ANSWER
    ),
    "recording.mix_job.update": Sample(
        {**APP_PATH, "job_id": MIX_JOB, "mix_param": _MIX_CHANGE},
        "UpdateMixJob",
        {**APP_PATH, "job_id": MIX_JOB},
        _MIX_ANSWER,
        body={"mix_param": _MIX_CHANGE},
    ),
    "recording.mix_job.stop": Sample(
        {**APP_PATH, "job_id": MIX_JOB}, "StopMixJob", {**APP_PATH, "job_id": MIX_JOB}, None, 204
    ),
    "recording.single_job.start": Sample(
        {**APP_PATH, **_SINGLE}, "CreateIndividualStreamJob", APP_PATH, _SINGLE_ANSWER, 201, body=_SINGLE
    ),
    "recording.single_job.get": Sample(
        {**APP_PATH, "job_id": SINGLE_JOB},
        "ShowIndividualStreamJob",
        {**APP_PATH, "job_id": SINGLE_JOB},
        _SINGLE_ANSWER,
    ),
    "recording.single_job.stop": Sample(
        {**APP_PATH, "job_id": SINGLE_JOB},
        "StopIndividualStreamJob",
        {**APP_PATH, "job_id": SINGLE_JOB},
        None,
        204,
    ),
    "recording.single_job.update": Sample(
        {**APP_PATH, "job_id": SINGLE_JOB, "record_param": _RECORDING},
        "UpdateIndividualStreamJob",
        {**APP_PATH, "job_id": SINGLE_JOB},
        _SINGLE_ANSWER,
        body={"record_param": _RECORDING},
    ),
}
