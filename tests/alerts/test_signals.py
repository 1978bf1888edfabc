"""What rules can watch: read from the store, gaps as gaps, and no further than it is settled."""

import math
from datetime import timedelta

import pytest
import time_machine

from console.alerts.engine import Condition, Minute, problems
from console.alerts.models import ReadHealth
from console.alerts.signals import Signal, all_signals, get_signal, register_signal
from console.alerts.signals.reads import KEPT, note_health
from console.alerts.tasks import look
from console.analytics.metrics import MINUTE_METRICS
from console.connections.models import AccountMark, Connection, MinuteUse, QuotaRefusal, SharedAnswer
from console.recording.models import LedgerEntry
from console.sparkrtc.quotas import QUOTAS
from tests.alerts.conftest import APP, START, Store, minute

pytestmark = pytest.mark.django_db


def _signal(name: str) -> Signal:
    found = get_signal(name)
    assert found is not None
    return found


def test_every_collected_series_every_quota_recordings_and_the_connection_can_be_watched() -> None:
    assert len(all_signals()) == len(MINUTE_METRICS) + len(QUOTAS) + 3
    assert len({str(signal.label) for signal in all_signals()}) == len(all_signals())


def test_an_unknown_signal_is_none_and_a_taken_id_is_refused() -> None:
    assert get_signal("no.such") is None
    first, second = all_signals()[:2]
    with pytest.raises(ValueError, match="registered already"):
        register_signal(Signal(**{**vars(second), "id": first.id}))


@pytest.mark.parametrize("signal", all_signals(), ids=lambda signal: signal.id)
def test_a_signal_can_be_watched_at_half_its_range_and_reads_nothing_of_nothing(
    signal: Signal, connection: Connection, clock: time_machine.Traveller
) -> None:
    middle = 0.5 if math.isfinite(signal.scale.high) else 10
    assert problems(Condition(signal.side, middle), signal.scale) == []
    series = signal.read(connection, APP if signal.by_application else "", minute(-30), minute(0))
    assert all(one.value in (None, 0.0) for one in series.minutes)
    assert 0 <= series.settled <= 30


def test_a_rate_comes_with_who_was_online_and_ends_where_both_are_settled(
    connection: Connection, store: Store, clock: time_machine.Traveller
) -> None:
    store.put("video_freeze", [0.1, None, 0.3, 0.4], minute(-10), sdk="webrtc")
    store.put("online_users", [50, 60, 70], minute(-10))
    series = _signal("minutes.video_freeze.webrtc").read(connection, APP, minute(-10), minute(0))
    assert series.start == minute(-10)
    assert series.minutes[:4] == [Minute(0.1, 50), Minute(None, 60), Minute(0.3, 70), Minute(0.4, None)]
    assert (len(series.minutes), series.settled) == (10, 3)
    native = _signal("minutes.video_freeze.native").read(connection, APP, minute(-10), minute(0))
    assert [one.value for one in native.minutes] == [None] * 10


def _used(connection: Connection, at: int, quota: str, operation: str, sent: int) -> None:
    AccountMark.objects.get_or_create(
        host=connection.host, mark=f"project:{connection.project_id}", defaults={"owner": "o"}
    )
    MinuteUse.objects.create(
        owner="o", quota=quota, operation=operation, minute=minute(at), lane=0, kind="page",
        consumer="x", sent=sent,
    )  # fmt: skip


def test_use_of_a_quota_is_the_share_of_each_minute(
    connection: Connection, clock: time_machine.Traveller
) -> None:
    _used(connection, -5, "analytics", "history_usage", 12)
    _used(connection, -5, "analytics", "history_scale", 3)
    _used(connection, -5, "rooms", "list_rooms", 60)
    _used(connection, -4, "analytics", "history_usage", 90)
    series = _signal("quota.analytics").read(connection, "", minute(-6), minute(2))
    assert [one.value for one in series.minutes] == [0, 0.5, 1.0, 0, None, None, None, None]
    assert series.settled == 4


def test_use_that_is_forgotten_is_a_gap(connection: Connection, clock: time_machine.Traveller) -> None:
    _used(connection, -5, "jobs", "start_job", 1)
    series = _signal("quota.jobs").read(connection, "", minute(-24 * 60 - 2), minute(-24 * 60 + 2))
    assert [one.value for one in series.minutes] == [None, None, 0, 0]


def test_refusals_are_counted_by_the_minute(connection: Connection, clock: time_machine.Traveller) -> None:
    _used(connection, -9, "rooms", "list_rooms", 1)
    for seconds in (0, 59, 60):
        QuotaRefusal.objects.create(
            owner="o", quota="rooms", at=minute(-5) + timedelta(seconds=seconds), operation="list_rooms",
            lane=0, kind="page", consumer="x",
        )  # fmt: skip
    series = _signal("connection.refused").read(connection, "", minute(-6), minute(-2))
    assert [one.value for one in series.minutes] == [0, 2, 1, 0]


def test_recordings_count_for_an_hour_from_when_they_are_known_to_be_missing(
    connection: Connection, clock: time_machine.Traveller
) -> None:
    for number, (state, app_id) in enumerate(
        [("missing", APP), ("missing", APP), ("arrived", APP), ("missing", "b" * 32)]
    ):
        LedgerEntry.objects.create(
            connection=connection, key=f"job:{number}", source="job", app_id=app_id, room_id="r",
            began_at=minute(-300), due_at=minute(-155 + number), state=state,
        )  # fmt: skip
    series = _signal("recordings.missing").read(connection, APP, minute(-82), minute(-18))
    values = [one.value for one in series.minutes]
    assert values[:4] == [0, 0, 1, 2]  # late for an hour, and a quarter for looking: minutes -80 and -79
    assert values[60:] == [2, 2, 1, 0]
    assert series.settled == 64


def _answer(
    connection: Connection, key: str, taken: int | None, failed: int | None, failure: str = ""
) -> None:
    SharedAnswer.objects.create(
        connection=connection, operation="list_rooms", key=key, last_watched=START,
        taken_at=None if taken is None else minute(taken), failed_at=None if failed is None else minute(failed),
        failure={"class": failure, "fields": {}} if failure else {},
    )  # fmt: skip


def test_how_reading_fares_is_noted_once_a_minute(
    connection: Connection, clock: time_machine.Traveller
) -> None:
    _answer(connection, "good", -1, None)
    _answer(connection, "again good", -1, -3, "Unreachable")
    _answer(connection, "bad", -4, -2, "Unreachable")
    _answer(connection, "fault", None, -1, "CloudFault")
    _answer(connection, "not there", None, -1, "NotFound")
    _answer(connection, "our own limit", None, -1, "QuotaExhausted")
    _answer(connection, "long ago", -60, -50, "Unreachable")
    look()
    look()
    health = ReadHealth.objects.get()
    assert (health.minute, health.asked, health.failing) == (START, 4, 2)
    clock.move_to(minute(2))
    series = _signal("connection.failing").read(connection, "", minute(-1), minute(3))
    assert series.minutes == [Minute(None), Minute(0.5, 4), Minute(None), Minute(None)]
    assert series.settled == 1  # the minute itself is still going on where it was noted


def test_how_reading_fared_long_ago_is_forgotten(connection: Connection) -> None:
    ReadHealth.objects.create(connection=connection, minute=START, asked=1, failing=0)
    note_health(START + KEPT)
    assert ReadHealth.objects.exists()
    note_health(START + KEPT + timedelta(seconds=1))
    assert not ReadHealth.objects.exists()
