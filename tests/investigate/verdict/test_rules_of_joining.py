"""The rules about who could not join, or only slowly."""

from __future__ import annotations

import pytest

from console.investigate.verdict import Symptom
from console.investigate.verdict.evidence import (
    AbnormalEvent,
    ActionKind,
    EventKind,
    OurAction,
    Session,
)
from console.investigate.verdict.result import Outcome, Role, Side
from tests.investigate.verdict.making import ROOM, Call, at, first


def door(factor: int | None, **rest) -> Call:
    """Return a call that eve could not join."""
    call = Call(**rest)
    call.sessions.append(
        Session(room_id=ROOM, user_id="eve", session_id="s-eve", joined=False, joined_at=at(10))
    )
    if factor is not None:
        call.events.append(
            AbnormalEvent(at=at(10.1), room_id=ROOM, user_id="eve", kind=EventKind.JOIN, factor=factor)
        )
    return call


@pytest.mark.parametrize(
    ("factor", "rule", "side", "person"),
    [
        *((factor, "R1", Side.CUSTOMER, "") for factor in (5, 6, 7)),
        *((factor, "R2", Side.USER, "eve") for factor in (1, 9, 15, 90000004, 90100008)),
        *((factor, "R3", Side.SERVICE, "") for factor in (3, 4, 90100009, 10000001, 31000003, 32000030)),
        (2, "R4", Side.POLICY, ""),
    ],
)
def test_why_somebody_could_not_join(factor, rule, side, person):
    for symptom in (Symptom.CANNOT_JOIN, None):
        assert first(door(factor).judge("eve", symptom)) == (rule, person, side)


def test_a_join_without_a_reason_is_not_explained():
    assert door(None).judge("eve").outcome is Outcome.CANNOT_TELL
    assert door(None, taken=12).judge("eve").headline.id == "R0.join_not_yet"
    assert Call().judge("ann", Symptom.CANNOT_JOIN).headline.id == "join.fine"
    assert Call().judge("zoe", Symptom.CANNOT_JOIN).headline.id == "R0.never_seen"


def test_whom_we_removed_was_turned_away_on_purpose():
    call = door(1)
    call.actions.append(OurAction(at=at(8), kind=ActionKind.REMOVED, user_id="eve", entry="17"))
    verdict = call.judge("eve")
    assert first(verdict) == ("R4", "", Side.POLICY)
    assert any(exhibit.ref == "17" for clause in verdict.findings[0].because for exhibit in clause.exhibits)
    call = door(1)
    call.actions.append(OurAction(at=at(8), kind=ActionKind.REMOVED, user_id="bob", entry="17"))
    assert call.judge("eve").rule == "R2"


def test_an_application_that_was_off_and_is_on_again_turns_nobody_away():
    call = door(1)
    call.actions.append(OurAction(at=at(-60), kind=ActionKind.DISABLED, entry="1"))
    assert call.judge("eve").rule == "R4"
    call.actions.append(OurAction(at=at(-30), kind=ActionKind.ENABLED, entry="2"))
    assert call.judge("eve").rule == "R2"


def crowd(call: Call, failing: int, fine: int, networks: int) -> Call:
    """Let others of the application try to join elsewhere in the same minutes."""
    for number in range(failing + fine):
        person, fails = f"x{number}", number < failing
        call.sessions.append(
            Session(
                room_id="other",
                user_id=person,
                session_id=person,
                joined=not fails,
                joined_at=at(10),
                isp=f"isp{number % networks}",
            )
        )
        if fails:
            call.events.append(
                AbnormalEvent(at=at(10), room_id="other", user_id=person, kind=EventKind.JOIN, factor=1)
            )
    return call


def test_many_who_fail_at_once_on_several_networks_are_the_services_matter():
    assert first(crowd(door(1), 5, 3, 2).judge("eve")) == ("R3", "", Side.SERVICE)
    assert crowd(door(1), 5, 3, 1).judge("eve").rule == "R3"  # their own network is another one
    assert crowd(door(1), 5, 40, 2).judge("eve").rule == "R2"
    assert crowd(door(1), 2, 1, 2).judge("eve").rule == "R2"


def test_a_slow_join_is_told_where_nothing_else_hurt():
    call = Call()
    call.events.append(AbnormalEvent(at=at(0.1), room_id=ROOM, user_id="ann", kind=EventKind.JOIN, factor=9))
    verdict = call.judge()
    assert verdict.headline.id == "R2.says_slow"
    call.freeze("bob", ("ann", "cho", "dan")).set("bob", "", "vloss", 0.2)
    verdict = call.judge()
    assert [finding.rule for finding in verdict.findings] == ["R7", "R2"]
    assert verdict.findings[1].role is Role.CONTRIBUTING
