"""Pages of the signed-in person about themselves."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from console.accounts import listing, services, sessions
from console.accounts.access import signed_in
from console.accounts.forms import NameForm
from console.accounts.reach import Guarded
from console.core.pages import go

__all__ = ["me", "sign_out_everywhere"]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """Show and change one's own name and address; show one's roles."""
    person: Any = listing.get_person(request.user.pk or 0)
    first = {"name": str(person), "email": person.email}
    form = NameForm(request.POST) if request.method == "POST" else NameForm(initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_person(person, actor=person, **form.cleaned_data)
        except Guarded as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return go(request, reverse("accounts:me"))
    context = {"form": form, "roles": listing.own_grants(person), "limits": sessions.limits()}
    return render(request, "accounts/me.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End every session of the person, this one included."""
    person: Any = listing.get_person(request.user.pk or 0)
    services.sign_out_everywhere(person, actor=person)
    return go(request, f"{reverse('account_login')}?why=ended")
