"""Shared reads under 200 viewers: two web processes behind the real server, over HTTP, against a strict sandbox.

    make bench ONLY=reads                                            # the whole: about 16 minutes, on a quiet machine
    .venv/bin/python tests/benchmarks/bench_reads.py --short         # about 8 minutes

Viewers look every five seconds at one of 20 panels (ten applications: the open rooms, the closed ones) as the page does
that polls itself. Then the same with one viewer who has all 20 panels open. Each run has a fresh database, its own web
server and a sandbox that has begun again. Rates and ages are of the time after the warm-up, refusals and times of the
whole run. The warm-up is long because a start spends 20 of 30 permits in its first second: whatever is done then, ten
answers are a minute old before permits come free again.

Ends with 1 when a goal is missed. Times mean something only while the machine does nothing else; the rest always does.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
APPLICATIONS, PROCESSES, THREADS = 10, 2, 8
LIMIT, WINDOW = 30, 60.0  # of the statistics quota
BIN = Path(sys.executable).parent
_TAKEN_AT = re.compile(r'class="as-of .*?<time datetime="([^"]+)"', re.DOTALL)


@dataclass(frozen=True)
class Look:
    """One answer for one viewer. at: seconds since the beginning; took: until it was there; age: of what was shown.

    status: 200, or what stood instead of an answer; 0 when nobody answered. first: nobody had seen the panel before.
    """

    at: float
    panel: int
    took: float
    status: int
    age: float
    first: bool


@dataclass(frozen=True)
class Arrival:
    """A statistics request at the sandbox. at: seconds since the beginning."""

    at: float
    refused: bool


# --- the console ------------------------------------------------------------------------------------

_MAKE = """
from django.test import Client
from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.connections.models import Connection
from console.connections.secrets import seal
Connection.objects.create(slug="bench", name="Bench", endpoint="{sandbox.endpoint}",
    project_id="{sandbox.project_id}", access_key="{sandbox.ak}", secret=seal("{sandbox.sk}"))
for number in range({viewers}):
    user = User.objects.create_user(f"viewer-{{number}}", f"viewer-{{number}}@example.com")
    RoleGrant.objects.create(user=user, role=Role.SUPPORT)
    client = Client()
    client.force_login(user)
    print("session", client.cookies["sessionid"].value)
"""


@contextlib.contextmanager
def console(sandbox: Any, viewers: int, database: str) -> Iterator[tuple[int, list[str]]]:
    """Serve a fresh console as README.md says; yield its port and a session for each viewer."""
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="bench-reads-") as folder:
        env = {
            **os.environ,
            "CONSOLE_MODE": "local",
            "CONSOLE_VAR_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "console.settings",
            "LOG_LEVEL": "ERROR",
            "WEB_BIND": f"127.0.0.1:{port}",
            "WEB_PROCESSES": str(PROCESSES),
            "WEB_THREADS": str(THREADS),
            **({"DATABASE_URL": database} if database else {}),
        }
        _manage(env, "migrate", "--verbosity", "0")
        _manage(env, "createcachetable")
        if database:
            _manage(env, "flush", "--no-input")
        made = _manage(env, "shell", "-c", _MAKE.format(sandbox=sandbox, viewers=viewers))
        sessions = [line.split()[1] for line in made.splitlines() if line.startswith("session ")]
        command = [str(BIN / "gunicorn"), "-c", "python:console.web", "console.wsgi"]
        log = Path(folder) / "web.log"
        with log.open("w") as told:
            server = subprocess.Popen(command, cwd=ROOT, env=env, stderr=told)
        try:
            _await(port)
            yield port, sessions
            if server.poll() is not None:
                raise RuntimeError(f"the console has ended:\n{log.read_text()[-2000:]}")
        finally:
            server.terminate()
            server.wait(30)


def _manage(env: dict[str, str], *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=env,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _await(port: int) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.1)
    raise RuntimeError("the console does not serve")


# --- the viewers ------------------------------------------------------------------------------------


class Viewers:
    """Look at their panels again and again, and remember what they saw."""

    def __init__(self, port: int, sessions: Sequence[str], app_ids: Sequence[str], begin: float) -> None:
        self._port, self._sessions, self._begin = port, sessions, begin
        self._panels = [
            f"/c/bench/rooms/?app={app}&state={state}" for app in app_ids for state in ("open", "closed")
        ]
        self._seen: set[int] = set()
        self._lock = threading.Lock()
        self.looks: list[Look] = []

    def watch(self, panels: Sequence[Sequence[int]], seconds: float, every: float) -> None:
        """Let each viewer look at its panels, at times that are spread evenly over a round and come back in each."""
        due = sorted(
            (self._begin + every * (number / len(panels) + place / len(mine) + turn), number, panel)
            for number, mine in enumerate(panels)
            for turn in range(int(seconds / every))
            for place, panel in enumerate(mine)
        )
        with ThreadPoolExecutor(64) as pool:
            for at, viewer, panel in due:
                time.sleep(max(at - time.time(), 0.0))
                pool.submit(self._look, viewer, panel)

    def _look(self, viewer: int, panel: int) -> None:
        with self._lock:
            first = panel not in self._seen
        wire = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        headers = {
            "Cookie": f"sessionid={self._sessions[viewer]}; scripts=on",
            "HX-Request": "true",
            "HX-Target": "rooms-page",
            "Console-Poll": "true",
        }
        begun = time.perf_counter()
        try:
            wire.request("GET", self._panels[panel], headers=headers)
            answer = wire.getresponse()
            html = answer.read().decode()
        except OSError:
            with self._lock:
                self.looks.append(Look(time.time() - self._begin, panel, 30.0, 0, float("nan"), first))
            return
        finally:
            wire.close()
        took, now = time.perf_counter() - begun, time.time()
        taken = _TAKEN_AT.search(html)
        age = now - datetime.fromisoformat(taken[1]).timestamp() if taken else float("nan")
        with self._lock:
            if answer.status == 200:
                self._seen.add(panel)
            self.looks.append(Look(now - took - self._begin, panel, took, answer.status, age, first))


# --- the whole --------------------------------------------------------------------------------------


def run(sandbox: Any, app_ids: list[str], panels: list[list[int]], options: argparse.Namespace) -> Figures:
    """Watch for a while, and return what came of it."""
    sandbox.reset()
    with console(sandbox, len(panels), options.database) as (port, sessions):
        viewers = Viewers(port, sessions, app_ids, time.time() + 1)
        viewers.watch(panels, options.warm_up + options.seconds, options.every)
        requests = [
            entry for entry in sandbox.requests() if entry["operation"] in ("list_rooms", "list_users")
        ]
    arrivals = [Arrival(float(one["arrived"]) - viewers._begin, one["status"] == 429) for one in requests]
    return Figures(viewers.looks, arrivals, options.warm_up, options.seconds)


class Figures:
    """What a run comes to."""

    def __init__(
        self, looks: Sequence[Look], arrivals: Sequence[Arrival], warm_up: float, seconds: float
    ) -> None:
        good = [look for look in looks if look.status == 200]
        settled = [look for look in good if warm_up <= look.at < warm_up + seconds]
        panels = {look.panel for look in looks}
        times = sorted(look.took * 1000 for look in looks if not look.first)
        instants = sorted(one.at for one in arrivals)
        oldest = [
            max((one.age for one in settled if one.panel == panel), default=float("inf")) for panel in panels
        ]
        self.answers, self.calls = len(looks), len(arrivals)
        self.refused = sum(one.refused for one in arrivals)
        self.later = sum(look.status != 200 for look in looks if not look.first)
        self.fullest = max(
            (sum(at <= other < at + WINDOW for other in instants) for at in instants), default=0
        )
        self.rate = sum(warm_up <= at < warm_up + seconds for at in instants) / seconds * 60
        self.median, self.worst = statistics.median(times), times[-1]
        self.p99 = times[int(0.99 * len(times))]
        self.oldest, self.youngest = max(oldest), min(oldest)
        self.bound = 1.3 * len(panels) / (LIMIT / WINDOW)


def table(many: Figures | None, one: Figures, viewers: int) -> bool:
    """Print the figures beside the goals, and say whether all are met."""
    both = [figures for figures in (many, one) if figures is not None]
    ratio = many.rate / one.rate if many and one.rate else 1.0
    rows: list[tuple[str, list[str], str, bool]] = []

    def row(name: str, values: list[str], goal: str = "", met: bool = True) -> None:
        rows.append((name, values, goal, met))

    row("answers", [f"{f.answers}" for f in both])
    row("statistics calls", [f"{f.calls}" for f in both])
    row(
        "calls a minute, settled",
        [f"{f.rate:.1f}" for f in both],
        f"<= {LIMIT}",
        all(f.rate <= LIMIT for f in both),
    )
    row(
        "fullest window of 60 s",
        [f"{f.fullest}" for f in both],
        f"<= {LIMIT}",
        all(f.fullest <= LIMIT for f in both),
    )
    row("refused by the cloud", [f"{f.refused}" for f in both], "0", not any(f.refused for f in both))
    row("no answer once seen", [f"{f.later}" for f in both], "0", not any(f.later for f in both))
    row("answer, median", [f"{f.median:.0f} ms" for f in both])
    row(
        "answer, p99, once seen",
        [f"{f.p99:.0f} ms" for f in both],
        "< 100 ms",
        all(f.p99 < 100 for f in both),
    )
    row("answer, worst", [f"{f.worst:.0f} ms" for f in both])
    oldest_met = all(f.oldest <= f.bound for f in both)
    row("oldest shown of any panel", [f"{f.oldest:.1f} s" for f in both], f"<= {one.bound:.0f} s", oldest_met)
    row("oldest shown of the freshest", [f"{f.youngest:.1f} s" for f in both])
    if many:
        row(
            f"calls, {viewers} viewers to 1",
            [f"{100 * (ratio - 1):+.1f} %", ""],
            "within 5 %",
            abs(ratio - 1) <= 0.05,
        )
    heads = [f"{viewers} viewers", "1 viewer"] if many else ["1 viewer"]
    print(f"\n  {'':30}" + "".join(f"{head:>14}" for head in heads) + "   goal")
    for name, values, goal, met in rows:
        print(
            f"  {name:30}"
            + "".join(f"{value:>14}" for value in values)
            + f"   {goal}{'' if met else '   MISSED'}"
        )
    sys.stdout.flush()
    return all(met for _name, _values, _goal, met in rows)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=300.0, help="measured time of each run")
    parser.add_argument("--warm-up", type=float, default=150.0, help="seconds before that")
    parser.add_argument("--short", action="store_true", help="measure 60 seconds only")
    parser.add_argument("--viewers", type=int, default=200, help="0: only the run with one viewer")
    parser.add_argument("--every", type=float, default=5.0, help="seconds between two looks of a viewer")
    parser.add_argument(
        "--database", default="", help="postgres://… instead of a fresh SQLite file; it is emptied"
    )
    options = parser.parse_args()
    if options.short:
        options.seconds = 60.0
    from tests.sandbox.harness import start_sandbox

    sandbox = start_sandbox(scale="large", quota="strict")
    try:
        app_ids = [app["app_id"] for app in sandbox.control("world")["applications"] if app["open_rooms"]]
        app_ids, panels = app_ids[:APPLICATIONS], 2 * APPLICATIONS
        each = options.warm_up + options.seconds
        print(f"{panels} panels, {PROCESSES} web processes, {each:.0f} s each of them", flush=True)
        many = None
        if options.viewers:
            many = run(sandbox, app_ids, [[number % panels] for number in range(options.viewers)], options)
        one = run(sandbox, app_ids, [list(range(panels))], options)
    finally:
        sandbox.stop()
    return 0 if table(many, one, options.viewers) else 1


if __name__ == "__main__":
    sys.exit(main())
