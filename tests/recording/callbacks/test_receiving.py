"""The public receiver: verified or not, whatever comes, and what is kept of it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from console.audit.models import AuditEntry
from console.connections.models import SharedAnswer
from console.recording.models import (
    CallbackDelivery,
    CallbackReceiver,
)
from console.recording.services.deliveries import find_deliveries
from console.sparkrtc.notifications import is_signed_by, sign_notification
from console.sparkrtc.secret import Secret
from tests.recording.callbacks.conftest import KEY, Post, one, signed, told

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]
Deliver = Callable[..., Any]


def test_the_formula_gives_the_published_vector() -> None:
    body = (
        b'{"event_type":"RECORD_FILE_COMPLETE","app_id":"60d539ba00d861ef0802742ce404400c",'
        b'"job_id":"607824b4fa163e19fe301cc817dda855","room_id":"room-42"}'
    )
    wanted = "07d95af0f23ea8a2d3a622f25451f1395aaba476c30a937b9ae1afaf3dd74cd7"
    assert sign_notification(Secret(KEY), "8f14e45fceea167a", "1777882530", body) == wanted
    assert is_signed_by([Secret("x" * 32), Secret(KEY)], "8f14e45fceea167a", "1777882530", body, wanted)
    assert is_signed_by([Secret(KEY)], "8f14e45fceea167a", "1777882530", body, wanted.upper())
    assert not is_signed_by([Secret(KEY)], "8f14e45fceea167a", "1777882531", body, wanted)
    assert not is_signed_by([], "8f14e45fceea167a", "1777882530", body, wanted)


def test_a_good_one_is_kept_with_all_that_it_tells(deliver: Deliver, receiver: CallbackReceiver) -> None:
    answer = deliver(signed(told(new_field={"deep": [1]}), **{"User-Agent": "cloud/1"}))
    assert (answer.status_code, answer.json()) == (200, {"result": "ok"})
    row = one()
    assert (row.verdict, row.why, row.event_type) == ("verified", "", "RECORD_FILE_COMPLETE")
    assert (row.job_id, row.room_id, row.obs_object) == ("job-1", "lecture-7", "lecture-7/one.mp4")
    assert (row.file_bytes, row.duration_seconds) == (1024, 60)
    assert row.started_at == datetime(2027, 3, 2, 11, 0, tzinfo=UTC)
    assert json.loads(bytes(row.body))["new_field"] == {"deep": [1]}
    assert row.headers["User-Agent"] == "cloud/1"
    assert abs(row.skew_seconds or 99) < 5
    assert row.address == "127.0.0.1"


def test_the_raw_body_is_what_is_signed(deliver: Deliver) -> None:
    spaced = b'{ "job_id" : "job-1",\n "event_type":"RECORD_FILE_COMPLETE", "app_id":"app-1" }'
    assert deliver(signed(spaced)).status_code == 200
    assert one().verdict == "verified"


def changed(post: Post, **headers: str | None) -> Post:
    kept = {**post.headers, **headers}
    return Post(post.body, {name: value for name, value in kept.items() if value is not None})


GOOD = signed(told())


BAD = [
    ("a wrong signature", changed(GOOD, **{"X-Rtc-Signature": "0" * 64}), "signature", 403),
    ("another key's", signed(told(), key="f" * 32), "signature", 403),
    ("a signature of another body", Post(GOOD.body + b" ", GOOD.headers), "signature", 403),
    ("another rand", changed(GOOD, **{"X-Rtc-Rand": "00"}), "signature", 403),
    ("another timestamp", changed(GOOD, **{"X-Rtc-Timestamp": "1"}), "signature", 403),
    ("no rand", changed(GOOD, **{"X-Rtc-Rand": None}), "signature", 403),
    ("no signature", changed(GOOD, **{"X-Rtc-Signature": None}), "unsigned", 403),
    ("nonsense for a signature", changed(GOOD, **{"X-Rtc-Signature": "ü" * 70}), "signature", 403),
    ("a body that is no JSON", signed(b"hello"), "not_json", 400),
    ("a body that is no object", signed(b"[1, 2]"), "not_json", 400),
    ("another application's", signed(told("app-2")), "application", 403),
]


@pytest.mark.parametrize(("what", "post", "why", "status"), BAD, ids=[case[0] for case in BAD])
def test_what_is_not_right_is_refused_and_kept_with_the_reason(
    what: str, post: Post, why: str, status: int, deliver: Deliver
) -> None:
    answer = deliver(post)
    assert answer.status_code == status
    assert answer.json() == {"result": "refused"}  # why is nobody's business out there
    assert (one().verdict, one().why) == ("refused", why)
    assert find_deliveries(one().connection, "app-1") == []


def test_an_unknown_event_and_odd_values_are_taken(deliver: Deliver) -> None:
    odd = told(event_type="RTC_SOMETHING_NEW", file_size="12", record_duration=None, obs_object=7, width=[])
    assert deliver(signed(odd)).status_code == 200
    assert (one().event_type, one().file_bytes, one().obs_object) == ("RTC_SOMETHING_NEW", 12, "7")


def test_hostile_and_huge_values_fit(deliver: Deliver) -> None:
    huge = told(job_id="j" * 5000, room_id="\u0000<b>\u202e", stream_name="s" * 5000, file_size=10**30)
    assert deliver(signed(huge)).status_code == 200
    assert len(one().job_id) <= 128
    assert "\0" not in one().room_id


def test_whoever_looks_is_answered_and_nothing_is_kept(receiver: CallbackReceiver) -> None:
    at = receiver.addresses.get().public_id
    for address in (at, "somebody-guessed-this-one"):
        assert Client().get(f"/callbacks/recording/{address}").json() == {"result": "ok"}
    assert not CallbackDelivery.objects.exists()


def test_an_empty_post_is_a_look_too(deliver: Deliver) -> None:
    assert deliver(Post(b"", {})).status_code == 200
    assert (one().verdict, one().why) == ("refused", "empty")


def test_an_address_that_nobody_has_is_not_found_and_nothing_is_kept(
    deliver: Deliver, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert deliver(signed(told()), "x" * 32).status_code == 404
    assert not CallbackDelivery.objects.exists()


def test_no_sign_in_no_cookie_no_trail(deliver: Deliver, receiver: CallbackReceiver) -> None:
    answer = deliver(signed(told()))
    assert answer.cookies == {}
    assert not AuditEntry.objects.exists()


def test_the_address_is_in_no_log(
    deliver: Deliver, receiver: CallbackReceiver, caplog: pytest.LogCaptureFixture
) -> None:
    deliver(signed(told(), key="f" * 32))
    deliver(signed(b"hello"))
    deliver(signed(told()), "an-address-of-long-ago")
    assert receiver.addresses.get().public_id not in caplog.text
    assert "an-address-of-long-ago" not in caplog.text


def test_it_answers_after_one_short_transaction_and_no_question_to_the_cloud(
    deliver: Deliver, receiver: CallbackReceiver, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    at = receiver.addresses.get().public_id
    # address and receiver; keys; begin, known?, savepoint, insert, release, jobs to be looked at, commit
    with django_assert_num_queries(9):
        deliver(signed(told()), at)
    # … known: counted; another body?; commit
    with django_assert_num_queries(6):
        deliver(signed(told()), at)
    assert not SharedAnswer.objects.exists()
