"""The way to the sign-in page and back: only ever to addresses of our own."""

from urllib.parse import urlsplit, urlunsplit

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from console.core.pages import go, wants_piece

__all__ = ["here", "local_path", "to_sign_in"]


def local_path(request: HttpRequest, address: str | None) -> str | None:
    """Return path and query of an address when it leads to this console, else None."""
    if not address or len(address) > 4000:
        return None
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        return None
    parts = urlsplit(address)
    path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    return path if path.startswith("/") and not path.startswith("//") else None


def here(request: HttpRequest) -> str:
    """Return the page that the person looks at: for htmx and forms, the one that they were sent from."""
    if wants_piece(request):
        return local_path(request, request.headers.get("HX-Current-URL")) or "/"
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    return local_path(request, request.headers.get("Referer")) or "/"


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send to the sign-in page, which leads back to where the person was and says whether something was lost."""
    query = {"next": here(request)}
    sent = request.method not in ("GET", "HEAD")
    why = getattr(request, "signed_out_because", "") or (
        "unsent" if sent else "over" if _was_inside(request) else ""
    )
    if why:
        query["why"] = why
    return go(request, f"{reverse('account_login')}?{urlencode(query)}")


def _was_inside(request: HttpRequest) -> bool:
    """Say whether a page of ours asks: nobody sees one, other than the sign-in page, who has not signed in."""
    if wants_piece(request):
        return True
    came_from = local_path(request, request.headers.get("Referer"))
    return came_from is not None and not came_from.startswith(reverse("account_login"))
