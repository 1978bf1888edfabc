"""Front-end files from npm: an allow-list of single files, served and collected without their packages."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files import File
from django.core.files.storage import Storage

from console.core import front_end

__all__ = ["FrontEndFinder", "HashedStorage"]


class _Listed(Storage):
    """The listed files as a storage: names on the one side, files below node_modules on the other."""

    prefix = ""

    def path(self, name: str) -> str:
        return str(_files()[name])

    def exists(self, name: str) -> bool:
        return name in _files()

    def _open(self, name: str, mode: str = "rb") -> File:
        return File(open(self.path(name), mode))  # collectstatic closes it

    def get_modified_time(self, name: str) -> datetime:
        return datetime.fromtimestamp(_files()[name].stat().st_mtime, UTC)


class FrontEndFinder(BaseFinder):
    """Finds the files of front_end.FILES and the sprite; knows nothing else."""

    storage = _Listed()

    def check(self, **_kwargs: Any) -> list[Any]:
        return []  # the check of front_end.py is registered on its own

    def find(self, path: str, find_all: bool = False, **_kwargs: Any) -> Any:
        """Return the file's path, a list of it for find_all, and [] for what is not listed (None would be an error)."""
        found = _files().get(path)
        if found is None:
            return []
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """Yield every listed file that is installed."""
        for name in _files():
            yield name, self.storage


def _files() -> dict[str, Path]:
    root = front_end.node_modules()
    files = {name: root / below for name, below in front_end.FILES.items()}
    sprite = front_end.sprite_path()
    if sprite is not None:
        files[front_end.SPRITE] = sprite
    return {name: path for name, path in files.items() if path.is_file()}


_OUR_IMPORTS = (
    (
        r"""(?P<matched>import(?s:(?P<import>[\s{].*?|\*\s*as\s*\w+))\s*from\s*['"](?P<url>[./].*?)["']\s*;)""",
        'import%(import)s from "%(url)s";',
    ),
    (r"""(?P<matched>import\s*['"](?P<url>[./].*?)["']\s*;)""", 'import "%(url)s";'),
)


class HashedStorage(ManifestStaticFilesStorage):
    """Names with the content's hash, for caching without end.

    Rewritten are the addresses that files really load: url() and @import in style sheets, and the imports of the
    modules under static/js. Comments that name source maps are left alone, because the maps are not collected, and so
    are the scripts of others, in which a search for imports finds what is none.
    """

    patterns = (
        *(
            (glob, tuple(rule for rule in rules if "sourceMappingURL" not in str(rule)))
            for glob, rules in ManifestStaticFilesStorage.patterns
        ),
        ("js/*.js", _OUR_IMPORTS),
    )
