"""Turning pages keeps filters, and addresses typed by hand do no harm."""

import pytest
from django.http import QueryDict

from console.core.paging import page_of, size_of, whole_number


def test_a_known_total_says_what_is_shown_and_what_follows() -> None:
    page = page_of(QueryDict("state=open&page=2"), size=20, shown=20, total=53)
    assert (page.first, page.last, page.pages, page.more) == (21, 40, 3, True)
    assert page.next_url == "?state=open&page=3"
    assert page.previous_url == "?state=open"


def test_the_last_page_leads_nowhere_further() -> None:
    page = page_of(QueryDict("page=3"), size=20, shown=13, total=53)
    assert (page.more, page.next_url, page.last) == (False, "", 53)


def test_with_an_unknown_total_a_full_page_promises_more() -> None:
    assert page_of(QueryDict(""), size=20, shown=20).more
    assert not page_of(QueryDict(""), size=20, shown=19).more
    assert not page_of(QueryDict(""), size=20, shown=20, more=False).more
    assert page_of(QueryDict(""), size=20, shown=20).pages is None


def test_an_empty_list_needs_no_turning() -> None:
    page = page_of(QueryDict(""), size=20, shown=0, total=0)
    assert (page.first, page.last, page.pages, page.needed) == (0, 0, 1, False)


@pytest.mark.parametrize(
    ("text", "read"), [("7", 7), ("-1", 1), ("0", 1), ("x", 1), ("", 1), ("9" * 30, 1_000_000), ("٣", 1)]
)
def test_page_numbers_of_any_kind(text: str, read: int) -> None:
    assert whole_number(text, 1) == read


def test_only_offered_sizes_are_taken() -> None:
    assert [size_of(QueryDict(f"size={size}")) for size in ("20", "100", "5000", "x")] == [20, 100, 50, 50]


def test_several_values_of_a_filter_are_kept() -> None:
    assert (
        page_of(QueryDict("state=a&state=b"), size=1, shown=1, total=2).next_url == "?state=a&state=b&page=2"
    )
