"""Sample calls: rooms, buckets and statistics."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tests.sparkrtc.sample import APP, APP_PATH, PROJECT_OF_BUCKET, Sample


def _at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 5, 4, hour, minute, tzinfo=UTC)


_TIMES = {"start_time": _at(7), "end_time": _at(7, 30)}
_WIRE_TIMES = {"start_time": "2026-05-04T07:00:00Z", "end_time": "2026-05-04T07:30:00Z"}
_POINTS = [{"time": "2026-05-04T07:00:00Z", "value": 0.99}, {"time": "2026-05-04T07:01:00Z", "value": None}]
_BUCKET_QUERY = {
    "bucket": "lecture-recordings",
    "location": "cn-north-4",
    "type": "objects",
    "prefix": "spring/",
}
_QUALITY = ["JoinSuccess5SecsRate", "VideoTransDelay"]

CALLS: dict[str, Sample] = {
    "rooms.participant.remove": Sample(
        {**APP_PATH, "room_id": "课堂 1", "user_ids": ["teacher-1", "学生_2"]},
        "RemoveUsers",
        {**APP_PATH, "room_id": "课堂 1"},
        None,
        202,
        body={"user_ids": ["teacher-1", "学生_2"]},
    ),
    "rooms.room.dismiss": Sample(
        {**APP_PATH, "room_id": "lecture-7"}, "RemoveRoom", {**APP_PATH, "room_id": "lecture-7"}, None, 202
    ),
    "rooms.room.list": Sample(
        {**APP_PATH, "state": "RUNNING", "limit": 10, "offset": 0, **_TIMES},
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
            **APP_PATH,
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
        {**APP_PATH, "room_id": "lecture-7", "metric": "OnlineUsers", **_TIMES},
        "ListRtcRealtimeScale",
        {"app": APP, "room_id": "lecture-7", "metric": "OnlineUsers", **_WIRE_TIMES},
        {"scale": [{"time": "2026-05-04T07:00:00Z", "value": 118}]},
        version="v1",
    ),
    "analytics.realtime_scale_dimension.get": Sample(
        {**APP_PATH, "metric": "OnlineUsers", "dimension": "region", "time": _at(7)},
        "ListRtcRealtimeScaleDimension",
        {"app": APP, "metric": "OnlineUsers", "dimension": "region", "time": "2026-05-04T07:00:00Z"},
        {"dimensions": [{"dimension": "GD", "online_users": 71}, {"dimension": "OT", "online_users": 16}]},
        version="v1",
    ),
    "analytics.realtime_quality.get": Sample(
        {**APP_PATH, "metric": "VideoFreezeRate", "sdk_type": "webrtc", **_TIMES},
        "ListRtcRealtimeQuality",
        {"app": APP, "metric": "VideoFreezeRate", "sdk_type": "webrtc", **_WIRE_TIMES},
        {"quality": _POINTS},
        version="v1",
    ),
    "analytics.realtime_network.get": Sample(
        {**APP_PATH, "metric": "VideoExcellentTransRate", "sdk_type": "native", **_TIMES},
        "ListRtcRealtimeNetwork",
        {"app": APP, "metric": "VideoExcellentTransRate", "sdk_type": "native", **_WIRE_TIMES},
        {"network": _POINTS},
        version="v1",
    ),
    "analytics.history_usage.get": Sample(
        {
            **APP_PATH,
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
            **APP_PATH,
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
            **APP_PATH,
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
            **APP_PATH,
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
            **APP_PATH,
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
        {**APP_PATH, "room_id": "lecture-7", **_TIMES},
        "ListRtcEvent",
        {**APP_PATH, "room_id": "lecture-7", **_WIRE_TIMES},
        {"ctime": "2026-05-04T07:01:10Z", "event_id": "20031", "event_info": "camera switched off"},
        version="v1",
    ),
    "analytics.client_abnormal_events.get": Sample(
        {**APP_PATH, "room_id": "lecture-7", **_TIMES},
        "ListRtcAbnormalEvent",
        {**APP_PATH, "room_id": "lecture-7", **_WIRE_TIMES},
        {
            "room_id": "lecture-7",
            "uid": "student-2",
            "exp_id": "9d5ed678fe57bcca610140957afab571",
            "abnormal_list": [{"ts": "2026-05-04T07:02:00Z", "event_id": "30014", "peer_id": "teacher-1"}],
        },
        version="v1",
    ),
    "analytics.abnormal_events.get": Sample(
        {**APP_PATH, "room_id": "lecture-7", "user_id": "student-2", "limit": 10, "offset": 0, **_TIMES},
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
        {**APP_PATH, "room_id": "lecture-7", "dimension": ["abnormal_type"], **_TIMES},
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
