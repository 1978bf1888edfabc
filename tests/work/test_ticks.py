"""Ticks: on time, once, and never twice for the same beat."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils.module_loading import import_string

from console.work import ticks
from console.work.models import Beat
from console.work.ticks import Tick, beat, register_tick, registered_ticks, run_tick

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
ran: list[str] = []


def note_that_it_ran() -> None:
    ran.append("ran")


def fail() -> None:
    raise RuntimeError("surprise")


@pytest.fixture(autouse=True)
def only_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ticks, "_ticks", {})
    ran.clear()
    register_tick(Tick("test.note", 10, f"{__name__}.note_that_it_ran"))


def started(now: datetime) -> list[str]:
    return beat(now, start=run_tick)


def test_a_new_tick_runs_at_the_first_beat_and_then_when_it_is_due():
    assert started(NOON) == ["test.note"]
    assert started(NOON + timedelta(seconds=9)) == []
    assert started(NOON + timedelta(seconds=10)) == ["test.note"]
    assert len(ran) == 2


def test_a_tick_missed_for_hours_runs_once():
    started(NOON)
    assert started(NOON + timedelta(hours=5)) == ["test.note"]
    assert started(NOON + timedelta(hours=5, seconds=1)) == []


def test_a_failing_tick_is_logged_and_comes_again(caplog: pytest.LogCaptureFixture):
    register_tick(Tick("test.fail", 1, f"{__name__}.fail"))
    assert "test.fail" in started(NOON)
    assert "test.fail" in started(NOON + timedelta(seconds=1))
    assert "surprise" in caplog.text


def test_the_same_name_with_another_content_is_refused():
    with pytest.raises(ValueError, match="registered already"):
        register_tick(Tick("test.note", 11, f"{__name__}.note_that_it_ran"))


def test_more_than_one_run_a_second_is_refused():
    with pytest.raises(ValueError, match="once a second"):
        register_tick(Tick("test.fast", 0, f"{__name__}.note_that_it_ran"))


@pytest.mark.stores
@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_wins_the_beat():
    Beat.objects.create(name="test.note", due_at=NOON)
    wins: list[str] = []
    ready = threading.Barrier(6)

    def work() -> None:
        ready.wait()
        wins.extend(beat(NOON, start=lambda name: None))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wins == ["test.note"]


def test_every_registered_tick_leads_to_a_function(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.undo()
    for tick in registered_ticks():
        assert callable(import_string(tick.function)), tick.name
