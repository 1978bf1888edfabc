"""What recording leaves in a bucket: names, moments, interruptions, automatic recording."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from console.sandbox.state import jobs
from tests.sandbox import bodies
from tests.sandbox.caller import Caller
from tests.sandbox.doubles import StillWorld
from tests.sandbox.harness import Sandbox


def stamp(at: float) -> str:
    """Write a moment the way file names do."""
    return f"{datetime.fromtimestamp(int(at), UTC):%Y%m%d%H%M%S}"


def names(call: Caller, prefix: str, kind: str = "objects") -> list[str]:
    """Return what lies in the bucket of recordings below a prefix."""
    query = [
        ("bucket", "classroom-recordings"),
        ("location", "cn-north-4"),
        ("type", kind),
        ("prefix", prefix),
    ]
    return [
        item["file_name"] for item in call("GET", "/v2/rtc-ops/buckets/objects", query=query).json["objects"]
    ]


def save(call: Caller, app_id: str, **changes: Any) -> str:
    """Store a template; return its id."""
    saved = call("POST", f"/v2/apps/{app_id}/record-rules", bodies.template(**changes))
    assert saved.status in (200, 201)
    return saved.json["rule_id"]


def start(call: Caller, app_id: str, rule_id: str, user_id: str = "ann") -> dict[str, Any]:
    """Start a single job; return it."""
    wish = bodies.single(user_id=user_id, record_param={"record_rule_id": rule_id})
    job = call("POST", f"/v2/apps/{app_id}/individual-stream-jobs", wish)
    assert job.status == 201
    return job.json


def plain(**config: Any) -> dict[str, Any]:
    """Return settings that record MP4 only, one folder per stream."""
    mp4 = {"record_cycle": 60, "record_prefix": "{app_id}/{stream}/{file_start_time}", **config}
    return {"record_formats": ["MP4"], "mp4_config": mp4}


def test_files_are_named_by_the_prefix(
    sandbox: Sandbox, call: Caller, world: StillWorld, app_id: str, now: float
) -> None:
    world.put(app_id, "room-1", "ann", since=now - 60, until=now + 7200)
    job = start(call, app_id, save(call, app_id))
    sandbox.travel(32)
    began = now + 2
    stream = f"s_{job['job_id']}_room-1_ann_{stamp(began)}"
    hls = f"rtc/{app_id}/HLS/{stream}/{stream}"
    assert names(call, f"rtc/{app_id}/") == [f"{hls}.m3u8", *(f"{hls}_0000{n}.ts" for n in range(3))]
    call("DELETE", f"/v2/apps/{app_id}/individual-stream-jobs/{job['job_id']}")
    assert f"rtc/{app_id}/MP4/{stream}/{stream}.mp4" in names(call, f"rtc/{app_id}/")
    assert names(call, f"rtc/{app_id}/", "folders") == [f"rtc/{app_id}/HLS/", f"rtc/{app_id}/MP4/"]


def test_a_file_has_a_size_and_a_moment(
    sandbox: Sandbox, call: Caller, world: StillWorld, app_id: str, now: float
) -> None:
    world.put(app_id, "room-1", "ann", since=now - 60, until=now + 7200)
    rule_id = save(call, app_id, **plain(record_cycle=600))
    start(call, app_id, rule_id)
    sandbox.travel(603)
    query = [
        ("bucket", "classroom-recordings"),
        ("location", "cn-north-4"),
        ("type", "objects"),
        ("prefix", f"rtc/{app_id}/"),
    ]
    listed = call("GET", "/v2/rtc-ops/buckets/objects", query=query).json
    assert listed["count"] == 1
    assert listed["objects"][0]["size"] == 3000 // 8 * 600
    assert listed["objects"][0]["last_modified"].endswith(" GMT+08:00")


def test_a_cycle_ends_one_file_and_begins_the_next(
    sandbox: Sandbox, call: Caller, world: StillWorld, app_id: str, now: float
) -> None:
    world.put(app_id, "room-1", "ann", since=now - 60, until=now + 7200)
    job = start(call, app_id, save(call, app_id, **plain(record_cycle=60)))
    sandbox.travel(2)
    call("GET", f"/v2/apps/{app_id}/individual-stream-jobs/{job['job_id']}")
    sandbox.travel(130)
    folder = f"rtc/{app_id}/{job['stream_name']}/"
    assert names(call, folder) == [f"{folder}{stamp(now + 2 + 60 * n)}.mp4" for n in range(2)]


@pytest.mark.parametrize(("merge", "files"), [(0, 2), (30, 1)])
def test_a_short_silence_may_be_bridged(
    sandbox: Sandbox, call: Caller, world: StillWorld, app_id: str, now: float, merge: int, files: int
) -> None:
    world.put(app_id, "room-1", "ann", since=now - 60, until=now + 20)
    rule_id = save(call, app_id, **plain(record_cycle=600, record_max_duration_to_merge_file=merge))
    job = start(call, app_id, rule_id)
    sandbox.travel(30)
    world.put(app_id, "room-1", "ann", since=now + 30, until=now + 7200)
    sandbox.travel(60)
    call("DELETE", f"/v2/apps/{app_id}/individual-stream-jobs/{job['job_id']}")
    assert len(names(call, f"rtc/{app_id}/")) == files


def test_nothing_is_written_to_a_bucket_that_is_not_authorized_any_more(
    sandbox: Sandbox, call: Caller, world: StillWorld, app_id: str, now: float
) -> None:
    world.put(app_id, "room-1", "ann", since=now - 60, until=now + 7200)
    start(call, app_id, save(call, app_id, **plain(record_cycle=600)))
    sandbox.travel(60)
    wish = {"bucket": "classroom-recordings", "location": "cn-north-4", "operation": 0}
    assert call("PUT", "/v2/rtc-ops/buckets/authentication", wish).status == 200
    sandbox.travel(1200)
    assert len(names(call, f"rtc/{app_id}/")) == 1


def test_a_change_of_the_template_reaches_recordings_after_five_minutes(
    sandbox: Sandbox, call: Caller, world: StillWorld, app_id: str, now: float
) -> None:
    world.put(app_id, "room-1", "ann", "bob", since=now - 60, until=now + 7200)
    save(call, app_id, **plain())
    rule_id = save(call, app_id, **plain(record_prefix="changed/{stream}/{file_start_time}"))
    sandbox.travel(299)
    early = start(call, app_id, rule_id, "ann")
    sandbox.travel(2)
    late = start(call, app_id, rule_id, "bob")
    sandbox.travel(120)
    assert names(call, f"rtc/{app_id}/{early['stream_name']}/")
    assert names(call, f"rtc/changed/{late['stream_name']}/")
    assert not names(call, f"rtc/changed/{early['stream_name']}/")


def test_a_running_job_can_go_on_by_another_template(
    sandbox: Sandbox, call: Caller, world: StillWorld, app_id: str, now: float
) -> None:
    world.put(app_id, "room-1", "ann", since=now - 60, until=now + 7200)
    job = call("POST", f"/v2/apps/{app_id}/individual-stream-jobs", bodies.single()).json
    path = f"/v2/apps/{app_id}/individual-stream-jobs/{job['job_id']}"
    sandbox.travel(10)
    assert names(call, f"rtc/{app_id}/") == []
    rule_id = save(call, app_id, **plain())
    changed = call("PUT", path, {"record_param": {"record_rule_id": rule_id}})
    assert (changed.status, changed.json["record_param"]) == (200, {"record_rule_id": rule_id})
    sandbox.travel(120)
    assert names(call, f"rtc/{app_id}/{job['stream_name']}/")


def test_automatic_recording_takes_rooms_that_open_later(
    sandbox: Sandbox, call: Caller, world: StillWorld, app_id: str, now: float
) -> None:
    rule_id = save(call, app_id, **plain())
    world.put(app_id, "old-room", "ann", since=now - 60, until=now + 7200)
    wish = {"mode": "AUTO_INDIVIDUAL_RECORD", "record_rule_id": rule_id}
    assert call("PUT", f"/v2/apps/{app_id}/auto-record-mode", wish).status == 200
    world.put(app_id, "new-room", "bob", "eve", since=now + 10, until=now + 400)
    sandbox.travel(300)
    folders = names(call, f"rtc/{app_id}/", "folders")
    assert folders == [f"rtc/{app_id}/{app_id}_new-room_{user}_AV_CAMERASTREAM/" for user in ("bob", "eve")]


def test_automatic_recording_waits_where_an_application_has_all_the_jobs_it_may_have(
    sandbox: Sandbox,
    call: Caller,
    world: StillWorld,
    app_id: str,
    now: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jobs, "MOST_JOBS", 1)
    rule_id = save(call, app_id, **plain())
    world.put(app_id, "old-room", "ann", since=now - 60, until=now + 7200)
    wish = {"mode": "AUTO_INDIVIDUAL_RECORD", "record_rule_id": rule_id}
    call("PUT", f"/v2/apps/{app_id}/auto-record-mode", wish)
    path = f"/v2/apps/{app_id}/individual-stream-jobs"
    job = call("POST", path, bodies.single("old-room", user_id="ann")).json
    world.put(app_id, "new-room", "bob", since=now + 10, until=now + 7200)
    sandbox.travel(300)
    assert names(call, f"rtc/{app_id}/", "folders") == []
    call("DELETE", f"{path}/{job['job_id']}")
    sandbox.travel(120)
    assert names(call, f"rtc/{app_id}/", "folders") == [
        f"rtc/{app_id}/{app_id}_new-room_bob_AV_CAMERASTREAM/"
    ]


def test_switched_off_automatic_recording_starts_nothing(
    sandbox: Sandbox, call: Caller, world: StillWorld, app_id: str, now: float
) -> None:
    rule_id = save(call, app_id, **plain())
    path = f"/v2/apps/{app_id}/auto-record-mode"
    call("PUT", path, {"mode": "AUTO_INDIVIDUAL_RECORD", "record_rule_id": rule_id})
    call("PUT", path, {"mode": "AUTO_RECORD_OFF"})
    world.put(app_id, "new-room", "bob", since=now + 10, until=now + 400)
    sandbox.travel(300)
    assert names(call, f"rtc/{app_id}/") == []
