"""The routes against the list of operations: none is missing, none is made up."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import console.sandbox
from console.sandbox.cloud import Cloud
from console.sandbox.control import Control
from console.sandbox.faults import KINDS
from console.sandbox.options import Options
from console.sandbox.quotas import CELLS
from console.sandbox.routing import Router, load_routes
from tests.sandbox.doubles import StillWorld

_APP = "/v2/apps/{app_id}"
_RULES, _MIX, _SINGLE = (
    f"{_APP}/{name}" for name in ("record-rules", "mix-stream-jobs", "individual-stream-jobs")
)
_V1 = "/v1/{project_id}/rtc"

OPERATIONS = {
    "create_app": ("POST", "/v2/apps"),
    "list_apps": ("GET", "/v2/apps"),
    "show_app": ("GET", _APP),
    "delete_app": ("DELETE", _APP),
    "start_app": ("POST", f"{_APP}/enable"),
    "stop_app": ("POST", f"{_APP}/disable"),
    "create_record_rule": ("POST", _RULES),
    "list_record_rules": ("GET", _RULES),
    "show_record_rule": ("GET", f"{_RULES}/{{rule_id}}"),
    "update_record_rule": ("PUT", f"{_RULES}/{{rule_id}}"),
    "delete_record_rule": ("DELETE", f"{_RULES}/{{rule_id}}"),
    "update_auto_record": ("PUT", f"{_APP}/auto-record-mode"),
    "show_auto_record": ("GET", f"{_APP}/auto-record-mode"),
    "update_record_callback": ("PUT", f"{_APP}/record-callback"),
    "show_record_callback": ("GET", f"{_APP}/record-callback"),
    "create_mix_job": ("POST", _MIX),
    "show_mix_job": ("GET", f"{_MIX}/{{job_id}}"),
    "update_mix_job": ("PUT", f"{_MIX}/{{job_id}}"),
    "stop_mix_job": ("DELETE", f"{_MIX}/{{job_id}}"),
    "create_individual_stream_job": ("POST", _SINGLE),
    "show_individual_stream_job": ("GET", f"{_SINGLE}/{{job_id}}"),
    "update_individual_stream_job": ("PUT", f"{_SINGLE}/{{job_id}}"),
    "stop_individual_stream_job": ("DELETE", f"{_SINGLE}/{{job_id}}"),
    "remove_users": ("POST", f"{_APP}/rooms/{{room_id}}/batch-remove-users"),
    "remove_room": ("POST", f"{_APP}/rooms/{{room_id}}/dismiss"),
    "list_obs_buckets": ("GET", "/v2/rtc-ops/buckets"),
    "list_obs_bucket_objects": ("GET", "/v2/rtc-ops/buckets/objects"),
    "update_obs_bucket_authority": ("PUT", "/v2/rtc-ops/buckets/authentication"),
    "list_rooms": ("GET", f"{_V1}/rooms"),
    "list_users": ("GET", f"{_V1}/users"),
    "list_realtime_scale": ("GET", f"{_V1}/realtime/scale"),
    "list_realtime_scale_dimension": ("GET", f"{_V1}/realtime/scale/dimension"),
    "list_realtime_quality": ("GET", f"{_V1}/realtime/quality"),
    "list_realtime_network": ("GET", f"{_V1}/realtime/network"),
    "list_history_usage": ("GET", f"{_V1}/history/usage"),
    "list_history_scale": ("GET", f"{_V1}/history/scale"),
    "list_history_quality": ("GET", f"{_V1}/history/quality"),
    "list_client_qos_details": ("GET", f"{_V1}/client/qos/details"),
    "list_client_events": ("GET", f"{_V1}/client/event"),
    "list_client_abnormal_events": ("GET", f"{_V1}/client/abnormalevent"),
    "list_abnormal_events": ("GET", "/v1/rtc/data/abnormal-events"),
    "list_abnormal_event_dimension": ("GET", "/v1/rtc/data/abnormal-event/dimension"),
}


def test_every_operation_has_a_route_of_its_name() -> None:
    found = {route.operation: (route.method, route.path_template) for route in load_routes()}
    assert found == OPERATIONS
    assert len(load_routes()) == len(OPERATIONS) == 42


def test_every_operation_belongs_to_its_quota() -> None:
    counted = Counter(route.cell for route in load_routes())
    assert counted == {
        "app_config_60_per_min": 15,
        "jobs_10_per_s": 8,
        "rooms_60_per_min": 2,
        "obs_2_per_s": 3,
        "analytics_30_per_min": 14,
    }
    assert set(counted) == set(CELLS)


def test_statistics_and_buckets_have_their_own_rules_for_the_project() -> None:
    rules = {route.auth for route in load_routes() if route.path_template.startswith("/v1/")}
    assert rules == {"v1"}
    rules = {route.auth for route in load_routes() if "rtc-ops" in route.path_template}
    assert rules == {"obs"}


def test_the_readme_names_every_control_and_every_fault() -> None:
    text = (Path(console.sandbox.__file__).parent / "readme.md").read_text()
    control = Control(Cloud(Options(), StillWorld), Router(()))
    rows = [line for line in text.splitlines() if line.startswith("|")]
    for name in control.names:
        method, _, path = name.partition(" ")
        assert any(f" {path} |" in row and f"{method}" in row for row in rows), name
    for kind in KINDS:
        assert f"`{kind}`" in text


def test_the_readme_begins_with_what_is_not_imitated() -> None:
    text = (Path(console.sandbox.__file__).parent / "readme.md").read_text()
    assert text.index("\n## ") == text.index("\n## What it does not imitate")
