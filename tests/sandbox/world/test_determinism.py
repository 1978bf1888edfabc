"""The same seed and moment give the same bytes, wherever and however they are asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

from console.sandbox.world import World
from tests.sandbox.world.conftest import DAY, NOW

SCRIPT = """
import hashlib, sys
from console.sandbox.world import World
world, digest = World(int(sys.argv[1]), "small", 0.0), hashlib.sha256()
now = int(sys.argv[2])
for app in world.applications():
    digest.update(repr(app).encode())
    digest.update(repr(world.rooms(app.app_id, now - 7200, now)[:]).encode())
    people = world.participants(app.app_id, now - 1800, now, detail=True)[:50]
    digest.update(repr(people).encode())
digest.update(repr(world.labelled_calls(now - 7200, now)).encode())
print(digest.hexdigest())
"""


def _digest(seed: int, hash_seed: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(seed), str(NOW)],
        capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": ":".join(sys.path)},
    )  # fmt: skip
    return done.stdout


def test_processes_agree_and_seeds_differ():
    assert _digest(3, "1") == _digest(3, "2")
    assert _digest(3, "1") != _digest(4, "1")


@pytest.mark.parametrize("ago", [0, 3 * DAY + 12_345, 89 * DAY, -400 * DAY])
def test_what_was_asked_before_and_the_time_of_birth_make_no_difference(ago, apps):
    app_id = apps["meeting"].app_id
    curious, lazy = World(7, "small", NOW), World(7, "small", NOW - 50 * DAY)
    moment = NOW - ago
    for other in range(0, 60 * DAY, 7 * DAY):
        curious.participants(app_id, NOW - other - 3600, NOW - other)[:5]
    rooms = [each.rooms(app_id, moment - 6 * 3600, moment)[:] for each in (curious, lazy)]
    people = [each.participants(app_id, moment - 6 * 3600, moment)[:] for each in (curious, lazy)]
    assert rooms[0] == rooms[1] != []
    assert people[0] == people[1] != []


def test_yesterday_looks_from_today_as_it_did_then(world, apps):
    app_id, then = apps["classroom"].app_id, NOW - DAY
    before = {room.room_id: room for room in world.rooms(app_id, then - 3 * 3600, then)}
    after = {room.room_id: room for room in world.rooms(app_id, then - 3 * 3600, then, now=NOW)}
    assert before.keys() == after.keys()
    for room_id, room in before.items():
        assert after[room_id].state == "CLOSED"
        assert (room.start, room.end) in {
            (after[room_id].start, after[room_id].end),
            (after[room_id].start, None),
        }
        assert room.end is not None or after[room_id].end > then
