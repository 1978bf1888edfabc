#!/usr/bin/env python3
"""Set up what `make run` and `make test` share: environment, packages, front-end files, translations.

Runs on the system's Python with nothing but its standard library. Each step leaves a stamp under var/stamps when it
has succeeded, so a second run skips it and a run that was cut off starts the unfinished step again.

  setup.py            what the console needs
  setup.py --tests    and what its tests need: development packages, Chromium, PostgreSQL, Redis
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = ROOT / "var" / "stamps"
TEST_PROGRAMS = {
    "Chromium": ("chromium-headless-shell", ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"]),
    "PostgreSQL": ("postgresql", ["/usr/lib/postgresql/*/bin/initdb"]),
    "Redis": ("redis-server", ["/usr/bin/redis-server"]),
    "Chinese fonts": ("fonts-noto-cjk", ["/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"]),
}


def main() -> None:
    wanted = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    wanted.add_argument("--tests", action="store_true", help="also what the tests need")
    tests = wanted.parse_args().tests
    _right_python()
    _environment()
    _packages("development" if tests or _installed("development") else "runtime")
    _front_end()
    _translations()
    if tests:
        _test_programs()


def _right_python() -> None:
    if sys.version_info < (3, 11):
        found = ".".join(map(str, sys.version_info[:3]))
        fail(
            f"The console needs Python 3.11 or newer; this is {found}.",
            "Name a newer one: make PYTHON=python3.11 …",
        )


def _environment() -> None:
    if PYTHON.exists() and _quiet([PYTHON, "-c", "import pip"]):
        return
    say("environment", "making .venv")
    shutil.rmtree(VENV, ignore_errors=True)
    shutil.rmtree(STAMPS, ignore_errors=True)
    if not _quiet([sys.executable, "-c", "import ensurepip"]):
        _apt("Python's venv module", [f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"])
    _do([sys.executable, "-m", "venv", VENV], "Python could not make an environment in .venv.")


def _packages(kind: str) -> None:
    listed = ROOT / "requirements" / f"{kind}.txt"
    done = _Stamp(f"packages-{kind}", [listed, ROOT / "pyproject.toml"])
    if done.fresh:
        return
    say("packages", f"installing {listed.name} (hashes are checked)")
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    advice = (
        "pip could not install the packages. Is a package index reachable? Set PIP_INDEX_URL to use a mirror."
    )
    _do([*pip, "--require-hashes", "-r", listed], advice)
    _do([*pip, "--no-deps", "-e", ROOT], advice)
    done.leave()


def _installed(kind: str) -> bool:
    return (STAMPS / f"packages-{kind}").exists()


def _front_end() -> None:
    done = _Stamp("front-end", [ROOT / "package.json", ROOT / "package-lock.json"])
    if done.fresh and (ROOT / "node_modules").is_dir():
        return
    if not shutil.which("npm"):
        _apt("npm (fetches the front-end libraries)", ["nodejs", "npm"])
    say("front end", "fetching the libraries of package-lock.json")
    _do(
        ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"],
        "npm could not fetch the front-end libraries.",
    )
    done.leave()


def _translations() -> None:
    sources = sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po"))
    done = _Stamp("translations", [*sources, ROOT / "scripts" / "translations.py"])
    if done.fresh and all(source.with_suffix(".mo").exists() for source in sources):
        return
    say("translations", "compiling")
    _do([PYTHON, ROOT / "scripts" / "translations.py", "compile"], "A translation could not be compiled.")
    done.leave()


def _test_programs() -> None:
    missing = {
        name: package for name, (package, paths) in TEST_PROGRAMS.items() if not any(map(_there, paths))
    }
    if missing:
        _apt(", ".join(missing), list(missing.values()))


def _there(pattern: str) -> bool:
    return any(Path("/").glob(pattern.lstrip("/")))


def _apt(what: str, packages: list[str]) -> None:
    """Install packages of the distribution, or say which are missing where that can't be done."""
    command = f"apt-get install {' '.join(packages)}"
    if not shutil.which("apt-get"):
        fail(f"Missing: {what}.", "Install it by your system's means, then run this again.")
    become_root: list[str] = []
    if os.geteuid() != 0:
        if not shutil.which("sudo"):
            fail(f"Missing: {what}.", f"Ask somebody with root to run: {command}")
        become_root = ["sudo"]
    say("system", command)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    advice = f"The distribution's packages could not be installed. Try by hand: {command}"
    # Services that the packages would start are not wanted: the tests start their own.
    keep_env = ["--preserve-env=DEBIAN_FRONTEND"] if become_root else []
    _do([*become_root, *keep_env, "apt-get", "update", "-qq"], advice, env=quiet)
    _do(
        [*become_root, *keep_env, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
        advice,
        quiet,
    )


class _Stamp:
    """Remembers, by the contents of its sources, that a step succeeded."""

    def __init__(self, name: str, sources: Sequence[Path]) -> None:
        self.path = STAMPS / name
        digest = hashlib.sha256()
        for source in sources:
            digest.update(str(source.relative_to(ROOT)).encode() + b"\0" + source.read_bytes())
        self.digest = digest.hexdigest()

    @property
    def fresh(self) -> bool:
        return self.path.exists() and self.path.read_text() == self.digest

    def leave(self) -> None:
        STAMPS.mkdir(parents=True, exist_ok=True)
        self.path.write_text(self.digest)


def _quiet(command: Sequence[str | Path]) -> bool:
    return subprocess.run([str(part) for part in command], capture_output=True, check=False).returncode == 0


def _do(command: Sequence[str | Path], advice: str, env: dict[str, str] | None = None) -> None:
    words = [str(part) for part in command]
    done = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(done.stdout[-3000:], done.stderr[-3000:], sep="\n", file=sys.stderr)
        fail(advice, f"It was: {' '.join(words)}")


def say(step: str, what: str) -> None:
    print(f"  {step:<13} {what}", flush=True)


def fail(what: str, advice: str) -> None:
    print(f"\n{what}\n{advice}", file=sys.stderr)
    raise SystemExit(1)


if __name__ == "__main__":
    main()
