"""Addresses of the page that somebody looks at, with something changed."""

from typing import Any

from django.http import QueryDict

__all__ = ["query_with"]


def query_with(query: QueryDict, **changes: Any) -> str:
    """Return a relative address with some parameters changed; None or "" takes one away."""
    changed = query.copy()
    for name, value in changes.items():
        if value in (None, ""):
            changed.pop(name, None)
        else:
            changed[name] = str(value)
    return f"?{changed.urlencode()}"
