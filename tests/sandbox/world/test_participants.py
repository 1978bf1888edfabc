"""Participants: counted by subtraction, yet exactly those that the pages show."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from console.sandbox.world.texts import HOSTILE_TEXTS
from tests.sandbox.world.conftest import DAY, NOW

ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
HOUR = 3600
FILTERS = [
    {},
    {"states": ["FAIL"]},
    {"states": ["OFFLINE"]},
    {"states": ["ONLINE"]},
    {"states": ["FAIL", "ONLINE"]},
    {"regions": ["GD"]},
    {"regions": ["广东", "ZJ"], "isps": ["CTCC"]},
    {"isps": ["CMCC"], "states": ["OFFLINE"]},
    {"regions": ["nowhere"]},
]


@pytest.mark.parametrize("detail", [True, False])
@pytest.mark.parametrize("filters", FILTERS, ids=str)
@pytest.mark.parametrize("character", ["support", "meeting"])
def test_the_total_is_the_number_of_rows_on_all_pages(character, filters, detail, world, apps):
    app_id = apps[character].app_id
    rows = world.participants(app_id, NOW - DAY, NOW, detail=detail, **filters)
    whole = rows[:]
    assert len(whole) == len(rows)
    assert [row for first in range(0, len(rows), 37) for row in rows[first : first + 37]] == whole
    names = {
        "广东" if name == "GD" else "浙江" if name == "ZJ" else name for name in filters.get("regions", ())
    }
    everybody = world.participants(app_id, NOW - DAY, NOW, detail=detail)[:]
    expected = [
        row
        for row in everybody
        if ("states" not in filters or row.state in filters["states"])
        and ("regions" not in filters or row.region in names)
        and ("isps" not in filters or row.isp in filters["isps"])
    ]
    assert whole == expected


def test_windows_side_by_side_count_every_session_once(world, apps):
    for character in ("webinar", "social"):
        app_id = apps[character].app_id
        edges = range(NOW - 2 * DAY, NOW + 1, HOUR)
        pieces = [world.participants(app_id, a, b, now=NOW, detail=True) for a, b in pairwise(edges)]
        whole = world.participants(app_id, NOW - 2 * DAY, NOW, now=NOW, detail=True)
        assert sum(map(len, pieces)) == len(whole)
        assert {row.session for piece in pieces for row in piece} == {row.session for row in whole}


def test_sessions_are_plausible(world, apps):
    for app in apps.values():
        rooms = {}
        for room in world.rooms(app.app_id, NOW - DAY, NOW):
            rooms.setdefault(room.room_id, []).append(room)
        for row in world.participants(app.app_id, NOW - DAY // 2, NOW, detail=True):
            assert ID.fullmatch(row.user_id)
            assert re.fullmatch(r"[0-9a-f]{32}", row.session)
            assert (row.left_at is None) == (row.state == "ONLINE")
            assert row.left_at is None or row.joined_at <= row.left_at <= NOW + 20
            assert row.ip.startswith(("198.18.", "198.19."))
            assert all((row.device, row.platform, row.sdk))
            for room in rooms.get(row.room_id, ()):
                if room.start <= row.joined_at and (room.end is None or row.joined_at < room.end):
                    assert row.left_at is None or room.end is None or row.left_at <= room.end


def test_a_room_lasts_from_the_first_join_to_the_last_leave(world, apps):
    for app in apps.values():
        for room in world.rooms(app.app_id, NOW - 2 * DAY, NOW - DAY, now=NOW)[:25]:
            rows = world.participants(
                app.app_id,
                room.start,
                room.end,
                now=NOW,
                room_id=room.room_id,
                detail=True,
                states=["OFFLINE"],
            )[:]
            assert min(row.joined_at for row in rows) == room.start
            assert max(row.left_at for row in rows) == room.end


def test_a_person_is_found_by_id_and_by_nickname_however_hostile(world, apps):
    app_id = apps["webinar"].app_id
    people = world.participants(app_id, NOW - 2 * DAY, NOW)[:]
    hostile = [row for row in people if row.nickname in HOSTILE_TEXTS]
    assert len({row.nickname for row in hostile}) > 20
    for row in [*people[::977], *hostile[:5]]:
        by_id = world.participants(app_id, NOW - 2 * DAY, NOW, user_id=row.user_id)[:]
        by_name = world.participants(app_id, NOW - 2 * DAY, NOW, nickname=row.nickname)[:]
        assert by_id == [other for other in people if other.user_id == row.user_id]
        assert by_name == [other for other in people if other.nickname == row.nickname]
    both = world.participants(
        app_id, NOW - 2 * DAY, NOW, user_id=people[0].user_id, nickname="nobody is called so"
    )
    assert len(both) == 0


def test_ids_at_the_limit_and_ids_that_trip_code_up(world, apps):
    ids = {row.user_id for row in world.participants(apps["social"].app_id, NOW - 3 * DAY, NOW)}
    assert {"__proto__", "-1-1", "null", "A" * 64} <= ids
    assert any(len(user_id) == 64 and user_id.startswith("owl-") for user_id in ids)


def test_some_fail_some_come_back(world, apps):
    sessions = world.participants(apps["meeting"].app_id, NOW - 3 * DAY, NOW - DAY, now=NOW, detail=True)[:]
    visits: dict[tuple[str, str], list[str]] = {}
    for row in sessions:
        visits.setdefault((row.room_id, row.user_id), []).append(row.state)
    patterns = {tuple(states) for states in visits.values()}
    assert {
        ("OFFLINE",),
        ("FAIL",),
        ("FAIL", "FAIL"),
        ("FAIL", "OFFLINE"),
        ("OFFLINE", "OFFLINE"),
    } <= patterns
    failed = sum(states[-1] == "FAIL" for states in visits.values()) / len(visits)
    assert 0.005 < failed < 0.04


def test_who_is_in_a_room_and_who_sends(world, apps):
    for app in apps.values():
        room = world.rooms(app.app_id, NOW - DAY, NOW, "RUNNING")[0]
        inside = {
            row.user_id
            for row in world.participants(
                app.app_id, NOW - DAY, NOW + 1, now=NOW, room_id=room.room_id, states=["ONLINE"]
            )
        }
        assert inside
        assert world.room_is_open(app.app_id, room.room_id, NOW)
        assert all(world.has_user(app.app_id, room.room_id, user_id, NOW) for user_id in inside)
        assert not world.has_user(app.app_id, room.room_id, "nobody", NOW)
        assert set(world.publishers(app.app_id, room.room_id, NOW)) <= inside


def test_who_leaves_in_the_very_next_second_is_still_online(world, apps):
    app_id = apps["classroom"].app_id
    for room in world.rooms(app_id, NOW - DAY, NOW, "CLOSED")[:12]:
        moment = room.end - 1  # a question without an end reaches up to, but not including, the next second
        for states in (["OFFLINE"], ["FAIL", "OFFLINE"], ["ONLINE", "FAIL"], ["ONLINE"]):
            asked = {"now": moment, "states": states, "detail": True}
            people = world.participants(app_id, moment - DAY, moment + 1, **asked)
            assert len(people[:]) == len(people)
            here = world.participants(app_id, moment - DAY, moment + 1, room_id=room.room_id, **asked)
            assert {person.state for person in here} <= set(states)
            assert len(here[:]) == len(here)
