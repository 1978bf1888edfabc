"""Whatever the evidence: a verdict comes out, keeps, and blames only people who are there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.investigate.verdict import Complaint, Symptom, judge, wanted
from console.investigate.verdict.catalogue import version_of
from console.investigate.verdict.evidence import AbnormalEvent, EventKind, Session
from console.investigate.verdict.result import Outcome
from console.investigate.verdict.storing import packed, verdict_from
from console.investigate.wording import CLAUSES, sentence
from tests.investigate.verdict.making import ROOM, Call, at
from tests.properties import tried

PEOPLE = ("ann", "bob", "cho")
METRICS = (
    "vblock",
    "vloss",
    "aloss",
    "vrtt",
    "vjitter",
    "ajitter",
    "syscpu",
    "appcpu",
    "abit",
    "vfps",
    "vwidth",
    "vbit",
)
FACTORS = (*range(22), 90000004, 31000003, 777, None)

streams = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(["", *PEOPLE])).filter(
    lambda pair: pair[0] != pair[1]
)
changes = st.tuples(
    streams,
    st.sampled_from(METRICS),
    st.one_of(st.none(), st.sampled_from([0.0, 0.06, 0.3, 1.0, 60.0, 95.0, 700.0])),
    st.integers(0, 40),
    st.integers(1, 25),
)
events = st.builds(
    AbnormalEvent,
    at=st.integers(0, 60).map(at),
    room_id=st.sampled_from([ROOM, "other"]),
    user_id=st.sampled_from([*PEOPLE, "eve"]),
    kind=st.sampled_from(EventKind),
    factor=st.sampled_from(FACTORS),
    peer_id=st.sampled_from(["", *PEOPLE, "gone"]),
)
sessions = st.builds(
    Session,
    room_id=st.just(ROOM),
    user_id=st.sampled_from([*PEOPLE, "eve"]),
    session_id=st.sampled_from(["", "a", "b"]),
    joined=st.booleans(),
    joined_at=st.one_of(st.none(), st.integers(-5, 60).map(at)),
    left_at=st.one_of(st.none(), st.integers(-5, 60).map(at)),
)
complaints = st.builds(
    Complaint,
    user_id=st.sampled_from(["", *PEOPLE, "eve", "zoe"]),
    symptom=st.one_of(st.none(), st.sampled_from(Symptom)),
    at=st.one_of(st.none(), st.integers(-10, 90).map(at)),
)


@tried(60)
@given(
    st.lists(changes, max_size=6), st.lists(events, max_size=12), st.lists(sessions, max_size=3), complaints,
    st.sampled_from([20.0, 52.0, 90.0, 9000.0]), st.sets(st.sampled_from(PEOPLE), max_size=2),
)  # fmt: skip
def test_a_verdict_comes_out_and_is_said(some, noticed, more, complaint, taken, silent):
    call = Call(people=PEOPLE, taken=taken, silent=silent, events=noticed, sessions=more)
    for (sender, receiver), metric, value, first, length in some:
        call.set(sender, receiver, metric, value, range(first, first + length))
    evidence = call.evidence()
    verdict = judge(evidence, complaint)
    assert verdict_from(packed(verdict)) == verdict
    assert (verdict.outcome is Outcome.FOUND) <= bool(verdict.findings)
    assert (verdict.rule == "R0") == (verdict.outcome is Outcome.NOT_ENOUGH)
    for finding in verdict.findings:
        assert finding.person in {"", "gone", "eve", *PEOPLE}
        assert finding.version == version_of(finding.rule)
        assert 0 <= finding.share <= 1
        assert 0 <= finding.confidence.score <= 1
    clauses = [
        verdict.headline,
        *verdict.caveats,
        *(c for denial in verdict.ruled_out for c in denial.because),
    ]
    for finding in verdict.findings:
        clauses += [finding.says, *finding.because, *finding.advice, *finding.confidence.basis]
    for clause in clauses:
        assert clause.id in CLAUSES
        assert "None" not in sentence(clause)
    wanted(evidence, complaint)
