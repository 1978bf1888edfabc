"""Reads the times the cloud writes, in all the ways it writes them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

__all__ = ["read_day", "read_moment"]

_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
_SLASHED = re.compile(
    r"(\d{4})/(\d{2})/(\d{2}) (\d{2}):(\d{2}):(\d{2})(?:\s*(?:GMT|UTC)?([+-]\d{2}:?\d{2})?)?", re.ASCII
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})", re.ASCII)
_EPOCH = re.compile(r"\d{10}(?:\d{3})?(?:\.\d+)?", re.ASCII)

# Bucket dates are written in the zone of the service's home regions; the compact form names no zone.
_BUCKET_ZONE = timezone(timedelta(hours=8))


def read_moment(value: Any) -> datetime | None:
    """Return the moment as aware UTC, or None when the cloud means "none" or writes what nobody can read.

    Known forms: `2026-05-04T08:15:30.075Z`; `2020/07/16 15:11:55 GMT+08:00`; `20230808112928`; Unix seconds or
    milliseconds. "None" is written as null, "", "-" or a time in the year 1. A time without a zone is UTC,
    except in the bucket forms.
    Source: API Reference, the pages' examples; the forms of bucket dates and of `ts` are open.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_epoch(value)
    if not isinstance(value, str):
        return None
    written = value.strip()
    try:
        found = _read(written)
        # Years before 1970 stand for "not set"; near year 1 even the change of zone can overflow.
        return None if found is None or found.year < 1970 else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_day(value: Any) -> date | None:
    """Return the UTC calendar day of `YYYY-MM-DD` or of any form that read_moment knows."""
    found = read_moment(value)
    return None if found is None else found.date()


def _read(written: str) -> datetime | None:
    if match := _COMPACT.fullmatch(written):
        return _build(match.groups(), zone=_BUCKET_ZONE)
    if _EPOCH.fullmatch(written):
        return _from_epoch(float(written))
    if match := _SLASHED.fullmatch(written):
        return _build(match.groups()[:6], zone=_zone(match[7], without=_BUCKET_ZONE))
    if match := _ISO.fullmatch(written):
        fraction = (match[7] or "")[:6].ljust(6, "0")
        return _build(match.groups()[:6], fraction, zone=_zone(match[8], without=UTC))
    return None


def _build(parts: tuple[str | None, ...], fraction: str = "0", *, zone: timezone) -> datetime:
    year, month, day, hour, minute, second = (int(part or 0) for part in parts)
    return datetime(year, month, day, hour, minute, second, int(fraction), tzinfo=zone)


def _zone(written: str | None, *, without: timezone) -> timezone:
    if not written:
        return without
    if written in "Zz":
        return UTC
    sign = -1 if written[0] == "-" else 1
    digits = written[1:].replace(":", "")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))


def _from_epoch(number: float) -> datetime | None:
    seconds = number / 1000 if number >= 1e11 else number
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds >= 1e8 else None
    except (ValueError, OverflowError, OSError):
        return None
