#!/usr/bin/env python3
"""Run the benchmarks, all or those named: bench.py [sandbox] [reads] [throttle --quick] …; each prints its own table.

Words that begin with a dash go to the benchmark before them. All are run by hand: figures depend on the machine and on
what else it does.
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
    wanted: list[tuple[str, list[str]]] = []
    for word in sys.argv[1:] or BENCHMARKS:
        if not word.startswith("-"):
            wanted.append((word, []))
        elif wanted:
            wanted[-1][1].append(word)
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


if __name__ == "__main__":
    sys.exit(main())
