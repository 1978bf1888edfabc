"""No page waits long: for a permit, for a slow cloud, for somebody else's asking; and what is final stays for good."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from console.accounts.models import User
from console.connections import answers, reads
from console.connections.client import client_for
from console.connections.models import Connection, SharedAnswer
from console.connections.problems import AnswerPending
from console.connections.questions import question
from console.connections.reads import read
from console.connections.refresher import refresher
from console.core.patience import SECONDS, patience_left, patient
from console.sparkrtc.catalogue.analytics import GET_HISTORY_SCALE
from console.sparkrtc.catalogue.applications import LIST_APPLICATIONS
from console.sparkrtc.catalogue.rooms import LIST_ROOMS
from console.sparkrtc.errors import CloudFault, QuotaExhausted, Throttled
from console.sparkrtc.permits import Lane
from tests.sandbox.harness import Sandbox

pytestmark = pytest.mark.stores


def test_all_waits_of_a_request_share_its_patience() -> None:
    assert patience_left() is None
    with patient(5):
        first = patience_left()
        assert first is not None
        assert 4 < first <= 5
        with patient(0):
            assert patience_left() == 0
        assert patience_left() is not None
    assert patience_left() is None


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long permits may be waited for, as the client is told."""
    found: list[float] = []
    real = reads.client_for

    def spied(connection: Connection) -> Any:
        client = real(connection)
        call = client.call

        def noted(*args: Any, **more: Any) -> Any:
            found.append(more["max_wait"])
            return call(*args, **more)

        client.call = noted  # type: ignore[method-assign]
        return client

    monkeypatch.setattr(reads, "client_for", spied)
    return found


@pytest.mark.django_db
def test_a_request_waits_as_long_as_it_has_patience(connected: Connection, waits: list[float]) -> None:
    read(connected, LIST_APPLICATIONS)
    with patient(1.0):
        read(connected, LIST_APPLICATIONS, limit=1)
    with patient(0.0):
        read(connected, LIST_APPLICATIONS, limit=2)  # a permit that is free needs no patience
    in_background, with_patience, without = waits
    assert in_background == pytest.approx(SECONDS, abs=0.1)
    assert 0.5 < with_patience <= 1.0
    assert 0 < without <= 0.25


@pytest.mark.django_db
def test_an_action_of_a_request_waits_two_seconds_at_most(
    connected: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[float] = []
    client = client_for(connected)
    call = client._client.call

    def noted(*args: Any, **more: Any) -> Any:
        seen.append(more["max_wait"])
        return call(*args, **more)

    monkeypatch.setattr(client._client, "call", noted)
    client.call(LIST_APPLICATIONS, max_wait=10)
    with patient():
        client.call(LIST_APPLICATIONS, max_wait=10)
    assert seen == [10, SECONDS]


@pytest.mark.django_db(transaction=True)
class TestASlowCloud:
    @pytest.fixture(autouse=True)
    def threads(self, settings: Settings) -> Iterator[None]:
        settings.REFRESH_THREADS = 2
        yield
        refresher.close()

    def test_holds_no_thread_of_a_request(self, connected: Connection, sandbox: Sandbox) -> None:
        sandbox.fail_next("delay", seconds=3)
        begun = time.monotonic()
        with patient(0.3), pytest.raises(AnswerPending) as pending:
            read(connected, LIST_APPLICATIONS)
        assert time.monotonic() - begun < 2  # not the cloud's three
        assert pending.value.retry_after == 1.0
        refresher.close()
        assert read(connected, LIST_APPLICATIONS).value.apps
        assert len(sandbox.requests()) == 1

    def test_what_it_meets_in_the_end_is_told_to_who_looks_next(
        self, connected: Connection, sandbox: Sandbox
    ) -> None:
        sandbox.fail_next("delay", seconds=0.6)
        sandbox.fail_next("status", status=500, times=9)
        with patient(0.1), pytest.raises(AnswerPending):
            read(connected, LIST_APPLICATIONS)
        sandbox.control("faults", method="DELETE")
        refresher.close()
        assert read(connected, LIST_APPLICATIONS).value.apps

    def test_a_second_request_does_not_wait_for_the_first_ones_asking(
        self, connected: Connection, sandbox: Sandbox
    ) -> None:
        sandbox.fail_next("delay", seconds=2)
        for _ in range(3):
            with patient(0.2), pytest.raises(AnswerPending):
                read(connected, LIST_APPLICATIONS)
        refresher.close()
        assert len(sandbox.requests()) == 1

    def test_is_waited_for_by_background_work(self, connected: Connection, sandbox: Sandbox) -> None:
        sandbox.fail_next("delay", seconds=0.7)
        assert read(connected, LIST_APPLICATIONS, lane=Lane.BACKGROUND, max_wait=0.5).value.apps

    def test_shows_a_page_with_a_countdown(
        self,
        connected: Connection,
        sandbox: Sandbox,
        client: Client,
        bob: User,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("console.core.middleware.patient", lambda: patient(0.3))
        app = read(connected, LIST_APPLICATIONS).value.apps[0].app_id
        client.force_login(bob)
        sandbox.fail_next("delay", seconds=2)
        answer = client.get(f"/c/demo/rooms/?app={app}")
        assert answer.status_code == 504
        assert "The cloud was asked and has not answered yet." in answer.content.decode()
        assert (answer["Refresh"], answer["Retry-After"]) == ("1", "1")
        refresher.close()
        assert client.get(f"/c/demo/rooms/?app={app}").status_code == 200

    def test_that_fails_at_once_says_so_at_once(self, connected: Connection, sandbox: Sandbox) -> None:
        sandbox.fail_next("status", status=500, times=9)
        with patient(5), pytest.raises(CloudFault):
            read(connected, LIST_APPLICATIONS)

    def test_without_a_permit_says_when_to_come_back(self, connected: Connection, sandbox: Sandbox) -> None:
        sandbox.control("quota", {"limits": {"app_config_60_per_min": 0}})
        try:
            with patient(0.5), pytest.raises((QuotaExhausted, Throttled)) as caught:
                read(connected, LIST_APPLICATIONS)
            assert caught.value.retry_after
        finally:
            sandbox.reset()

    def test_refreshes_do_not_stand_before_what_a_request_asks(
        self, connected: Connection, settings: Settings
    ) -> None:
        settings.REFRESH_THREADS = 1
        gate = threading.Event()
        for _ in range(3):
            refresher.submit(lambda: gate.wait(10), lambda: None)
        try:
            with patient():
                assert read(connected, LIST_APPLICATIONS).value.apps
        finally:
            gate.set()

    def test_that_hangs_every_thread_holds_no_request(
        self, connected: Connection, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("console.connections.refresher._ASKING_THREADS", 1)
        gate = threading.Event()
        hung = refresher.run(lambda: gate.wait(30))
        try:
            with patient(0.2), pytest.raises(AnswerPending):
                read(connected, LIST_APPLICATIONS)
            assert not hung.done()
        finally:
            gate.set()
        refresher.close()
        assert sandbox.requests() == []  # nobody waited for it any more
        assert read(connected, LIST_APPLICATIONS).value.apps  # nor was the claim left behind


@pytest.mark.django_db
class TestWhatIsFinal:
    @pytest.fixture
    def later(self) -> Iterator[Callable[[float], None]]:
        with time_machine.travel(timezone.now(), tick=True) as traveller:
            yield lambda seconds: traveller.shift(timedelta(seconds=seconds))

    def ask_for_a_past_day(self, connected: Connection) -> reads.Reading:
        day = timezone.now().date() - timedelta(days=5)
        app = read(connected, LIST_APPLICATIONS).value.apps[0].app_id
        return read(
            connected, GET_HISTORY_SCALE, app_id=app, metric=["UserCount"], start_date=day, end_date=day
        )

    def test_stays_however_many_other_answers_there_are(
        self, connected: Connection, later: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.ask_for_a_past_day(connected)
        later(30)
        monkeypatch.setattr(answers, "_MOST_ROWS", 2)
        monkeypatch.setattr(answers, "_TIDY_EVERY", 1)
        for limit in range(1, 6):
            read(connected, LIST_APPLICATIONS, limit=limit)
        assert SharedAnswer.objects.filter(final=True).count() == 1
        assert SharedAnswer.objects.filter(final=False).count() <= 3

    def test_goes_when_nobody_has_looked_at_it_for_long(
        self,
        connected: Connection,
        later: Callable[[float], None],
        monkeypatch: pytest.MonkeyPatch,
        settings: Settings,
    ) -> None:
        monkeypatch.setattr(answers, "_TIDY_EVERY", 1)
        settings.FINAL_DAYS = 3
        self.ask_for_a_past_day(connected)
        for days_later, kept in ((2, True), (2, False)):
            later(days_later * 86_400)
            read(connected, LIST_APPLICATIONS, limit=days_later + kept)
            assert SharedAnswer.objects.filter(final=True).exists() is kept

    def test_is_not_dropped_by_a_change(self, connected: Connection) -> None:
        self.ask_for_a_past_day(connected)
        app_id = SharedAnswer.objects.get(final=True).parameters["app_id"]
        assert reads.drop(connected, GET_HISTORY_SCALE) == 0
        assert reads.drop(connected, None, app_id=app_id) == 1  # the list names no application
        read(connected, LIST_APPLICATIONS)
        assert reads.drop(connected, LIST_APPLICATIONS) == 1
        assert SharedAnswer.objects.filter(final=True).exists()

    def test_goes_when_the_connection_leads_elsewhere(self, connected: Connection) -> None:
        self.ask_for_a_past_day(connected)
        assert reads.drop(connected) == 2
        assert answers.find(question(connected, LIST_ROOMS, {})) is None
