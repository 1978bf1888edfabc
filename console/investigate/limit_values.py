"""Limits as people read and type them: shares in per cent, each with its unit."""

from django.utils.formats import number_format

from console.investigate.labels import UNIT_NAMES
from console.investigate.verdict.limits import LIMITS

__all__ = ["scale_of", "typed", "value_words"]

_UNITS = {limit.id: limit.unit for limit in LIMITS}


def scale_of(unit: str) -> int:
    """Return what a value is multiplied with for people."""
    return 100 if unit == "share" else 1


def typed(value: float, unit: str) -> float | int:
    """Return a value as it is typed: shares in per cent, whole numbers without a fraction."""
    rounded = round(value * scale_of(unit), 4)
    return int(rounded) if rounded == int(rounded) else rounded


def value_words(limit: str, value: float) -> str:
    """Return a limit's value with its unit; one of another version's keeps the bare number."""
    unit = _UNITS.get(limit, "")
    number = typed(value, unit)
    places = 0 if isinstance(number, int) else 2
    return f"{number_format(number, places)} {UNIT_NAMES.get(unit, unit)}".rstrip()
