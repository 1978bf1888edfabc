"""How fast the sandbox's large world answers, and how much memory it takes. Run by hand, nothing is asserted:

    .venv/bin/python tests/benchmarks/bench_sandbox.py [moment, epoch seconds]

Each list is asked with fresh windows as a client would, every application in turn; "first" is the first question
of its kind to an application, "again" the later ones, a few seconds apart.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from console.sandbox.world import World

DAY, HOUR = 86_400, 3600
GOAL_MS, GOAL_START_S, GOAL_MB = 20.0, 2.0, 300.0
Question = Callable[[World, str, int], Sequence[Any]]

QUESTIONS: dict[str, Question] = {
    "rooms, last hour": lambda world, app, now: world.rooms(app, now - HOUR, now),
    "rooms, running, 90 days": lambda world, app, now: world.rooms(app, now - 90 * DAY, now, "RUNNING"),
    "rooms, closed, 90 days": lambda world, app, now: world.rooms(app, now - 90 * DAY, now, "CLOSED"),
    "users, last hour": lambda world, app, now: world.participants(app, now - HOUR, now),
    "users, online, 1 day": lambda world, app, now: world.participants(
        app, now - DAY, now, states=["ONLINE"]
    ),
    "users, 90 days": lambda world, app, now: world.participants(app, now - 90 * DAY, now, detail=True),
    "users, failed, 90 days": lambda world, app, now: world.participants(
        app, now - 90 * DAY, now, states=["FAIL"], detail=True
    ),
    "users, regions, 30 days": lambda world, app, now: world.participants(
        app, now - 30 * DAY, now, regions=["GD", "浙江"], states=["OFFLINE"]
    ),
    "users, nickname, 30 days": lambda world, app, now: world.participants(
        app, now - 30 * DAY, now, nickname="王伟"
    ),
    "users, a past day": lambda world, app, now: world.participants(
        app, now - 9 * DAY, now - 8 * DAY, now=now
    ),
}


def main() -> None:
    now = int(sys.argv[1]) if len(sys.argv) > 1 else int(time.time())
    begin = time.perf_counter()
    world = World(7, "large", now)
    started = time.perf_counter() - begin
    apps = [app.app_id for app in world.applications()]
    print(f"start            {started:8.3f} s   (goal {GOAL_START_S})")
    for name, question in QUESTIONS.items():
        report(name, [ask(world, app, question, now) for app in apps], "first")
        again = [ask(world, app, question, now + 5 * turn) for turn in range(1, 6) for app in apps]
        report(name, again, "again")
    rooms = sum(len(world.rooms(app, now - DAY, now, "RUNNING")) for app in apps)
    online = sum(len(world.participants(app, now - DAY, now, states=["ONLINE"], detail=True)) for app in apps)
    print(f"\n{len(apps)} applications, {rooms} rooms open, {online} people online")
    print(
        f"memory           {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MB  (goal {GOAL_MB:.0f})"
    )


def ask(world: World, app: str, question: Question, now: int) -> float:
    """Return the milliseconds that a total and two pages take."""
    begin = time.process_time()
    rows = question(world, app, now)
    total = len(rows)
    rows[:10], rows[total // 2 : total // 2 + 20]
    return (time.process_time() - begin) * 1000


def report(name: str, took: list[float], which: str) -> None:
    """Print median and worst."""
    worst = max(took)
    mark = (
        ""
        if worst <= GOAL_MS
        else f"   above {GOAL_MS:.0f} ms: {sum(ms > GOAL_MS for ms in took)} of {len(took)}"
    )
    print(f"{name:26} {which:6} median {statistics.median(took):6.1f} ms  worst {worst:6.1f} ms{mark}")


if __name__ == "__main__":
    main()
