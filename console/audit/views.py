"""The pages of the trail. Reading them asks our database only, never the cloud."""

import uuid
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console.accounts.access import can, needs
from console.accounts.rights import Right
from console.audit import services, shown
from console.audit.exports import KINDS, export_trail
from console.audit.forms import TrailForm
from console.audit.keys import KeyMissing, key_id, public_key
from console.audit.readers import nameable_applications, readable_ledgers, verifiable_ledgers, verifies_all
from console.audit.statements import as_file, newest_statement
from console.audit.words import application_names
from console.core.misread import misread
from console.core.pages import render_page, wants_piece

__all__ = ["trail_detail", "trail_export", "trail_list", "trail_statement", "trail_verifier", "trail_verify"]

_VERIFIER = Path(__file__).parent / "offline" / "verify_export.py"


@require_safe
@needs(Right.READ_OWN_TRAIL)
def trail_list(request: HttpRequest) -> HttpResponse:
    form = _form(request)
    good = form.is_valid()
    context: dict[str, Any] = {
        "form": form,
        "good": good,
        "page": None,
        "chips": shown.chips(form, request.GET),
        "clear_url": shown.address(request.GET, *form.fields),
        "newest_url": shown.address(request.GET),
        "query": shown.address(request.GET).partition("?")[2],
        "may_verify": can(request.user, Right.READ_TRAIL, whole=True),
        "misread": _misread(request, form),
    }
    if good:
        page = services.page_of(_user(request), form.filters, cursor=request.GET.get("older", ""))
        context |= {
            "page": page,
            "older_url": shown.address(request.GET, older=page.older) if page.older else "",
            "names": application_names([row.entry for row in page.rows]),
        }
    response = render_page(
        request, "audit/trail_list.html", partial="trail", context=context, status=200 if good else 422
    )
    if wants_piece(request):
        response["HX-Push-Url"] = shown.address(request.GET, older=request.GET.get("older", ""))
    return response


@require_safe
@needs(Right.READ_OWN_TRAIL)
def trail_detail(request: HttpRequest, entry_id: uuid.UUID) -> HttpResponse:
    row = services.find(_user(request), entry_id)
    if row is None:
        raise Http404(_("There is no such entry, or it is not for you to see."))
    entry, ending = row.entry, row.ending
    context = {
        "row": row,
        "entry": entry,
        "ending": ending,
        "changes": shown.changes(entry.before, ending.after, entry.action),
        "places": shown.places(row.all),
        "application": application_names([entry]).get((entry.connection_id or 0, entry.app_id), ""),
        "steps": [(part, shown.facts(part.details, entry.action)) for part in row.all],
        "proof": services.signatures(row.all),
    }
    return render_page(request, "audit/trail_detail.html", partial="entry", context=context)


@require_POST
@needs(Right.READ_OWN_TRAIL)
def trail_export(request: HttpRequest) -> HttpResponseBase:
    """The filters come with the address, like the list's, so that what is exported is what was seen."""
    form, kind = _form(request), request.POST.get("format", "")
    if kind not in KINDS or not form.is_valid():
        return _refused(request, form)
    response = StreamingHttpResponse(
        export_trail(_user(request), form.filters, kind), content_type=KINDS[kind]
    )
    name = f"audit-trail-{timezone.now():%Y%m%dT%H%M%SZ}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.READ_TRAIL, whole=True)
def trail_verify(request: HttpRequest) -> HttpResponse:
    report = services.verify_trail(_user(request)) if request.method == "POST" else None
    try:
        key = public_key()
    except KeyMissing:
        key = ""
    context = {
        "report": report,
        "ledgers": verifiable_ledgers(_user(request)),
        "key": key,
        "key_id": key_id(key) if key else "",
        "may_take_statement": verifies_all(_user(request)),
        "statement": newest_statement(),
    }
    return render_page(request, "audit/trail_verify.html", partial="result", context=context)


@require_safe
@needs(Right.READ_TRAIL, whole=True)
def trail_statement(request: HttpRequest) -> HttpResponse:
    """The newest statement over all ledgers, to be kept outside. It tells how much is in each of them."""
    if not verifies_all(_user(request)):
        raise PermissionDenied(
            _("A statement tells of every ledger, so it is for those who read the whole trail.")
        )
    statement = newest_statement()
    if statement is None:
        return redirect("audit:verify")  # which says so
    response = HttpResponse(as_file(statement), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="audit-statement-{statement.serial}.json"'
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@needs(Right.READ_OWN_TRAIL)
def trail_verifier(request: HttpRequest) -> FileResponse:
    """The script that checks an export without the console."""
    return FileResponse(
        _VERIFIER.open("rb"), as_attachment=True, filename=_VERIFIER.name, content_type="text/x-python"
    )


def _form(request: HttpRequest) -> TrailForm:
    user = _user(request)
    ledgers = readable_ledgers(user)
    return TrailForm(request.GET, ledgers=ledgers, names=lambda: nameable_applications(user, ledgers))


def _misread(request: HttpRequest, form: TrailForm) -> list[str]:
    """Return what the form does not look at itself: a value that it knows and refuses stands in its own words."""
    known = ["older"] if services.is_cursor(request.GET.get("older", "")) else []
    return misread(request.GET, {}, (*form.fields, *known))


def _refused(request: HttpRequest, form: TrailForm) -> HttpResponse:
    context = {
        "form": form,
        "good": False,
        "page": None,
        "chips": [],
        "clear_url": shown.address(request.GET, *form.fields),
    }
    return render_page(request, "audit/trail_list.html", partial="trail", context=context, status=422)


def _user(request: HttpRequest) -> Any:
    return request.user
