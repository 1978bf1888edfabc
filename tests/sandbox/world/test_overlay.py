"""What people do through the API: seen at once, remembered later, forgotten by a reset."""

from __future__ import annotations

import pytest

from console.sandbox.world import Participant, World
from tests.sandbox.world.conftest import DAY, NOW


def _inside(world: World, app_id: str, room_id: str, at: int) -> set[str]:
    rows = world.participants(
        app_id, at - DAY, at + 1, now=at, room_id=room_id, states=["ONLINE"], detail=True
    )
    return {row.user_id for row in rows}


def _sessions(world: World, app_id: str, room_id: str, user_id: str, at: int) -> list[Participant]:
    rows = world.participants(app_id, NOW - DAY, at, now=at, room_id=room_id, user_id=user_id, detail=True)
    return rows[:]


@pytest.fixture
def crowded(fresh, apps):
    """The application and the fullest room there is, with plenty of time left."""
    app_id = apps["webinar"].app_id
    rooms = fresh.rooms(app_id, NOW - DAY, NOW, "RUNNING")[:]
    room = max(rooms, key=lambda room: len(_inside(fresh, app_id, room.room_id, NOW + 120)))
    return app_id, room.room_id


def test_removed_people_leave_within_seconds_and_about_one_in_five_is_back(fresh, crowded):
    app_id, room_id = crowded
    everybody = _inside(fresh, app_id, room_id, NOW)
    assert set(fresh.remove(app_id, room_id, [*everybody, "nobody"], NOW)) == everybody
    assert _inside(fresh, app_id, room_id, NOW)
    gone = everybody - _inside(fresh, app_id, room_id, NOW + 4)
    assert gone == everybody
    back = everybody & _inside(fresh, app_id, room_id, NOW + 45)
    assert 0.1 < len(back) / len(everybody) < 0.32
    assert not everybody & _inside(fresh, app_id, room_id, NOW + 7)
    for user_id in list(back)[:10]:
        *_, before, after = _sessions(fresh, app_id, room_id, user_id, NOW + 60)
        assert NOW < before.left_at <= NOW + 4
        assert NOW + 8 <= after.joined_at <= NOW + 40
        assert after.session != before.session


def test_a_second_removal_has_a_second_outcome(fresh, crowded):
    app_id, room_id = crowded
    everybody = _inside(fresh, app_id, room_id, NOW)
    fresh.remove(app_id, room_id, everybody, NOW)
    back = everybody & _inside(fresh, app_id, room_id, NOW + 60)
    assert set(fresh.remove(app_id, room_id, back, NOW + 60)) == back
    stubborn = back & _inside(fresh, app_id, room_id, NOW + 120)
    assert len(stubborn) < len(back)


def test_removal_is_the_same_for_the_same_seed(fresh, crowded):
    app_id, room_id = crowded
    twin = World(seed=7, scale="small", born=0)
    users = sorted(_inside(fresh, app_id, room_id, NOW))[:60]
    for each in (fresh, twin):
        each.remove(app_id, room_id, users, NOW)
    rows = [
        each.participants(app_id, NOW - DAY, NOW + 60, room_id=room_id, detail=True)[:]
        for each in (fresh, twin)
    ]
    assert rows[0] == rows[1]


def test_a_dismissed_room_closes_and_stays_closed(fresh, crowded):
    app_id, room_id = crowded
    planned = fresh.participants(app_id, NOW - DAY, NOW + 3600, room_id=room_id, detail=True)
    later = len([row for row in planned if row.joined_at > NOW + 1])
    assert fresh.dismiss(app_id, room_id, NOW)
    assert not fresh.room_is_open(app_id, room_id, NOW + 6)
    assert _inside(fresh, app_id, room_id, NOW + 6) == set()
    for at in (NOW + 60, NOW + 3600, NOW + 2 * DAY):
        (room,) = fresh.rooms(app_id, NOW - DAY, at, room_id=room_id)
        assert room.state == "CLOSED"
        assert NOW < room.end <= NOW + 5
        assert not fresh.room_is_open(app_id, room_id, at)
    assert later == 0 or not [
        row
        for row in fresh.participants(app_id, NOW - DAY, NOW + 3600, room_id=room_id, detail=True)
        if row.joined_at > NOW + 1
    ]
    assert not fresh.dismiss(app_id, room_id, NOW + 10)
    assert fresh.remove(app_id, room_id, ["anybody"], NOW + 10) == []
    running = fresh.rooms(app_id, NOW - DAY, NOW + 10, "RUNNING")
    assert room_id not in {room.room_id for room in running}


def test_totals_follow_what_was_done(fresh, crowded):
    app_id, room_id = crowded
    fresh.dismiss(app_id, room_id, NOW)
    at = NOW + 30 * DAY  # the room now lies among settled ones
    for detail in (True, False):
        rows = fresh.participants(app_id, NOW - 2 * DAY, NOW + 2 * DAY, now=at, detail=detail)
        assert len(rows[:]) == len(rows)
    assert [row for row in rows if row.room_id == room_id and row.left_at > NOW + 6] == []


def test_a_disabled_application_lets_nobody_in_but_throws_nobody_out(fresh, apps):
    app_id = apps["meeting"].app_id
    room = max(fresh.rooms(app_id, NOW - DAY, NOW, "RUNNING"), key=lambda room: room.start)
    before = _inside(fresh, app_id, room.room_id, NOW)
    fresh.set_application(app_id, "DEACTIVATION", NOW)
    assert len(fresh.rooms(app_id, NOW, NOW + 6 * 3600, now=NOW + 6 * 3600)) == 0
    assert _inside(fresh, app_id, room.room_id, NOW + 5) == before
    joined = fresh.participants(
        app_id, NOW, NOW + 3600, now=NOW + 3600, states=["ONLINE", "OFFLINE"], detail=True
    )
    assert len(joined) == 0
    fresh.set_application(app_id, "ACTIVATION", NOW + 3600)
    reopened = fresh.rooms(app_id, NOW, NOW + 6 * 3600, now=NOW + 6 * 3600)
    assert len(reopened) > 0
    assert min(room.start for room in reopened) >= NOW + 3600
    rows = fresh.participants(app_id, NOW - DAY, NOW + 6 * 3600, detail=True)
    assert len(rows) == len(rows[:])
    much_later = fresh.participants(app_id, NOW - DAY, NOW + 6 * 3600, now=NOW + 20 * DAY, detail=True)
    assert len(much_later) == len(much_later[:]) == len(rows)


def test_a_deleted_application_is_off_the_list_but_not_forgotten(fresh, apps):
    app_id = apps["support"].app_id
    fresh.set_application(app_id, "deleted", NOW)
    assert app_id not in {app.app_id for app in fresh.applications()}
    assert fresh.knows(app_id)
    assert len(fresh.rooms(app_id, NOW - DAY, NOW)) > 0
    assert len(fresh.rooms(app_id, NOW, NOW + DAY)) == 0


def test_a_new_application_is_empty(fresh):
    app = fresh.add_application("ab" * 16, "new", NOW)
    assert app in fresh.applications()
    assert app.domain.startswith("ab" * 16)
    assert len(fresh.rooms(app.app_id, NOW - DAY, NOW + DAY)) == 0
    assert fresh.statistics(app.app_id).day(NOW // DAY).totals.sessions == 0


def test_a_reset_forgets_everything(fresh, world, crowded):
    app_id, room_id = crowded
    fresh.add_application("ab" * 16, "new", NOW)
    fresh.dismiss(app_id, room_id, NOW)
    fresh.set_application(app_id, "DELETED", NOW)
    fresh.reset()
    assert fresh.applications() == world.applications()
    assert fresh.room_is_open(app_id, room_id, NOW + 60) == world.room_is_open(app_id, room_id, NOW + 60)
    rows = [each.participants(app_id, NOW - DAY, NOW + DAY, room_id=room_id)[:] for each in (fresh, world)]
    assert rows[0] == rows[1]
