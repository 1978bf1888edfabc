"""The verdict on the page of a call: what it says, where its evidence stands, and what becomes of it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from console.accounts.models import User
from console.audit.models import AuditEntry
from console.connections.models import Connection, SharedAnswer
from console.investigate.models import KeptCall, VerdictMark, VerdictRecord
from console.investigate.services import locker
from console.investigate.services.calls import SharedReader, get_call
from console.sparkrtc.catalogue.analytics import GET_CLIENT_QOS
from console.sparkrtc.catalogue.rooms import LIST_PARTICIPANTS
from tests.investigate.conftest import KnownCall, statistics
from tests.rooms.conftest import OpenRoom
from tests.sandbox.harness import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)
Known = Callable[..., KnownCall]
# {how a call of the sandbox is labelled: the rule, and a part of what is said}
CASES = {
    "peer_uplink_loss_group": ("R7", "on its way up"),
    "user_downlink_loss_group": ("R8", "sent to"),
    "user_network_loss_group": ("R12", "bad both ways"),
    "fine_group": ("", "Nothing was wrong"),
    "join_failed_6": ("R1", "could not join"),
}


def text_of(answer: Any) -> str:
    """Return what can be read of the verdict's card, without markup."""
    card = re.search(r'<section class="panel verdict.*?</section>', answer.content.decode(), re.DOTALL)
    assert card is not None
    return " ".join(re.sub(r"<[^>]+>", " ", card[0]).split())


@pytest.mark.parametrize("name", CASES)
def test_a_known_cause_is_named_first(
    as_: Any, bob: User, connected: Connection, known: Known, name: str
) -> None:
    rule, says = CASES[name]
    call = known(name)
    answer = as_(bob).get(call.url())
    told = answer.context["told"]
    assert told.verdict.rule == rule
    assert says in text_of(answer)
    body = answer.content.decode()
    assert body.index('id="verdict"') < body.index('id="timeline"')


def test_side_time_and_how_sure_stand_under_it_with_the_reasons(
    as_: Any, bob: User, connected: Connection, known: Known
) -> None:
    call = known("peer_uplink_loss_group")
    answer = as_(bob).get(call.url())
    first = answer.context["told"].first
    assert (first.finding.side.value, first.finding.person) == ("peer", call.peer_id)
    assert first.finding.since <= call.at <= first.finding.until
    text = text_of(answer)
    assert "the other one&#x27;s side:" in text
    assert "independent pieces of evidence" in text
    assert "Ruled out:" in text
    assert "the limit is" in text
    assert re.search(r"R7 v\d+ · engine \d+", text)
    assert answer.context["told"].verdict.inputs in text
    assert "packet loss 5 %" in text  # the limits in force


def test_who_asks_and_is_the_reason_for_what_the_others_suffer_is_told_so(
    as_: Any, bob: User, connected: Connection, known: Known
) -> None:
    call = known("peer_uplink_loss_group")
    answer = as_(bob).get(call.url(user=call.peer_id, symptom="freeze", deep="1"))
    told = answer.context["told"]
    assert (told.verdict.rule, told.first.finding.person) == ("R7", call.peer_id)
    assert told.first.finding.side.value == "user"
    assert "Nothing was wrong with what" in text_of(answer)  # they received everything
    path, query = answer.wsgi_request.get_full_path().split("?")
    text = as_(bob).get(f"{path}reply/?{query}").context["text"]
    assert "Your connection lost or delayed what you sent" in text
    assert "nothing wrong" not in text


def test_each_clause_leads_to_its_evidence_on_the_page(
    as_: Any, bob: User, connected: Connection, known: Known, calls: Any
) -> None:
    browser = as_(bob)
    for name in ("peer_uplink_loss_group", "user_network_loss_group", "user_downlink_loss_group"):
        answer = browser.get(known(name).url())
        told = answer.context["told"]
        places = dict(place for one in told.first.because for place in one.places)
        assert places
        assert list(places) == sorted(places)
        assert told.headline.places[0][0] == 1
        calls()
        for url in places.values():
            query, anchor = url.split("#")
            shown = browser.get(answer.wsgi_request.path + query)
            assert f'id="{anchor}"' in shown.content.decode(), (name, url)
            assert shown.context["shown"].zoomed
        assert set(statistics(calls())) <= {"list_users"}  # which grows old while the test runs


def test_how_far_it_reached_and_who_else_suffered(
    as_: Any, bob: User, connected: Connection, known: Known
) -> None:
    call = known("peer_uplink_loss_crowd")
    answer = as_(bob).get(call.url())
    told = answer.context["told"]
    assert len(told.affected) > 8
    assert call.user_id not in [hit.person for hit in told.affected]
    room = next(circle for circle in told.circles if circle.dimension.value == "room")
    assert f"this room {room.hit} of {room.people}" in text_of(answer)
    said = text_of(answer)
    assert "noticed even once; not counted: " in said  # whoever is to blame
    assert "noticed more than once or seen in curves; not counted: " in said  # whoever complains
    assert told.circles_without == told.first.finding.person == call.peer_id
    count = told.verdict.others_count
    assert f"{count} more people suffered" in text_of(answer)
    assert f"{count - 8} more, in the timeline of everybody" in text_of(
        answer
    )  # which has an order of its own


def test_without_anybody_who_complains_everybody_is_looked_at(
    as_: Any, bob: User, connected: Connection, known: Known
) -> None:
    call = known("peer_uplink_loss_group")
    answer = as_(bob).get(call.url(user="").replace(f"user={call.user_id}", ""))
    assert answer.context["told"].verdict.complaint.user_id == ""
    assert len(answer.context["told"].affected) >= 2


def test_complaint_and_person_are_chosen_on_the_page(
    as_: Any, bob: User, connected: Connection, known: Known
) -> None:
    call = known("peer_uplink_loss_group")
    answer = as_(bob).get(call.url(symptom="echo"))
    assert "Nobody can tell" in text_of(answer)
    assert 'value="echo" selected' in answer.content.decode()
    odd = as_(bob).get(call.url(symptom="<b>", user="<script>x</script>"))
    assert odd.status_code == 200
    assert "<script>x" not in odd.content.decode()


def test_the_card_in_chinese(as_: Any, bob: User, connected: Connection, known: Known) -> None:
    answer = as_(bob).get(known("peer_uplink_loss_group").url(), headers={"Accept-Language": "zh-hans"})
    text = text_of(answer)
    assert "丢" in text
    assert not re.search(r"\b(Ruled out|What helps|How far|Write a reply|sure|likely)\b", text), text
    assert re.search("对方一侧 ?：", text), text
    assert not re.search("[\u4e00-\u9fff] ?[:;(]|[:;)] ?[\u4e00-\u9fff]", text), text


def test_hostile_names_in_sentences_stay_text(
    as_: Any, bob: User, connected: Connection, hostile: OpenRoom
) -> None:
    answer = as_(bob).get(f"/c/demo/investigate/calls/{hostile.app_id}/{hostile.room_id}/")
    assert answer.status_code == 200
    card = re.search(r'<section class="panel verdict.*?</section>', answer.content.decode(), re.DOTALL)
    assert card is not None
    assert "<script" not in card[0]
    assert "\u202e" not in card[0]


def test_a_verdict_is_remembered_once_with_the_investigation_and_the_call_flagged(
    as_: Any, alice: User, bob: User, connected: Connection, known: Known
) -> None:
    call = known("peer_uplink_loss_group")
    as_(bob).get(call.url())
    as_(alice).get(call.url())
    record = VerdictRecord.objects.get()
    assert (record.rule, record.outcome, record.side, record.person) == ("R7", "found", "peer", call.peer_id)
    assert record.data["limits"]["loss_bad"] == 0.05
    kept = KeptCall.objects.get()
    assert (kept.why, kept.state) == ("verdict", "waiting")
    assert set(kept.user_ids) == {call.user_id, call.peer_id}
    browser = as_(bob)
    assert "on its way up" in browser.get("/c/demo/investigate/").content.decode()
    bob.language = "zh-hans"
    bob.save()
    assert "上行" in browser.get("/c/demo/investigate/").content.decode()


def test_an_ended_call_looked_at_again_has_the_same_fingerprint_and_is_not_remembered_anew(
    as_: Any, bob: User, connected: Connection, known: Known
) -> None:
    call = known("peer_uplink_loss_group")
    first = as_(bob).get(call.url()).context["told"].verdict
    given_at = VerdictRecord.objects.get().given_at
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        again = as_(bob).get(call.url()).context["told"].verdict
    assert again.taken_at > first.taken_at
    assert again.inputs == first.inputs
    assert VerdictRecord.objects.get().given_at == given_at


def test_a_complaint_alone_keeps_a_call_and_a_calm_call_without_one_is_not_kept(
    as_: Any, bob: User, connected: Connection, known: Known
) -> None:
    call = known("fine_group")
    as_(bob).get(call.url())
    assert not KeptCall.objects.exists()
    as_(bob).get(call.url(symptom="freeze"))
    assert KeptCall.objects.get().why == "complaint"


def test_a_policy_that_keeps_nothing_by_itself_keeps_nothing(
    as_: Any, bob: User, alice: User, connected: Connection, known: Known
) -> None:
    policy = locker.policy_of(connected)
    policy.keep_verdicts = policy.keep_complaints = False
    policy.save()
    as_(bob).get(known("peer_uplink_loss_group").url())
    assert not KeptCall.objects.exists()


def test_without_a_permit_the_verdict_waits_and_nothing_is_remembered(
    as_: Any, bob: User, connected: Connection, known: Known, use_up: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = known("peer_uplink_loss_group")
    as_(bob).get(call.url(symptom="echo"))  # the people are read; no curves
    VerdictRecord.objects.all().delete()
    SharedAnswer.objects.exclude(operation=LIST_PARTICIPANTS.name).delete()
    use_up(GET_CLIENT_QOS)
    monkeypatch.setattr("console.investigate.services.calls.SharedReader.max_wait", 0.05)
    answer = as_(bob).get(call.url())
    assert answer.status_code == 200
    assert "The verdict waits" in text_of(answer)
    assert "Write a reply" not in text_of(answer)
    assert 'hx-trigger="countdown-over"' in answer.content.decode()
    assert not VerdictRecord.objects.exists()


def test_looking_deeper_costs_more_and_is_done_by_itself_only_while_the_quota_is_idle(
    as_: Any, bob: User, connected: Connection, known: Known, calls: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = known("peer_muted_pair")
    browser = as_(bob)
    monkeypatch.setattr("console.investigate.views.verdicts.quota_is_busy", lambda connection: True)
    answer = browser.get(call.url())
    deeper = answer.context["deeper"]
    assert deeper is not None
    assert not deeper.by_itself
    assert 'hx-trigger="load delay' not in answer.content.decode()
    assert "Look deeper" in text_of(answer)
    assert re.search(r"at most 12 of 30 requests, about \d+ s", text_of(answer))
    monkeypatch.setattr("console.investigate.views.verdicts.quota_is_busy", lambda connection: False)
    answer = browser.get(call.url())
    assert answer.context["deeper"].by_itself
    assert 'hx-trigger="load delay' in answer.content.decode()
    calls()
    piece = browser.get(
        answer.wsgi_request.path + deeper.url, headers={"HX-Request": "true", "HX-Target": "verdict"}
    )
    assert '<div id="beside" class="call-beside" hx-swap-oob="true">' in piece.content.decode()
    assert 'id="client-notes"' in piece.content.decode()  # to which a footnote of the deeper verdict leads
    assert "hx-swap-oob" not in answer.content.decode().partition('id="beside"')[2][:60]
    deep = browser.get(answer.wsgi_request.path + deeper.url)
    assert 1 <= len(statistics(calls())) <= 12
    assert deep.context["deeper"] is None
    assert deep.context["told"].verdict.rule == "R5"


def test_who_may_hurt_others_is_told_what_was_not_looked_at_and_offered_it(
    as_: Any, bob: User, connected: Connection, known: Known, calls: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = known("server_no_frames_group")
    monkeypatch.setattr("console.investigate.views.verdicts.quota_is_busy", lambda connection: True)
    browser = as_(bob)
    url = call.url(user=call.peer_id, symptom="freeze")  # "the others see me freezing"
    answer = browser.get(url)
    assert answer.context["told"].verdict.outcome == "nothing_wrong"
    body = answer.content.decode()
    box = re.search(r'<div class="verdict-narrow">.*?</div>', body, re.DOTALL)
    assert box is not None
    assert "what the others received of them was not read yet" in box[0]
    assert 'id="deeper"' in box[0]
    assert "at most 12 of 30 requests" in box[0]
    assert body.count('id="deeper"') == 1
    calls()
    deep = browser.get(url + "&deep=1")
    assert "list_client_qos_details" in calls()
    assert "verdict-narrow" not in deep.content.decode()


def test_right_and_wrong_are_remembered_with_a_note_and_counted_for_leads(
    as_: Any, bob: User, lena: User, connected: Connection, known: Known
) -> None:
    call = known("peer_uplink_loss_group")
    browser = as_(bob)
    browser.get(call.url())
    record = VerdictRecord.objects.get()
    mark = f"/c/demo/investigate/verdicts/{record.pk}/mark/?{call.url().split('?')[1]}"
    answer = browser.post(mark, {"right": "1", "note": "asked <b>them</b>"}, follow=True)
    assert "counts for the rule" in answer.content.decode()
    assert 'aria-pressed="true"' in answer.content.decode()
    assert "asked &lt;b&gt;them" in answer.content.decode()
    browser.post(mark, {"right": "0", "note": "it was the proxy"})
    found = VerdictMark.objects.get()
    assert (found.right, found.note, found.rule) == (False, "it was the proxy", "R7")
    assert "Say whether" in browser.post(mark, {"right": "perhaps"}, follow=True).content.decode()
    assert browser.post("/c/demo/investigate/verdicts/999999/mark/", {"right": "1"}).status_code == 404
    lead = as_(lena).get("/c/demo/investigate/rules/")
    rate = next(one for one in lead.context["rates"] if one.rule == "R7")
    assert (rate.given, rate.right, rate.wrong, rate.share) == (1, 0, 1, 0.0)
    assert "0 %" in lead.content.decode()


def test_whoever_may_not_see_the_call_cannot_mark_its_verdict(
    as_: Any, bob: User, audrey: User, connected: Connection, known: Known
) -> None:
    as_(bob).get(known("peer_uplink_loss_group").url())
    record = VerdictRecord.objects.get()
    answer = as_(audrey).post(f"/c/demo/investigate/verdicts/{record.pk}/mark/", {"right": "1"})
    assert answer.status_code in (403, 404)
    assert not VerdictMark.objects.exists()
    assert as_(bob).get("/c/demo/investigate/rules/").status_code in (403, 404)


def test_limits_are_changed_on_record_and_the_verdict_and_the_lines_follow(
    as_: Any, alice: User, bob: User, connected: Connection, known: Known
) -> None:
    call = known("peer_uplink_loss_group")
    url = "/c/demo/investigate/limits/"
    page = as_(alice).get(url)
    assert page.status_code == 200
    form = page.context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    answer = as_(alice).post(url, {**values, "loss_bad": "45", "words": "our customers mind less"})
    assert answer.status_code == 302
    entry = AuditEntry.objects.get(action="investigate.limits.set")
    assert (entry.before, entry.after) == ({"loss_bad": "0.05"}, {"loss_bad": "0.45"})
    shown = as_(bob).get(call.url())
    assert shown.context["told"].verdict.limits["loss_bad"] == 0.45
    assert "above 5 %" not in text_of(shown)
    loss = [one for one in shown.context["multiples"] if one.key == "loss"]
    assert all(line.value != 0.05 for one in loss for line in one.above.lines)


@pytest.mark.parametrize(
    "changed", [{"loss_bad": "900"}, {"loss_bad": "x"}, {"persist_hits": "1.5"}, {"video_freeze_watch": "50"}]
)
def test_limits_that_cannot_be_are_refused(
    as_: Any, alice: User, connected: Connection, changed: dict[str, str]
) -> None:
    url = "/c/demo/investigate/limits/"
    form = as_(alice).get(url).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    answer = as_(alice).post(url, {**values, "words": "because", **changed})
    assert answer.status_code == 422
    assert set(changed) <= set(answer.context["form"].errors)


def test_only_whoever_configures_changes_limits(as_: Any, bob: User, connected: Connection) -> None:
    assert as_(bob).get("/c/demo/investigate/limits/").status_code in (403, 404)


def test_what_is_kept_is_never_replaced_by_what_the_cloud_has_forgotten(
    as_: Any, bob: User, connected: Connection, known: Known, sandbox: Sandbox
) -> None:
    at = known("peer_uplink_loss_group")
    call = get_call(SharedReader(connected), at.app_id, at.room_id, at.at)
    assert call is not None
    kept = locker.flag_call(connected, call, KeptCall.Why.VERDICT, [at.user_id])
    assert kept is not None
    KeptCall.objects.update(state="kept")
    locker.flag_call(connected, call, KeptCall.Why.VERDICT, [at.peer_id])
    assert KeptCall.objects.get().state == "waiting"  # there is more to keep
    KeptCall.objects.update(state="kept", user_ids=[at.user_id])
    with time_machine.travel(timezone.now() + timedelta(days=6)):
        locker.flag_call(connected, call, KeptCall.Why.VERDICT, [at.peer_id])
    assert KeptCall.objects.get().state == "kept"
