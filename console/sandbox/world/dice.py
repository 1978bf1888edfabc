"""Numbers that depend on the seed and a key alone, the same in every process and on every machine."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from hashlib import blake2b

__all__ = ["Dice", "Scramble"]

_KEY = struct.Struct("<qqq")
_NUMBERS = struct.Struct("<16I")
_FIRST = struct.Struct("<I")
_FOUR = struct.Struct("<4I")
_SEVEN = struct.Struct("<7I")
_NINE = struct.Struct("<9I")
_SHARE = 2.0**-32


class Dice:
    """A source of numbers for one purpose. Two dice with the same seed and purpose roll alike.

    One hash gives sixteen numbers at once: that is what makes asking for any moment cheap.
    """

    def __init__(self, seed: int, *purpose: str | int) -> None:
        name = "/".join(str(part) for part in (seed, *purpose))
        secret = blake2b(name.encode(), digest_size=32).digest()
        self._keyed = blake2b(key=secret)  # copied for every roll: taking the key in is half the work
        self._short = blake2b(key=secret, digest_size=16)

    def roll(self, first: int, second: int = 0, third: int = 0) -> tuple[int, ...]:
        """Return sixteen whole numbers, each 0 to 2**32 - 1."""
        hasher = self._keyed.copy()
        hasher.update(_KEY.pack(first, second, third))
        return _NUMBERS.unpack(hasher.digest())

    def unit(self, first: int, second: int = 0, third: int = 0) -> float:
        """Return one number from 0 up to, but not including, 1."""
        hasher = self._keyed.copy()
        hasher.update(_KEY.pack(first, second, third))
        return float(_FIRST.unpack_from(hasher.digest())[0] * _SHARE)

    def units(self, first: int, second: int = 0, third: int = 0) -> tuple[float, ...]:
        """Return sixteen numbers from 0 up to, but not including, 1."""
        return tuple([number * _SHARE for number in self.roll(first, second, third)])

    def four(self, first: int, second: int, third: int) -> tuple[float, ...]:
        """Return the first four of the units."""
        hasher = self._keyed.copy()
        hasher.update(_KEY.pack(first, second, third))
        a, b, c, d = _FOUR.unpack_from(hasher.digest())
        return a * _SHARE, b * _SHARE, c * _SHARE, d * _SHARE

    def many(self, first: int, seconds: Iterable[int], third: int) -> list[tuple[int, int, int, int]]:
        """Return the first four numbers of many rolls, each number 0 to 2**32 - 1."""
        copy, pack, unpack = self._keyed.copy, _KEY.pack, _FOUR.unpack_from
        found: list[tuple[int, int, int, int]] = []
        for second in seconds:
            hasher = copy()
            hasher.update(pack(first, second, third))
            found.append(unpack(hasher.digest()))
        return found

    def seven(self, first: int) -> tuple[int, ...]:
        """Return the first seven numbers of a roll."""
        hasher = self._keyed.copy()
        hasher.update(_KEY.pack(first, 0, 0))
        return _SEVEN.unpack_from(hasher.digest())

    def nine(self, first: int) -> tuple[float, ...]:
        """Return the first nine of the units."""
        hasher = self._keyed.copy()
        hasher.update(_KEY.pack(first, 0, 0))
        a, b, c, d, e, f, g, h, i = _NINE.unpack_from(hasher.digest())
        # Written out: a world of thousands of rooms asks for nothing more often.
        return (
            *(a * _SHARE, b * _SHARE, c * _SHARE, d * _SHARE, e * _SHARE),
            *(f * _SHARE, g * _SHARE, h * _SHARE, i * _SHARE),
        )

    def token(self, first: int, second: int = 0, third: int = 0) -> str:
        """Return 32 lower-case hexadecimal digits."""
        hasher = self._short.copy()
        hasher.update(_KEY.pack(first, second, third))
        return hasher.hexdigest()


class Scramble:
    """A one-to-one mapping of 0 … span - 1 onto itself: ids that do not look counted, yet lead back."""

    def __init__(self, span: int, factor: int, shift: int) -> None:
        self.span = span
        self._factor = factor
        self._shift = shift % span
        self._back = pow(factor, -1, span)

    def code(self, number: int) -> int:
        """Return the code of a number."""
        return (number * self._factor + self._shift) % self.span

    def number(self, code: int) -> int:
        """Return the number that a code stands for."""
        return (code - self._shift) * self._back % self.span
