"""The notes on decisions: each has a number of its own, and what refers to one finds it."""

import re
from pathlib import Path

from django.conf import settings

CONSOLE = Path(settings.BASE_DIR) / "console"
NOTES = sorted((CONSOLE / "decisions").glob("[0-9]*.md"))
_REFERENCE = re.compile(r"\bdecision (\d+)\b")


def number_of(note: Path) -> int:
    return int(note.name.partition("-")[0])


def test_a_number_is_used_once_and_stands_in_the_heading() -> None:
    assert NOTES
    numbers = [number_of(note) for note in NOTES]
    assert numbers == sorted(set(numbers))
    for note in NOTES:
        assert note.read_text(encoding="utf-8").startswith(f"# {number_of(note)}. "), note.name


def test_what_is_referred_to_is_there() -> None:
    known = {number_of(note) for note in NOTES}
    asked = {
        (path.relative_to(CONSOLE).as_posix(), int(number))
        for kind in ("*.md", "*.py")
        for path in CONSOLE.rglob(kind)
        for number in _REFERENCE.findall(path.read_text(encoding="utf-8"))
    }
    assert asked
    assert {one for one in asked if one[1] not in known} == set()
