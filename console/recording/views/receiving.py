"""Where the cloud posts its notifications. Nobody is signed in here: the address is a secret, the signature decides."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from console.accounts.access import open_to_all
from console.core.middleware import client_address
from console.recording.services.receiving import LONGEST_BODY, receive

__all__ = ["callback_receive"]


@csrf_exempt
@open_to_all
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def callback_receive(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take in a notification. Whoever only looks (GET) is told that somebody is here, whatever the address."""
    if request.method != "POST":
        return JsonResponse({"result": "ok"})
    told = receive(public_id, dict(request.headers), _body(request), client_address(request))
    response = JsonResponse({"result": told.result}, status=told.status)
    # Django logs the address of what is refused; this one is a secret, and the inbox knows more than a log could.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _body(request: HttpRequest) -> bytes | None:
    """Read the body as it came, at most one byte more than is taken; None when there is more.

    Django takes a body without a length for empty; the server behind it knows where a chunked one ends.
    """
    chunked = "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not chunked and length.isdigit() and int(length) > LONGEST_BODY:
        return None
    stream = request.META["wsgi.input"] if chunked else request
    body: bytes = stream.read(LONGEST_BODY + 1)
    return body if len(body) <= LONGEST_BODY else None
