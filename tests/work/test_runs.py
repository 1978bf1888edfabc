"""Runs: every item once, its outcome written down, and nothing lost or doubled by pauses, failures and deaths."""

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import connection as database
from django.utils import timezone
from django.utils.module_loading import import_string

from console.accounts.models import User
from console.audit.models import AuditEntry
from console.connections.models import Connection
from console.sparkrtc.errors import NoAnswer, NotFound, OutcomeUnknown, QuotaExhausted, SparkError, Throttled
from console.work import runs
from console.work.items import CannotDo, claim_next, perform, recover_lost
from console.work.kinds import Kind, UnknownKind, register_kind, registered_kinds
from console.work.models import Run, RunItem
from console.work.runs import Item, cancel_run, hand_out, pause_run, resume_run, start_run, work_on
from tests.work.conftest import finished, go_on, performed, problems, states, watching

pytestmark = pytest.mark.django_db
Start = Callable[..., Run]


def test_every_item_is_performed_once_in_order_and_the_run_ends(started: Start) -> None:
    run = started("a", "b", "c")
    go_on()
    run.refresh_from_db()
    assert performed == ["a", "b", "c"]
    assert run.state == Run.State.ENDED
    assert finished == [str(run.pk)]
    assert run.began_at is not None
    assert run.ended_at is not None
    assert [item.result for item in run.items.all()] == [{"seen": key} for key in "abc"]


def test_a_run_without_items_ends_at_once(started: Start) -> None:
    run = started()
    go_on()
    run.refresh_from_db()
    assert run.state == Run.State.ENDED


def test_the_same_form_starts_one_run(started: Start) -> None:
    form_id = uuid.uuid4()
    first = started("a", run_id=form_id)
    again = started("x", "y", run_id=form_id)
    assert again == first
    assert states(again) == {"a": "waiting"}


def test_the_same_key_is_one_item(started: Start) -> None:
    assert states(started("a", "b", "a")) == {"a": "waiting", "b": "waiting"}


def test_an_unknown_kind_is_refused(connection: Connection) -> None:
    with pytest.raises(UnknownKind):
        start_run("test.nothing", [Item("a")], connection=connection, actor=None)
    assert not Run.objects.exists()


def test_failures_say_why_and_the_others_go_on(started: Start) -> None:
    problems["a"] = [NotFound(status=404)]
    problems["b"] = [CannotDo("There is nothing to keep.")]
    problems["c"] = [RuntimeError("surprise")]
    run = started("a", "b", "c", "d")
    go_on()
    assert states(run) == {"a": "failed", "b": "failed", "c": "failed", "d": "done"}
    said = dict(run.items.values_list("key", "problem"))
    told = {key: RunItem(problem=problem).problem_said for key, problem in said.items()}
    assert told["b"] == "There is nothing to keep."
    assert "unforeseen" in told["c"]
    assert "surprise" not in told["c"]
    assert told["a"]
    run.refresh_from_db()
    assert run.state == Run.State.ENDED


def test_what_passes_by_itself_is_tried_three_times_with_pauses(started: Start) -> None:
    problems["a"] = [NoAnswer(), NoAnswer(), NoAnswer()]
    run = started("a", "b")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        go_on()
        assert performed == ["a", "b"]
        assert states(run)["a"] == "waiting"
        run.refresh_from_db()
        assert run.next_at > timezone.now()
        for _pause in range(2):
            clock.shift(timedelta(seconds=25))
            go_on()
    assert performed == ["a", "b", "a", "a"]
    assert states(run)["a"] == "failed"


@pytest.mark.parametrize("kind", ["test.read", "test.create"])
@pytest.mark.parametrize(
    "problem",
    [QuotaExhausted("analytics", 12.0), Throttled(status=429, retry_after=12.0)],
    ids=["no permit", "429"],
)
def test_without_a_permit_or_after_a_429_the_run_waits_and_nothing_counts_as_tried(
    started: Start, problem: SparkError, kind: str
) -> None:
    problems["a"] = [problem]
    run = started("a", "b", kind=kind)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        go_on()
        run.refresh_from_db()
        assert performed == ["a"]
        assert run.items.get(key="a").attempts == 0
        assert (run.next_at - timezone.now()).total_seconds() <= 12
        assert run.blocked_said
        clock.shift(timedelta(seconds=13))
        go_on()
    run.refresh_from_db()
    assert states(run) == {"a": "done", "b": "done"}
    assert run.blocked_said == ""


def test_a_lost_reply_of_a_create_is_unknown_and_never_sent_again(started: Start) -> None:
    problems["a"] = [OutcomeUnknown()]
    problems["b"] = [NoAnswer()]
    run = started("a", "b", kind="test.create")
    go_on()
    assert states(run) == {"a": "unknown", "b": "failed"}
    assert performed == ["a", "b"]


def test_pause_stops_before_the_next_item_and_resume_goes_on(started: Start) -> None:
    run = started("a", "b")
    watching["a"] = lambda: pause_run(run)
    go_on()
    assert (performed, run.state) == (["a"], Run.State.PAUSED)
    assert states(run) == {"a": "done", "b": "waiting"}
    assert not pause_run(run)
    assert resume_run(run)
    go_on()
    assert performed == ["a", "b"]
    assert not resume_run(run)


def test_cancel_stops_for_good_and_is_on_record(started: Start, alice: User) -> None:
    run = started("a", "b", "c", subject="u-1")
    watching["a"] = lambda: cancel_run(run, actor=alice)
    go_on()
    assert states(run) == {"a": "done", "b": "skipped", "c": "skipped"}
    assert run.state == Run.State.CANCELLED
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_name, entry.target_id) == ("work.run.cancel", "Alice", str(run.pk))
    assert entry.details["not_done"] == 2
    assert not cancel_run(run, actor=alice)
    assert not resume_run(run)
    assert AuditEntry.objects.count() == 1


def test_a_dead_process_s_item_is_done_again_where_that_does_no_harm(started: Start) -> None:
    run = started("a", "b")
    claim_next(run)
    assert recover_lost() == 0
    later = timezone.now() + timedelta(minutes=3)
    assert recover_lost(later) == 1
    with time_machine.travel(later, tick=True):
        go_on()
    assert states(run) == {"a": "done", "b": "done"}
    assert run.items.get(key="a").attempts == 2


def test_an_item_over_which_three_processes_died_fails(started: Start) -> None:
    run = started("a")
    later = timezone.now()
    for _death in range(3):
        claim_next(run, later)
        later += timedelta(minutes=3)
        recover_lost(later)
    item = run.items.get()
    assert item.state == RunItem.State.FAILED
    assert "stopped" in item.problem_said


def test_a_dead_process_s_create_is_unknown(started: Start) -> None:
    run = started("a", kind="test.create")
    claim_next(run)
    recover_lost(timezone.now() + timedelta(minutes=3))
    go_on()
    assert states(run) == {"a": "unknown"}
    assert performed == []


def test_who_was_only_slow_still_writes_the_outcome_down(started: Start) -> None:
    run = started("a", kind="test.create")
    item = claim_next(run)
    assert item is not None
    recover_lost(timezone.now() + timedelta(minutes=3))
    perform(item)
    assert states(run) == {"a": "done"}


def test_a_slow_process_does_not_undo_what_another_did(started: Start) -> None:
    run = started("a")
    slow = claim_next(run)
    assert slow is not None
    later = timezone.now() + timedelta(minutes=3)
    recover_lost(later)
    other = claim_next(run, later)
    assert other is not None
    perform(other)
    problems["a"] = [NotFound(status=404)]
    perform(slow)
    assert states(run) == {"a": "done"}


def test_an_old_slice_does_nothing(started: Start) -> None:
    run = started("a")
    work_on(str(run.pk), "another token")
    assert performed == []


def test_one_process_stays_free_and_runs_take_turns(started: Start, settings: pytest.FixtureRequest) -> None:
    first, second = started("a", "b"), started("x", "y")
    given: list[tuple[str, str]] = []
    hand_out(start=lambda *slice_: given.append(slice_))
    assert [run_id for run_id, _token in given] == [str(first.pk)]  # of two processes, one
    assert hand_out(start=lambda *slice_: given.append(slice_)) == []
    work_on(*given[0], seconds=0)
    hand_out(start=lambda *slice_: given.append(slice_))
    assert given[1][0] == str(second.pk)


def test_a_slice_whose_process_died_is_given_to_another(started: Start) -> None:
    run = started("a")
    hand_out(start=lambda *_: None)
    assert hand_out(timezone.now() + timedelta(minutes=3), start=lambda *_: None) == [str(run.pk)]


def test_a_run_waiting_for_somebody_s_last_item_is_not_asked_every_second(started: Start) -> None:
    run = started("a")
    claim_next(run)
    assert hand_out(start=work_on) == [str(run.pk)]
    assert hand_out(start=work_on) == []
    run.refresh_from_db()
    assert run.state == Run.State.RUNNING


@pytest.mark.stores
@pytest.mark.django_db(transaction=True)
def test_of_many_workers_each_item_goes_to_one(started: Start) -> None:
    run = started(*(f"item-{number}" for number in range(20)))
    claimed: list[str] = []
    ready = threading.Barrier(4)

    def work() -> None:
        ready.wait()
        while (item := claim_next(run)) is not None:
            claimed.append(item.key)
        database.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == sorted(f"item-{number}" for number in range(20))


def test_malformed_and_taken_names_of_kinds_are_refused() -> None:
    with pytest.raises(ValueError, match="is no name"):
        register_kind(Kind("Test", "x", "y", True))
    with pytest.raises(ValueError, match="registered already"):
        register_kind(Kind("test.read", "x", "elsewhere", True))


def test_every_registered_kind_leads_to_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    for kind in registered_kinds():
        assert callable(import_string(kind.perform)), kind.name
        assert not kind.finish or callable(import_string(kind.finish)), kind.name


def test_a_slice_ends_although_there_is_more_to_do(started: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    run = started("a", "b", "c")
    clock = iter(range(0, 100, 5))
    monkeypatch.setattr(runs.time, "monotonic", lambda: next(clock))
    assert hand_out(start=work_on) == [str(run.pk)]  # eight seconds, of which each look takes five
    assert performed == ["a"]
    assert states(run) == {"a": "done", "b": "waiting", "c": "waiting"}
