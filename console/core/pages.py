"""One answer for both ways of asking: a whole page, or the piece of it that htmx swaps."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

__all__ = ["go", "render_page", "wants_piece"]

_ASKED_BY = ("HX-Request", "HX-Boosted", "HX-History-Restore-Request")


def wants_piece(request: HttpRequest) -> bool:
    """Say whether htmx asked for a piece; boosted links and history restores need the whole page."""
    htmx = getattr(request, "htmx", None)
    return bool(htmx and not htmx.boosted and not htmx.history_restore_request)


def render_page(
    request: HttpRequest, template: str, *, partial: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render the template, or only its named partial when htmx asked for a piece.

    The answer varies by htmx's headers, so that no cache hands a bare piece to the back button.
    """
    name = f"{template}#{partial}" if wants_piece(request) else template
    response = render(request, name, context, status=status)
    patch_vary_headers(response, _ASKED_BY)
    return response


def go(request: HttpRequest, address: str) -> HttpResponse:
    """Send the whole page to an address of ours, also when htmx asked for a piece of it."""
    return HttpResponseClientRedirect(address) if wants_piece(request) else HttpResponseRedirect(address)
