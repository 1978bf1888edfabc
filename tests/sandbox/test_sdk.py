"""The vendor's own SDK drives every operation, with real signatures, against the real world of the sandbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from huaweicloudsdkcloudrtc import v1, v2
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from tests.sandbox.harness import Sandbox, start_sandbox
from tests.sandbox.test_routes import OPERATIONS

MOMENT = 1_777_882_530  # 2026-05-04 08:15:30 UTC, a Monday afternoon in China


@pytest.fixture(scope="module")
def cloud() -> Iterator[Sandbox]:
    """A sandbox of its own process, without limits."""
    running = start_sandbox(quota="off")
    running.stand_at(MOMENT)
    yield running
    running.stop()


def sdk(sandbox: Sandbox, version: Any, secret: str = "") -> Any:
    """Return the vendor's client of one version of the API."""
    credentials = BasicCredentials(sandbox.ak, secret or sandbox.sk, sandbox.project_id)
    return (
        version.CloudRTCClient.new_builder()
        .with_credentials(credentials)
        .with_endpoint(sandbox.endpoint)
        .build()
    )


@pytest.fixture
def configuration(cloud: Sandbox) -> Any:
    """The client of version 2."""
    return sdk(cloud, v2)


@pytest.fixture
def statistics(cloud: Sandbox) -> Any:
    """The client of version 1."""
    return sdk(cloud, v1)


def open_room(cloud: Sandbox) -> tuple[str, str, str]:
    """Return application, room and somebody in it, who is not alone."""
    for app in cloud.control("world")["applications"]:
        for room in app["open_rooms"]:
            if room["online"] > 1:
                return app["app_id"], room["room_id"], room["participants"][0]["user_id"]
    raise AssertionError("the world is empty")


def rule(cloud: Sandbox) -> v2.RecordRuleReq:
    """Return a recording template."""
    address = v2.RecordObsFileAddr("cn-north-4", cloud.project_id, "classroom-recordings", "rtc/")
    return v2.RecordRuleReq(
        obs_addr=address, record_formats=["MP4"], mp4_config=v2.MP4RecordConfig(record_cycle=60)
    )


def drive_applications(cloud: Sandbox, client: Any) -> str:
    """Create an application and do everything to it but delete it."""
    app_id = client.create_app(v2.CreateAppRequest(body=v2.AppReq("driven"))).app_id
    assert app_id in {app.app_id for app in client.list_apps(v2.ListAppsRequest(limit=100)).apps}
    assert client.stop_app(v2.StopAppRequest(app_id=app_id)).state.state == "DEACTIVATION"
    assert client.start_app(v2.StartAppRequest(app_id=app_id)).state.state == "ACTIVATION"
    assert client.show_app(v2.ShowAppRequest(app_id=app_id)).app_name == "driven"
    callback = v2.AppCallbackUrlReq("https://hooks.example.com/rtc", "0123456789abcdef0123456789abcdef")
    client.update_record_callback(v2.UpdateRecordCallbackRequest(app_id=app_id, body=callback))
    shown = client.show_record_callback(v2.ShowRecordCallbackRequest(app_id=app_id))
    assert shown.record_callback.auth_key == callback.auth_key
    return app_id


def drive_templates(cloud: Sandbox, client: Any, app_id: str) -> str:
    """Save, list, show, change a template; return its id."""
    rule_id = client.create_record_rule(v2.CreateRecordRuleRequest(app_id=app_id, body=rule(cloud))).rule_id
    listed = client.list_record_rules(v2.ListRecordRulesRequest(app_id=app_id, offset=0, limit=10)).rules
    assert [row.rule_id for row in listed] == [rule_id]
    changed = client.update_record_rule(
        v2.UpdateRecordRuleRequest(app_id=app_id, rule_id=rule_id, body=rule(cloud))
    )
    assert changed.mp4_config.record_cycle == 60
    assert client.show_record_rule(v2.ShowRecordRuleRequest(app_id=app_id, rule_id=rule_id)).app_id == app_id
    mode = v2.AutoRecordModeReq("AUTO_INDIVIDUAL_RECORD", rule_id)
    client.update_auto_record(v2.UpdateAutoRecordRequest(app_id=app_id, body=mode))
    shown = client.show_auto_record(v2.ShowAutoRecordRequest(app_id=app_id)).auto_record_mode
    assert (shown.mode, shown.record_rule_id) == ("AUTO_INDIVIDUAL_RECORD", rule_id)
    client.update_auto_record(
        v2.UpdateAutoRecordRequest(app_id=app_id, body=v2.AutoRecordModeReq("AUTO_RECORD_OFF"))
    )
    return rule_id


def drive_jobs(cloud: Sandbox, client: Any, app_id: str, rule_id: str) -> None:
    """Start, show, change and stop a job of each kind."""
    param = v2.RecordParam(rule_id)
    mix = v2.MixParam(
        room_id="room-1",
        encode_template="1280x720_15_2260",
        max_idle_time=600,
        layout_template="custom",
        layout_panes=[v2.MixLayoutPane(id=1, user_id="ann", x=0.0, y=0.0, width=1.0, height=1.0)],
    )
    single = v2.IndividualStreamJobReq(room_id="room-1", user_id="ann", max_idle_time=600, record_param=param)
    mixed = client.create_mix_job(v2.CreateMixJobRequest(app_id=app_id, body=v2.MixJobReq(mix, param)))
    alone = client.create_individual_stream_job(
        v2.CreateIndividualStreamJobRequest(app_id=app_id, body=single)
    )
    assert (mixed.state, alone.state) == ("INIT", "INIT")
    cloud.travel(3)  # to RUNNING
    change = v2.UpdateMixJobReq(v2.UpdateMixParam(layout_template="custom", max_idle_time=900))
    changed = client.update_mix_job(v2.UpdateMixJobRequest(app_id=app_id, job_id=mixed.job_id, body=change))
    assert (changed.state, changed.mix_param.max_idle_time) == ("RUNNING", 900)
    same = v2.UpdateIndividualJobReq(param)
    client.update_individual_stream_job(
        v2.UpdateIndividualStreamJobRequest(app_id=app_id, job_id=alone.job_id, body=same)
    )
    client.stop_mix_job(v2.StopMixJobRequest(app_id=app_id, job_id=mixed.job_id))
    client.stop_individual_stream_job(v2.StopIndividualStreamJobRequest(app_id=app_id, job_id=alone.job_id))
    ended = client.show_mix_job(v2.ShowMixJobRequest(app_id=app_id, job_id=mixed.job_id))
    assert ended.stop_reason == "TENANT_STOP"
    ended = client.show_individual_stream_job(
        v2.ShowIndividualStreamJobRequest(app_id=app_id, job_id=alone.job_id)
    )
    assert ended.stop_reason == "TENANT_STOP"


def drive_storage(cloud: Sandbox, client: Any) -> None:
    """List buckets and objects, authorize a bucket."""
    assert client.list_obs_buckets(v2.ListObsBucketsRequest()).count == 5
    query = v2.ListObsBucketObjectsRequest(
        bucket="classroom-recordings", prefix="rtc/", type="objects", location="cn-north-4"
    )
    assert client.list_obs_bucket_objects(query).count > 0
    grant = v2.ObsAuthorityConfig("meeting-exports", 1, "cn-north-4", cloud.project_id)
    client.update_obs_bucket_authority(v2.UpdateObsBucketAuthorityRequest(body=grant))
    buckets = client.list_obs_buckets(v2.ListObsBucketsRequest()).buckets
    assert {row.bucket: row.is_authorized for row in buckets}["meeting-exports"]


def test_the_sdk_can_configure_and_record(cloud: Sandbox, configuration: Any) -> None:
    app_id = drive_applications(cloud, configuration)
    rule_id = drive_templates(cloud, configuration, app_id)
    drive_jobs(cloud, configuration, app_id, rule_id)
    drive_storage(cloud, configuration)
    configuration.delete_record_rule(v2.DeleteRecordRuleRequest(app_id=app_id, rule_id=rule_id))
    configuration.stop_app(v2.StopAppRequest(app_id=app_id))
    configuration.delete_app(v2.DeleteAppRequest(app_id=app_id))
    with pytest.raises(ClientRequestException) as caught:
        configuration.show_app(v2.ShowAppRequest(app_id=app_id))
    assert (caught.value.status_code, caught.value.error_code) == (404, "RTC.00001003")
    assert driven(cloud) >= {name for name, (_, path) in OPERATIONS.items() if path.startswith("/v2/")} - {
        "remove_users",
        "remove_room",
    }


def driven(cloud: Sandbox) -> set[str]:
    """Return the operations that were let in so far."""
    return {name for name, count in cloud.control("counts")["operations"].items() if count["accepted"]}


def test_the_sdk_can_moderate(cloud: Sandbox, configuration: Any, statistics: Any) -> None:
    app_id, room_id, user_id = open_room(cloud)

    def online() -> list[str]:
        clock = datetime.fromtimestamp(cloud.control("clock")["world"], UTC)
        wish = v1.ListRtcUserListRequest(
            app=app_id,
            room_id=room_id,
            state=["ONLINE"],
            start_time=f"{clock - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}",
            end_time=f"{clock:%Y-%m-%dT%H:%M:%SZ}",
            limit=500,
        )
        return [user.uid for user in statistics.list_rtc_user_list(wish).users]

    assert user_id in online()
    body = v2.RemoveUsersReq([user_id])
    removed = configuration.remove_users(v2.RemoveUsersRequest(app_id=app_id, room_id=room_id, body=body))
    assert removed.status_code == 202
    cloud.travel(5)
    assert user_id not in online()
    assert online()
    dismissed = configuration.remove_room(v2.RemoveRoomRequest(app_id=app_id, room_id=room_id))
    assert dismissed.status_code == 202
    cloud.travel(30)
    assert online() == []


def window(hours: float = 1) -> dict[str, str]:
    """Return a window that ends now."""
    now = datetime.fromtimestamp(MOMENT, UTC)
    return {
        "start_time": f"{now - timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}",
        "end_time": f"{now:%Y-%m-%dT%H:%M:%SZ}",
    }


def days() -> dict[str, str]:
    """Return the last three whole days."""
    today = datetime.fromtimestamp(MOMENT, UTC).date()
    return {"start_date": f"{today - timedelta(days=3)}", "end_date": f"{today - timedelta(days=1)}"}


STATISTICS: dict[str, tuple[str, str, Callable[[], dict[str, Any]]]] = {
    "list_rooms": ("rtc_room_list", "RtcRoomList", lambda: {**window(), "state": "RUNNING"}),
    "list_users": ("rtc_user_list", "RtcUserList", lambda: {**window(), "state": ["ONLINE", "OFFLINE"]}),
    "list_realtime_scale": (
        "rtc_realtime_scale",
        "RtcRealtimeScale",
        lambda: {"metric": "OnlineUsers", **window()},
    ),
    "list_realtime_scale_dimension": (
        "rtc_realtime_scale_dimension",
        "RtcRealtimeScaleDimension",
        lambda: {"metric": "OnlineUsers", "dimension": "region", "time": window()["start_time"]},
    ),
    "list_realtime_quality": (
        "rtc_realtime_quality",
        "RtcRealtimeQuality",
        lambda: {"metric": "JoinSuccessRate", "sdk_type": "native", **window()},
    ),
    "list_realtime_network": (
        "rtc_realtime_network",
        "RtcRealtimeNetwork",
        lambda: {"metric": "VideoExcellentTransRate", "sdk_type": "webrtc", **window()},
    ),
    "list_history_usage": (
        "rtc_history_usage",
        "RtcHistoryUsage",
        lambda: {"metric": "CommunicationDuration", **days()},
    ),
    "list_history_scale": (
        "rtc_history_scale",
        "RtcHistoryScale",
        lambda: {"metric": ["UserCount", "RoomCount"], **days()},
    ),
    "list_history_quality": (
        "rtc_history_quality",
        "RtcHistoryQuality",
        lambda: {"metric": ["JoinSuccessRate", "VideoFreezeRate"], **days()},
    ),
    "list_abnormal_events": ("rtc_abnormal_events", "RtcAbnormalEvents", window),
    "list_abnormal_event_dimension": (
        "rtc_abnormal_event_dimension",
        "RtcAbnormalEventDimension",
        lambda: {"dimension": "abnormal_type", **window()},
    ),
}
BY_ROOM: dict[str, tuple[str, str, dict[str, str]]] = {
    "list_client_qos_details": ("rtc_client_qos_details", "RtcClientQosDetails", {"mid": "all"}),
    "list_client_events": ("rtc_event", "RtcEvent", {}),
    "list_client_abnormal_events": ("rtc_abnormal_event", "RtcAbnormalEvent", {}),
}


@pytest.mark.parametrize("operation", sorted(STATISTICS))
def test_the_sdk_can_ask_for_statistics(cloud: Sandbox, statistics: Any, operation: str) -> None:
    method, model, details = STATISTICS[operation]
    app_id, _, _ = open_room(cloud)
    request = getattr(v1, f"List{model}Request")(app=app_id, **details())
    answer = getattr(statistics, f"list_{method}")(request)
    assert answer.status_code == 200
    assert operation in driven(cloud)


@pytest.mark.parametrize("operation", sorted(BY_ROOM))
def test_the_sdk_can_ask_about_a_room(cloud: Sandbox, statistics: Any, operation: str) -> None:
    method, model, details = BY_ROOM[operation]
    app_id, room_id, _ = open_room(cloud)
    request = getattr(v1, f"List{model}Request")(app_id=app_id, room_id=room_id, **window(), **details)
    answer = getattr(statistics, f"list_{method}")(request)
    assert answer.status_code == 200
    assert operation in driven(cloud)


def test_what_the_sdk_drives_here_is_everything() -> None:
    statistics = {name for name, (_, path) in OPERATIONS.items() if path.startswith("/v1/")}
    assert {*STATISTICS, *BY_ROOM} == statistics


def test_calls_with_a_known_cause_are_shown(cloud: Sandbox) -> None:
    calls = cloud.control("world")["labelled_calls"]
    assert calls
    assert {"app_id", "room_id", "user_id", "rules", "symptom", "blamed"} <= set(calls[0])


def test_known_causes_are_listed_for_any_time_and_application(cloud: Sandbox) -> None:
    found = cloud.control("causes")
    day = found["calls"]
    assert day[0]["start"] >= found["now"] - 86_400
    assert all(call["end"] <= found["now"] for call in day)
    assert {rule for call in day for rule in call["rules"]} >= {"R1", "R2", "R3", "R4"}
    begin, app_id = int(found["now"]) - 3 * 86_400, day[0]["app_id"]
    earlier = cloud.control(f"causes?since={begin}&until={begin + 7200}&app_id={app_id}")["calls"]
    assert earlier
    assert all(begin <= call["start"] < begin + 7200 and call["app_id"] == app_id for call in earlier)


def test_a_wrong_key_is_told_to_the_sdk(cloud: Sandbox) -> None:
    with pytest.raises(ClientRequestException) as caught:
        sdk(cloud, v2, secret="wrong").list_apps(v2.ListAppsRequest())
    assert (caught.value.status_code, caught.value.error_code) == (401, "APIGW.0301")
    assert caught.value.request_id == cloud.last_request_id


def test_a_bad_body_is_told_to_the_sdk(configuration: Any) -> None:
    with pytest.raises(ClientRequestException) as caught:
        configuration.create_app(v2.CreateAppRequest(body=v2.AppReq("a name with spaces")))
    assert (caught.value.status_code, caught.value.error_code) == (400, "RTC.00001003")


def test_the_sdk_signs_odd_characters_as_the_gateway_reads_them(configuration: Any) -> None:
    prefix = "课堂 1/A+B&C=100%~*'()?"
    query = v2.ListObsBucketObjectsRequest(
        bucket="classroom-recordings", prefix=prefix, type="objects", location="cn-north-4"
    )
    assert configuration.list_obs_bucket_objects(query).count == 0
    with pytest.raises(ClientRequestException) as caught:
        configuration.show_app(v2.ShowAppRequest(app_id="课堂 1"))
    assert caught.value.status_code == 404
