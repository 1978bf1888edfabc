"""An application's page: its facts, what other apps add, what it costs, and what it says when the cloud doesn't."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.http import HttpRequest
from pytest_django.fixtures import DjangoAssertNumQueries

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Right, Role
from console.applications import panels
from console.applications.panels import Consequence, Panel, Shortcut
from console.applications.services.facts import get_application
from console.applications.services.lifecycle import disable_application, enable_application
from console.connections.models import Connection
from console.sparkrtc.errors import CloudFault
from tests.applications.conftest import sign_in, state_of
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True)]


def at(app_id: str) -> str:
    return f"/c/demo/applications/{app_id}/"


@pytest.fixture
def registry() -> Iterator[None]:
    """Whatever a test registers is gone after it."""
    kept = dict(panels._panels), dict(panels._shortcuts), dict(panels._tellers)
    panels._panels.clear()
    yield
    for now, before in zip((panels._panels, panels._shortcuts, panels._tellers), kept, strict=True):
        now.clear()
        now.update(before)


def test_it_tells_what_the_cloud_tells(
    bob: User, connected: Connection, app_id: str, sandbox: Sandbox
) -> None:
    app = state_of(sandbox, app_id)
    html = sign_in(bob).get(at(app_id)).content.decode()
    assert "enabled" in html
    for text in (app.name, app_id, app.domain, "example-tenant"):
        assert f'data-copy="{text}"' in html or f"<bdi>{text}</bdi>" in html
    assert "checked when somebody enters a room" in html
    assert f"/c/demo/rooms/?app={app_id}" in html
    assert "Reveal" not in html  # bob may only look
    assert "Disable" not in html


def test_one_call_for_everybody(
    alice: User, bob: User, connected: Connection, app_id: str, calls: Callable[[], list[str]], registry: None
) -> None:
    sign_in(alice).get(at(app_id))
    sign_in(bob).get(at(app_id))
    assert calls() == ["show_app"]


def test_its_queries_are_few(
    alice: User,
    connected: Connection,
    app_id: str,
    registry: None,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    app, _age = get_application(connected, app_id)
    for _time in range(3):
        disable_application(connected, app, actor=alice, reason="x")
        enable_application(connected, replace(app, state="DEACTIVATION"), actor=alice)
    browser = sign_in(alice)
    browser.get(at(app_id))
    with django_assert_max_num_queries(20):
        html = browser.get(at(app_id)).content.decode()
    assert html.count("/audit/") >= 6


def test_the_history_is_what_the_viewer_may_read_of_the_trail(
    alice: User, bob: User, connected: Connection, app_id: str
) -> None:
    app, _age = get_application(connected, app_id)
    disable_application(connected, app, actor=alice, reason="misused")
    assert "misused" in sign_in(alice).get(at(app_id)).content.decode()
    html = sign_in(bob).get(at(app_id)).content.decode()
    assert "misused" not in html  # bob reads his own actions alone
    assert "Changed from here" not in html


def test_when_the_cloud_fails_the_list_helps_out(
    alice: User, connected: Connection, app_id: str, sandbox: Sandbox
) -> None:
    browser = sign_in(alice)
    browser.get("/c/demo/applications/")
    sandbox.fail_next("status", operation="show_app", status=500, code="RTC.00002002", message="x", times=9)
    answer = browser.get(at(app_id))
    html = answer.content.decode()
    assert answer.status_code == 200
    assert state_of(sandbox, app_id).domain in html
    assert "What you see is as of" in html


def test_when_nothing_is_known_the_error_stands_there(
    alice: User, connected: Connection, app_id: str, sandbox: Sandbox
) -> None:
    sandbox.fail_next("status", operation="show_app", status=500, code="RTC.00002002", message="x", times=9)
    answer = sign_in(alice).get(at(app_id))
    assert answer.status_code == 502
    assert "The cloud had a fault" in answer.content.decode()


def test_htmx_gets_the_application_alone(alice: User, connected: Connection, app_id: str) -> None:
    answer = sign_in(alice).get(at(app_id), headers={"HX-Request": "true", "HX-Target": "application"})
    html = answer.content.decode()
    assert html.lstrip().startswith('<div id="application">')
    assert "<html" not in html
    assert 'id="application-actions" class="buttons" hx-swap-oob="true"' in html


def test_a_hostile_name_does_no_harm(
    alice: User, connected: Connection, app_id: str, sandbox: Sandbox
) -> None:
    state_of(sandbox, app_id).name = '<script>alert(1)</script>"\u202e'
    html = sign_in(alice).get(at(app_id)).content.decode()
    assert "<script>alert" not in html
    assert "\u202e" not in html
    listed = sign_in(alice).get("/c/demo/applications/").content.decode()
    assert "<script>alert" not in listed


# --- what other apps add -------------------------------------------------------------------------------


def test_panels_and_links_stand_there_by_right_and_order(
    alice: User, bob: User, connected: Connection, app_id: str, registry: None
) -> None:
    def context(request: HttpRequest, connection: Connection, app_id: str) -> dict[str, Any]:
        return {"text": f"hello {app_id}", "tone": "good"}

    notice = "components/notice.html"
    panels.register_panel(Panel("late", "Later", notice, context, order=90))
    panels.register_panel(Panel("early", "Earlier", notice, context, order=10))
    panels.register_panel(Panel("grave", "For admins", notice, context, Right.CONFIGURE))
    panels.register_panel(Panel("absent", "Left out", notice, lambda *_: None))
    panels.register_shortcut(Shortcut("go", "Go there", "link", lambda c, a: f"/x/{a}", Right.CONFIGURE))
    panels.register_shortcut(Shortcut("nowhere", "Nowhere", "link", lambda c, a: ""))
    html = sign_in(alice).get(at(app_id)).content.decode()
    assert html.index("Earlier") < html.index("For admins") < html.index("Later")
    assert f"hello {app_id}" in html
    assert "Left out" not in html
    assert f"/x/{app_id}" in html
    assert "Nowhere" not in html
    seen = sign_in(bob).get(at(app_id)).content.decode()
    assert "Earlier" in seen
    assert "For admins" not in seen
    assert "Go there" not in seen


def test_a_panel_that_fails_takes_nothing_else_along(
    alice: User, connected: Connection, app_id: str, registry: None
) -> None:
    def fails(request: HttpRequest, connection: Connection, app_id: str) -> dict[str, Any]:
        raise CloudFault(status=500, request_id="req-1")

    panels.register_panel(Panel("broken", "Broken", "components/notice.html", fails))
    answer = sign_in(alice).get(at(app_id))
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "Broken" in html
    assert "The cloud had a fault" in html
    assert "req-1" in html
    assert app_id in html


def test_consequences_are_told_before_somebody_disables(
    alice: User, connected: Connection, app_id: str, registry: None, sandbox: Sandbox
) -> None:
    panels.register_consequence("jobs", lambda connection, app_id: Consequence("2 recordings run.", 2))
    panels.register_consequence("none", lambda connection, app_id: None)
    html = sign_in(alice).get(f"{at(app_id)}disable/").content.decode()
    assert "2 recordings run." in html
    sandbox.fail_next("status", operation="list_rooms", status=500, code="RTC.00002002", message="x", times=9)
    connected.refresh_from_db()
    html = sign_in(alice).get(f"{at(app_id)}delete/").content.decode()
    assert "Disable the application first" in html


def test_open_rooms_that_cannot_be_counted_are_said_so(
    alice: User, connected: Connection, app_id: str, sandbox: Sandbox
) -> None:
    sandbox.fail_next("status", operation="list_rooms", status=500, code="RTC.00002002", message="x", times=9)
    html = sign_in(alice).get(f"{at(app_id)}disable/").content.decode()
    assert "How many rooms are open cannot be read" in html


def test_search_finds_it_without_asking_the_cloud(
    alice: User, connected: Connection, app_id: str, sandbox: Sandbox, calls: Callable[[], list[str]]
) -> None:
    browser = sign_in(alice)
    browser.get("/c/demo/applications/")
    calls()
    html = browser.get(f"/search/?q={state_of(sandbox, app_id).name[:5]}").content.decode()
    assert at(app_id) in html
    assert calls() == []


def test_a_change_is_seen_by_those_whom_it_concerns(
    alice: User,
    connected: Connection,
    person: Callable[[str], User],
    app_id: str,
    disabled: str,
    sandbox: Sandbox,
) -> None:
    app, _age = get_application(connected, app_id)
    sandbox.fail_next("lost_reply", operation="stop_app")
    change = disable_application(connected, app, actor=alice, reason="x").change
    url = f"/c/demo/applications/changes/{change.pk}/"
    page = sign_in(person("bob")).get(url)
    assert "Looking for it" in page.content.decode()
    assert page["Refresh"] == "5"
    elsewhere = person("carol")
    RoleGrant.objects.create(user=elsewhere, role=Role.ADMIN, connection=connected, app_id=disabled)
    assert sign_in(elsewhere).get(url).status_code == 404
    html = sign_in(alice).get(at(app_id)).content.decode()
    assert "answer got lost; it is being looked for" in html
