"""What stands in an address and nobody understands: said on the page, not passed over as if it counted."""

from collections.abc import Collection, Mapping

from django.http import QueryDict

from console.core.paging import PAGE_SIZES

__all__ = ["misread"]

_MOST = 5


def misread(query: QueryDict, known: Mapping[str, Collection[str]], free: Collection[str] = ()) -> list[str]:
    """Return the parts of an address that mean nothing here, as "name=value"; hostile text.

    known: {name: the values that it may have}. free: names with values of another kind, which the page looks at
    itself. An empty value asks for nothing. The page's number and size may stand in every address.
    """
    found = []
    for name in query:
        value = query.get(name, "").strip()
        if name == "page":
            fine = value.isascii() and value.isdigit() and int(value[:12]) > 0
        elif name == "size":
            fine = value in map(str, PAGE_SIZES)
        else:
            fine = name in free or value in known.get(name, ())
        if value and not fine:
            found.append(f"{name}={value}")
    return found[:_MOST]
