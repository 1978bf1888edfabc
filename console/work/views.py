"""Pages of background work. Reading them asks our database only, never the cloud."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console.accounts.access import application_scope, can, needs
from console.accounts.models import User
from console.accounts.rights import Right
from console.connections.models import Connection
from console.core.misread import misread
from console.core.pages import go, render_page, wants_piece
from console.core.paging import page_of, size_of, whole_number
from console.work.models import Run, RunItem
from console.work.progress import SECTIONS, Progress, get_run, items_of, list_runs, progress_of
from console.work.runs import cancel_run, pause_run, resume_run

__all__ = ["run_cancel", "run_detail", "run_list", "run_pause", "run_resume"]


@needs(Right.RUN_WORK)
@require_safe
def run_list(request: HttpRequest, connection: Connection) -> HttpResponse:
    """List runs, latest first: one's own, or everybody's for whoever may see them."""
    may_see_all = can(request.user, Right.SEE_WORK, connection)
    everybody = may_see_all and request.GET.get("whose") == "all"
    state = request.GET.get("state", "")
    state = state if state in Run.State.values else ""
    found = _visible(request, connection, everybody=everybody)
    found = found.filter(state=state) if state else found
    size = size_of(request.GET)
    number = whole_number(request.GET.get("page"), 1)
    rows = progress_of(found[(number - 1) * size : number * size], with_time=False)
    context = {
        "connection": connection,
        "may_see_all": may_see_all,
        "everybody": everybody,
        "state": state,
        "states": Run.State.choices,
        "rows": rows,
        "active": any(not row.over for row in rows),
        "again": request.get_full_path(),
        "misread": misread(request.GET, {"whose": ("all",), "state": Run.State.values}),
        "page": page_of(request.GET, size=size, shown=len(rows), total=found.count()),
    }
    return render_page(request, "work/run_list.html", partial="runs", context=context)


@needs(Right.RUN_WORK)
@require_safe
def run_detail(request: HttpRequest, connection: Connection, run_id: uuid.UUID) -> HttpResponse:
    """Show how far a run has come, and its items: those that failed first."""
    progress = _run(request, connection, run_id)
    section = request.GET.get("items", "")
    if section not in SECTIONS:
        section = next((name for name in SECTIONS if progress.counts.get(name)), SECTIONS[0])
    size = size_of(request.GET)
    number = whole_number(request.GET.get("page"), 1)
    items = items_of(progress.run, section, offset=(number - 1) * size, size=size)
    context = _context(connection, progress) | {
        "section": section,
        "sections": [
            (name, RunItem.State(name).label, progress.counts[name])
            for name in SECTIONS
            if progress.counts.get(name)
        ],
        "items": items,
        "again": request.get_full_path(),
        "misread": misread(request.GET, {"items": SECTIONS}),
        "page": page_of(request.GET, size=size, shown=len(items), total=progress.counts.get(section, 0)),
    }
    response = render_page(request, "work/run_detail.html", partial="run", context=context)
    if progress.running and not wants_piece(request):
        response["Refresh"] = "10"  # without scripts, too
    return response


@needs(Right.RUN_WORK)
@require_POST
def run_pause(request: HttpRequest, connection: Connection, run_id: uuid.UUID) -> HttpResponse:
    """Stop a run before its next item."""
    return _turn(request, connection, run_id, pause_run, _("It was over, or paused already."))


@needs(Right.RUN_WORK)
@require_POST
def run_resume(request: HttpRequest, connection: Connection, run_id: uuid.UUID) -> HttpResponse:
    """Let a paused run go on."""
    return _turn(request, connection, run_id, resume_run, _("It was not paused."))


@needs(Right.RUN_WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def run_cancel(request: HttpRequest, connection: Connection, run_id: uuid.UUID) -> HttpResponse:
    """Say what will not be done any more; sent as a form, stop the run for good."""
    progress = _run(request, connection, run_id)
    url = reverse("work:detail", args=[connection.slug, run_id])
    if request.method == "POST":
        if not cancel_run(progress.run, actor=request.user if isinstance(request.user, User) else None):
            messages.info(request, _("It was over already."))
        return go(request, url)
    piece = wants_piece(request)
    context = _context(connection, progress) | {"piece": piece, "run_url": url}
    name = "work/run_cancel.html"
    response = render(request, f"{name}#dialog" if piece else name, context)
    patch_vary_headers(response, ("HX-Request",))
    return response


def _turn(
    request: HttpRequest,
    connection: Connection,
    run_id: uuid.UUID,
    turn: Callable[[Run], bool],
    otherwise: str,
) -> HttpResponse:
    progress = _run(request, connection, run_id)
    if not turn(progress.run):
        messages.info(request, otherwise)
    return go(request, reverse("work:detail", args=[connection.slug, run_id]))


def _context(connection: Connection, progress: Progress) -> dict[str, Any]:
    return {"connection": connection, "progress": progress, "run": progress.run}


def _run(request: HttpRequest, connection: Connection, run_id: uuid.UUID) -> Progress:
    visible = _visible(request, connection, everybody=can(request.user, Right.SEE_WORK, connection))
    try:
        return get_run(visible, run_id)
    except Run.DoesNotExist:
        raise Http404(_("There is no such work, or it is not yours to see.")) from None


def _visible(request: HttpRequest, connection: Connection, *, everybody: bool) -> Any:
    right = Right.SEE_WORK if everybody else Right.RUN_WORK
    return list_runs(
        connection,
        owner_id=request.user.pk,
        app_ids=application_scope(request.user, right, connection),
        all_owners=everybody,
    )
