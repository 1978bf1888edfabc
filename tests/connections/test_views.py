"""Pages about connections: what they show, whom they refuse, and that no secret comes out."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.audit.models import AuditEntry
from console.connections.models import Connection, SharedAnswer
from console.connections.reads import read
from console.connections.secrets import unseal
from console.connections.services import ConnectionFacts, change_connection
from console.sparkrtc.catalogue.applications import LIST_APPLICATIONS
from tests.sandbox.harness import Sandbox

pytestmark = pytest.mark.django_db
SECRET = "SK-that-nobody-may-see"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def owner(client: Client, olga: User) -> Client:
    client.force_login(olga)
    return client


def wish(**changes: str) -> dict[str, str]:
    return {
        "name": "Lab",
        "slug": "lab",
        "endpoint": "http://127.0.0.1:9",
        "project_id": "1" * 32,
        "kind": "access_key",
        "access_key": "AKLAB",
        "iam_endpoint": "https://iam.myhuaweicloud.com",
        "secret": SECRET,
        "reason": "a new project",
        **changes,
    }


def page(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def entries(action: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action=f"connections.connection.{action}"))


# --- making and changing --------------------------------------------------------------------------


def test_an_owner_adds_a_connection_on_record(owner: Client) -> None:
    answer = owner.post(reverse("connections:create"), wish())
    assert answer.status_code == 302
    made = Connection.objects.get(slug="lab")
    assert unseal(made.secret) == SECRET
    assert made.iam_endpoint == ""  # of the other kind of credentials
    [entry] = entries("create")
    assert (entry.outcome, entry.reason, entry.actor_name) == ("succeeded", "a new project", "Olga")
    assert SECRET not in str(vars(entry))


def test_saving_and_testing_at_once(owner: Client, sandbox: Sandbox) -> None:
    form = wish(
        endpoint=sandbox.endpoint,
        project_id=sandbox.project_id,
        access_key=sandbox.ak,
        secret=sandbox.sk,
        test="1",
    )
    shown = page(owner.post(reverse("connections:create"), form, follow=True))
    assert "Everything works." in shown
    assert sandbox.sk not in shown


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": ""}, "Fill in “Reason”."),
        ({"secret": ""}, "Fill in “Secret"),
        ({"access_key": ""}, "Fill in “Access key id (AK)”."),
        ({"kind": "iam_user"}, "Fill in “Account name”."),
        ({"name": "demo"}, "Another connection has this name"),
        ({"slug": "Demo"}, "Another connection has this name"),
        ({"slug": "new"}, "taken by a page"),
        ({"endpoint": "ftp://x"}, "not an address"),
        ({"endpoint": "https://host/path"}, "without anything after"),
        ({"project_id": "with space"}, "without spaces"),
        ({"name": "a\u202eb"}, "cannot be seen"),
    ],
)
def test_a_wrong_form_comes_back_with_everything_but_the_secret(
    owner: Client, changes: dict[str, str], said: str
) -> None:
    answer = owner.post(reverse("connections:create"), wish(**changes))
    shown = page(answer)
    assert answer.status_code == 422
    assert said in shown
    assert SECRET not in shown
    if "project_id" not in changes:
        assert "1" * 32 in shown
    assert Connection.objects.count() == 1
    assert entries("create") == []


@pytest.mark.parametrize("kind", ["access_key", "iam_user"])
def test_nothing_that_one_kind_of_credentials_needs_is_called_optional(owner: Client, kind: str) -> None:
    fresh = page(owner.get(reverse("connections:create")))
    refused = page(owner.post(reverse("connections:create"), wish(kind=kind, reason="")))
    for shown in (fresh, refused):
        assert shown.count("(optional)") == 1
        assert "Object storage <span" in shown  # that one has a usual value of the cloud's


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("https://obs.{location}.example.com/", 302),
        ("https://10.0.0.1", 422),
        ("obs.example.com", 422),
        ("https://obs.example.com/bucket", 422),
        ("https://{region}.example.com", 422),
    ],
)
def test_where_objects_are_fetched_from(owner: Client, settings: Settings, written: str, status: int) -> None:
    settings.ALLOW_PRIVATE_ENDPOINTS = False
    form = wish(endpoint="https://rtc.example.com", obs_endpoint=written)
    assert owner.post(reverse("connections:create"), form).status_code == status
    made = Connection.objects.filter(obs_endpoint=written.rstrip("/"))
    assert made.exists() == (status == 302)


def test_private_addresses_need_the_operator(owner: Client, settings: Settings) -> None:
    settings.ALLOW_PRIVATE_ENDPOINTS = False
    shown = page(owner.post(reverse("connections:create"), wish(endpoint="https://10.0.0.1")))
    assert "not a public address" in shown
    assert "Only https is allowed" in page(owner.post(reverse("connections:create"), wish()))


def test_the_secret_is_kept_unless_another_is_entered(owner: Client, connected: Connection) -> None:
    old = bytes(connected.secret)
    form = wish(
        name="Renamed",
        slug="demo",
        endpoint=connected.endpoint,
        project_id=connected.project_id,
        access_key=connected.access_key,
        iam_endpoint=connected.iam_endpoint,
        secret="",
    )
    url = reverse("connections:change", args=["demo"])
    assert "Kept as it is" in page(owner.get(url))
    assert owner.post(url, form).status_code == 302
    connected.refresh_from_db()
    assert (connected.name, bytes(connected.secret)) == ("Renamed", old)
    assert owner.post(url, {**form, "secret": SECRET}).status_code == 302
    connected.refresh_from_db()
    assert unseal(connected.secret) == SECRET
    first, second = entries("change")
    assert ("replaced" in first.after_json, "replaced" in second.after_json) == (False, True)


@pytest.mark.parametrize("change", [{"endpoint": "http://127.0.0.1:10"}, {"access_key": "AKOTHER"}])
def test_a_secret_is_not_shown_to_another_endpoint_unasked(
    owner: Client, connected: Connection, change: dict[str, str]
) -> None:
    form = wish(
        name="Demo", slug="demo", endpoint=connected.endpoint, access_key=connected.access_key, secret=""
    )
    answer = owner.post(reverse("connections:change", args=["demo"]), {**form, **change})
    assert "Enter the secret again" in page(answer)


def test_who_owns_one_connection_leads_it_nowhere_else(
    client: Client, carol: User, connected: Connection
) -> None:
    """What is remembered of a project is seen through any connection that leads to it."""
    lab = Connection.objects.create(
        slug="lab", name="Lab", endpoint="http://127.0.0.1:9", project_id="1" * 32
    )
    RoleGrant.objects.create(user=carol, role=Role.OWNER, connection=lab)
    client.force_login(carol)
    address = reverse("connections:change", args=["lab"])
    shown = page(client.get(address))
    assert "Only owners of every connection change it." in shown
    taken = wish(endpoint=connected.endpoint, project_id=connected.project_id, name="Laboratory")
    assert client.post(address, taken).status_code == 302
    lab.refresh_from_db()
    assert (lab.name, lab.endpoint, lab.project_id) == ("Laboratory", "http://127.0.0.1:9", "1" * 32)
    facts = replace(ConnectionFacts.of(lab), project_id=connected.project_id)
    with pytest.raises(PermissionDenied):
        change_connection(lab, facts, secret=SECRET, actor=carol, reason="to look")


def test_old_sign_ins_are_asked_for_the_password(owner: Client, settings: Settings) -> None:
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = -1
    answer = owner.post(reverse("connections:create"), wish())
    assert answer.status_code == 422
    assert 'name="password"' in page(answer)
    assert Connection.objects.count() == 1


# --- testing, switching, deleting -----------------------------------------------------------------


def test_the_test_button_works_without_scripts_and_with_them(owner: Client, connected: Connection) -> None:
    url = reverse("connections:test", args=["demo"])
    shown = page(owner.post(url, follow=True))
    assert "Everything works." in shown
    assert shown.count('class="check-step is-passed"') == 8
    piece = page(owner.post(url, headers=HTMX))
    assert "Everything works." in piece
    assert "<html" not in piece
    assert [entry.outcome for entry in entries("test")] == ["succeeded", "succeeded"]


def test_a_failed_test_is_on_record_and_in_the_list(owner: Client, connected: Connection) -> None:
    Connection.objects.update(project_id="f" * 32)
    shown = page(owner.post(reverse("connections:test", args=["demo"]), follow=True))
    assert "the project id ffff" in shown
    [entry] = entries("test")
    assert (entry.outcome, entry.error[-10:], bool(entry.request_id)) == ("failed", " (project)", True)
    listed = page(owner.get(reverse("connections:list")))
    assert "in use, test failed" in listed
    assert "stopped at “Project”" in listed


def test_the_list_says_which_connections_were_tested_when_and_which_not_yet(
    owner: Client, connected: Connection
) -> None:
    address = reverse("connections:list")
    listed = page(owner.get(address))
    assert "in use, not tested yet" in listed
    assert f'<a href="{reverse("connections:detail", args=["demo"])}#test">Test' in listed
    assert 'id="test"' in page(owner.get(reverse("connections:detail", args=["demo"])))
    owner.post(reverse("connections:test", args=["demo"]))
    Connection.objects.update(checked_at=timezone.now() - timedelta(days=3))
    listed = page(owner.get(address))
    assert "not tested yet" not in listed
    assert "passed</span> <time" in listed
    assert ">3 days ago</time>" in listed
    Connection.objects.update(checked_at=None, active=False)
    assert "in use" not in page(owner.get(address))


def test_switching_off_hides_its_pages_and_on_brings_them_back(owner: Client, connection: Connection) -> None:
    quota = reverse("connections:quota", args=["demo"])
    assert owner.get(quota).status_code == 200
    assert (
        owner.post(reverse("connections:switch_off", args=["demo"]), {"reason": "rotation"}).status_code
        == 302
    )
    assert owner.get(quota).status_code == 404
    assert "switched off" in page(owner.get(reverse("connections:detail", args=["demo"])))
    again = owner.post(reverse("connections:switch_off", args=["demo"]), {"reason": "rotation"})
    assert "switched off already" in page(again)
    assert owner.post(reverse("connections:switch_on", args=["demo"]), {"reason": "done"}).status_code == 302
    assert owner.get(quota).status_code == 200


def test_deleting_wants_it_off_its_name_and_a_reason(owner: Client, connection: Connection) -> None:
    url, form = reverse("connections:delete", args=["demo"]), {"typed": "Demo", "reason": "no longer ours"}
    shown = page(owner.get(url, headers=HTMX))
    assert "Switch the connection off first" in shown  # before anything is filled in
    assert f'href="{reverse("connections:switch_off", args=["demo"])}"' in shown
    assert "<form" not in shown
    assert "Switch the connection off first" in page(owner.post(url, form))
    Connection.objects.update(active=False)
    assert 'name="typed"' in page(owner.get(url))
    assert "That is not its name" in page(owner.post(url, {**form, "typed": "demo"}))
    assert owner.post(url, form).status_code == 302
    assert not Connection.objects.exists()
    [entry] = entries("delete")
    assert (entry.target_id, entry.target_name, entry.connection_slug) == ("demo", "Demo", "demo")


# --- what is shown --------------------------------------------------------------------------------


def test_no_page_shows_the_secret(owner: Client, connected: Connection, sandbox: Sandbox) -> None:
    for name in ("list", "create"):
        assert sandbox.sk not in page(owner.get(reverse(f"connections:{name}")))
    for name in ("detail", "change", "switch_off", "delete", "quota"):
        shown = page(owner.get(reverse(f"connections:{name}", args=["demo"])))
        assert sandbox.sk not in shown
        assert bytes(connected.secret).decode() not in shown


def test_a_lost_key_is_told_on_the_connections_page(
    owner: Client, connected: Connection, settings: Settings
) -> None:
    settings.SEALING_KEYS = ["n7BgBYS4w4nTRWFyjgWAoMOsJtmcVNAbxjNY6cTZVjY="]
    answer = owner.get(reverse("connections:detail", args=["demo"]))
    assert answer.status_code == 200
    assert "Add that key to SEALING_KEYS" in page(answer)


def test_hostile_names_do_no_harm(owner: Client, connection: Connection) -> None:
    Connection.objects.update(name='<script>alert(1)</script>"', endpoint="http://x/<b>")
    for url in (reverse("connections:list"), reverse("connections:detail", args=["demo"])):
        shown = page(owner.get(url))
        assert "<script>alert" not in shown
        assert "<b>" not in shown


@pytest.mark.parametrize("name", ["list", "create", "detail", "change", "quota"])
def test_each_page_comes_whole_and_as_a_piece(owner: Client, connection: Connection, name: str) -> None:
    url = reverse(f"connections:{name}", args=[] if name in ("list", "create") else ["demo"])
    whole, piece = owner.get(url), owner.get(url, headers=HTMX)
    assert (whole.status_code, piece.status_code) == (200, 200)
    assert "<html" in page(whole)
    assert "<html" not in page(piece)
    assert not re.search(r'\sstyle="|<script(?![^>]*src=)|\son\w+="', page(whole))


def test_others_are_refused(client: Client, alice: User, carol: User, connection: Connection) -> None:
    settings_page, quota = reverse("connections:list"), reverse("connections:quota", args=["demo"])
    assert client.get(settings_page).status_code == 302
    client.force_login(alice)
    assert client.get(settings_page).status_code == 403
    assert client.post(reverse("connections:test", args=["demo"])).status_code == 403
    assert client.get(quota).status_code == 200
    client.force_login(carol)
    assert client.get(quota).status_code == 404
    assert client.get(reverse("connections:detail", args=["demo"])).status_code == 404


def test_the_owner_of_one_connection_manages_that_one(client: Client, connection: Connection) -> None:
    other = Connection.objects.create(slug="other", name="Other", project_id="2" * 32)
    user = User.objects.create_user("otto", password="x")
    RoleGrant.objects.create(user=user, role=Role.OWNER, connection=other)
    client.force_login(user)
    shown = page(client.get(reverse("connections:list")))
    assert ("Other" in shown, "Add a connection" in shown) == (True, False)
    assert client.get(reverse("connections:detail", args=["demo"])).status_code == 404
    assert client.post(reverse("connections:create"), wish()).status_code == 403


# --- quotas ------------------------------------------------------------------------------------


def test_the_meter_shows_what_was_spent(owner: Client, connected: Connection) -> None:
    read(connected, LIST_APPLICATIONS)
    shown = page(owner.get(reverse("connections:quota", args=["demo"])))
    assert "59" in shown
    assert 'class="lane-page"' in shown
    piece = page(owner.get(reverse("connections:meter", args=["demo"]), headers=HTMX))
    assert "applications and templates: 59 of 60 free" in piece
    assert owner.get(reverse("connections:meter", args=["demo"])).status_code == 302


def test_looking_at_quotas_asks_nobody(owner: Client, connected: Connection, sandbox: Sandbox) -> None:
    owner.get(reverse("connections:quota", args=["demo"]))
    assert sandbox.requests() == []
    assert not SharedAnswer.objects.exists()


def test_the_meter_is_cheap(
    owner: Client, connected: Connection, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    read(connected, LIST_APPLICATIONS)
    owner.get(reverse("connections:meter", args=["demo"]), headers=HTMX)
    with django_assert_max_num_queries(8):
        owner.get(reverse("connections:meter", args=["demo"]), headers=HTMX)
