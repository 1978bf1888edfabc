"""Reports by e-mail: the list with what went out, and the form that sets them up."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console.accounts.access import application_scope, needs
from console.accounts.models import User
from console.accounts.rights import Right
from console.analytics.forms import ReportForm
from console.analytics.letters import NothingToSay, write_letter
from console.analytics.models import Report, ReportLetter, SavedView
from console.analytics.schedule import Due, latest_due
from console.analytics.services.reports import (
    ReportChanged,
    change_report,
    delete_report,
    get_report,
    goes_out_next,
    letters_of,
    list_reports,
    make_report,
    possible_recipients,
    send_again,
)
from console.analytics.services.saving import saved_views
from console.analytics.services.sending import send_now
from console.analytics.views.asking import PAGES
from console.connections.models import Connection
from console.core.mail import NotSent, is_configured
from console.core.pages import go
from console.core.sheets import render_sheet
from console.core.text import plain
from console.core.times import zone_name

__all__ = [
    "letter_again",
    "report_change",
    "report_delete",
    "report_list",
    "report_new",
    "report_preview",
]

_METHODS = ["GET", "HEAD", "POST"]
_TONES = {
    ReportLetter.State.WAITING: "info",
    ReportLetter.State.HANDED: "info",
    ReportLetter.State.SENT: "good",
    ReportLetter.State.FAILED: "bad",
    ReportLetter.State.UNKNOWN: "watch",
    ReportLetter.State.SKIPPED: "unknown",
}
_AGAIN = (ReportLetter.State.FAILED, ReportLetter.State.UNKNOWN, ReportLetter.State.SKIPPED)


@needs(Right.SEE_INSIGHTS, whole=True)
@require_safe
def report_list(request: HttpRequest, connection: Connection) -> HttpResponse:
    """List the reports of a connection, and the letters that went out."""
    context = {
        "connection": connection,
        "pages": PAGES,
        "page": "reports",
        "rows": [
            {
                "report": report,
                "next": goes_out_next(report) if report.active else None,
                "people": list(report.recipients.all()),
            }
            for report in list_reports(connection)
        ],
        "letters": [
            {
                "letter": letter,
                "tone": _TONES[ReportLetter.State(letter.state)],
                "again": letter.state in _AGAIN,
            }
            for letter in letters_of(connection)
        ],
        "configured": is_configured(),
    }
    return render(request, "analytics/reports.html", context)


@needs(Right.SEE_INSIGHTS, whole=True)
@require_http_methods(_METHODS)
def report_new(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Set up a report."""
    form = _form(request, connection, {"zone": zone_name(), "recipients": [request.user.pk]})
    if request.method == "POST" and form.is_valid():
        try:
            make_report(connection, form.wanted, actor=cast(User, request.user))
        except SavedView.DoesNotExist:
            form.add_error("view_id", _("This view is gone. Choose another one."))
        else:
            messages.success(
                request, _("The report was set up. The first one is of the period that ends next.")
            )
            return HttpResponseRedirect(_list_url(connection))
    return _page(request, connection, form, None)


@needs(Right.SEE_INSIGHTS, whole=True)
@require_http_methods(_METHODS)
def report_change(request: HttpRequest, connection: Connection, report_id: int) -> HttpResponse:
    """Change a report."""
    report = _report_or_404(connection, report_id)
    form = _form(request, connection, _initial(report), report)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            change_report(connection, report_id, version, form.wanted, actor=cast(User, request.user))
        except SavedView.DoesNotExist:
            form.add_error("view_id", _("This view is gone. Choose another one."))
        except ReportChanged:
            form.add_error(None, _("Somebody changed this report since you opened it. Open it again."))
            return _page(request, connection, form, report, status=409)
        else:
            messages.success(request, _("The report was changed."))
            return HttpResponseRedirect(_list_url(connection))
    return _page(request, connection, form, report)


@needs(Right.SEE_INSIGHTS, whole=True)
@require_http_methods(_METHODS)
def report_preview(request: HttpRequest, connection: Connection, report_id: int) -> HttpResponse:
    """Show the text of the letter that the viewer would get now, of the last period that ended; by POST, send it."""
    report, viewer = _report_or_404(connection, report_id), cast(User, request.user)
    monthly = report.every == Report.Every.MONTH
    due = latest_due(monthly, report.day, report.hour, report.zone, timezone.now())
    problem = ""
    try:
        written = write_letter(report.view, due.first, due.last, viewer)
        if request.method == "POST":
            problem = _sent_to(viewer, report, due)
            if not problem:
                messages.success(
                    request, _("The report is on its way to %(address)s.") % {"address": plain(viewer.email)}
                )
                return go(request, _list_url(connection))
    except NothingToSay:
        written = None
    context = {
        "connection": connection,
        "title": _("What goes out"),
        "subject": report.view.name,
        "crumbs": [(connection.name, ""), (_("Reports"), _list_url(connection))],
        "back_url": _list_url(connection),
        "body": "analytics/_report_preview_body.html",
        "written": written,
        "problem": problem,
        "address": viewer.email,
        "wide": True,
        "submit": _("Send it to me now") if written and viewer.email and is_configured() else "",
    }
    return render_sheet(request, context, status=502 if problem else 200)


def _sent_to(reader: User, report: Report, due: Due) -> str:
    """Send a letter now; return what went wrong, empty when the server took it."""
    if not reader.email:
        return _("You have no e-mail address here. Somebody who looks after people can add it.")
    try:
        send_now(report, due.first, due.last, reader)
    except NotSent as problem:
        return problem.said
    return ""


@needs(Right.SEE_INSIGHTS, whole=True)
@require_http_methods(_METHODS)
def report_delete(request: HttpRequest, connection: Connection, report_id: int) -> HttpResponse:
    """Ask whether to delete a report; sent by POST, delete it."""
    report = _report_or_404(connection, report_id)
    if request.method == "POST":
        delete_report(connection, report_id, actor=cast(User, request.user))
        messages.success(request, _("The report was deleted."))
        return go(request, _list_url(connection))
    context = {
        "connection": connection,
        "title": _("Delete the report"),
        "subject": report.view.name,
        "crumbs": [(connection.name, ""), (_("Reports"), _list_url(connection))],
        "back_url": _list_url(connection),
        "body": "analytics/_report_delete_body.html",
        "submit": _("Delete the report"),
        "danger": True,
    }
    return render_sheet(request, context)


@needs(Right.SEE_INSIGHTS, whole=True)
@require_POST
def letter_again(request: HttpRequest, connection: Connection, letter_id: int) -> HttpResponse:
    """Let a letter go out that failed, or of which nobody knows whether it did."""
    if send_again(connection, letter_id, actor=cast(User, request.user)):
        messages.success(request, _("The letter goes out within a minute."))
    else:
        messages.info(request, _("This letter waits already, or has gone out."))
    return go(request, _list_url(connection))


def _form(
    request: HttpRequest, connection: Connection, initial: dict[str, Any], report: Report | None = None
) -> ReportForm:
    user = cast(User, request.user)
    scope = application_scope(user, Right.SEE_INSIGHTS, connection)
    views = [
        view for view in saved_views(connection, user, scope) if view.page == SavedView.Page.FIGURES.value
    ]
    if report is not None and report.view_id not in {view.pk for view in views}:
        views.append(report.view)  # of whoever set it up
    data = request.POST if request.method == "POST" else None
    return ReportForm(data, views=views, people=possible_recipients(connection), initial=initial)


def _initial(report: Report) -> dict[str, Any]:
    monthly = report.every == Report.Every.MONTH
    return {
        "view_id": report.view_id,
        "every": report.every,
        "weekday": 1 if monthly else report.day,
        "month_day": report.day if monthly else 1,
        "hour": report.hour,
        "zone": report.zone,
        "recipients": list(report.recipients.values_list("pk", flat=True)),
        "active": report.active,
        "version": report.version,
    }


def _report_or_404(connection: Connection, report_id: int) -> Report:
    try:
        return get_report(connection, report_id)
    except Report.DoesNotExist:
        raise Http404(_("There is no such report.")) from None


def _list_url(connection: Connection) -> str:
    return reverse("analytics:reports", args=[connection.slug])


def _page(
    request: HttpRequest, connection: Connection, form: ReportForm, report: Report | None, status: int = 0
) -> HttpResponse:
    context = {
        "connection": connection,
        "report": report,
        "form": form,
        "here": request.path,
        "back_url": _list_url(connection),
    }
    return render(
        request, "analytics/report_form.html", context, status=status or (422 if form.errors else 200)
    )
