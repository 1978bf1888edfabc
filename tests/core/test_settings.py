"""Every setting that the environment can give stands in the README's table."""

import re
from pathlib import Path

from django.conf import settings

BASE = Path(settings.BASE_DIR)
_READ = re.compile(r"""(?:env\.\w+|os\.environ\.get)\(\s*"([A-Z_]+)\"""")
# For whoever works on the console itself.
_UNTOLD = {"DEBUG"}


def names_read() -> set[str]:
    return {
        name
        for file in ("settings.py", "web.py")
        for name in _READ.findall((BASE / "console" / file).read_text(encoding="utf-8"))
    }


def names_told() -> set[str]:
    rows = re.findall(r"^\| (`[A-Z].*?) \|", (BASE / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}


def test_the_table_and_the_settings_name_the_same() -> None:
    assert {"SECRET_KEY", "WEB_BIND", "CALLBACK_BASE_URL"} <= names_read()
    assert names_told() == names_read() - _UNTOLD


def test_every_app_stands_in_the_table_of_folders() -> None:
    told = set(
        re.findall(r"^\| `console/(\w+)` \|", (BASE / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    apps = {name.removeprefix("console.") for name in settings.INSTALLED_APPS if name.startswith("console.")}
    assert apps
    assert {app.partition(".")[0] for app in apps} - told == set()
