"""What to show when the cloud says no, says nothing, or may not be asked yet."""

import math
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from console.core.clicks import current_click
from console.core.pages import wants_piece
from console.core.sentences import parts
from console.sparkrtc.errors import (
    CloudFault,
    Conflict,
    Forbidden,
    InvalidParameters,
    NoAnswer,
    NotFound,
    OutcomeUnknown,
    QuotaExhausted,
    Refused,
    SparkError,
    Throttled,
    Unauthenticated,
    Unreachable,
)

__all__ = ["Trouble", "cloud_problem", "trouble_of"]

_A_WHILE = 5  # seconds; told when nobody knows how long it takes


@dataclass(frozen=True)
class Trouble:
    """An error of the cloud, ready to be shown.

    status: of our answer. title: what happened. meaning, advice: what it means and what to do, "" when there is nothing
    to say. retry_after: whole seconds, 0 when waiting does not help. request_id: the cloud's. click_id: ours.
    tone: "bad", or "watch" when it passes by itself.
    """

    status: int
    title: str
    meaning: str
    advice: str
    retry_after: int
    request_id: str
    click_id: str
    tone: str


# The first class that fits decides: (class, our status, does waiting help?, advice unless the cloud's code brings one).
_KINDS: tuple[tuple[type[SparkError], int, bool, str], ...] = (
    (
        QuotaExhausted,
        503,
        True,
        gettext_noop("The cloud allows only so many requests; the next one is due soon."),
    ),
    (Throttled, 503, True, gettext_noop("Wait a moment, then try again.")),
    (InvalidParameters, 400, False, gettext_noop("Correct what is named and try again.")),
    (NotFound, 404, False, gettext_noop("Check the id; it may be gone, or belong to another project.")),
    (Conflict, 409, False, gettext_noop("Look at the present state, then decide again.")),
    (
        Unauthenticated,
        502,
        False,
        gettext_noop("The connection's credentials need attention: ask an owner to test the connection."),
    ),
    (
        Forbidden,
        502,
        False,
        gettext_noop(
            "The connection's credentials lack a right in the cloud: ask an owner to grant it there."
        ),
    ),
    (Refused, 502, False, gettext_noop("Tell an admin, with the request id.")),
    (CloudFault, 502, True, gettext_noop("This is the cloud's own fault; it usually passes. Try again.")),
    (
        Unreachable,
        503,
        True,
        gettext_noop("Check the network between the console and the cloud, then try again."),
    ),
    (
        OutcomeUnknown,
        504,
        False,
        gettext_noop("Look at the present state before you do it again; the attempt is on record."),
    ),
    (NoAnswer, 504, True, gettext_noop("Asking again does no harm. Try again.")),
)


def trouble_of(error: SparkError) -> Trouble:
    """Put an error of the cloud into words and a status for the viewer."""
    status, passes, advice = _kind(error)
    if isinstance(error, QuotaExhausted) and error.shared:
        advice = _(
            "Somebody else uses this cloud account at the same time, so less is left to us for a while; the next "
            "request is due soon."
        )
    told = parts(error)
    return Trouble(
        status=status,
        title=told[0],
        meaning=told[1] if len(told) > 1 else "",
        advice=told[2] if len(told) > 2 else advice,
        retry_after=_seconds(error.retry_after) if passes else 0,
        request_id=error.request_id,
        click_id=current_click().id,
        tone="watch" if isinstance(error, QuotaExhausted | Throttled) else "bad",
    )


def cloud_problem(
    request: HttpRequest, error: SparkError, *, back_url: str = "", panel: str = "", again: str = ""
) -> HttpResponse:
    """Answer with the error: a page; for htmx a message in the corner, or the panel's content where one is named.

    back_url: where the page's way back leads. panel: selector of the element that shows the error instead of its
    content; it is replaced, and asks again by itself when waiting helps. again: address to ask again, by default
    this one.
    The status is real: 503 with Retry-After when waiting helps, and never the cloud's own 401 or 429, which would speak
    of the viewer.
    """
    trouble = trouble_of(error)
    context = {
        "trouble": trouble,
        "back_url": back_url,
        "panel": panel,
        "panel_id": panel.removeprefix("#"),
        "again": again or (request.get_full_path() if request.method in ("GET", "HEAD") else ""),
    }
    piece = wants_piece(request)
    template = (
        ("core/_trouble_panel.html" if panel else "core/_trouble_message.html")
        if piece
        else "core/trouble.html"
    )
    response = render(request, template, context, status=trouble.status)
    if piece and panel:
        response["HX-Retarget"] = panel
        response["HX-Reswap"] = "outerHTML"
    if trouble.retry_after:
        response["Retry-After"] = str(trouble.retry_after)
        if not piece and request.method == "GET":
            response["Refresh"] = str(trouble.retry_after)  # asks again without scripts, too
    return response


def _kind(error: SparkError) -> tuple[int, bool, str]:
    for kind, status, passes, advice in _KINDS:
        if isinstance(error, kind):
            return status, passes, _(advice)
    return 502, False, ""


def _seconds(wanted: float | None) -> int:
    return max(1, math.ceil(wanted)) if wanted is not None else _A_WHILE
