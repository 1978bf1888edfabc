"""Remembered abnormal events are those of the rooms, whenever and in whatever way they came to be remembered."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from itertools import chain

import pytest

from console.sandbox.world import World, event_hours, event_memory, events
from console.sandbox.world.event_memory import EventMemory
from console.sandbox.world.events import Abnormal, abnormal_events
from console.sandbox.world.rooms import Rooms
from tests.sandbox.world.conftest import DAY, NOW

HOUR = 3600
LAST = NOW // HOUR + 1
Deed = Callable[[World, str], object]


@pytest.fixture
def looks(monkeypatch) -> list[tuple[int, int]]:
    """The windows in which a memory looked into rooms, and the rooms that it looked into alone, as (room, -1)."""
    seen: list[tuple[int, int]] = []
    every, one = events.event_rows, events.room_rows

    def windows(rooms: Rooms, since: int, until: int):
        seen.append((since, until))
        return every(rooms, since, until)

    def single(rooms: Rooms, number: int, since: int, until: int):
        seen.append((number, -1))
        return one(rooms, number, since, until)

    for module in (event_memory, event_hours):
        monkeypatch.setattr(module, "event_rows", windows)
    monkeypatch.setattr(event_memory, "_FEW", 0)
    monkeypatch.setattr(event_hours, "room_rows", single)
    return seen


def _look_back(memory: EventMemory, hours: int = 26) -> None:
    for last in range(LAST, LAST - hours, -3):
        deque(memory.look_at(last - 3, last), maxlen=0)


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


def _listed(memory: EventMemory, since: int, until: int) -> list[Abnormal]:
    """Return a list read as a whole, having seen that its length and its pages say the same."""
    found = memory.between(since, until)
    every = list(found)
    assert len(found) == len(every)
    assert found[7:23] == every[7:23]
    assert found[-5:] == every[-5:]
    return every


@pytest.mark.parametrize("character", ["support", "meeting", "webinar", "social"])
def test_any_window_holds_the_events_of_its_rooms(fresh, apps, character):
    app_id = apps[character].app_id
    memory, rooms = fresh.events(app_id), fresh.engine(app_id)
    windows = ((NOW - 3 * HOUR, NOW), (NOW - 5000, NOW - 1234), (NOW - 9 * DAY, NOW - 8 * DAY), (NOW, NOW))
    for since, until in windows:
        for _ in range(2):
            assert _listed(memory, since, until) == abnormal_events(rooms, since, until)
    assert len(memory.between(NOW - DAY, NOW)) > 50


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("character", ["meeting", "webinar"])
def test_it_is_the_same_list_asked_before_or_after_a_deed_or_looked_at_beforehand(
    apps, character, deed: Deed
):
    app_id = apps[character].app_id
    late, asked, ready, halfway = (World(7, "small", NOW) for _ in range(4))
    window = NOW - DAY, NOW + 2 * HOUR
    before = _listed(asked.events(app_id), *window)
    _look_back(ready.events(app_id))
    steps = halfway.events(app_id).look_at(LAST - 24, LAST)
    all_of_them = sum(1 for _ in late.events(app_id).look_at(LAST - 24, LAST))
    late.reset()
    assert all_of_them > 3
    for _ in range(all_of_them - 1):
        next(steps)
    for world in (late, asked, ready, halfway):
        deed(world, app_id)
    deque(steps, maxlen=0)
    lists = [_listed(world.events(app_id), *window) for world in (late, asked, ready, halfway)]
    assert lists[0] == abnormal_events(late.engine(app_id), *window)
    assert lists[0] == lists[1] == lists[2] == lists[3]
    assert lists[0] != before


def test_it_is_the_same_list_wherever_in_time_one_has_been(fresh, world, apps):
    app_id = apps["clinic"].app_id
    memory = fresh.events(app_id)
    for moment in (NOW, NOW + 3 * DAY, NOW - 40 * DAY, NOW + 1800, NOW - 1800):
        window = moment - DAY, moment
        assert _listed(memory, *window) == _listed(world.events(app_id), *window)
    room_id, people = _crowded_room(fresh, app_id)
    assert fresh.remove(app_id, room_id, people, NOW)
    assert fresh.dismiss(app_id, room_id, NOW - 300)  # somebody has travelled back
    window = NOW - HOUR, NOW + HOUR
    assert _listed(memory, *window) == abnormal_events(fresh.engine(app_id), *window)


def test_who_has_looked_back_looks_into_no_room_when_asked(fresh, apps, looks):
    memory = fresh.events(apps["meeting"].app_id)
    _look_back(memory)
    hours = [hour for since, until in looks for hour in range(since // HOUR, until // HOUR)]
    assert sorted(hours) == list(range(LAST - 27, LAST))
    looks.clear()
    for seconds in (HOUR, DAY):
        assert len(memory.between(NOW - seconds, NOW)) > 5
    _look_back(memory)
    assert looks == []


def test_of_a_new_hour_only_that_hour_is_looked_at(fresh, apps, looks):
    memory = fresh.events(apps["meeting"].app_id)
    _look_back(memory)
    looks.clear()
    deque(memory.look_at(LAST - 2, LAST + 1), maxlen=0)
    assert looks == [(LAST * HOUR, (LAST + 1) * HOUR)]


def test_after_a_removal_only_the_room_is_looked_at(fresh, apps, looks):
    app_id = apps["webinar"].app_id
    memory, rooms = fresh.events(app_id), fresh.engine(app_id)
    _look_back(memory)
    looks.clear()
    room_id, people = _crowded_room(fresh, app_id)
    fresh.remove(app_id, room_id, people, NOW)
    after = memory.between(NOW - DAY, NOW)
    (number,) = rooms.numbers(room_id, *rooms.reach(NOW, NOW))
    assert set(looks) == {(number, -1)}
    assert len(looks) <= 2  # an hour may have begun within the last minute
    assert list(after) == abnormal_events(rooms, NOW - DAY, NOW)


def test_an_application_that_is_disabled_keeps_what_was_before(fresh, apps, looks):
    app_id = apps["meeting"].app_id
    memory = fresh.events(app_id)
    before = list(memory.between(NOW - DAY, NOW))
    looks.clear()
    fresh.set_application(app_id, "DEACTIVATION", NOW - 1000)
    after = list(memory.between(NOW - DAY, NOW))
    assert after == abnormal_events(fresh.engine(app_id), NOW - DAY, NOW) != before
    first = (NOW - 1060) // HOUR
    assert looks == [(first * HOUR, LAST * HOUR)]


def test_of_what_was_leafed_through_long_ago_the_number_is_kept(fresh, apps, looks):
    app_id = apps["support"].app_id
    memory = fresh.events(app_id)
    days = [(NOW - ago * DAY - 7, NOW - ago * DAY + DAY - 7) for ago in range(1, 7)]
    lists = [list(memory.between(*day)) for day in days]
    looks.clear()
    found = [memory.between(*day) for day in days]
    assert [len(each) for each in found] == [len(each) for each in lists]
    assert found[-1][:10] == lists[-1][:10]
    assert looks == []
    assert found[0][:10] == lists[0][:10]
    assert looks != []
    assert _listed(memory, *days[0]) == lists[0]


@pytest.mark.parametrize("few", [100, 200])
def test_of_counted_hours_those_with_few_events_are_kept(fresh, apps, looks, monkeypatch, few):
    app_id = apps["webinar"].app_id
    memory, rooms = fresh.events(app_id), fresh.engine(app_id)
    monkeypatch.setattr(event_memory, "_FEW", few)
    deque(memory.count(LAST - 60, LAST - 24), maxlen=0)
    looks.clear()
    hours = [((LAST - ago) * HOUR, (LAST - ago + 1) * HOUR) for ago in range(26, 60)]
    many = 0
    for whole in (False, True):
        for hour in hours:
            looks.clear()
            events = list(memory.between(*hour, whole=whole))
            assert bool(looks) == (len(events) > few)
            many += len(events) > few
            assert events == abnormal_events(rooms, *hour)
    assert 0 < many < 2 * len(hours)


@pytest.mark.parametrize("character", ["meeting", "support", "webinar"])
def test_counted_hours_make_the_same_list_and_only_a_page_is_looked_for(fresh, apps, looks, character):
    app_id = apps[character].app_id
    memory, rooms = fresh.events(app_id), fresh.engine(app_id)
    deque(memory.count(LAST - 60, LAST - 24), maxlen=0)
    since, until = NOW - 2 * DAY - 4321, NOW - DAY - 4444
    every = abnormal_events(rooms, since, until)
    looks.clear()
    found = memory.between(since, until)
    assert len(found) == len(every) > 50
    assert looks == []
    for first in (0, 17, len(every) // 2, len(every) - 5):
        looks.clear()
        page = every[first : first + 5]
        assert found[first : first + 5] == page
        assert sum(end - begin for begin, end in looks) <= page[0].at - page[-1].at + len(looks)
    assert list(found) == every
    looks.clear()
    assert list(memory.between(since, until, whole=True)) == every
    assert len(looks) == 1


def test_after_a_deed_only_hours_that_it_can_have_changed_are_counted_again(fresh, apps, looks):
    app_id = apps["meeting"].app_id
    memory = fresh.events(app_id)
    deque(memory.count(LAST - 9, LAST + 9), maxlen=0)
    room_id, people = _crowded_room(fresh, app_id)
    assert fresh.remove(app_id, room_id, people[::2], NOW)
    rooms = fresh.engine(app_id)
    (number,) = rooms.numbers(room_id, *rooms.reach(NOW, NOW))
    looks.clear()
    window = (LAST - 9) * HOUR, (LAST + 9) * HOUR
    found = memory.between(*window)
    assert looks == [((NOW - 60) // HOUR * HOUR, (rooms.stay(number).end // HOUR + 1) * HOUR)]
    assert list(found) == abnormal_events(rooms, *window)


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


def test_a_large_world_looks_back_in_all_applications(monkeypatch):
    asked: dict[EventMemory, list[int]] = {}

    def look_at(memory: EventMemory, first: int, last: int):
        asked.setdefault(memory, []).extend(range(first, last))
        yield

    monkeypatch.setattr(EventMemory, "look_at", look_at)
    large = World(7, "large", NOW)
    assert asked.keys() == {large.events(app.app_id) for app in large.applications()}
    for hours in asked.values():  # before anybody can ask
        assert set(hours) == set(range((NOW - HOUR - 300) // HOUR, NOW // HOUR + 1))
    asked.clear()
    deque(large.look_back(NOW), maxlen=0)
    assert asked.keys() == {large.events(app.app_id) for app in large.applications()}
    for hours in asked.values():
        assert set(hours) >= set(range((NOW - DAY) // HOUR, (NOW + 600) // HOUR + 1))
    asked.clear()
    monkeypatch.setattr(EventMemory, "count", look_at)
    deque(large.look_further_back(NOW), maxlen=0)
    for hours in asked.values():
        assert set(hours) >= set(range((NOW - 90 * DAY) // HOUR, NOW // HOUR))
    asked.clear()
    small = World(7, "small", NOW)
    deque(chain(small.look_back(NOW), small.look_further_back(NOW)), maxlen=0)
    assert asked == {}
