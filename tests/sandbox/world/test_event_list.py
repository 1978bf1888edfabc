"""Abnormal events that are counted by sums are those of the rooms, whatever was done to these, and in that order."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from console.sandbox.world import World, kind_events
from console.sandbox.world.event_list import Events
from console.sandbox.world.events import Abnormal, abnormal_events, actual_rows
from console.sandbox.world.freezes import Row
from console.sandbox.world.rooms import Rooms
from tests.sandbox.world.conftest import DAY, NOW

HOUR = 3600
Deed = Callable[[World, str], object]


def _crowded_room(world: World, app_id: str) -> tuple[str, list[str]]:
    """Return the room with the most events still to come that was open a while ago, and who is in it."""
    running = world.rooms(app_id, NOW - DAY, NOW, "RUNNING")
    rooms = sorted({room.room_id for room in running if room.start < NOW - 300})
    engine = world.engine(app_id)
    room_id = max(rooms, key=lambda room: len(abnormal_events(engine, NOW, NOW + HOUR, room)))
    people = world.participants(app_id, NOW - DAY, NOW + 1, now=NOW, room_id=room_id, states=["ONLINE"])
    return room_id, [person.user_id for person in people]


def _remove(world: World, app_id: str) -> None:
    room_id, people = _crowded_room(world, app_id)
    assert world.remove(app_id, room_id, people[::2], NOW)


def _dismiss(world: World, app_id: str) -> None:
    room_id, people = _crowded_room(world, app_id)
    world.remove(app_id, room_id, people, NOW)
    assert world.dismiss(app_id, room_id, NOW + 20)


def _disable(world: World, app_id: str) -> None:
    world.set_application(app_id, "DEACTIVATION", NOW - 1000)


def _disable_for_a_while(world: World, app_id: str) -> None:
    world.set_application(app_id, "DEACTIVATION", NOW - 5 * HOUR)
    world.set_application(app_id, "ACTIVATION", NOW - 2 * HOUR)


def _everything(world: World, app_id: str) -> None:
    for deed in (_disable_for_a_while, _dismiss, _remove, _disable):
        deed(world, app_id)


DEEDS = [_remove, _dismiss, _disable, _disable_for_a_while, _everything]


def _listed(events: Events, since: int, until: int) -> list[Abnormal]:
    """Return a list read as a whole, having seen that its length and its pages say the same."""
    found = events.between(since, until)
    every = list(found)
    assert len(found) == len(every)
    for first in (0, 7, len(every) // 3, len(every) // 2, max(0, len(every) - 5)):
        for many in (1, 16, 300):
            assert found[first : first + many] == every[first : first + many]
    assert sorted(events.gathered(since, until), key=str) == sorted(every, key=str)
    return every


@pytest.mark.parametrize("character", ["support", "meeting", "webinar", "social", "classroom", "clinic"])
def test_any_window_holds_the_events_of_its_rooms(world, apps, character):
    app_id = apps[character].app_id
    events, rooms = world.events(app_id), world.engine(app_id)
    windows = ((NOW - 3 * HOUR, NOW), (NOW - 5000, NOW - 1234), (NOW - 9 * DAY, NOW - 8 * DAY), (NOW, NOW))
    for since, until in windows:
        assert _listed(events, since, until) == abnormal_events(rooms, since, until)
    assert len(events.between(NOW - DAY, NOW)) > 50
    assert list(events.between(NOW, NOW - HOUR)) == []


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("character", ["meeting", "webinar"])
def test_it_is_the_same_list_asked_before_or_after_a_deed(fresh, apps, character, deed: Deed):
    app_id = apps[character].app_id
    asked, late = fresh, World(7, "small", NOW)
    window = NOW - DAY, NOW + 2 * HOUR
    before = _listed(asked.events(app_id), *window)
    old = asked.events(app_id).between(*window)
    for world in (asked, late):
        deed(world, app_id)
    after = _listed(asked.events(app_id), *window)
    assert after == _listed(late.events(app_id), *window) == abnormal_events(late.engine(app_id), *window)
    assert after != before
    assert list(old) == before  # whoever was reading reads on


@pytest.mark.parametrize("deed", [_remove, _everything])
def test_a_window_of_any_length_knows_of_deeds(fresh, apps, deed: Deed):
    app_id = apps["meeting"].app_id
    deed(fresh, app_id)
    events, rooms = fresh.events(app_id), fresh.engine(app_id)
    for ago in (30 * HOUR, 6 * HOUR, 4 * HOUR, HOUR, 0, -HOUR):
        for seconds in (60, 2000, 3 * HOUR):
            window = NOW - ago, NOW - ago + seconds
            assert _listed(events, *window) == abnormal_events(rooms, *window)


def test_it_is_the_same_list_wherever_in_time_one_has_been(fresh, world, apps):
    app_id = apps["clinic"].app_id
    events = fresh.events(app_id)
    for moment in (NOW, NOW + 3 * DAY, NOW - 40 * DAY, NOW + 1800, NOW - 1800):
        window = moment - DAY, moment
        assert _listed(events, *window) == _listed(world.events(app_id), *window)
    room_id, people = _crowded_room(fresh, app_id)
    assert fresh.remove(app_id, room_id, people, NOW)
    assert fresh.dismiss(app_id, room_id, NOW - 300)  # somebody has travelled back
    window = NOW - HOUR, NOW + HOUR
    assert _listed(events, *window) == abnormal_events(fresh.engine(app_id), *window)


def test_a_world_that_begins_again_forgets_the_deeds(fresh, world, apps):
    app_id = apps["meeting"].app_id
    _everything(fresh, app_id)
    fresh.reset()
    window = NOW - DAY, NOW
    assert _listed(fresh.events(app_id), *window) == list(world.events(app_id).between(*window))


@pytest.mark.parametrize("character", ["classroom", "support"])
def test_somebodys_events_are_those_of_the_list_in_which_they_are_named(world, apps, character):
    app_id = apps[character].app_id
    rooms = world.engine(app_id)
    every = abnormal_events(rooms, NOW - DAY, NOW)
    people = {event: rooms.person_number(rooms.stay(event.room), event.seat) for event in every}
    for event in every[:: len(every) // 20]:
        person = people[event]
        mine = abnormal_events(rooms, NOW - DAY, NOW, person=person)
        assert mine == [each for each in every if people[each] == person]
        room_id = rooms.room_id(event.room)
        here = abnormal_events(rooms, NOW - DAY, NOW, room_id, person)
        assert here == [each for each in mine if rooms.room_id(each.room) == room_id]


def _told(rooms: Rooms, number: int) -> list[Row]:
    """Return a room's events, as they are told from its start on."""
    start = rooms.stay(number).start
    return sorted((at - start, 0, *rest) for at, _, *rest in actual_rows(rooms, number))


@pytest.mark.parametrize("character", ["support", "meeting", "webinar", "social", "classroom", "clinic"])
def test_rooms_of_a_kind_are_alike_from_their_start_on(world, apps, character):
    rooms = world.engine(apps[character].app_id)
    kinds, number = rooms.slots.kinds, rooms.started(NOW - DAY)
    alike = 0
    for room in range(number, number + kinds, max(1, kinds // 400)):
        told = _told(rooms, room)
        assert told == _told(rooms, room - kinds)
        alike += bool(told)
    assert alike > 10


def test_the_events_of_a_kind_are_made_once_for_all_days(fresh, apps, monkeypatch):
    made: list[int] = []
    plan = kind_events.planned_rows
    monkeypatch.setattr(
        kind_events, "planned_rows", lambda habits, stay: made.append(stay.kind) or plan(habits, stay)
    )
    events = fresh.events(apps["classroom"].app_id)
    for ago in range(90):
        assert len(events.between(NOW - ago * DAY - DAY, NOW - ago * DAY)) > 50
    assert len(made) == len(set(made)) == fresh.engine(apps["classroom"].app_id).slots.kinds


def test_a_large_world_has_made_them_before_anybody_can_ask(monkeypatch):
    large = World(7, "large", NOW)

    def fail(*_: object) -> list[Row]:
        raise AssertionError("made too late")

    monkeypatch.setattr(kind_events, "planned_rows", fail)
    for app in large.applications():
        found = large.events(app.app_id).between(NOW - DAY, NOW)
        assert len(found) > 1000
        assert len(found[:1000]) == 1000
