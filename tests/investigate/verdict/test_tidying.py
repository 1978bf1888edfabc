"""Whatever the cloud sends: null lists, one object for a list, disorder, repeats, NaN, wrong clocks."""

from __future__ import annotations

import json
import math
from datetime import timedelta

import msgspec
import pytest

from console.investigate.verdict import Complaint, Evidence, Symptom, judge, limits_in_force
from console.investigate.verdict.evidence import Point, Series, Session
from console.investigate.verdict.reading import events_from, notes_from, series_from, sessions_from
from console.investigate.verdict.result import Outcome
from console.investigate.verdict.tidying import tidy
from console.sparkrtc.reading import read_answer
from console.sparkrtc.replies import AbnormalEvents, ClientEvents, Participants, QosDetails
from tests.investigate.verdict.making import Call, at

LIMITS = limits_in_force()


def trouble() -> Call:
    """Return a call with a bad way up."""
    return Call().set("bob", "", "vloss", 0.15).freeze("bob", ("ann", "cho", "dan"))


def changed(evidence: Evidence, change) -> Evidence:
    """Return the evidence with each series changed."""
    return msgspec.structs.replace(evidence, series=tuple(change(series) for series in evidence.series))


def with_points(series: Series, points) -> Series:
    return msgspec.structs.replace(series, points=tuple(points))


def same_answer(evidence: Evidence) -> bool:
    """Say whether a changed call of trouble() is still judged rightly."""
    verdict = judge(evidence, Complaint(user_id="ann"))
    return verdict.rule == "R7" and verdict.findings[0].person == "bob"


def test_order_and_repeats_of_points_change_nothing():
    evidence = trouble().evidence()
    assert same_answer(changed(evidence, lambda each: with_points(each, reversed(each.points))))
    assert same_answer(changed(evidence, lambda each: with_points(each, [*each.points, *each.points])))
    assert same_answer(msgspec.structs.replace(evidence, series=(*evidence.series, *evidence.series)))
    assert same_answer(
        msgspec.structs.replace(evidence, sessions=(*evidence.sessions[::-1], *evidence.sessions))
    )


def test_of_points_that_came_twice_the_later_counts_and_it_is_told():
    evidence = trouble().evidence()
    wrong = with_points(evidence.series[0], [Point(at(5), 0.9)])
    verdict = judge(
        msgspec.structs.replace(evidence, series=(wrong, *evidence.series)), Complaint(user_id="ann")
    )
    assert verdict.rule == "R7"
    assert "caveat.repeats" in {clause.id for clause in verdict.caveats}


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -1.0])
def test_what_is_no_value_is_a_gap(value):
    evidence = changed(
        trouble().evidence(), lambda each: with_points(each, [Point(at(1), value), *each.points])
    )
    assert same_answer(evidence)
    nothing = changed(
        evidence, lambda each: with_points(each, [Point(point.at, value) for point in each.points])
    )
    assert judge(nothing, Complaint(user_id="ann")).outcome is Outcome.NOT_ENOUGH


def test_shares_that_come_as_percent_are_read_so():
    def percent(series: Series) -> Series:
        if not series.metric.endswith(("loss", "block")):
            return series
        return with_points(series, [Point(point.at, 100 * point.value) for point in series.points])

    verdict = judge(changed(trouble().evidence(), percent), Complaint(user_id="ann"))
    assert verdict.rule == "R7"
    assert "caveat.percent" in {clause.id for clause in verdict.caveats}


@pytest.mark.parametrize("minutes", [-47, 25, 300])
def test_a_client_whose_clock_is_wrong_is_set_right(minutes):
    def skewed(series: Series) -> Series:
        if (series.receiver or series.sender) != "bob":
            return series
        return with_points(series, [Point(p.at + timedelta(minutes=minutes), p.value) for p in series.points])

    verdict = judge(changed(trouble().evidence(), skewed), Complaint(user_id="ann"))
    assert verdict.rule == "R7"
    (caveat,) = [clause for clause in verdict.caveats if clause.id == "caveat.clock"]
    assert caveat.params["person"] == "bob"
    assert abs(caveat.params["seconds"] / 60 + minutes) <= 2


def test_clocks_a_minute_apart_are_nobodys_fault():
    case = tidy(trouble().evidence(), Complaint(), LIMITS)
    assert case.caveats == ()


def test_missing_indicators_leave_a_rule_undecided():
    evidence = trouble().evidence()
    some = tuple(series for series in evidence.series if series.metric not in ("syscpu", "appcpu"))
    verdict = judge(msgspec.structs.replace(evidence, series=some), Complaint(user_id="ann"))
    assert verdict.rule == "R7"
    assert next(denial for denial in verdict.ruled_out if denial.rule == "R10").undecided


def test_sessions_without_times_or_left_before_they_began_break_nothing():
    odd = (
        Session(room_id="room-1", user_id="eve"),
        Session(room_id="room-1", user_id="fay", joined_at=at(30), left_at=at(10)),
        Session(room_id="room-1", user_id="", joined_at=at(30)),
        Session(room_id="other", user_id="ann", joined_at=at(5)),
    )
    evidence = trouble().evidence()
    assert same_answer(msgspec.structs.replace(evidence, sessions=(*odd, *evidence.sessions)))


def test_nothing_at_all_is_not_enough():
    bare = Evidence(app_id="a", room_id="r", taken_at=at(0))
    for complaint in (Complaint(), Complaint(user_id="ann", symptom=Symptom.FREEZE, at=at(-5))):
        assert judge(bare, complaint).outcome in (Outcome.NOT_ENOUGH, Outcome.NOTHING_WRONG)
        assert judge(bare, complaint).rule in ("R0", "")


# -- from the wire --------------------------------------------------------------------------------------------


def read(kind, body):
    return read_answer(kind, json.dumps(body).encode())


def test_indicators_as_they_come():
    body = {
        "room_id": "r",
        "data": [
            {"uid": "a", "peerid": "0", "mid": "vloss", "data": [
                {"time": "2026-11-12T07:00:00Z", "value": 0.1}, {"time": None, "value": 1},
                {"time": "2026-11-12T07:01:00Z", "value": None}, {"time": "2026-11-12T07:02:00Z", "value": "0.2"}, None,
            ]},
            {"uid": "a", "peerid": "b", "mid": "vloss", "data": None},
            {"uid": "a", "peerid": "b", "mid": None, "data": []},
            {"uid": None, "peerid": "b", "mid": "vloss"},
            {"uid": "a", "peerid": "b", "mid": "abit", "data": {"time": "2026-11-12T07:00:00Z", "value": 3}},
        ],
    }  # fmt: skip
    found = series_from(read(QosDetails, body))
    assert [
        (each.sender, each.receiver, each.metric, [point.value for point in each.points]) for each in found
    ] == [
        ("a", "", "vloss", [0.1, 0.2]),
        ("a", "b", "vloss", []),
        ("a", "b", "abit", [3.0]),
    ]
    for nothing in ({"room_id": "r", "data": None}, {}, {"data": []}):
        assert series_from(read(QosDetails, nothing)) == ()


def test_events_and_notes_as_they_come():
    event = {
        "time": "2026-11-12T07:00:00Z", "uid": "a", "room_id": "r", "location": "remote", "peer_uid": "b",
        "abnormal_type": 2, "abnormal_factor": 14,
    }  # fmt: skip
    (found,) = events_from(read(AbnormalEvents, {"total": 1, "events": event}))
    assert (found.user_id, found.peer_id, found.kind, found.factor) == ("a", "b", "picture", 14)
    odd = [event | {"abnormal_type": 9}, event | {"time": "-"}, event | {"uid": None}, None]
    assert events_from(read(AbnormalEvents, {"events": odd})) == ()
    assert events_from(read(AbnormalEvents, {"events": None})) == ()
    one = read(ClientEvents, {"ctime": "2026-11-12T07:00:00Z", "event_id": "1", "event_info": "a: muted"})
    many = read(ClientEvents, [{"ctime": "soon", "event_id": "2", "event_info": "b"}, {}])
    assert [(note.text, note.at is None) for note in notes_from([one, many])] == [
        ("a: muted", False),
        ("b", True),
    ]
    assert notes_from([read(ClientEvents, {})]) == ()


def test_participants_as_they_come():
    row = {
        "uid": "a",
        "room_id": "r",
        "session": "s",
        "state": "FAIL",
        "join_time": "2026-11-12T07:00:00Z",
        "leave_time": "-",
    }
    found = sessions_from(read(Participants, {"users": [row, row | {"uid": ""}, None]}))
    assert [(each.user_id, each.joined, each.left_at) for each in found] == [("a", False, None)]
    assert sessions_from(read(Participants, {"users": None})) == ()
