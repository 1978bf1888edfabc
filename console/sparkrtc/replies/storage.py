"""What the bucket operations answer."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any, ClassVar, NamedTuple

import msgspec

from console.sparkrtc.long_lists import LongList
from console.sparkrtc.reading import Reply, read_text, read_whole
from console.sparkrtc.wire_times import read_moment

__all__ = ["Bucket", "Buckets", "ObjectRow", "Objects", "Pack", "StoredObject"]

_ROWS_A_PACK = 2_000


class Bucket(Reply, frozen=True, kw_only=True):
    """A bucket. is_authorized: whether the service may write to it."""

    bucket: str = ""
    location: str = ""
    creation_date: datetime | None = None
    is_authorized: bool | None = None


class Buckets(Reply, frozen=True, kw_only=True):
    """All buckets."""

    count: int | None = None
    buckets: tuple[Bucket, ...] = ()


class StoredObject(NamedTuple):
    """An object or a folder of a bucket. size_kb: as documented, in KB. modified: epoch seconds. None: not said."""

    file_name: str
    size_kb: int | None
    modified: int | None

    @property
    def last_modified(self) -> datetime | None:
        """When it was changed last."""
        return None if self.modified is None else datetime.fromtimestamp(self.modified, UTC)


class Pack(Reply, frozen=True, kw_only=True):
    """Rows that follow each other, compressed. first, last: the names of the first and the last."""

    first: str = ""
    last: str = ""
    rows: int = 0
    size_kb: int = 0
    latest: int = 0
    data: bytes = b""

    @classmethod
    def of(cls, rows: list[StoredObject]) -> Pack:
        """Pack rows, which are sorted by name."""
        columns = tuple(zip(*rows, strict=True))
        return cls(
            first=rows[0].file_name,
            last=rows[-1].file_name,
            rows=len(rows),
            size_kb=sum(row.size_kb or 0 for row in rows),
            latest=max(row.modified or 0 for row in rows),
            data=zlib.compress(msgspec.msgpack.encode(columns), 1),
        )

    def columns(self) -> tuple[list[str], list[int | None], list[int | None]]:
        """Return the names, the sizes and the times."""
        return _COLUMNS.decode(zlib.decompress(self.data))


_COLUMNS = msgspec.msgpack.Decoder(tuple[list[str], list[int | None], list[int | None]])


class ObjectRow(msgspec.Struct, gc=False):
    """A row as the cloud usually writes it."""

    file_name: str = ""
    size: int | None = None
    last_modified: str = ""


class Objects(Reply, frozen=True, kw_only=True):
    """All objects, or folders, below a prefix, sorted by name and packed: 100,000 of them take a megabyte or two.

    count: how many there are, as the cloud says. listed: rows of its answer; fewer where it gives no more at once.
    kept: rows that are in the packs; fewer where they are too many to keep. size_kb, latest: of all rows listed; latest
    in epoch seconds, 0 when unknown. unsized: rows without a size. nested: whether any name has a folder in it.
    """

    # Read as it arrives and never held as a whole, so that it may be long.
    longest_answer: ClassVar[int | None] = 256 * 1024 * 1024
    row: ClassVar[type[ObjectRow]] = ObjectRow
    most_rows: ClassVar[int] = 300_000
    most_bytes: ClassVar[int] = 8 * 1024 * 1024

    count: int | None = None
    listed: int = 0
    kept: int = 0
    size_kb: int = 0
    unsized: int = 0
    latest: int = 0
    nested: bool = False
    packs: tuple[Pack, ...] = ()

    @classmethod
    def digest(cls, pieces: Iterable[bytes]) -> Objects:
        """Read an answer as it arrives. Raises UnreadableAnswer."""
        answer = LongList("objects", pieces, cls.row)
        packer = _Packer(cls.most_rows, cls.most_bytes)
        for rows in answer.rows():
            packer.add(_read_rows(rows))
        return cls(count=read_whole(answer.count), **packer.finish())

    def rows(self, prefix: str = "") -> Iterator[StoredObject]:
        """Yield the rows whose names begin with the prefix, in the order of their names."""
        for pack in self.packs_of(prefix):
            for row in map(StoredObject, *pack.columns()):
                if row.file_name.startswith(prefix):
                    yield row

    def packs_of(self, prefix: str) -> Iterator[Pack]:
        """Yield the packs in which names with the prefix can be."""
        for pack in self.packs:
            if pack.last >= prefix and pack.first[: len(prefix)] <= prefix:
                yield pack


_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]")


def _read_rows(rows: list[Any]) -> list[StoredObject]:
    days: dict[str, int] = {}
    return [
        StoredObject(row.file_name, row.size, _moment(row.last_modified, days))
        if type(row) is ObjectRow
        else _read_row(row)
        for row in rows
    ]


def _read_row(row: Mapping[str, Any]) -> StoredObject:
    modified = read_moment(row.get("last_modified"))
    return StoredObject(
        read_text(row.get("file_name")),
        read_whole(row.get("size")),
        None if modified is None else int(modified.timestamp()),
    )


def _moment(written: str, days: dict[str, int]) -> int | None:
    """Read a time to the second; of the usual form only the day is worked out, once. days: those known."""
    if len(written) == 29 and written[19:] == " GMT+08:00":
        clock = written[11:13] + written[14:16] + written[17:19]
        if _CLOCK.fullmatch(clock) and written[10:17:3] == " ::":
            midnight = days.get(written[:10])
            if midnight is None:
                found = read_moment(f"{written[:10]} 00:00:00 GMT+08:00")
                if found is None:
                    return None
                midnight = days[written[:10]] = int(found.timestamp())
            return midnight + int(clock[:2]) * 3600 + int(clock[2:4]) * 60 + int(clock[4:])
    found = read_moment(written)
    return None if found is None else int(found.timestamp())


class _Packer:
    """Packs rows as they come. most_rows, most_bytes: what is beyond is counted, but not kept."""

    def __init__(self, most_rows: int, most_bytes: int) -> None:
        self._most_rows, self._most_bytes = most_rows, most_bytes
        self._waiting: list[StoredObject] = []
        self._packs: list[Pack] = []
        self._listed = self._kept = self._bytes = self._size_kb = self._unsized = self._latest = 0
        self._sorted = True
        self._nested = False

    def add(self, rows: list[StoredObject]) -> None:
        """Count rows, and keep them while there is room."""
        self._listed += len(rows)
        self._nested = self._nested or any("/" in row.file_name for row in rows)
        for row in rows:
            if row.size_kb is None:
                self._unsized += 1
            else:
                self._size_kb += row.size_kb
            if row.modified is not None and row.modified > self._latest:
                self._latest = row.modified
        room = self._most_rows - self._kept
        if room <= 0 or self._bytes >= self._most_bytes:
            return
        self._waiting += rows[:room]
        self._kept += len(rows[:room])
        while len(self._waiting) >= _ROWS_A_PACK and self._bytes < self._most_bytes:
            self._pack(self._waiting[:_ROWS_A_PACK])
            del self._waiting[:_ROWS_A_PACK]
        if self._bytes >= self._most_bytes:
            self._waiting.clear()

    def finish(self) -> dict[str, Any]:
        """Return the fields of Objects."""
        if self._waiting:
            self._pack(self._waiting)
        if not self._sorted:
            self._sort()
        return {
            "listed": self._listed,
            "kept": sum(pack.rows for pack in self._packs),
            "size_kb": self._size_kb,
            "unsized": self._unsized,
            "latest": self._latest,
            "nested": self._nested,
            "packs": tuple(self._packs),
        }

    def _pack(self, rows: list[StoredObject]) -> None:
        in_order = sorted(rows, key=attrgetter("file_name"))
        before = self._packs[-1].last if self._packs else ""
        self._sorted = self._sorted and in_order == rows and before <= rows[0].file_name
        pack = Pack.of(in_order)
        self._bytes += len(pack.data)
        self._packs.append(pack)

    def _sort(self) -> None:
        """Put into order what came in none; object storage lists by name, so this is for the worst case."""
        rows = (row for pack in self._packs for row in map(StoredObject, *pack.columns()))
        everything = sorted(rows, key=attrgetter("file_name"))
        self._packs = [
            Pack.of(everything[start : start + _ROWS_A_PACK])
            for start in range(0, len(everything), _ROWS_A_PACK)
        ]
