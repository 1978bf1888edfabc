"""Pages about connections. They read our own tables: only a test spends quota."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console.accounts.access import connections_of, needs
from console.accounts.models import User
from console.accounts.reach import manages_everything
from console.accounts.rights import Right
from console.connections import services
from console.connections.forms import ConnectionForm, DeleteForm, ReasonForm
from console.connections.models import Connection
from console.connections.secrets import SecretUnreadable, unseal
from console.connections.services import Guarded
from console.core import navigation
from console.core.pages import go, render_page

__all__ = [
    "connection_change",
    "connection_create",
    "connection_delete",
    "connection_detail",
    "connection_home",
    "connection_list",
    "connection_switch_off",
    "connection_switch_on",
    "connection_test",
]

_form_view = require_http_methods(["GET", "HEAD", "POST"])


@needs()
@require_safe
def connection_home(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Lead whoever shortens an address to the first page that they may see there."""
    pages = [link.url for link in navigation.links(request, connection)]
    return go(request, next((url for url in pages if url.startswith(request.path)), reverse("core:home")))


@needs(Right.MANAGE)
@require_safe
def connection_list(request: HttpRequest) -> HttpResponse:
    """List the connections that the viewer manages, with what their last test found."""
    found = connections_of(_viewer(request), Right.MANAGE, with_inactive=True)
    context = {
        "rows": [{"connection": one, "check": services.last_check(one)} for one in found],
        "may_add": manages_everything(_viewer(request)),
    }
    return render_page(request, "connections/connection_list.html", partial="list", context=context)


@needs(Right.MANAGE)
@require_safe
def connection_detail(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Show one connection without its secret, and what its last test found."""
    return _detail(request, connection)


@sensitive_post_parameters("secret", "password")
@needs(Right.MANAGE)
@_form_view
def connection_create(request: HttpRequest) -> HttpResponse:
    """Add a connection, and test it at once where that is wished."""
    if not manages_everything(_viewer(request)):
        raise PermissionDenied(_("Only owners of every connection add one."))
    form = ConnectionForm(_posted(request), request=request)
    made: list[Connection] = []

    def create() -> None:
        data = form.cleaned_data
        connection = services.create_connection(
            form.facts, secret=data["secret"], actor=_viewer(request), reason=data["reason"]
        )
        made.append(connection)

    if _done(request, form, create, _("The connection is added.")):
        return _saved(request, made[0])
    return _sheet(request, form, title=_("Add a connection"), submit=_("Add"), tests=True)


@sensitive_post_parameters("secret", "password")
@needs(Right.MANAGE)
@_form_view
def connection_change(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Change a connection; its secret stays as it is unless another is entered."""
    form = ConnectionForm(_posted(request), request=request, connection=connection)
    changed: list[Connection] = []

    def change() -> None:
        data = form.cleaned_data
        found = services.change_connection(
            connection, form.facts, secret=data["secret"], actor=_viewer(request), reason=data["reason"]
        )
        changed.append(found)

    if _done(request, form, change, _("Saved.")):
        return _saved(request, changed[0])
    return _sheet(request, form, connection, title=_("Change"), submit=_("Save"), tests=True)


@needs(Right.MANAGE)
@require_POST
def connection_test(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Test a connection and show each step. Spends three requests at most."""
    services.test_connection(connection, actor=_viewer(request))
    if request.headers.get("HX-Request"):
        connection.refresh_from_db()
        return _detail(request, connection)
    return _back_to(request, connection)


@sensitive_post_parameters("password")
@needs(Right.MANAGE)
@_form_view
def connection_switch_off(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Take a connection out of use."""
    form = ReasonForm(_posted(request), request=request)

    def switch() -> None:
        services.switch_off(connection, actor=_viewer(request), reason=form.cleaned_data["reason"])

    if _done(request, form, switch, _("Switched off.")):
        return _back_to(request, connection)
    text = _("Its pages vanish for everybody, and nothing is sent through it until it is switched on again.")
    return _sheet(request, form, connection, title=_("Switch off"), submit=_("Switch off"), hit=text)


@sensitive_post_parameters("password")
@needs(Right.MANAGE)
@_form_view
def connection_switch_on(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Take a connection into use again."""
    form = ReasonForm(_posted(request), request=request)

    def switch() -> None:
        services.switch_on(connection, actor=_viewer(request), reason=form.cleaned_data["reason"])

    if _done(request, form, switch, _("Switched on.")):
        return _back_to(request, connection)
    return _sheet(request, form, connection, title=_("Switch on"), submit=_("Switch on"))


@sensitive_post_parameters("password")
@needs(Right.MANAGE)
@_form_view
def connection_delete(request: HttpRequest, connection: Connection) -> HttpResponse:
    """Delete a connection that is switched off; of one in use say at once that this comes first."""
    if request.method != "POST" and connection.active:
        context = {"connection": connection, "title": _("Delete")}
        return render_page(request, "connections/in_use.html", partial="sheet", context=context)
    form = DeleteForm(_posted(request), request=request, connection=connection)

    def delete() -> None:
        services.delete_connection(connection, actor=_viewer(request), reason=form.cleaned_data["reason"])

    if _done(request, form, delete, _("The connection is deleted.")):
        return go(request, reverse("connections:list"))
    text = _(
        "Its secret, the roles given on it and what is stored of its answers are deleted. The audit trail stays. "
        "Nothing changes in the cloud."
    )
    return _sheet(request, form, connection, title=_("Delete"), submit=_("Delete"), hit=text)


def _viewer(request: HttpRequest) -> User:
    user: Any = request.user
    return user


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _done(request: HttpRequest, form: forms.Form, change: Callable[[], None], said: str) -> bool:
    """Do what a valid form asks; a refusal that is nobody's fault comes back as the form's error."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        change()
    except Guarded as problem:
        form.add_error(None, str(problem))
        return False
    messages.success(request, said)
    return True


def _saved(request: HttpRequest, connection: Connection) -> HttpResponse:
    if "test" in request.POST:
        services.test_connection(connection, actor=_viewer(request))
    return _back_to(request, connection)


def _back_to(request: HttpRequest, connection: Connection) -> HttpResponse:
    return go(request, reverse("connections:detail", args=[connection.slug]))


def _detail(request: HttpRequest, connection: Connection) -> HttpResponse:
    context = {
        "connection": connection,
        "check": services.last_check(connection),
        "secret_state": _secret_state(connection),
        "by_user": connection.kind == Connection.Kind.IAM_USER,
    }
    return render_page(request, "connections/connection_detail.html", partial="detail", context=context)


def _secret_state(connection: Connection) -> str:
    """Return "sealed", "missing" or "unreadable"."""
    if not connection.secret:
        return "missing"
    try:
        unseal(connection.secret)
    except SecretUnreadable:
        return "unreadable"
    return "sealed"


def _sheet(
    request: HttpRequest,
    form: forms.Form,
    connection: Connection | None = None,
    **words: Any,
) -> HttpResponse:
    context = {"form": form, "connection": connection, **words}
    status = 422 if form.errors else 200
    return render_page(request, "connections/sheet.html", partial="sheet", context=context, status=status)
