"""Folders made of a list of names: the same rows as the plain way finds, whichever page is looked at."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.sparkrtc.replies import Objects
from console.storage.folders import Found, Wanted, look, told_folders
from console.storage.shapes import Entry
from tests.properties import tried

Rows = list[tuple[str, int | None]]


def packed(rows: Rows) -> Objects:
    listed = [{"file_name": name, "size": size} for name, size in sorted(rows, key=lambda row: row[0])]
    return Objects.digest(iter([json.dumps({"count": len(rows), "objects": listed}).encode()]))


def plainly(rows: Rows, folder: str, wanted: Wanted) -> list[Entry]:
    """Return what fits, the way one would write it without a thought of memory."""
    folders: dict[str, list[int]] = {}
    files = []
    for name, size in sorted(rows, key=lambda row: row[0]):
        rest = name.removeprefix(folder)
        if not name.startswith(folder) or not rest:
            continue
        head, slash, _rest = rest.partition("/")
        if slash and not wanted.below:
            folders.setdefault(head + slash, []).append(size or 0)
        else:
            files.append(Entry(rest, False, 1, size, None))
    made = [Entry(name, True, len(sizes), sum(sizes), 0) for name, sizes in folders.items()]

    def ordered(entries: list[Entry]) -> list[Entry]:
        fitting = [entry for entry in entries if wanted.fits(entry)]
        if wanted.sort == "name":
            return fitting[::-1] if wanted.descending else fitting
        sign = -1 if wanted.descending else 1
        return sorted(fitting, key=lambda e: sign * (-1 if e.size_kb is None else e.size_kb))

    return ordered(made) + ordered(files)


NAMES = st.lists(
    st.tuples(st.text("ab/.", min_size=1, max_size=7), st.one_of(st.none(), st.integers(0, 9))),
    max_size=40,
    unique_by=lambda row: row[0],
)


@tried(300)
@given(
    NAMES,
    st.sampled_from(["", "a/", "a/b/", "b/", "/"]),
    st.sampled_from(["", "a", ".b"]),
    st.booleans(),
    st.sampled_from(["name", "size"]),
    st.booleans(),
    st.integers(0, 6),
)
def test_any_page_of_any_folder(
    rows: Rows, folder: str, search: str, below: bool, sort: Any, descending: bool, start: int
) -> None:
    wanted = Wanted(search=search, below=below, sort=sort, descending=descending, start=start, size=3)
    found = look(packed(rows), folder, wanted)
    expected = plainly(rows, folder, wanted)
    assert list(found.entries) == expected[start : start + 3]
    assert found.folders + found.files == len(expected)
    inside = [(name, size) for name, size in rows if name.startswith(folder) and name != folder]
    assert (found.below, found.size_kb) == (len(inside), sum(size or 0 for _name, size in inside))


def many(count: int) -> Rows:
    """Make rows that fill several packs: some folders fill whole ones."""
    return [(f"{'big' if n % 7 else 'small'}/{n % 5}/{n:06d}.ts", n % 1000) for n in range(count)]


@pytest.mark.parametrize("sort", ["name", "size"])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(("folder", "below"), [("", False), ("big/", False), ("big/1/", False), ("", True)])
@pytest.mark.parametrize("start", [0, 2_000, 8_950])
def test_pages_of_more_rows_than_are_held(
    sort: Any, descending: bool, folder: str, below: bool, start: int
) -> None:
    rows = many(9_000)
    wanted = Wanted(below=below, sort=sort, descending=descending, start=start, size=50)
    found = look(packed(rows), folder, wanted)
    assert list(found.entries) == plainly(rows, folder, wanted)[start : start + 50]


def test_a_folder_that_fills_whole_packs_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    rows: Rows = [(f"a/{n:06d}", 1) for n in range(10_000)] + [("b", 2)]
    objects = packed(rows)
    opened = []
    columns = type(objects.packs[0]).columns
    monkeypatch.setattr(
        type(objects.packs[0]), "columns", lambda pack: opened.append(pack.first) or columns(pack)
    )
    found = look(objects, "", Wanted())
    assert found.entries == (Entry("a/", True, 10_000, 10_000, 0), Entry("b", False, 1, 2, None))
    assert len(opened) == 1


def test_slices_can_be_left_out() -> None:
    rows: Rows = [("r.m3u8", 1), ("r_0.ts", 9), ("R.MP4", 5), ("notes.txt", 1), ("deep/r_0.ts", 1)]
    found = look(packed(rows), "", Wanted(recordings=True))
    assert [entry.name for entry in found.entries] == ["deep/", "R.MP4", "r.m3u8"]
    assert found.below == 5


def test_folders_that_the_cloud_names_stand_beside_what_it_lists() -> None:
    told = Objects.digest(
        iter(
            [b'{"objects":[{"file_name":"x/a/","size":70},{"file_name":"x/c","size":5},{"file_name":"x/"}]}']
        )
    )
    own = packed([("x/b.mp4", 3), ("x/c/1.ts", 1)])
    found: Found = look(own, "x/", Wanted(), told_folders(told, "x/"))
    assert found.entries == (
        Entry("a/", True, None, 70, None),
        Entry("c/", True, None, 5, None),
        Entry("b.mp4", False, 1, 3, None),
    )
    assert (found.folders, found.files, found.size_kb) == (2, 1, 78)


def test_an_object_with_the_folders_own_name_is_no_row() -> None:
    found = look(packed([("a/", 0), ("a/b", 1)]), "a/", Wanted())
    assert [entry.name for entry in found.entries] == ["b"]
