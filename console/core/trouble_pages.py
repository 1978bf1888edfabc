"""Pages whose list the cloud did not give: the error stands in its place."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from console.core.pages import render_page, wants_piece
from console.core.problems import trouble_of
from console.sparkrtc.errors import SparkError

__all__ = ["render_trouble"]


def render_trouble(
    request: HttpRequest, template: str, error: SparkError, *, partial: str, context: dict[str, Any]
) -> HttpResponse:
    """Render the page, or its partial, with an error of the cloud in the place of its list.

    The status is real, and the piece goes where htmx wanted it all the same. Asks again by itself where waiting helps;
    a panel that has refreshed itself keeps what it shows then (204), with its age, and asks again at its next turn.
    """
    trouble = trouble_of(error)
    piece = wants_piece(request)
    if piece and trouble.retry_after and "Console-Poll" in request.headers:
        return HttpResponse(status=204)
    context |= {"trouble": trouble, "again": request.get_full_path(), "piece": piece}
    response = render_page(request, template, partial=partial, context=context, status=trouble.status)
    if piece and (target := request.headers.get("HX-Target")):
        response["HX-Retarget"] = f"#{target}"
        response["HX-Reswap"] = "outerHTML"
    if trouble.retry_after:
        response["Retry-After"] = str(trouble.retry_after)
        if not piece:
            response["Refresh"] = str(trouble.retry_after)  # without scripts, too
    return response
