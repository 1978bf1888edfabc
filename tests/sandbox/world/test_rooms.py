"""Rooms: their order, states, ids and numbers, and that there is always something to see."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from tests.sandbox.world.conftest import DAY, NOW

ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
HOUR = 3600


@pytest.mark.parametrize("character", ["support", "classroom", "meeting", "webinar", "social", "clinic"])
def test_pages_make_the_whole_list_newest_first(character, world, apps):
    rooms = world.rooms(apps[character].app_id, NOW - 2 * DAY, NOW)
    whole = rooms[:]
    assert len(whole) == len(rooms) > 20
    assert [room for first in range(0, len(rooms), 7) for room in rooms[first : first + 7]] == whole
    assert rooms[len(rooms) // 2] == whole[len(rooms) // 2]
    starts = [room.start for room in whole]
    assert starts == sorted(starts, reverse=True)
    assert min(starts) >= NOW - 2 * DAY
    assert max(starts) < NOW


@pytest.mark.parametrize("character", ["support", "webinar", "meeting"])
def test_running_and_closed_rooms_are_all_rooms(character, world, apps):
    app_id = apps[character].app_id
    everything = world.rooms(app_id, NOW - 30 * DAY, NOW)[:]
    running = world.rooms(app_id, NOW - 30 * DAY, NOW, "RUNNING")[:]
    closed = world.rooms(app_id, NOW - 30 * DAY, NOW, "CLOSED")[:]
    assert sorted(running + closed, key=repr) == sorted(everything, key=repr)
    assert all(room.end is None and room.duration == NOW - room.start for room in running)
    assert all(room.end is not None and room.duration == room.end - room.start for room in closed)
    assert all(room.end <= NOW for room in closed)


def test_windows_side_by_side_miss_and_double_nothing(world, apps):
    app_id = apps["support"].app_id
    edges = range(NOW - 10 * DAY, NOW + 1, 8 * HOUR)
    total = sum(len(world.rooms(app_id, a, b, now=NOW)) for a, b in pairwise(edges))
    assert total == len(world.rooms(app_id, NOW - 10 * DAY, NOW, now=NOW))


def test_ids_are_allowed_and_some_are_as_long_as_they_may_be(world, apps):
    lengths = set()
    for app in apps.values():
        for room in world.rooms(app.app_id, NOW - 5 * DAY, NOW):
            assert ID.fullmatch(room.room_id)
            lengths.add(len(room.room_id))
    assert 64 in lengths


def test_a_room_is_found_by_its_id_and_comes_back_about_a_week_later(world, apps):
    for app in apps.values():
        for room in world.rooms(app.app_id, NOW - DAY, NOW)[:30]:
            found = world.rooms(app.app_id, NOW - 30 * DAY, NOW, room_id=room.room_id)[:]
            assert room in found
            gaps = [later.start - earlier.start for later, earlier in pairwise(found)]
            assert all(5 * DAY < gap < 9 * DAY for gap in gaps)
    assert len(world.rooms(apps["meeting"].app_id, NOW - 30 * DAY, NOW, room_id="mtg-0011")) >= 3
    assert len(world.rooms(apps["meeting"].app_id, NOW - 30 * DAY, NOW, room_id="mtg-nowhere")) == 0


def test_something_goes_on_at_every_hour_of_the_week_and_more_by_day(world, apps):
    by_hour: dict[int, int] = {}
    for ago in range(0, 7 * DAY, HOUR):
        moment = NOW - ago
        total = 0
        for app in apps.values():
            many = len(world.rooms(app.app_id, moment - DAY, moment, "RUNNING"))
            assert many >= 1, (app.character, datetime.fromtimestamp(moment, UTC))
            total += many
        by_hour[moment] = total
    assert min(by_hour.values()) >= 12
    assert 40 <= max(by_hour.values()) <= 90
    assert max(by_hour.values()) > 2 * min(by_hour.values())


def test_a_room_of_500_and_one_of_200_can_always_be_looked_at(world, apps):
    app_id = apps["webinar"].app_id
    for ago in range(0, 4 * DAY, 3 * HOUR + 1234):
        moment = NOW - ago
        rooms = world.rooms(app_id, moment - DAY, moment, "RUNNING")
        sizes = sorted(
            len(world.participants(app_id, moment - DAY, moment, room_id=room.room_id, states=["ONLINE"]))
            for room in rooms
        )
        assert 350 < sizes[-1] <= 500
        assert any(150 < size < 300 for size in sizes)


def test_nothing_later_than_now_is_told(world, apps):
    app_id = apps["support"].app_id
    assert len(world.rooms(app_id, NOW, NOW + DAY, now=NOW)) <= 1
    assert all(
        person.joined_at <= NOW for person in world.participants(app_id, NOW - HOUR, NOW + DAY, now=NOW)
    )


def test_an_unknown_application_has_nothing(world):
    assert len(world.rooms("f" * 32, 0, NOW)) == 0
    assert len(world.participants("f" * 32, 0, NOW)) == 0
    assert not world.knows("f" * 32)
    assert not world.room_is_open("f" * 32, "call-1234", NOW)
    assert world.publishers("f" * 32, "call-1234", NOW) == []
