"""Check parameters as strictly as the cloud: type, length, range, choice. Every failure is its refusal."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable
from typing import Any

from console.sandbox.errors import bad_value, malformed_body, missing
from console.sandbox.http_types import Request

__all__ = ["ROOM_ID", "Body", "page_of"]

ROOM_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LONGEST_TEXT = 4096


class Body:
    """Typed access to an object of a request body. A null counts as left out; unknown fields are ignored.

    where: the path to this object, for messages. Every method returns None (or the default) for a field left
    out, unless it is required: then it raises RTC.00001005; a wrong value raises RTC.00001003.
    """

    def __init__(self, values: Any, where: str = "") -> None:
        if not isinstance(values, dict):
            raise bad_value(where) if where else malformed_body()
        self._values = values
        self._where = where

    def has(self, name: str) -> bool:
        """Tell whether a field was sent and is not null."""
        return self._values.get(name) is not None

    def text(
        self,
        name: str,
        *,
        required: bool = False,
        low: int = 0,
        high: int = _LONGEST_TEXT,
        pattern: re.Pattern[str] | None = None,
    ) -> str | None:
        """Return a string of low to high characters that fits the pattern."""
        value = self._get(name, required)
        if value is None:
            return None
        if not isinstance(value, str) or not low <= len(value) <= high:
            raise self._wrong(name)
        if pattern is not None and not pattern.fullmatch(value):
            raise self._wrong(name)
        return value

    def choice(self, name: str, choices: Collection[str], *, required: bool = False) -> str | None:
        """Return one of the choices."""
        value = self._get(name, required)
        if value is not None and (not isinstance(value, str) or value not in choices):
            raise self._wrong(name)
        return value

    def whole(self, name: str, low: int, high: int, *, required: bool = False) -> int | None:
        """Return a whole number from low to high."""
        value = self._get(name, required)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self._wrong(name)
        return value

    def number(self, name: str, low: float, high: float, *, required: bool = False) -> float | None:
        """Return a number from low to high."""
        value = self._get(name, required)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise self._wrong(name)
        if not low <= value <= high:
            raise self._wrong(name)
        return value

    def flag(self, name: str) -> bool | None:
        """Return a boolean."""
        value = self._get(name, False)
        if value is not None and not isinstance(value, bool):
            raise self._wrong(name)
        return value

    def table(self, name: str, *, required: bool = False) -> Body | None:
        """Return an object."""
        value = self._get(name, required)
        return None if value is None else Body(value, self._path(name))

    def tables(self, name: str) -> list[Body]:
        """Return a list of objects, empty when left out."""
        values = self._get(name, False)
        if values is None:
            return []
        if not isinstance(values, list):
            raise self._wrong(name)
        return [Body(value, f"{self._path(name)}[{place}]") for place, value in enumerate(values)]

    def texts(
        self, name: str, choices: Collection[str] | None = None, *, fitting: re.Pattern[str] | None = None
    ) -> list[str]:
        """Return a required list of at least one string, each among the choices or fitting the pattern."""
        values = self._get(name, True)
        if not isinstance(values, list) or not values:
            raise self._wrong(name)
        for value in values:
            if not isinstance(value, str) or (choices is not None and value not in choices):
                raise self._wrong(name)
            if fitting is not None and not fitting.fullmatch(value):
                raise self._wrong(name)
        return values

    def plain(self, names: Iterable[str]) -> dict[str, Any]:
        """Return these fields as they were sent, without those left out."""
        return {name: self._values[name] for name in names if self.has(name)}

    def _get(self, name: str, required: bool) -> Any:
        value = self._values.get(name)
        if value is None and required:
            raise missing(self._path(name))
        return value

    def _path(self, name: str) -> str:
        return f"{self._where}.{name}" if self._where else name

    def _wrong(self, name: str) -> Exception:
        return bad_value(self._path(name))


def page_of(request: Request) -> tuple[int, int]:
    """Return page number and page size of a v2 list: offset counts pages from 0, limit is 1-100, default 100."""
    return _whole(request, "offset", 0, 0, 1_000_000), _whole(request, "limit", 100, 1, 100)


def _whole(request: Request, name: str, default: int, low: int, high: int) -> int:
    text = request.first(name)
    if text is None:
        return default
    if not re.fullmatch(r"-?[0-9]{1,9}", text) or not low <= int(text) <= high:
        raise bad_value(name)
    return int(text)
