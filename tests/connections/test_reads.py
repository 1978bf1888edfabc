"""Shared reads: many may look, one asks."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connections
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from console import audit
from console.connections import answers, reads
from console.connections.client import client_for
from console.connections.models import Bucket, Connection, SharedAnswer
from console.connections.policy import FRESHNESS
from console.connections.problems import AnswerPending, ConnectionUnusable, WriteOutsideAttempt
from console.connections.questions import question
from console.connections.reads import Reading, read
from console.connections.refresher import refresher
from console.sparkrtc.catalogue import OPERATIONS
from console.sparkrtc.catalogue.applications import GET_APPLICATION, LIST_APPLICATIONS
from console.sparkrtc.catalogue.rooms import DISMISS_ROOM, LIST_PARTICIPANTS, LIST_ROOMS
from console.sparkrtc.errors import CloudFault, InvalidParameters, NotFound, QuotaExhausted
from console.sparkrtc.permits import Lane
from tests.connections.desk import pause
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.stores, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def refreshes_run_at_once(settings: Settings) -> None:
    settings.REFRESH_THREADS = 0


@pytest.fixture
def later() -> Iterator[Callable[[float], None]]:
    """Return a function that moves this process's wall clock, and only that."""
    with time_machine.travel(timezone.now(), tick=True) as traveller:
        yield lambda seconds: traveller.shift(timedelta(seconds=seconds))


def calls(sandbox: Sandbox) -> int:
    return len(sandbox.requests())


def ask(connection: Connection, **more: Any) -> Reading:
    return read(connection, LIST_APPLICATIONS, **more)


def test_every_reading_operation_has_its_freshness() -> None:
    assert set(FRESHNESS) == {name for name, operation in OPERATIONS.items() if operation.reads}
    assert all(0 < kept.fresh_for <= kept.usable_for for kept in FRESHNESS.values())


def test_a_second_viewer_costs_no_second_call(connected: Connection, sandbox: Sandbox) -> None:
    first, second = ask(connected), ask(connected)
    assert calls(sandbox) == 1
    assert first == second
    assert not first.stale
    assert first.error is None
    assert first.request_id == sandbox.last_request_id
    assert first.value.apps


def test_a_fresh_answer_costs_one_query(
    connected: Connection, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ask(connected)
    with django_assert_num_queries(1):
        ask(connected)


def test_secrets_are_not_kept_and_not_handed_out(connected: Connection, sandbox: Sandbox) -> None:
    shown = ask(connected).value.apps[0].authentication.app_key
    assert not shown.known
    key = client_for(connected).call(LIST_APPLICATIONS).value.apps[0].authentication.app_key.reveal()
    assert key.encode() not in bytes(SharedAnswer.objects.get().value)


def test_an_old_answer_is_given_at_once_and_refreshed_once(
    connected: Connection, sandbox: Sandbox, later: Callable[[float], None]
) -> None:
    first = ask(connected)
    later(61)
    old, new = ask(connected), ask(connected)
    assert (old.stale, old.taken_at) == (True, first.taken_at)
    assert (new.stale, new.taken_at > first.taken_at) == (False, True)
    assert calls(sandbox) == 2


def test_an_answer_past_use_is_asked_for_again(
    connected: Connection, sandbox: Sandbox, later: Callable[[float], None]
) -> None:
    ask(connected)
    later(86_401)
    assert not ask(connected).stale
    assert calls(sandbox) == 2


def test_a_failing_cloud_leaves_the_last_answer_with_the_error(
    connected: Connection, sandbox: Sandbox, later: Callable[[float], None]
) -> None:
    first = ask(connected)
    later(61)
    sandbox.fail_next("status", status=503, times=9)
    ask(connected)
    shown = ask(connected)
    assert (shown.value, shown.stale) == (first.value, True)
    assert isinstance(shown.error, CloudFault)
    assert shown.error.status == 503
    assert "503" in shown.error.sentence
    asked = calls(sandbox)
    ask(connected)
    assert calls(sandbox) == asked  # a failure is not repeated for every viewer
    sandbox.control("faults", method="DELETE")
    later(6)
    ask(connected)
    assert ask(connected).error is None


def test_a_failing_cloud_without_an_answer_raises_and_is_not_asked_by_everybody(
    connected: Connection, sandbox: Sandbox
) -> None:
    sandbox.fail_next("status", status=500, times=9)
    for _ in range(3):
        with pytest.raises(CloudFault):
            ask(connected)
    assert calls(sandbox) <= 3  # the tries of one call


def test_what_the_cloud_does_not_know_is_not_shown_from_memory(
    connected: Connection, sandbox: Sandbox, later: Callable[[float], None]
) -> None:
    app_id = ask(connected).value.apps[0].app_id
    read(connected, GET_APPLICATION, app_id=app_id)
    later(61)
    sandbox.fail_next("status", status=404, code="RTC.00001003")
    read(connected, GET_APPLICATION, app_id=app_id)  # refreshes
    with pytest.raises(NotFound):
        read(connected, GET_APPLICATION, app_id=app_id)


def test_without_a_permit_it_says_when_to_come_back(connected: Connection, sandbox: Sandbox) -> None:
    ask(connected)
    Bucket.objects.all().delete()
    SharedAnswer.objects.all().delete()
    with pytest.raises(QuotaExhausted) as caught:
        ask(connected, max_wait=0.1)
    assert 50 < (caught.value.retry_after or 0) <= 60
    assert calls(sandbox) == 1


def test_without_a_permit_an_old_answer_stays_and_is_not_asked_for_in_a_circle(
    connected: Connection, sandbox: Sandbox, later: Callable[[float], None]
) -> None:
    ask(connected)
    Bucket.objects.all().delete()
    later(61)
    assert [ask(connected).stale for _ in range(3)] == [True] * 3
    assert SharedAnswer.objects.get().refreshing_until > timezone.now()
    assert calls(sandbox) == 1


def test_a_dropped_answer_is_asked_for_again(connected: Connection, sandbox: Sandbox) -> None:
    ask(connected)
    assert reads.drop(connected, LIST_APPLICATIONS) == 1
    ask(connected)
    assert calls(sandbox) == 2


def test_dropping_spares_what_says_otherwise(connected: Connection) -> None:
    apps = [app.app_id for app in ask(connected).value.apps][:2]
    for app_id in apps:
        read(connected, LIST_ROOMS, app_id=app_id)
        read(connected, LIST_PARTICIPANTS, app_id=app_id, room_id="r1")
    assert reads.drop(connected, LIST_PARTICIPANTS, app_id=apps[0], room_id="other") == 0
    assert (
        reads.drop(connected, app_id=apps[0]) == 3
    )  # its rooms, its participants, and the list of applications
    assert answers.find(question(connected, LIST_ROOMS, {"app_id": apps[0]})) is None
    assert answers.find(question(connected, LIST_ROOMS, {"app_id": apps[1]})) is not None


def test_what_others_are_named_by_outlasts_a_change_and_is_read_by_nobody(
    connected: Connection, sandbox: Sandbox
) -> None:
    named = ask(connected).value
    claim = answers.claim(question(connected, LIST_APPLICATIONS, {}), 30, urgent=True)
    reads.drop(connected, LIST_APPLICATIONS)
    kept = answers.find(question(connected, LIST_APPLICATIONS, {}))
    assert kept is not None
    assert (kept.value, kept.asked_at) == (named, None)
    assert claim is not None
    answers.write(claim, client_for(connected).call(LIST_APPLICATIONS), b"{}")  # asked for before the change
    before = timezone.now()
    assert ask(connected).taken_at > before
    assert calls(sandbox) == 3


def test_without_a_permit_nobody_reads_from_before_a_change(connected: Connection) -> None:
    ask(connected)
    reads.drop(connected, LIST_APPLICATIONS)
    Bucket.objects.all().delete()
    with pytest.raises(QuotaExhausted):
        ask(connected, max_wait=0.1)


def test_an_answer_that_was_dropped_on_its_way_is_not_stored(connected: Connection) -> None:
    asked = question(connected, LIST_APPLICATIONS, {})
    claim = answers.claim(asked, 30, urgent=True)
    assert claim is not None
    answer = client_for(connected).call(LIST_APPLICATIONS)
    reads.drop(connected)
    answers.write(claim, answer, b"{}")
    assert answers.find(asked) is None


def test_a_verification_does_not_believe_what_was_asked_before(
    connected: Connection, sandbox: Sandbox
) -> None:
    ask(connected)
    acted_at = timezone.now()
    assert ask(connected, require_fresh_after=acted_at).taken_at > acted_at
    assert calls(sandbox) == 2
    ask(connected, require_fresh_after=acted_at)
    assert calls(sandbox) == 2


def test_the_same_question_in_other_words_is_the_same_question(connected: Connection) -> None:
    moment = datetime(2026, 5, 4, 8, 15, 30, tzinfo=UTC)
    one = question(
        connected,
        LIST_PARTICIPANTS,
        {"app_id": "a", "state": ["ONLINE", "FAIL"], "start_time": moment, "isp": None},
    )
    other = question(
        connected,
        LIST_PARTICIPANTS,
        {"start_time": moment.replace(second=59), "state": ("FAIL", "ONLINE", "FAIL"), "app_id": "a"},
    )
    assert one.key == other.key
    assert one.key != question(connected, LIST_PARTICIPANTS, {"app_id": "b"}).key


def test_a_wrong_parameter_is_told_and_leaves_nothing_locked(connected: Connection, sandbox: Sandbox) -> None:
    for _ in range(2):
        with pytest.raises(InvalidParameters):
            ask(connected, state="NONSENSE")
    assert calls(sandbox) == 0


def test_a_change_is_no_question(connected: Connection) -> None:
    with pytest.raises(ValueError, match="changes the cloud"):
        read(connected, DISMISS_ROOM, app_id="a", room_id="r")


def test_a_change_needs_an_attempt_on_this_connection(connected: Connection, sandbox: Sandbox) -> None:
    with pytest.raises(WriteOutsideAttempt):
        client_for(connected).call(DISMISS_ROOM, app_id="a", room_id="r")
    assert calls(sandbox) == 0
    assert audit.in_attempt(connected) is False


def test_a_connection_that_is_switched_off_is_not_used(connected: Connection, sandbox: Sandbox) -> None:
    connected.active = False
    with pytest.raises(ConnectionUnusable, match="switched off"):
        ask(connected)
    assert calls(sandbox) == 0


def test_a_changed_connection_gets_a_new_client(connected: Connection) -> None:
    first = client_for(connected)._client
    assert client_for(connected)._client is first
    connected.project_id = "e" * 32
    assert client_for(connected)._client is not first


def test_who_waits_too_long_for_an_asking_is_told(
    connected: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert answers.claim(question(connected, LIST_APPLICATIONS, {}), 30, urgent=True)
    monkeypatch.setattr(reads, "_PATIENCE_SECONDS", 0.0)
    with pytest.raises(AnswerPending) as caught:
        ask(connected, max_wait=0.05)
    assert caught.value.retry_after == 1.0


def test_an_asking_whose_process_died_is_taken_over(
    connected: Connection, later: Callable[[float], None]
) -> None:
    assert answers.claim(question(connected, LIST_APPLICATIONS, {}), 30, urgent=True)
    later(31)
    assert ask(connected).value.apps


def test_answers_that_nobody_looks_at_are_tidied_away(
    connected: Connection, later: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(connected)
    later(2 * 86_400)
    monkeypatch.setattr(answers, "_TIDY_EVERY", 1)
    ask(connected, state="ACTIVATION")
    assert SharedAnswer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
class TestManyThreads:
    @staticmethod
    def together(connection: Connection, threads: int = 6, **more: Any) -> list[Reading]:
        def one(_number: int) -> Reading:
            try:
                return ask(connection, max_wait=5, **more)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(one, range(threads)))

    def test_a_missing_answer_is_asked_for_once(self, connected: Connection, sandbox: Sandbox) -> None:
        sandbox.fail_next("delay", seconds=0.3)
        found = self.together(connected)
        assert calls(sandbox) == 1
        assert len({reading.request_id for reading in found}) == 1

    def test_an_old_answer_is_refreshed_once_beside_the_requests(
        self, connected: Connection, sandbox: Sandbox, settings: Settings
    ) -> None:
        settings.REFRESH_THREADS = 2
        ask(connected)
        past = timezone.now() - timedelta(seconds=90)
        SharedAnswer.objects.update(asked_at=past, taken_at=past)
        found = self.together(connected)
        refresher.close()
        assert all(reading.stale for reading in found if reading.taken_at == past)
        assert calls(sandbox) == 2
        assert not ask(connected).stale

    def test_a_click_waits_for_a_permit_that_is_due_soon(self, connected: Connection) -> None:
        ask(connected)
        pause("app_config", 0.3)
        assert client_for(connected).call(LIST_APPLICATIONS, lane=Lane.CLICK, max_wait=2).value.apps
