"""Checks one value against its parameter and turns it into what the wire carries."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from console.sparkrtc.messages import Problem
from console.sparkrtc.operation import Kind, Param

__all__ = ["InvalidValue", "to_wire"]


class InvalidValue(Exception):
    """One value is wrong; problem says how."""

    def __init__(self, problem: Problem) -> None:
        super().__init__()
        self.problem = problem


def to_wire(param: Param, value: Any, path: str) -> Any:
    """Return the value as text, number or bool, as the wire carries it in JSON.

    path: the field's dotted path, for the problem. Raises InvalidValue.
    """
    assert isinstance(param.kind, Kind), f"{param.name} is an object"
    converted = _CONVERTERS[param.kind](value)
    if converted is None:
        raise InvalidValue(Problem(_WRONG_KIND[param.kind], {"field": path}))
    if isinstance(converted, str) and param.rewrite:
        converted = converted.replace(*param.rewrite)
    for code, values in _complaints(param, converted):
        raise InvalidValue(Problem(code, {"field": path, **values}))
    return converted


def _complaints(param: Param, value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, str):
        yield from _text_complaints(param, value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _range_complaints(param, value)


def _text_complaints(param: Param, value: str) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        value.encode()
    except UnicodeEncodeError:
        yield "unsendable", {}
    if not value and (param.shortest or param.required):
        yield "empty", {}
    if param.choices and value not in param.choices:
        yield "choice", {"choices": ", ".join(param.choices)}
    if param.shortest > 1 and not param.shortest <= len(value) <= (param.longest or len(value)):
        yield "length", {"low": param.shortest, "high": param.longest}
    if param.longest and len(value) > param.longest:
        yield "too_long", {"high": param.longest}
    if param.pattern and not param.pattern.expression.fullmatch(value):
        yield "pattern", {"form": param.pattern.form}


def _range_complaints(param: Param, value: float) -> Iterator[tuple[str, dict[str, Any]]]:
    if value == param.also:
        return
    low, high = param.low, param.high
    below = low is not None and (value <= low if param.above else value < low)
    if not below and (high is None or value <= high):
        return
    values = {"low": _shown(low), "high": _shown(high), "also": _shown(param.also), "unit": param.unit}
    if high is None:
        yield "least", values
    elif param.also is not None:
        yield "range_also", values
    else:
        yield ("range_above" if param.above else "range"), values


def _shown(bound: float | None) -> float | int | None:
    return int(bound) if bound is not None and bound == int(bound) else bound


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _number(value: Any) -> float | None:
    usable = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return value if usable else None


def _moment(value: Any) -> str | None:
    if not isinstance(value, datetime) or value.utcoffset() is None:
        return None
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _day(value: Any) -> str | None:
    return value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else None


_CONVERTERS: dict[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: lambda value: value if isinstance(value, str) else None,
    Kind.WHOLE: _whole,
    Kind.NUMBER: _number,
    Kind.FLAG: lambda value: value if isinstance(value, bool) else None,
    Kind.SWITCH: lambda value: int(value) if isinstance(value, bool) else None,
    Kind.MOMENT: _moment,
    Kind.DAY: _day,
}
_WRONG_KIND = {
    Kind.TEXT: "not_text",
    Kind.WHOLE: "not_whole",
    Kind.NUMBER: "not_number",
    Kind.FLAG: "not_flag",
    Kind.SWITCH: "not_flag",
    Kind.MOMENT: "not_moment",
    Kind.DAY: "not_day",
}
