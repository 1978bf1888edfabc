"""The throttle under floods, beside other limiters, against a server that is as strict as can be.

    make bench ONLY=throttle                     real minutes, 50 minutes in all; the machine must be quiet
    make bench ONLY="throttle --part slow"       only the quotas of a minute (20 minutes); or fast, wide, waiters
    make bench ONLY="throttle --quick"           windows of ten seconds instead of sixty, a quarter of an hour

Four processes of four threads saturate one quota through requests. The server judges each arrival by a sliding log and
by fixed windows at two offsets at once. Use: accepted requests of what the quota allows, from the end of the first
window on. Ceiling: T / (T + mean latency - floor), the most without news from the server. The peers live in an
environment of their own, var/benchmarks/peers, made when it is first needed.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]
from stores import postgresql, redis_server  # noqa: E402

CLICK, BULK = 0, 3
JITTERS = ("lognormal", "uniform", "spiky")
PEERS = {
    "pyrate-memory": "", "pyrate-sqlite": "file", "requests-ratelimiter": "file", "pyrate-redis": "redis",
    "limits-fixed": "redis", "limits-moving": "redis", "pacing": "",
}  # fmt: skip


@dataclass(frozen=True)
class Quota:
    limit: int
    seconds: float
    lasting: float

    @property
    def interval(self) -> float:
        return self.seconds / self.limit

    def __str__(self) -> str:
        return f"{self.limit} in {self.seconds:g} s"


SLOW = {False: (Quota(60, 60, 390), Quota(30, 60, 390)), True: (Quota(10, 10, 62), Quota(5, 10, 62))}
FAST = {False: (Quota(10, 1, 40), Quota(2, 1, 40)), True: (Quota(10, 1, 15), Quota(2, 1, 20))}


@dataclass(frozen=True)
class Run:
    """What is to be measured. store: where ours or the peer keeps its books."""

    quota: Quota
    limiter: str = "ours"
    store: str = "SQLite"
    jitter: str = "lognormal"
    lane: int = CLICK
    processes: int = 4
    threads: int = 4
    clicks: bool = False


@dataclass
class Figures:
    run: Run
    accepted: list[float]
    refused: int
    fullest: int
    latency: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    clicks: list[float] = field(default_factory=list)
    transactions: int = 0

    @property
    def use(self) -> float:
        """Whole rounds of the quota after the first window, so that bursts do not distort it."""
        quota = self.run.quota
        settled = [at for at in self.accepted if at >= self.accepted[0] + quota.seconds]
        rounds = (len(settled) - 1) // quota.limit * quota.limit
        return rounds / (settled[rounds] - settled[0]) * quota.interval if rounds > 0 else 0.0

    @property
    def ceiling(self) -> float:
        from console.sparkrtc.floors import Trips

        if not self.latency:
            return 0.0
        trips = Trips(0.0)
        for latency in self.latency:
            trips.note(latency, 0.0)
        seconds = self.run.quota.seconds
        return seconds / (seconds + statistics.mean(self.latency) - trips.floor(0.0))


class Place:
    """A store for one run of ours, or of a peer."""

    def __init__(self, database: str, redis: str) -> None:
        self._database, self._redis, self._numbers = database, redis, itertools.count()

    @contextlib.contextmanager
    def of(self, run: Run) -> Iterator[tuple[str, dict[str, str]]]:
        """Yield what the processes share, and their environment."""
        with tempfile.TemporaryDirectory(prefix="bench-throttle-") as folder:
            if run.limiter != "ours":
                kind = PEERS[run.limiter]
                redis = f"{self._redis.rpartition('/')[0]}/{next(self._numbers)}"
                shared = {"": "-", "file": f"{folder}/peers.sqlite", "redis": redis}[kind]
                yield shared, dict(os.environ)
                return
            env = {
                **os.environ,
                "CONSOLE_MODE": "local",
                "CONSOLE_VAR_DIR": folder,
                "DJANGO_SETTINGS_MODULE": "console.settings",
                "LOG_LEVEL": "ERROR",
                "PYTHONPATH": str(ROOT),
                **({"DATABASE_URL": self._database} if run.store == "PostgreSQL" else {}),
            }
            if run.store == "SQLite":
                manage(env, "migrate", "--verbosity", "0")
            code = (
                "from console.connections.models import Connection; from console.connections.owners import owner_of;"
                f"print('owner', owner_of(Connection(endpoint='http://x', project_id='{uuid.uuid4().hex}')))"
            )
            said = manage(env, "shell", "-v", "0", "-c", code)
            yield said.split("owner ")[-1].strip(), env


def manage(env: dict[str, str], *command: str) -> str:
    words = [sys.executable, "manage.py", *command]
    return subprocess.run(words, cwd=ROOT, env=env, check=True, capture_output=True, text=True).stdout


def peers_python() -> str:
    folder, wanted = ROOT / "var" / "benchmarks" / "peers", HERE / "throttle_peers.txt"
    stamp = folder / "packages.txt"
    if not stamp.exists() or stamp.read_text() != wanted.read_text():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([folder / "bin" / "pip", "install", "-q", "-r", wanted], check=True)
        stamp.write_text(wanted.read_text())
    return str(folder / "bin" / "python")


def measure(run: Run, place: Place, peers: str) -> Figures:
    """Flood one server."""
    quota = run.quota
    with place.of(run) as (shared, env):
        server = start(
            [sys.executable, HERE / "throttle_server.py", quota.limit, quota.seconds, run.jitter],
            dict(os.environ),
        )
        url = f"http://127.0.0.1:{said(server)}/"
        python = sys.executable if run.limiter == "ours" else peers
        words = [python, HERE / "throttle_flood.py", run.limiter, "--url", url, "--store", shared]
        words += ["--limit", quota.limit, "--seconds", quota.seconds, "--lasting", quota.lasting]
        words += ["--processes", run.processes]
        floods = [
            start([*words, "--threads", run.threads, "--lane", run.lane], env) for _ in range(run.processes)
        ]
        every = max(5 * quota.interval, 2.0)
        clicker = (
            start([*words, "--threads", 1, "--lane", CLICK, "--clicks", every], env) if run.clicks else None
        )
        everybody = [*floods, *([clicker] if clicker else [])]
        for process in everybody:
            said(process)
        for process in everybody:
            tell(process)
        found = [json.loads(said(process)) for process in everybody]
        tell(server)
        seen = json.loads(said(server))
        for process in (*everybody, server):
            process.wait(60)
    figures = Figures(run, seen["accepted"], seen["refused"], seen["fullest"])
    for one in found:
        figures.latency += one["latency"]
        figures.cpu += one["cpu"]
        figures.transactions += one["transactions"]
    figures.clicks = found[-1]["waited"] if clicker else []
    return figures


def start(words: Sequence[object], env: dict[str, str]) -> subprocess.Popen[str]:
    command = [str(word) for word in words]
    return subprocess.Popen(
        command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise SystemExit(f"{process.args} ended with {process.wait()}")
    return line.strip()


def tell(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def report(title: str, all_figures: Sequence[Figures]) -> None:
    print(f"\n{title}")
    print(
        f"  {'quota':12}{'limiter':22}{'store':12}{'jitter':11}{'lane':7}{'use':>7}{'ceiling':>9}{'refused':>9}"
        f"{'fullest':>9}   {'a permit costs':16}{'a click waits: p50':>19}{'p99':>7}{'max':>7}"
    )
    for one in all_figures:
        run, ours = one.run, one.run.limiter == "ours"
        lane = "-" if not ours else "clicks" if run.lane == CLICK else "bulk"
        ceiling = f"{one.ceiling:.1%}" if one.latency else "-"
        permits = max(len(one.latency), 1)
        cost = (
            f"{one.transactions / permits:.1f} tx, {1000 * sum(one.cpu) / max(len(one.cpu), 1):.1f} ms"
            if ours
            else ""
        )
        waits = sorted(one.clicks)
        clicks = (
            [statistics.median(waits), waits[min(len(waits) - 1, int(0.99 * len(waits)))], waits[-1]]
            if waits
            else []
        )
        print(
            f"  {run.quota!s:12}{run.limiter:22}{run.store:12}{run.jitter:11}{lane:7}{one.use:>7.1%}{ceiling:>9}"
            f"{one.refused:>9}{f'{one.fullest}/{run.quota.limit}':>9}   {cost:16}"
            + "".join(f"{wait:>{width}.2f}" for wait, width in zip(clicks, (19, 7, 7), strict=False))
        )
    sys.stdout.flush()


def waiters(place: Place) -> None:
    """Two hundred threads of one process that wait for a permit which comes in ten seconds: the CPU of waiting."""
    with place.of(Run(Quota(1, 20, 0))) as (owner, env):
        done = subprocess.run(
            [sys.executable, HERE / "throttle_waiters.py", owner],
            cwd=ROOT,
            env=env,
            check=True,
            capture_output=True,
            text=True,
        )
    print(f"\n{done.stdout.strip()}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="windows of ten seconds instead of sixty")
    parser.add_argument("--no-peers", action="store_true", help="only ours")
    parser.add_argument("--store", choices=["SQLite", "PostgreSQL"], help="only this one")
    parser.add_argument(
        "--together", type=int, default=14, help="how many runs of the slow quotas at the same time"
    )
    parser.add_argument("--part", choices=["slow", "fast", "wide", "waiters"], help="only this one")
    wish = parser.parse_args()
    stores = [wish.store] if wish.store else ["SQLite", "PostgreSQL"]
    peers = "" if wish.no_peers else peers_python()
    begin = time.monotonic()
    mode = "quick, windows of ten seconds stand for minutes" if wish.quick else "full"
    print(f"mode: {mode}; {os.cpu_count()} cores, load at the start {os.getloadavg()[0]:.1f}")
    with postgresql() as database, redis_server() as redis:
        place = Place(database, redis)
        env = {**os.environ, "CONSOLE_MODE": "local", "DATABASE_URL": database}
        manage(env, "migrate", "--verbosity", "0")

        def all_of(runs: Sequence[Run], together: int = 1) -> list[Figures]:
            with ThreadPoolExecutor(together) as pool:
                return list(pool.map(lambda run: measure(run, place, peers), runs))

        slow, fast = SLOW[wish.quick], FAST[wish.quick]
        cases = list(itertools.product(stores, JITTERS))
        words = {"": "memory", "file": "SQLite", "redis": "Redis"}
        for name, quotas, together in (("slow", slow, wish.together), ("fast", fast, 1)):
            if wish.part not in (None, name):
                continue
            runs = [Run(quota, store=s, jitter=j) for quota in quotas for s, j in cases]
            report(f"Saturated by clicks, {name} quotas", all_of(runs, together))
            runs = [replace(run, lane=BULK, clicks=True) for run in runs]
            report(f"A bulk run, and a click now and then, {name} quotas", all_of(runs, together))
            if peers:
                runs = [
                    Run(quota, limiter=peer, store=words[kind], clicks=True)
                    for quota in quotas
                    for peer, kind in PEERS.items()
                ]
                title = (
                    f"Peers, saturated, and a fifth process that wants a permit now and then, {name} quotas"
                )
                report(title, all_of(runs, together))
        if wish.part in (None, "wide"):
            runs = [Run(fast[0], store=store, processes=8, threads=8) for store in stores]
            report("Eight processes of eight threads", all_of(runs))
        if wish.part in (None, "waiters"):
            waiters(place)
    print(f"\n{time.monotonic() - begin:.0f} s; load at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
