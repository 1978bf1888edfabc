"""Front-end files from npm: an allow-list of single files, served and collected without their packages."""

from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

__all__ = ["FrontEndFinder", "HashedStorage"]


class FrontEndFinder(BaseFinder):
    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        return []

    def list(self, ignore_patterns: Any) -> Any:
        return []


class HashedStorage(ManifestStaticFilesStorage):
    pass
