"""Rights as the services ask for them, and the decorators as a request meets them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from console.accounts.access import (
    application_scope,
    can,
    connections_of,
    needs,
    open_to_all,
    require,
    rights_of,
    signed_in,
)
from console.accounts.models import RoleGrant, User
from console.accounts.rights import RIGHTS, Right, Role
from console.connections.models import Connection

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(rf: RequestFactory) -> Callable[..., HttpResponse]:
    """Return a function that sends a person through a decorated view; the view answers with what it was given."""

    def go(view: Callable[..., Any], user: Any, **kwargs: Any) -> Any:
        request = rf.get("/somewhere/?page=2", headers=kwargs.pop("headers", {}))
        request.user = user
        request.htmx = HtmxDetails(request)
        return view(request, **kwargs)

    return go


def _answer(request: HttpRequest, **kwargs: Any) -> Any:
    return {"connection": getattr(request, "connection", None), **kwargs}


def test_a_role_everywhere_reaches_every_connection(
    alice: User, connection: Connection, other: Connection
) -> None:
    assert rights_of(alice, connection) == rights_of(alice, other) == RIGHTS[Role.ADMIN]
    assert list(connections_of(alice)) == [connection, other]


def test_a_role_on_a_connection_ends_there(carol: User, connection: Connection, other: Connection) -> None:
    RoleGrant.objects.create(user=carol, role=Role.SUPPORT, connection=connection)
    assert can(carol, Right.SEE_ROOMS, connection)
    assert not can(carol, Right.SEE_ROOMS, other)
    assert list(connections_of(carol)) == [connection]


def test_a_role_on_an_application_ends_there(carol: User, connection: Connection) -> None:
    RoleGrant.objects.create(user=carol, role=Role.MODERATOR, connection=connection, app_id="app-1")
    assert can(carol, Right.MODERATE, connection, "app-1")
    assert not can(carol, Right.MODERATE, connection, "app-2")
    assert can(carol, Right.MODERATE, connection)
    assert not can(carol, Right.MODERATE, connection, whole=True)
    assert application_scope(carol, Right.MODERATE, connection) == {"app-1"}
    assert application_scope(carol, Right.CONFIGURE, connection) == frozenset()


def test_the_widest_grant_counts(carol: User, connection: Connection) -> None:
    RoleGrant.objects.create(user=carol, role=Role.MODERATOR, connection=connection, app_id="app-1")
    RoleGrant.objects.create(user=carol, role=Role.SUPPORT, connection=connection)
    assert application_scope(carol, Right.SEE_ROOMS, connection) is None
    assert application_scope(carol, Right.MODERATE, connection) == {"app-1"}


def test_rights_come_in_one_query(
    alice: User, connection: Connection, django_assert_num_queries: Callable[..., Any]
) -> None:
    with django_assert_num_queries(1):
        for right in Right:
            can(alice, right, connection)
            can(alice, right, connection, "app-1")


def test_nobody_and_the_deactivated_may_nothing(alice: User, connection: Connection) -> None:
    alice.is_active = False
    for viewer in (None, AnonymousUser(), alice):
        assert rights_of(viewer, connection) == frozenset()
        assert not connections_of(viewer).exists()


def test_being_a_superuser_gives_no_right(carol: User, connection: Connection) -> None:
    carol.is_superuser = carol.is_staff = True
    assert rights_of(carol, connection) == frozenset()


def test_an_application_named_elsewhere_is_checked_too(carol: User, connection: Connection) -> None:
    RoleGrant.objects.create(user=carol, role=Role.SUPPORT, connection=connection, app_id="app-1")
    require(carol, Right.SEE_ROOMS, connection, "app-1")
    with pytest.raises(PermissionDenied):
        require(carol, Right.MODERATE, connection, "app-1")
    with pytest.raises(Http404):
        require(carol, Right.SEE_ROOMS, connection, "app-2")


def test_the_view_gets_the_connection_itself(ask: Any, bob: User, connection: Connection) -> None:
    answer = ask(needs(Right.SEE_ROOMS)(_answer), bob, connection="demo", app_id="app-1")
    assert answer == {"connection": connection, "app_id": "app-1"}


def test_a_missing_right_is_refused_and_a_missing_role_hides(
    ask: Any, bob: User, carol: User, connection: Connection, other: Connection
) -> None:
    view = needs(Right.MODERATE)(_answer)
    with pytest.raises(PermissionDenied):
        ask(view, bob, connection="demo")
    with pytest.raises(Http404):
        ask(view, bob, connection="nowhere")
    RoleGrant.objects.create(user=carol, role=Role.MODERATOR, connection=other, app_id="app-1")
    with pytest.raises(Http404):
        ask(view, carol, connection="demo")
    with pytest.raises(Http404):
        ask(view, carol, connection="other", app_id="app-2")
    assert ask(view, carol, connection="other", app_id="app-1")["app_id"] == "app-1"


def test_what_concerns_the_whole_connection_is_not_for_owners_of_a_part(
    ask: Any, carol: User, connection: Connection
) -> None:
    RoleGrant.objects.create(user=carol, role=Role.ADMIN, connection=connection, app_id="app-1")
    with pytest.raises(PermissionDenied):
        ask(needs(Right.CONFIGURE, whole=True)(_answer), carol, connection="demo")
    assert ask(needs(Right.CONFIGURE)(_answer), carol, connection="demo")


def test_a_connection_out_of_use_is_only_for_those_who_manage_it(
    ask: Any, bob: User, olga: User, connection: Connection
) -> None:
    Connection.objects.update(active=False)
    with pytest.raises(Http404):
        ask(needs(Right.SEE_ROOMS)(_answer), olga, connection="demo")
    with pytest.raises(PermissionDenied):
        ask(needs(Right.MANAGE)(_answer), bob, connection="demo")
    assert ask(needs(Right.MANAGE)(_answer), olga, connection="demo")["connection"] == connection


@pytest.mark.parametrize("mark", [needs(Right.SEE_ROOMS), signed_in])
def test_strangers_are_sent_to_the_sign_in_page_and_back(ask: Any, mark: Any) -> None:
    answer = ask(mark(_answer), AnonymousUser())
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=%2Fsomewhere%2F%3Fpage%3D2")


@pytest.mark.parametrize(
    ("shown", "next_page"),
    [
        ("http://testserver/c/demo/rooms/?state=live", "%2Fc%2Fdemo%2Frooms%2F%3Fstate%3Dlive"),
        ("https://evil.example/c/demo/", "%2F"),
        ("//evil.example/", "%2F"),
        ("http://testserver//evil.example/", "%2F"),
        ("javascript:alert(1)", "%2F"),
        (None, "%2F"),
    ],
)
def test_a_piece_of_a_page_sends_the_whole_page_to_sign_in(
    ask: Any, shown: str | None, next_page: str
) -> None:
    headers = {"HX-Request": "true"} | ({"HX-Current-URL": shown} if shown else {})
    answer = ask(signed_in(_answer), AnonymousUser(), headers=headers)
    assert answer["HX-Redirect"] == f"/sign-in/?next={next_page}&why=over"


def test_marks_are_seen_through_other_decorators() -> None:
    from django.views.decorators.http import require_POST

    view: Any = require_POST(needs(Right.MODERATE, whole=True)(_answer))
    assert (view.marked, view.right, view.rights, view.whole) == (
        "needs",
        Right.MODERATE,
        (Right.MODERATE,),
        True,
    )
    assert (signed_in(_answer).marked, open_to_all(_answer).marked) == ("signed_in", "open")  # type: ignore[attr-defined]
    assert not hasattr(_answer, "marked")
