"""Rows that are counted without being made: as many as there are, in any window, before and after deeds."""

from __future__ import annotations

import pytest

from console.sandbox.world import World
from tests.sandbox.world.conftest import DAY, NOW

HOUR = 3600
FILTERS = [
    {},
    {"states": ["FAIL"]},
    {"states": ["OFFLINE"]},
    {"states": ["ONLINE"]},
    {"states": ["FAIL", "ONLINE"]},
    {"states": ["ONLINE", "OFFLINE"]},
    {"regions": ["GD", "ZJ", "BJ"]},
    {"isps": ["CMCC"], "states": ["FAIL", "OFFLINE"]},
]
EVERYWHERE = pytest.mark.parametrize("character", ["support", "classroom", "meeting", "webinar", "social"])


def _expected(world: World, app_id: str, begin: int, end: int, filters: dict, detail: bool) -> list:
    """Return the rows of a window, chosen from all sessions of a day."""
    wide = world.participants(app_id, begin - DAY // 2, end + HOUR, now=NOW, detail=True)
    rows = [row for row in wide if begin <= row.joined_at < end]
    if not detail:
        rows = list({(row.room_id, row.user_id): row for row in rows}.values())
    names = {"GD": "广东", "ZJ": "浙江", "BJ": "北京"}
    regions = {names[code] for code in filters.get("regions", ())}
    return [
        row
        for row in rows
        if row.state in filters.get("states", [row.state])
        and row.isp in filters.get("isps", [row.isp])
        and (not regions or row.region in regions)
    ]


@EVERYWHERE
def test_windows_that_slide_are_counted_as_if_each_were_the_first(world, apps, character):
    app_id = apps[character].app_id
    for detail in (True, False):
        for filters in FILTERS:
            for seconds in (37, 900):
                for begin in range(NOW - 1500, NOW - 1200, 61):
                    rows = world.participants(
                        app_id, begin, begin + seconds, now=NOW, detail=detail, **filters
                    )
                    expected = _expected(world, app_id, begin, begin + seconds, filters, detail)
                    assert len(rows) == len(expected)
                    assert sorted(rows[:]) == sorted(expected)


@EVERYWHERE
def test_what_was_counted_before_a_deed_is_not_believed_after_it(fresh, apps, character):
    app_id = apps[character].app_id

    def check(now: int) -> list[int]:
        totals = []
        for filters in FILTERS:
            for begin, end in ((NOW - HOUR, now), (NOW - 300, now - 20), (NOW - 10 * HOUR, NOW - 100)):
                rows = fresh.participants(app_id, begin, end, now=now, detail=True, **filters)
                assert len(rows) == len(rows[:])
                totals.append(len(rows))
        return totals

    check(NOW)
    planned = check(NOW + 90)
    (room, other, *_) = fresh.rooms(app_id, NOW - DAY, NOW, "RUNNING")
    people = fresh.participants(app_id, NOW - DAY, NOW + 1, now=NOW, room_id=room.room_id, states=["ONLINE"])
    assert fresh.remove(app_id, room.room_id, [person.user_id for person in people], NOW)
    removed = check(NOW + 90)
    assert fresh.dismiss(app_id, other.room_id, NOW + 5)
    dismissed = check(NOW + 90)
    fresh.set_application(app_id, "DEACTIVATION", NOW + 10)
    closed = check(NOW + 90)
    assert len({tuple(each) for each in (planned, removed, dismissed, closed)}) == 4
    fresh.reset()
    assert check(NOW + 90) == planned


def test_who_fails_and_is_let_in_after_the_window_has_failed(world, apps):
    app_id = apps["classroom"].app_id
    rows = world.participants(app_id, NOW - 3 * DAY, NOW - DAY, now=NOW, detail=True)[:]
    fails = {(row.room_id, row.user_id, row.left_at): row for row in rows if row.state == "FAIL"}
    seen = 0
    for room_id, user_id, left_at in fails:
        later = [row for row in rows if (row.room_id, row.user_id) == (room_id, user_id)]
        again = next((row for row in later if row.joined_at > left_at and row.state == "OFFLINE"), None)
        if again is None:
            continue
        for end, states in ((again.joined_at, ["FAIL"]), (again.joined_at + 1, ["OFFLINE"])):
            window = later[0].joined_at, end
            asked = {"now": NOW, "room_id": room_id, "user_id": user_id}
            assert [row.state for row in world.participants(app_id, *window, **asked)] == states
            counted = world.participants(app_id, *window, now=NOW, room_id=room_id, states=["FAIL", "ONLINE"])
            mine = [row for row in counted if row.user_id == user_id]
            assert (len(counted), len(mine)) == (len(counted[:]), states.count("FAIL"))
        seen += 1
    assert seen > 3
