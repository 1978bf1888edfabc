"""A participant over 90 days; what people write about calls; who was there, as a file."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from console.accounts.models import User
from console.audit.models import AuditEntry
from console.connections.models import Connection
from console.investigate.models import CallNote, VerdictRecord
from console.investigate.services.attendance import COLUMNS
from console.sparkrtc.catalogue.rooms import LIST_PARTICIPANTS
from tests.investigate.conftest import KnownCall, statistics
from tests.rooms.conftest import OpenRoom

pytestmark = pytest.mark.django_db(transaction=True)
Known = Callable[..., KnownCall]


def page_of(call: KnownCall) -> str:
    return f"/c/demo/investigate/users/{call.app_id}/{call.user_id}/"


def verdict(
    connection: Connection, call: KnownCall, days_ago: int, outcome: str, **more: Any
) -> VerdictRecord:
    return VerdictRecord.objects.create(
        connection=connection,
        app_id=call.app_id,
        room_id=f"room-{days_ago}",
        started_at=timezone.now() - timedelta(days=days_ago),
        user_id=call.user_id,
        engine="1",
        outcome=outcome,
        inputs="x",
        given_at=timezone.now(),
        **more,
    )


def test_sessions_devices_and_networks_for_one_request(
    as_: Any, bob: User, connected: Connection, known: Known, calls: Any
) -> None:
    call = known("peer_no_frames_pair")
    browser = as_(bob)
    browser.get("/c/demo/investigate/")
    calls()
    answer = browser.get(page_of(call))
    assert calls() == ["list_users"]
    history = answer.context["history"]
    assert history.total == len(history.sessions) > 0
    assert all(one.user_id == call.user_id for one in history.sessions)
    joined = [one.joined_at for one in history.sessions]
    assert joined == sorted(joined, reverse=True)
    assert sum(share.count for share in history.platforms) == len(history.sessions)
    text = answer.content.decode()
    assert history.devices[0].value in text
    assert (
        call.room_id in {row["session"].room_id for row in answer.context["rows"]}
        or len(history.sessions) > 50
    )
    opened = browser.get(answer.context["rows"][-1]["url"])
    assert opened.status_code == 200


def test_first_bad_call_since_the_last_good_one(
    as_: Any, bob: User, connected: Connection, known: Known
) -> None:
    call = known("peer_no_frames_pair")
    verdict(connected, call, 20, "found", rule="R7", side="peer")
    good = verdict(connected, call, 9, "nothing_wrong")
    first = verdict(connected, call, 5, "found", rule="R8", side="user")
    verdict(connected, call, 1, "cannot_tell", rule="R15")
    answer = as_(bob).get(page_of(call))
    history = answer.context["history"]
    assert (history.first_bad, history.last_good) == (first, good)
    text = answer.content.decode()
    assert "First bad call since" in text
    assert "their own side (R8)" in text


def test_without_the_cloud_the_index_speaks(
    as_: Any, bob: User, connected: Connection, known: Known, use_up: Any
) -> None:
    call = known("peer_no_frames_pair")
    browser = as_(bob)
    browser.get(call.url())  # leaves its sessions in the index
    use_up(LIST_PARTICIPANTS)
    answer = browser.get(page_of(call))
    assert answer.status_code == 200
    assert "Shown is what passed by here" in answer.content.decode()
    assert call.room_id in {one.room_id for one in answer.context["history"].sessions}


@pytest.mark.parametrize("user_id", ["a b", "x" * 65, "%F0%9F%98%80"])
def test_an_id_that_nobody_can_have_costs_nothing(
    user_id: str, as_: Any, bob: User, connected: Connection, known: Known, calls: Any
) -> None:
    call = known("peer_no_frames_pair")
    assert as_(bob).get(f"/c/demo/investigate/users/{call.app_id}/{user_id}/").status_code == 404
    assert statistics(calls()) == []


def test_somebody_unknown_is_told_to_be(as_: Any, bob: User, connected: Connection, known: Known) -> None:
    call = known("peer_no_frames_pair")
    text = as_(bob).get(f"/c/demo/investigate/users/{call.app_id}/no-such-user/").content.decode()
    assert "Nobody of that id joined a room" in text


def test_only_failures(as_: Any, bob: User, connected: Connection, known: Known) -> None:
    call = known("join_failed_5", hours=10)
    answer = as_(bob).get(f"{page_of(call)}?only=failed")
    assert answer.context["rows"]
    assert all(row["session"].failed for row in answer.context["rows"])


def test_notes_are_written_seen_by_all_and_deleted_by_their_author(
    as_: Any, bob: User, mona: User, connected: Connection, known: Known
) -> None:
    call = known("peer_no_frames_pair")
    path, _, query = call.url().partition("?")
    browser = as_(bob)
    browser.get(call.url())
    answer = browser.post(f"{path}notes/?{query}", {"text": "Customer called back.\n<b>Angry</b>"})
    assert answer.url == f"{call.url()}#notes"
    assert browser.post(f"{path}notes/?{query}", {"text": "  "}).status_code == 302
    note = CallNote.objects.get()
    other = as_(mona)
    text = other.get(call.url()).content.decode()
    assert "Customer called back." in text
    assert "<b>Angry" not in text
    assert other.post(f"{path}notes/{note.pk}/delete/?{query}").status_code == 404
    assert as_(bob).post(f"{path}notes/{note.pk}/delete/?{query}").status_code == 302
    assert not CallNote.objects.exists()


def test_what_cannot_be_kept_comes_back_into_its_field_and_the_other_field_with_it(
    as_: Any, bob: User, connected: Connection, known: Known
) -> None:
    call = known("peer_no_frames_pair")
    path, _, query = call.url().partition("?")
    browser, long = as_(bob), "x" * 2001
    mark_url = f"/c/demo/investigate/verdicts/{browser.get(call.url()).context['record'].pk}/mark/?{query}"
    answer = browser.post(f"{path}notes/?{query}", {"text": long, "note": "<i>why</i>"}, follow=True)
    body = answer.content.decode()
    assert long in body
    assert 'value="&lt;i&gt;why&lt;/i&gt;"' in body
    assert "at most 2000 characters" in body
    assert not CallNote.objects.exists()
    answer = browser.post(mark_url, {"right": "1", "text": "half", "note": "y" * 501}, follow=True)
    assert "at most 500 characters" in answer.content.decode()
    assert (answer.context["unsent"].text, answer.context["unsent"].note) == ("half", "y" * 501)
    answer = browser.post(mark_url, {"right": "1", "text": "half", "note": "because"}, follow=True)
    assert (answer.context["unsent"].taken, answer.context["my_mark"].note) == ("note", "because")
    assert browser.get(call.url()).context["unsent"].text is None


def test_a_note_on_nothing_is_refused(as_: Any, bob: User, connected: Connection, known: Known) -> None:
    call = known("peer_no_frames_pair")
    url = f"/c/demo/investigate/calls/{call.app_id}/no-such-room/notes/?at=20270301T000000Z"
    assert as_(bob).post(url, {"text": "x"}).status_code == 404


def test_attendance_is_a_file_and_on_record(as_: Any, bob: User, connected: Connection, known: Known) -> None:
    call = known("peer_uplink_loss_group")
    path, _, query = call.url(zone="Asia/Shanghai").partition("?")
    browser = as_(bob)
    page = browser.get(call.url())
    answer = browser.post(f"{path}attendance/?{query}")
    assert answer["Content-Type"].startswith("text/csv")
    assert 'filename="attendance-' in answer["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert tuple(rows[0]) == COLUMNS
    sessions = page.context["call"].life.sessions
    assert len(rows) == len(sessions) + 1
    first = dict(zip(COLUMNS, rows[1], strict=True))
    joined = next(one for one in sessions if one.session_id == first["session_id"]).joined_at
    assert first["joined_utc"] == joined.strftime("%Y-%m-%d %H:%M:%S")
    assert first["joined_local"] == (joined + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M:%S")
    entry = AuditEntry.objects.get(action="investigate.attendance.export")
    assert (entry.actor_name, entry.target_id, entry.details["count"]) == ("Bob", call.room_id, len(sessions))


def test_no_spreadsheet_runs_a_nickname(
    as_: Any, bob: User, connected: Connection, hostile: OpenRoom
) -> None:
    url = f"/c/demo/investigate/calls/{hostile.app_id}/{hostile.room_id}/attendance/"
    rows = list(csv.reader(io.StringIO(as_(bob).post(url).getvalue().decode("utf-8-sig"))))
    names = [row[1] for row in rows[1:]]
    assert not any(name[:1] in ("=", "+", "-", "@") for name in names if name)
