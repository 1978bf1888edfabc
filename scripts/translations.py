#!/usr/bin/env python3
"""Translations: compile them, collect new strings, and find what is not translated yet.

translations.py compile    make the .mo files
translations.py collect    read the sources and bring the .po files up to date (needs GNU gettext)
translations.py check      exit 1 if a string is missing, fuzzy, its placeholders differ, its marks are half as wide as
                           they ought to be beside Chinese, or it could not be collected
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ["zh_Hans"]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
# Marks of half the width beside Chinese characters.
NARROW = re.compile(
    r"[\u4e00-\u9fff\u3001-\u301f\uff01-\uff5e]\s*[;,?!:](?!//)|[\u4e00-\u9fff]\."
    r"|[;,?!:]\s*[\u4e00-\u9fff]|(?<![\d/])\.\s*[\u4e00-\u9fff]|\([^)]*[\u4e00-\u9fff]"
)
# By such a name no string is found.
RENAMED = re.compile(
    r"^(?:from django\.utils\.translation import .*?| {4})\bn?p?gettext\w* as (?!_\b)(\w+)", re.MULTILINE
)


def catalogue(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def compile_all() -> int:
    for language in LANGUAGES:
        path = catalogue(language)
        polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))
    return 0


def collect() -> int:
    found = _found_strings()
    for language in LANGUAGES:
        po = polib.pofile(str(catalogue(language)))
        po.merge(found)
        for entry in po.obsolete_entries():
            po.remove(entry)
        for entry in po:  # the template has English's two forms; Chinese has one
            entry.msgstr_plural = {0: entry.msgstr_plural.get(0, "")} if entry.msgid_plural else {}
        po.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
        po.save()
    return 0


def check() -> int:
    problems = [
        f"{path.relative_to(ROOT)}: strings inside of {name}() are not collected: say _() or gettext()"
        for path in sorted((ROOT / "console").rglob("*.py"))
        for name in RENAMED.findall(path.read_text(encoding="utf-8"))
    ]
    found = _found_strings()
    for language in LANGUAGES:
        known = {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(catalogue(language)))}
        for wanted in found:
            entry = known.get((wanted.msgctxt, wanted.msgid))
            if entry is None or not entry.translated():
                problems.append(f"{language}: not translated: {wanted.msgid!r}")
            else:
                problems += [
                    f"{language}: placeholders differ: {wanted.msgid!r}" for _ in _odd_placeholders(entry)
                ]
        problems += [
            f"{language}: marks of half the width beside Chinese: {text!r}"
            for entry in known.values()
            for text in (entry.msgstr, *entry.msgstr_plural.values())
            if NARROW.search(text)
        ]
    print("\n".join(problems) or "Every string is translated.")
    return 1 if problems else 0


def _odd_placeholders(entry: polib.POEntry) -> list[str]:
    wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    given = list(entry.msgstr_plural.values()) or [entry.msgstr]
    return [text for text in given if set(PLACEHOLDER.findall(text)) != wanted]


def _found_strings() -> polib.POFile:
    """Collect the strings of code and templates by Django's own makemessages, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for name in ("console", "templates"):
            (place / name).symlink_to(ROOT / name)
        (place / "locale").mkdir()
        command = [
            sys.executable,
            "-m",
            "django",
            "makemessages",
            "--keep-pot",
            "-l",
            "zh_Hans",
            "--symlinks",
        ]
        command += ["--no-location", "--ignore", "sandbox/*", "--ignore", "*/sandbox/*", "-v", "0"]
        done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"The strings could not be collected (is GNU gettext installed?).\n{done.stderr}")
        return polib.pofile(str(place / "locale" / "django.pot"))


if __name__ == "__main__":
    jobs = {"compile": compile_all, "collect": collect, "check": check}
    if len(sys.argv) != 2 or sys.argv[1] not in jobs:
        sys.exit(__doc__)
    sys.exit(jobs[sys.argv[1]]())
