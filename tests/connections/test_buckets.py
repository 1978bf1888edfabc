"""Grants by a clock that the test holds: who may start when, and what a lost store costs."""

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from console.connections import buckets
from console.connections.buckets import Denied, Grant
from console.connections.models import AccountMark, Bucket, Connection, TakenPermit
from console.connections.owners import owner_of
from console.sparkrtc.operation import Quota
from console.sparkrtc.permits import Lane
from tests.connections.conftest import HeldClock

pytestmark = [pytest.mark.stores, pytest.mark.django_db]
ROOMS = Quota("rooms", limit=3, seconds=60)


@pytest.fixture
def owner(connection: Connection, held_clock: HeldClock) -> str:
    return owner_of(connection)


def take(owner: str, lane: Lane = Lane.CLICK, max_wait: float = 2.0) -> Grant | Denied:
    return buckets.ask(owner, ROOMS, lane, max_wait)


def granted(owner: str, lane: Lane = Lane.CLICK, max_wait: float = 2.0) -> Grant:
    found = take(owner, lane, max_wait)
    assert isinstance(found, Grant), found
    return found


def denied(owner: str, lane: Lane = Lane.CLICK, max_wait: float = 2.0) -> Denied:
    found = take(owner, lane, max_wait)
    assert isinstance(found, Denied), found
    return found


def use_up(owner: str) -> list[Grant]:
    grants = [granted(owner) for _ in range(ROOMS.limit)]
    for grant in grants:
        buckets.book_done(grant.permit)
    return grants


def test_a_new_connection_may_start_at_once_and_up_to_its_limit(owner: str) -> None:
    assert [grant.start_in for grant in use_up(owner)] == [0.0, 0.0, 0.0]
    assert denied(owner).start_in == pytest.approx(60.0)


def test_a_permit_is_busy_until_its_answer_plus_the_window(owner: str, held_clock: HeldClock) -> None:
    grants = [granted(owner) for _ in range(ROOMS.limit)]
    held_clock.move(20)
    for grant in grants:
        buckets.book_done(grant.permit)
    held_clock.move(58.5)
    assert granted(owner).start_in == pytest.approx(
        1.5
    )  # ahead of its start, by less than the click would wait
    held_clock.move(1.5)
    assert granted(owner).start_in == 0.0


def test_what_nobody_can_wait_for_is_denied_with_the_time_to_come_back(
    owner: str, held_clock: HeldClock
) -> None:
    use_up(owner)
    held_clock.move(10)
    assert denied(owner, max_wait=2).start_in == pytest.approx(50.0)
    assert denied(owner, max_wait=100) == Denied(pytest.approx(50.0), pytest.approx(45.0))  # type: ignore[arg-type]


def test_requests_under_way_count_as_busy_and_are_not_asked_about_in_a_circle(owner: str) -> None:
    for _ in range(ROOMS.limit):
        granted(owner)
    answer = denied(owner, max_wait=100)
    assert answer.start_in == pytest.approx(60.0)
    assert answer.ask_in > 50


def test_an_unused_permit_is_free_at_once(owner: str) -> None:
    grants = [granted(owner) for _ in range(ROOMS.limit)]
    buckets.give_back(grants[0].permit)
    assert granted(owner).start_in == 0.0


def test_a_dead_holder_keeps_its_permit_until_its_lease_and_the_window_are_over(
    owner: str, held_clock: HeldClock
) -> None:
    for _ in range(ROOMS.limit):
        granted(owner)
    held_clock.move(buckets.LEASE_SECONDS + 59)
    assert denied(owner, max_wait=0).start_in == pytest.approx(1.0)
    held_clock.move(1.1)
    assert granted(owner, max_wait=0).start_in == 0.0
    assert TakenPermit.objects.count() == 1  # what is over is forgotten


def test_a_click_goes_before_the_background_that_came_first(owner: str, held_clock: HeldClock) -> None:
    use_up(owner)
    held_clock.move(58)
    assert isinstance(take(owner, Lane.BACKGROUND, max_wait=100), Denied)
    assert granted(owner, Lane.CLICK, max_wait=10).start_in == pytest.approx(2.0)


def test_the_background_leaves_a_permit_to_a_click_that_waits(owner: str, held_clock: HeldClock) -> None:
    use_up(owner)
    held_clock.move(50)
    waits = denied(owner, Lane.CLICK, max_wait=20)  # it waits: its start is beyond what is granted ahead
    assert waits.ask_in == pytest.approx(5.0)
    held_clock.move(10)
    assert isinstance(take(owner, Lane.BACKGROUND, max_wait=100), Denied)
    assert granted(owner, Lane.CLICK).start_in == 0.0


def test_the_background_is_spaced(owner: str) -> None:
    granted(owner, Lane.BACKGROUND)
    assert denied(owner, Lane.BACKGROUND, max_wait=100).start_in == pytest.approx((60 - 0.3) / 3)
    assert granted(owner, Lane.CLICK).start_in == 0.0


def test_a_429_makes_everybody_wait_a_window_or_as_long_as_the_cloud_says(
    owner: str, held_clock: HeldClock
) -> None:
    buckets.book_refused(granted(owner).permit, ROOMS, None)
    assert denied(owner).start_in == pytest.approx(60.0)
    held_clock.move(60)
    buckets.book_refused(granted(owner).permit, ROOMS, 7.0)
    assert denied(owner, max_wait=0).start_in == pytest.approx(7.0)
    bucket = Bucket.objects.get(owner=owner, quota="rooms")
    assert bucket.refusals == 2
    assert bucket.refused_at is not None


def test_an_absurd_retry_after_is_not_believed(owner: str) -> None:
    buckets.book_refused(granted(owner).permit, ROOMS, 1e9)
    assert denied(owner).start_in == pytest.approx(600.0)


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


def test_a_clock_that_went_back_waits_a_window(owner: str, held_clock: HeldClock) -> None:
    granted(owner)
    held_clock.move(-30)
    assert denied(owner).start_in == pytest.approx(60.0)


def test_a_bucket_that_was_lost_starts_full(owner: str) -> None:
    Bucket.objects.all().delete()
    assert denied(owner).start_in == pytest.approx(60.0)


def test_one_permit_costs_two_transactions(
    owner: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    granted(owner)
    with django_assert_max_num_queries(9):  # savepoint included, which stands for the transaction here
        buckets.book_done(granted(owner).permit)


@pytest.mark.django_db(transaction=True)
def test_a_permit_cannot_be_taken_inside_a_transaction(connection: Connection) -> None:
    owner = owner_of(connection)
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        take(owner)
    assert TakenPermit.objects.count() == 0


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
    use_up(first)
    bridge = Connection(endpoint=connection.endpoint, project_id="1" * 32, access_key=connection.access_key)
    assert owner_of(bridge) == owner_of(connection)
    assert denied(first).start_in == pytest.approx(60.0)
    assert denied(second).start_in == pytest.approx(60.0)
    assert AccountMark.objects.values("owner").distinct().count() == 1
