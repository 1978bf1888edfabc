"""The evidence locker: kept before the cloud forgets, opened without the cloud, deleted by policy and on record."""

import hashlib
import zlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.audit.models import AuditEntry
from console.connections.models import Connection, SharedAnswer
from console.investigate.models import KeptAnswer, KeptCall
from console.investigate.services import locker, watchers
from console.investigate.services.calls import SharedReader, get_call
from console.investigate.services.keeping import keep_due
from console.sparkrtc.catalogue.analytics import GET_CLIENT_QOS
from console.work.models import Run
from console.work.runs import hand_out, work_on
from tests.conftest import MOMENT
from tests.investigate.conftest import KnownCall, statistics
from tests.sandbox.harness import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)
Known = Callable[..., KnownCall]
KEPT = "/c/demo/investigate/kept/"


def call_of(connection: Connection, known: KnownCall) -> Any:
    call = get_call(SharedReader(connection), known.app_id, known.room_id, known.at)
    assert call is not None
    return call


def keep_all() -> None:
    """Let the worker keep what is due."""
    keep_due()
    while hand_out(start=work_on):
        pass


def test_keeping_is_one_click_and_the_call_then_opens_without_the_cloud(
    as_: Any, bob: User, connected: Connection, known: Known, calls: Any, no_cloud: Any
) -> None:
    call = known("peer_uplink_loss_group")
    browser = as_(bob)
    before = browser.get(call.url())
    assert 'id="keep"' in before.content.decode()
    answer = browser.post(f"{call.url().split('?')[0]}keep/?{call.url().split('?')[1]}", follow=True)
    assert "will be kept" in answer.content.decode()
    assert 'id="keep"' not in answer.content.decode()
    entry = AuditEntry.objects.get(action="investigate.call.keep")
    assert (entry.actor_name, entry.target_id) == ("Bob", call.room_id)
    keep_all()
    kept = KeptCall.objects.get()
    assert (kept.state, kept.why, kept.keeper_name) == ("kept", "chosen", "Bob")
    assert kept.expires_at is not None
    assert (kept.expires_at - timezone.now()).days in (179, 180)

    SharedAnswer.objects.exclude(operation="applications.application.list").delete()
    no_cloud()
    calls()
    later = browser.get(call.url())
    assert later.status_code == 200
    assert statistics(calls()) == []
    assert later.context["call"].kept
    assert [lane.person.user_id for lane in later.context["timeline"].lanes] == [
        lane.person.user_id for lane in before.context["timeline"].lanes
    ]
    assert [lane.bad_minutes for lane in later.context["timeline"].lanes] == [
        lane.bad_minutes for lane in before.context["timeline"].lanes
    ]
    assert later.context["events"] == before.context["events"]
    assert later.context["pair"].received == before.context["pair"].received
    assert 'id="keep"' not in later.content.decode()
    assert "Ask the cloud instead" in later.content.decode()


def test_a_kept_call_outlives_what_the_cloud_remembers(
    as_: Any, bob: User, connected: Connection, known: Known, sandbox: Sandbox
) -> None:
    call = known("peer_no_frames_pair")
    locker.keep_call(connected, call_of(connected, call), user_ids=[call.user_id], reason="", actor=bob)
    keep_all()
    browser = as_(bob)
    with time_machine.travel(MOMENT + timedelta(days=20), tick=True):
        sandbox.travel(20 * 86_400)
        browser.force_login(bob)
        answer = browser.get(call.url())
        assert answer.status_code == 200
        assert answer.context["timeline"].lanes[0].bad_minutes > 0
        fresh = browser.get(call.url(fresh="1"))
        assert fresh.context["timeline"].lanes[0].bad_minutes == 0
        assert "the cloud has forgotten its curves" in fresh.content.decode()


def test_what_was_not_kept_is_asked_of_the_cloud_while_it_remembers(
    as_: Any, bob: User, connected: Connection, known: Known, calls: Any, sandbox: Sandbox
) -> None:
    call = known("peer_uplink_loss_group")
    locker.keep_call(connected, call_of(connected, call), user_ids=[call.user_id], reason="", actor=bob)
    keep_all()
    SharedAnswer.objects.exclude(operation="applications.application.list").delete()
    browser = as_(bob)
    browser.get(call.url())
    calls()
    other = next(
        person.user_id
        for person in browser.get(call.url()).context["call"].people
        if person.user_id not in (call.user_id, call.peer_id) and not person.failed
    )
    assert statistics(calls()) == []
    pair = {"sender": other, "receiver": call.user_id, "good": "best"}
    again = {"sender": call.peer_id, "receiver": call.user_id, "good": "best"}
    page = browser.get(call.url(**pair))
    assert statistics(calls()) == ["list_client_qos_details"]
    assert page.context["call"].kept
    assert page.context["pair_problem"] == ""
    assert page.context["pair"].theirs
    page = browser.get(call.url(**again))
    assert page.context["pair"].theirs
    assert page.context["pair"].odd_points == 0  # what was kept and read once more is there once
    with time_machine.travel(MOMENT + timedelta(days=20), tick=True):
        sandbox.travel(20 * 86_400)
        browser.force_login(bob)
        calls()
        page = browser.get(call.url(**pair))
        assert statistics(calls()) == []
        assert page.context["pair_problem"] == "The curves of this pair were not kept."
        assert "Nobody else received this sender" not in page.content.decode()


def test_what_is_kept_is_compressed_and_has_its_digest_and_request_id(
    bob: User, connected: Connection, known: Known, sandbox: Sandbox
) -> None:
    call = known("peer_no_frames_pair")
    locker.keep_call(connected, call_of(connected, call), user_ids=[call.user_id], reason="r", actor=bob)
    keep_all()
    answers = list(KeptAnswer.objects.all())
    assert {answer.operation for answer in answers} >= {
        "rooms.participant.list",
        "analytics.abnormal_events.get",
        "analytics.client_qos.get",
    }
    asked = {entry["request_id"] for entry in sandbox.requests()}
    for answer in answers:
        plain = zlib.decompress(bytes(answer.body))
        assert hashlib.sha256(plain).hexdigest() == answer.digest
        assert len(plain) == answer.size_bytes
        assert answer.request_id in asked
        assert answer.form == "sent"
        assert answer.asked_at is not None
        assert answer.asked_at <= answer.taken_at
    packed, plain_bytes = sum(len(one.body) for one in answers), sum(one.size_bytes for one in answers)
    assert KeptCall.objects.get().size_bytes == packed < plain_bytes / 3


def test_a_call_that_goes_on_is_kept_when_it_is_final(bob: User, connected: Connection, known: Known) -> None:
    call = call_of(connected, known("peer_no_frames_pair"))
    kept = locker.keep_call(connected, call, user_ids=[], reason="", actor=bob)
    KeptCall.objects.update(due_at=timezone.now() + timedelta(minutes=5))
    assert keep_due() == 0
    assert keep_due(timezone.now() + timedelta(minutes=6)) == 1
    assert keep_due(timezone.now() + timedelta(minutes=6)) == 0  # its run has it
    assert Run.objects.get().subject == kept.room_id


def test_keeping_twice_keeps_once_and_more_people_are_added(
    bob: User, connected: Connection, known: Known
) -> None:
    call = call_of(connected, known("peer_uplink_loss_group"))
    first = locker.flag_call(connected, call, KeptCall.Why.VERDICT, ["a"])
    again = locker.flag_call(connected, call, KeptCall.Why.COMPLAINT, ["b", "a", ""])
    assert first is not None
    assert again is not None
    assert first.pk == again.pk
    assert (again.user_ids, again.why) == (["a", "b"], "verdict")
    chosen = locker.keep_call(connected, call, user_ids=["c"], reason="for the ticket", actor=bob)
    assert (chosen.pk, chosen.why, chosen.reason) == (first.pk, "chosen", "for the ticket")


def test_the_policy_decides_what_is_kept_by_itself(olga: User, connected: Connection, known: Known) -> None:
    call = call_of(connected, known("peer_no_frames_pair"))
    locker.set_policy(connected, keep_verdicts=False, keep_complaints=True, days=30, actor=olga)
    assert locker.flag_call(connected, call, KeptCall.Why.VERDICT, []) is None
    assert locker.flag_call(connected, call, KeptCall.Why.COMPLAINT, []) is not None
    entry = AuditEntry.objects.get(action="investigate.locker.set")
    assert (entry.before["days"], entry.after["days"]) == (180, 30)
    keep_all()
    kept = KeptCall.objects.get()
    assert kept.kept_at is not None
    assert kept.expires_at == kept.kept_at + timedelta(days=30)
    locker.set_policy(connected, keep_verdicts=True, keep_complaints=True, days=10, actor=olga)
    kept.refresh_from_db()
    assert kept.expires_at == kept.kept_at + timedelta(days=10)


def test_what_the_cloud_has_forgotten_is_not_flagged(connected: Connection, known: Known) -> None:
    call = call_of(connected, known("peer_no_frames_pair"))
    with time_machine.travel(MOMENT + timedelta(days=6)):
        assert locker.flag_call(connected, call, KeptCall.Why.VERDICT, []) is None


def test_a_cloud_that_fails_leaves_it_failed_with_the_reason_and_the_page_says_so(
    as_: Any, bob: User, connected: Connection, known: Known, sandbox: Sandbox
) -> None:
    call = call_of(connected, known("peer_no_frames_pair"))
    locker.keep_call(connected, call, user_ids=[], reason="", actor=bob)
    sandbox.fail_next(
        "status", operation="list_client_qos_details", status=400, code="x", message="x", times=0
    )
    keep_all()
    kept = KeptCall.objects.get()
    assert kept.state == "partial"  # everything but the curves
    assert kept.problem_said
    text = as_(bob).get(KEPT).content.decode()
    assert "kept in part" in text
    assert kept.room_id in text


def test_a_call_that_is_still_to_be_kept_is_opened_from_the_list(
    as_: Any, bob: User, connected: Connection, known: Known
) -> None:
    call = known("peer_no_frames_pair")
    locker.keep_call(connected, call_of(connected, call), user_ids=[call.user_id], reason="", actor=bob)
    browser = as_(bob)
    page = browser.get(KEPT)
    (row,) = page.context["rows"]
    assert not row["kept"].openable
    assert f'href="{row["url"].replace("&", "&amp;")}"' in page.content.decode()
    assert browser.get(row["url"]).context["call"].room_id == call.room_id


def test_what_is_too_old_is_deleted_on_record(bob: User, connected: Connection, known: Known) -> None:
    locker.keep_call(
        connected, call_of(connected, known("peer_no_frames_pair")), user_ids=[], reason="", actor=bob
    )
    keep_all()
    assert locker.delete_expired(timezone.now() + timedelta(days=179)) == 0
    assert locker.delete_expired(timezone.now() + timedelta(days=181)) == 1
    assert not KeptAnswer.objects.exists()
    entry = AuditEntry.objects.get(action="investigate.call.forget")
    assert (entry.actor_name, entry.reason) == ("", "its time was over")
    assert entry.details["digests"]


def test_deleting_before_its_time_wants_the_right_and_a_reason(
    as_: Any, bob: User, alice: User, connected: Connection, known: Known
) -> None:
    locker.keep_call(
        connected, call_of(connected, known("peer_no_frames_pair")), user_ids=[], reason="", actor=bob
    )
    keep_all()
    url = f"{KEPT}{KeptCall.objects.get().pk}/delete/"
    assert as_(bob).get(url).status_code == 403
    browser = as_(alice)
    dialog = browser.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "Nothing brings it back" in dialog
    assert browser.post(url, {"form_id": "x"}).status_code == 422
    assert KeptCall.objects.exists()
    sent = {"form_id": "7e2ac1ea-7d1c-4a7b-8d5e-0d5d9d4f2a11", "words": "asked for by the customer"}
    assert browser.post(url, sent).status_code == 302
    assert not KeptCall.objects.exists()
    assert AuditEntry.objects.get(action="investigate.call.forget").reason == "asked for by the customer"


def test_the_policy_s_form(as_: Any, bob: User, alice: User, connected: Connection) -> None:
    url = f"{KEPT}policy/"
    assert as_(bob).get(url).status_code == 403
    browser = as_(alice)
    assert browser.post(url, {"days": "0"}).status_code == 422
    assert browser.post(url, {"days": "14", "keep_verdicts": "on"}).status_code == 302
    policy = locker.policy_of(connected)
    assert (policy.days, policy.keep_verdicts, policy.keep_complaints) == (14, True, False)
    assert "calls in which something was wrong" in browser.get(KEPT).content.decode()


def test_only_what_one_may_see_is_listed(
    as_: Any, carol: User, bob: User, connected: Connection, known: Known
) -> None:
    call = known("peer_no_frames_pair")
    locker.keep_call(connected, call_of(connected, call), user_ids=[], reason="", actor=bob)
    RoleGrant.objects.create(user=carol, role=Role.SUPPORT, connection=connected, app_id="another-app")
    assert call.room_id not in as_(carol).get(KEPT).content.decode()
    assert call.room_id in as_(bob).get(KEPT).content.decode()


def test_a_watched_participant_s_calls_are_kept(
    as_: Any, lena: User, bob: User, connected: Connection, known: Known
) -> None:
    call = known("peer_no_frames_pair", hours=20)
    page = f"/c/demo/investigate/users/{call.app_id}/{call.user_id}/"
    assert as_(bob).get(f"{page}watch/").status_code == 403
    browser = as_(lena)
    assert "Keep their calls" in browser.get(page).content.decode()
    sent = {"form_id": "7e2ac1ea-7d1c-4a7b-8d5e-0d5d9d4f2a12", "days": "7", "words": "complains every day"}
    assert browser.post(f"{page}watch/", {**sent, "days": "100"}).status_code == 422
    assert browser.post(f"{page}watch/", sent).status_code == 302
    entry = AuditEntry.objects.get(action="investigate.user.watch")
    assert (entry.target_id, entry.reason) == (call.user_id, "complains every day")
    watchers.watched(connected, None).update(since=MOMENT - timedelta(days=1))
    assert watchers.look_after() == 1
    assert watchers.look_after() == 0  # twice a day
    kept = KeptCall.objects.filter(why="watched")
    assert call.room_id in set(kept.values_list("room_id", flat=True))
    assert all(one.user_ids == [call.user_id] for one in kept)
    row = watchers.watched(connected, None).get()
    assert browser.post(f"/c/demo/investigate/watched/{row.pk}/end/").status_code == 302
    assert not watchers.watched(connected, None).exists()
    assert browser.post(f"/c/demo/investigate/watched/{row.pk}/end/").status_code == 404
    assert AuditEntry.objects.filter(action="investigate.user.unwatch").exists()


def test_without_a_permit_keeping_waits(
    bob: User, connected: Connection, known: Known, use_up: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    locker.keep_call(
        connected, call_of(connected, known("peer_no_frames_pair")), user_ids=[], reason="", actor=bob
    )
    SharedAnswer.objects.all().delete()
    use_up(GET_CLIENT_QOS)
    monkeypatch.setattr("console.investigate.services.keeping._WAIT", 0.1)
    keep_due()
    hand_out(start=work_on)
    run = Run.objects.get()
    assert run.blocked_said
    assert KeptCall.objects.get().state == "waiting"
