"""The large world: as many rooms and people as promised, and figures that agree well enough."""

from __future__ import annotations

import pytest

from console.sandbox.world import World
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
