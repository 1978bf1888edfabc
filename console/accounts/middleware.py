"""Who looks: their session's limits, language and time zone; and that no view is reachable without a mark."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode

from console.accounts import preferences, sessions
from console.accounts.access import can
from console.accounts.returning import here
from console.accounts.rights import Right
from console.core.mending import telling
from console.core.pages import go

__all__ = ["RightsMiddleware", "ViewerMiddleware"]

logger = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]

# Views of others that cannot carry our mark. They serve files that are public anyway, in local mode only.
_UNMARKED = frozenset({"django.contrib.staticfiles.views.serve", "django.views.static.serve"})


class ViewerMiddleware:
    """End sessions that are over; speak the viewer's language, show times in their zone, advise what they can do.

    With a sign-in the pages end that the browser keeps.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        signed_in = request.user.is_authenticated
        if signed_in:
            sessions.end_if_over(request)
        language = preferences.language_of(request)
        if language:
            # Not undone here: LocaleMiddleware, around us, names the language in the answer's header.
            translation.activate(language)
            request.LANGUAGE_CODE = language
        request.theme = preferences.theme_of(request)  # type: ignore[attr-defined]
        with timezone.override(preferences.zone_of(request)), telling(partial(_can_mend, request)):
            response = self.get_response(request)
        if signed_in and not request.user.is_authenticated:
            response["Clear-Site-Data"] = '"cache"'  # the Back button shows whoever comes next nothing
        return response


def _can_mend(request: HttpRequest) -> bool:
    """Say whether the viewer manages the connection of the page, or any where a page has none."""
    return can(request.user, Right.MANAGE, getattr(request, "connection", None))


class RightsMiddleware:
    """Refuse every view that says nothing about who may see it: forgetting the mark closes, never opens."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        mark = getattr(view, "marked", None)
        name = f"{view.__module__}.{getattr(view, '__qualname__', type(view).__qualname__)}"
        if mark is None and name not in _UNMARKED:
            logger.error("A view without needs, signed_in or open_to_all was refused: %s", name)
            raise PermissionDenied
        if mark in ("needs", "signed_in") and not getattr(view, "before_new_password", False):
            return _new_password_first(request)
        return None


def _new_password_first(request: HttpRequest) -> HttpResponse | None:
    """Send a person whose password was set by somebody else to the page that changes it."""
    if getattr(request.user, "must_change_password", False):
        return go(request, f"{reverse('account_change_password')}?{urlencode({'next': here(request)})}")
    return None
