"""Notifications that come again are counted, not kept; what their timestamps are good for."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from console.recording.models import (
    CallbackDelivery,
    CallbackReceiver,
)
from console.recording.services.tidying import tidy
from console.sparkrtc.notifications import read_stamp
from tests.recording.callbacks.conftest import one, signed, told

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]
Deliver = Callable[..., Any]


def test_a_repeat_is_counted_not_kept(deliver: Deliver) -> None:
    for _time in range(3):
        assert deliver(signed(told())).status_code == 200
    row = one()
    assert (row.repeats, row.differs) == (2, False)
    assert row.repeated_at is not None


def test_the_same_job_event_and_object_is_a_repeat_whatever_else_it_says(deliver: Deliver) -> None:
    deliver(signed(told()))
    deliver(signed(told(detail_message="again")))
    assert (one().repeats, one().differs, one().detail) == (1, True, "OK")


def test_another_event_object_or_job_is_none(deliver: Deliver) -> None:
    for change in ({}, {"job_id": "job-2"}, {"event_type": "X"}, {"obs_object": "two.mp4"}):
        deliver(signed(told(**change)))
    assert CallbackDelivery.objects.count() == 4


def test_without_an_object_the_body_tells_them_apart(deliver: Deliver) -> None:
    starts = [
        told(event_type="RECORD_NEW_FILE_START", obs_object="", record_format=f) for f in ("MP4", "HLS")
    ]
    for start in (*starts, *starts):
        deliver(signed(start))
    assert sorted(CallbackDelivery.objects.values_list("record_format", "repeats")) == [
        ("HLS", 1),
        ("MP4", 1),
    ]


def test_a_replayed_request_is_a_repeat(deliver: Deliver) -> None:
    post = signed(told())
    assert [deliver(post).status_code for _time in range(2)] == [200, 200]
    assert one().repeats == 1


@pytest.mark.parametrize(("unit", "text"), [("s", "{:.0f}"), ("ms", "{:.0f}000"), ("µs", "{:.0f}000000")])
def test_the_timestamps_unit_is_found_out(unit: str, text: str, deliver: Deliver) -> None:
    moment = timezone.now() - timedelta(seconds=90)
    deliver(signed(told(), stamp=text.format(moment.timestamp())))
    assert one().verdict == "verified"
    assert 85 < (one().skew_seconds or 0) < 100


@pytest.mark.parametrize("stamp", ["", "yesterday", "-5", "1" * 30, "2027-03-02T11:00:00Z"])
def test_a_timestamp_that_cannot_be_read_is_no_reason_to_refuse(stamp: str, deliver: Deliver) -> None:
    deliver(signed(told(), stamp=stamp or " "))
    assert (one().verdict, one().skew_seconds) == ("verified", None)


@pytest.mark.parametrize("hours", [-30, 5, 24 * 60])
def test_an_old_or_early_timestamp_alone_is_none_either(hours: int, deliver: Deliver) -> None:
    moment = timezone.now() - timedelta(hours=hours)
    deliver(signed(told(), stamp=str(int(moment.timestamp()))))
    assert one().verdict == "verified"
    assert round((one().skew_seconds or 0) / 3600) == hours


def test_read_stamp_at_its_edges() -> None:
    assert read_stamp("1777882530") == read_stamp("1777882530000")
    assert read_stamp("99999999") is None  # 1973: too short to be meant
    assert read_stamp("9" * 18) is None


def test_what_may_be_a_repeat_of_something_deleted_is_refused(
    deliver: Deliver, receiver: CallbackReceiver, settings: Any
) -> None:
    post = signed(told())
    deliver(post)
    CallbackDelivery.objects.update(received_at=timezone.now() + timedelta(seconds=2) - timedelta(days=91))
    long_ago = signed(told(job_id="old"), stamp=str(int((timezone.now() - timedelta(days=92)).timestamp())))
    assert tidy() == 1
    assert not CallbackDelivery.objects.exists()
    assert deliver(long_ago).status_code == 403
    assert one().why == "replayed"
    assert deliver(signed(told(job_id="new"))).status_code == 200
