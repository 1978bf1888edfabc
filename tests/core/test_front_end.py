"""Front-end files: an allow-list, found in place, collected under hashed names, and missed out loud."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.staticfiles import finders

from console.core import front_end
from console.core.finders import FrontEndFinder

ROOT = Path(settings.BASE_DIR)


def test_a_listed_file_is_found_and_nothing_else_of_its_package() -> None:
    assert finders.find("vendor/tabler.min.css") == str(
        ROOT / "node_modules/@tabler/core/dist/css/tabler.min.css"
    )
    assert FrontEndFinder().find("vendor/tabler.min.css", find_all=True) == [
        finders.find("vendor/tabler.min.css")
    ]
    for name in ("vendor/tabler.css", "@tabler/core/package.json", "vendor/../../package.json"):
        assert FrontEndFinder().find(name) == []


def test_only_the_list_is_collected() -> None:
    names = [name for name, _storage in FrontEndFinder().list(None)]
    assert sorted(names) == sorted([*front_end.FILES, front_end.SPRITE])


def test_the_sprite_holds_every_icon_once_and_no_colour_of_its_own() -> None:
    path = front_end.sprite_path()
    assert path is not None
    drawing = path.read_text()
    for name in front_end.ICONS:
        assert drawing.count(f'id="{name.replace("/", "-")}"') == 1
    assert "#000" not in drawing
    assert "<script" not in drawing


def test_missing_packages_are_told_with_the_command_that_brings_them(settings: Any, tmp_path: Path) -> None:
    settings.BASE_DIR = tmp_path
    (finding,) = front_end.front_end_is_installed()
    assert finding.id == "console.E010"
    assert "make setup" in str(finding.hint)
    assert "node_modules/@tabler/core" in finding.msg
    assert front_end.sprite_path() is None
    assert FrontEndFinder().find("vendor/tabler.min.css") == []


def test_installed_packages_are_no_finding() -> None:
    assert front_end.front_end_is_installed() == []


def test_the_lock_names_no_registry() -> None:
    lock = (ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    packages = json.loads(lock)["packages"]
    assert all("integrity" in entry for name, entry in packages.items() if name)
    assert packages[""]["dependencies"] == json.loads((ROOT / "package.json").read_text())["dependencies"]


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files as production collects them."""
    var = tmp_path_factory.mktemp("collected")
    environment = {
        "PATH": os.environ["PATH"],
        "CONSOLE_MODE": "production",
        "CONSOLE_VAR_DIR": str(var),
        "SECRET_KEY": "k" * 50,
        "SEALING_KEYS": Fernet.generate_key().decode(),
        "AUDIT_SIGNING_KEY": Fernet.generate_key().decode(),
        "ALLOWED_HOSTS": "console.example.com",
    }
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        timeout=120,
    )
    return var / "staticfiles"


def test_production_collects_hashed_files_only_from_the_list(collected: Path) -> None:
    names = json.loads((collected / "staticfiles.json").read_text())["paths"]
    assert {"vendor/tabler.min.css", "vendor/icons.svg", "css/tokens.css", "js/console.js"} <= set(names)
    assert not any("node_modules" in name or name.endswith(".map") for name in names)
    for name in ("vendor/tabler.min.css", "js/console.js"):
        assert names[name] != name
        assert (collected / names[name]).is_file()


def test_modules_import_each_other_by_hashed_names(collected: Path) -> None:
    names = json.loads((collected / "staticfiles.json").read_text())["paths"]
    entry = (collected / names["js/console.js"]).read_text()
    assert f'"./{Path(names["js/ago.js"]).name}"' in entry
    assert '"./ago.js"' not in entry
