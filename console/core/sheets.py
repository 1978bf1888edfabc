"""Forms that are a page of their own without scripts, and a dialog over the page that led to them with them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from console.core.pages import wants_piece
from console.core.problems import trouble_of
from console.sparkrtc.errors import SparkError

__all__ = ["SHOWN_SECONDS", "render_refusal", "render_secret", "render_sheet"]

SHOWN_SECONDS = 60  # how long a secret stays on a page
_TEMPLATE = "components/sheet_page.html"


def render_sheet(
    request: HttpRequest, context: dict[str, Any], *, status: int = 200, template: str = _TEMPLATE
) -> HttpResponse:
    """Render a form's template, or its partial "dialog" when htmx asked for it; whatever the status, in the dialog.

    For the usual template, context has: title, crumbs ((label, address) each), body (a template's name), back_url;
    form, subject, submit, danger, wide, trouble optional.
    """
    piece = wants_piece(request)
    context = {"here": request.path, "piece": piece, "back_url": "", **context}
    response = render(request, f"{template}#dialog" if piece else template, context, status=status)
    if piece:
        response["HX-Retarget"] = "#dialog-body"
        response["HX-Reswap"] = "innerHTML"
    patch_vary_headers(response, ("HX-Request",))
    return response


def render_refusal(
    request: HttpRequest, context: dict[str, Any], error: SparkError, *, template: str = _TEMPLATE
) -> HttpResponse:
    """Show the form as it was sent, with what went wrong above it; nothing is tried again by itself."""
    trouble = trouble_of(error)
    response = render_sheet(
        request, {**context, "trouble": trouble}, status=trouble.status, template=template
    )
    if trouble.retry_after:
        response["Retry-After"] = str(trouble.retry_after)
    return response


def render_secret(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show a secret for a minute: then it goes by itself, without scripts too, and no browser keeps the page.

    context: as for render_sheet; back_url is where the page leads then. The view must be never_cache.
    """
    shown = {"submit": "", "form": None, "seconds": SHOWN_SECONDS}
    response = render_sheet(request, {**context, **shown})
    response["Cache-Control"] = "no-store, private"
    response["Refresh"] = f"{SHOWN_SECONDS}; url={context['back_url']}"
    return response
