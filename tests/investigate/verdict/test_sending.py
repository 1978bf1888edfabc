"""Somebody who lacks nothing asks, and is the reason why the others suffer; or they are not, and are not blamed."""

from __future__ import annotations

import pytest

from console.investigate.verdict import Symptom
from console.investigate.verdict.evidence import ClientNote, Complaint, SourceName
from console.investigate.verdict.result import Outcome, Side
from tests.investigate.verdict.making import BAD, Call, at
from tests.investigate.verdict.test_wanted import asked_about, many

OTHERS = ("ann", "cho", "dan")


def uplink() -> Call:
    return Call().set("bob", "", "vloss", 0.15).freeze("bob", OTHERS)


@pytest.mark.parametrize(("symptom", "moment"), [(None, None), (Symptom.FREEZE, 25)])
def test_who_is_seen_freezing_is_told_that_it_is_their_way_up(symptom, moment):
    verdict = uplink().judge(user="bob", symptom=symptom, moment=moment)
    finding = verdict.findings[0]
    assert verdict.outcome is Outcome.FOUND
    assert (finding.rule, finding.person, finding.side) == ("R7", "bob", Side.USER)
    assert verdict.headline.id == "R7.says_everybody"
    assert set(finding.receivers) == set(OTHERS)
    assert [clause.id for clause in verdict.caveats] == ["caveat.only_others"]
    assert {(hit.person, hit.rule, hit.culprit) for hit in verdict.hits} == {
        (one, "R7", "bob") for one in OTHERS
    }
    assert finding.rule not in {denial.rule for denial in verdict.ruled_out}
    assert finding.rule == uplink().judge(user="ann").rule


def silenced() -> Call:
    call = Call()
    for receiver in ("", *OTHERS):
        call.set("bob", receiver, "abit", 0)
    return call


def test_whom_nobody_hears_is_told_that_no_sound_was_sent():
    verdict = silenced().judge(user="bob", symptom=Symptom.NO_SOUND)
    assert (verdict.rule, verdict.findings[0].person) == ("R6", "bob")
    assert verdict.headline.id == "R6.says_sound"
    assert "cap.maybe_muted" in {clause.id for clause in verdict.findings[0].confidence.basis}
    assert silenced().judge(user="bob").outcome is Outcome.NOTHING_WRONG  # people do mute themselves


def test_whom_nobody_hears_because_they_muted_is_told_so():
    call = silenced()
    call.notes.append(ClientNote(at=at(BAD[0]), event_id="1", text="bob muted the microphone"))
    verdict = call.judge(user="bob", symptom=Symptom.NO_SOUND)
    assert verdict.rule == "R5"
    assert verdict.headline.id == "R5.says_muted"


def test_who_did_nothing_is_not_blamed_for_what_others_suffer():
    verdict = uplink().freeze("cho", ()).judge(user="ann")
    assert verdict.findings[0].person == "bob"
    call = Call()
    for sender in ("bob", "cho", "dan"):
        call.set(sender, "ann", "vloss", 0.12).freeze(sender, ["ann"])
    verdict = call.judge(user="bob", symptom=Symptom.FREEZE)
    assert (verdict.outcome, verdict.rule, verdict.headline.id) == (
        Outcome.NOTHING_WRONG,
        "",
        "calm.others_hit",
    )
    assert [(hit.person, hit.rule) for hit in verdict.hits] == [("ann", "R8")]


def test_what_others_suffer_in_ones_own_stream_alone_and_nothing_explains_is_no_calm():
    verdict = Call().freeze("bob", ["cho"]).judge(user="bob")
    assert (verdict.outcome, verdict.rule, verdict.headline.id) == (
        Outcome.CANNOT_TELL,
        "",
        "calm.own_stream",
    )
    assert verdict.headline.params == {"person": "bob", "hit": 1}


def test_who_left_need_not_be_told_so():
    call = Call(until={"bob": 25}).notice("ann", 17, peer="bob").notice("cho", 17, peer="bob")
    assert call.judge(user="bob").rule == ""


def test_what_others_have_of_a_stream_is_asked_for_where_it_may_be_the_reason():
    call = many(12).notice("p1", 12, peer="p3")
    asked = asked_about(call, Complaint(user_id="p3"))
    curves = [(q.sender, q.receiver) for q in asked if q.name is SourceName.CURVES]
    assert curves == [(None, "p3"), (None, ""), ("p3", None)]
    assert SourceName.ELSEWHERE in {q.name for q in asked}
    asked = asked_about(many(12), Complaint(user_id="p3", symptom=Symptom.NO_SOUND))
    assert "abit" in next(q for q in asked if q.sender == "p3").metrics
