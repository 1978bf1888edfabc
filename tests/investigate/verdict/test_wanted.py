"""What is asked: the most telling first, little, never twice, and nothing that the cloud would refuse."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from console.investigate.verdict import Complaint, Evidence, Symptom, wanted, with_answer
from console.investigate.verdict.evidence import ClientNote, Question, SourceName, SourceState
from console.investigate.verdict.wanted import LONGEST
from tests.investigate.verdict.making import Call, at


def bare(evidence: Evidence) -> Evidence:
    """Return what is known before anything was asked."""
    return msgspec.structs.replace(evidence, sessions=(), series=(), events=(), notes=(), sources=())


def asked_about(call: Call, complaint: Complaint, state: SourceState = SourceState.READ) -> list[Question]:
    """Ask until nothing is wanted; the answers are what the call holds."""
    whole = call.evidence()
    evidence = bare(whole)
    asked: list[Question] = []
    while questions := wanted(evidence, complaint):
        assert not set(questions) & set(asked)
        for question in questions:
            answer = {}
            if state is SourceState.READ and question.name is SourceName.SESSIONS:
                answer = {"sessions": whole.sessions}
            elif state is SourceState.READ and question.name is SourceName.EVENTS:
                answer = {"events": whole.events}
            elif state is SourceState.READ and question.name is SourceName.CURVES:
                answer = {"series": whole.series}
            elif state is SourceState.READ and question.name is SourceName.NOTES:
                answer = {"notes": whole.notes}
            evidence = with_answer(evidence, question, state, at(90), **answer)
        asked += questions
    return asked


def many(number: int) -> Call:
    """Return a call of a host and many who listen, whose clients reported nothing."""
    people = [f"p{place}" for place in range(number)]
    return Call(people=people, silent=set(people))


def test_a_calm_call_costs_three_questions():
    names = [question.name for question in asked_about(Call(), Complaint(user_id="ann"))]
    assert names == [SourceName.SESSIONS, SourceName.EVENTS, SourceName.CURVES]


def test_a_call_of_more_people_asks_for_what_one_receives_and_for_what_is_sent():
    asked = asked_about(many(12), Complaint(user_id="p3"))
    curves = [(q.sender, q.receiver) for q in asked if q.name is SourceName.CURVES]
    assert curves == [(None, "p3"), (None, "")]
    crowd = [
        (q.sender, q.receiver)
        for q in asked_about(many(450), Complaint(user_id="p3"))
        if q.name is SourceName.CURVES
    ]
    assert crowd == [(None, "p3"), ("p3", "")]


def test_in_a_crowd_the_events_of_one_person_are_asked_for():
    asked = asked_about(many(60), Complaint(user_id="p3"))
    assert [q.person for q in asked if q.name is SourceName.EVENTS] == [None, "p3"]
    assert [q.name for q in asked][:4] == [
        SourceName.SESSIONS,
        SourceName.EVENTS,
        SourceName.CURVES,
        SourceName.CURVES,
    ]


def test_whoever_suffers_gets_a_closer_look():
    call = Call().set("bob", "", "vloss", 0.2).freeze("bob", ("ann", "cho"))
    assert SourceName.ELSEWHERE in {q.name for q in asked_about(call, Complaint(user_id="ann"))}
    assert SourceName.ELSEWHERE in {q.name for q in asked_about(call, Complaint())}


def silent() -> Call:
    call = Call().set("bob", "", "abit", 0).set("bob", "ann", "abit", 0)
    return call.notice("ann", 18, peer="bob", kind="sound")


def test_where_somebody_sent_nothing_three_questions_tell_whether_they_switched_off():
    call = Call(people=[f"p{number}" for number in range(60)])
    call.set("p1", "", "abit", 0).set("p1", "p2", "abit", 0).notice("p2", 18, peer="p1", kind="sound")
    asked = asked_about(call, Complaint(user_id="p2", symptom=Symptom.NO_SOUND))[1:4]
    assert [q.name for q in asked] == [SourceName.EVENTS, SourceName.CURVES, SourceName.NOTES]
    assert (asked[1].sender, asked[1].receiver) == ("p1", None)
    assert asked[2].since < at(20) < asked[2].until
    others = asked_about(call, Complaint(user_id="p2", symptom=Symptom.FREEZE))
    assert [(q.sender, q.receiver) for q in others if q.name is SourceName.CURVES][:2] == [
        (None, "p2"),
        (None, ""),
    ]


def test_notes_are_looked_for_in_narrow_windows_and_backwards():
    call = silent()
    complaint = Complaint(user_id="ann", symptom=Symptom.NO_SOUND)
    asked = [q for q in asked_about(call, complaint) if q.name is SourceName.NOTES]
    assert [q.until - q.since for q in asked] == [timedelta(minutes=3)]
    first = asked[0]
    call.notes.append(ClientNote(at=first.since + timedelta(seconds=40), event_id="1", text="eve joined"))
    again = [q for q in asked_about(call, complaint) if q.name is SourceName.NOTES]
    assert 1 < len(again) <= 9
    assert any(q.since == first.since and q.until == first.since + timedelta(seconds=40) for q in again)


@pytest.mark.parametrize("state", [SourceState.FAILED, SourceState.NOT_ASKED, SourceState.FORGOTTEN])
def test_what_came_to_nothing_is_not_asked_again(state):
    assert len(asked_about(silent(), Complaint(user_id="ann"), state)) <= 3


@pytest.mark.parametrize("user", ["ann", ""])
def test_no_question_is_longer_than_the_cloud_allows(user):
    call = silent()
    call.minutes, call.taken = 3 * 1440, 4 * 1440
    for question in asked_about(call, Complaint(user_id=user)):
        assert question.since < question.until
        assert question.until - question.since <= LONGEST[question.name]


def test_a_moment_narrows_the_curves_and_old_curves_are_not_asked_for():
    call = many(12)
    call.minutes, call.taken = 300, 400
    asked = asked_about(call, Complaint(user_id="p1", at=at(150)))
    assert {(q.since, q.until) for q in asked if q.name is SourceName.CURVES} == {(at(120), at(180))}
    call.taken = 9 * 1440
    names = {q.name for q in asked_about(call, Complaint(user_id="p1"))}
    assert SourceName.CURVES not in names


def test_who_was_not_there_has_no_curves():
    names = [q.name for q in asked_about(Call(), Complaint(user_id="zoe"))]
    assert names == [SourceName.SESSIONS, SourceName.EVENTS]
