"""Pages of owners about people and their roles."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console.accounts import listing, reach, services
from console.accounts.access import needs
from console.accounts.forms import AddPersonForm, GiveRoleForm, NameForm, ReasonForm, ResetPasswordForm
from console.accounts.models import User
from console.accounts.reach import Guarded
from console.accounts.rights import Right, Role
from console.core.misread import misread
from console.core.pages import go, render_page
from console.core.paging import page_of, size_of

__all__ = [
    "deactivate",
    "grant_give",
    "grant_withdraw",
    "password_reset",
    "people",
    "person",
    "person_change",
    "person_create",
    "reactivate",
    "sign_out_person",
]

_form_view = require_http_methods(["GET", "HEAD", "POST"])
_STATES = [
    ("", gettext_lazy("Everybody")),
    ("active", gettext_lazy("Active")),
    ("off", gettext_lazy("Deactivated")),
]


@needs(Right.MANAGE)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """List people by name, with the roles that the viewer manages."""
    asked = {
        name: request.GET.get(name, "").replace("\x00", "").strip()[:100] for name in ("q", "state", "role")
    }
    found = listing.find_people(text=asked["q"], state=asked["state"], role=asked["role"])
    size, total = size_of(request.GET), found.count()
    offset = page_of(request.GET, size=size, shown=0, total=total).offset
    rows = listing.rows_of(found[offset : offset + size], viewer=_viewer(request))
    context = {
        "rows": rows,
        "page": page_of(request.GET, size=size, shown=len(rows), total=total),
        "asked": asked,
        "filtered": any(asked.values()),
        "states": _STATES,
        "roles": [("", _("Any role")), *Role.choices],
        "misread": misread(request.GET, {"state": dict(_STATES), "role": Role.values}, ("q",)),
    }
    return render_page(request, "accounts/people.html", partial="list", context=context)


@needs(Right.MANAGE)
@require_safe
def person(request: HttpRequest, person: int) -> HttpResponse:
    """Show one person, their roles, and what the viewer may do about them."""
    found, viewer = listing.get_person(person), _viewer(request)
    context = {
        "person": found,
        "row": listing.row_of(found, viewer=viewer),
        "managed": reach.manages_person(viewer, found),
        "is_me": found.pk == viewer.pk,
    }
    return render_page(request, "accounts/person.html", partial="person", context=context)


@sensitive_post_parameters("password", "one_time_password")
@needs(Right.MANAGE)
@_form_view
def person_create(request: HttpRequest) -> HttpResponse:
    """Add a person."""
    form = AddPersonForm(_posted(request), request=request)
    added: list[User] = []

    def add() -> None:
        data = form.cleaned_data
        added.append(
            services.create_person(
                actor=_viewer(request),
                username=data["username"],
                name=data["name"],
                email=data["email"],
                password=data["one_time_password"],
                reason=data["reason"],
            )
        )

    if _done(request, form, add, _("Added. Now give them a role.")):
        return go(request, reverse("accounts:person", args=[added[0].pk]))
    return _sheet(
        request,
        form,
        title=_("Add a person"),
        submit=_("Add"),
        text=_("They can do nothing before you give them a role."),
    )


@needs(Right.MANAGE)
@_form_view
def person_change(request: HttpRequest, person: int) -> HttpResponse:
    """Change somebody's name and address."""
    found = _managed(request, person)
    form = NameForm(_posted(request), initial={"name": str(found), "email": found.email})

    def change() -> None:
        services.change_person(found, actor=_viewer(request), **form.cleaned_data)

    if _done(request, form, change, _("Saved.")):
        return _back_to(request, found)
    return _sheet(request, form, found, title=_("Change name and address"), submit=_("Save"))


@sensitive_post_parameters("password", "one_time_password")
@needs(Right.MANAGE)
@_form_view
def password_reset(request: HttpRequest, person: int) -> HttpResponse:
    """Set a one-time password."""
    found = _managed(request, person)
    form = ResetPasswordForm(_posted(request), person=found, request=request)

    def reset() -> None:
        data = form.cleaned_data
        password, reason = data["one_time_password"], data["reason"]
        services.reset_password(found, actor=_viewer(request), password=password, reason=reason)

    if _done(request, form, reset, _("The one-time password is set; they are signed out everywhere.")):
        return _back_to(request, found)
    text = _("Their password stops working, and they are signed out everywhere.")
    return _sheet(
        request, form, found, title=_("Set a one-time password"), submit=_("Set password"), hit=text
    )


@sensitive_post_parameters("password")
@needs(Right.MANAGE)
@_form_view
def deactivate(request: HttpRequest, person: int) -> HttpResponse:
    """Switch a person off."""
    found = _managed(request, person)
    form = ReasonForm(_posted(request), request=request)

    def switch_off() -> None:
        services.deactivate_person(found, actor=_viewer(request), reason=form.cleaned_data["reason"])

    if _done(request, form, switch_off, _("Deactivated and signed out everywhere.")):
        return _back_to(request, found)
    text = _("They are signed out at once and cannot sign in. Their roles are kept for the day they return.")
    return _sheet(request, form, found, title=_("Deactivate"), submit=_("Deactivate"), hit=text)


@sensitive_post_parameters("password")
@needs(Right.MANAGE)
@_form_view
def reactivate(request: HttpRequest, person: int) -> HttpResponse:
    """Let a deactivated person in again."""
    found = _managed(request, person)
    form = ReasonForm(_posted(request), request=request)

    def switch_on() -> None:
        services.reactivate_person(found, actor=_viewer(request), reason=form.cleaned_data["reason"])

    if _done(request, form, switch_on, _("Active again.")):
        return _back_to(request, found)
    text = _("They can sign in with the password and the roles that they had.")
    return _sheet(request, form, found, title=_("Reactivate"), submit=_("Reactivate"), text=text)


@needs(Right.MANAGE)
@require_POST
def sign_out_person(request: HttpRequest, person: int) -> HttpResponse:
    """End all sessions of a person."""
    found = _managed(request, person)
    services.sign_out_everywhere(found, actor=_viewer(request))
    messages.success(request, _("Signed out everywhere."))
    return _back_to(request, found)


@sensitive_post_parameters("password")
@needs(Right.MANAGE)
@_form_view
def grant_give(request: HttpRequest, person: int) -> HttpResponse:
    """Give a role."""
    found = listing.get_person(person)
    form = GiveRoleForm(_posted(request), request=request, initial={"role": Role.SUPPORT})

    def give() -> None:
        data = form.cleaned_data
        services.give_role(
            found,
            Role(data["role"]),
            actor=_viewer(request),
            connection=form.connections.get(data["place"]),
            app_id=data["app_id"],
            reason=data["reason"],
        )

    if _done(request, form, give, _("The role is given.")):
        return _back_to(request, found)
    return _sheet(request, form, found, title=_("Give a role"), submit=_("Give role"))


@sensitive_post_parameters("password")
@needs(Right.MANAGE)
@_form_view
def grant_withdraw(request: HttpRequest, person: int, grant: int) -> HttpResponse:
    """Take a role away."""
    found, viewer = listing.get_person(person), _viewer(request)
    role = listing.get_grant(found, grant, viewer=viewer)
    form = ReasonForm(_posted(request), request=request)

    def withdraw() -> None:
        services.withdraw_role(role, actor=viewer, reason=form.cleaned_data["reason"])

    if _done(request, form, withdraw, _("The role is withdrawn.")):
        own = found.pk == viewer.pk
        return go(request, "/") if own else _back_to(request, found)
    where = role.connection.name if role.connection else _("every connection")
    text = _("%(name)s is no longer %(role)s on %(where)s, from their next click on.") % {
        "name": found,
        "role": role.get_role_display(),
        "where": ", ".join(filter(None, (where, listing.application_name(role), role.app_id))),
    }
    return _sheet(request, form, found, title=_("Withdraw a role"), submit=_("Withdraw role"), hit=text)


def _viewer(request: HttpRequest) -> User:
    user: Any = request.user
    return user


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _managed(request: HttpRequest, pk: int) -> User:
    found = listing.get_person(pk)
    reach.require_person(_viewer(request), found)
    return found


def _done(request: HttpRequest, form: forms.Form, change: Callable[[], None], said: str) -> bool:
    """Do what a valid form asks; a refusal that is nobody's fault comes back as the form's error."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        change()
    except Guarded as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, said)
    return True


def _sheet(request: HttpRequest, form: forms.Form, person: User | None = None, **words: str) -> HttpResponse:
    """Show a form as a page, or as the dialog that htmx opens over one."""
    context = {"form": form, "person": person, **words}
    status = 422 if form.errors else 200
    return render_page(request, "accounts/sheet.html", partial="sheet", context=context, status=status)


def _back_to(request: HttpRequest, person: User) -> HttpResponse:
    return go(request, reverse("accounts:person", args=[person.pk]))
