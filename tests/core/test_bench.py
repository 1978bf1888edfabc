"""Figures are measured by hand, by the commands that stand in the documents; so those commands are looked at here."""

import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TEXTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("tests/benchmarks/bench_*.py"))]
WRITTEN = re.compile(r"make bench ONLY=(?:\"([^\"]+)\"|(\w+))")
COMMANDS = sorted({a or b for text in TEXTS for a, b in WRITTEN.findall(text.read_text())})


@pytest.fixture
def bench() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "scripts" / "bench.py"))


@pytest.mark.parametrize("command", COMMANDS)
def test_each_written_command_is_understood(bench: dict[str, Any], command: str) -> None:
    [(name, options)] = bench["plan"](command.split())
    source = bench["BENCHMARKS"][name].read_text()
    assert [f'"{word}"' in source for word in options] == [True] * len(options)


def test_words_go_to_the_benchmark_before_them(bench: dict[str, Any]) -> None:
    planned = bench["plan"](["sandbox", "throttle", "--part", "slow", "reads"])
    assert planned == [("sandbox", []), ("throttle", ["--part", "slow"]), ("reads", [])]
    assert [name for name, _options in bench["plan"]([])] == list(bench["BENCHMARKS"])


def test_what_is_no_benchmark_is_told_with_those_that_are(
    bench: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["bench.py", "slow"])
    with pytest.raises(SystemExit, match="There is no benchmark slow; there are call, "):
        bench["main"]()
