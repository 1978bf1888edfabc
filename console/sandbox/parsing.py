"""Read the JSON a control request brings, with a sentence for whatever is wrong in it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

__all__ = ["Fields", "decode_json"]


class Fields:
    """Typed access to one JSON object. Every method raises ValueError naming the field."""

    def __init__(self, values: Any) -> None:
        if not isinstance(values, Mapping):
            raise ValueError("an object is needed")
        self.values = values

    def text(self, name: str, default: str) -> str:
        """Return a string."""
        value = self.values.get(name, default)
        if not isinstance(value, str):
            raise ValueError(f"{name} must be a string")
        return value

    def texts(self, name: str) -> list[str]:
        """Return a list of strings, empty when left out."""
        value = self.values.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ValueError(f"{name} must be a list of strings")
        return value

    def table(self, name: str, default: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return an object."""
        value = self.values.get(name, default)
        if not isinstance(value, Mapping):
            raise ValueError(f"{name} must be an object")
        return value

    def flag(self, name: str, default: bool) -> bool:
        """Return a boolean."""
        value = self.values.get(name, default)
        if not isinstance(value, bool):
            raise ValueError(f"{name} must be true or false")
        return value

    def whole(self, name: str, default: int, *, low: int, high: int = 1 << 40) -> int:
        """Return a whole number between low and high."""
        value = self.number(name, default, low=low, high=high)
        if value != int(value):
            raise ValueError(f"{name} must be a whole number")
        return int(value)

    def number(self, name: str, default: float, *, low: float = -1e12, high: float = 1e12) -> float:
        """Return a number between low and high."""
        value = self.values.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise ValueError(f"{name} must be a number")
        if not low <= value <= high:
            raise ValueError(f"{name} must be between {low} and {high}")
        return value


def decode_json(body: bytes) -> Any:
    """Parse a body strictly: UTF-8, no NaN or Infinity, no half of a surrogate pair. Raises ValueError."""
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
        if b"\\u" in body:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
        return value
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
