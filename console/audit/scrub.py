"""What may enter the ledger: plain values without secrets, of bounded size, that every database keeps alike.

Keys that sound like a secret lose their value, and so do values of a secret type. What is too large is cut, and the
value itself says that and by how much. Control characters stay (the pages show them safely) except NUL and lone
surrogates, which PostgreSQL and UTF-8 cannot hold: they become U+2400 and U+FFFD.
"""

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
    text: int
    items: int


# Tried in turn until the whole fits.
_TRIES = (_Limits(4_000, 2_000), _Limits(1_000, 500), _Limits(200, 200), _Limits(100, 50), _Limits(40, 20))

_EXACT = frozenset({"sk", "ak_sk", "auth", "authorization", "cookie", "pin", "otp"})
_PARTS = re.compile(
    r"secret|passw|passphrase|pwd|token|credential|session_?(id|key)$|recovery_?code"
    r"|(auth|app|api|private|callback|signing|sealing|encrypt(ion)?)_?key"
)
_IN_TEXT = re.compile(
    r"((?:[\w-]*(?:secret|passw(?:or)?d|token|auth_?key|app_?key|api_?key|signature)[\w-]*)[\"']?\s*[=:]\s*[\"']?)"
    r"([^\s\"'&,;}]+)",
    re.IGNORECASE,
)
_USERINFO = re.compile(r"(\w+://[^\s/:@]*):[^\s/@]+@")


def scrub_text(value: object, most: int) -> str:
    """Return the text fit for an entry: secrets hidden, at most `most` characters, its cut told at its end."""
    text = _IN_TEXT.sub(rf"\1{HIDDEN}", _storable(str(value)))
    return _cut(_USERINFO.sub(rf"\1:{HIDDEN}@", text), most)


def clean_id(value: object, most: int) -> str:
    """Return an id or a name fit for an entry: as it is, but storable and at most `most` characters."""
    return _cut(_storable(str(value)), most)


def scrub_json(value: object) -> str:
    """Return the value as canonical JSON of at most LARGEST bytes, without secrets."""
    size = 0
    for limits in _TRIES:
        text = dump(_plain(value, limits, 0))
        size = size or len(text.encode())
        if len(text.encode()) <= LARGEST:
            return text
    return dump({"cut": f"{size} bytes were too many to keep"})


def _plain(value: Any, limits: _Limits, depth: int) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return _plain(value.value, limits, depth)
    if "secret" in type(value).__name__.lower():
        return HIDDEN
    if isinstance(value, int):
        return int(value) if abs(value) <= _SAFE_WHOLE else _cut(hex(value), limits.text)
    if isinstance(value, str | Promise):
        return scrub_text(value, limits.text)
    if depth >= _DEEPEST:
        return "[cut: nested too deeply]"
    return _compound(value, limits, depth)


def _compound(value: Any, limits: _Limits, depth: int) -> Any:
    if isinstance(value, Mapping):
        return _object(value.items(), len(value), limits, depth)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return _object(((name, getattr(value, name)) for name in names), len(names), limits, depth)
    if hasattr(value, "__struct_fields__") and not isinstance(value, type):  # msgspec
        names = list(value.__struct_fields__)
        return _object(((name, getattr(value, name)) for name in names), len(names), limits, depth)
    if isinstance(value, set | frozenset):
        value = sorted(value, key=str)
    if isinstance(value, list | tuple):
        kept = [_plain(item, limits, depth + 1) for item in value[: limits.items]]
        return kept if len(value) <= limits.items else [*kept, f"[cut: {len(value)} items in all]"]
    return _leaf(value)


def _leaf(value: Any) -> str:
    if isinstance(value, datetime):
        return iso(value) if value.tzinfo else value.isoformat()
    if isinstance(value, float | Decimal | UUID | date):
        return str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return f"[{len(value)} bytes]"
    return f"[{type(value).__name__}]"  # never its repr: nobody knows what that would show


def _object(items: Iterable[tuple[Any, Any]], count: int, limits: _Limits, depth: int) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, value in items:
        if len(kept) >= limits.items:
            kept["[cut]"] = f"{count} keys in all"
            break
        name = _cut(_storable(str(key)), 200)
        kept[name] = HIDDEN if _is_secret(name) and _tells(value) else _plain(value, limits, depth + 1)
    return kept


def _is_secret(key: str) -> bool:
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).lower().replace("-", "_").replace(" ", "_")
    return snake in _EXACT or snake.endswith("_sk") or bool(_PARTS.search(snake))


def _tells(value: Any) -> bool:
    """Whether a value gives anything away: that a secret is missing, or was changed, may stand."""
    return not (value is None or value == "" or isinstance(value, bool))


def _storable(text: str) -> str:
    return text.replace("\0", "\u2400").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    note = f"… [cut: {len(text)} characters in all]"
    return text[: max(0, most - len(note))] + note[:most]
