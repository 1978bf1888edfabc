"""Shared reads under pressure, of the past, and of windows that move; and who is counted for them."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connections
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from console.accounts.models import User
from console.connections import answers, tallies, watching
from console.connections.models import Connection, MinuteUse, QuotaRefusal, SharedAnswer, Tally
from console.connections.owners import owner_of
from console.connections.pacing import Go, Later
from console.connections.policy import is_final
from console.connections.questions import NOW, Ago, question
from console.connections.reads import read
from console.connections.refresher import refresher
from console.connections.watching import forget_watches, turn
from console.core.consumers import Consumer, acting_for
from console.sparkrtc.catalogue.analytics import GET_HISTORY_SCALE, GET_REALTIME_SCALE
from console.sparkrtc.catalogue.applications import LIST_APPLICATIONS
from console.sparkrtc.catalogue.rooms import LIST_ROOMS
from console.sparkrtc.errors import CloudFault, QuotaExhausted, Throttled
from console.sparkrtc.permits import Lane
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.stores, pytest.mark.django_db]
Later_ = Callable[[float], None]


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    forget_watches()
    yield
    forget_watches()
    tallies.flush()


@pytest.fixture
def later() -> Iterator[Later_]:
    with time_machine.travel(timezone.now(), tick=False) as traveller:

        def move(seconds: float) -> None:
            traveller.shift(timedelta(seconds=seconds))
            forget_watches()

        yield move


def watched(connection: Connection, number: int, age: float, *, seen_ago: float = 1.0) -> list[str]:
    """Put so many answered questions on the list, all of the same age, and return their applications."""
    now = timezone.now()
    rows = []
    for each in range(number):
        asked = question(connection, LIST_ROOMS, {"app_id": f"app-{each}"})
        rows.append(
            SharedAnswer(
                connection=connection,
                operation=LIST_ROOMS.name,
                key=asked.key,
                parameters=dict(asked.written),
                value=b'{"rooms":[],"total":0}',
                asked_at=now - timedelta(seconds=age, milliseconds=number - each),
                taken_at=now - timedelta(seconds=age),
                last_watched=now - timedelta(seconds=seen_ago),
            )
        )
    SharedAnswer.objects.bulk_create(rows)
    return [f"app-{each}" for each in range(number)]


def decided(connection: Connection, app_id: str) -> Go | Later:
    asked = question(connection, LIST_ROOMS, {"app_id": app_id})
    stored = answers.find(asked)
    assert stored is not None
    return turn(asked, stored)


def test_without_pressure_each_is_refreshed_when_it_is_old(connection: Connection) -> None:
    apps = watched(connection, 4, age=11)
    assert [decided(connection, app) for app in apps] == [Go(None)] * 4


def test_under_pressure_the_oldest_goes_first_and_the_next_a_turn_later(connection: Connection) -> None:
    apps = watched(connection, 20, age=30)
    first = decided(connection, apps[0])
    assert isinstance(first, Go)
    assert first.slot is not None
    second = decided(connection, apps[1])
    assert isinstance(second, Later)
    assert second.at - first.slot == pytest.approx(60 / (0.9 * 30), abs=0.3)


def test_a_turn_that_was_used_is_used_up(connection: Connection) -> None:
    apps = watched(connection, 20, age=30)
    asked = question(connection, LIST_ROOMS, {"app_id": apps[0]})
    stored = answers.find(asked)
    assert stored is not None
    assert answers.claim_refresh(stored, 30, timezone.now()) is not None
    assert answers.claim_refresh(stored, 30, timezone.now()) is None
    assert isinstance(decided(connection, apps[1]), Later)


def test_an_answer_that_was_replaced_meanwhile_is_not_asked_for_again(connection: Connection) -> None:
    apps = watched(connection, 2, age=30)
    stored = answers.find(question(connection, LIST_ROOMS, {"app_id": apps[0]}))
    assert stored is not None
    SharedAnswer.objects.filter(pk=stored.row).update(asked_at=timezone.now())
    assert answers.claim_refresh(stored, 30, None) is None


def test_what_nobody_watches_counts_for_nothing(connection: Connection) -> None:
    watched(connection, 40, age=30, seen_ago=60)
    asked = question(connection, LIST_ROOMS, {"app_id": "app-0"})
    answers.find(asked)  # one looks again
    assert watching.pace(asked).interval == 0


def test_connections_of_one_account_share_the_pace(connection: Connection) -> None:
    other = Connection.objects.create(
        slug="twin",
        name="Twin",
        endpoint=connection.endpoint,
        project_id=connection.project_id,
        access_key="AKTWIN",
    )
    owner_of(connection)
    owner_of(other)
    watched(connection, 20, age=30)
    asked = question(other, LIST_ROOMS, {"app_id": "app-0"})
    assert watching.pace(asked).interval > 40


def test_pressure_stretches_what_is_shown_and_says_so(
    connected: Connection,
    sandbox: Sandbox,
    later: Later_,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    apps = watched(connected, 20, age=3)
    for app in apps:
        read(connected, LIST_ROOMS, app_id=app)
    later(20)
    for app in apps:
        reading = read(connected, LIST_ROOMS, app_id=app)
        assert not reading.stale  # older than it wishes to be, and as old as it should be
        assert reading.interval == pytest.approx(20 / 0.45)
    assert len(sandbox.requests()) <= 4
    with django_assert_max_num_queries(2):
        read(connected, LIST_ROOMS, app_id=apps[-1])


def test_a_click_takes_no_turn(connected: Connection, sandbox: Sandbox) -> None:
    apps = watched(connected, 20, age=30)
    read(connected, LIST_ROOMS, app_id=apps[19])
    assert len(sandbox.requests()) == 0
    real = read(connected, LIST_APPLICATIONS).value.apps[0].app_id
    before = len(sandbox.requests())
    watched_row = question(connected, LIST_ROOMS, {"app_id": real})
    SharedAnswer.objects.filter(parameters__app_id=apps[19]).update(
        key=watched_row.key, parameters=dict(watched_row.written)
    )
    read(connected, LIST_ROOMS, app_id=real, lane=Lane.CLICK)
    assert len(sandbox.requests()) == before + 1


def test_a_window_up_to_now_is_one_question_while_time_goes_on(
    connected: Connection, sandbox: Sandbox, later: Later_
) -> None:
    app = read(connected, LIST_APPLICATIONS).value.apps[0].app_id
    before = len(sandbox.requests())
    window = {"start_time": Ago(3600), "end_time": NOW, "metric": "OnlineUsers", "app_id": app}
    first = read(connected, GET_REALTIME_SCALE, **window)
    later(50)
    assert read(connected, GET_REALTIME_SCALE, **window).taken_at == first.taken_at
    assert len(sandbox.requests()) == before + 1
    later(20)
    read(connected, GET_REALTIME_SCALE, **window)  # refreshes
    newer = read(connected, GET_REALTIME_SCALE, **window)
    assert newer.asked_at is not None
    assert first.asked_at is not None
    assert newer.asked_at - first.asked_at == timedelta(seconds=70)
    assert SharedAnswer.objects.filter(operation=GET_REALTIME_SCALE.name).count() == 1


def test_a_time_that_moves_is_sent_by_the_minute(connection: Connection) -> None:
    asked = question(connection, GET_REALTIME_SCALE, {"start_time": Ago(3600), "end_time": NOW})
    now = datetime(2026, 5, 4, 8, 15, 42, tzinfo=UTC)
    assert asked.sent_at(now) == {
        "start_time": datetime(2026, 5, 4, 7, 15, tzinfo=UTC),
        "end_time": datetime(2026, 5, 4, 8, 15, tzinfo=UTC),
    }
    assert asked.moves
    assert asked.key != question(connection, GET_REALTIME_SCALE, {"start_time": Ago(60), "end_time": NOW}).key


def test_what_cannot_change_any_more_is_asked_for_once(
    connected: Connection, sandbox: Sandbox, later: Later_, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = timezone.now().date() - timedelta(days=5)
    app = read(connected, LIST_APPLICATIONS).value.apps[0].app_id
    asked = {"app_id": app, "metric": ["UserCount"], "start_date": day, "end_date": day}
    first = read(connected, GET_HISTORY_SCALE, **asked)
    before = len(sandbox.requests())
    later(60 * 86_400)
    monkeypatch.setattr(answers, "_TIDY_EVERY", 1)
    read(connected, LIST_APPLICATIONS, state="ACTIVATION")
    again = read(connected, GET_HISTORY_SCALE, **asked)
    assert (again.value, again.stale, again.interval) == (first.value, False, 0.0)
    assert len(sandbox.requests()) == before + 1  # the list


NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("operation", "params", "final"),
    [
        (GET_HISTORY_SCALE, {"end_date": date(2026, 5, 2)}, True),
        (GET_HISTORY_SCALE, {"end_date": date(2026, 5, 3)}, False),
        (GET_REALTIME_SCALE, {"end_time": NOON - timedelta(minutes=10)}, True),
        (GET_REALTIME_SCALE, {"end_time": NOON - timedelta(minutes=9)}, False),
        (GET_REALTIME_SCALE, {}, False),
        (LIST_ROOMS, {"end_time": NOON - timedelta(days=9)}, False),
    ],
)
def test_the_past_is_settled_after_its_lag(operation: object, params: dict[str, object], final: bool) -> None:
    assert is_final(operation, params, NOON) is final  # type: ignore[arg-type]


def test_who_spends_is_noted(connected: Connection, sandbox: Sandbox) -> None:
    with acting_for(Consumer("page", "rooms:list", "alice")):
        read(connected, LIST_APPLICATIONS)
        read(connected, LIST_APPLICATIONS)
    tallies.flush()
    used = MinuteUse.objects.get()
    assert (used.quota, used.lane, used.sent, used.refused) == ("app_config", Lane.PAGE, 1, 0)
    assert (used.kind, used.consumer, used.person) == ("page", "rooms:list", "alice")
    counted = {(tally.name, tally.labels): tally.value for tally in Tally.objects.all()}
    assert counted["reads", f"{LIST_APPLICATIONS.name}|asked"] == 1
    assert counted["reads", f"{LIST_APPLICATIONS.name}|fresh"] == 1
    assert counted["calls", f"{LIST_APPLICATIONS.name}|succeeded"] == 1
    assert counted["requests", "app_config|page|answered"] == 1


def test_a_page_and_its_viewer_are_the_consumer(connected: Connection, bob: User, client: Client) -> None:
    client.force_login(bob)
    client.get(f"/c/{connected.slug}/rooms/")
    tallies.flush()
    assert set(MinuteUse.objects.values_list("kind", "consumer", "person")) == {("page", "rooms:list", "bob")}


def test_a_refresh_beside_the_requests_is_counted_for_who_looked(
    connected: Connection, later: Later_, settings: Settings
) -> None:
    read(connected, LIST_APPLICATIONS)
    later(61)
    with acting_for(Consumer("page", "rooms:list", "bob")):
        read(connected, LIST_APPLICATIONS)
    tallies.flush()
    assert MinuteUse.objects.filter(consumer="rooms:list", person="bob", sent=1).exists()


def test_counts_of_one_minute_add_up_in_one_row(connected: Connection) -> None:
    for _each in range(2):
        for _again in range(3):
            tallies.count("calls", "x", "succeeded")
        tallies.flush()
    assert Tally.objects.get(name="calls", labels="x|succeeded").value == 6


def test_a_refusal_is_kept_with_its_cause(connected: Connection, sandbox: Sandbox) -> None:
    sandbox.fail_next("status", status=429, times=9)
    with pytest.raises((Throttled, QuotaExhausted)):
        read(connected, LIST_APPLICATIONS, max_wait=0.5)
    tallies.flush()
    refusal = QuotaRefusal.objects.get()
    assert (refusal.quota, refusal.operation) == ("app_config", LIST_APPLICATIONS.name)
    assert MinuteUse.objects.get(refused=1).sent == 1


def test_old_counts_are_pruned(connected: Connection, later: Later_, monkeypatch: pytest.MonkeyPatch) -> None:
    read(connected, LIST_APPLICATIONS)
    tallies.flush()
    later(86_400 + 120)
    tallies.count("calls", "x", "succeeded")
    tallies.flush()
    assert not MinuteUse.objects.exists()


def test_a_failing_question_takes_no_more_turns_than_the_others(
    connected: Connection, sandbox: Sandbox, later: Later_
) -> None:
    apps = watched(connected, 20, age=30)
    sandbox.fail_next("status", status=500, times=9)
    read(connected, LIST_ROOMS, app_id=apps[0])
    row = SharedAnswer.objects.get(parameters__app_id=apps[0])
    assert row.failure
    assert row.failure["class"] == CloudFault.__name__
    later(6)  # its failure is old enough to try again, and the others are still older than it
    SharedAnswer.objects.exclude(pk=row.pk).update(last_watched=timezone.now())
    assert isinstance(decided(connected, apps[0]), Later)
    assert isinstance(decided(connected, apps[1]), Go)


@pytest.mark.django_db(transaction=True)
def test_a_thread_beside_the_requests_knows_for_whom_it_asks(
    connected: Connection, settings: Settings
) -> None:
    settings.REFRESH_THREADS = 2
    read(connected, LIST_APPLICATIONS)
    past = timezone.now() - timedelta(seconds=90)
    SharedAnswer.objects.update(asked_at=past, taken_at=past)
    with acting_for(Consumer("page", "rooms:list", "bob")):
        read(connected, LIST_APPLICATIONS)
    refresher.close()
    tallies.flush()
    assert MinuteUse.objects.filter(consumer="rooms:list", person="bob", sent=1).exists()


@pytest.mark.django_db(transaction=True)
def test_counts_are_written_by_a_thread_after_a_while(connected: Connection, settings: Settings) -> None:
    settings.USAGE_FLUSH_SECONDS = 0.05
    tallies.count("calls", "x", "succeeded")
    until = time.monotonic() + 5
    while not Tally.objects.filter(name="calls", labels="x|succeeded", value=1).exists():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_what_cannot_be_written_is_kept_for_the_next_time(
    connected: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise DatabaseError("locked")

    tallies.count("calls", "x", "succeeded")
    with monkeypatch.context() as broken:
        broken.setattr(tallies, "_write", fail)
        tallies.flush()
    tallies.count("calls", "x", "succeeded")
    tallies.flush()
    assert Tally.objects.get(name="calls", labels="x|succeeded").value == 2


@pytest.mark.django_db(transaction=True)
def test_many_threads_use_no_turn_twice(
    connected: Connection, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(*arguments: Any) -> answers.Claim | None:
        time.sleep(0.05)  # whoever decides meanwhile must not see the turn unused
        return answers.claim_refresh(*arguments)

    monkeypatch.setattr(watching, "claim_refresh", slowly)
    read(connected, LIST_APPLICATIONS)
    apps = watched(connected, 20, age=30)
    used_up = timezone.now() - timedelta(seconds=60)
    SharedAnswer.objects.filter(operation=LIST_ROOMS.name).update(slot_at=used_up)
    before = len(sandbox.requests())

    def look(app_id: str) -> None:
        try:
            read(connected, LIST_ROOMS, app_id=app_id)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(look, apps))
    # Three turns that nobody took and the present one; one more may come due while all this runs.
    assert 1 <= len(sandbox.requests()) - before <= 5
    rows = SharedAnswer.objects.filter(slot_at__gt=used_up).order_by("slot_at")
    slots = list(rows.values_list("slot_at", flat=True))
    assert len(slots) == len(sandbox.requests()) - before
    assert all(later - slot > timedelta(seconds=2) for slot, later in pairwise(slots))
