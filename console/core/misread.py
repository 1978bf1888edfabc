"""What stands in an address and nobody understands: said on the page, not passed over as if it counted."""

import re
from collections.abc import Callable, Collection, Mapping

from django.http import QueryDict

from console.core.paging import PAGE_SIZES
from console.core.times import is_zone

__all__ = ["misread"]

_MOST = 5
_ZOOM = "zoom-"  # and the group of charts: see static/js/charts/zoom.js


def misread(query: QueryDict, known: Mapping[str, Collection[str]], free: Collection[str] = ()) -> list[str]:
    """Return the parts of an address that mean nothing here, as "name=value"; hostile text.

    known: {name: the values that it may have}. free: names with values of another kind, which the page looks at
    itself. An empty value asks for nothing. The page's number and size, the zone of its times and the zoom of its
    charts may stand in every address.
    """
    asked = {name: query.get(name, "").strip() for name in query}
    found = [
        f"{name}={value}" for name, value in asked.items() if value and not _means(name, value, known, free)
    ]
    return found[:_MOST]


def _means(name: str, value: str, known: Mapping[str, Collection[str]], free: Collection[str]) -> bool:
    everywhere = _EVERYWHERE.get(_ZOOM if name.startswith(_ZOOM) else name)
    if everywhere:
        return bool(everywhere(value))
    return name in free or value in known.get(name, ())


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and int(value[:12]) > 0


_EVERYWHERE: dict[str, Callable[[str], object]] = {
    "page": _is_number,
    "size": {str(size) for size in PAGE_SIZES}.__contains__,
    "zone": is_zone,
    _ZOOM: re.compile(r"[0-9]+-[0-9]+").fullmatch,
}
