"""Finding out for what a limit holds: by fake clouds of every kind, and against the sandbox."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from console.accounts.models import User
from console.audit.models import AuditEntry
from console.connections import holding, measurements, measuring_held, tallies
from console.connections.books import book_of
from console.connections.client import client_for
from console.connections.measurements import (
    apply_measurement,
    ask_to_measure,
    hand_out,
    measured,
    price_of,
    run,
)
from console.connections.measuring import RECIPES, Finding, Outcome, Read, Why, measure, price
from console.connections.models import Bucket, Connection, MinuteUse, QuotaMeasurement
from console.connections.owners import owner_of
from console.connections.quota_settings import change_quota
from console.connections.rules import QuotaRule, budget_for, limits_of
from console.connections.scopes import Scope, budget_of
from console.connections.services import Guarded
from console.sparkrtc.catalogue import OPERATIONS
from console.sparkrtc.catalogue.recording import GET_MIX_JOB, GET_SINGLE_JOB
from console.sparkrtc.errors import NotFound
from console.sparkrtc.operation import Quota
from console.sparkrtc.permits import Lane
from console.sparkrtc.quotas import JOBS, QUOTAS
from tests.connections.desk import Denied, ask, book
from tests.sandbox.harness import Sandbox

RULES = "/settings/connections/demo/quotas/"


# --- the arithmetic


class Cloud:
    """Counts by a scope up to a limit; some of it may be used already, and single operations may fail."""

    def __init__(self, scope: Scope, limit: int, *, used: int = 0, failing: str = "") -> None:
        self.scope, self.limit, self.used, self.failing = scope, limit, used, failing
        self.counted: Counter[str] = Counter()
        self.sent: list[str] = []

    def __call__(self, read: Read) -> str:
        name = budget_of(read.operation, self.scope)
        self.sent.append(read.operation.name)
        if read.operation.name == self.failing:
            return Outcome.FAILED
        if self.used + self.counted[name] >= self.limit:
            return Outcome.REFUSED
        self.counted[name] += 1
        return Outcome.COUNTED

    @property
    def refusals(self) -> int:
        return len(self.sent) - sum(self.counted.values())


FOUND = {
    ("app_config", Scope.CELL): Scope.CELL,
    ("app_config", Scope.CATEGORY): Scope.CATEGORY,
    ("app_config", Scope.OPERATION): Scope.OPERATION,
    ("jobs", Scope.CELL): Scope.CELL,
    ("jobs", Scope.CATEGORY): Scope.CATEGORY,
    ("jobs", Scope.OPERATION): Scope.CATEGORY,  # as fine as reads can tell
    ("obs", Scope.CELL): Scope.CELL,
    ("obs", Scope.OPERATION): Scope.OPERATION,
}


@pytest.mark.parametrize(("quota", "scope"), FOUND)
def test_each_scope_is_found_out_with_one_refusal(quota: str, scope: Scope) -> None:
    cloud = Cloud(scope, QUOTAS[quota].limit)
    found = measure(RECIPES[quota], QUOTAS[quota], cloud)
    assert found.scope is FOUND[quota, scope]
    assert found.refused == cloud.sent[-1]
    assert (found.sent, cloud.refusals) == (len(cloud.sent), 1)
    assert found.sent <= price(RECIPES[quota], QUOTAS[quota].limit) / RECIPES[quota].tries


@pytest.mark.parametrize("quota", RECIPES)
@pytest.mark.parametrize("scope", Scope)
def test_a_higher_limit_than_believed_finds_nothing_out(quota: str, scope: Scope) -> None:
    cloud = Cloud(scope, QUOTAS[quota].limit + 5)
    found = measure(RECIPES[quota], QUOTAS[quota], cloud)
    assert (found.scope, found.why) == (None, Why.UNREFUSED)
    assert cloud.refusals == 0


@pytest.mark.parametrize("quota", RECIPES)
def test_somebody_elses_use_finds_nothing_out_and_stops_at_the_first_refusal(quota: str) -> None:
    cloud = Cloud(Scope.OPERATION, QUOTAS[quota].limit, used=1)
    found = measure(RECIPES[quota], QUOTAS[quota], cloud)
    assert (found.scope, found.why) == (None, Why.FOREIGN)
    assert cloud.refusals == 1
    assert cloud.sent[-1] == found.refused


@pytest.mark.parametrize("quota", RECIPES)
def test_an_answer_that_may_not_have_been_counted_finds_nothing_out(quota: str) -> None:
    recipe = RECIPES[quota]
    for read in (recipe.first, recipe.then[0][0]):
        cloud = Cloud(Scope.CELL, QUOTAS[quota].limit, failing=read.operation.name)
        assert measure(recipe, QUOTAS[quota], cloud).why == Why.FAILED


def test_slow_answers_are_asked_for_side_by_side() -> None:
    now = iter(number * 0.3 for number in range(1000))
    cloud = Cloud(Scope.CELL, 10)
    assert measure(RECIPES["jobs"], JOBS, cloud, clock=lambda: next(now)).scope is Scope.CELL


@pytest.mark.parametrize("quota", RECIPES)
def test_only_reads_about_nothing_are_sent(quota: str) -> None:
    recipe = RECIPES[quota]
    reads = [recipe.first, *(read for read, _scope in recipe.then)]
    assert all(read.operation.reads and read.operation.quota.name == quota for read in reads)
    assert recipe.then[-1][0] == recipe.first
    ids = {value for read in reads for name, value in read.params.items() if name.endswith("_id")}
    assert ids <= {"0" * 32}


# --- the price


def test_the_price_is_told_before_and_dear_ones_are_not_offered() -> None:
    def told(quota: str, limit: int, seconds: float) -> object:
        return price_of(quota, QuotaRule(Quota(quota, limit, seconds)))

    assert told("obs", 2, 1) == measurements.Price(12, 29)
    assert told("app_config", 60, 60) == measurements.Price(63, 172)
    assert told("app_config", 200, 60) is None
    assert told("jobs", 10, 300) is None
    assert told("rooms", 60, 60) is None
    assert told("analytics", 30, 60) is None


# --- against the sandbox


def at_work(connection: Connection, quota: str, actor: User) -> QuotaMeasurement:
    """Ask for it and let the background do it."""
    measurement = ask_to_measure(connection, quota, actor=actor, reason="to know")
    hand_out()
    measurement.refresh_from_db()
    return measurement


@pytest.mark.stores
@pytest.mark.django_db(transaction=True)
class TestAgainstTheSandbox:
    @pytest.mark.parametrize(("quota", "scope"), FOUND)
    def test_what_the_sandbox_does_is_found_out(
        self, connected: Connection, sandbox: Sandbox, olga: User, quota: str, scope: Scope
    ) -> None:
        sandbox.control("quota", {"scope": str(scope)})
        found = at_work(connected, quota, olga)
        assert (found.scope, found.why) == (FOUND[quota, scope], "")
        sent = sandbox.requests()
        assert len(sent) == found.sent <= price(RECIPES[quota], QUOTAS[quota].limit)
        assert [entry["status"] for entry in sent].count(429) == 1
        assert sent[-1]["status"] == 429
        assert {entry["method"] for entry in sent} == {"GET"}

    def test_it_stands_in_the_trail_and_in_the_counts(
        self, connected: Connection, sandbox: Sandbox, olga: User
    ) -> None:
        tallies.flush()
        MinuteUse.objects.all().delete()
        found = at_work(connected, "jobs", olga)
        entry = AuditEntry.objects.get(action="connections.quota.measure", kind="record")
        assert (entry.reason, entry.actor_name) == ("to know", "Olga")
        finding = AuditEntry.objects.get(attempt_id=entry.uuid, kind="finding")
        assert finding.finding == "the limit holds for the whole row"
        tallies.flush()
        used = MinuteUse.objects.filter(consumer="connections.measure", person="olga")
        assert sum(row.sent for row in used) == found.sent == 11
        assert sum(row.refused for row in used) == 1

    def test_what_was_sent_counts_for_everybody_afterwards(
        self, connected: Connection, sandbox: Sandbox, olga: User
    ) -> None:
        at_work(connected, "jobs", olga)
        owner = owner_of(connected)
        assert isinstance(ask(owner, budget_for(owner, GET_MIX_JOB), Lane.CLICK, 0.0), Denied)
        assert sum(len(book_of(one).taken) for one in Bucket.objects.filter(cell="jobs")) >= 11
        before = len(sandbox.requests())
        with pytest.raises(NotFound):  # a second later all is as before
            client_for(connected).call(GET_MIX_JOB, app_id="0" * 32, job_id="0" * 32, max_wait=5)
        assert [entry["status"] for entry in sandbox.requests()[before:]] == [404]

    def test_nobody_else_gets_a_permit_meanwhile(
        self, connected: Connection, sandbox: Sandbox, olga: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        owner = owner_of(connected)
        tried: list[object] = []
        send = measuring_held.Sender.__call__

        def try_between(sender: measuring_held.Sender, read: Read) -> str:
            tried.append(ask(owner, budget_for(owner, GET_SINGLE_JOB), Lane.CLICK, 0.0))
            return send(sender, read)

        monkeypatch.setattr(measuring_held.Sender, "__call__", try_between)
        assert at_work(connected, "jobs", olga).scope == Scope.CELL
        assert len(tried) == 11
        assert all(isinstance(one, Denied) for one in tried)

    def test_somebody_elses_use_is_told_and_everybody_waits(
        self, connected: Connection, sandbox: Sandbox, olga: User
    ) -> None:
        sandbox.control("quota", {"limits": {"obs_2_per_s": 1}})
        found = at_work(connected, "obs", olga)
        assert (found.scope, found.why, found.sent) == ("", Why.FOREIGN, 2)
        bucket = Bucket.objects.get(cell="obs")
        assert bucket.refusals == 1
        with pytest.raises(Guarded, match="a moment ago"):
            ask_to_measure(connected, "obs", actor=olga, reason="again")

    def test_a_higher_limit_is_told_after_the_stated_number_of_requests(
        self, connected: Connection, sandbox: Sandbox, olga: User
    ) -> None:
        sandbox.control("quota", {"limits": {"obs_2_per_s": 50}})
        found = at_work(connected, "obs", olga)
        assert (found.scope, found.why) == ("", Why.UNREFUSED)
        assert found.sent == len(sandbox.requests()) == price(RECIPES["obs"], 2) == 12

    def test_a_cloud_that_fails_is_told(self, connected: Connection, sandbox: Sandbox, olga: User) -> None:
        sandbox.fail_next("status", status=503, times=9)
        found = at_work(connected, "jobs", olga)
        assert (found.why, found.sent) == (Why.FAILED, 1)
        assert len(sandbox.requests()) == 1

    def test_requests_under_way_are_waited_for_and_not_for_ever(
        self, connected: Connection, sandbox: Sandbox, olga: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(measurements, "_LONGEST_SECONDS", 6.0)
        owner = owner_of(connected)
        assert not isinstance(ask(owner, budget_for(owner, GET_MIX_JOB), Lane.CLICK, 0.5), Denied)
        found = at_work(connected, "jobs", olga)
        assert (found.why, found.sent) == (Why.BUSY, 0)
        assert sandbox.requests() == []
        assert book(cell="jobs").blocked_until <= holding.clocks.store_moment().now

    def test_under_a_looser_rule_it_works_as_well(
        self, connected: Connection, sandbox: Sandbox, olga: User
    ) -> None:
        change_quota(connected, "jobs", Scope.OPERATION, 10, 1, actor=olga, reason="hopeful")
        found = at_work(connected, "jobs", olga)
        assert found.scope == Scope.CELL
        [shown] = measured(connected)
        assert shown.recommended is Scope.CELL

    def test_the_recommendation_is_applied_on_record(
        self, connected: Connection, sandbox: Sandbox, olga: User, alice: User
    ) -> None:
        sandbox.control("quota", {"scope": "operation"})
        found = at_work(connected, "obs", olga)
        [shown] = measured(connected)
        assert shown.recommended is Scope.OPERATION
        with pytest.raises(PermissionDenied):
            apply_measurement(found.connection, found.quota, actor=alice)
        apply_measurement(found.connection, found.quota, actor=olga)
        assert limits_of(owner_of(connected))["storage.bucket.list"] == Quota("storage.bucket.list", 2, 1)
        entry = AuditEntry.objects.get(action="connections.quota.change")
        assert entry.reason.startswith("As measured on ")
        [shown] = measured(connected)
        assert shown.recommended is None


@pytest.mark.django_db
class TestAsking:
    def test_one_at_a_time_for_an_account(self, connection: Connection, olga: User) -> None:
        ask_to_measure(connection, "jobs", actor=olga, reason="to know")
        twin = Connection.objects.create(
            slug="twin", name="Twin", endpoint=connection.endpoint, project_id=connection.project_id
        )
        with pytest.raises(Guarded, match="being measured already"):
            ask_to_measure(twin, "obs", actor=olga, reason="to know")

    def test_only_owners_ask(self, connection: Connection, alice: User) -> None:
        with pytest.raises(PermissionDenied):
            ask_to_measure(connection, "jobs", actor=alice, reason="to know")

    def test_what_is_too_dear_is_refused(self, connection: Connection, olga: User) -> None:
        with pytest.raises(Guarded, match="too many requests"):
            ask_to_measure(connection, "analytics", actor=olga, reason="to know")

    def test_a_process_that_ended_leaves_it_untold_and_nothing_is_sent_again(
        self, connected: Connection, sandbox: Sandbox, olga: User
    ) -> None:
        found = ask_to_measure(connected, "jobs", actor=olga, reason="to know")
        past = timezone.now() - timedelta(minutes=5)
        QuotaMeasurement.objects.update(begun_at=past, deadline=past)
        hand_out()
        found.refresh_from_db()
        assert (found.why, found.sent) == (Why.LOST, 0)
        run(found.pk)
        hand_out()
        assert sandbox.requests() == []
        with pytest.raises(Guarded):
            apply_measurement(found.connection, found.quota, actor=olga)

    def test_finding_and_end_are_written_once(self, connection: Connection, olga: User) -> None:
        found = ask_to_measure(connection, "jobs", actor=olga, reason="to know")
        measurements._end(found, Finding(Scope.CELL, 11))
        measurements._end(found, Finding(None, 3, Why.LOST))
        found.refresh_from_db()
        assert (found.scope, found.sent) == (Scope.CELL, 11)
        assert AuditEntry.objects.filter(attempt_id=found.entry_id, kind="finding").count() == 1


# --- the pages


@pytest.fixture
def owner(client: Client, olga: User) -> Client:
    client.force_login(olga)
    return client


def seen(response: object) -> str:
    html = response.content.decode()  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.django_db
class TestPages:
    def test_the_price_stands_before_the_button(self, owner: Client, connection: Connection) -> None:
        shown = seen(owner.get(f"{RULES}app_config/measure/"))
        assert "At most 63 requests. For up to 172 s everybody else waits" in shown
        assert "stops at the first refusal" in shown
        assert owner.get(f"{RULES}analytics/measure/").status_code == 404
        assert seen(owner.get(RULES)).count("Measure ") == 3

    def test_it_is_asked_for_shown_while_it_runs_and_applied(
        self, owner: Client, connection: Connection, olga: User
    ) -> None:
        assert owner.post(f"{RULES}jobs/measure/", {"reason": ""}).status_code == 422
        assert owner.post(f"{RULES}jobs/measure/", {"reason": "to know"}).status_code == 302
        running = owner.get(f"{RULES}?part=measured", headers={"HX-Request": "true"})
        assert "It waits for the worker." in seen(running)
        assert "every 2s" in running.content.decode()
        assert owner.post(f"{RULES}jobs/measure/", {"reason": "again"}).status_code == 422
        assert owner.post(f"{RULES}jobs/apply/").status_code == 302
        assert not AuditEntry.objects.filter(action="connections.quota.change").exists()
        measurements._end(
            QuotaMeasurement.objects.get(), Finding(Scope.CATEGORY, 12, refused="recording.mix_job.get")
        )
        shown = owner.get(RULES)
        assert "Each category has a limit of its own" in seen(shown)
        assert "can't be told by reads that change nothing" in shown.content.decode().replace("&#x27;", "'")
        assert "Recommended: let the limit hold for each category." in seen(shown)
        assert "every 2s" not in shown.content.decode()
        assert owner.post(f"{RULES}jobs/apply/").status_code == 302
        assert "That is what is in force" in seen(owner.get(RULES))
        assert owner.post(f"{RULES}nothing/apply/").status_code == 404

    @pytest.mark.parametrize("why", [Why.BUSY, Why.FOREIGN, Why.FAILED, Why.UNREFUSED, Why.LOST])
    def test_why_nothing_was_found_out_is_said(
        self, owner: Client, connection: Connection, olga: User, why: str
    ) -> None:
        found = ask_to_measure(connection, "jobs", actor=olga, reason="to know")
        measurements._end(found, Finding(None, 3, why))
        shown = owner.get(RULES).content.decode().replace("&#x27;", "'")
        assert "It can't be told: " in shown
        assert 'value="Apply"' not in shown
        assert f"{RULES}jobs/apply/" not in shown


@pytest.fixture(autouse=True)
def _published_quotas(running_sandbox: Sandbox) -> Iterator[None]:
    """Leave the sandbox as it was found: its limits outlive a reset."""
    yield
    running_sandbox.reset()


def test_every_operation_of_a_recipe_is_in_the_catalogue() -> None:
    names = {read.operation.name for recipe in RECIPES.values() for read, _scope in recipe.then}
    assert names <= set(OPERATIONS)
