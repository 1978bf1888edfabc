#!/usr/bin/env python3
"""Run the benchmarks, all or those named: bench.py [sandbox] [throttle --part slow] …; each prints its own table.

Other words go to the benchmark before them. All are run by hand: figures depend on the machine and on what else it
does.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BENCHMARKS = {
    path.stem.removeprefix("bench_"): path for path in sorted(ROOT.glob("tests/benchmarks/bench_*.py"))
}


def main() -> int:
    wanted = plan(sys.argv[1:])
    unknown = [name for name, _options in wanted if name not in BENCHMARKS]
    if unknown:
        sys.exit(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}.")
    failed = 0
    for name, options in wanted:
        print(f"== {name}", flush=True)
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, str(BENCHMARKS[name]), *options]
        failed |= subprocess.run(command, cwd=ROOT, env=env, check=False).returncode
    return failed


def plan(words: list[str]) -> list[tuple[str, list[str]]]:
    """Return each benchmark with the words that are its own; all of them without any word."""
    wanted: list[tuple[str, list[str]]] = []
    for word in words or BENCHMARKS:
        if word in BENCHMARKS or not wanted:
            wanted.append((word, []))
        else:
            wanted[-1][1].append(word)
    return wanted


if __name__ == "__main__":
    sys.exit(main())
