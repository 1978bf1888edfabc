"""Pages for what cannot be answered: real statuses, a sentence, what to do, and the click's id to quote."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token

from console.core.clicks import current_click
from console.core.pages import wants_piece

__all__ = ["bad_request", "csrf_failure", "not_allowed", "not_found", "server_error"]


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request cannot be read. Nothing of it is shown, not even to the signed-in."""
    return _bare(
        request,
        400,
        _("This request could not be understood"),
        _("The address or the form was damaged on its way. Go back, reload the page and try again."),
    )


@requires_csrf_token
def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the viewer lacks the right. The exception's own text says which, when it has one."""
    return _page(
        request,
        403,
        _("You do not have the right to this"),
        _own_words(exception) or _("Your role does not include this."),
        _("If you need it for your work, ask an owner of this console for a role that does."),
    )


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: nothing there, or nothing that the viewer may know of."""
    return _page(
        request,
        404,
        _("There is nothing at this address"),
        _own_words(exception) or _("It may have been removed, or the address may be mistyped."),
        _("Use the search, or start from one of the pages in the navigation."),
    )


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault. The page needs no database, no session and no person, for any of them may be what broke."""
    title = _("The console made a mistake")
    text = _(
        "It has been written down. Whatever was not confirmed to you may not have happened: look before you repeat it."
    )
    context = {"status": 500, "title": title, "text": text, "click_id": _click_id(), "tone": "bad"}
    template = "components/message.html" if wants_piece(request) else "core/bare_problem.html"
    try:
        return HttpResponseServerError(render_to_string(template, context))
    except Exception:
        return HttpResponseServerError(
            f"{title} ({context['click_id']})\n", content_type="text/plain; charset=utf-8"
        )


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form without the token that proves it came from our page; mostly a page left open over a sign-in."""
    return _bare(
        request,
        403,
        _("This page was open for too long"),
        _(
            "Your sign-in changed since it was loaded, so the form was not accepted and nothing was done. "
            "Reload it and try again."
        ),
    )


def _page(request: HttpRequest, status: int, title: str, text: str, advice: str) -> HttpResponse:
    """A page in the frame for the signed-in, a bare one for others, a message for htmx."""
    context = {
        "status": status,
        "title": title,
        "text": text,
        "advice": advice,
        "click_id": _click_id(),
        "tone": "bad",
    }
    if wants_piece(request):
        return render(request, "components/message.html", context, status=status)
    user = getattr(request, "user", None)
    known = user is not None and user.is_authenticated
    return render(request, "core/problem.html" if known else "core/bare_problem.html", context, status=status)


def _bare(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    context = {"status": status, "title": title, "text": text, "click_id": _click_id(), "tone": "bad"}
    template = "components/message.html" if wants_piece(request) else "core/bare_problem.html"
    return HttpResponse(render_to_string(template, context), status=status)


def _own_words(exception: Exception) -> str:
    """Return the sentence that was raised with it; Django's own reasons for a 404 are for developers."""
    if isinstance(exception, Http404) and exception.args and isinstance(exception.args[0], dict):
        return ""
    return str(exception) if exception.args and isinstance(exception.args[0], str) else ""


def _click_id() -> str:
    return current_click().id
