"""Paging by offset, where the total may be known, unknown, or beyond what the other side lets one reach."""

from dataclasses import dataclass

from django.http import QueryDict

__all__ = ["PAGE_SIZES", "Page", "page_of", "size_of", "whole_number"]

PAGE_SIZES = (20, 50, 100)
_LAST = 1_000_000


@dataclass(frozen=True)
class Page:
    """One page of a list.

    number: from 1. size: items a page. shown: items on this page.
    total: items altogether, None when nobody knows. more: whether a further page exists.
    query: the address's query string without the page, to keep filters while turning pages.
    """

    number: int
    size: int
    shown: int
    total: int | None
    more: bool
    query: str = ""

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    @property
    def first(self) -> int:
        """Number of the first item shown, from 1; 0 when nothing is shown."""
        return self.offset + 1 if self.shown else 0

    @property
    def last(self) -> int:
        return self.offset + self.shown

    @property
    def pages(self) -> int | None:
        """How many pages there are, at least 1; None when the total is unknown."""
        return None if self.total is None else max(1, -(-self.total // self.size))

    @property
    def needed(self) -> bool:
        """Whether there is anything to turn."""
        return self.number > 1 or self.more

    @property
    def previous_url(self) -> str:
        return self.url(self.number - 1) if self.number > 1 else ""

    @property
    def next_url(self) -> str:
        return self.url(self.number + 1) if self.more else ""

    @property
    def last_url(self) -> str:
        pages = self.pages
        return self.url(pages) if pages and pages > self.number + 1 else ""

    def url(self, number: int) -> str:
        """Return the relative address of a page with everything else in the query kept."""
        query = QueryDict(self.query, mutable=True)
        query.pop("page", None)
        if number > 1:
            query["page"] = str(number)
        return f"?{query.urlencode()}"


def whole_number(text: str | None, default: int, *, low: int = 1, high: int = _LAST) -> int:
    """Read a whole number from an address; whatever is not one, or out of range, becomes the nearest that is."""
    text = (text or "").strip()
    if not (text.isascii() and text.isdigit()):
        return default
    return max(low, min(high, int(text[:12])))


def size_of(query: QueryDict, default: int = 50) -> int:
    """Return the wanted page size: one of PAGE_SIZES."""
    wanted = whole_number(query.get("size"), default)
    return wanted if wanted in PAGE_SIZES else default


def page_of(
    query: QueryDict, *, size: int, shown: int, total: int | None = None, more: bool | None = None
) -> Page:
    """Describe the page that the query asks for, once its items are there.

    total: when known, decides whether more pages follow. more: decides it when the total is unknown; left out, a full
    page is taken as a sign of more.
    """
    number = whole_number(query.get("page"), 1)
    if total is not None:
        follows = number * size < total
    elif more is not None:
        follows = more
    else:
        follows = shown >= size
    return Page(number, size, shown, total, follows, query.urlencode())
