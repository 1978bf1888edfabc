"""What may enter the ledger: plain values without secrets, of bounded size, that every database keeps alike.

Keys that sound like a secret lose their value, and so do values of a secret type. What is too large is cut, and the
value itself says that and by how much. Control characters stay (the pages show them safely) except NUL and lone
surrogates, which PostgreSQL and UTF-8 cannot hold: they become U+2400 and U+FFFD.
"""

import contextlib
import dataclasses
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.functional import Promise

from console.audit.canonical import dump, iso

__all__ = ["HIDDEN", "LARGEST", "clean_id", "scrub_json", "scrub_text"]

HIDDEN = "[hidden]"
LARGEST = 64 * 1024  # bytes of JSON in one of before, after, details
_DEEPEST = 8
_SAFE_WHOLE = 2**53 - 1


class _Limits(NamedTuple):
    """The longest text, the most items of one list or object, and the most values altogether."""

    text: int
    items: int
    values: int


# Tried in turn until the whole fits.
_TRIES = (
    _Limits(4_000, 2_000, 10_000),
    _Limits(1_000, 500, 4_000),
    _Limits(200, 200, 1_000),
    _Limits(100, 50, 300),
    _Limits(40, 20, 100),
)

_EXACT = frozenset({"sk", "ak_sk", "auth", "authorization", "cookie", "pin", "otp"})
_PARTS = re.compile(
    r"secret|passw|passphrase|pwd|token|credential|session_?(id|key)$|recovery_?code"
    r"|(auth|app|api|private|callback|signing|sealing|encrypt(ion)?)_?key"
)
# Every repetition has a bound: hostile text must not make this slow.
_IN_TEXT = re.compile(
    r"((?:secret|passw(?:or)?d|token|auth_?key|app_?key|api_?key|signature)[\w-]{0,40}[\"']?\s{0,5}[=:]\s{0,5}[\"']?)"
    r"[^\s\"'&,;}]{1,2000}",
    re.IGNORECASE,
)
_USERINFO = re.compile(r"(://[^\s/:@]{0,100}):[^\s/@]{1,200}@")


def scrub_text(value: object, most: int) -> str:
    """Return the text fit for an entry: secrets hidden, at most `most` characters, its cut told at its end."""
    text = _storable(str(value))
    seen = text[: most + 2_200]  # longer than what the patterns can hide, so that no half of it stays
    seen = _USERINFO.sub(rf"\1:{HIDDEN}@", _IN_TEXT.sub(rf"\1{HIDDEN}", seen))
    return _cut(seen, most, len(text))


def clean_id(value: object, most: int) -> str:
    """Return an id or a name fit for an entry: as it is, but storable and at most `most` characters."""
    return _cut(_storable(str(value)), most)


def scrub_json(value: object) -> str:
    """Return the value as canonical JSON of at most LARGEST bytes, without secrets."""
    for limits in _TRIES:
        with contextlib.suppress(_TooLarge):
            text = dump(_Scrubber(limits).plain(value, 0))
            if len(text.encode()) <= LARGEST:
                return text
    return dump({"cut": "too large to keep"})


class _TooLarge(Exception):
    """This try cannot fit any more; going on would only take time."""


class _Scrubber:
    """One try at making a value plain within limits."""

    def __init__(self, limits: _Limits) -> None:
        self.limits = limits
        self.left = limits.values
        self.room = LARGEST

    def plain(self, value: Any, depth: int) -> Any:
        self.left -= 1
        if self.left < 0:
            return "[cut: too many values]"
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, Enum):
            return self.plain(value.value, depth)
        if "secret" in type(value).__name__.lower():
            return HIDDEN
        if isinstance(value, int):
            return int(value) if abs(value) <= _SAFE_WHOLE else _cut(hex(value), self.limits.text)
        if isinstance(value, str | Promise):
            return self._text(value)
        if depth >= _DEEPEST:
            return "[cut: nested too deeply]"
        return self._compound(value, depth)

    def _text(self, value: str | Promise) -> str:
        text = scrub_text(value, self.limits.text)
        self.room -= len(text)
        if self.room < 0:
            raise _TooLarge
        return text

    def _compound(self, value: Any, depth: int) -> Any:
        if isinstance(value, Mapping):
            return self._object(value.items(), len(value), depth)
        names = _field_names(value)
        if names is not None:
            return self._object(((name, getattr(value, name)) for name in names), len(names), depth)
        if isinstance(value, set | frozenset):
            value = sorted(value, key=str)
        if isinstance(value, list | tuple):
            return self._list(value, depth)
        return _leaf(value)

    def _list(self, value: list[Any] | tuple[Any, ...], depth: int) -> list[Any]:
        kept = []
        for item in value[: self.limits.items]:
            if self.left <= 0:
                break
            kept.append(self.plain(item, depth + 1))
        return kept if len(kept) == len(value) else [*kept, f"[cut: {len(value)} items in all]"]

    def _object(self, items: Iterable[tuple[Any, Any]], count: int, depth: int) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for key, value in items:
            if len(kept) >= self.limits.items or self.left <= 0:
                kept["[cut]"] = f"{count} keys in all"
                break
            name = _cut(_storable(str(key)), 200)
            kept[name] = HIDDEN if _is_secret(name) and _tells(value) else self.plain(value, depth + 1)
        return kept


def _field_names(value: Any) -> list[str] | None:
    """Return the names of a dataclass's or msgspec struct's fields, None for everything else."""
    if isinstance(value, type):
        return None
    if dataclasses.is_dataclass(value):
        return [field.name for field in dataclasses.fields(value)]
    return list(value.__struct_fields__) if hasattr(value, "__struct_fields__") else None


def _leaf(value: Any) -> str:
    if isinstance(value, datetime):
        return iso(value) if value.tzinfo else value.isoformat()
    if isinstance(value, float | Decimal | UUID | date):
        return str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return f"[{len(value)} bytes]"
    return f"[{type(value).__name__}]"  # never its repr: nobody knows what that would show


def _is_secret(key: str) -> bool:
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).lower().replace("-", "_").replace(" ", "_")
    return snake in _EXACT or snake.endswith("_sk") or bool(_PARTS.search(snake))


def _tells(value: Any) -> bool:
    """Whether a value gives anything away: that a secret is missing, or was changed, may stand."""
    return not (value is None or value == "" or isinstance(value, bool))


def _storable(text: str) -> str:
    return text.replace("\0", "\u2400").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _cut(text: str, most: int, length: int = 0) -> str:
    """Cut the text to `most` characters; length: how long it was to begin with."""
    if max(len(text), length) <= most:
        return text
    note = f"… [cut: {max(len(text), length)} characters in all]"
    return text[: max(0, most - len(note))] + note[:most]
