"""The same pictures as an MPEG transport stream: one slice of an HLS recording. Source: ISO/IEC 13818-1."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from console.sandbox.media.h264 import PICTURES, PPS, SPS, picture
from console.sandbox.media.mp4 import SECONDS

__all__ = ["NOTHING", "PACKET", "slice_of"]

PACKET = 188
NOTHING = b"\x47\x1f\xff\x10" + b"\xff" * (PACKET - 4)  # a packet that says nothing, to fill up with
_PROGRAM, _VIDEO = 0x1000, 0x100
_CLOCK = 90_000  # a second
_START = b"\x00\x00\x00\x01"
_DELIMITER = b"\x09\x10"


@lru_cache(maxsize=8)
def slice_of(tint: int) -> bytes:
    """Return a stream of five seconds. tint: as for film()."""
    packets = [_table(0, b"\x00\xb0\x0d\x00\x01\xc1\x00\x00" + b"\x00\x01\xf0\x00")]
    packets.append(
        _table(_PROGRAM, b"\x02\xb0\x12\x00\x01\xc1\x00\x00" + b"\xe1\x00\xf0\x00" + b"\x1b\xe1\x00\xf0\x00")
    )
    count = 0
    for number in range(PICTURES):
        at = _CLOCK + number * SECONDS * _CLOCK // PICTURES
        units = b"".join(_START + unit for unit in (_DELIMITER, SPS, PPS, picture(number, tint)))
        stream = b"\x00\x00\x01\xe0\x00\x00\x80\x80\x05" + _stamp(at) + units
        for packet in _packets(stream, at, count):
            packets.append(packet)
            count += 1
    return b"".join(packets)


def _packets(stream: bytes, at: int, count: int) -> Iterator[bytes]:
    """Cut a picture into packets; the first carries the clock, the last is filled up in front."""
    first = True
    while stream:
        extra = b"\x50" + _clock(at) if first else b""
        room = PACKET - 4 - (len(extra) + 1 if extra else 0)
        if len(stream) < room:
            missing = room - len(stream)
            if extra:
                extra += b"\xff" * missing
            elif missing > 1:
                extra = b"\x00" + b"\xff" * (missing - 2)
            field = bytes([len(extra)]) + extra
        else:
            field = bytes([len(extra)]) + extra if extra else b""
        size = PACKET - 4 - len(field)
        flags = (0x40 if first else 0) | _VIDEO >> 8
        yield (
            bytes([0x47, flags, _VIDEO & 0xFF, (0x30 if field else 0x10) | count & 0x0F])
            + field
            + stream[:size]
        )
        stream, first, count = stream[size:], False, count + 1


def _table(pid: int, content: bytes) -> bytes:
    section = content + _checksum(content).to_bytes(4, "big")
    packet = bytes([0x47, 0x40 | pid >> 8, pid & 0xFF, 0x10, 0]) + section
    return packet + b"\xff" * (PACKET - len(packet))


def _stamp(at: int) -> bytes:
    return bytes(
        [
            0x21 | at >> 29 & 0x0E,
            at >> 22 & 0xFF,
            0x01 | at >> 14 & 0xFE,
            at >> 7 & 0xFF,
            0x01 | at << 1 & 0xFE,
        ]
    )


def _clock(at: int) -> bytes:
    return (at << 15 | 0x7E00).to_bytes(6, "big")


def _checksum(content: bytes) -> int:
    value = 0xFFFFFFFF
    for byte in content:
        value ^= byte << 24
        for _bit in range(8):
            value = (value << 1 ^ (0x04C11DB7 if value & 0x80000000 else 0)) & 0xFFFFFFFF
    return value
