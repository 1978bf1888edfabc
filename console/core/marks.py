"""Marks of this app's own views: who may see them.

The decorators for everybody else live in console.accounts.access; core must not import that app, so its few views carry
the same mark by their own means. A view without a mark is refused.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.http import urlencode

from console.core.pages import go, wants_piece

__all__ = ["open_to_all", "signed_in"]

View = Callable[..., HttpResponseBase]


def open_to_all(view: View) -> View:
    """Let a view be seen by anybody."""
    return _marked(view, "open")


def signed_in(view: View) -> View:
    """Let a view be seen by everybody who signed in; others are sent to sign in and come back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        htmx = getattr(request, "htmx", None)
        back = (
            (htmx.current_url_abs_path or "/") if htmx and wants_piece(request) else request.get_full_path()
        )
        query = {"next": back} | ({"why": "over"} if wants_piece(request) else {})
        return go(request, f"{resolve_url(settings.LOGIN_URL)}?{urlencode(query)}")

    return _marked(guarded, "signed_in")


def _marked(view: View, mark: str) -> View:
    vars(view).update(marked=mark, right=None, rights=(), whole=False)
    return view
