"""What was pasted, from the box to an address: in it while it is short, under a name in the session where it is not.

Servers and proxies refuse long addresses (gunicorn beyond 4,094 bytes), and a call's address takes the search along,
quoted twice. Such an address works for whoever pasted the text, until they sign out or have pasted a few others.
"""

import hashlib
from collections.abc import Mapping
from urllib.parse import quote_plus, urlencode

from django.http import HttpRequest

__all__ = ["in_address", "pasted_text", "search_query"]

_KEY = "investigate.pasted"
_LONGEST = 1800  # bytes, as an address writes them
_MOST = 5
_OTHERS = ("app", "zone", "range", "region", "isp", "state")


def in_address(request: HttpRequest, text: str) -> dict[str, str]:
    """Return the parameter of an address that stands for a text."""
    if len(quote_plus(text)) <= _LONGEST:
        return {"q": text}
    name = hashlib.sha256(text.encode()).hexdigest()[:12]
    kept = {one: other for one, other in request.session.get(_KEY, {}).items() if one != name}
    request.session[_KEY] = dict([*kept.items(), (name, text)][-_MOST:])
    return {"pasted": name}


def pasted_text(request: HttpRequest, asked: Mapping[str, str]) -> str:
    """Return the text that an address stands for, "" where there is none (any more)."""
    text = asked.get("q", "").strip()
    return text or request.session.get(_KEY, {}).get(asked.get("pasted", ""), "")


def search_query(request: HttpRequest, text: str) -> str:
    """Return the query of the address that shows what a posted search finds."""
    others = {name: request.POST[name] for name in _OTHERS if request.POST.get(name)}
    return urlencode(in_address(request, text) | others)
