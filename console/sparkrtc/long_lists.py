"""Reads a list that is too long to hold, piece by piece: `{"count": 3, "objects": [{…}, {…}, …]}`.

Only as much is kept as has not been understood yet. A piece ends where JSON itself says so: the text from the beginning
of a row to a `}` either parses as rows, or that `}` stood within a name and an earlier one is tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from console.sparkrtc.reading import UnreadableAnswer, read_json

__all__ = ["LongList"]

_PIECE = 256 * 1024  # bytes; parsed at once
_LONGEST_ROW = 4 * 1024 * 1024  # what is longer than this without the end of a row is no list of ours
_SHORT = 16 * 1024 * 1024  # an answer of another shape is read as a whole, up to this
_TRIES = 16  # ends of rows tried before more is waited for


class LongList:
    """One answer that is a list under a key, with a number beside it.

    key: of the list. pieces: the body as it arrives. row: a msgspec Struct that a well-formed row fits; rows that don't
    are given as dicts. count: what the cloud says, once all rows were taken; None when it says nothing.
    """

    def __init__(self, key: str, pieces: Iterable[bytes], row: type[msgspec.Struct]) -> None:
        self.count: Any = None
        self._key = key
        self._pieces = iter(pieces)
        self._rows_of = msgspec.json.Decoder(list[row])  # type: ignore[valid-type]
        self._head = re.compile(
            rb'\s*\{\s*(?:"count"\s*:\s*("[^"\\]*"|[^\s,"\[\]{}]+)\s*,\s*)?"' + key.encode() + rb'"\s*:\s*\['
        )
        self._buffer = bytearray()
        self._comma_due = False

    def rows(self) -> Iterator[list[Any]]:
        """Yield the rows, some thousands at a time. Raises UnreadableAnswer."""
        head = self._begin()
        if head is None:
            yield self._as_a_whole()
            return
        if head[1] is not None:
            self.count = read_json(head[1])
        del self._buffer[: head.end()]
        size = _PIECE
        while True:
            more = self._fill(size)
            rows = self._cut()
            if rows:
                yield rows
                size = _PIECE
            elif not more:
                break
            elif len(self._buffer) > _LONGEST_ROW:
                raise UnreadableAnswer("no end of a row")
            else:
                size = len(self._buffer) + _PIECE
        self._finish()

    def _begin(self) -> re.Match[bytes] | None:
        while True:
            more = self._fill(len(self._buffer) + 1)
            found = self._head.match(self._buffer)
            if found or not more or len(self._buffer) > 1024:
                return found

    def _fill(self, size: int) -> bool:
        """Read on until so many bytes wait; False when there are no more to read."""
        while len(self._buffer) < size:
            piece = next(self._pieces, None)
            if piece is None:
                return False
            self._buffer += piece
        return True

    def _cut(self) -> list[Any]:
        """Take all whole rows from the buffer; none when there is none, or only the end of the list."""
        if self._comma_due and not self._drop_comma():
            return []
        end = len(self._buffer)
        for _try in range(_TRIES):
            end = self._buffer.rfind(b"}", 0, end)
            if end < 0:
                break
            rows = self._parsed(b"[%b]" % bytes(self._buffer[: end + 1]))
            if rows is not None:
                del self._buffer[: end + 1]
                self._comma_due = True
                return rows
        return []

    def _parsed(self, text: bytes) -> list[Any] | None:
        try:
            return self._rows_of.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError):
            pass
        try:
            found = read_json(text)  # rows of another kind, or letters that have to be mended
        except UnreadableAnswer:
            return None
        return [row for row in found if isinstance(row, dict)] or [{}]

    def _drop_comma(self) -> bool:
        """Say whether rows may follow: there was a comma, which is taken away."""
        if found := re.match(rb"\s*,", self._buffer):
            del self._buffer[: found.end()]
            self._comma_due = False
        return found is not None

    def _finish(self) -> None:
        """Check that the answer ends where the list does, and read what stands behind it."""
        found = read_json(b'{"rows":[' + bytes(self._buffer))
        if not isinstance(found, dict) or any(isinstance(row, dict) for row in found["rows"]):
            raise UnreadableAnswer("the list has no end")
        if "count" in found:
            self.count = found["count"]

    def _as_a_whole(self) -> list[Any]:
        """Read an answer of another shape: other keys first, a bare list, or what has to be mended."""
        while self._fill(len(self._buffer) + 1):
            if len(self._buffer) > _SHORT:
                raise UnreadableAnswer("too long for its shape")
        found = read_json(bytes(self._buffer))
        if isinstance(found, dict):
            self.count = found.get("count")
            found = found.get(self._key) or []
            found = found if isinstance(found, list) else [found]
        if not isinstance(found, list):
            raise UnreadableAnswer(f"{type(found).__name__} instead of a list")
        return [row for row in found if isinstance(row, dict)]
