"""The pages on which owners look after people."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.applications.services.listing import list_applications
from console.audit.models import AuditEntry
from console.connections.models import Connection
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/settings/people/"}
APP = "5e1f" * 8
HOSTILE = '<img src=x onerror=alert(1)>\u202eevil"'


@pytest.fixture
def owner(as_: Callable[[User], Client], olga: User) -> Client:
    return as_(olga)


def test_the_list_as_page_and_as_piece(owner: Client, bob: User) -> None:
    page, piece = owner.get("/settings/people/"), owner.get("/settings/people/", headers=HTMX)
    assert "<html" in page.content.decode()
    assert "<html" not in piece.content.decode()
    for answer in (page, piece):
        assert answer.status_code == 200
        assert "bob@example.com" in answer.content.decode()
        assert "Support" in answer.content.decode()


def test_filters(owner: Client, bob: User, alice: User) -> None:
    def names(query: str) -> set[str]:
        text = owner.get(f"/settings/people/?{query}", headers=HTMX).content.decode()
        return {name for name in ("alice", "bob", "olga") if f"{name}@example.com" in text}

    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert names("") == {"alice", "bob", "olga"}
    assert names("q=ALI") == {"alice"}
    assert names("state=off") == {"bob"}
    assert names("state=active&role=owner") == {"olga"}
    assert names("role=junk&state=junk") == {"alice", "bob", "olga"}
    assert names("q=%25") == set()
    assert names("q=%00bo%00b") == {"bob"}
    assert "Clear filters" in owner.get("/settings/people/?q=nobody-at-all").content.decode()


def test_the_list_is_paged_at_a_steady_price(
    owner: Client, django_assert_num_queries: Callable[..., Any], connection: Connection
) -> None:
    people = User.objects.bulk_create([User(username=f"agent-{n:03}") for n in range(120)])
    RoleGrant.objects.bulk_create(
        [
            RoleGrant(user=user, role=Role.SUPPORT, connection=connection, app_id=f"app-{n}")
            for user in people
            for n in range(3)
        ]
    )
    owner.get("/settings/people/")
    for address in ("/settings/people/?size=20", "/settings/people/?size=100"):
        with django_assert_num_queries(
            6
        ):  # viewer, their roles, count, people, roles with connections, names
            text = owner.get(address, headers=HTMX).content.decode()
    assert "agent-099" in text
    assert "agent-100" not in text
    assert "agent-119" in owner.get("/settings/people/?size=100&page=2").content.decode()
    assert "Nobody is on this page" in owner.get("/settings/people/?page=99").content.decode()


def test_adding_a_person_who_then_signs_in(owner: Client) -> None:
    form = owner.get("/settings/people/add/")
    password = form.context["form"]["one_time_password"].value()
    data = {
        "username": "ann",
        "name": "Ann",
        "email": "ann@example.com",
        "one_time_password": password,
        "reason": "new at the desk",
    }
    page = owner.post("/settings/people/add/", data, follow=True)
    assert "No role yet: this person sees nothing." in page.content.decode()
    assert password not in page.content.decode()
    theirs = Client()
    assert theirs.post("/sign-in/", {"login": "ann", "password": password}).status_code == 302
    assert theirs.get("/me/")["Location"].startswith("/me/password/")


def test_the_suggested_password_differs_each_time(owner: Client) -> None:
    suggested = {
        owner.get("/settings/people/add/").context["form"]["one_time_password"].value() for _n in range(3)
    }
    assert len(suggested) == 3


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("username", "ann b", "Use letters, digits, dot, dash and underscore."),
        ("username", "olga\n", "Use letters"),
        ("username", "OLGA", "Another person has this user name or e-mail address."),
        ("name", "Ann\u202e", "cannot be seen"),
        ("email", "OLGA@example.com", "Another person has this user name or e-mail address."),
        ("email", "nonsense", "valid email"),
        ("one_time_password", "short", "too short"),
        ("one_time_password", "annabelle-annabelle", "too similar"),
        ("reason", "", "Fill in “Reason”."),
        ("reason", "  ", "Fill in “Reason”."),
    ],
)
def test_a_form_with_a_fault_comes_back_with_everything_kept(
    owner: Client, field: str, value: str, complaint: str
) -> None:
    data = {
        "username": "annabelle-annabelle",
        "name": "Ann",
        "email": "",
        "one_time_password": PASSWORD,
        "reason": "new at the desk",
    }
    data[field] = value
    if field == "username" and value == "olga\n":
        data["username"] = "ol\nga"
    answer = owner.post("/settings/people/add/", data, headers=HTMX)
    assert answer.status_code == 422
    assert complaint in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert not User.objects.filter(display_name="Ann").exists()


def test_giving_and_withdrawing_by_page(owner: Client, carol: User, connection: Connection) -> None:
    give = f"/settings/people/{carol.pk}/roles/add/"
    assert owner.get(give, headers=HTMX).status_code == 200
    data = {"role": "moderator", "place": "demo", "app_id": APP, "reason": "covers the night"}
    asked = owner.post(give, data, headers=HTMX)
    assert asked.status_code == 422
    assert "knows no application with this id" in asked.content.decode()
    assert not RoleGrant.objects.filter(user=carol).exists()
    data["unknown_too"] = "on"
    assert owner.post(give, data, headers=HTMX)["HX-Redirect"] == f"/settings/people/{carol.pk}/"
    grant = RoleGrant.objects.get(user=carol)
    assert (grant.role, grant.connection, grant.app_id) == ("moderator", connection, APP)
    assert owner.post(give, data).status_code == 422  # the same again
    withdraw = f"/settings/people/{carol.pk}/roles/{grant.pk}/withdraw/"
    assert f"no longer Moderator on Demo, {APP}" in owner.get(withdraw).content.decode()
    assert owner.post(withdraw, {}).status_code == 422
    assert owner.post(withdraw, {"reason": "night is over"}).status_code == 302
    assert owner.post(withdraw, {"reason": "night is over"}).status_code == 404
    assert not RoleGrant.objects.filter(user=carol).exists()


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"place": "*", "app_id": APP}, "An application belongs to one connection"),
        ({"role": "owner", "app_id": APP}, "An application has no owner"),
        ({"role": "emperor"}, "Select a valid choice"),
        ({"place": "nowhere"}, "Select a valid choice"),
        ({"app_id": "../app"}, "32 letters and digits"),
        ({"app_id": APP[:-1]}, "32 letters and digits"),
        ({"app_id": APP}, "knows no application with this id"),
        ({"application": f"demo/{APP}"}, "Select a valid choice"),
        ({"place": ""}, "Choose something under “"),
        ({"reason": ""}, "Fill in “Reason”."),
    ],
)
def test_a_role_that_makes_no_sense(
    owner: Client, carol: User, connection: Connection, wrong: dict[str, str], complaint: str
) -> None:
    data = {"role": "support", "place": "demo", "app_id": "", "reason": "covers the night", **wrong}
    answer = owner.post(f"/settings/people/{carol.pk}/roles/add/", data)
    assert answer.status_code == 422
    assert complaint in answer.content.decode()
    assert not RoleGrant.objects.filter(user=carol).exists()


def test_the_owner_of_one_connection_sees_no_other(
    as_: Any, oscar: User, bob: User, carol: User, connection: Connection, other: Connection
) -> None:
    RoleGrant.objects.create(user=carol, role=Role.LEAD, connection=other)
    RoleGrant.objects.create(user=carol, role=Role.SUPPORT, connection=connection)
    browser = as_(oscar)
    for address in (
        "/settings/people/",
        f"/settings/people/{carol.pk}/",
        f"/settings/people/{carol.pk}/roles/add/",
    ):
        text = browser.get(address).content.decode()
        assert "Other" not in text.replace("others", "")
        assert "Every connection" not in text
    assert "1 role elsewhere" in browser.get("/settings/people/").content.decode()
    elsewhere = RoleGrant.objects.get(user=carol, connection=other)
    for address in (
        f"roles/{elsewhere.pk}/withdraw/",
        f"roles/{bob.grants.get().pk}/withdraw/",
        "roles/999999/withdraw/",
    ):
        assert browser.get(f"/settings/people/{carol.pk}/{address}").status_code == 404
    for address in ("password/", "deactivate/", "change/"):
        assert browser.get(f"/settings/people/{carol.pk}/{address}").status_code == 403
        assert "btn-quiet-danger" not in browser.get(f"/settings/people/{bob.pk}/").content.decode()
    data = {"role": "support", "place": "other", "reason": "reaching out"}
    assert browser.post(f"/settings/people/{bob.pk}/roles/add/", data).status_code == 422


def test_the_last_owner_is_told_why_they_stay(owner: Client, olga: User) -> None:
    answer = owner.post(
        f"/settings/people/{olga.pk}/roles/{olga.grants.get().pk}/withdraw/", {"reason": "enough"}
    )
    assert answer.status_code == 422
    assert "This is the last owner." in answer.content.decode()


def test_the_rest_of_what_owners_do(owner: Client, bob: User) -> None:
    base = f"/settings/people/{bob.pk}"
    reason = {"reason": "asked for it"}
    assert owner.post(f"{base}/change/", {"name": "Robert", "email": "r@example.com"}).status_code == 302
    assert owner.post(f"{base}/sign-out/").status_code == 302
    assert (
        owner.post(f"{base}/password/", {"one_time_password": "green lamps at dawn", **reason}).status_code
        == 302
    )
    assert owner.post(f"{base}/deactivate/", reason).status_code == 302
    assert "Reactivate" in owner.get(f"{base}/").content.decode()
    assert owner.post(f"{base}/reactivate/", reason).status_code == 302
    bob.refresh_from_db()
    assert (bob.display_name, bob.email, bob.is_active, bob.must_change_password) == (
        "Robert",
        "r@example.com",
        True,
        True,
    )
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True)) == [
        "accounts.person.change",
        "accounts.sign_out_everywhere",
        "accounts.password.reset",
        "accounts.person.deactivate",
        "accounts.person.reactivate",
    ]


def test_hostile_names_stay_text(owner: Client, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(display_name=HOSTILE)
    for address in (
        "/settings/people/",
        f"/settings/people/{bob.pk}/",
        f"/settings/people/{bob.pk}/deactivate/",
    ):
        text = owner.get(address).content.decode()
        assert "<img src=x" not in text
        assert "\u202e" not in text


def test_ones_own_page(as_: Any, bob: User, connection: Connection) -> None:
    browser = as_(bob)
    text = browser.get("/me/").content.decode()
    assert "every connection" in text
    assert browser.post("/me/", {"name": "Robert", "email": "robert@example.com"}).status_code == 302
    assert "Robert" in browser.get("/me/").content.decode()
    answer = browser.post("/me/", {"name": "", "email": "robert@example.com"})
    assert answer.status_code == 422
    assert AuditEntry.objects.get().after == {
        "username": "bob",
        "name": "Robert",
        "email": "robert@example.com",
    }


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_pages_speak_both_languages(owner: Client, olga: User, bob: User, language: str) -> None:
    User.objects.update(language=language)
    base = f"/settings/people/{bob.pk}"
    grant = bob.grants.get().pk
    addresses = [
        "",
        "change/",
        "password/",
        "deactivate/",
        "reactivate/",
        "roles/add/",
        f"roles/{grant}/withdraw/",
    ]
    for address in ["/settings/people/", "/settings/people/add/", *(f"{base}/{end}" for end in addresses)]:
        answer = owner.get(address)
        assert answer.status_code == 200
        assert f'<html lang="{language}"' in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_an_application_is_chosen_by_its_name_and_shown_by_it(
    owner: Client, carol: User, connected: Connection, other: Connection
) -> None:
    app = list_applications(connected, None).items[0]  # by which the console remembers them
    give = f"/settings/people/{carol.pk}/roles/add/"
    shown = owner.get(give).content.decode()
    assert f'<option value="demo/{app.app_id}">{app.name} · {app.app_id}</option>' in shown
    assert "unknown_too" not in shown
    data = {"role": "support", "place": "demo", "application": f"demo/{app.app_id}", "reason": "x-ray"}
    elsewhere = owner.post(give, {**data, "place": other.slug}).content.decode()
    assert "belongs to another connection" in elsewhere
    assert "not both" in owner.post(give, {**data, "app_id": APP}).content.decode()
    assert owner.post(give, data).status_code == 302
    assert RoleGrant.objects.get(user=carol).app_id == app.app_id
    page = owner.get(f"/settings/people/{carol.pk}/").content.decode()
    assert f">{app.name}</" in page
    assert app.app_id in page
    grant = carol.grants.get().pk
    withdraw = owner.get(f"/settings/people/{carol.pk}/roles/{grant}/withdraw/").content.decode()
    assert f"Demo, {app.name}, {app.app_id}" in withdraw
    RoleGrant.objects.all().filter(user=carol).delete()
    typed = {"role": "support", "place": "demo", "app_id": app.app_id, "reason": "x-ray"}
    assert owner.post(give, typed).status_code == 302  # known: nothing to ask back
