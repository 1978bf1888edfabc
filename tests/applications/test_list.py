"""The list of applications: counts by state, filters, who sees what, how many calls it costs."""

import csv
import io
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.audit.models import AuditEntry
from console.connections.models import Connection
from console.sandbox.state.applications import Callback
from tests.applications.conftest import sign_in
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True)]
LIST = "/c/demo/applications/"


def text_of(browser: Client, address: str = LIST, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def rows(html: str) -> int:
    return html.count("<tr") - 1


def test_it_counts_by_state_and_says_how_many_there_may_be(
    alice: User, connected: Connection, sandbox: Sandbox, disabled: str
) -> None:
    sandbox.control("applications", {"app_id": disabled, "state": "ARREARS"})
    assert sandbox.app is not None
    states = [app.state for app in sandbox.app.cloud.applications]
    html = text_of(sign_in(alice))
    assert f">{len(states)} of 20<" in html
    assert rows(html) == len(states)
    assert f'All <span class="quiet tabular">{len(states)}</span>' in html
    assert f'Enabled <span class="quiet tabular">{states.count("ACTIVATION")}</span>' in html
    assert f'In arrears <span class="quiet tabular">{states.count("ARREARS")}</span>' in html
    arrears = text_of(sign_in(alice), f"{LIST}?state=arrears")
    assert rows(arrears) == states.count("ARREARS")
    assert disabled in arrears


def test_a_part_of_the_name_or_id_finds_it(
    alice: User, connected: Connection, sandbox: Sandbox, app_id: str
) -> None:
    assert sandbox.app is not None
    name = sandbox.app.cloud.applications.get(app_id).name
    for wanted in (name[1:6].upper(), app_id[3:12]):
        html = text_of(sign_in(alice), f"{LIST}?q={wanted}")
        assert app_id in html
    nothing = text_of(sign_in(alice), f"{LIST}?q=no-such-thing")
    assert "No application fits the filters" in nothing
    assert f'href="{LIST}"' in nothing


def test_somebody_with_one_application_sees_one_and_no_account(
    connected: Connection, person: Callable[[str], User], sandbox: Sandbox, app_id: str
) -> None:
    carol = person("carol")
    RoleGrant.objects.create(user=carol, role=Role.ADMIN, connection=connected, app_id=app_id)
    html = text_of(sign_in(carol))
    assert rows(html) == 1
    assert ">1 application<" in html
    assert "of 20" not in html
    assert "New application" not in html  # an account's, not an application's
    assert sign_in(carol).get(f"{LIST}new/").status_code == 403


@pytest.mark.parametrize(("name", "may"), [("bob", False), ("mona", False), ("alice", True), ("olga", True)])
def test_who_may_create_is_offered_to(
    name: str, may: bool, connected: Connection, person: Callable[[str], User]
) -> None:
    html = text_of(sign_in(person(name)))
    assert ("New application" in html) == may


def test_no_key_is_anywhere_in_it(alice: User, connected: Connection, sandbox: Sandbox) -> None:
    assert sandbox.app is not None
    html = text_of(sign_in(alice))
    assert not [app for app in sandbox.app.cloud.applications if app.key in html]


def test_one_call_for_everybody(
    alice: User, bob: User, connected: Connection, calls: Callable[[], list[str]]
) -> None:
    text_of(sign_in(alice))
    text_of(sign_in(bob), f"{LIST}?state=disabled")
    assert calls() == ["list_apps"]


def test_its_queries_are_few(
    alice: User, connected: Connection, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    browser = sign_in(alice)
    text_of(browser)
    with django_assert_max_num_queries(16):
        text_of(browser)


def test_when_the_cloud_fails_what_is_known_is_shown_with_its_age(
    alice: User, connected: Connection, sandbox: Sandbox, app_id: str, grow_older: Callable[[float], None]
) -> None:
    browser = sign_in(alice)
    text_of(browser)
    grow_older(3600)
    sandbox.fail_next("status", operation="list_apps", status=500, code="RTC.00002002", message="x", times=5)
    text_of(browser)
    html = text_of(browser)
    assert app_id in html
    assert "not refreshed" in html


def test_when_nothing_is_known_the_error_stands_in_its_place(
    alice: User, connected: Connection, sandbox: Sandbox
) -> None:
    sandbox.fail_next("status", operation="list_apps", status=500, code="RTC.00002002", message="x", times=5)
    html = text_of(sign_in(alice), status=502)
    assert "The cloud had a fault" in html


def test_an_account_without_applications_says_what_they_are_for(
    alice: User, connected: Connection, sandbox: Sandbox
) -> None:
    assert sandbox.app is not None
    cloud = sandbox.app.cloud
    for app in list(cloud.applications):
        cloud.forget_application(app.app_id, sandbox.control("clock")["world"])
    html = text_of(sign_in(alice))
    assert "The account has no application yet" in html
    assert ">0 of 20<" in html


def test_htmx_gets_the_list_alone(alice: User, connected: Connection) -> None:
    answer = sign_in(alice).get(LIST, headers={"HX-Request": "true", "HX-Target": "applications-page"})
    html = answer.content.decode()
    assert "<html" not in html
    assert html.lstrip().startswith('<div id="applications-page">')
    assert 'id="applications-count"' in html


def test_it_is_sorted_by_its_heads_and_keeps_the_filters(
    alice: User, connected: Connection, sandbox: Sandbox
) -> None:
    assert sandbox.app is not None
    names = sorted((app.name for app in sandbox.app.cloud.applications), key=str.casefold)
    ids = {app.name: app.app_id for app in sandbox.app.cloud.applications}
    for sort, wanted in (("name", names), ("-name", names[::-1])):
        html = text_of(sign_in(alice), f"{LIST}?sort={sort}&q=")
        places = [html.index(f'data-copy="{ids[name]}"') for name in wanted]
        assert places == sorted(places)
    turned = text_of(sign_in(alice), f"{LIST}?state=enabled&sort=name&page=1")
    assert 'aria-sort="ascending"' in turned
    assert 'href="?state=enabled&amp;sort=-name"' in turned
    assert '<option value="name" selected>' in turned  # the filters keep it
    assert "aria-sort" not in text_of(sign_in(alice), f"{LIST}?sort=nonsense")


def test_where_notifications_go_is_for_those_who_may_see_it(
    lena: User, alice: User, connected: Connection, sandbox: Sandbox
) -> None:
    assert sandbox.app is not None
    app = next(iter(sandbox.app.cloud.applications))
    app.callback = Callback("https://example.com/a-long-secret-path", "", app.created)
    for viewer, told in ((lena, "set"), (alice, "https://example.com/a-long-secret-path")):
        text = sign_in(viewer).get(f"{LIST}csv/").content.decode("utf-8-sig")
        callbacks = [row["callback"] for row in csv.DictReader(io.StringIO(text))]
        assert told in callbacks
        assert ("secret" in text) == (viewer is alice)


def test_it_is_taken_away_as_shown_defused_and_on_record(
    lena: User, bob: User, connected: Connection, sandbox: Sandbox
) -> None:
    assert sandbox.app is not None
    apps = list(sandbox.app.cloud.applications)
    apps[0].name = "=HYPERLINK(1)"
    browser = sign_in(lena)
    assert "applications/csv/?state=enabled&amp;sort=-name" in text_of(
        browser, f"{LIST}?state=enabled&sort=-name&page=1"
    )
    answer = browser.get(f"{LIST}csv/?state=enabled&sort=-name")
    assert answer["Content-Disposition"] == 'attachment; filename="applications-demo.csv"'
    text = answer.content.decode("utf-8-sig")
    found = list(csv.DictReader(io.StringIO(text)))
    enabled = [app for app in apps if app.state == "ACTIVATION"]
    assert {row["app_id"] for row in found} == {app.app_id for app in enabled}
    assert "'=HYPERLINK(1)" in {row["name"] for row in found}
    assert not [app for app in apps if app.key in text]
    entry = AuditEntry.objects.get(action="applications.list.export")
    assert (entry.actor_name, entry.outcome) == ("Lena", "succeeded")
    assert f'"rows":{len(enabled)}' in entry.details_json.replace(" ", "")
    assert sign_in(bob).get(f"{LIST}csv/").status_code == 403
    assert "Export as CSV" not in text_of(sign_in(bob))
