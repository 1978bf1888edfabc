"""Lists too long to hold: read as they arrive, wherever they are cut, into packs that stay small."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.sparkrtc.reading import UnreadableAnswer, restore, store
from console.sparkrtc.replies import Objects, StoredObject
from console.sparkrtc.wire_times import read_moment

TIME = "2026/05/04 16:20:31 GMT+08:00"


def body(names: list[str], **more: Any) -> bytes:
    rows = [{"file_name": name, "size": 12, "last_modified": TIME} for name in names]
    return json.dumps({"count": len(names), "objects": rows, **more}, ensure_ascii=False).encode()


def pieces(text: bytes, size: int) -> Iterator[bytes]:
    return (text[start : start + size] for start in range(0, len(text), size))


def names(found: Objects) -> list[str]:
    return [row.file_name for row in found.rows()]


HOSTILE = ['},{"file_name":"x"', '"}]', "]}", "\\", "{", "a}b{c", '\\"},', "\n\t", "日本", "👩‍🏫", ""]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 10_000])
@pytest.mark.parametrize("indent", [None, 2])
def test_wherever_it_is_cut_the_rows_are_the_same(size: int, indent: int | None) -> None:
    rows = [{"file_name": name, "size": 3, "last_modified": TIME} for name in HOSTILE]
    text = json.dumps({"count": 11, "objects": rows}, indent=indent).encode()
    found = Objects.digest(pieces(text, size))
    assert names(found) == sorted(HOSTILE)
    assert (found.count, found.listed, found.kept, found.size_kb) == (11, 11, 11, 33)


@given(st.lists(st.text(max_size=30), max_size=40), st.integers(1, 200), st.booleans())
def test_any_names_in_any_pieces(given_names: list[str], size: int, escaped: bool) -> None:
    rows = [{"file_name": name, "size": 1, "last_modified": ""} for name in given_names]
    text = json.dumps({"objects": rows, "count": 5}, ensure_ascii=escaped).encode("utf-8", "replace")
    found = Objects.digest(pieces(text, size))
    assert names(found) == sorted(json.loads(text)["objects"][i]["file_name"] for i in range(len(rows)))
    assert found.count == 5


def test_pieces_larger_than_what_is_parsed_at_once() -> None:
    many = [f"rtc/{number:06d}}},{{.ts" for number in range(30_000)]
    found = Objects.digest(pieces(body(many), 64 * 1024))
    assert names(found) == many
    assert (found.listed, found.kept, found.size_kb) == (30_000, 30_000, 360_000)
    assert len(found.packs) == 15


@pytest.mark.parametrize(
    ("text", "listed", "count"),
    [
        (b'{"count":0,"objects":[]}', 0, 0),
        (b'{"objects":[],"count":"7"}', 0, 7),
        (b'{"objects":[]}', 0, None),
        (b'{"count":null,"objects":[{}]}', 1, None),
        (b'{"objects":null}', 0, None),
        (b"{}", 0, None),
        (b"[]", 0, None),
        (b'[{"file_name":"a"}]', 1, None),
        (b'{"objects":{"file_name":"a"}}', 1, None),
        (b'{"next":{"a":[1]},"objects":[{"file_name":"a"}],"count":1}', 1, 1),
        (b'\xef\xbb\xbf{"objects":[{"file_name":"a"}]}', 1, None),
        (b'{"objects":[null,{"file_name":"a"},7]}', 1, None),
        (b'{"objects":[{"file_name":"a"}],"next":{"more":{"x":[1]}}}', 1, None),
    ],
)
def test_other_shapes_are_read_too(text: bytes, listed: int, count: int | None) -> None:
    found = Objects.digest(pieces(text, 5))
    assert (found.listed, found.count) == (listed, count)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"<html>",
        b"7",
        b'"objects"',
        b'{"count":1,"objects":[{"file_name":"a"',
        b'{"count":1,"objects":[{"file_name":"a"}',
        b'{"count":1,"objects":[{"file_name":"a"},',
        b'{"count":1,"objects":[{"file_name":"a"}]',
        b'{"count":1,"objects":[{"file_name":"a"} {"file_name":"b"}]}',
        b'{"count":1,"objects":[',
    ],
)
def test_half_an_answer_is_none(text: bytes) -> None:
    with pytest.raises(UnreadableAnswer):
        Objects.digest(pieces(text, 4))


def test_a_row_without_end_is_not_waited_for_for_ever() -> None:
    with pytest.raises(UnreadableAnswer):
        Objects.digest(iter([b'{"objects":[{"file_name":"', *([b"a" * 1_000_000] * 6)]))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"file_name": "a", "size": "12.6"}, ("a", 13, None)),
        ({"file_name": 42, "size": None}, ("42", None, None)),
        ({"file_name": "a", "size": True}, ("a", None, None)),
        ({"file_name": "a", "size": -1, "last_modified": "soon"}, ("a", -1, None)),
        ({"file_name": "a", "last_modified": 1_777_878_070}, ("a", None, 1_777_878_070)),
        ({"file_name": "a half \ud83d"}, ("a half \ufffd", None, None)),
    ],
)
def test_bent_rows_are_read(row: dict[str, Any], expected: tuple[Any, ...]) -> None:
    good = {"file_name": "b", "size": 1, "last_modified": TIME}
    text = json.dumps({"objects": [row, good]}).encode()
    first, second = Objects.digest(iter([text])).rows()
    assert first == expected
    assert (second.file_name, second.size_kb) == ("b", 1)


def test_letters_that_are_no_utf_8_are_mended() -> None:
    found = Objects.digest(iter([b'{"objects":[{"file_name":"a\xff"},{"file_name":"b"}]}']))
    assert names(found) == ["a\ufffd", "b"]


@pytest.mark.parametrize(
    "written",
    [
        TIME,
        "2026/05/04 00:00:00 GMT+08:00",
        "2026/05/04 23:59:59 GMT+08:00",
        "2026/05/04 24:00:00 GMT+08:00",
        "2026/05/04 12:60:00 GMT+08:00",
        "2026/13/04 12:00:00 GMT+08:00",
        "2026/05/04 12-00-00 GMT+08:00",
        "2026/05/04 16:20:31 GMT+00:00",
        "20260504162031",
        "2026-05-04T08:20:31Z",
        "2026/05/04 １6:20:31 GMT+08:00",
        "-",
        "",
    ],
)
def test_times_are_those_of_the_careful_reader(written: str) -> None:
    text = json.dumps({"objects": [{"file_name": "a", "last_modified": written}] * 2}).encode()
    for row in Objects.digest(iter([text])).rows():
        assert row.last_modified == read_moment(written)


def test_what_comes_in_no_order_is_put_into_order() -> None:
    many = [f"{number * 7919 % 10_007:05d}" for number in range(10_007)]
    found = Objects.digest(iter([body(many)]))
    assert names(found) == sorted(many)
    assert [pack.first for pack in found.packs] == sorted(pack.first for pack in found.packs)


def test_a_prefix_opens_only_the_packs_that_can_hold_it() -> None:
    many = [f"{folder}/{number:04d}" for folder in "abcdef" for number in range(3_000)]
    found = Objects.digest(iter([body(many)]))
    assert [row.file_name for row in found.rows("c/001")] == [f"c/001{digit}" for digit in range(10)]
    assert len(list(found.packs_of("c/001"))) == 1
    assert list(found.rows("cc")) == list(found.rows("g")) == []


class Small(Objects, frozen=True, kw_only=True):
    """The same with less room."""

    most_rows = 5_000
    most_bytes = 60_000


def test_what_is_too_much_is_counted_but_not_kept() -> None:
    found = Small.digest(iter([body([f"{number:06d}" for number in range(9_000)])]))
    assert (found.listed, found.kept, found.size_kb) == (9_000, 5_000, 108_000)
    assert len(names(found)) == 5_000


def test_names_that_cannot_be_compressed_stay_bounded_too() -> None:
    chance = random.Random(1)
    many = sorted("".join(chances(chance)) for _name in range(4_500))
    found = Small.digest(iter([body(many)]))
    assert found.listed == 4_500
    assert found.kept < 4_500
    assert len(found.packs) == 1


def chances(chance: random.Random) -> list[str]:
    return [chr(chance.randrange(0x4E00, 0x9FFF)) for _letter in range(60)]


def test_it_survives_the_shared_store() -> None:
    found = Objects.digest(iter([body(["a", "b/c"])]))
    again = restore(Objects, store(found))
    assert again == found
    moment = int(datetime(2026, 5, 4, 8, 20, 31, tzinfo=UTC).timestamp())
    assert list(again.rows()) == [StoredObject("a", 12, moment), StoredObject("b/c", 12, moment)]
    assert found.latest == moment
