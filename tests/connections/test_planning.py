"""What an action will cost: requests, and the time until the last is sent."""

from dataclasses import replace

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from console.accounts.models import User
from console.connections import planning
from console.connections.meter import meter_bars
from console.connections.models import Connection, MinuteUse
from console.connections.owners import owner_of
from console.connections.planning import Plan, last_start, plan
from console.connections.quota_settings import change_quota
from console.connections.reads import read
from console.connections.scopes import Scope
from console.sparkrtc.catalogue.applications import GET_APPLICATION, LIST_APPLICATIONS
from console.sparkrtc.catalogue.recording import GET_MIX_JOB
from console.sparkrtc.catalogue.rooms import LIST_ROOMS
from console.sparkrtc.operation import Quota
from console.sparkrtc.permits import Lane
from tests.connections.desk import pause
from tests.properties import tried
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
    def seconds(count: int) -> float:
        return last_start(STATISTICS, count, [], lane=Lane.BACKGROUND)

    assert seconds(5) == pytest.approx(4 * 1.0)  # a few at twice the even pace
    assert 0.9 * 42 < seconds(22) < 42  # many nearly evenly
    assert seconds(90) == pytest.approx(180, rel=0.05)


def test_a_pause_is_waited_for() -> None:
    assert last_start(STATISTICS, 1, [], not_before=12) == 12


def test_who_waits_already_goes_first() -> None:
    assert last_start(STATISTICS, 1, [20.0] * 30, before=2) == 20
    assert last_start(STATISTICS, 1, [20.0] * 29 + [50.0], before=29, round_trip=0) == 50
    assert last_start(STATISTICS, 1, [], before=30, round_trip=0.5) == 60.5


def test_more_permits_out_than_a_lowered_limit_allows_come_free_first() -> None:
    lowered = Quota("analytics", 10, 60)
    assert last_start(lowered, 1, [float(second) for second in range(1, 31)]) == 21


@tried(30)
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
        pause("app_config", 30)
        assert 29 < plan(connected, {LIST_APPLICATIONS: 1}).seconds < 31

    def test_who_waits_in_front_is_served_first(
        self, connected: Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bar = replace(
            meter_bars(connected)[0],
            waiting=(Lane.CLICK, Lane.PAGE),
            frees_in=(10.0,) + (20.0,) * 58 + (30.0,),
        )
        monkeypatch.setattr(planning, "meter_bars", lambda _connection: [bar])
        found = {lane: plan(connected, {LIST_APPLICATIONS: 1}, lane=lane).seconds for lane in Lane}
        assert found[Lane.CLICK] == pytest.approx(10.3)
        assert found[Lane.PAGE] == found[Lane.ALERT] == pytest.approx(20.3)

    @pytest.mark.parametrize(("lane", "longest"), [(Lane.PAGE, 40), (Lane.CLICK, 8)])
    def test_the_background_counts_on_what_pages_leave_and_that_clicks_are_over(
        self, connected: Connection, lane: Lane, longest: float
    ) -> None:
        MinuteUse.objects.create(
            owner=owner_of(connected),
            quota="jobs",
            operation=GET_MIX_JOB.name,
            minute=timezone.now().replace(second=0, microsecond=0),
            lane=lane,
            kind="page",
            consumer="x",
            sent=480,
        )
        quick = plan(connected, {GET_MIX_JOB: 40}, lane=Lane.CLICK)
        slow = plan(connected, {GET_MIX_JOB: 40}, lane=Lane.BACKGROUND)
        assert quick.seconds < 8
        assert slow.seconds < longest  # beside pages two a second are left
        assert (slow.seconds > 15) == (lane is Lane.PAGE)

    def test_many_requests_are_told_by_their_pace(self, connection: Connection) -> None:
        assert plan(connection, {LIST_ROOMS: 450}).sentence == "450 requests, 30 in 60 s: about 14 min 00 s"

    def test_a_rule_of_ones_own_counts(self, connection: Connection, olga: User) -> None:
        change_quota(connection, "app_config", Scope.OPERATION, 20, 60, actor=olga, reason="measured")
        found = plan(connection, {LIST_APPLICATIONS: 20, GET_APPLICATION: 20})
        assert [(part.quota, part.limit) for part in found.parts] == [
            (GET_APPLICATION.name, 20),
            (LIST_APPLICATIONS.name, 20),
        ]
        assert found.seconds < 2

    def test_the_price_is_said_in_a_sentence(self, connection: Connection) -> None:
        assert plan(connection, {LIST_ROOMS: 22}).sentence == "22 of 30 requests, about 1 s"

    def test_nothing_costs_nothing(self, connection: Connection) -> None:
        assert plan(connection, {LIST_ROOMS: 0}) == Plan(())
        assert Plan(()).sentence == ""
