"""The large world: as many rooms and people as promised, and figures that agree well enough."""

from __future__ import annotations

from collections import deque
from threading import get_ident

import pytest

from console.sandbox.world import World
from console.sandbox.world.plan import Plan, Stay
from console.sandbox.world.rooms import Rooms
from tests.sandbox.world.conftest import DAY, NOW


@pytest.fixture(scope="module")
def large() -> World:
    """A large world."""
    return World(7, "large", NOW)


def test_twenty_applications_3000_rooms_50000_people(large):
    apps = [app.app_id for app in large.applications()]
    rooms = sum(len(large.rooms(app, NOW - DAY, NOW, "RUNNING")) for app in apps)
    people = sum(len(large.participants(app, NOW - DAY, NOW, states=["ONLINE"], detail=True)) for app in apps)
    assert len(apps) == 20
    assert rooms >= 3000
    assert people >= 50_000


def test_pages_deep_in_ninety_days_are_those_of_the_rooms_they_name(large):
    app = next(app.app_id for app in large.applications() if app.character == "classroom")
    rows = large.participants(app, NOW - 90 * DAY, NOW, detail=True)
    assert len(rows) > 5_000_000
    for first in (0, 4_321, 1_234_567, len(rows) - 20):
        page = rows[first : first + 20]
        assert len(page) == 20
        room = page[7].room_id
        start = page[7].joined_at
        same = large.participants(app, start - DAY, start + DAY, now=NOW, room_id=room, detail=True)
        assert page[7] in same[:]


def test_sampled_figures_are_close(large):
    for app in [app.app_id for app in large.applications()][::6]:
        moment = NOW - NOW % 60 - 600
        table = large.statistics(app).minutes(moment // DAY)
        place = moment % DAY // 60
        rooms = len(large.rooms(app, moment - DAY, moment + 1, "RUNNING", now=moment))
        people = len(
            large.participants(app, moment - DAY, moment + 1, now=moment, states=["ONLINE"], detail=True)
        )
        assert table.open_rooms[place] == rooms
        assert table.column("online")[place] == pytest.approx(people, rel=0.25)


@pytest.mark.parametrize("character", ["support", "social", "webinar"])
@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"states": ["FAIL"]},
        {"states": ["OFFLINE"]},
        {"states": ["ONLINE"]},
        {"regions": ["GD"], "isps": ["CTCC"]},
    ],
    ids=str,
)
def test_totals_of_narrow_windows_are_those_of_their_rows(large, character, filters):
    app = next(app.app_id for app in large.applications() if app.character == character)
    for ago, seconds in ((DAY + 71, 40), (9 * DAY + 5, 611), (90, 90), (4000, 3995)):
        for detail in (True, False):
            begin = NOW - ago
            rows = large.participants(app, begin, begin + seconds, now=NOW, detail=detail, **filters)
            whole = rows[:]
            assert len(whole) == len(rows)
            assert all(begin <= row.joined_at < begin + seconds for row in whole)


def test_looking_around_changes_no_answer_and_takes_small_steps(monkeypatch):
    lazy, eager = World(7, "large", NOW - DAY), World(7, "large", NOW - DAY)
    planned: list[int] = []
    make_plan, here = Rooms.plan, get_ident()

    def plan(rooms: Rooms, stay: Stay) -> Plan:
        if get_ident() == here:  # a sandbox of other tests may look around at the same time
            planned.append(stay.size)
        return make_plan(rooms, stay)

    monkeypatch.setattr(Rooms, "plan", plan)
    steps = []
    for _ in eager.look_around(NOW):
        steps.append(planned.copy())
        planned.clear()
    monkeypatch.undo()
    assert sum(map(sum, steps)) > 50_000
    assert all(sum(step[:-1]) <= 500 for step in steps)  # the room that fills a step is its last
    deque(eager.look_around(NOW), maxlen=0)
    for app in [app.app_id for app in lazy.applications()][::7]:
        people = [
            each.participants(app, NOW - DAY, NOW, states=["ONLINE"], detail=True)[:200]
            for each in (lazy, eager)
        ]
        assert people[0] == people[1] != []
    deque(eager.look_around(NOW - 100 * DAY), maxlen=0)


def test_a_days_history_is_near_its_minutes_whatever_was_asked_before(large):
    day = NOW // DAY - 3
    for app in [app.app_id for app in large.applications()][::4]:
        summary, minutes = large.statistics(app).day(day), large.statistics(app).minutes(day)
        begin, end = day * DAY, (day + 1) * DAY
        people = len(large.participants(app, begin, end, now=NOW))
        assert summary.totals.rooms == len(large.rooms(app, begin, end, now=NOW))
        assert summary.totals.users == pytest.approx(people, rel=0.06)
        assert summary.most_users == pytest.approx(max(minutes.column("online")), rel=0.4)
        assert summary.most_rooms == pytest.approx(max(minutes.open_rooms), rel=0.25)
        assert sum(summary.totals.seconds.values()) == pytest.approx(
            60 * sum(minutes.column("online")), rel=0.4
        )
        other = World(7, "large", NOW).statistics(app)
        other.minutes(day)
        again = other.day(day)
        assert (again.totals, again.sums, again.most_users) == (
            summary.totals,
            summary.sums,
            summary.most_users,
        )


def test_a_day_on_which_an_application_was_off_is_counted_minute_by_minute():
    world = World(7, "large", NOW)
    app = next(app.app_id for app in world.applications() if app.character == "meeting")
    day = NOW // DAY
    begin = day * DAY + 3600
    world.set_application(app, "DEACTIVATION", begin)
    summary = world.statistics(app).day(day)
    assert summary.totals.rooms == len(world.rooms(app, day * DAY, (day + 1) * DAY, now=NOW + DAY))
    assert summary.totals.rooms < 600 < len(world.rooms(app, begin - DAY, begin, now=NOW))


def test_of_the_first_page_and_the_edges_of_the_longest_window_everything_is_thought_beforehand(large):
    deque(large.look_around(NOW), maxlen=0)
    for app in large.applications():
        engine = large.engine(app.app_id)
        known = (engine.habits.arrivals, engine.people.person)
        before = [each.cache_info().misses for each in known]
        for detail in (True, False):
            rows = large.participants(app.app_id, NOW - 90 * DAY, NOW, now=NOW, detail=detail)
            assert len(rows[:1000]) == 1000
        assert [each.cache_info().misses for each in known] == before
