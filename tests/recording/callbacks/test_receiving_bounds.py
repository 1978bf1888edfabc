"""How much the public receiver takes, and who finds what it kept."""

import io
import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.test import RequestFactory
from django.utils import timezone

from console.recording.models import (
    CallbackDelivery,
    CallbackKey,
    CallbackReceiver,
    DroppedDeliveries,
    RecordingJob,
)
from console.recording.services import receivers, receiving
from console.recording.services.callback_traces import in_inbox
from console.recording.services.deliveries import find_deliveries
from console.recording.services.receiving import LONGEST_BODY
from console.recording.services.tidying import MOST_KEPT, tidy
from console.recording.services.traces import CALLBACK, sources
from console.recording.views.receiving import callback_receive
from console.storage.uses import mentions_of
from tests.recording.callbacks.conftest import one, signed, told

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]
Deliver = Callable[..., Any]


def test_a_body_that_is_too_large_is_refused_unread(deliver: Deliver) -> None:
    exactly = json.dumps(told(padding="")).encode()
    exactly = exactly[:-2] + b"x" * (LONGEST_BODY - len(exactly)) + exactly[-2:]
    assert len(exactly) == LONGEST_BODY
    assert deliver(signed(exactly)).status_code == 200
    answer = deliver(signed(exactly[:-2] + b"x" + exactly[-2:]))
    assert answer.status_code == 413
    refused = CallbackDelivery.objects.get(verdict="refused")
    assert (refused.why, refused.body_bytes, bytes(refused.body)) == ("too_large", LONGEST_BODY + 1, b"")
    deliver(signed(b"x" * (LONGEST_BODY * 2)))
    refused.refresh_from_db()
    assert refused.repeats == 1  # one row a minute, however many


def test_a_body_without_a_length_is_read_to_its_end_and_no_further(receiver: CallbackReceiver) -> None:
    """As a server hands over a chunked one: Django alone would take it for empty."""
    at = receiver.addresses.get().public_id

    def post(raw: bytes, headers: dict[str, str]) -> int:
        names = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
        request = RequestFactory().post("/", content_type="application/json", **names)
        request.META.update({"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": io.BytesIO(raw)})
        del request.META["CONTENT_LENGTH"]
        return callback_receive(request, public_id=at).status_code

    made = signed(told())
    assert post(made.body, made.headers) == 200
    assert one().verdict == "verified"
    assert post(b"x" * (LONGEST_BODY + 1), made.headers) == 413


def test_a_flood_of_refused_ones_is_counted_and_a_good_one_gets_through(
    deliver: Deliver, receiver: CallbackReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(receiving.MOST_A_MINUTE, CallbackDelivery.Verdict.REFUSED, 3)
    for number in range(10):
        assert deliver(signed(told(job_id=str(number)), key="f" * 32)).status_code == 403
    assert CallbackDelivery.objects.filter(verdict="refused").count() == 3
    assert sum(DroppedDeliveries.objects.values_list("count", flat=True)) == 7
    assert deliver(signed(told())).status_code == 200
    assert receivers.facts_of([receiver])[receiver.pk].dropped == 7


def test_a_flood_of_unverified_ones_is_told_to_come_later(
    deliver: Deliver, receiver: CallbackReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    CallbackKey.objects.all().delete()
    monkeypatch.setitem(receiving.MOST_A_MINUTE, CallbackDelivery.Verdict.UNVERIFIED, 2)
    told_of = [deliver(signed(told(job_id=str(number)))).status_code for number in range(4)]
    assert told_of == [200, 200, 429, 429]
    later = timezone.now() + timedelta(seconds=61)
    post = signed(told(job_id="later"))
    at = receiver.addresses.get().public_id
    assert receiving.receive(at, post.headers, post.body, "127.0.0.1", later).status == 200


def test_what_is_too_much_goes_oldest_first(
    deliver: Deliver, receiver: CallbackReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MOST_KEPT, CallbackDelivery.Verdict.VERIFIED, 3)
    now = timezone.now()
    for number in range(5):
        deliver(signed(told(job_id=f"job-{number}")))
        CallbackDelivery.objects.filter(job_id=f"job-{number}").update(
            received_at=now - timedelta(hours=5 - number)
        )
    assert tidy() == 2
    assert tidy() == 0
    assert sorted(CallbackDelivery.objects.values_list("job_id", flat=True)) == ["job-2", "job-3", "job-4"]
    receiver.refresh_from_db()
    assert receiver.forgot_before == now - timedelta(hours=4)


def test_the_same_at_the_same_moment_is_kept_once(deliver: Deliver, receiver: CallbackReceiver) -> None:
    at = receiver.addresses.get().public_id
    ready = threading.Barrier(6)
    answers: list[int] = []

    def post(number: int) -> None:
        made = signed(told(job_id=f"job-{number % 2}"))
        try:
            ready.wait(10)
            answers.append(receiving.receive(at, made.headers, made.body, "127.0.0.1").status)
        finally:
            database.close()

    threads = [threading.Thread(target=post, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert answers == [200] * 6
    assert sorted(CallbackDelivery.objects.values_list("job_id", "repeats")) == [("job-0", 2), ("job-1", 2)]


def test_an_old_address_serves_ten_minutes_more(deliver: Deliver, receiver: CallbackReceiver) -> None:
    old = receiver.addresses.get().public_id
    receivers.adopt_address(receiver, receivers.new_address(receiver).pk)
    assert deliver(signed(told())).status_code == 200
    assert deliver(signed(told(job_id="old")), old).status_code == 200
    receiver.addresses.filter(public_id=old).update(until=timezone.now())
    assert deliver(signed(told(job_id="later")), old).status_code == 404


def test_others_find_the_traces_of_a_job_a_room_a_stream_a_time(
    deliver: Deliver, receiver: CallbackReceiver
) -> None:
    start = timezone.now()
    deliver(signed(told(event_type="RECORD_NEW_FILE_START", obs_object="")))
    deliver(signed(told()))
    deliver(signed(told(job_id="job-2", room_id="other", stream_name="s_job-2_other_u")))
    deliver(signed(told(job_id="console-test-1")))
    connection = receiver.connection

    def jobs(**wanted: Any) -> list[str]:
        return [row.job_id for row in find_deliveries(connection, "app-1", **wanted)]

    assert jobs() == ["job-1", "job-1", "job-2"]
    assert jobs(job_id="job-2") == ["job-2"]
    assert jobs(room_id="lecture-7") == ["job-1", "job-1"]
    assert jobs(stream_name="s_job-2_other_u") == ["job-2"]
    assert jobs(end=start) == []
    assert jobs(start=start, most=1) == ["job-1"]
    assert find_deliveries(connection, "app-2") == []
    assert find_deliveries(connection, "app-1")[1].obs_object == "lecture-7/one.mp4"


def test_a_lost_start_of_a_job_is_found_by_its_notification(
    deliver: Deliver, receiver: CallbackReceiver
) -> None:
    job = RecordingJob(
        kind=RecordingJob.Kind.MIX, connection=receiver.connection, app_id="app-1", room_id="lecture-7"
    )
    since = timezone.now() - timedelta(minutes=5)
    deliver(signed(told(job_id="a1", stream_name="m_a1_lecture-7", event_type="RECORD_NEW_FILE_START")))
    deliver(signed(told(job_id="a1", stream_name="m_a1_lecture-7")))
    deliver(signed(told(job_id="b2", stream_name="s_b2_lecture-7_user-1")))
    deliver(signed(told(job_id="c3", stream_name="m_c3_lecture-7"), key="f" * 32))  # anybody could
    assert [(trace.job_id, trace.stream_name) for trace in in_inbox(job, since)] == [("a1", "m_a1_lecture-7")]
    assert dict(sources())[CALLBACK] is in_inbox
    assert list(in_inbox(job, timezone.now() + timedelta(minutes=1))) == []


def test_a_stored_file_knows_its_room_job_and_notification(
    deliver: Deliver, receiver: CallbackReceiver
) -> None:
    deliver(signed(told()))
    found = mentions_of(receiver.connection, "recordings", "cn-north-4", "lecture-7/one.mp4")
    assert [mention.subject for mention in found] == ["lecture-7", "job-1", "RECORD_FILE_COMPLETE"]
    assert found[0].url == "/c/demo/rooms/app-1/lecture-7/"
    assert found[2].url == f"/c/demo/recording/inbox/{one().pk}/"
    assert mentions_of(receiver.connection, "recordings", "cn-north-4", "other.mp4") == []
