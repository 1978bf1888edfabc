"""A day of minutes in a few hundred bytes, without losing a digit.

Values are whole numbers times a power of ten where that is exact (counts and the cloud's ratios are), else doubles.
Whole numbers are stored as differences, split into planes of bytes so that the compression finds what repeats; gaps are
a map of bits beside them. A first byte says which way was taken.
"""

import zlib
from array import array
from collections.abc import Sequence
from itertools import accumulate

__all__ = ["MINUTES_A_DAY", "pack", "unpack"]

MINUTES_A_DAY = 1440
_MOST_DECIMALS = 6
_DOUBLES = 15  # instead of a number of decimals
_GAPS = 0x80
_WIDTHS = {1: "b", 2: "h", 4: "i", 8: "q"}

Values = Sequence[float | None]


def pack(values: Values) -> bytes:
    """Return the values as bytes; None is a gap."""
    gaps = any(value is None for value in values)
    known = [0.0 if value is None else value for value in values]
    decimals = _decimals([value for value in values if value is not None])
    body = _doubles(known) if decimals is None else _differences(known, values, decimals)
    bits = _bits(values) if gaps else b""
    flags = (_DOUBLES if decimals is None else decimals) | (_GAPS if gaps else 0)
    return bytes([flags]) + zlib.compress(bits + body, 9)


def unpack(packed: bytes, count: int = MINUTES_A_DAY) -> list[float | None]:
    """Return so many values as they were packed."""
    flags, body = packed[0], zlib.decompress(packed[1:])
    bits = b""
    if flags & _GAPS:
        size = -(-count // 8)
        bits, body = body[:size], body[size:]
    kind = flags & ~_GAPS
    values: list[float | None]
    if kind == _DOUBLES:
        values = list(array("d", body))
    else:
        whole = accumulate(_joined(body, count))
        scale = 10**kind
        values = [number / scale for number in whole] if kind else [float(number) for number in whole]
    if bits:
        for place in range(count):
            if not bits[place >> 3] & (1 << (place & 7)):
                values[place] = None
    return values


def _decimals(values: Sequence[float]) -> int | None:
    """Return how many decimals say every value exactly; None when no small number does."""
    for decimals in range(_MOST_DECIMALS + 1):
        scale = 10**decimals
        if all(abs(value) < 2**40 and round(value * scale) / scale == value for value in values):
            return decimals
    return None


def _differences(known: Sequence[float], values: Values, decimals: int) -> bytes:
    scale = 10**decimals
    differences, before = [], 0
    for number, value in zip(known, values, strict=True):
        now = before if value is None else round(number * scale)  # a gap changes nothing
        differences.append(now - before)
        before = now
    low, high = min(differences, default=0), max(differences, default=0)
    width = next(size for size in _WIDTHS if -(1 << (8 * size - 1)) <= low and high < 1 << (8 * size - 1))
    raw = array(_WIDTHS[width], differences).tobytes()
    return bytes([width]) + b"".join(raw[plane::width] for plane in range(width))


def _joined(body: bytes, count: int) -> array:  # whole numbers of several widths
    width, planes = body[0], body[1:]
    raw = bytearray(count * width)
    for plane in range(width):
        raw[plane::width] = planes[plane * count : (plane + 1) * count]
    found = array(_WIDTHS[width])
    found.frombytes(bytes(raw))
    return found


def _doubles(known: Sequence[float]) -> bytes:
    return array("d", known).tobytes()


def _bits(values: Values) -> bytes:
    found = bytearray(-(-len(values) // 8))
    for place, value in enumerate(values):
        if value is not None:
            found[place >> 3] |= 1 << (place & 7)
    return bytes(found)
