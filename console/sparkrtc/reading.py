"""Turns an answer's bytes into frozen objects, tolerant of everything but nonsense.

The cloud leaves fields out, sends null, writes numbers as text, sends one object where a list is meant and
the other way round. None of it may break a page; only an answer that isn't JSON or has another shape
altogether is refused, with UnreadableAnswer.
"""

from __future__ import annotations

import json
import math
import re
import types
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, ClassVar, TypeVar, Union, get_args, get_origin

import msgspec

from console.sparkrtc.secret import Secret
from console.sparkrtc.wire_times import read_day, read_moment

__all__ = [
    "Reply",
    "UnreadableAnswer",
    "read_answer",
    "read_json",
    "read_text",
    "read_whole",
    "restore",
    "store",
]

_LONGEST_NUMBER = 40  # characters; longer digits are no number of this API, and Python refuses thousands


class UnreadableAnswer(ValueError):
    """The body is not JSON, or JSON of a shape that has nothing to do with the reply."""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all replies. Every field has a default: the cloud may leave any of them out.

    wire: {field: name on the wire} where they differ. longest_answer: bytes; None for the client's own limit.
    A reply with a classmethod `digest` reads its answer piece by piece, for it may be too long to hold.
    """

    wire: ClassVar[Mapping[str, str]] = {}
    longest_answer: ClassVar[int | None] = None


R = TypeVar("R", bound=Reply)


def read_json(body: bytes) -> Any:
    """Parse JSON. Raises UnreadableAnswer.

    Half a surrogate pair, which JSON can spell but no text can hold, becomes U+FFFD.
    """
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        mended = body.decode("utf-8-sig", errors="replace")
        return _without_surrogates(json.loads(mended, parse_constant=lambda name: None))
    except (ValueError, RecursionError):
        raise UnreadableAnswer("not JSON") from None


def read_answer(kind: type[R], body: bytes) -> R:
    """Read an answer's body as `kind`. Raises UnreadableAnswer."""
    digest = getattr(kind, "digest", None)
    if digest is not None:
        return digest((body,))
    found = read_json(body)
    if isinstance(found, list):
        found = _unlisted(kind, found)
    if not isinstance(found, dict):
        raise UnreadableAnswer(f"{type(found).__name__} instead of an object")
    return _build(kind, _lifted(kind, found))


def store(value: Reply) -> bytes:
    """Pack a reply for a cache. Secrets are left out: restore() brings them back masked and unknown."""
    return msgspec.json.encode(value, enc_hook=_forget)


def restore(kind: type[R], data: bytes) -> R:
    """Unpack what store() packed. Raises msgspec.DecodeError when it was another version's."""
    return msgspec.json.decode(data, type=kind, dec_hook=_remember)


def _unlisted(kind: type[Reply], rows: list[Any]) -> Any:
    """Make the object out of a list: the list may be its rows, or hold the object itself."""
    many = [name for name, (_, _, listed) in _fields(kind).items() if listed]
    if len(many) == 1:
        return {_wire_name(kind, many[0]): rows}
    return rows[0] if len(rows) == 1 else None


def _lifted(kind: type[Reply], found: dict[str, Any]) -> dict[str, Any]:
    """Wrap a bare row: some pages show one object where the answer must be a list of them."""
    rows = getattr(kind, "bare_row", None)
    if rows is None or _wire_name(kind, rows) in found:
        return found
    return {_wire_name(kind, rows): [found] if found else []}


def _build(kind: type[R], found: Mapping[str, Any]) -> R:
    values = {}
    for name, (convert, default, _) in _fields(kind).items():
        raw = found.get(_wire_name(kind, name))
        values[name] = default if raw is None else convert(raw)
    return kind(**values)


def _wire_name(kind: type[Reply], name: str) -> str:
    return kind.wire.get(name, name)


@cache
def _fields(kind: type[Reply]) -> dict[str, tuple[Callable[[Any], Any], Any, bool]]:
    """Return {name: (converter, default, whether it is a list)} of a reply."""
    return {
        info.name: (_converter(info.type), info.default, get_origin(info.type) is tuple)
        for info in msgspec.structs.fields(kind)
    }


def _converter(kind: Any) -> Callable[[Any], Any]:
    if get_origin(kind) in (Union, types.UnionType):
        kind = next(part for part in get_args(kind) if part is not type(None))
    if get_origin(kind) is tuple:
        return _tuple_of(_converter(get_args(kind)[0]))
    if isinstance(kind, type) and issubclass(kind, Reply):
        return _object_of(kind)
    return _SCALARS[kind]


def _tuple_of(convert: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, ...]]:
    def read(value: Any) -> tuple[Any, ...]:
        rows = value if isinstance(value, list) else [value]
        return tuple(made for made in (convert(row) for row in rows if row is not None) if made is not None)

    return read


def _object_of(kind: type[Reply]) -> Callable[[Any], Reply | None]:
    def read(value: Any) -> Reply | None:
        if isinstance(value, list):
            value = value[0] if value else None
        return _build(kind, value) if isinstance(value, dict) else _empty(kind)

    return read


@cache
def _empty(kind: type[Reply]) -> Reply:
    return kind()


def read_text(value: Any) -> str:
    """Return a text, or what stands for one; "" for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else ""


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        written = value.strip()
        if len(written) > _LONGEST_NUMBER or not re.fullmatch(
            r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", written
        ):
            return None
        value = float(written)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def read_whole(value: Any) -> int | None:
    """Return a whole number, rounded where it is none; None for what is no number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) < 2**63 else None
    if isinstance(value, str) and re.fullmatch(r"\s*[+-]?\d{1,18}\s*", value):
        return int(value)
    found = _number(value)
    return None if found is None or abs(found) >= 2**63 else round(found)


def _flag(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return {"true": True, "1": True, "false": False, "0": False}.get(value.strip().lower())
    return bool(value) if isinstance(value, int | float) and value in (0, 1) else None


_SCALARS: dict[Any, Callable[[Any], Any]] = {
    str: read_text,
    int: read_whole,
    float: _number,
    bool: _flag,
    datetime: read_moment,
    date: read_day,
    Secret: lambda value: Secret(read_text(value)),
}


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return re.sub("[\ud800-\udfff]", "\ufffd", value)
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    return value


def _forget(value: Any) -> Any:
    if isinstance(value, Secret):
        return "" if value == Secret("") else None
    raise NotImplementedError(type(value).__name__)


def _remember(kind: type[Any], value: Any) -> Any:
    if kind is Secret:
        return Secret("" if value == "" else None)
    raise NotImplementedError(kind.__name__)
