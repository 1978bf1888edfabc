"""Shared reads under 200 viewers, against a strict sandbox. Run by hand, nothing is asserted:

    .venv/bin/python tests/benchmarks/bench_reads.py [--seconds 60] [--warm-up 150] [--viewers 200] [--database URL]

Viewers look every five seconds at one of 20 panels (ten applications: the rooms, and the people of one room), spread
over two web processes of eight threads. Then the same with one viewer who has all 20 panels open. Each run has a fresh
database and a sandbox that has begun again; rates and ages are of the time after the warm-up, refusals of the whole
run. The warm-up is long because a start spends 20 of 30 permits in its first second: whatever is done then, ten answers
are a minute old before permits come free again.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
POLL_SECONDS, THREADS, APPLICATIONS, PROCESSES = 5.0, 8, 10, 2
LIMIT, WINDOW = 30, 60.0  # of the statistics quota


@dataclass(frozen=True)
class Look:
    """One answer for one viewer. at: when it was due; took: until it was there; age: of what was shown, in seconds."""

    at: float
    panel: int
    took: float
    age: float
    first: bool


# --- a web process ----------------------------------------------------------------------------------


def work(viewers: list[list[int]], begin: float, seconds: float) -> list[Look]:
    """Let each viewer look at its panels until the time is over; return what they saw."""
    import django

    django.setup()
    from django.utils import timezone

    from console.connections.models import Connection
    from console.connections.reads import read
    from console.sparkrtc.catalogue.rooms import LIST_PARTICIPANTS, LIST_ROOMS
    from console.sparkrtc.errors import SparkError

    connection = Connection.objects.get()
    places = json.loads(os.environ["BENCH_PLACES"])
    looks: list[Look] = []
    seen: set[int] = set()

    def look(at: float, panel: int) -> None:
        app_id, room_id = places[panel // 2]
        first = panel not in seen
        try:
            if panel % 2:
                reading = read(
                    connection, LIST_PARTICIPANTS, app_id=app_id, room_id=room_id, type="detail", limit=1000
                )
            else:
                reading = read(connection, LIST_ROOMS, app_id=app_id, state="RUNNING", limit=100)
        except SparkError as problem:
            print(f"panel {panel}: {type(problem).__name__}", file=sys.stderr)
            return
        seen.add(panel)
        assert reading.asked_at is not None
        age = (timezone.now() - reading.asked_at).total_seconds()
        looks.append(Look(at - begin, panel, time.time() - at, age, first))

    # Viewers come one after the other within one poll's time, and then look regularly.
    due = sorted(
        (begin + POLL_SECONDS * (number / len(viewers) + turn), panel)
        for number, panels in enumerate(viewers)
        for turn in range(int(seconds / POLL_SECONDS))
        for panel in panels
    )
    with ThreadPoolExecutor(THREADS) as pool:
        for at, panel in due:
            time.sleep(max(at - time.time(), 0.0))
            pool.submit(look, at, panel)
    return looks


# --- the whole --------------------------------------------------------------------------------------


def run(
    sandbox: Any, places: list[tuple[str, str]], viewers: list[list[int]], options: argparse.Namespace
) -> None:
    """Run the web processes over a fresh database, and print what came of it."""
    sandbox.reset()
    with tempfile.TemporaryDirectory(prefix="bench-reads-") as folder:
        env = {
            **os.environ,
            "CONSOLE_MODE": "local",
            "CONSOLE_VAR_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "console.settings",
            "LOG_LEVEL": "ERROR",
            "BENCH_PLACES": json.dumps(places),
            **({"DATABASE_URL": options.database} if options.database else {}),
        }
        _manage(env, "migrate", "--verbosity", "0")
        if options.database:
            _manage(env, "flush", "--no-input")
        _manage(env, "shell", "-c", _MAKE_CONNECTION.format(sandbox=sandbox))
        seconds, begin = options.warm_up + options.seconds, time.time() + 3
        processes = min(PROCESSES, len(viewers))
        started = [
            subprocess.Popen(
                [
                    sys.executable,
                    __file__,
                    "--work",
                    json.dumps([viewers[number::processes], begin, seconds]),
                ],
                cwd=ROOT,
                env=env,
                stdout=subprocess.PIPE,
                text=True,
            )
            for number in range(processes)
        ]
        looks = [Look(*row) for process in started for row in json.loads(process.communicate()[0])]
    report(looks, sandbox.requests(), begin, options)


_MAKE_CONNECTION = """
from console.connections.models import Connection
from console.connections.secrets import seal
Connection.objects.create(slug="bench", name="Bench", endpoint="{sandbox.endpoint}",
    project_id="{sandbox.project_id}", access_key="{sandbox.ak}", secret=seal("{sandbox.sk}"))
"""


def _manage(env: dict[str, str], *command: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL
    )


def report(
    looks: list[Look], requests: list[dict[str, Any]], begin: float, options: argparse.Namespace
) -> None:
    """Print the figures beside the goals."""
    panels = len({look.panel for look in looks})
    settled = [look for look in looks if look.at >= options.warm_up]
    times = sorted(look.took * 1000 for look in looks if not look.first)
    arrivals = sorted(float(entry["arrived"]) for entry in requests)
    refused = sum(entry["status"] == 429 for entry in requests)
    fullest = max((sum(at <= other < at + WINDOW for other in arrivals) for at in arrivals), default=0)
    late = [at for at in arrivals if at - begin >= options.warm_up]
    bound = 1.3 * panels / (LIMIT / WINDOW)
    oldest = max((look.age for look in settled), default=0.0)
    each = [
        max(look.age for look in settled if look.panel == panel) for panel in {look.panel for look in settled}
    ]
    lines = [
        ("answers", f"{len(looks)}", ""),
        ("statistics calls, all", f"{len(arrivals)}", ""),
        ("statistics calls a minute, settled", f"{len(late) / options.seconds * 60:.1f}", f"<= {LIMIT}"),
        ("fullest window of 60 s", f"{fullest}", f"<= {LIMIT}"),
        ("refused", f"{refused}", "0"),
        ("answer, median", f"{statistics.median(times):.1f} ms", ""),
        ("answer, p99", f"{times[int(0.99 * len(times))]:.1f} ms", "< 100 ms"),
        ("answer, worst", f"{times[-1]:.1f} ms", ""),
        ("oldest answer shown, settled", f"{oldest:.1f} s", f"<= {bound:.0f} s"),
        ("oldest of each panel, from .. to", f"{min(each):.1f} .. {max(each):.1f} s", ""),
    ]
    for name, found, goal in lines:
        print(f"  {name:36}{found:>16}   {goal}")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="measured time of each run")
    parser.add_argument("--warm-up", type=float, default=150.0, help="seconds before that")
    parser.add_argument("--viewers", type=int, default=200, help="0: only the run with one viewer")
    parser.add_argument(
        "--database", default="", help="postgres://… instead of a fresh SQLite file; it is emptied"
    )
    parser.add_argument("--work", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        print(json.dumps([list(vars(look).values()) for look in work(*json.loads(options.work))]))
        return
    from tests.sandbox.harness import start_sandbox

    sandbox = start_sandbox(scale="large", quota="strict")
    try:
        world = sandbox.control("world")
        places = [
            (app["app_id"], app["open_rooms"][-1]["room_id"])
            for app in world["applications"]
            if app["open_rooms"]
        ][:APPLICATIONS]
        panels = 2 * len(places)
        if options.viewers:
            print(f"{options.viewers} viewers of {panels} panels, {PROCESSES} processes")
            run(sandbox, places, [[number % panels] for number in range(options.viewers)], options)
        print(f"1 viewer of {panels} panels, 1 process")
        run(sandbox, places, [list(range(panels))], options)
    finally:
        sandbox.stop()


if __name__ == "__main__":
    main()
