"""The mail server under Settings: of the whole console, so for owners of every connection."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from console.accounts.access import needs
from console.accounts.models import User
from console.accounts.reach import manages_everything
from console.accounts.rights import Right
from console.alerts.forms import MailForm, MailTestForm
from console.alerts.services import mailing
from console.alerts.telling_words import problem_said

__all__ = ["mail_server", "mail_test"]


@sensitive_post_parameters("secret", "password")
@needs(Right.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def mail_server(request: HttpRequest) -> HttpResponse:
    """Show the mail server and change it, unless the environment says it."""
    _require(request)
    facts = mailing.mail_facts()
    if request.method != "POST":
        return _page(request, MailForm(facts=facts, request=request))
    form = MailForm(request.POST, facts=facts, request=request)
    if facts is not None and facts.by_environment:
        raise PermissionDenied(_("The environment says which mail server is used (MAIL_URL)."))
    if not form.is_valid():
        return _page(request, form, status=422)
    data = form.cleaned_data
    try:
        mailing.set_mail_server(
            form.facts, password=data["secret"], actor=_viewer(request), reason=data["reason"]
        )
    except mailing.PasswordWanted:
        form.add_error("secret", _("Enter the password: it was entered for another server or another user."))
        return _page(request, form, status=422)
    messages.success(request, _("Saved. Send a test to see that it works."))
    return HttpResponseRedirect(reverse("mail:server"))


@needs(Right.MANAGE)
@require_POST
def mail_test(request: HttpRequest) -> HttpResponse:
    """Send a test, and say exactly what came of it. Takes up to a minute."""
    _require(request)
    test_form = MailTestForm(request.POST)
    form = MailForm(facts=mailing.mail_facts(), request=request)
    if not test_form.is_valid():
        return _page(request, form, test_form=test_form, status=422)
    to = test_form.cleaned_data["to"]
    said, problem = mailing.test_mail(to, actor=_viewer(request))
    told = problem_said(problem.told) if problem else ""
    return _page(request, form, test_form=test_form, tested=True, said=said, problem=told, to=to)


def _viewer(request: HttpRequest) -> User:
    return cast(User, request.user)


def _require(request: HttpRequest) -> None:
    if not manages_everything(_viewer(request)):
        raise PermissionDenied(_("Only owners of every connection set the mail server."))


def _page(request: HttpRequest, form: MailForm, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "facts": mailing.mail_facts(),
        "form": form,
        "test_form": MailTestForm(initial={"to": _viewer(request).email}),
        **more,
    }
    return render(request, "alerts/mail_server.html", context, status=status)
