"""Rules: the list, and the form that tries a rule on the past before it is saved."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from console.accounts.access import can, needs
from console.accounts.models import User
from console.accounts.rights import Right
from console.alerts.forms import RuleForm, initial_of
from console.alerts.models import Rule
from console.alerts.services.back_test import Tried, back_test
from console.alerts.services.channels import list_channels
from console.alerts.services.people import people_to_tell
from console.alerts.services.rules import (
    ChangedMeanwhile,
    NameTaken,
    Wanted,
    create_rule,
    delete_rule,
    get_rule,
    list_rules,
    update_rule,
)
from console.alerts.signals import Signal, get_signal
from console.alerts.telling_words import silence_said
from console.alerts.views.parts import address, chart_of_trial
from console.alerts.words import SEVERITY_TONES, condition_said, signal_name
from console.analytics.services.known import Remembered, remembered
from console.connections.models import Connection
from console.core.pages import go
from console.core.sheets import render_sheet
from console.core.text import percent_of

__all__ = ["rule_change", "rule_create", "rule_delete", "rule_list"]

_METHODS = ["GET", "HEAD", "POST"]


@needs(Right.SEE_INSIGHTS)
@require_safe
def rule_list(request: HttpRequest, connection: Connection) -> HttpResponse:
    """List the rules of a connection. Four queries."""
    names = {app.app_id: app.name for app in remembered(connection, None)}
    rows = [
        {
            "rule": rule,
            "watches": signal_name(rule.signal),
            "known": get_signal(rule.signal) is not None,
            "when": condition_said(rule),
            "tone": SEVERITY_TONES[Rule.Severity(rule.severity)],
            "applications": [names.get(app_id, app_id) for app_id in rule.applications],
            "told": [*map(str, rule.channels.all()), *map(str, rule.people.all())],
            "silent": silence_said(rule.silence),
            "whole": (signal := get_signal(rule.signal)) is not None and not signal.by_application,
        }
        for rule in list_rules(connection)
    ]
    may_change = can(request.user, Right.SEE_INSIGHTS, connection, whole=True)
    if not may_change:
        for row in rows:
            row["told"] = []
            row["applications"] = []  # names of applications that the viewer may have no role on
    context = {"connection": connection, "rows": rows, "may_change": may_change}
    return render(request, "alerts/rule_list.html", context)


@needs(Right.SEE_INSIGHTS, whole=True)
@require_http_methods(_METHODS)
def rule_create(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Make a rule; the button "try" shows first what it would have found."""
    applications = _applications(connection)
    if request.method != "POST":
        initial = {"silent_zone": timezone.get_current_timezone_name()}
        return _page(request, connection, None, _form(connection, applications, initial=initial))
    form = _form(connection, applications, request.POST)
    if not form.is_valid():
        return _page(request, connection, None, form, status=422)
    if request.POST.get("do") == "try":
        return _tried(request, connection, None, form, applications)
    try:
        create_rule(connection, form.wanted, actor=cast(User, request.user))
    except NameTaken:
        form.add_error("name", _("Another rule has this name."))
        return _page(request, connection, None, form, status=422)
    messages.success(request, _("The rule was saved. It watches from now on."))
    return HttpResponseRedirect(address("rules", connection))


@needs(Right.SEE_INSIGHTS, whole=True)
@require_http_methods(_METHODS)
def rule_change(request: HttpRequest, connection: Connection, rule_id: int) -> HttpResponse:
    """Show a rule in the form, try it, and keep what is changed."""
    rule, applications = _rule_or_404(connection, rule_id), _applications(connection)
    if request.method != "POST":
        form = _form(connection, applications, initial=initial_of(rule))
        return _page(request, connection, rule, form)
    form = _form(connection, applications, request.POST)
    if not form.is_valid():
        return _page(request, connection, rule, form, status=422)
    if request.POST.get("do") == "try":
        return _tried(request, connection, rule, form, applications)
    try:
        version = form.cleaned_data["version"] or 0
        update_rule(connection, rule_id, version, form.wanted, actor=cast(User, request.user))
    except NameTaken:
        form.add_error("name", _("Another rule has this name."))
        return _page(request, connection, rule, form, status=422)
    except ChangedMeanwhile:
        form.add_error(None, _("Somebody changed this rule since you opened it. Open it again to see it."))
        return _page(request, connection, rule, form, status=409)
    messages.success(request, _("The rule was saved."))
    return HttpResponseRedirect(address("rules", connection))


@needs(Right.SEE_INSIGHTS, whole=True)
@require_http_methods(_METHODS)
def rule_delete(request: HttpRequest, connection: Connection, rule_id: int) -> HttpResponse:
    """Ask whether to delete a rule; sent by POST, delete it."""
    rule = _rule_or_404(connection, rule_id)
    if request.method == "POST":
        delete_rule(connection, rule_id, actor=cast(User, request.user))
        messages.success(request, _("The rule was deleted."))
        return go(request, address("rules", connection))
    context = {
        "connection": connection,
        "title": _("Delete the rule"),
        "subject": rule.name,
        "crumbs": [(connection.name, ""), (_("Alert rules"), address("rules", connection))],
        "body": "alerts/_rule_delete_body.html",
        "submit": _("Delete the rule"),
        "danger": True,
        "back_url": address("rule", connection, rule_id),
    }
    return render_sheet(request, context)


def _applications(connection: Connection) -> list[Remembered]:
    return [app for app in remembered(connection, None) if not app.gone]


def _form(
    connection: Connection, applications: list[Remembered], data: QueryDict | None = None, **given: Any
) -> RuleForm:
    """Two queries for whom a rule can tell."""
    channels, people = list_channels(connection), list(people_to_tell(connection))
    form = RuleForm(data, applications=applications, channels=channels, people=people, **given)
    form.fields["name"].required = data is None or data.get("do") != "try"  # what is tried needs no name yet
    return form


def _rule_or_404(connection: Connection, rule_id: int) -> Rule:
    try:
        return get_rule(connection, rule_id)
    except Rule.DoesNotExist:
        raise Http404(_("There is no such rule.")) from None


def _tried(
    request: HttpRequest,
    connection: Connection,
    rule: Rule | None,
    form: RuleForm,
    applications: list[Remembered],
) -> HttpResponse:
    wanted, signal = form.wanted, form.chosen_signal
    assert signal is not None  # the form is valid
    chosen = [app for app in applications if not wanted.applications or app.app_id in wanted.applications]
    tried = back_test(connection, signal, wanted.condition, chosen)
    return _page(request, connection, rule, form, **_trial(signal, wanted, tried))


def _trial(signal: Signal, wanted: Wanted, tried: Tried) -> dict[str, Any]:
    chart = None
    if tried.known:
        chart = chart_of_trial(signal, wanted.condition.side, wanted.condition.limit, tried)
    return {
        "tried": tried,
        "days": round(signal.reach.total_seconds() / 86_400) if signal.reach.days < 7 else 7,
        "chart_shown": chart,
        "firings": [(one, signal.unit.write(one.worst)) for one in tried.firings[:50]],
        "late_minutes": round(signal.late.total_seconds() / 60),
        "share_known": percent_of(tried.known, tried.possible),
        "small": tried.known - tried.judged,
    }


def _page(
    request: HttpRequest,
    connection: Connection,
    rule: Rule | None,
    form: RuleForm,
    status: int = 200,
    **trial: Any,
) -> HttpResponse:
    context = {
        "connection": connection,
        "rule": rule,
        "form": form,
        "here": request.path,
        "back_url": address("rules", connection),
        "may_configure": can(request.user, Right.CONFIGURE, connection, whole=True),
        **trial,
    }
    return render(request, "alerts/rule_form.html", context, status=status)
