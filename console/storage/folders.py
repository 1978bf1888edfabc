"""Folders made of a list of names: what lies in one, how much is in those below, and one page of that.

The list may have 100,000 rows and more, packed (see sparkrtc.replies.storage). It is walked through pack by pack; of
a folder that fills whole packs nothing is opened, and nothing is kept but numbers and the rows of one page.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from heapq import merge
from operator import attrgetter
from typing import Literal

from console.sparkrtc.replies import Objects
from console.storage.shapes import Entry

__all__ = ["SORTS", "Found", "Wanted", "look", "told_folders"]

Sort = Literal["name", "size", "modified"]
SORTS: tuple[Sort, ...] = ("name", "size", "modified")
_RECORDINGS = (".mp4", ".m3u8")
_HELD = 2_000  # rows that may wait until it is known which of them make the page


@dataclass(frozen=True)
class Wanted:
    """Which rows of a folder are wanted.

    search: part of the name, whatever its case. below: objects of all folders below, without the folders themselves.
    recordings: of the objects only those that stand for a recording, not the slices of one. start, size: of the page.
    """

    search: str = ""
    below: bool = False
    recordings: bool = False
    sort: Sort = "name"
    descending: bool = False
    start: int = 0
    size: int = 50

    def fits(self, entry: Entry) -> bool:
        """Say whether a row is wanted at all."""
        if self.search and self.search.casefold() not in entry.name.casefold():
            return False
        return entry.folder or not self.recordings or entry.name.lower().endswith(_RECORDINGS)


@dataclass(frozen=True)
class Found:
    """One page of a folder; the numbers as in shapes.FolderPage."""

    entries: tuple[Entry, ...]
    folders: int
    files: int
    below: int
    size_kb: int
    latest: int


def look(objects: Objects, folder: str, wanted: Wanted, told: Iterable[Entry] = ()) -> Found:
    """Return one page of a folder. folder: with its slash, "" for the top.

    told: folders that the cloud names by itself, sorted; they take the place of what follows from the objects.
    """
    told = tuple(told)

    def rows() -> Iterator[Entry]:
        walked = _walk(objects, folder, below=wanted.below)
        return _merged(walked, told) if told and not wanted.below else walked

    first = _first_look(rows(), wanted)
    places = _places(first, wanted)
    entries = first.held(places) or tuple(_collect(rows(), wanted, places))
    return Found(entries, len(first.folders), len(first.files), first.below, first.size_kb, first.latest)


def told_folders(answer: Objects, folder: str) -> Iterator[Entry]:
    """Yield the folders right below one, as the cloud names them when it is asked for folders."""
    for row in answer.rows():
        name = row.file_name.removeprefix(folder).rstrip("/")
        if name and "/" not in name:
            yield Entry(f"{name}/", True, None, row.size_kb, row.modified)


@dataclass
class _Numbers:
    """The sort keys of all rows that fit, folders and files apart, and the first rows themselves."""

    folders: "array[int]" = field(default_factory=lambda: array("q"))
    files: "array[int]" = field(default_factory=lambda: array("q"))
    first: list[Entry] = field(default_factory=list)
    below: int = 0
    size_kb: int = 0
    latest: int = 0

    def held(self, places: "_Places") -> tuple[Entry, ...]:
        """Return the page when all rows were few enough to be held; nothing otherwise."""
        if len(self.first) < len(self.folders) + len(self.files):
            return ()
        kinds: dict[bool, list[Entry]] = {True: [], False: []}
        for entry in self.first:
            kinds[entry.folder].append(entry)
        return tuple(kinds[folder][place] for folder, place in places)


_Places = list[tuple[bool, int]]  # (of the folders?, which of them, in the order of their names)


def _first_look(rows: Iterator[Entry], wanted: Wanted) -> _Numbers:
    seen, key = _Numbers(), _key(wanted)
    for entry in rows:
        seen.below += 1 if not entry.folder else entry.count or 0
        seen.size_kb += entry.size_kb or 0
        seen.latest = max(seen.latest, entry.modified or 0)
        if wanted.fits(entry):
            (seen.folders if entry.folder else seen.files).append(key(entry))
            if len(seen.first) < _HELD:
                seen.first.append(entry)
    return seen


def _key(wanted: Wanted) -> Callable[[Entry], int]:
    if wanted.sort == "size":
        return lambda entry: -1 if entry.size_kb is None else entry.size_kb
    if wanted.sort == "modified":
        return lambda entry: entry.modified or 0
    return lambda entry: 0  # they come by name


def _places(seen: _Numbers, wanted: Wanted) -> _Places:
    """Return which rows make the page: folders first, each kind in the wanted order."""
    end = wanted.start + wanted.size
    folders = _order(seen.folders, wanted)[wanted.start : end]
    passed = len(seen.folders)
    files = _order(seen.files, wanted)[max(0, wanted.start - passed) : max(0, end - passed)]
    return [(True, place) for place in folders] + [(False, place) for place in files]


def _order(keys: "array[int]", wanted: Wanted) -> "range | list[int]":
    if wanted.sort == "name":
        return range(len(keys) - 1, -1, -1) if wanted.descending else range(len(keys))
    # Equal ones stay in the order of their names, whichever way the others go.
    return sorted(range(len(keys)), key=keys.__getitem__ if not wanted.descending else lambda at: -keys[at])


def _collect(rows: Iterator[Entry], wanted: Wanted, places: _Places) -> Iterator[Entry]:
    """Walk once more and pick the rows of the page."""
    missing, picked = set(places), {}
    numbers = {True: 0, False: 0}
    for entry in rows:
        if not missing:
            break
        if wanted.fits(entry):
            place = (entry.folder, numbers[entry.folder])
            numbers[entry.folder] += 1
            if place in missing:
                missing.remove(place)
                picked[place] = entry
    return (picked[place] for place in places)


def _walk(objects: Objects, folder: str, *, below: bool) -> Iterator[Entry]:
    """Yield what lies in a folder, by name; a folder in it once, with its sums. below: every object instead."""
    cut = len(folder)
    head, count, size_kb, latest = "", 0, 0, 0
    for pack in objects.packs_of(folder):
        inside = "" if below else _head(pack.first, folder)
        if inside and inside == _head(pack.last, folder):  # all of it lies in one folder: its sums will do
            if inside != head:
                if head:
                    yield Entry(head, True, count, size_kb, latest)
                head, count, size_kb, latest = inside, 0, 0, 0
            count, size_kb, latest = count + pack.rows, size_kb + pack.size_kb, max(latest, pack.latest)
            continue
        for name, size, modified in zip(*pack.columns(), strict=True):
            if not name.startswith(folder):
                continue
            rest = name[cut:]
            slash = -1 if below else rest.find("/")
            if slash >= 0 and rest[: slash + 1] == head:
                count += 1
                size_kb += size or 0
                latest = max(latest, modified or 0)
                continue
            if head:
                yield Entry(head, True, count, size_kb, latest)
                head = ""
            if slash >= 0:
                head, count, size_kb, latest = rest[: slash + 1], 1, size or 0, modified or 0
            elif rest:  # an object with the folder's own name only marks the folder
                yield Entry(rest, False, 1, size, modified)
    if head:
        yield Entry(head, True, count, size_kb, latest)


def _head(name: str, folder: str) -> str:
    """Return the folder right below one that a name lies in; "" for none."""
    if not name.startswith(folder):
        return ""
    head, slash, _rest = name[len(folder) :].partition("/")
    return head + slash if slash else ""


def _merged(walked: Iterator[Entry], told: Iterable[Entry]) -> Iterator[Entry]:
    """Yield both in the order of their names, a folder that both know once, as the cloud tells it."""
    known = {entry.name for entry in told}
    kept = (entry for entry in walked if not entry.folder or entry.name not in known)
    return merge(kept, told, key=attrgetter("name"))
