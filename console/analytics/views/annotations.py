"""Annotations: the list, and the form that writes, changes and deletes them."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from console.accounts.access import application_scope, can, needs
from console.accounts.models import User
from console.accounts.rights import Right
from console.analytics.forms import AnnotationForm, local_moment
from console.analytics.models import Annotation
from console.analytics.services.annotations import (
    AnnotationChanged,
    annotate,
    change_annotation,
    delete_annotation,
    get_annotation,
    marks,
    may_change,
)
from console.analytics.services.known import Remembered, remembered
from console.analytics.views.asking import read_question
from console.connections.models import Connection
from console.core.pages import go, render_page
from console.core.sheets import render_sheet

__all__ = ["annotation_change", "annotation_delete", "annotation_list", "annotation_new"]

_METHODS = ["GET", "HEAD", "POST"]


@needs(Right.SEE_INSIGHTS)
@require_safe
def annotation_list(request: HttpRequest, connection: Connection) -> HttpResponse:
    """List what happened in a period, the latest first."""
    asked = read_question(request, connection, "annotations")
    context = asked.context(request.user)
    if not asked.problem:
        names = {app.app_id: app.name for app in asked.applications}
        user = cast(User, request.user)
        found = asked.annotations()
        context["rows"] = [
            {
                "annotation": row,
                "tone": mark.tone,
                "app_name": names.get(row.app_id, row.app_id),
                "mine": may_change(user, connection, row.app_id),
            }
            for row, mark in reversed(list(zip(found[-200:], _all_marks(found[-200:]), strict=True)))
        ]
        context["more"] = max(len(found) - 200, 0)
    return render_page(
        request, "analytics/annotations.html", partial="figures", context=context, status=asked.status
    )


def _all_marks(found: list[Annotation]) -> list[Any]:
    return [marks([one])[0] for one in found]


@needs(Right.SEE_INSIGHTS)
@require_http_methods(_METHODS)
def annotation_new(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Write an annotation."""
    initial = {
        "at": local_moment(timezone.now()),
        "kind": Annotation.Kind.RELEASE,
        "app_id": request.GET.get("app", ""),
    }
    form = _form(request, connection, initial)
    if request.method == "POST" and form.is_valid():
        annotate(connection, form.written, actor=cast(User, request.user))
        messages.success(request, _("The annotation was written. Charts show it from now on."))
        return go(request, _list_url(connection))
    return _sheet(request, connection, form, _("New annotation"))


@needs(Right.SEE_INSIGHTS)
@require_http_methods(_METHODS)
def annotation_change(request: HttpRequest, connection: Connection, annotation_id: int) -> HttpResponse:
    """Change an annotation."""
    row = _row_or_404(request, connection, annotation_id)
    initial = {
        "kind": row.kind,
        "text": row.text,
        "at": local_moment(row.at),
        "until": local_moment(row.until),
        "app_id": row.app_id,
        "version": row.version,
    }
    form = _form(request, connection, initial)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            change_annotation(connection, row.pk, version, form.written, actor=cast(User, request.user))
        except AnnotationChanged:
            form.add_error(None, _("Somebody changed this annotation since you opened it. Open it again."))
            return _sheet(request, connection, form, _("Change the annotation"), 409)
        messages.success(request, _("The annotation was changed."))
        return go(request, _list_url(connection))
    return _sheet(request, connection, form, _("Change the annotation"))


@needs(Right.SEE_INSIGHTS)
@require_http_methods(_METHODS)
def annotation_delete(request: HttpRequest, connection: Connection, annotation_id: int) -> HttpResponse:
    """Ask whether to delete an annotation; sent by POST, delete it."""
    row = _row_or_404(request, connection, annotation_id)
    if request.method == "POST":
        delete_annotation(connection, row.pk, actor=cast(User, request.user))
        messages.success(request, _("The annotation was deleted."))
        return go(request, _list_url(connection))
    context = _frame(connection, _("Delete the annotation")) | {
        "subject": row.text,
        "body": "analytics/_annotation_delete_body.html",
        "submit": _("Delete the annotation"),
        "danger": True,
    }
    return render_sheet(request, context)


def _form(request: HttpRequest, connection: Connection, initial: dict[str, Any]) -> AnnotationForm:
    whole = can(request.user, Right.SEE_INSIGHTS, connection, whole=True)
    data = request.POST if request.method == "POST" else None
    return AnnotationForm(data, applications=_applications(request, connection), whole=whole, initial=initial)


def _applications(request: HttpRequest, connection: Connection) -> list[Remembered]:
    return remembered(connection, application_scope(request.user, Right.SEE_INSIGHTS, connection))


def _row_or_404(request: HttpRequest, connection: Connection, annotation_id: int) -> Annotation:
    """Return an annotation that the person may change; who may not learns nothing of it."""
    try:
        row = get_annotation(connection, annotation_id)
    except Annotation.DoesNotExist:
        raise Http404(_("There is no such annotation.")) from None
    if not may_change(cast(User, request.user), connection, row.app_id):
        raise Http404(_("There is no such annotation."))
    return row


def _list_url(connection: Connection) -> str:
    return reverse("analytics:annotations", args=[connection.slug])


def _frame(connection: Connection, title: str) -> dict[str, Any]:
    return {
        "connection": connection,
        "title": title,
        "crumbs": [(connection.name, ""), (_("Annotations"), _list_url(connection))],
        "back_url": _list_url(connection),
    }


def _sheet(
    request: HttpRequest, connection: Connection, form: AnnotationForm, title: str, status: int = 0
) -> HttpResponse:
    context = _frame(connection, title) | {
        "form": form,
        "body": "analytics/_annotation_body.html",
        "submit": _("Save"),
    }
    return render_sheet(request, context, status=status or (422 if form.errors else 200))
