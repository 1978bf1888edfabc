#!/usr/bin/env python3
"""Run the benchmarks, all or those named: bench.py [sandbox] [reads] …; each prints its own table.

They are run by hand: figures depend on the machine and on what else it does.
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
    wanted = sys.argv[1:] or list(BENCHMARKS)
    unknown = [name for name in wanted if name not in BENCHMARKS]
    if unknown:
        sys.exit(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}.")
    failed = 0
    for name in wanted:
        print(f"== {name}", flush=True)
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        failed |= subprocess.run(
            [sys.executable, str(BENCHMARKS[name])], cwd=ROOT, env=env, check=False
        ).returncode
    return failed


if __name__ == "__main__":
    sys.exit(main())
