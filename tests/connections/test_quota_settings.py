"""The pages on which owners say for what a quota's limit holds: what they accept, refuse, show and record."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.audit.models import AuditEntry
from console.connections.models import Bucket, Connection, QuotaWish, SharedAnswer
from console.connections.owners import owner_of
from console.connections.quota_settings import change_quota, quota_settings
from console.connections.reads import read
from console.connections.rules import limits_of
from console.connections.scopes import Scope
from console.connections.services import ConnectionFacts, change_connection, delete_connection, switch_off
from console.sparkrtc.catalogue.applications import LIST_APPLICATIONS
from console.sparkrtc.operation import Quota

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
RULES, JOBS = "/settings/connections/demo/quotas/", "/settings/connections/demo/quotas/jobs/"


@pytest.fixture
def owner(client: Client, olga: User) -> Client:
    client.force_login(olga)
    return client


@pytest.fixture
def twin(connection: Connection) -> Connection:
    """Another connection of the same account."""
    found = Connection.objects.create(
        slug="twin", name="Twin", endpoint=connection.endpoint, project_id=connection.project_id
    )
    owner_of(connection)
    return found


def wish(**changes: str) -> dict[str, str]:
    return {"scope": "operation", "limit": "20", "seconds": "2", "reason": "measured today", **changes}


def seen(response: object) -> str:
    """Return what stands on the page, without its tags."""
    html = response.content.decode()  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_an_owner_changes_a_rule_on_record_and_it_is_in_force(owner: Client, connection: Connection) -> None:
    assert owner.post(JOBS, wish()).status_code == 302
    limits = limits_of(owner_of(connection))
    assert limits["recording.mix_job.get"] == Quota("recording.mix_job.get", 20, 2)
    assert "jobs" not in limits
    entry = AuditEntry.objects.get(action="connections.quota.change")
    assert (entry.outcome, entry.reason, entry.target_id) == ("succeeded", "measured today", "demo")
    assert '"limit":20' in entry.after_json.replace(" ", "")
    assert "as published" in entry.before_json
    shown = seen(owner.get(RULES))
    assert "Recording jobs each operation looser than published 20 in 2 s" in shown
    assert "this connection" in shown


def test_what_was_said_can_be_taken_back(owner: Client, connection: Connection) -> None:
    owner.post(JOBS, wish())
    publish = f"{JOBS}publish/"
    assert owner.get(publish).status_code == 200
    assert owner.post(publish, {"reason": ""}).status_code == 422
    assert owner.post(publish, {"reason": "it was refused"}).status_code == 302
    assert limits_of(owner_of(connection))["jobs"] == Quota("jobs", 10, 1)
    assert AuditEntry.objects.filter(action="connections.quota.change").count() == 2
    assert owner.post(publish, {"reason": "once more"}).status_code == 302
    assert AuditEntry.objects.filter(action="connections.quota.change").count() == 2  # nothing was changed


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"limit": "0"}, "With 0 nothing could be sent. To stop a connection, switch it off"),
        ({"limit": "-5"}, "Enter a whole number from 1 to 1,000; the cloud publishes 10."),
        ({"limit": ""}, "Enter a whole number from 1 to 1,000; the cloud publishes 10."),
        ({"limit": "ten"}, "Enter a whole number from 1 to 1,000; the cloud publishes 10."),
        ({"limit": "2.5"}, "Enter a whole number from 1 to 1,000; the cloud publishes 10."),
        ({"limit": "1001"}, "Enter a whole number from 1 to 1,000; the cloud publishes 10."),
        ({"seconds": ""}, "Enter a whole number from 1 to 3,600; the cloud publishes 1."),
        ({"seconds": "0"}, "Enter a whole number from 1 to 3,600; the cloud publishes 1."),
        ({"seconds": "9999"}, "Enter a whole number from 1 to 3,600; the cloud publishes 1."),
        ({"limit": "900", "seconds": "1"}, "Enter at most 200 in 1 s."),
        ({"limit": "1", "seconds": "60"}, "Enter at least 6 in 60 s."),
        ({"scope": "everything"}, "Select a valid choice"),
        ({"scope": ""}, "Choose something under “The limit holds for”."),
        ({"reason": ""}, "Fill in “Reason”."),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_to_enter(
    owner: Client, connection: Connection, changes: dict[str, str], said: str
) -> None:
    answer = owner.post(JOBS, wish(**changes))
    assert answer.status_code == 422
    assert said in seen(answer)
    assert not QuotaWish.objects.exists()
    assert not AuditEntry.objects.filter(action="connections.quota.change").exists()


def test_a_category_is_offered_only_where_it_makes_a_difference(
    owner: Client, connection: Connection
) -> None:
    assert "Each category" in seen(owner.get(JOBS))
    storage = owner.get(f"{RULES}obs/")
    assert "Each category" not in seen(storage)
    assert owner.post(f"{RULES}obs/", wish(scope="category")).status_code == 422
    assert owner.get(f"{RULES}nothing/").status_code == 404


def test_each_choice_says_what_it_means_and_what_it_risks(owner: Client, connection: Connection) -> None:
    shown = seen(owner.get(JOBS, headers=HTMX))
    assert "the strict reading" in shown
    assert shown.count("it refuses what is too much, and everybody of this account waits") == 2
    assert "The cloud publishes 10 in 1 s." in shown


def test_the_strictest_of_one_account_counts_and_the_page_says_so(
    owner: Client, connection: Connection, twin: Connection
) -> None:
    owner.post(JOBS, wish(limit="20", seconds="2"))
    owner.post("/settings/connections/twin/quotas/jobs/", wish(scope="category", limit="30", seconds="3"))
    assert limits_of(owner_of(connection))["jobs/mix_job"] == Quota("jobs/mix_job", 20, 3)
    shown = seen(owner.get(RULES))
    assert (
        "1 other connection spends the same account's quotas. Whatever is said on any of them, the strictest"
        in shown
    )
    assert "each category looser than published 20 in 3 s" in shown
    assert "this connection (20 in 2 s; another is stricter) , Twin" in shown


def test_who_manages_one_connection_is_not_told_the_names_of_others(
    client: Client, connection: Connection, twin: Connection, person: Callable[[str], User], olga: User
) -> None:
    change_quota(twin, "jobs", Scope.CELL, 5, 1, actor=olga, reason="careful")
    local = person("carol")
    RoleGrant.objects.create(user=local, role=Role.OWNER, connection=connection)
    client.force_login(local)
    shown = seen(client.get(RULES))
    assert "another connection" in shown
    assert "Twin" not in shown
    assert client.get("/settings/connections/twin/quotas/").status_code == 404


def test_only_owners_see_the_pages(client: Client, connection: Connection, alice: User) -> None:
    client.force_login(alice)
    assert client.get(RULES).status_code == 403
    assert client.post(JOBS, wish()).status_code == 403
    assert "Limits" not in seen(client.get("/c/demo/quota/"))


def test_a_connection_that_goes_takes_its_say_along(
    connection: Connection, twin: Connection, olga: User
) -> None:
    change_quota(twin, "jobs", Scope.CELL, 5, 1, actor=olga, reason="careful")
    owner = owner_of(connection)
    assert limits_of(owner)["jobs"].limit == 5
    switch_off(twin, actor=olga, reason="moved")
    assert limits_of(owner)["jobs"].limit == 5  # it may be switched on again
    twin.refresh_from_db()
    delete_connection(twin, actor=olga, reason="moved")
    assert limits_of(owner)["jobs"].limit == 10


def test_a_connection_that_changes_its_account_takes_its_say_along(
    connection: Connection, olga: User
) -> None:
    change_quota(connection, "jobs", Scope.CELL, 5, 1, actor=olga, reason="careful")
    before = owner_of(connection)
    facts = ConnectionFacts(
        **{**vars(ConnectionFacts.of(connection)), "project_id": "7" * 32, "access_key": "AK7"}
    )
    changed = change_connection(connection, facts, secret="S", actor=olga, reason="another project")
    after = owner_of(changed)
    assert before != after
    assert (limits_of(before)["jobs"].limit, limits_of(after)["jobs"].limit) == (10, 5)


def test_another_projects_answers_are_forgotten(connected: Connection, olga: User) -> None:
    read(connected, LIST_APPLICATIONS)
    SharedAnswer.objects.update(final=True)
    facts = ConnectionFacts.of(connected)
    renamed = change_connection(
        connected, ConnectionFacts(**{**vars(facts), "name": "Renamed"}), actor=olga, reason="clearer"
    )
    assert SharedAnswer.objects.count() == 1
    moved = ConnectionFacts(**{**vars(ConnectionFacts.of(renamed)), "project_id": "7" * 32})
    change_connection(renamed, moved, actor=olga, reason="another project")
    assert SharedAnswer.objects.count() == 0


def test_pages_cost_few_queries(
    owner: Client,
    connection: Connection,
    twin: Connection,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    owner.post(JOBS, wish())
    owner.get(RULES)
    with django_assert_max_num_queries(16):
        owner.get(RULES)


def test_hostile_names_are_shown_as_text(
    owner: Client, connection: Connection, twin: Connection, olga: User
) -> None:
    Connection.objects.filter(pk=twin.pk).update(name='"><script>alert(1)</script>')
    change_quota(twin, "jobs", Scope.CELL, 5, 1, actor=olga, reason="careful")
    html = owner.get(RULES).content.decode()
    assert "<script>alert" not in html
    assert not re.search(r'\sstyle="|\son\w+="', html)


def test_every_quota_has_its_line(connection: Connection, olga: User) -> None:
    found = quota_settings(connection, olga)
    assert [setting.name for setting in found] == ["app_config", "jobs", "rooms", "obs", "analytics"]
    assert not any(setting.looser or setting.overruled for setting in found)
    assert Bucket.objects.count() == 5
    assert reverse("connections:quota_change", args=["demo", "jobs"]) == JOBS
