"""Grants by a clock that the test holds: who may start when, what a lost store costs, and what a 429 teaches."""

from math import inf
from typing import Any

import pytest
from django.db import connection as database
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from console.connections import clocks
from console.connections.books import lowered
from console.connections.buckets import LEASE_SECONDS, BucketStore
from console.connections.models import AccountMark, Bucket, Connection
from console.connections.owners import owner_of
from console.connections.permits import StoredPermits
from console.sparkrtc.book import Outcome, Report, Rule
from console.sparkrtc.catalogue.rooms import LIST_ROOMS
from console.sparkrtc.operation import Quota
from console.sparkrtc.permits import Lane
from console.sparkrtc.quotas import ANALYTICS, ROOMS
from console.sparkrtc.throttle import Grant, TooLate, Want, enough_left, spacing_of
from tests.connections import desk
from tests.connections.conftest import HeldClock
from tests.connections.desk import Denied, Granted

pytestmark = [pytest.mark.stores, pytest.mark.django_db]
LIMIT = 3


class Time:
    """A process's clock that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def owner(connection: Connection, held_clock: HeldClock) -> str:
    """The account of a connection whose rooms quota is 3 in a minute."""
    owner = owner_of(connection)
    Bucket.objects.filter(owner=owner, quota="rooms").update(limit=LIMIT, seconds=60)
    return owner


def take(
    owner: str, lane: Lane = Lane.CLICK, max_wait: float = 2.0, front: str = "", quota: Quota = ROOMS
) -> Granted | Denied:
    return desk.ask(owner, quota, lane, max_wait, front=front)


def granted(owner: str, *how: Any, **more: Any) -> Granted:
    found = take(owner, *how, **more)
    assert isinstance(found, Granted), found
    return found


def denied(owner: str, *how: Any, **more: Any) -> Denied:
    found = take(owner, *how, **more)
    assert isinstance(found, Denied), found
    return found


def use_up(owner: str) -> list[Granted]:
    grants = [granted(owner) for _ in range(LIMIT)]
    for grant in grants:
        desk.answered(grant.permit)
    return grants


# --- who may start when


def test_a_new_connection_may_start_at_once_and_up_to_its_limit(owner: str) -> None:
    assert [grant.start_in for grant in use_up(owner)] == [0.0, 0.0, 0.0]
    assert denied(owner).start_in == pytest.approx(60.0)


def test_a_permit_is_busy_until_its_answer_plus_the_window(owner: str, held_clock: HeldClock) -> None:
    grants = [granted(owner) for _ in range(LIMIT)]
    held_clock.move(20)
    for grant in grants:
        desk.answered(grant.permit)
    held_clock.move(58.5)
    assert granted(owner).start_in == pytest.approx(1.5)  # ahead of its start
    held_clock.move(1.5)
    assert granted(owner).start_in == 0.0


def test_what_nobody_can_wait_for_is_denied_with_the_time_to_come_back(
    owner: str, held_clock: HeldClock
) -> None:
    use_up(owner)
    held_clock.move(52)
    assert denied(owner, max_wait=2) == Denied(pytest.approx(8.0))  # type: ignore[arg-type]
    assert denied(owner, max_wait=100) == Denied(pytest.approx(8.0), pytest.approx(3.0))  # type: ignore[arg-type]


def test_requests_under_way_count_as_busy_and_are_not_asked_about_in_a_circle(owner: str) -> None:
    for _ in range(LIMIT):
        granted(owner)
    answer = denied(owner, max_wait=100)
    assert answer.start_in == pytest.approx(60.0)
    assert answer.ask_in is not None
    assert answer.ask_in > 10


def test_an_unused_permit_is_as_free_as_before(owner: str, held_clock: HeldClock) -> None:
    grants = [granted(owner) for _ in range(LIMIT)]
    desk.gave_back(grants[0].permit)
    assert granted(owner).start_in == 0.0
    for grant in grants[1:]:
        desk.answered(grant.permit)
    held_clock.move(58)
    ahead = granted(owner)
    assert ahead.start_in == pytest.approx(2.0)
    desk.gave_back(ahead.permit)
    assert granted(owner).start_in == pytest.approx(2.0)  # what was sent before it still counts


def test_a_dead_holder_keeps_its_permit_until_its_lease_and_the_window_are_over(
    owner: str, held_clock: HeldClock
) -> None:
    for _ in range(LIMIT):
        granted(owner)
    held_clock.move(LEASE_SECONDS + 59)
    assert denied(owner, max_wait=0).start_in == pytest.approx(1.0)
    held_clock.move(1.1)
    assert granted(owner, max_wait=0).start_in == 0.0
    assert len(desk.book(owner=owner, quota="rooms").taken) == 1  # what is over is forgotten


def test_a_click_goes_before_the_background_that_came_first(owner: str, held_clock: HeldClock) -> None:
    use_up(owner)
    held_clock.move(58)
    assert isinstance(take(owner, Lane.BACKGROUND, max_wait=100), Denied)
    assert granted(owner, Lane.CLICK, max_wait=10).start_in == pytest.approx(2.0)


def test_the_background_leaves_a_permit_to_a_click_that_waits(owner: str, held_clock: HeldClock) -> None:
    use_up(owner)
    held_clock.move(50)
    waits = denied(owner, Lane.CLICK, max_wait=20, front="web")
    assert waits.ask_in == pytest.approx(5.0)  # its start is beyond what is granted ahead
    held_clock.move(5)
    assert granted(owner, Lane.CLICK, 20, "web").start_in == pytest.approx(5.0)


def test_the_background_is_spaced_and_leaves_a_permit_in_sight(owner: str, held_clock: HeldClock) -> None:
    granted(owner, Lane.BACKGROUND)
    rule = Rule(LIMIT, 60)
    even = enough_left([-inf, 60], rule)  # one is free, one comes back in a minute
    assert even > spacing_of(rule)
    assert denied(owner, Lane.BACKGROUND, max_wait=100).start_in == pytest.approx(even)
    assert granted(owner, Lane.CLICK).start_in == 0.0
    held_clock.move(25)  # one is left, and the next comes free only in 35 s: a click shall not wait so long
    assert denied(owner, Lane.BACKGROUND, max_wait=100).start_in > 10
    assert granted(owner, Lane.CLICK).start_in == 0.0


def test_those_of_a_lane_are_served_in_the_order_in_which_they_came(
    owner: str, held_clock: HeldClock
) -> None:
    for grant in [granted(owner) for _ in range(LIMIT)]:
        desk.answered(grant.permit)
        held_clock.move(10)
    held_clock.move(10)  # the permits come free in 20, 30 and 40 seconds
    waits = {name: denied(owner, Lane.ALERT, 100, name).start_in for name in ("one", "two")}
    assert waits == {"one": pytest.approx(20), "two": pytest.approx(30)}
    held_clock.move(10)
    assert denied(owner, Lane.ALERT, 100, "two").start_in == pytest.approx(20)  # asking often doesn't help
    assert denied(owner, Lane.ALERT, 100, "one").start_in == pytest.approx(10)
    held_clock.move(9.9)
    assert denied(owner, Lane.ALERT, 100, "three").start_in == pytest.approx(20.1)
    assert granted(owner, Lane.ALERT, 100, "one").start_in == pytest.approx(0.1)


def test_whoever_does_not_come_back_loses_the_place(owner: str, held_clock: HeldClock) -> None:
    use_up(owner)
    held_clock.move(40)
    gone = denied(owner, Lane.ALERT, 100, "gone").ask_in
    assert gone is not None
    held_clock.move(gone + 0.5)
    assert denied(owner, Lane.ALERT, 100, "next").start_in == pytest.approx(60 - 40 - gone - 0.5)


# --- the store's clock


def test_a_restored_store_waits_a_window(owner: str, held_clock: HeldClock) -> None:
    held_clock.become(5.0, "another store", "boot")
    assert denied(owner).start_in == pytest.approx(60.0)
    held_clock.move(60)
    assert granted(owner).start_in == 0.0


def test_a_restarted_host_waits_only_for_what_may_have_been_sent_before(
    owner: str, held_clock: HeldClock
) -> None:
    use_up(owner)
    held_clock.become(40.0, "store", "next boot")
    assert denied(owner).start_in == pytest.approx(20.0)
    held_clock.move(20)
    assert granted(owner).start_in == 0.0


def test_requests_under_way_outlive_a_change_of_the_store(owner: str, held_clock: HeldClock) -> None:
    granted(owner)
    held_clock.become(5.0, "another store", "boot")
    denied(owner)
    held_clock.move(60)
    granted(owner)
    granted(owner)
    assert denied(owner).start_in > 0


def test_a_clock_that_went_back_costs_no_time_and_forgets_nothing(owner: str, held_clock: HeldClock) -> None:
    use_up(owner)
    held_clock.move(50)
    denied(owner)
    held_clock.move(-3600)
    assert denied(owner).start_in == pytest.approx(10.0)
    held_clock.move(10)
    assert granted(owner).start_in == 0.0


@pytest.mark.parametrize("step", [30.0, 4000.0])
def test_a_clock_that_was_put_forward_makes_everybody_wait_a_window_once(
    owner: str, held_clock: HeldClock, step: float
) -> None:
    time = Time()
    one, two = (BucketStore(owner, ROOMS, clock=time) for _ in range(2))

    def ask(store: BucketStore, key: str) -> float:
        [verdict] = store.exchange(key, "path", [], [Want(key, Lane.CLICK, patience=0.0)]).verdicts
        if isinstance(verdict, TooLate):
            return verdict.start - time()
        store.exchange(key, "path", [Report(key, Outcome.ANSWERED, time())], None)
        return 0.0

    def pass_by(seconds: float) -> None:
        time.now += seconds
        held_clock.move(seconds)

    assert [ask(one, "a"), ask(two, "b"), ask(one, "c")] == [0.0, 0.0, 0.0]
    pass_by(1)
    held_clock.move(step)
    assert ask(one, "d") == pytest.approx(60.0)
    pass_by(20)
    assert ask(two, "e") == pytest.approx(40.0)  # it sees the step as well, which is known already
    pass_by(35)
    assert ask(one, "f") == pytest.approx(5.0)


def test_a_bucket_that_was_lost_starts_full(owner: str) -> None:
    Bucket.objects.all().delete()
    assert denied(owner).start_in == pytest.approx(60.0)


def test_the_stamp_names_the_store_and_its_run(connection: Connection) -> None:
    moment = clocks.store_moment()
    assert moment.stamp.startswith(f"{database.vendor}:")
    assert moment.nothing_before("something else") == moment.now


# --- strangers


def test_after_a_429_the_limit_is_what_was_accepted_and_rises_again(
    connection: Connection, held_clock: HeldClock
) -> None:
    owner = owner_of(connection)
    for _ in range(20):
        desk.answered(granted(owner, quota=ANALYTICS).permit)
    desk.refused(granted(owner, quota=ANALYTICS).permit)
    assert denied(owner, quota=ANALYTICS).start_in == pytest.approx(
        60.0
    )  # 20 are believed in, and 20 are used
    bucket = Bucket.objects.get(owner=owner, quota="analytics")
    assert (bucket.refusals, bucket.refused_at is not None) == (1, True)
    told = lowered(bucket, ANALYTICS, held_clock.moment)
    assert told is not None
    assert (told.limit, told.of, told.accepted) == (20, 30, 20)
    assert abs((timezone.now() - told.since).total_seconds()) < 60
    held_clock.move(61)
    told = lowered(bucket, ANALYTICS, held_clock.moment)
    assert told is not None
    assert told.limit == 22
    held_clock.move(300)
    assert lowered(bucket, ANALYTICS, held_clock.moment) is None


def test_the_clouds_own_word_is_kept_and_an_absurd_one_is_not(owner: str, held_clock: HeldClock) -> None:
    desk.refused(granted(owner).permit, 7.0)
    assert denied(owner, max_wait=0).start_in == pytest.approx(7.0)
    held_clock.move(7)
    desk.refused(granted(owner).permit, 1e9)
    assert denied(owner).start_in == pytest.approx(600.0)


def test_who_was_refused_is_told_when_to_come_back(owner: str) -> None:
    permit = granted(owner).permit
    store = BucketStore(owner, ROOMS, clock=lambda: 0.0)
    told = store.exchange("front", "path", [Report(permit, Outcome.REFUSED, 0.0, retry_after=7.0)], None)
    assert told.paused_until == pytest.approx(7.0)


# --- what it costs, and accounts


def test_one_transaction_is_four_statements(
    owner: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    store = BucketStore(owner, ROOMS)
    store.exchange("front", "path", [], [Want("one", Lane.CLICK)])
    with django_assert_num_queries(4):  # savepoint and release stand for the transaction; the clock is held
        told = store.exchange(
            "front", "path", [Report("one", Outcome.ANSWERED, 0.0)], [Want("two", Lane.CLICK)]
        )
    assert isinstance(told.verdicts[0], Grant)


@pytest.mark.django_db(transaction=True)
def test_a_permit_cannot_be_taken_inside_a_transaction(connection: Connection) -> None:
    owner = owner_of(connection)
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        take(owner)
    with transaction.atomic(), pytest.raises(RuntimeError, match="inside a transaction"):
        StoredPermits(owner).take(LIST_ROOMS, lane=Lane.CLICK, max_wait=0)
    assert desk.book(owner=owner, quota="rooms").taken == {}


def test_connections_of_one_account_share_their_quotas(connection: Connection) -> None:
    def other(**changes: str) -> Connection:
        fields = {"endpoint": connection.endpoint, "project_id": "1" * 32, "access_key": "AKOTHER", **changes}
        return Connection(slug="other", name="Other", **fields)

    owner = owner_of(connection)
    assert owner_of(other(project_id=connection.project_id)) == owner
    assert owner_of(other(access_key=connection.access_key, project_id="2" * 32)) == owner
    assert owner_of(other(access_key="AKTHIRD", project_id="3" * 32)) != owner
    assert owner_of(other(endpoint="http://127.0.0.1:10", project_id=connection.project_id)) != owner


def test_two_accounts_that_turn_out_to_be_one_share_what_they_took(
    connection: Connection, held_clock: HeldClock
) -> None:
    first = owner_of(connection)
    second = owner_of(Connection(endpoint=connection.endpoint, project_id="1" * 32, access_key="AKOTHER"))
    assert first != second
    grants = [granted(first) for _ in range(60)]
    bridge = Connection(endpoint=connection.endpoint, project_id="1" * 32, access_key=connection.access_key)
    assert owner_of(bridge) == owner_of(connection)
    for grant in grants:
        desk.answered(grant.permit)  # by whoever still knows the old owner
    assert denied(first).start_in == pytest.approx(60.0)
    assert denied(second).start_in == pytest.approx(60.0)
    assert AccountMark.objects.values("owner").distinct().count() == 1
