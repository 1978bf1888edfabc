"""What people think of verdicts, how right the rules are, and the limits that they compare with."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console.accounts.access import application_scope, needs
from console.accounts.models import User
from console.accounts.rights import Right
from console.connections.models import Connection
from console.core.pages import go, render_page
from console.core.sheets import render_sheet
from console.investigate.forms import LimitsForm, MarkForm
from console.investigate.models import VerdictRecord
from console.investigate.services.judging import hit_rates, mark_verdict
from console.investigate.services.limiting import limits_for, set_limits
from console.investigate.views.carrying import carry
from console.investigate.views.parts import address
from console.investigate.views.verdicts import about_another

__all__ = ["rule_hits", "verdict_again", "verdict_limits", "verdict_mark"]


@needs(Right.SEE_ROOMS)
@require_POST
def verdict_mark(request: HttpRequest, connection: Connection, record_id: int) -> HttpResponse:
    """Write down whether somebody finds a verdict right, with a note."""
    scope = application_scope(request.user, Right.SEE_ROOMS, connection)
    records = VerdictRecord.objects.filter(connection=connection)
    record = (
        (records if scope is None else records.filter(app_id__in=list(scope))).filter(pk=record_id).first()
    )
    if record is None:
        raise Http404(_("There is no such verdict, or it is not for you to see."))
    form = MarkForm(request.POST)
    if form.is_valid():
        assert isinstance(request.user, User)
        mark_verdict(record, **form.cleaned_data, author=request.user)
        messages.success(request, _("Thank you: it counts for the rule's hit rate."))
    else:
        too_long = form.errors.get("note")
        messages.error(
            request, " ".join(map(str, too_long)) if too_long else _("Say whether it is right or wrong.")
        )
    carry(request, connection, record.app_id, record.room_id, taken="note" if form.is_valid() else "")
    back = f"{address('call', connection.slug, record.app_id, record.room_id)}?{request.GET.urlencode()}"
    return HttpResponseRedirect(f"{back}#verdict")


@needs(Right.SEE_ROOMS)
@require_POST
def verdict_again(request: HttpRequest, connection: Connection, app_id: str, room_id: str) -> HttpResponse:
    """Lead to the verdict on another complaint, with what is half written: where no script sends the choices alone."""
    carry(request, connection, app_id, room_id)
    asked = {name: request.POST.get(name, "") for name in ("user", "symptom")}
    query = urlencode(about_another(request) | asked)
    return HttpResponseRedirect(f"{address('call', connection.slug, app_id, room_id)}?{query}#verdict")


@needs(Right.SEE_INSIGHTS)
@require_safe
def rule_hits(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Show how often each rule spoke in 90 days, and how often people found it right."""
    scope = application_scope(request.user, Right.SEE_INSIGHTS, connection)
    context = {"connection": connection, "rates": hit_rates(connection, scope)}
    return render_page(request, "investigate/rule_hits.html", partial="rates", context=context)


@needs(Right.CONFIGURE, whole=True)
@require_http_methods(["GET", "HEAD", "POST"])
def verdict_limits(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Show the limits that verdicts compare with, and change them."""
    in_force, back = limits_for(connection), address("find", connection.slug)
    context = {
        "title": _("Limits of verdicts"),
        "crumbs": [(connection.name, ""), (_("Investigate"), back)],
        "body": "investigate/_limits.html",
        "back_url": back,
        "submit": _("Save"),
        "wide": True,
    }
    if request.method != "POST":
        return render_sheet(request, context | {"form": LimitsForm(in_force=in_force)})
    form = LimitsForm(request.POST, in_force=in_force)
    if not form.is_valid():
        return render_sheet(request, context | {"form": form}, status=422)
    assert isinstance(request.user, User)
    set_limits(connection, form.values, actor=request.user, reason=form.reason)
    messages.success(request, _("The limits hold for verdicts given from now on."))
    return go(request, back)
