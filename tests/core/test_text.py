"""Text from others: nothing of it may act, hide or rearrange the page."""

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from console.core.text import aside, explained, ident, percent_of, plain, sentences, shorten, shown


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='x"]
)
def test_markup_is_text(text: str) -> None:
    for html in (shown(text), shown(text, 12), ident(text)):
        assert "<script" not in html
        assert "<img" not in html
        assert "'" not in html


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u200b", "\ufeff", "\u2028"])
def test_marks_that_cannot_be_seen_are_spelled_out(mark: str) -> None:
    assert mark not in shown(f"ab{mark}cd")
    assert f"U+{ord(mark):04X}" in shown(f"ab{mark}cd")
    assert mark not in plain(f"ab{mark}cd")


def test_control_characters_get_their_pictures() -> None:
    assert plain("a\tb\nc\x00") == "a␉b␊c␀"


def test_emoji_stay_whole() -> None:
    family = "👨‍👩‍👧‍👦"
    assert plain(family) == family
    for length in range(3, 12):
        short = shorten(f"{family}{family}", length)
        assert not short.split("…")[0].endswith("\u200d")
        assert not short.split("…")[-1].startswith("\u200d")


def test_the_middle_is_what_gives_way() -> None:
    assert shorten("room-0000000000-tail", 10) == "room-0…ail"
    assert shorten("short", 10) == "short"


def test_a_shortened_text_keeps_the_whole_in_its_title() -> None:
    assert 'title="room-0000000000-tail"' in shown("room-0000000000-tail", 10)
    assert "title" not in shown("short", 10)


def test_an_id_is_on_the_page_whole() -> None:
    html = ident("lecture-0123456789-abcdef")
    assert '<span class="id-head">lecture-0123456789-</span><span class="id-tail">abcdef</span>' in html


@given(st.text(max_size=80))
def test_no_text_escapes_its_isolation(text: str) -> None:
    for html in (shown(text), shown(text, 20), ident(text)):
        assert html.startswith("<bdi")
        assert html.count("<bdi") == html.count("</bdi>") == 1
        assert not any(mark in html for mark in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\x00\x1b")


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", ["side: Ben", "sure (2 pieces)", "It is so. It was so."]),
     ("zh-hans", ["side：Ben", "sure（2 pieces）", "It is so.It was so."])],
)  # fmt: skip
def test_pieces_are_joined_by_the_marks_of_the_language(language: str, said: list[str]) -> None:
    with override(language):
        assert [
            explained("side", "Ben"),
            aside("sure", "2 pieces"),
            sentences(["It is so.", "", "It was so."]),
        ] == said
        assert (aside("sure", ""), sentences([])) == ("sure", "")
        assert aside("100%(x)s", "%s") in ("100%(x)s (%s)", "100%(x)s（%s）")


@given(st.text(max_size=80), st.integers(3, 40))
def test_shortening_keeps_the_limit(text: str, most: int) -> None:
    assert len(shorten(text, most)) <= max(most, len(text) if len(text) <= most else most) + 12


@pytest.mark.parametrize(
    ("part", "whole", "percent"), [(0, 7, 0), (0, 0, 0), (1, 999, 1), (1, 3, 33), (998, 999, 99), (7, 7, 100)]
)
def test_a_part_is_neither_nothing_nor_all(part: int, whole: int, percent: int) -> None:
    assert percent_of(part, whole) == percent
