#!/usr/bin/env python3
"""The pinned packages: hashes everywhere, no registry's address, and nothing that pyproject.toml asks for left out."""

import json
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = re.compile(r"^([a-z0-9][a-z0-9.-]*)", re.IGNORECASE)


def main() -> int:
    problems = _python() + _front_end()
    print("\n".join(problems) or "The locks are in order.")
    return 1 if problems else 0


def _python() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = {"runtime": project["project"]["dependencies"]}
    asked["development"] = asked["runtime"] + project["dependency-groups"]["dev"]
    problems = []
    for kind, wanted in asked.items():
        text = (ROOT / "requirements" / f"{kind}.txt").read_text()
        pinned = {line.split("==")[0].lower() for line in text.splitlines() if "==" in line}
        problems += [
            f"{kind}.txt lacks {n}; see CONTRIBUTING.md, Packages"
            for n in map(_name, wanted)
            if n not in pinned
        ]
        if "://" in text:
            problems.append(f"{kind}.txt holds an address")
        if text.count("==") and "--hash=sha256:" not in text:
            problems.append(f"{kind}.txt has no hashes")
    return problems


def _name(requirement: str) -> str:
    found = NAME.match(requirement)
    if not found:
        raise ValueError(f"not a requirement: {requirement}")
    return found.group(1).lower().split("[")[0]


def _front_end() -> list[str]:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {name: facts for name, facts in lock["packages"].items() if name}
    problems = [
        f"package-lock.json: {name} records an address"
        for name, facts in packages.items()
        if "resolved" in facts
    ]
    return problems + [
        f"package-lock.json: {name} has no hash"
        for name, facts in packages.items()
        if not facts.get("integrity")
    ]


if __name__ == "__main__":
    sys.exit(main())
