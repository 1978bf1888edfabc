"""One stored file: what is known of it, opening it, downloading it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from console.accounts.access import needs
from console.accounts.rights import Right
from console.applications.outcomes import actor_of
from console.connections.models import Connection
from console.core.pages import go, render_page, wants_piece
from console.core.sheets import render_refusal, render_sheet
from console.core.trouble_pages import render_trouble
from console.sparkrtc.errors import NotFound, SparkError
from console.storage.addresses import folder_address, object_address
from console.storage.forms import OpenForm
from console.storage.services.objects import can_be_listed, find_object
from console.storage.services.opening import (
    OPEN_SECONDS,
    CannotFetch,
    download_link,
    open_object,
    read_ticket,
    why_not,
)
from console.storage.shapes import Stored
from console.storage.uses import mentions_of
from console.storage.views.media import KINDS
from console.storage.views.parts import folder_crumbs

__all__ = ["object_detail", "object_download", "object_open"]

_TEMPLATE = "storage/object.html"
_PLAYED = ("mp4", "m3u8")


@needs(Right.CONFIGURE, whole=True)
@require_safe
def object_detail(request: HttpRequest, connection: Connection, location: str, bucket: str) -> HttpResponse:
    """Show a stored file; one that was opened a moment ago can be played. One shared call, that of its folder."""
    name = request.GET.get("name", "")
    if not name or not can_be_listed(location):
        return HttpResponseRedirect(folder_address(connection, location, bucket))
    context = _context(request, connection, location, bucket, name)
    try:
        stored, age = find_object(connection, bucket, location, name)
    except NotFound:
        raise Http404(_("There is no such bucket.")) from None
    except SparkError as error:
        return render_trouble(request, _TEMPLATE, error, partial="shown", context=context)
    context |= {"stored": stored, "age": age}
    if stored is None:
        return render_page(request, _TEMPLATE, partial="shown", context=context, status=404)
    context |= {
        "mentions": mentions_of(connection, bucket, location, name),
        "why_not": why_not(connection, name),
        **_opened(request, connection, stored),
    }
    return render_page(request, _TEMPLATE, partial="shown", context=context)


@sensitive_post_parameters("password")
@needs(Right.CONFIGURE, whole=True)
@require_http_methods(["GET", "HEAD", "POST"])
def object_open(request: HttpRequest, connection: Connection, location: str, bucket: str) -> HttpResponse:
    """Ask why a file is opened; then open it for a quarter of an hour."""
    name = request.GET.get("name", "")
    page = object_address(connection, location, bucket, name)
    if not name or not can_be_listed(location):
        return HttpResponseRedirect(folder_address(connection, location, bucket))
    context: dict[str, Any] = {
        "title": _("Open file"),
        "crumbs": folder_crumbs(connection, location, bucket, _folder_of(name)),
        "subject": name.rpartition("/")[2],
        "body": "storage/_open.html",
        "back_url": page,
        "here": request.get_full_path(),
        "minutes": OPEN_SECONDS // 60,
    }
    try:
        stored, _age = find_object(connection, bucket, location, name)
    except SparkError as error:
        return render_refusal(request, context | {"body": "storage/_not_opened.html"}, error)
    said = _("The cloud lists no such file any more.") if stored is None else why_not(connection, name)
    if stored is None or said:
        body = {"body": "storage/_not_opened.html", "said": said}
        return render_sheet(request, context | body, status=404 if stored is None else 409)
    if request.method != "POST":
        return render_sheet(request, context | {"form": OpenForm(request=request), "submit": _("Open")})
    form = OpenForm(request.POST, request=request)
    if not form.is_valid():
        return render_sheet(request, context | {"form": form, "submit": _("Open")}, status=422)
    ticket = open_object(connection, stored, actor=actor_of(request), reason=form.reason)
    return go(request, f"{page}&open={ticket}")


@needs(Right.CONFIGURE, whole=True)
@require_safe
def object_download(request: HttpRequest, connection: Connection, location: str, bucket: str) -> HttpResponse:
    """Lead to an opened file in object storage, by a link that is good for a minute."""
    name = request.GET.get("name", "")
    opened = read_ticket(connection, actor_of(request), request.GET.get("open", ""))
    if opened is None or (opened.bucket, opened.location, opened.name) != (bucket, location, name):
        return go(request, object_address(connection, location, bucket, name, "storage:open"))
    try:
        link = download_link(connection, opened, actor=actor_of(request))
    except CannotFetch as problem:
        context = {"title": _("Open file"), "crumbs": [], "body": "storage/_not_opened.html"}
        context |= {"said": str(problem), "back_url": object_address(connection, location, bucket, name)}
        return render_sheet(request, context, status=502)
    response = HttpResponseRedirect(link)
    response["Cache-Control"] = "no-store"
    return response


def _context(
    request: HttpRequest, connection: Connection, location: str, bucket: str, name: str
) -> dict[str, Any]:
    folder = _folder_of(name)
    return {
        "connection": connection,
        "location": location,
        "bucket": bucket,
        "name": name,
        "label": name[len(folder) :] or name,
        "crumbs": folder_crumbs(connection, location, bucket, folder),
        "folder_url": folder_address(connection, location, bucket, folder),
        "open_url": object_address(connection, location, bucket, name, "storage:open"),
        "piece": wants_piece(request),
        "again": request.get_full_path(),
    }


def _opened(request: HttpRequest, connection: Connection, stored: Stored) -> dict[str, Any]:
    """Return what the page of an opened file has besides: where to play and to download it, and until when."""
    ticket = request.GET.get("open", "")
    opened = read_ticket(connection, actor_of(request), ticket) if ticket else None
    if opened is None or opened.name != stored.name:
        return {"over": bool(ticket)}
    download = object_address(connection, stored.location, stored.bucket, stored.name, "storage:download")
    return {
        "opened": opened,
        "kind": KINDS.get(stored.ending, ""),
        "media_url": _media_url(connection, stored, ticket) if stored.ending in _PLAYED else "",
        "download_url": f"{download}&open={ticket}",
    }


def _media_url(connection: Connection, stored: Stored, ticket: str) -> str:
    """Return where the file can be played from; "" for a name that no path can carry."""
    try:
        return reverse(
            "storage:media", args=[connection.slug, stored.location, stored.bucket, ticket, stored.name]
        )
    except NoReverseMatch:
        return ""


def _folder_of(name: str) -> str:
    head, slash, _rest = name.rpartition("/")
    return head + slash
