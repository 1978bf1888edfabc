"""H.264 the simple way: every picture whole, every block stored as it is (I_PCM), nothing predicted or compressed.

Source: ITU-T H.264, 7.3 (syntax) and 9.1 (Exp-Golomb codes).
"""

from __future__ import annotations

import re

__all__ = ["HEIGHT", "PICTURES", "PPS", "SPS", "WIDTH", "picture"]

WIDTH, HEIGHT = 96, 64
PICTURES = 10  # of one film
_BLOCK = 16
_I_PCM = bytes([0b00001101, 0b00000000])  # ue(25), then zeros up to the next byte
_BACK, _BAR = 40, 210  # brightness


class _Bits:
    def __init__(self) -> None:
        self._text = ""

    def u(self, value: int, size: int) -> _Bits:
        """Write a number in so many bits."""
        self._text += f"{value:0{size}b}"
        return self

    def ue(self, value: int) -> _Bits:
        """Write a number as Exp-Golomb code."""
        digits = f"{value + 1:b}"
        self._text += "0" * (len(digits) - 1) + digits
        return self

    def ended(self) -> bytes:
        """Return the bytes, with the bit that says where they end."""
        return _bytes_of(self._text + "1")

    def aligned(self) -> bytes:
        """Return the bytes, filled up with zeros."""
        return _bytes_of(self._text)


def _bytes_of(text: str) -> bytes:
    text += "0" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big")


def _unit(kind: int, content: bytes) -> bytes:
    """Make a NAL unit: inside, no three bytes may look like the start of another one."""
    return bytes([kind]) + re.sub(rb"\x00\x00(?=[\x00-\x03])", b"\x00\x00\x03", content)


def _sequence() -> bytes:
    bits = _Bits().u(66, 8).u(0b11000000, 8).u(11, 8)  # baseline, level 1.1
    bits.ue(0).ue(0).ue(2).ue(0).u(0, 1)  # id, frame numbers of 4 bits, order as decoded, no references
    bits.ue(WIDTH // _BLOCK - 1).ue(HEIGHT // _BLOCK - 1).u(1, 1).u(1, 1).u(0, 1).u(0, 1)
    return _unit(0x67, bits.ended())


def _pictures() -> bytes:
    bits = _Bits().ue(0).ue(0).u(0, 1).u(0, 1).ue(0).ue(0).ue(0).u(0, 1).u(0, 2)
    bits.ue(0).ue(0).ue(0).u(0, 1).u(0, 1).u(0, 1)
    return _unit(0x68, bits.ended())


SPS, PPS = _sequence(), _pictures()


def picture(number: int, tint: int) -> bytes:
    """Return one whole picture as a NAL unit: a bar that moves with the number. tint: 0-255, its colour."""
    # I slice of everything, first of its kind, alternating ids, no long-term references.
    head = _Bits().ue(0).ue(7).ue(0).u(0, 4).ue(number % 2).u(0, 1).u(0, 1).ue(0)
    content = bytearray()
    # The first block follows the head bit by bit; later ones begin at a byte.
    content += head.ue(25).aligned() + _block(0, 0, number, tint)
    for place in range(1, WIDTH * HEIGHT // _BLOCK**2):
        down, right = divmod(place, WIDTH // _BLOCK)
        content += _I_PCM + _block(right, down, number, tint)
    return _unit(0x65, bytes(content) + b"\x80")


def _block(right: int, down: int, number: int, tint: int) -> bytes:
    lit = right == number % (WIDTH // _BLOCK)
    luma = _BAR if lit else _BACK + 8 * down
    return bytes([luma]) * _BLOCK**2 + bytes([64 + tint // 2]) * 64 + bytes([192 - tint // 2]) * 64
