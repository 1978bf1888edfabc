"""Who may do what, where: the questions that views and services ask, and the marks that every view carries."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from console.accounts.models import RoleGrant, User
from console.accounts.returning import to_sign_in
from console.accounts.rights import RIGHTS, Right, Role

__all__ = [
    "Grant",
    "application_scope",
    "before_new_password",
    "can",
    "connection_scope",
    "connections_of",
    "forget_grants",
    "grants_of",
    "needs",
    "open_to_all",
    "require",
    "rights_of",
    "signed_in",
]

Viewer = User | AnonymousUser | None
View = Callable[..., HttpResponseBase]
_NOTHING: frozenset[Right] = frozenset()
_KEPT = "_grants"  # on the person; reached through request.user too, which is a wrapper


@dataclass(frozen=True)
class Grant:
    """A role as it was given. connection_id: None reaches every connection; app_id: "" every application."""

    role: Role
    connection_id: int | None
    app_id: str

    @property
    def rights(self) -> frozenset[Right]:
        """What it gives. Managing connections and people does not fit into one application."""
        return RIGHTS[self.role] - {Right.MANAGE} if self.app_id else RIGHTS[self.role]

    def reaches(self, connection_id: int, app_id: str | None = None) -> bool:
        """Say whether it counts on the connection; with app_id, whether it counts for that application."""
        if self.connection_id not in (None, connection_id):
            return False
        return app_id is None or self.app_id in ("", app_id)


def grants_of(user: Viewer) -> tuple[Grant, ...]:
    """Return what a person was given; one query, kept on the object. Nobody and the deactivated have nothing."""
    if user is None or not user.is_authenticated or not user.is_active:
        return ()
    found: tuple[Grant, ...] | None = getattr(user, _KEPT, None)
    if found is None:
        rows = RoleGrant.objects.filter(user_id=user.pk).values_list("role", "connection_id", "app_id")
        found = tuple(Grant(Role(role), at, app_id) for role, at, app_id in rows if role in Role.values)
        setattr(user, _KEPT, found)
    return found


def forget_grants(user: Viewer) -> None:
    """Let the next question about this object look anew; for services, whose questions must not rest on old answers."""
    if hasattr(user, _KEPT):
        delattr(user, _KEPT)


def rights_of(
    user: Viewer, connection: Any = None, app_id: str | None = None, *, whole: bool = False
) -> frozenset[Right]:
    """Return the rights of a person.

    connection: None counts what the person has on any connection.
    app_id: None counts what the person has on the connection or on any application of it; then narrow what is shown
    with application_scope.
    whole: counts only what reaches the whole connection, every application of it.
    """
    grants: Iterable[Grant] = grants_of(user)
    if connection is not None:
        grants = [grant for grant in grants if grant.reaches(connection.pk, app_id)]
    if whole:
        grants = [grant for grant in grants if not grant.app_id]
    return _NOTHING.union(*(grant.rights for grant in grants))


def can(
    user: Viewer, right: Right, connection: Any = None, app_id: str | None = None, *, whole: bool = False
) -> bool:
    """Say whether a person has the right; the arguments mean what they mean for rights_of."""
    return right in rights_of(user, connection, app_id, whole=whole)


def require(user: Viewer, right: Right, connection: Any, app_id: str) -> None:
    """Check a right on an application that was named in a query or form rather than in the address.

    Raises Http404 when no role of the person reaches the application, PermissionDenied when the right is missing.
    """
    rights = rights_of(user, connection, app_id)
    if not rights:
        raise Http404(_("There is no such application, or you have no role on it."))
    if right not in rights:
        raise PermissionDenied(_("Your role does not include this."))


def application_scope(user: Viewer, right: Right, connection: Any) -> frozenset[str] | None:
    """Return the ids of the applications on which a person has the right; None means all of them."""
    having = [g for g in grants_of(user) if g.reaches(connection.pk) and right in g.rights]
    if any(not grant.app_id for grant in having):
        return None
    return frozenset(grant.app_id for grant in having)


def connection_scope(user: Viewer, right: Right) -> frozenset[int] | None:
    """Return the keys of the connections on which a person has the right; None means all of them, also gone ones."""
    having = [grant for grant in grants_of(user) if right in grant.rights]
    if any(grant.connection_id is None for grant in having):
        return None
    return frozenset(grant.connection_id for grant in having if grant.connection_id is not None)


def connections_of(
    user: Viewer, right: Right | None = None, *, with_inactive: bool = False
) -> "QuerySet[Any]":
    """Return the connections on which a person has any role, or the right.

    with_inactive: include the ones taken out of use, which only their pages in the settings still show.
    """
    having = [grant for grant in grants_of(user) if right is None or right in grant.rights]
    found = _connections() if with_inactive else _connections().filter(active=True)
    if any(grant.connection_id is None for grant in having):
        return found
    return found.filter(pk__in={grant.connection_id for grant in having})


def needs(*rights: Right, whole: bool = False) -> Callable[[View], View]:
    """Let a view be seen only with all these rights, on what its address names.

    The keyword argument "connection" (a slug) becomes the Connection, also request.connection; 404 without a role
    there. "app_id": 404 without a role reaching that application. A missing right is 403.
    whole: the right must reach the whole connection, not only one of its applications.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return to_sign_in(request)
            if "connection" in kwargs:
                kwargs["connection"] = _enter(request, kwargs["connection"], rights)
            connection, app_id = kwargs.get("connection"), kwargs.get("app_id")
            if app_id is not None and not rights_of(request.user, connection, app_id):
                raise Http404(_("There is no such application, or you have no role on it."))
            if not rights_of(request.user, connection, app_id, whole=whole).issuperset(rights):
                raise PermissionDenied(_("Your role does not include this."))
            return view(request, *args, **kwargs)

        return _marked(guarded, "needs", rights, whole)

    return decorate


def signed_in(view: View) -> View:
    """Let a view be seen by everybody who signed in, whatever their role."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        return view(request, *args, **kwargs)

    return _marked(guarded, "signed_in")


def open_to_all(view: View) -> View:
    """Let a view be seen by anybody, signed in or not."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    return _marked(opened, "open")


def before_new_password(view: View) -> View:
    """Keep a signed_in view open to people who must change their password first."""
    vars(view).update(before_new_password=True)
    return view


def _marked(view: View, mark: str, rights: tuple[Right, ...] = (), whole: bool = False) -> View:
    vars(view).update(marked=mark, right=rights[0] if rights else None, rights=rights, whole=whole)
    return view


def _enter(request: HttpRequest, slug: str, rights: tuple[Right, ...]) -> Any:
    reachable = connections_of(request.user, with_inactive=True)
    found = reachable.filter(slug=slug).first()
    if found is None or not (found.active or Right.MANAGE in rights):
        raise Http404(_("There is no such connection, or you have no role on it."))
    request.connection = found  # type: ignore[attr-defined]
    return found


def _connections() -> "QuerySet[Any]":
    # By the relation, not by import: connections may import this app.
    model: Any = RoleGrant._meta.get_field("connection").related_model
    return model._default_manager.all()
