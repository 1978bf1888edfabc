"""The ledger as the background keeps it, over a cloud that records."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from console.accounts.models import User
from console.connections.models import Connection
from console.recording.ledger_tasks import keep_ledgers
from console.recording.models import CallbackKey, LedgerEntry, RecordingJob
from console.recording.services import receivers
from console.recording.services.automatic import set_automatic
from console.recording.services.changing import stop_job
from console.recording.services.ledger import missing_recordings
from console.recording.services.ledger_keeping import keep
from console.recording.services.receiving import receive
from console.recording.tasks import look_at_jobs
from console.sparkrtc.secret import Secret
from tests.recording.callbacks.conftest import KEY, signed
from tests.recording.jobs.conftest import Place, jobs_of
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]
Start = Callable[..., RecordingJob]
Pass = Callable[[float], None]


def of_job(job: RecordingJob) -> LedgerEntry:
    return LedgerEntry.objects.get(recording=job)


def rounds(pass_time: Pass, seconds: float, *, every: float = 60) -> None:
    """Let time pass as it does: with the background at work."""
    for _round in range(int(seconds // every)):
        pass_time(every)
        look_at_jobs()
    keep_ledgers()


def test_a_file_that_comes(
    mix: Start, connected: Connection, time_passes: Pass, calls: Callable[[], list[str]], alice: User
) -> None:
    job = mix()
    time_passes(5)
    before = Counter(calls())
    assert keep(connected) == 1
    entry = of_job(job)
    assert (entry.state, entry.reason, entry.due_at) == ("expected", "", None)
    assert Counter(calls()) - before == {
        "list_apps": 1,
        "list_rooms": 1,  # of the one application that records by itself
        "list_obs_buckets": 1,
        "list_record_rules": 1,
        "list_obs_bucket_objects": 1,
    }
    asked = len(calls())
    keep(connected)
    assert len(calls()) == asked  # everything is shared, and fresh enough
    rounds(time_passes, 180)
    entry.refresh_from_db()
    assert (entry.state, entry.bucket, entry.location) == ("expected", "classroom-recordings", "cn-north-4")
    assert entry.stream in entry.file_name  # the first one, while the recording goes on
    assert entry.file_at is not None
    assert entry.file_at > entry.began_at
    job.refresh_from_db()
    job.connection = connected
    stop_job(job, actor=alice, reason="because")
    rounds(time_passes, 60)
    entry.refresh_from_db()
    assert entry.state == "arrived"
    assert missing_recordings(connected) == []
    seen = entry.checked_at
    rounds(time_passes, 60)
    assert of_job(job).checked_at == seen  # what has come is not looked at again


def test_a_bucket_that_nobody_may_write_to(
    mix: Start, connected: Connection, time_passes: Pass, sandbox: Sandbox, alice: User
) -> None:
    assert sandbox.app is not None
    bucket = sandbox.app.cloud.buckets.find("classroom-recordings", "cn-north-4")
    assert bucket is not None
    bucket.authorized = False
    job = mix()
    rounds(time_passes, 60)
    assert (of_job(job).state, of_job(job).reason) == ("expected", "withdrawn")  # said while it still helps
    job.refresh_from_db()
    job.connection = connected
    stop_job(job, actor=alice, reason="because")
    rounds(time_passes, 120)
    assert of_job(job).ended_at is not None
    assert of_job(job).state == "expected"
    rounds(time_passes, 1200, every=600)
    assert of_job(job).state == "late"
    rounds(time_passes, 3600, every=600)
    assert (of_job(job).state, of_job(job).reason) == ("missing", "withdrawn")
    found = [one for one in missing_recordings(connected) if one.job_id == job.job_id]
    assert [(one.room_id, one.source, one.reason) for one in found] == [(job.room_id, "job", "withdrawn")]
    assert missing_recordings(connected, ["another"]) == []


def test_nothing_is_missing_while_the_cloud_is_away(
    mix: Start, connected: Connection, time_passes: Pass, sandbox: Sandbox, alice: User
) -> None:
    job = mix()
    rounds(time_passes, 10, every=5)
    job.refresh_from_db()
    job.connection = connected
    stop_job(job, actor=alice, reason="because")
    rounds(time_passes, 6, every=3)
    LedgerEntry.objects.filter(recording=job).update(file_name="", state="expected")
    sandbox.fail_next("status", operation="list_obs_bucket_objects", status=500, code="X.1", times=50)
    sandbox.fail_next("status", operation="list_record_rules", status=500, code="X.1", times=50)
    time_passes(30 * 3600)
    keep(connected)
    assert of_job(job).state == "late"


def test_a_template_that_is_gone(
    mix: Start, connected: Connection, time_passes: Pass, sandbox: Sandbox
) -> None:
    job = mix()
    assert sandbox.app is not None
    RecordingJob.objects.filter(pk=job.pk).update(record_rule_id="deleted", next_look_at=None)
    keep(connected)
    assert (of_job(job).state, of_job(job).reason) == ("expected", "no_template")


def test_a_notification_stands_beside_the_file(
    mix: Start, connected: Connection, place: Place, sandbox: Sandbox, time_passes: Pass
) -> None:
    receiver = receivers.receiver_of(connected, place.app_id)
    address = receivers.new_address(receiver)
    receivers.adopt_address(receiver, address.pk)
    receivers.adopt_key(receiver, receivers.keep_key(receiver, Secret(KEY), CallbackKey.Origin.SET).pk)
    job, made = mix(), jobs_of(sandbox)[-1]
    time_passes(5)

    def tell(event: str) -> None:
        told: dict[str, Any] = {
            "job_id": made.job_id,
            "stream_name": made.stream,
            "app_id": made.app_id,
            "room_id": made.room_id,
            "event_type": event,
            "obs_bucket": "classroom-recordings",
            "obs_object": "gone.mp4",
        }
        post = signed(told)
        assert receive(address.public_id, post.headers, post.body, "127.0.0.1").status == 200

    tell("RECORD_NEW_FILE_START")
    keep(connected)
    assert of_job(job).notified_at is None
    tell("RECORD_FILE_COMPLETE")
    keep(connected)
    entry = of_job(job)
    assert entry.notified_at is not None
    assert (entry.state, entry.ours) == ("expected", False)  # told of, but not in the bucket


def test_rooms_that_are_recorded_by_themselves(
    connected: Connection, place: Place, alice: User, time_passes: Pass
) -> None:
    set_automatic(connected, place.app_id, place.rule_id, before=None, actor=alice, reason="because")
    keep(connected)
    assert not LedgerEntry.objects.filter(app_id=place.app_id).exists()  # only rooms that open from now on
    rounds(time_passes, 3600, every=300)
    rooms = LedgerEntry.objects.filter(app_id=place.app_id)
    assert rooms.exists()
    assert {room.source for room in rooms} == {"automatic"}
    assert {room.template_id for room in rooms} == {place.rule_id}
    came = rooms.filter(state="arrived")
    assert came.exists()
    for room in came:
        assert room.stream in room.file_name
    keys = sorted(rooms.values_list("key", flat=True))
    LedgerEntry.objects.filter(pk=rooms[0].pk).update(state="expected", ended_at=None)
    keep(connected)
    assert sorted(rooms.values_list("key", flat=True)) == keys  # doing it again adds nothing
