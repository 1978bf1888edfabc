"""What an action will cost: requests, and the time until the last is sent."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.connections.models import Bucket, Connection
from console.connections.planning import Plan, last_start, plan
from console.connections.reads import read
from console.sparkrtc.catalogue.applications import GET_APPLICATION, LIST_APPLICATIONS
from console.sparkrtc.catalogue.rooms import LIST_ROOMS
from console.sparkrtc.operation import Quota
from console.sparkrtc.permits import Lane
from tests.sandbox.harness import Sandbox

STATISTICS = Quota("analytics", 30, 60)
BUSY = st.lists(st.floats(0, 60), max_size=40)


def test_what_is_free_is_spent_at_once() -> None:
    assert last_start(STATISTICS, 30, []) == 0
    assert last_start(STATISTICS, 8, [60.0] * 22) == 0


def test_the_rest_waits_for_what_comes_free() -> None:
    assert last_start(STATISTICS, 9, [45.0, 50.0] + [60.0] * 20) == 45
    assert last_start(STATISTICS, 31, [], round_trip=0.5) == 60.5
    assert last_start(STATISTICS, 61, [], round_trip=0.5) == 121


def test_background_keeps_its_spacing() -> None:
    assert last_start(STATISTICS, 22, [], lane=Lane.BACKGROUND) == pytest.approx(21 * (60 - 0.3) / 30)


def test_a_pause_is_waited_for() -> None:
    assert last_start(STATISTICS, 1, [], not_before=12) == 12


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 100), BUSY, st.sampled_from([Lane.CLICK, Lane.BACKGROUND]))
def test_no_window_holds_more_than_the_limit(count: int, busy: list[float], lane: Lane) -> None:
    starts = [last_start(STATISTICS, number, busy, lane=lane) for number in range(1, count + 1)]
    assert starts == sorted(starts)
    for begin in starts:
        assert sum(begin <= start < begin + 60 for start in starts) <= 30


@given(st.integers(1, 90), BUSY)
def test_fewer_busy_permits_never_take_longer(count: int, busy: list[float]) -> None:
    assert last_start(STATISTICS, count, busy[1:]) <= last_start(STATISTICS, count, busy)


@pytest.mark.django_db
class TestOfAConnection:
    def test_it_is_told_in_a_sentence(self, connection: Connection) -> None:
        found = plan(connection, {LIST_ROOMS: 22})
        assert (found.requests, found.of_limit, found.seconds < 1) == (22, 30, True)
        assert found.sentence == "22 of 30 requests, about 1 s"

    def test_what_is_spent_already_counts(self, connected: Connection, sandbox: Sandbox) -> None:
        read(connected, LIST_APPLICATIONS)
        found = plan(connected, {LIST_APPLICATIONS: 30, GET_APPLICATION: 30})
        assert (found.requests, found.of_limit) == (60, 60)
        assert 55 < found.seconds <= 61
        assert found.sentence == "60 of 60 requests, about 60 s"
        assert len(sandbox.requests()) == 1

    def test_the_quota_that_takes_longest_decides(self, connection: Connection) -> None:
        found = plan(connection, {LIST_APPLICATIONS: 50, LIST_ROOMS: 40})
        assert [part.quota for part in found.parts] == ["app_config", "analytics"]
        assert (found.requests, found.of_limit) == (90, 30)
        assert 60 < found.seconds < 61

    def test_a_pause_after_a_refusal_counts(self, connected: Connection) -> None:
        read(connected, LIST_APPLICATIONS)
        bucket = Bucket.objects.get(quota="app_config")
        bucket.blocked_until = bucket.seen_at + 30
        bucket.save()
        assert 29 < plan(connected, {LIST_APPLICATIONS: 1}).seconds < 31

    def test_nothing_costs_nothing(self, connection: Connection) -> None:
        assert plan(connection, {LIST_ROOMS: 0}) == Plan(())
        assert Plan(()).sentence == ""
