"""Which files in a bucket belong to which recordings, by their names. Pure but for the list that it is given."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.recording.models import LedgerEntry
from console.sparkrtc.replies import StoredObject

__all__ = ["Found", "find_files"]

_STILL_COMING = timedelta(minutes=10)  # after the end of a recording


@dataclass(frozen=True)
class Found:
    """The first file of a recording that the list holds."""

    name: str
    modified_at: datetime | None


def find_files(
    rows: Iterable[StoredObject],
    patterns: "list[re.Pattern[str]]",
    entries: Iterable[LedgerEntry],
    told: dict[str, LedgerEntry],
) -> dict[int, Found]:
    """Return {entry: a file of it}. Goes through the list once.

    patterns: what the template's file names look like (naming.names_of). told: {name: entry} of the files that
    notifications told of. A room id is used again and again: a file belongs to the earliest use that may have written
    it, by the time at which it was changed.
    """
    named = _Named(entries)
    found: dict[int, Found] = {}
    for row in rows:
        entry = told.get(row.file_name)
        if entry is None:
            stream = _stream_of(row.file_name, patterns)
            uses = named.of(stream) if stream else []
            entry = _owner(uses, row.last_modified) if uses else None
        if entry is not None and entry.pk not in found:
            found[entry.pk] = Found(row.file_name, row.last_modified)
    return found


class _Named:
    """Recordings by the names of their streams; what a stream belongs to is worked out once."""

    def __init__(self, entries: Iterable[LedgerEntry]) -> None:
        self._exact: dict[str, list[LedgerEntry]] = {}
        self._starts: dict[str, list[LedgerEntry]] = {}
        for entry in sorted(entries, key=lambda entry: entry.began_at):
            if entry.stream:
                named = self._exact if entry.source == LedgerEntry.Source.JOB else self._starts
                named.setdefault(entry.stream, []).append(entry)
        self._known: dict[str, list[LedgerEntry]] = {}

    def of(self, stream: str) -> list[LedgerEntry]:
        if stream not in self._known:
            self._known[stream] = self._exact.get(stream) or self._longest(stream)
        return self._known[stream]

    def _longest(self, stream: str) -> list[LedgerEntry]:
        """Return the recordings of the room whose name is the longest that fits: ids may hold underscores."""
        for end in _underscores(stream):
            if entries := self._starts.get(stream[: end + 1]):
                return entries
        return []


def _underscores(stream: str) -> Iterator[int]:
    at = stream.rfind("_")
    while at > 0:
        yield at
        at = stream.rfind("_", 0, at)


def _stream_of(name: str, patterns: "list[re.Pattern[str]]") -> str:
    for pattern in patterns:
        found = pattern.fullmatch(name)
        if found is not None:
            return found.groupdict().get("stream") or ""
    return ""


def _owner(uses: list[LedgerEntry], modified_at: datetime | None) -> LedgerEntry | None:
    """Return the use that may have written a file. uses: earliest first, at least one."""
    if modified_at is None:
        return uses[-1]
    begun = [use for use in uses if use.began_at <= modified_at]
    for use in begun:
        if use.ended_at is None or modified_at <= use.ended_at + _STILL_COMING:
            return use
    return begun[-1] if begun else None
