"""Verdicts are kept, read again, judged again and compared; how sure they are follows from what they rest on."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from console.investigate.verdict import ENGINE, RULES, Complaint, compare, judge, limits_in_force
from console.investigate.verdict.catalogue import ORDER, version_of
from console.investigate.verdict.evidence import AbnormalEvent, EventKind, Session
from console.investigate.verdict.limits import LIMITS
from console.investigate.verdict.result import Dimension, ExhibitKind, Side, Word
from console.investigate.verdict.storing import Unreadable, evidence_from, packed, plain, verdict_from
from tests.investigate.verdict.making import ROOM, Call, at


def trouble() -> Call:
    return Call().set("bob", "", "vloss", 0.15).freeze("bob", ("ann", "cho", "dan"))


def test_what_was_kept_reads_the_same_and_judges_the_same():
    evidence, complaint = trouble().evidence(), Complaint(user_id="ann", at=at(25))
    verdict = judge(evidence, complaint)
    assert evidence_from(packed(evidence)) == evidence
    assert verdict_from(packed(verdict)) == verdict
    assert verdict_from(json.loads(json.dumps(plain(verdict)))) == verdict
    assert packed(judge(evidence_from(plain(evidence)), complaint)) == packed(verdict)


@pytest.mark.parametrize("data", [b"", b"[]", b'{"engine": 1}', {"outcome": "odd"}])
def test_what_another_version_kept_is_refused(data):
    with pytest.raises(Unreadable):
        verdict_from(data)


def test_a_verdict_carries_what_it_follows_from():
    evidence = trouble().evidence()
    verdict = judge(evidence, Complaint(user_id="ann"))
    assert verdict.engine == ENGINE
    assert verdict.limits == limits_in_force().plain()
    assert verdict.findings[0].version == version_of("R7")
    assert len(verdict.inputs) == 64
    assert judge(evidence, Complaint(user_id="ann")).inputs == verdict.inputs
    assert judge(evidence, Complaint(user_id="cho")).inputs != verdict.inputs
    other = limits_in_force({"rtt_bad": 399})
    assert judge(evidence, Complaint(user_id="ann"), other).inputs != verdict.inputs


def test_when_an_ended_call_is_looked_at_is_no_input_once_all_is_known():
    def inputs(taken: float, **changes) -> str:
        call = trouble()
        call.taken = taken
        evidence = replace(call.evidence(), **changes)
        return judge(evidence, Complaint(user_id="ann")).inputs

    day = 24 * 60
    assert inputs(90) == inputs(91.5) == inputs(2 * day)
    assert inputs(51) != inputs(52)  # the last minutes are not known yet
    assert inputs(90) != inputs(90, ended_at=None) != inputs(91, ended_at=None)
    assert inputs(5 * day + 60) == inputs(30 * day) != inputs(90)  # the curves are forgotten


def test_each_statement_about_a_curve_says_which_one_it_is():
    verdict = trouble().judge()
    clauses = [clause for denial in verdict.ruled_out for clause in denial.because]
    clauses += [clause for finding in verdict.findings for clause in finding.because]
    exhibits = [e for clause in clauses for e in clause.exhibits if e.kind is ExhibitKind.SERIES]
    assert len(exhibits) > 8
    for exhibit in exhibits:
        assert exhibit.metric
        assert exhibit.person
        assert exhibit.limit in {limit.id for limit in LIMITS}
        assert exhibit.since <= exhibit.until
        assert exhibit.points >= exhibit.hits


def test_two_verdicts_are_compared():
    evidence, complaint = trouble().evidence(), Complaint(user_id="ann")
    old = judge(evidence, complaint)
    same = compare(old, judge(evidence, complaint))
    assert (same.same_inputs, same.same_engine, same.same_answer, same.changes) == (True, True, True, ())
    new = judge(evidence, complaint, limits_in_force({"loss_bad": 0.3}))
    found = compare(old, new)
    assert not found.same_inputs
    assert not found.same_answer
    changed = {change.part: (change.before, change.after) for change in found.changes}
    assert changed["rule"] == ("R7", "R15")
    assert changed["person"] == ("bob", "")
    assert changed["limit loss_bad"] == ("0.05", "0.3")


def test_limits_change_the_answer_as_they_should():
    call = Call().set("bob", "", "vloss", 0.04).freeze("bob", ("ann", "cho", "dan"))
    assert call.judge().rule == "R15"
    assert call.judge(limits=limits_in_force({"loss_bad": 0.03})).rule == "R7"
    brief = Call().set("bob", "", "vloss", 0.2, [20, 21]).set("bob", "ann", "vblock", 0.5, [20, 21])
    brief.set("bob", "cho", "vblock", 0.5, [20, 21])
    assert brief.judge().rule == ""
    assert brief.judge(limits=limits_in_force({"persist_hits": 2})).rule == "R7"


def test_more_evidence_makes_surer_and_gaps_make_less_sure():
    plainly = trouble().judge().findings[0].confidence
    noticed = trouble().notice("ann", 12, peer="bob").judge().findings[0].confidence
    assert noticed.pieces > plainly.pieces
    assert noticed.score > plainly.score
    gaps = trouble()
    for metric in ("vloss", "vrtt", "vjitter", "vbit", "vfps"):
        gaps.set("bob", "", metric, None, range(1, 50, 2))
    for minute in range(20, 32, 2):
        gaps.set("bob", "", "vloss", 0.15, [minute])
    sparse = gaps.judge().findings[0].confidence
    assert sparse.coverage < 0.7 < plainly.coverage
    assert sparse.score < plainly.score


def neighbours(call: Call, hit: int, fine: int) -> Call:
    """Let others of the same network be in another room at the same time, some of whom suffer."""
    for number in range(hit + fine):
        call.sessions.append(
            Session(room_id="other", user_id=f"n{number}", joined_at=at(0), left_at=at(50), isp="CTCC")
        )
        if number < hit:
            call.events.append(
                AbnormalEvent(
                    at=at(25), room_id="other", user_id=f"n{number}", kind=EventKind.PICTURE, factor=14
                )
            )
    return call


def test_blast_radius_changes_how_sure_a_verdict_is():
    def own(call: Call):
        for sender in ("bob", "cho", "dan"):
            call.set(sender, "ann", "vloss", 0.12).freeze(sender, ["ann"])
        return call.judge().findings[0]

    alone, together = own(neighbours(Call(), 0, 20)), own(neighbours(Call(), 15, 5))
    assert alone.rule == together.rule == "R8"
    assert alone.confidence.score > together.confidence.score
    circle = next(each for each in together.confidence.circles if each.dimension is Dimension.ISP)
    assert (circle.value, circle.hit, circle.people) == ("CTCC", 15, 23)
    assert "circle.many_against" in {clause.id for clause in together.confidence.basis}


@pytest.mark.parametrize("rule", ["R7", "R8", "R12"])
def test_what_many_of_a_network_suffer_in_other_calls_is_not_blamed_on_one(rule):
    def judged(call: Call):
        if rule != "R7":
            for sender in ("bob", "cho", "dan"):
                call.set(sender, "ann", "vloss", 0.12).freeze(sender, ["ann"])
        if rule == "R12":
            call.set("ann", "", "vloss", 0.15).freeze("ann", ["bob", "cho", "dan"])
        if rule == "R7":
            call.set("bob", "", "vloss", 0.12).freeze("bob", ["ann", "cho", "dan"])
        return call.judge().findings[0]

    wide, own = judged(neighbours(Call(), 9, 11)), judged(neighbours(Call(), 2, 18))
    assert (wide.rule, own.rule) == (rule, rule)
    assert wide.person == own.person  # it was measured at them all the same
    assert (wide.says.id, wide.side) == (f"{rule}.says_wide", Side.UNKNOWN)
    assert own.says.id != f"{rule}.says_wide"
    assert own.side is not Side.UNKNOWN
    said = next(clause for clause in wide.because if clause.id == "circle.elsewhere")
    assert said.params == {"dimension": "isp", "value": "CTCC", "hit": 9, "people": 20}
    assert {clause.id for clause in wide.advice} == {"advice.other_network", "advice.network_ticket"}
    assert "circle.elsewhere" not in {clause.id for clause in own.because}


def test_a_room_that_suffers_together_is_no_wider_trouble():
    call = Call().set("bob", "", "vloss", 0.12).freeze("bob", ["ann", "cho", "dan"])
    assert call.judge().findings[0].says.id == "R7.says_everybody"


def test_the_share_of_a_network_is_that_of_the_other_rooms():
    people = [f"p{number}" for number in range(40)]
    call = Call(people=people, silent=set(people[4:]))
    call.set("p0", "", "vloss", 0.12).freeze("p0", people[1:4])
    for person in people[4:]:
        call.notice(person, 12, peer="p0")
    finding = neighbours(call, 11, 51).judge(user="p1").findings[0]
    circle = next(one for one in finding.confidence.circles if one.dimension is Dimension.ISP)
    assert (circle.hit, circle.people) == (50, 101)  # half of them, most through p0
    assert (circle.elsewhere, circle.elsewhere_people) == (11, 62)
    assert finding.says.id == "R7.says_everybody"
    assert finding.side is Side.PEER


def test_words_follow_scores():
    finding = trouble().notice("ann", 12, peer="bob").judge().findings[0]
    assert finding.confidence.word is Word.HIGH
    assert finding.confidence.score >= 0.68
    lone = Call(silent={"ann", "bob", "cho", "dan"}).notice("ann", 12, peer="bob").judge().findings[0]
    assert lone.confidence.word is not Word.HIGH
    assert "cap.only_named" in {clause.id for clause in lone.confidence.basis}


def test_the_catalogue_is_whole():
    assert [rule.id for rule in RULES] == [f"R{number}" for number in range(16)]
    assert set(ORDER) == {f"R{number}" for number in range(5, 15)}
    known = {limit.id for limit in LIMITS}
    for rule in RULES:
        assert set(rule.limits) <= known, rule.id
    assert ROOM
