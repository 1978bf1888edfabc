"""The search box: every app may add what it can find."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from console.core import navigation, shell

__all__ = ["LONGEST_QUERY", "Result", "find", "register_provider"]

LONGEST_QUERY = 200
_MOST_PER_PROVIDER = 8


@dataclass(frozen=True)
class Result:
    """Something found.

    label: the words of the console. subject: text from the cloud or a person (hostile), shown set apart after it.
    detail: where it is, in words. group: heading under which it stands, for example _("Pages").
    """

    label: str | Promise
    url: str
    group: str | Promise
    icon: str = "arrow-right"
    subject: str = ""
    detail: str | Promise = field(default="")


Provider = Callable[[HttpRequest, str], Iterable[Result]]
_providers: dict[Provider, int] = {}


def register_provider(provider: Provider, *, order: int = 50) -> None:
    """Add a function (request, query) -> results. order: a lower one comes first; the first result is what Enter opens.

    The query is stripped and not empty. The provider checks rights itself and must not ask the cloud: a search box
    asks at every key.
    """
    _providers[provider] = order


def find(request: HttpRequest, query: str) -> list[Result]:
    """Return what fits the query: pages first, then each provider's results in their order."""
    query = query.strip()[:LONGEST_QUERY]
    results = [*_own_link(request, query), *_pages(request, query)]
    if query:
        for provider in sorted(_providers, key=_providers.__getitem__):
            results.extend(list(provider(request, query))[:_MOST_PER_PROVIDER])
    return results


def _pages(request: HttpRequest, query: str) -> Iterable[Result]:
    connection = shell.ask("current_connection", request)
    wanted = query.casefold()
    found = navigation.pages(request, connection) if query else navigation.links(request, connection)
    for link in sorted(found, key=lambda link: wanted not in link.label.casefold()):
        if wanted in link.label.casefold() or wanted in _words(link):
            yield Result(link.label, link.url, _("Pages"), link.icon, detail=str(link.section.value))


def _words(link: navigation.Link) -> set[str]:
    """The other words by which a page is found, from their third letter on, or whole."""
    words = link.words.casefold().split()
    return {word[:length] for word in words for length in range(min(3, len(word)), len(word) + 1)}


def _own_link(request: HttpRequest, query: str) -> Iterable[Result]:
    """Yield the page that a pasted address of this console leads to; what leads anywhere else is no link of ours."""
    if not query.startswith(("http://", "https://", "/")) or not url_has_allowed_host_and_scheme(
        query, {request.get_host()}
    ):
        return
    parts = urlsplit(query)
    try:
        resolve(parts.path)
    except Resolver404:
        return
    address = f"{parts.path}?{parts.query}" if parts.query else parts.path
    yield Result(_("Open the page"), address, _("Pages"), "link", subject=address)
