"""Buckets: listing, objects, authorization."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.bodies import without
from tests.sandbox.caller import Caller
from tests.sandbox.harness import ControlError, Sandbox

OBJECTS = "/v2/rtc-ops/buckets/objects"
AUTHORITY = "/v2/rtc-ops/buckets/authentication"
QUERY = {"bucket": "classroom-recordings", "location": "cn-north-4", "type": "objects"}
WISH = {"bucket": "meeting-exports", "location": "cn-north-4", "operation": 1}


def test_all_buckets_are_listed_with_two_kinds_of_dates(call: Caller) -> None:
    listed = call("GET", "/v2/rtc-ops/buckets").json
    assert listed["count"] == len(listed["buckets"]) >= 4
    dates = {bucket["creation_date"][-10:] for bucket in listed["buckets"]}
    assert " GMT+08:00" in dates
    assert any(date.isdigit() for date in dates)
    assert any("<" in bucket["bucket"] for bucket in listed["buckets"])


@pytest.mark.parametrize("name", ["bucket", "location", "type"])
def test_listing_objects_needs_to_know_where(call: Caller, name: str) -> None:
    query = [(key, value) for key, value in QUERY.items() if key != name]
    assert call("GET", OBJECTS, query=query).refusal == (400, "RTC.00001005")


@pytest.mark.parametrize(
    ("name", "value", "refusal"),
    [
        ("type", "files", (400, "RTC.00001003")),
        ("location", "cn-north-9", (400, "RTC.00001003")),
        ("location", "cn-south-1", (404, "RTC.00001003")),
        ("bucket", "unknown", (404, "RTC.00001003")),
    ],
)
def test_a_bucket_is_found_in_its_region_only(
    call: Caller, name: str, value: str, refusal: tuple[int, str]
) -> None:
    assert call("GET", OBJECTS, query=(QUERY | {name: value}).items()).refusal == refusal


def test_the_prefix_filters_and_folders_stand_right_below_it(call: Caller) -> None:
    below = call("GET", OBJECTS, query=(QUERY | {"prefix": "rtc/archive/lesson_01"}).items()).json
    assert below["count"] == 8
    assert all(item["file_name"].startswith("rtc/archive/lesson_01/") for item in below["objects"])
    folders = call("GET", OBJECTS, query=(QUERY | {"prefix": "rtc/archive/", "type": "folders"}).items()).json
    assert [item["file_name"] for item in folders["objects"]] == [
        f"rtc/archive/lesson_{day:02d}/" for day in range(1, 8)
    ]


def test_control_can_fill_a_bucket_and_say_how_it_is_listed(sandbox: Sandbox, call: Caller) -> None:
    sandbox.control("buckets/fill", {"bucket": "classroom-archive", "count": 2_500})
    query = QUERY | {"bucket": "classroom-archive"}
    whole = call("GET", OBJECTS, query=query.items()).json
    assert whole["count"] == len(whole["objects"]) == 2_500
    names = [item["file_name"] for item in whole["objects"]]
    assert names == sorted(set(names))
    sandbox.control("buckets/listing", {"most": 1_000})
    cut = call("GET", OBJECTS, query=query.items()).json
    assert (cut["count"], cut["objects"]) == (2_500, whole["objects"][:1_000])
    sandbox.control("buckets/listing", {"most": 0, "shallow": True})
    assert call("GET", OBJECTS, query=query.items()).json == {"count": 0, "objects": []}
    folder = {"prefix": f"{names[0].rpartition('/')[0]}/"}
    assert call("GET", OBJECTS, query=(query | folder).items()).json["count"] == 61
    with pytest.raises(ControlError, match="no such bucket"):
        sandbox.control("buckets/fill", {"bucket": "nowhere", "count": 1})


def test_control_can_let_object_storage_refuse_a_bucket(sandbox: Sandbox, call: Caller) -> None:
    for condition, word in (("encrypted", "KMS"), ("arrears", "Arrear")):
        sandbox.control("buckets/condition", {"bucket": QUERY["bucket"], "condition": condition})
        refused = call("GET", OBJECTS, query=QUERY.items())
        assert refused.status == 403
        assert word in refused.json["error_code"]
    sandbox.control("buckets/condition", {"bucket": QUERY["bucket"]})
    assert call("GET", OBJECTS, query=QUERY.items()).status == 200
    with pytest.raises(ControlError, match="condition: one of"):
        sandbox.control("buckets/condition", {"bucket": QUERY["bucket"], "condition": "on fire"})


def test_some_object_names_are_hostile(call: Caller) -> None:
    listed = call("GET", OBJECTS, query=QUERY.items()).json["objects"]
    everything = "".join(item["file_name"] for item in listed)
    assert all(part in everything for part in ("<script>", "\u202e", "=HYPERLINK", "../", "\n"))


@pytest.mark.parametrize("name", sorted(WISH))
def test_authorization_needs_all_it_has(call: Caller, name: str) -> None:
    assert call("PUT", AUTHORITY, without(WISH, name)).refusal == (400, "RTC.00001005")


@pytest.mark.parametrize(
    "changes",
    [
        {"operation": 2},
        {"operation": True},
        {"operation": "1"},
        {"location": "cn-north-9"},
        {"location": "cn-south-1"},
        {"bucket": "unknown"},
        {"project_id": "1" * 32},
    ],
)
def test_a_bad_authorization_is_refused(call: Caller, changes: dict[str, Any]) -> None:
    assert call("PUT", AUTHORITY, WISH | changes).refusal == (400, "RTC.00001003")


def test_authorization_is_given_and_withdrawn_without_a_word(call: Caller) -> None:
    def is_authorized() -> bool:
        rows = call("GET", "/v2/rtc-ops/buckets").json["buckets"]
        return next(row["is_authorized"] for row in rows if row["bucket"] == "meeting-exports")

    seen = [is_authorized()]
    for operation in (1, 0):
        answer = call("PUT", AUTHORITY, WISH | {"operation": operation})
        assert (answer.status, answer.body) == (200, b"")
        seen.append(is_authorized())
    assert seen == [False, True, False]
