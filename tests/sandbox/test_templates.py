"""Recording templates and automatic recording: every rule of their fields, replacement, use."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox import bodies
from tests.sandbox.caller import Caller
from tests.sandbox.doubles import APP, OTHER_APP
from tests.sandbox.harness import Sandbox

BAD_VALUES = [
    ("obs_addr", "cn-north-4"),
    ("obs_addr.project_id", "1" * 32),
    ("obs_addr.project_id", 7),
    ("obs_addr.bucket", "nobody-has-this"),
    ("obs_addr.bucket", "meeting-exports"),  # not authorized
    ("obs_addr.object", "/from/the/root"),
    ("obs_addr.object", "长" * 400),
    ("record_formats", []),
    ("record_formats", "HLS"),
    ("record_formats", ["hls"]),
    ("record_formats", ["HLS", "FLV"]),
    ("hls_config", [1]),
    ("hls_config.record_cycle", 59),
    ("hls_config.record_cycle", -1),
    ("hls_config.record_cycle", 43_201),
    ("hls_config.record_cycle", "60"),
    ("hls_config.record_cycle", 60.0),
    ("hls_config.record_cycle", True),
    ("hls_config.record_slice_duration", 1),
    ("hls_config.record_slice_duration", 61),
    ("hls_config.record_max_duration_to_merge_file", -2),
    ("hls_config.record_max_duration_to_merge_file", 301),
    ("hls_config.record_prefix", "{room}/{stream}"),
    ("hls_config.record_prefix", "{app_id/{stream}"),
    ("hls_config.record_prefix", "{stream}}"),
    ("hls_config.record_prefix", ""),
    ("hls_config.record_prefix", "/{stream}"),
    ("mp4_config.record_cycle", 0),
    ("mp4_config.record_cycle", 59),
    ("mp4_config.record_cycle", 10_801),
    ("mp4_config.record_max_duration_to_merge_file", -1),
    ("mp4_config.record_max_duration_to_merge_file", 301),
]
GOOD_VALUES = [
    ("obs_addr.object", ""),
    ("hls_config.record_cycle", 0),
    ("hls_config.record_cycle", 60),
    ("hls_config.record_cycle", 43_200),
    ("hls_config.record_slice_duration", 2),
    ("hls_config.record_slice_duration", 60),
    ("hls_config.record_max_duration_to_merge_file", -1),
    ("hls_config.record_max_duration_to_merge_file", 300),
    ("mp4_config.record_cycle", 60),
    ("mp4_config.record_cycle", 10_800),
    ("record_formats", ["MP4"]),
]
REQUIRED = [
    "obs_addr",
    "obs_addr.location",
    "obs_addr.project_id",
    "obs_addr.bucket",
    "record_formats",
    "hls_config.record_cycle",
    "mp4_config.record_cycle",
]


@pytest.mark.parametrize(("path", "value"), BAD_VALUES)
def test_a_bad_value_is_refused(call: Caller, app_id: str, path: str, value: object) -> None:
    wish = bodies.wrong(bodies.template(), path, value)
    assert call("POST", f"/v2/apps/{app_id}/record-rules", wish).refusal == (400, "RTC.00001003")


@pytest.mark.parametrize(("path", "value"), GOOD_VALUES)
def test_a_value_at_the_edge_is_taken(call: Caller, app_id: str, path: str, value: object) -> None:
    wish = bodies.wrong(bodies.template(), path, value)
    assert call("POST", f"/v2/apps/{app_id}/record-rules", wish).status == 201


@pytest.mark.parametrize("path", REQUIRED)
def test_a_required_field_is_said_to_be_missing(call: Caller, app_id: str, path: str) -> None:
    wish = bodies.without(bodies.template(), path)
    assert call("POST", f"/v2/apps/{app_id}/record-rules", wish).refusal == (400, "RTC.00001005")


@pytest.mark.parametrize("config", ["hls_config", "mp4_config"])
def test_a_format_needs_its_settings(call: Caller, app_id: str, config: str) -> None:
    wish = bodies.without(bodies.template(), config)
    assert call("POST", f"/v2/apps/{app_id}/record-rules", wish).refusal == (400, "RTC.00001004")


@pytest.mark.parametrize("location", ["cn-south-1", "eu-west-0"])
def test_recordings_are_kept_in_one_region(call: Caller, app_id: str, location: str) -> None:
    wish = bodies.wrong(bodies.template(), "obs_addr.location", location)
    assert call("POST", f"/v2/apps/{app_id}/record-rules", wish).refusal == (400, "RTC.00001012")


def test_defaults_are_filled_in(call: Caller, app_id: str) -> None:
    wish = bodies.template(hls_config={"record_cycle": 0}, record_formats=["HLS"])
    del wish["mp4_config"]
    stored = call("POST", f"/v2/apps/{app_id}/record-rules", wish).json
    assert stored["hls_config"] == bodies.template()["hls_config"] | {"record_cycle": 0}
    assert "mp4_config" not in stored


def test_posting_again_replaces_silently(sandbox: Sandbox, call: Caller, app_id: str) -> None:
    path = f"/v2/apps/{app_id}/record-rules"
    first = call("POST", path, bodies.template())
    sandbox.travel(10)
    second = call("POST", path, bodies.wrong(bodies.template(), "hls_config.record_cycle", 120))
    assert (first.status, second.status) == (201, 200)
    assert second.json["rule_id"] == first.json["rule_id"]
    assert second.json["create_time"] == first.json["create_time"] != second.json["update_time"]
    listed = call("GET", path).json
    assert [rule["hls_config"]["record_cycle"] for rule in listed["rules"]] == [120]
    assert "count" not in listed


def test_an_update_takes_the_whole_template(call: Caller, app_id: str) -> None:
    path = f"/v2/apps/{app_id}/record-rules"
    rule_id = call("POST", path, bodies.template()).json["rule_id"]
    assert call("PUT", f"{path}/{rule_id}", {"record_formats": ["HLS"]}).refusal == (400, "RTC.00001005")
    changed = call("PUT", f"{path}/{rule_id}", bodies.template(record_formats=["MP4"]))
    assert (changed.status, changed.json["record_formats"]) == (200, ["MP4"])
    assert call("GET", f"{path}/{rule_id}").json == changed.json


def test_a_template_belongs_to_its_application(call: Caller, app_id: str) -> None:
    rule_id = call("GET", f"/v2/apps/{APP}/record-rules").json["rules"][0]["rule_id"]
    foreign = f"/v2/apps/{app_id}/record-rules/{rule_id}"
    assert call("GET", foreign).refusal == (404, "RTC.00001003")
    assert call("DELETE", foreign).refusal == (404, "RTC.00001003")
    assert call("PUT", foreign, bodies.template()).refusal == (404, "RTC.00001003")


def test_a_template_in_use_cannot_be_deleted(call: Caller, app_id: str) -> None:
    rules = f"/v2/apps/{app_id}/record-rules"
    rule_id = call("POST", rules, bodies.template()).json["rule_id"]
    wish = bodies.mix() | {"record_param": {"record_rule_id": rule_id}}
    job = call("POST", f"/v2/apps/{app_id}/mix-stream-jobs", wish).json["job_id"]
    assert call("DELETE", f"{rules}/{rule_id}").refusal == (400, "RTC.00001013")
    call("DELETE", f"/v2/apps/{app_id}/mix-stream-jobs/{job}")
    assert call("DELETE", f"{rules}/{rule_id}").status == 204
    assert call("GET", f"{rules}/{rule_id}").status == 404


def test_a_template_of_automatic_recording_cannot_be_deleted(call: Caller) -> None:
    rules = f"/v2/apps/{OTHER_APP}/record-rules"
    rule_id = call("GET", rules).json["rules"][0]["rule_id"]
    assert call("DELETE", f"{rules}/{rule_id}").refusal == (400, "RTC.00001013")
    off = call("PUT", f"/v2/apps/{OTHER_APP}/auto-record-mode", {"mode": "AUTO_RECORD_OFF"})
    assert off.json["auto_record_mode"]["mode"] == "AUTO_RECORD_OFF"
    assert call("DELETE", f"{rules}/{rule_id}").status == 204


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({}, "RTC.00001005"),
        ({"mode": "ON"}, "RTC.00001003"),
        ({"mode": "AUTO_INDIVIDUAL_RECORD"}, "RTC.00001004"),
        ({"mode": "AUTO_INDIVIDUAL_RECORD", "record_rule_id": ""}, "RTC.00001004"),
        ({"mode": "AUTO_INDIVIDUAL_RECORD", "record_rule_id": "f" * 24}, "RTC.00001003"),
        ({"mode": "AUTO_INDIVIDUAL_RECORD", "record_rule_id": 5}, "RTC.00001003"),
    ],
)
def test_automatic_recording_needs_a_template(
    call: Caller, app_id: str, wish: dict[str, Any], code: str
) -> None:
    assert call("PUT", f"/v2/apps/{app_id}/auto-record-mode", wish).refusal == (400, code)


def test_automatic_recording_is_shown_as_it_was_set(call: Caller, app_id: str) -> None:
    rule_id = call("POST", f"/v2/apps/{app_id}/record-rules", bodies.template()).json["rule_id"]
    wish = {"mode": "AUTO_INDIVIDUAL_RECORD", "record_rule_id": rule_id}
    path = f"/v2/apps/{app_id}/auto-record-mode"
    stored = call("PUT", path, wish).json
    assert stored["auto_record_mode"].items() >= wish.items()
    assert call("GET", path).json == stored
    assert call("GET", f"/v2/apps/{app_id}").json["auto_record_mode"] == stored["auto_record_mode"]
