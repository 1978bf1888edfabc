"""An MP4 file around the pictures. Source: ISO/IEC 14496-12 and -15."""

from __future__ import annotations

import struct
from functools import lru_cache

from console.sandbox.media.h264 import HEIGHT, PICTURES, PPS, SPS, WIDTH, picture

__all__ = ["SECONDS", "film"]

SECONDS = 5
_SCALE = 1000
_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


@lru_cache(maxsize=8)
def film(tint: int) -> bytes:
    """Return a file that plays for five seconds. tint: 0-255, the colour by which films are told apart."""
    samples = [struct.pack(">I", len(unit)) + unit for unit in (picture(n, tint) for n in range(PICTURES))]
    kind = _box(b"ftyp", b"isom", struct.pack(">I", 512), b"isomavc1mp41")
    index = _index([len(sample) for sample in samples], 0)
    begin = len(kind) + len(index) + 8
    return kind + _index([len(sample) for sample in samples], begin) + _box(b"mdat", *samples)


def _box(name: bytes, *content: bytes) -> bytes:
    inside = b"".join(content)
    return struct.pack(">I", len(inside) + 8) + name + inside


def _full(name: bytes, *content: bytes, flags: int = 0) -> bytes:
    return _box(name, struct.pack(">I", flags), *content)


def _index(sizes: list[int], begin: int) -> bytes:
    length = SECONDS * _SCALE
    times = struct.pack(">4I", 0, 0, _SCALE, length)
    head = _full(b"mvhd", times, struct.pack(">IHxx8x", 0x10000, 0x100), _MATRIX, bytes(24), _number(2))
    return _box(b"moov", head, _track(sizes, begin, length))


def _track(sizes: list[int], begin: int, length: int) -> bytes:
    shape = struct.pack(">II", WIDTH << 16, HEIGHT << 16)
    head = _full(b"tkhd", struct.pack(">5I", 0, 0, 1, 0, length), bytes(16), _MATRIX, shape, flags=3)
    media = _full(b"mdhd", struct.pack(">4IHH", 0, 0, _SCALE, length, 0x55C4, 0))
    handler = _full(b"hdlr", bytes(4), b"vide", bytes(12), b"film\0")
    place = _box(b"dinf", _full(b"dref", _number(1), _full(b"url ", flags=1)))
    inner = _box(b"minf", _full(b"vmhd", bytes(8), flags=1), place, _table(sizes, begin, length))
    return _box(b"trak", head, _box(b"mdia", media, handler, inner))


def _table(sizes: list[int], begin: int, length: int) -> bytes:
    count = len(sizes)
    setup = _box(
        b"avcC",
        bytes([1]) + SPS[1:4] + b"\xff\xe1",
        struct.pack(">H", len(SPS)) + SPS + b"\x01" + struct.pack(">H", len(PPS)) + PPS,
    )
    entry = _box(
        b"avc1",
        struct.pack(">6xH16xHHIII", 1, WIDTH, HEIGHT, 0x480000, 0x480000, 0),
        struct.pack(">H32xHh", 1, 24, -1),
        setup,
    )
    return _box(
        b"stbl",
        _full(b"stsd", _number(1), entry),
        _full(b"stts", struct.pack(">3I", 1, count, length // count)),
        _full(b"stsc", struct.pack(">4I", 1, 1, count, 1)),
        _full(b"stsz", struct.pack(f">II{count}I", 0, count, *sizes)),
        _full(b"stco", struct.pack(">II", 1, begin)),
    )


def _number(value: int) -> bytes:
    return struct.pack(">I", value)
