"""The ledger's page: what it says of each recording, who may see it, filters, and the ways to it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.connections.models import Connection
from console.recording.ledger_tasks import keep_ledgers
from console.recording.ledger_words import ADVICE, advice_for, stations_of
from console.recording.models import LedgerEntry, Reason
from console.recording.services.ledger import missing_recordings, room_of_stream
from tests.recording.jobs.conftest import FRAGMENT, Place, sign_in

pytestmark = pytest.mark.django_db
URL = "/c/demo/recording/ledger/"
Make = Callable[..., LedgerEntry]


@pytest.fixture
def entry(connection: Connection) -> Make:
    """Return a function that writes something down that ended two hours ago."""

    def make(room_id: str, **more: Any) -> LedgerEntry:
        now = timezone.now()
        usual = {
            "connection": connection,
            "key": f"room:app-1:{room_id}",
            "source": "automatic",
            "app_id": "app-1",
            "room_id": room_id,
            "began_at": now - timedelta(hours=3),
            "ended_at": now - timedelta(hours=2),
            "due_at": now - timedelta(hours=1, minutes=50),
            "state": "missing",
            "checked_at": now,
        }
        return LedgerEntry.objects.create(**{**usual, **more})

    return make


def reach(user: User, role: Role, connection: Connection, app_id: str = "") -> None:
    RoleGrant.objects.create(user=user, role=role, connection=connection, app_id=app_id)


def test_it_says_what_happened_and_what_to_do(
    alice: User, entry: Make, django_assert_max_num_queries: Any
) -> None:
    entry("lost-1", reason=Reason.NOT_AUTHORISED, ours=True)
    entry(
        "came-1",
        state="arrived",
        file_name="rtc/a b.mp4",
        bucket="recordings",
        location="cn-north-4",
        ours=False,
    )
    entry("odd<b>", state="late")
    browser = sign_in(alice)
    with django_assert_max_num_queries(16):
        html = browser.get(URL).content.decode()
    for text in (
        "bucket not authorised",
        "Authorise it under Storage",
        "/c/demo/storage/",
        "did not come",
        "never came",
        "does not come to this console",
        "in the bucket",
        "name=rtc%2Fa+b.mp4",
        "due since",
        "Nothing that can be seen from here explains it",
        "odd&lt;b&gt;",
        "as of",
    ):
        assert text in html, text
    assert "<b>" not in html


@pytest.mark.parametrize(("ended", "said"), [(True, "never came"), (False, "waited for")])
def test_a_notification_is_waited_for_while_it_records(entry: Make, ended: bool, said: str) -> None:
    row = entry("room-1", state="arrived", file_name="rtc/a.mp4", ours=True)
    row.ended_at = row.began_at + timedelta(minutes=5) if ended else None
    assert stations_of(row)[1].said == said


def test_filters_stay_in_the_address(alice: User, entry: Make) -> None:
    entry("lost-1")
    entry("late-1", state="late")
    entry("job-1", source="job", state="expected", ended_at=None, due_at=None, app_id="app-2")
    browser = sign_in(alice)

    def shown(query: str) -> set[str]:
        html = browser.get(
            f"{URL}?{query}", headers={**FRAGMENT, "HX-Target": "ledger-page"}
        ).content.decode()
        assert "<html" not in html
        return {name for name in ("lost-1", "late-1", "job-1") if f">{name}<" in html}

    assert shown("") == {"lost-1", "late-1", "job-1"}
    assert shown("state=missing") == {"lost-1"}
    assert shown("state=nonsense") == {"lost-1", "late-1", "job-1"}
    assert shown("by=job") == {"job-1"}
    assert shown("app=app-2") == {"job-1"}
    assert shown("room=late-1") == {"late-1"}
    assert shown("room=late") == set()
    assert "There is no such page" in browser.get(f"{URL}?page=9").content.decode()
    assert "No recording fits" in browser.get(f"{URL}?room=nobody").content.decode()


def test_only_of_applications_within_reach(carol: User, entry: Make, connection: Connection) -> None:
    entry("mine-1")
    entry("beyond-1", app_id="app-2")
    reach(carol, Role.SUPPORT, connection)
    assert sign_in(carol).get(URL).status_code == 403
    reach(carol, Role.MODERATOR, connection, "app-1")
    html = sign_in(carol).get(URL).content.decode()
    assert "mine-1" in html
    assert "beyond-1" not in html
    assert "/storage/" not in html  # a moderator opens no files
    assert [one.room_id for one in missing_recordings(connection, ["app-1"])] == ["mine-1"]


def test_nothing_yet(alice: User, connection: Connection) -> None:
    html = sign_in(alice).get(URL).content.decode()
    assert "within five minutes" in html
    assert "not looked at yet" in html


def test_every_reason_has_its_advice() -> None:
    assert set(ADVICE) == set(Reason) - {Reason.NONE}
    for reason in Reason:
        entry = LedgerEntry(source="job", state="missing", reason=reason, ended_at=timezone.now())
        assert len(advice_for(entry)) > 40
        assert len(stations_of(entry)) == 3
    assert advice_for(LedgerEntry(state="arrived")) == ""


def test_the_room_of_a_stream(entry: Make, connection: Connection) -> None:
    entry("lesson", stream="app-1_lesson_")
    entry("lesson_2", stream="app-1_lesson_2_")
    assert room_of_stream(connection, "app-1", "app-1_lesson_anna_AV_CAMERASTREAM") == "lesson"
    assert room_of_stream(connection, "app-1", "app-1_lesson_2_anna_AV_CAMERASTREAM") == "lesson_2"
    assert room_of_stream(connection, "app-1", "app-1_other_anna_AV_CAMERASTREAM") == ""
    assert room_of_stream(connection, "app-2", "app-1_lesson_anna_AV_CAMERASTREAM") == ""


def test_what_is_old_is_forgotten(entry: Make, connection: Connection) -> None:
    connection.active = False
    connection.save()
    entry("old-1", began_at=timezone.now() - timedelta(days=91))
    entry("young-1", began_at=timezone.now() - timedelta(days=89))
    keep_ledgers()
    assert [row.room_id for row in LedgerEntry.objects.all()] == ["young-1"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.stores
def test_the_ways_to_it(alice: User, bob: User, connected: Connection, place: Place) -> None:
    room = f"/c/demo/rooms/{place.app_id}/{place.room_id}/"
    link = f"/c/demo/recording/ledger/?app={place.app_id}&amp;room={place.room_id}"
    assert link in sign_in(alice).get(room).content.decode()
    assert link not in sign_in(bob).get(room).content.decode()  # bob may only look
    application = sign_in(alice).get(f"/c/demo/applications/{place.app_id}/").content.decode()
    assert f"/c/demo/recording/ledger/?app={place.app_id}" in application
