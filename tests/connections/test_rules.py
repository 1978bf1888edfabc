"""Which limit is in force, for what it holds, and changing either while requests are under way."""

import random
from dataclasses import dataclass, field
from itertools import groupby

import pytest

from console.connections import rules
from console.connections.changeover import BudgetClosed
from console.connections.models import Bucket, Connection, QuotaWish
from console.connections.owners import connections_of, owner_of, restore_budgets
from console.connections.permits import StoredPermits
from console.connections.rules import budget_for, enforce, forget_budgets, limits_of, rules_of
from console.connections.scopes import Scope, budgets, choices, covers, paid_from, quota_of, scope_of
from console.sparkrtc.catalogue import OPERATIONS
from console.sparkrtc.catalogue.applications import LIST_APPLICATIONS
from console.sparkrtc.catalogue.recording import GET_MIX_JOB, GET_SINGLE_JOB, LIST_TEMPLATES
from console.sparkrtc.errors import QuotaExhausted
from console.sparkrtc.operation import Operation, Quota
from console.sparkrtc.permits import Lane
from console.sparkrtc.quotas import APP_CONFIG, JOBS, QUOTAS
from tests.connections import desk
from tests.connections.conftest import HeldClock
from tests.connections.desk import Denied, Granted

pytestmark = [pytest.mark.stores, pytest.mark.django_db]


@pytest.fixture
def owner(connection: Connection, held_clock: HeldClock) -> str:
    return owner_of(connection)


def wish(connection: Connection, quota: str, scope: Scope, limit: int, seconds: int) -> None:
    """Set a rule and put it in force."""
    wanted = {"scope": scope, "limit": limit, "seconds": seconds}
    QuotaWish.objects.update_or_create(connection=connection, quota=quota, defaults=wanted)
    owner = owner_of(connection)
    enforce(owner, connections_of(owner))
    forget_budgets(owner)


def ask(owner: str, operation: Operation, max_wait: float = 0.0) -> Granted | Denied:
    return desk.ask(owner, budget_for(owner, operation), Lane.CLICK, max_wait)


def use_up(owner: str, operation: Operation) -> int:
    """Take permits until none is left, and let each be answered at once; return how many they were."""
    for count in range(100):
        found = ask(owner, operation)
        if isinstance(found, Denied):
            return count
        desk.answered(found.permit)
    raise AssertionError("no end to it")


def start_in(owner: str, operation: Operation) -> float:
    found = ask(owner, operation)
    assert isinstance(found, Denied), found
    return found.start_in


# --- scopes


@pytest.mark.parametrize("quota", QUOTAS)
@pytest.mark.parametrize("scope", Scope)
def test_each_operation_is_paid_from_exactly_one_budget(quota: str, scope: Scope) -> None:
    names = budgets(quota, scope)
    for operation in OPERATIONS.values():
        assert (paid_from(operation.name, names) in names) == (operation.quota.name == quota)
    assert {quota_of(name) for name in names} == {quota}
    assert all(covers(quota, name) for name in names)


def test_categories_are_offered_where_a_cell_has_several() -> None:
    assert {quota: len(choices(quota)) for quota in QUOTAS} == {
        "app_config": 3,
        "jobs": 3,
        "rooms": 2,
        "obs": 2,
        "analytics": 2,
    }
    assert budgets("jobs", Scope.CATEGORY) == ("jobs/mix_job", "jobs/single_job")
    assert budgets("analytics", Scope.CATEGORY) == ("analytics",)
    assert scope_of(["jobs/mix_job"]) is Scope.CATEGORY


# --- what is in force


def test_without_a_wish_the_published_limit_holds_for_the_cell(connection: Connection, owner: str) -> None:
    assert rules_of([connection])["jobs"] == rules.QuotaRule(JOBS, Scope.CELL)
    assert limits_of(owner) == QUOTAS
    assert use_up(owner, LIST_APPLICATIONS) == 60
    assert start_in(owner, LIST_TEMPLATES) == pytest.approx(60)


def test_of_connections_that_share_an_account_the_strictest_counts(
    connection: Connection, owner: str
) -> None:
    twin = Connection.objects.create(
        slug="twin", name="Twin", endpoint=connection.endpoint, project_id=connection.project_id
    )
    wish(connection, "app_config", Scope.OPERATION, 90, 60)
    assert limits_of(owner)["recording.template.list"] == Quota("recording.template.list", 90, 60)
    wish(twin, "app_config", Scope.CATEGORY, 100, 120)
    assert limits_of(owner)["app_config/template"] == Quota("app_config/template", 90, 120)
    assert "recording.template.list" not in limits_of(owner)
    twin.delete()
    restore_budgets(owner)
    assert limits_of(owner)["recording.template.list"].seconds == 60


def test_each_operation_has_its_own_limit_when_it_is_set_so(
    connection: Connection, owner: str, held_clock: HeldClock
) -> None:
    wish(connection, "jobs", Scope.OPERATION, 3, 1)
    assert (use_up(owner, GET_MIX_JOB), use_up(owner, GET_SINGLE_JOB)) == (3, 3)
    held_clock.move(5)
    wish(connection, "jobs", Scope.CATEGORY, 2, 1)
    assert (use_up(owner, GET_MIX_JOB), use_up(owner, GET_SINGLE_JOB)) == (2, 2)


def test_two_accounts_that_turn_out_to_be_one_keep_the_stricter_rule(
    connection: Connection, held_clock: HeldClock
) -> None:
    other = Connection.objects.create(
        slug="other", name="Other", endpoint=connection.endpoint, project_id="1" * 32, access_key="AKOTHER"
    )
    first, second = owner_of(connection), owner_of(other)
    wish(connection, "jobs", Scope.OPERATION, 3, 1)
    assert use_up(first, GET_MIX_JOB) == 3
    bridge = Connection(endpoint=connection.endpoint, project_id="1" * 32, access_key=connection.access_key)
    merged = owner_of(bridge)
    for known in (first, second, merged):  # a process may still go by either
        forget_budgets(known)
        assert isinstance(ask(known, GET_MIX_JOB), Denied)
    held_clock.move(1.1)
    assert sum(use_up(known, GET_MIX_JOB) for known in (first, second)) == 3


# --- changes while requests are under way


def test_a_lower_limit_holds_at_once(connection: Connection, owner: str, held_clock: HeldClock) -> None:
    wish(connection, "jobs", Scope.CELL, 8, 10)
    held_clock.move(30)
    assert use_up(owner, GET_MIX_JOB) == 8
    wish(connection, "jobs", Scope.CELL, 3, 10)
    assert start_in(owner, GET_MIX_JOB) == pytest.approx(10)
    held_clock.move(10.1)
    assert use_up(owner, GET_MIX_JOB) == 3


def test_a_higher_limit_holds_when_the_windows_of_the_old_one_are_over(
    connection: Connection, owner: str, held_clock: HeldClock
) -> None:
    wish(connection, "jobs", Scope.CELL, 3, 10)
    held_clock.move(30)
    assert use_up(owner, GET_MIX_JOB) == 3
    held_clock.move(9)
    wish(connection, "jobs", Scope.CELL, 8, 10)
    assert use_up(owner, GET_MIX_JOB) == 0
    held_clock.move(1.1)
    assert use_up(owner, GET_MIX_JOB) == 8
    assert Bucket.objects.get(owner=owner, quota="jobs").before_limit is None


def test_a_longer_window_waits_for_what_the_shorter_one_has_forgotten(
    connection: Connection, owner: str, held_clock: HeldClock
) -> None:
    assert use_up(owner, GET_MIX_JOB) == 10
    held_clock.move(2)
    assert ask(owner, GET_MIX_JOB)
    wish(connection, "jobs", Scope.CELL, 10, 30)
    assert start_in(owner, GET_MIX_JOB) == pytest.approx(29)


def test_a_looser_division_opens_when_the_last_permit_of_the_old_one_is_free(
    connection: Connection, owner: str, held_clock: HeldClock
) -> None:
    first = ask(owner, GET_MIX_JOB)
    assert isinstance(first, Granted)
    wish(connection, "jobs", Scope.OPERATION, 10, 1)
    held_clock.move(20)  # the request is still under way
    assert start_in(owner, GET_SINGLE_JOB) == pytest.approx(1)
    desk.answered(first.permit)
    held_clock.move(0.9)
    assert start_in(owner, GET_SINGLE_JOB) == pytest.approx(0.1)
    held_clock.move(0.2)
    assert use_up(owner, GET_SINGLE_JOB) == 10
    assert not Bucket.objects.filter(draining=True, quota=GET_SINGLE_JOB.name).exists()


def test_a_stricter_division_counts_what_its_parts_have_sent(connection: Connection, owner: str) -> None:
    wish(connection, "jobs", Scope.OPERATION, 6, 1)
    assert (use_up(owner, GET_MIX_JOB), use_up(owner, GET_SINGLE_JOB)) == (6, 6)
    wish(connection, "jobs", Scope.CELL, 10, 1)
    assert start_in(owner, GET_SINGLE_JOB) == pytest.approx(1)
    assert len(desk.book(owner=owner, quota="jobs").taken) == 12


def test_a_process_that_knows_the_old_division_is_told(connection: Connection, owner: str) -> None:
    old = budget_for(owner, GET_MIX_JOB)
    wish(connection, "jobs", Scope.OPERATION, 10, 1)
    with pytest.raises(BudgetClosed):
        desk.ask(owner, old, Lane.CLICK, 0)


@pytest.mark.django_db(transaction=True)
def test_permits_find_the_new_division_by_themselves(connection: Connection) -> None:
    owner = owner_of(connection)
    permits = StoredPermits(owner)
    permits.take(GET_MIX_JOB, lane=Lane.CLICK, max_wait=0.5).answered()
    known = rules._known[owner]
    wish(connection, "jobs", Scope.OPERATION, 2, 1)
    rules._known[owner] = known  # as in another process
    permits.take(GET_MIX_JOB, lane=Lane.CLICK, max_wait=5).answered()
    assert desk.book(owner=owner, quota=GET_MIX_JOB.name).taken


@pytest.mark.django_db(transaction=True)
def test_budgets_that_were_lost_are_made_anew_and_start_full(connection: Connection) -> None:
    owner = owner_of(connection)
    wish(connection, "jobs", Scope.OPERATION, 2, 30)
    Bucket.objects.filter(owner=owner, cell="jobs", closed=False).delete()
    forget_budgets(owner)
    with pytest.raises(QuotaExhausted) as refused:
        StoredPermits(owner).take(GET_MIX_JOB, lane=Lane.CLICK, max_wait=0.5)
    assert refused.value.quota == "jobs"
    assert refused.value.retry_after == pytest.approx(30, abs=1)
    assert limits_of(owner)[GET_MIX_JOB.name].limit == 2


def test_a_429_of_a_request_from_before_the_change_blocks_what_took_over(
    connection: Connection, owner: str, held_clock: HeldClock
) -> None:
    sent = ask(owner, GET_MIX_JOB)
    assert isinstance(sent, Granted)
    wish(connection, "jobs", Scope.CATEGORY, 10, 1)
    desk.refused(sent.permit, 7.0)
    assert start_in(owner, GET_MIX_JOB) == pytest.approx(7)
    assert start_in(owner, GET_SINGLE_JOB) == pytest.approx(7)


@pytest.mark.parametrize("reboot", [True, False])
def test_a_lost_clock_does_not_keep_new_budgets_closed(
    connection: Connection, owner: str, held_clock: HeldClock, reboot: bool
) -> None:
    sent = ask(owner, GET_MIX_JOB)
    assert isinstance(sent, Granted)
    wish(connection, "jobs", Scope.OPERATION, 10, 1)
    held_clock.become(5.0, "store" if reboot else "another store", "next boot")
    for operation in (GET_MIX_JOB, GET_SINGLE_JOB):
        found = ask(owner, operation)
        assert isinstance(found, Granted) == reboot  # nothing was sent since the host started
    held_clock.move(2.1)
    for operation in (GET_MIX_JOB, GET_SINGLE_JOB):
        assert use_up(owner, operation) >= 9


# --- never one too many, whatever is changed when


@dataclass
class Sent:
    """A request: under which of the rules it was granted, and when it may have arrived."""

    operation: Operation
    rule: int
    permit: str
    earliest: float
    latest: float = 0.0


@dataclass
class World:
    """Requests and changes at random, by a clock that is held."""

    connection: Connection
    owner: str
    clock: HeldClock
    chance: random.Random
    sent: list[Sent] = field(default_factory=list)
    rules: list[tuple[Scope, int, int]] = field(default_factory=lambda: [(Scope.CELL, 60, 60)])

    @property
    def now(self) -> float:
        return self.clock.moment.now

    def step(self) -> None:
        self.clock.move(self.chance.uniform(0, 0.6))
        for one in [one for one in self.sent if not one.latest and self.chance.random() < 0.6]:
            one.latest = self.now
            desk.answered(one.permit)
        if self.chance.random() < 0.04:
            self.change()
        for _ in range(self.chance.randint(0, 4)):
            self.send(
                self.chance.choice((LIST_APPLICATIONS, LIST_TEMPLATES, OPERATIONS["recording.template.get"]))
            )

    def change(self) -> None:
        rule = (self.chance.choice(list(Scope)), self.chance.randint(1, 6), self.chance.choice((1, 2, 4)))
        self.rules.append(rule)
        wish(self.connection, "app_config", *rule)

    def send(self, operation: Operation) -> None:
        found = ask(self.owner, operation)
        if isinstance(found, Granted):
            self.sent.append(Sent(operation, len(self.rules) - 1, found.permit, self.now + found.start_in))

    def check(self) -> None:
        """Each rule holds in every window that holds a request from its time."""
        arrived = sorted(
            (self.chance.uniform(one.earliest, one.latest or self.now), one.rule, one.operation.name)
            for one in self.sent
        )
        for number, (scope, limit, seconds) in enumerate(self.rules):
            names = budgets(APP_CONFIG.name, scope)

            def budget(row: tuple[float, int, str], names: tuple[str, ...] = names) -> str:
                return paid_from(row[2], names)

            for name, group in groupby(sorted(arrived, key=budget), key=budget):
                rows = sorted(group)
                for end, _rule, _operation in rows:
                    window = [row for row in rows if end - seconds < row[0] <= end]
                    if any(rule == number for _at, rule, _name in window):
                        assert len(window) <= limit, (name, number, self.rules, window)


@pytest.mark.parametrize("seed", range(6))
def test_no_window_holds_one_too_many_by_the_old_rule_or_the_new(
    connection: Connection, owner: str, held_clock: HeldClock, seed: int
) -> None:
    world = World(connection, owner, held_clock, random.Random(seed))
    world.change()
    for _ in range(220):
        world.step()
    assert len(world.rules) > 4
    assert len(world.sent) > 60
    for _ in range(5):
        world.check()
