"""Middleware without domain words."""

from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from console.core.clicks import Click, clicked
from console.core.consumers import acting_for, consumer_of
from console.core.patience import patient

__all__ = ["ClickMiddleware", "KeepNothingMiddleware", "RefreshMiddleware"]


class ClickMiddleware:
    """Give every request an id, put it in the answer, and let everything done on its behalf find it.

    So with the page that asks, and how long it may wait for the cloud.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        click = Click(address=client_address(request), user_agent=request.headers.get("User-Agent", "")[:300])
        token = clicked.set(click)
        try:
            with acting_for(partial(consumer_of, request)), patient():
                response = self.get_response(request)
        finally:
            clicked.reset(token)
        response["X-Click-Id"] = click.id
        return response


class KeepNothingMiddleware:
    """Let browsers keep no page: Back would show what is gone by now, and whoever sits there next would see people.

    A view that may be kept for a while says so itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Cache-Control", "no-store, private")
        return response


class RefreshMiddleware:
    """Leave a page's loading itself anew to its scripts, where they run: they ask only while somebody looks.

    Without scripts the header Refresh is all there is. One that leads elsewhere is meant, and stays.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.get("Refresh", "").isdigit() and "scripts" in request.COOKIES:
            del response["Refresh"]
        return response


def client_address(request: HttpRequest) -> str:
    """Return the asker's address, believing X-Forwarded-For only as far as our own proxies wrote it."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    count = settings.TRUSTED_PROXY_COUNT
    if count and len(hops) >= count:
        return hops[-count][:64]
    return str(request.META.get("REMOTE_ADDR", ""))[:64]
