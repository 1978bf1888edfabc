"""How good the verdicts are, on calls that nobody looked at while the rules were written. Run by hand:

    .venv/bin/python tests/benchmarks/bench_verdicts.py [--seeds 501,502] [--calls 1] [--modes said,silent] [--wrong]

Each seed is a sandbox of its own, as a process, asked over HTTP through our client; what it parses is judged. A call
counts as right when the first finding has the right rule and blames the right person. Precision: of the verdicts that
name a rule first, how many are right. Recall: of the calls with that cause, how many are found.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.investigate.verdict.collecting import Collector
from tests.investigate.verdict.scoring import (
    HELD_OUT,
    MODES,
    NOW,
    TUNED_ON,
    Score,
    chosen,
    fits,
    judged,
    rules_of,
)
from tests.sandbox.harness import start_sandbox

GOAL = 0.9


def main() -> int:
    """Judge everything and print the table; return 1 when a goal is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", default=",".join(map(str, HELD_OUT)))
    parser.add_argument("--calls", type=int, default=1, help="of each cause and seed")
    parser.add_argument("--modes", default=",".join(MODES))
    parser.add_argument("--wrong", action="store_true", help="list the verdicts that are not right")
    wanted = parser.parse_args()
    seeds = [int(seed) for seed in wanted.seeds.split(",")]
    scores = {mode: Score() for mode in MODES if mode in wanted.modes.split(",")}
    begin, requests, calls = time.perf_counter(), 0, 0
    for seed in seeds:
        some, many = run(seed, wanted.calls, scores)
        requests, calls = requests + some, calls + many
        print(f"seed {seed}: {many} calls, {some} requests", flush=True)
    tuned = " (some of them the rules were tuned on)" if set(seeds) & set(TUNED_ON) else ", held out"
    print(
        f"\n{len(seeds)} seeds{tuned}, {calls} calls, {requests} requests, {time.perf_counter() - begin:.0f} s\n"
    )
    return report(scores, wanted.wrong)


def run(seed: int, most: int, scores: dict[str, Score]) -> tuple[int, int]:
    """Judge the calls of one world; return how many requests it took, and how many calls there were."""
    sandbox = start_sandbox(seed=seed, quota="off")
    try:
        collector = Collector(sandbox, NOW)
        calls = chosen(collector, most)
        for call in calls:
            for mode, score in scores.items():
                if fits(call, mode):
                    score.count(call, mode, judged(collector, call, mode))
        return collector.requests, len(calls)
    finally:
        sandbox.stop()


def report(scores: dict[str, Score], list_wrong: bool) -> int:
    """Print precision and recall per rule and mode, then the goals."""
    print(f"{'':8}" + "".join(f"{mode:>22}" for mode in scores))
    print(f"{'rule':8}" + f"{'n':>6}{'prec':>8}{'recall':>8}" * len(scores))
    for rule in rules_of(scores.values()):
        cells = []
        for score in scores.values():
            precision = _percent(score.claimed_right[rule], score.claimed[rule])
            recall = _percent(score.right[rule], score.all[rule])
            cells.append(f"{score.all[rule]:>6}{precision:>8}{recall:>8}")
        print(f"{rule or 'fine':8}" + "".join(cells))
    print()
    failed = 0
    for mode, score in scores.items():
        total = sum(score.all.values())
        two = f", both causes {score.both} of {score.of_two}" if score.of_two else ""
        good = score.share >= GOAL and not score.false_blames
        failed |= not good
        print(
            f"{mode:10} {MODES[mode]:36} {sum(score.right.values()):>4} of {total:<4} {score.share:6.1%} right, "
            f"false blames {score.false_blames}{two}   {'ok' if good else 'GOAL MISSED'}"
        )
    words: dict[str, list[int]] = {}
    for score in scores.values():
        for (word, right), count in score.words.items():
            found = words.setdefault(word, [0, 0])
            found[0] += count * right
            found[1] += count
    for word, (right, count) in sorted(words.items()):
        print(f"confidence {word:8} {right} of {count} right")
    if list_wrong:
        print("\n".join(line for score in scores.values() for line in score.wrong))
    return int(failed)


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "-"


if __name__ == "__main__":
    sys.exit(main())
