"""One call of every operation, as we make it and as the vendor's SDK makes it, with an answer to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

APP = "5e1f0a9bc2d34f6e8a7b9c0d1e2f3a4b"
RULE = "6a0b1c2d3e4f5a6b7c8d9e0f"
MIX_JOB = "a1b2c3d4e5f60718293a4b5c6d7e8f90"
SINGLE_JOB = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
PROJECT_OF_BUCKET = "11112222333344445555666677778888"
APP_KEY = "app-key-sample-not-real-00000001"
AUTH_KEY = "auth-key-sample-not-real-0000001"


@dataclass(frozen=True)
class Sample:
    """params: as our client takes them. sdk: class of the request and its fields, `body` as on the wire."""

    params: Mapping[str, Any]
    sdk: str
    fields: Mapping[str, Any]
    answer: Any
    status: int = 200
    version: str = "v2"
    body: Any = field(default=None)


def _at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 5, 4, hour, minute, tzinfo=UTC)


_TIMES = {"start_time": _at(7), "end_time": _at(7, 30)}
_WIRE_TIMES = {"start_time": "2026-05-04T07:00:00Z", "end_time": "2026-05-04T07:30:00Z"}
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
_POINTS = [{"time": "2026-05-04T07:00:00Z", "value": 0.99}, {"time": "2026-05-04T07:01:00Z", "value": None}]
_BUCKET_QUERY = {
    "bucket": "lecture-recordings",
    "location": "cn-north-4",
    "type": "objects",
    "prefix": "spring/",
}
_APP_PATH = {"app_id": APP}
_QUALITY = ["JoinSuccess5SecsRate", "VideoTransDelay"]

SAMPLES: dict[str, Sample] = {
    "applications.application.create": Sample(
        {"app_name": "lectures"}, "CreateApp", {}, {"app_id": APP}, 201, body={"app_name": "lectures"}
    ),
    "applications.application.list": Sample(
        {"state": "ACTIVATION", "offset": 0, "limit": 20},
        "ListApps",
        {"state": "ACTIVATION", "offset": 0, "limit": 20},
        {"count": 1, "apps": [_APPLICATION]},
    ),
    "applications.application.get": Sample(_APP_PATH, "ShowApp", _APP_PATH, _APPLICATION),
    "applications.application.delete": Sample(_APP_PATH, "DeleteApp", _APP_PATH, None, 204),
    "applications.application.enable": Sample(
        _APP_PATH, "StartApp", _APP_PATH, {"app_id": APP, "state": {"state": "ACTIVATION"}}
    ),
    "applications.application.disable": Sample(
        _APP_PATH, "StopApp", _APP_PATH, {"app_id": APP, "state": {"state": "DEACTIVATION"}}
    ),
    "recording.template.replace": Sample(
        {**_APP_PATH, **_TEMPLATE_BODY}, "CreateRecordRule", _APP_PATH, _TEMPLATE, 201, body=_TEMPLATE_BODY
    ),
    "recording.template.list": Sample(
        {**_APP_PATH, "offset": 0, "limit": 10},
        "ListRecordRules",
        {**_APP_PATH, "offset": 0, "limit": 10},
        {"rules": [_TEMPLATE]},
    ),
    "recording.template.get": Sample(
        {**_APP_PATH, "rule_id": RULE}, "ShowRecordRule", {**_APP_PATH, "rule_id": RULE}, _TEMPLATE
    ),
    "recording.template.update": Sample(
        {**_APP_PATH, "rule_id": RULE, **_TEMPLATE_BODY},
        "UpdateRecordRule",
        {**_APP_PATH, "rule_id": RULE},
        _TEMPLATE,
        body=_TEMPLATE_BODY,
    ),
    "recording.template.delete": Sample(
        {**_APP_PATH, "rule_id": RULE}, "DeleteRecordRule", {**_APP_PATH, "rule_id": RULE}, None, 204
    ),
    "recording.automatic.update": Sample(
        {**_APP_PATH, "mode": "AUTO_INDIVIDUAL_RECORD", "record_rule_id": RULE},
        "UpdateAutoRecord",
        _APP_PATH,
        {"app_id": APP, "auto_record_mode": _AUTOMATIC},
        body={"mode": "AUTO_INDIVIDUAL_RECORD", "record_rule_id": RULE},
    ),
    "recording.automatic.get": Sample(
        _APP_PATH, "ShowAutoRecord", _APP_PATH, {"app_id": APP, "auto_record_mode": _AUTOMATIC}
    ),
    "recording.callback.update": Sample(
        {**_APP_PATH, "url": _CALLBACK["url"], "auth_key": AUTH_KEY},
        "UpdateRecordCallback",
        _APP_PATH,
        {"app_id": APP, "record_callback": _CALLBACK},
        body={"url": _CALLBACK["url"], "auth_key": AUTH_KEY},
    ),
    "recording.callback.get": Sample(
        _APP_PATH, "ShowRecordCallback", _APP_PATH, {"app_id": APP, "record_callback": _CALLBACK}
    ),
    "recording.mix_job.start": Sample(
        {**_APP_PATH, "mix_param": _MIX, "record_param": _RECORDING},
        "CreateMixJob",
        _APP_PATH,
        _MIX_ANSWER,
        201,
        body={"mix_param": _MIX, "record_param": _RECORDING},
    ),
    "recording.mix_job.get": Sample(
        {**_APP_PATH, "job_id": MIX_JOB}, "ShowMixJob", {**_APP_PATH, "job_id": MIX_JOB}, _MIX_ANSWER
    ),
    "recording.mix_job.update": Sample(
        {**_APP_PATH, "job_id": MIX_JOB, "mix_param": _MIX_CHANGE},
        "UpdateMixJob",
        {**_APP_PATH, "job_id": MIX_JOB},
        _MIX_ANSWER,
        body={"mix_param": _MIX_CHANGE},
    ),
    "recording.mix_job.stop": Sample(
        {**_APP_PATH, "job_id": MIX_JOB}, "StopMixJob", {**_APP_PATH, "job_id": MIX_JOB}, None, 204
    ),
    "recording.single_job.start": Sample(
        {**_APP_PATH, **_SINGLE}, "CreateIndividualStreamJob", _APP_PATH, _SINGLE_ANSWER, 201, body=_SINGLE
    ),
    "recording.single_job.get": Sample(
        {**_APP_PATH, "job_id": SINGLE_JOB},
        "ShowIndividualStreamJob",
        {**_APP_PATH, "job_id": SINGLE_JOB},
        _SINGLE_ANSWER,
    ),
    "recording.single_job.stop": Sample(
        {**_APP_PATH, "job_id": SINGLE_JOB},
        "StopIndividualStreamJob",
        {**_APP_PATH, "job_id": SINGLE_JOB},
        None,
        204,
    ),
    "recording.single_job.update": Sample(
        {**_APP_PATH, "job_id": SINGLE_JOB, "record_param": _RECORDING},
        "UpdateIndividualStreamJob",
        {**_APP_PATH, "job_id": SINGLE_JOB},
        _SINGLE_ANSWER,
        body={"record_param": _RECORDING},
    ),
    "rooms.participant.remove": Sample(
        {**_APP_PATH, "room_id": "课堂 1", "user_ids": ["teacher-1", "学生_2"]},
        "RemoveUsers",
        {**_APP_PATH, "room_id": "课堂 1"},
        None,
        202,
        body={"user_ids": ["teacher-1", "学生_2"]},
    ),
    "rooms.room.dismiss": Sample(
        {**_APP_PATH, "room_id": "lecture-7"}, "RemoveRoom", {**_APP_PATH, "room_id": "lecture-7"}, None, 202
    ),
    "rooms.room.list": Sample(
        {**_APP_PATH, "state": "RUNNING", "limit": 10, "offset": 0, **_TIMES},
        "ListRtcRoomList",
        {"app": APP, "state": "RUNNING", "limit": 10, "offset": 0, **_WIRE_TIMES},
        {
            "total": 1,
            "limit": 10,
            "offset": 0,
            "room_info_list": [
                {
                    "domain": f"{APP}.sparkrtc.myhuaweicloud.com",
                    "app": APP,
                    "room_id": "lecture-7",
                    "state": "RUNNING",
                    "duration": 4680,
                    "start_time": "2026-05-04T06:57:30Z",
                    "end_time": "-",
                }
            ],
        },
        version="v1",
    ),
    "rooms.participant.list": Sample(
        {
            **_APP_PATH,
            "room_id": "lecture-7",
            "user_id": "student-2",
            "nickname": "小明 A+B&C=100%~*'()/?",
            "region": ["广东", "GD"],
            "isp": ["CTCC"],
            "state": ["ONLINE", "OFFLINE"],
            "type": "detail",
            **_TIMES,
        },
        "ListRtcUserList",
        {
            "app": APP,
            "room_id": "lecture-7",
            "uid": "student-2",
            "nickname": "小明 A+B&C=100%~*'()/?",
            "region": ["广东", "GD"],
            "isp": ["CTCC"],
            "state": ["ONLINE", "OFFLINE"],
            "type": "detail",
            **_WIRE_TIMES,
        },
        {
            "total": 1,
            "limit": 10,
            "offset": 0,
            "users": [
                {
                    "domain": f"{APP}.sparkrtc.myhuaweicloud.com",
                    "app": APP,
                    "room_id": "lecture-7",
                    "uid": "student-2",
                    "session": "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
                    "state": "ONLINE",
                    "nick_name": "Lin",
                    "ip": "203.0.113.24",
                    "region": "广东",
                    "isp": "CTCC",
                    "device_model": "Pixel 8",
                    "platform": "android-14",
                    "sdk": "2.3.1",
                    "join_time": "2026-05-04T07:00:41Z",
                    "leave_time": "-",
                }
            ],
        },
        version="v1",
    ),
    "storage.bucket.list": Sample(
        {},
        "ListObsBuckets",
        {},
        {
            "count": 1,
            "buckets": [
                {
                    "bucket": "lecture-recordings",
                    "location": "cn-north-4",
                    "creation_date": "2026/04/18 10:05:00 GMT+08:00",
                    "is_authorized": True,
                }
            ],
        },
    ),
    "storage.object.list": Sample(
        _BUCKET_QUERY,
        "ListObsBucketObjects",
        _BUCKET_QUERY,
        {
            "count": 1,
            "objects": [{"file_name": "spring/a.m3u8", "size": 12, "last_modified": "20260504162031"}],
        },
    ),
    "storage.bucket.authorize": Sample(
        {
            "bucket": "lecture-recordings",
            "authorized": True,
            "location": "cn-south-1",
            "bucket_project_id": PROJECT_OF_BUCKET,
        },
        "UpdateObsBucketAuthority",
        {},
        None,
        body={
            "bucket": "lecture-recordings",
            "operation": 1,
            "location": "cn-south-1",
            "project_id": PROJECT_OF_BUCKET,
        },
    ),
    "analytics.realtime_scale.get": Sample(
        {**_APP_PATH, "room_id": "lecture-7", "metric": "OnlineUsers", **_TIMES},
        "ListRtcRealtimeScale",
        {"app": APP, "room_id": "lecture-7", "metric": "OnlineUsers", **_WIRE_TIMES},
        {"scale": [{"time": "2026-05-04T07:00:00Z", "value": 118}]},
        version="v1",
    ),
    "analytics.realtime_scale_dimension.get": Sample(
        {**_APP_PATH, "metric": "OnlineUsers", "dimension": "region", "time": _at(7)},
        "ListRtcRealtimeScaleDimension",
        {"app": APP, "metric": "OnlineUsers", "dimension": "region", "time": "2026-05-04T07:00:00Z"},
        {"dimensions": [{"dimension": "GD", "online_users": 71}, {"dimension": "OT", "online_users": 16}]},
        version="v1",
    ),
    "analytics.realtime_quality.get": Sample(
        {**_APP_PATH, "metric": "VideoFreezeRate", "sdk_type": "webrtc", **_TIMES},
        "ListRtcRealtimeQuality",
        {"app": APP, "metric": "VideoFreezeRate", "sdk_type": "webrtc", **_WIRE_TIMES},
        {"quality": _POINTS},
        version="v1",
    ),
    "analytics.realtime_network.get": Sample(
        {**_APP_PATH, "metric": "VideoExcellentTransRate", "sdk_type": "native", **_TIMES},
        "ListRtcRealtimeNetwork",
        {"app": APP, "metric": "VideoExcellentTransRate", "sdk_type": "native", **_WIRE_TIMES},
        {"network": _POINTS},
        version="v1",
    ),
    "analytics.history_usage.get": Sample(
        {
            **_APP_PATH,
            "metric": "CommunicationDuration",
            "start_date": date(2026, 5, 1),
            "end_date": date(2026, 5, 2),
        },
        "ListRtcHistoryUsage",
        {"app": APP, "metric": "CommunicationDuration", "start_date": "2026-05-01", "end_date": "2026-05-02"},
        {
            "usage": [
                {
                    "date": "2026-05-01",
                    "video_sd": 18000,
                    "video_hd": 90200,
                    "video_hdp": 0,
                    "audio": 34000,
                    "total_duration": 142200,
                }
            ]
        },
        version="v1",
    ),
    "analytics.history_scale.get": Sample(
        {
            **_APP_PATH,
            "metric": ["UserCount", "RoomCount"],
            "start_date": date(2026, 5, 1),
            "end_date": date(2026, 5, 2),
        },
        "ListRtcHistoryScale",
        {
            "app": APP,
            "metric": ["UserCount", "RoomCount"],
            "start_date": "2026-05-01",
            "end_date": "2026-05-02",
        },
        {"scale": [{"date": "2026-05-01", "user_count": 312, "room_count": 41}]},
        version="v1",
    ),
    "analytics.history_quality.get": Sample(
        {
            **_APP_PATH,
            "metric": _QUALITY,
            "start_date": date(2026, 5, 1),
            "end_date": date(2026, 5, 1),
        },
        "ListRtcHistoryQuality",
        {"app": APP, "metric": _QUALITY, "start_date": "2026-05-01", "end_date": "2026-05-01"},
        {"quality": [{"date": "2026-05-01", "join_success_in5secs_rate": 0.996, "video_trans_delay": 58.0}]},
        version="v1",
    ),
    "analytics.client_qos.get": Sample(
        {
            **_APP_PATH,
            "domain": f"{APP}.sparkrtc.myhuaweicloud.com",
            "room_id": "lecture-7",
            "user_id": "teacher-1",
            "peer_id": "student-2",
            "stream_id": "1",
            "direction": "down",
            "mid": ["vbit", "vfps"],
            "time_type": "ctime",
            "limit": 100,
            "offset": 0,
            **_TIMES,
        },
        "ListRtcClientQosDetails",
        {
            **_APP_PATH,
            "domain": f"{APP}.sparkrtc.myhuaweicloud.com",
            "room_id": "lecture-7",
            "user_id": "teacher-1",
            "peer_id": "student-2",
            "stream_id": "1",
            "direction": "down",
            "mid": "vbit,vfps",
            "time_type": "ctime",
            "limit": 100,
            "offset": 0,
            **_WIRE_TIMES,
        },
        {
            "room_id": "lecture-7",
            "data": [
                {
                    "uid": "teacher-1",
                    "peerid": "student-2",
                    "mid": "vbit",
                    "data": [{"time": "2026-05-04T07:00:00Z", "value": 812.0}],
                }
            ],
        },
        version="v1",
    ),
    "analytics.client_events.get": Sample(
        {**_APP_PATH, "room_id": "lecture-7", **_TIMES},
        "ListRtcEvent",
        {**_APP_PATH, "room_id": "lecture-7", **_WIRE_TIMES},
        {"ctime": "2026-05-04T07:01:10Z", "event_id": "20031", "event_info": "camera switched off"},
        version="v1",
    ),
    "analytics.client_abnormal_events.get": Sample(
        {**_APP_PATH, "room_id": "lecture-7", **_TIMES},
        "ListRtcAbnormalEvent",
        {**_APP_PATH, "room_id": "lecture-7", **_WIRE_TIMES},
        {
            "room_id": "lecture-7",
            "uid": "student-2",
            "exp_id": "9d5ed678fe57bcca610140957afab571",
            "abnormal_list": [{"ts": "2026-05-04T07:02:00Z", "event_id": "30014", "peer_id": "teacher-1"}],
        },
        version="v1",
    ),
    "analytics.abnormal_events.get": Sample(
        {**_APP_PATH, "room_id": "lecture-7", "user_id": "student-2", "limit": 10, "offset": 0, **_TIMES},
        "ListRtcAbnormalEvents",
        {"app": APP, "room_id": "lecture-7", "uid": "student-2", "limit": 10, "offset": 0, **_WIRE_TIMES},
        {
            "total": 1,
            "events": [
                {
                    "time": "2026-05-04T07:02:00Z",
                    "uid": "student-2",
                    "room_id": "lecture-7",
                    "stage": "communication",
                    "location": "remote",
                    "peer_uid": "teacher-1",
                    "abnormal_type": 2,
                    "abnormal_type_desc": "视频卡顿",
                    "abnormal_factor": 14,
                    "abnormal_factor_desc": "下行视频丢包",
                }
            ],
        },
        version="v1",
    ),
    "analytics.abnormal_event_dimension.get": Sample(
        {**_APP_PATH, "room_id": "lecture-7", "dimension": ["abnormal_type"], **_TIMES},
        "ListRtcAbnormalEventDimension",
        {"app": APP, "room_id": "lecture-7", "dimension": "abnormal_type", **_WIRE_TIMES},
        {
            "dimensions": [
                {
                    "abnormal_type": 2,
                    "abnormal_type_desc": "视频卡顿",
                    "abnormal_factor": 14,
                    "abnormal_factor_desc": "下行视频丢包",
                    "user_count": 3,
                }
            ]
        },
        version="v1",
    ),
}
