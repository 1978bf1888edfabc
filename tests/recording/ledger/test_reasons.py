"""Why a file is not there: each reason as it comes about in the cloud, told apart from all the others."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from console.accounts.models import User
from console.connections.models import Connection
from console.connections.secrets import unseal
from console.recording.models import LedgerEntry, RecordingJob
from console.recording.services.callback_settings import use_own_receiver
from console.recording.services.changing import stop_job
from console.recording.services.ledger_keeping import keep
from console.recording.services.receivers import receiver_of
from console.recording.services.receiving import receive
from console.recording.tasks import look_at_jobs
from tests.recording.callbacks.conftest import KEY, signed
from tests.recording.jobs.conftest import Place, jobs_of
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]
Start = Callable[..., RecordingJob]
Pass = Callable[[float], None]
BUCKET = "classroom-recordings"
HERE = "https://console.example.com"
MINUTES, DUE, LATE = (
    360.0,
    4800.0,
    9000.0,
)  # seconds: statistics know of what was; a file is due; it is missing


class Story:
    """One recording: how it is begun, what happens to it, and what the ledger makes of it."""

    def __init__(
        self, sandbox: Sandbox, connection: Connection, place: Place, alice: User, wait: Pass
    ) -> None:
        self.sandbox, self.connection, self.place, self.alice, self.wait = (
            sandbox,
            connection,
            place,
            alice,
            wait,
        )

    @property
    def made(self) -> Any:
        return jobs_of(self.sandbox)[-1]

    def end(self, job: RecordingJob, *, after: float = 60.0, look: bool = True) -> None:
        self.wait(after)
        job.refresh_from_db()
        job.connection = self.connection
        stop_job(job, actor=self.alice, reason="because")
        if look:
            self.wait(5)
            look_at_jobs()

    def judged(self, job: RecordingJob, after: float = LATE) -> tuple[str, str, str]:
        """Let some minutes pass, and the ledger be kept as if it had been so many seconds."""
        self.wait(MINUTES)
        keep(self.connection, timezone.now() + timedelta(seconds=after))
        entry = LedgerEntry.objects.get(recording=job)
        return entry.state, entry.reason, entry.sending

    def lose_files(self) -> None:
        for tape in (*self.made.old_tapes, self.made.tape):
            tape.files.clear()

    def silent_user(self) -> str:
        """Return somebody in the room who sends nothing."""
        assert self.sandbox.app is not None
        now = self.sandbox.control("clock")["world"]
        sending = self.sandbox.app.cloud.world.publishers(self.place.app_id, self.place.room_id, now)
        return next(user for user in self.place.user_ids if user not in sending)

    def tell(self, key: str = KEY, **more: Any) -> None:
        """Let a notification about the job arrive."""
        receiver = receiver_of(self.connection, self.place.app_id)
        about = {
            "job_id": self.made.job_id,
            "stream_name": self.made.stream,
            "app_id": self.place.app_id,
            "room_id": self.place.room_id,
            "event_type": "RECORD_FILE_COMPLETE",
            "obs_bucket": BUCKET,
            "obs_object": "moved.mp4",
            **more,
        }
        post = signed(about, key=key)
        receive(receiver.addresses.get(standing="current").public_id, post.headers, post.body, "127.0.0.1")


@pytest.fixture
def story(sandbox: Sandbox, connected: Connection, place: Place, alice: User, time_passes: Pass) -> Story:
    return Story(sandbox, connected, place, alice, time_passes)


def test_what_object_storage_has_against_the_bucket(story: Story, mix: Start) -> None:
    story.sandbox.control("buckets/condition", {"bucket": BUCKET, "condition": "encrypted"})
    job = mix()
    story.end(job)
    assert story.judged(job) == ("late", "encrypted", "")
    story.sandbox.control("buckets/condition", {"bucket": BUCKET, "condition": "arrears"})
    assert story.judged(job) == ("late", "overdue", "")
    story.sandbox.control("buckets/condition", {"bucket": BUCKET})
    story.sandbox.fail_next("status", operation="list_obs_bucket_objects", status=403, code="X.1")
    assert story.judged(job) == ("late", "unreadable", "")
    assert story.judged(job) == (
        "missing",
        "",
        "sent",
    )  # it can be looked into, and nothing is there


def test_of_those_to_be_recorded_nothing_came(story: Story, single: Start) -> None:
    """Recordings side by side, none of which leaves a file: what was seen of jobs and people tells why."""
    failing = single("ghost-0")
    failing_id = story.made.job_id
    ghost, silent = single("ghost-1"), single(story.silent_user())
    idle, short = single("ghost-2"), single("ghost-3")
    story.end(short, after=8, look=False)
    story.end(ghost, after=16, look=False)
    story.end(silent, after=0, look=False)
    story.sandbox.control("jobs/fail", {"job_id": failing_id})
    story.wait(30)
    look_at_jobs()
    story.judged(ghost)
    found = {
        job.user_id: (entry.state, entry.reason, entry.sending)
        for entry in LedgerEntry.objects.exclude(recording=None).select_related("recording")
        if (job := entry.recording)
    }
    assert found == {
        failing.user_id: ("missing", "failed", ""),
        ghost.user_id: ("missing", "absent", "absent"),
        silent.user_id: ("missing", "nobody", "silent"),
        idle.user_id: ("missing", "nobody", ""),
        short.user_id: ("missing", "short", ""),
    }
    asked = len(story.sandbox.requests(operation="list_client_qos_details"))
    assert asked == 2  # of those that nothing else explained, once each
    story.judged(ghost)
    assert len(story.sandbox.requests(operation="list_client_qos_details")) == asked


def test_somebody_sent_and_nothing_came(story: Story, mix: Start) -> None:
    job = mix()
    story.end(job)
    story.lose_files()
    story.sandbox.fail_next("status", operation="list_client_qos_details", status=500, code="X.1", times=9)
    assert story.judged(job) == ("missing", "", "")  # asked for again next time
    story.sandbox.control("faults", method="DELETE")
    assert story.judged(job) == ("missing", "", "sent")
    story.sandbox.control("applications", {"app_id": story.place.app_id, "state": "ARREARS"})
    assert story.judged(job) == ("missing", "arrears", "sent")


def test_files_that_no_notification_told_of(story: Story, mix: Start) -> None:
    """The sandbox sends nothing to a host that it was not told to reach, as the cloud with one that it cannot."""
    use_own_receiver(story.connection, story.place.app_id, HERE, before=None, actor=story.alice)
    key = _key_in_use(story)
    first = mix()
    story.end(first)
    assert story.judged(first, after=0) == ("arrived", "", "")  # it may still be on its way
    assert story.judged(first, after=DUE) == ("arrived", "unreached", "")
    story.tell(key=key)
    second = mix()
    story.end(second)
    story.tell(key="f" * 32)
    assert story.judged(second, after=DUE) == ("arrived", "unverified", "")
    assert LedgerEntry.objects.get(recording=first).reason == ""  # its notification came after all
    third = mix()
    story.end(third)
    story.tell(key=key, job_id="another-job", obs_object="b.mp4")
    assert story.judged(third, after=DUE) == ("arrived", "", "")  # this one got lost; the address is good
    seen = LedgerEntry.objects.get(recording=third).checked_at
    story.judged(third, after=DUE)
    assert LedgerEntry.objects.get(recording=third).checked_at == seen


def test_told_of_and_not_there(story: Story, mix: Start) -> None:
    use_own_receiver(story.connection, story.place.app_id, HERE, before=None, actor=story.alice)
    job = mix()
    story.end(job)
    story.lose_files()
    story.tell(key=_key_in_use(story))
    assert story.judged(job) == ("missing", "not_listed", "")


def _key_in_use(story: Story) -> str:
    return unseal(receiver_of(story.connection, story.place.app_id).keys.get(standing="current").sealed)
