"""How fast the sandbox's large world answers signed requests. Run by hand, nothing is asserted:

    .venv/bin/python tests/benchmarks/bench_sandbox.py [--rounds 3] [--seed 7] [--only users]

Every kind of question gets a sandbox of its own, as a process, and asks right after its "ready": "first" is the
first question of the kind to each application, "again" are five more with windows that slide (one where it is no
list). Work is the processor time of the answer as the sandbox's log
has it, client the time that passed from sending a request to having read all of its answer. The machine may be busy
with other things: of several rounds each question counts with its best.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.sandbox_questions import KINDS, Kind
from tests.benchmarks.sandbox_server import Place, Server, places

GOAL_MS, GOAL_START_S, GOAL_MB = 20.0, 2.0, 300.0
TURNS = 5
Took = list[tuple[float, float]]  # milliseconds of work and at the client, per question


def main() -> None:
    """Ask everything and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--only", default="", help="only kinds whose names contain this")
    wanted = parser.parse_args()
    starts, memory, where = [], [], places(wanted.seed)
    print(f"{'':42} {'work, ms':>24} {'client, ms':>24}")
    print(
        f"{'question':28} {'':6} {'n':>5}  {'median':>6} {'p99':>8} {'max':>8}  {'median':>6} {'p99':>8} {'max':>8}"
    )
    for kind in KINDS:
        if wanted.only not in kind.name:
            continue
        firsts, agains = [], []
        for _ in range(wanted.rounds):
            with Server(wanted.seed) as server:
                first, again = ask(server, kind, server.places() if kind.removal else where)
                firsts.append(first)
                agains.append(again)
                starts.append(server.start_seconds)
                memory.append(server.megabytes())
        report(kind, "first", best(firsts))
        report(kind, "again", best(agains))
    print(f"\nstart   {min(starts):6.2f} s best, {max(starts):.2f} s worst   (goal {GOAL_START_S})")
    print(f"memory  {max(memory):6.0f} MB at most            (goal {GOAL_MB:.0f})")


def ask(server: Server, kind: Kind, where: list[Place]) -> tuple[Took, Took]:
    """Return what the first questions took, and what the later ones took."""
    if kind.day_first:
        server.control("clock", {"travel_seconds": 86_400})
    now = int(server.control("clock")["world"])
    first, again = [], []
    questions = [
        [kind.question(place, now + 5 * turn) for place in where]
        for turn in range((TURNS if kind.is_list else 1) + 1)
    ]
    for turn, row in enumerate(questions):
        for place, (path, query) in zip(where, row, strict=True):
            if kind.removal:
                server.remove(place)
            took = server.get(path, query)
            (again if turn else first).append(took)
    return first, again


def best(rounds: Iterable[Took]) -> Took:
    """Return each question's best of all rounds."""
    return [
        (min(work for work, _ in same), min(client for _, client in same))
        for same in zip(*rounds, strict=True)
    ]


def report(kind: Kind, which: str, took: Took) -> None:
    """Print median, 99th percentile and worst."""
    cells = []
    for column in zip(*took, strict=True):
        ranked = sorted(column)
        p99 = ranked[min(len(ranked) - 1, int(len(ranked) * 0.99))]
        cells.append(f"{statistics.median(ranked):7.1f} {p99:8.1f} {ranked[-1]:8.1f}")
    late = sum(client > GOAL_MS for _, client in took)
    mark = f"  above {GOAL_MS:.0f} ms: {late}" if late and kind.is_list else ""
    print(f"{kind.name:28} {which:6} {len(took):5} {cells[0]} {cells[1]}{mark}", flush=True)


if __name__ == "__main__":
    main()
