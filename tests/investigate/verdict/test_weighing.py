"""One cause against another: what hardly changed, what was always so, and what only the cloud can tell apart."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from console.investigate.verdict import Symptom
from console.investigate.verdict.result import Outcome
from tests.investigate.verdict.making import BAD, Call, at

CALM = [minute for minute in range(1, 50) if minute not in BAD]


def busy_peer(call: Call) -> Call:
    """Let ann see bob freeze, whose processor is busy meanwhile."""
    return call.set("bob", "", "syscpu", 92).freeze("bob", ("ann",))


def shaky(call: Call, person: str, peer: str, then: float, else_: float) -> Call:
    """Let somebody's network shake both ways all the time."""
    for sender, receiver in ((person, ""), (peer, person)):
        call.set(sender, receiver, "vjitter", then).set(sender, receiver, "vjitter", else_, CALM)
    return call


@pytest.mark.parametrize("else_", [49, 48.5])
def test_a_limit_that_parts_a_level_line_is_no_reason(else_):
    call = shaky(busy_peer(Call(people=("ann", "bob"))), "ann", "bob", 52, else_)
    assert call.judge().rule == "R9"


def test_the_same_network_that_got_much_worse_is_the_reason():
    call = shaky(Call(people=("ann", "bob")).freeze("bob", ("ann",)), "ann", "bob", 120, 40)
    assert call.judge().rule == "R12"


def test_a_bad_way_down_beside_a_hardly_bad_way_up_is_no_network_bad_both_ways():
    call = Call().freeze("bob", ("ann",)).freeze("cho", ("ann",)).freeze("dan", ("ann",))
    for sender in ("bob", "cho", "dan"):
        call.set(sender, "ann", "vloss", 0.25)
    call.set("ann", "", "vloss", lambda minute: 0.055 if minute < 25 else 0.045)
    call.set("ann", "", "vloss", 0.042, CALM)
    assert call.judge().rule == "R8"


def test_a_processor_near_its_limit_all_the_time_that_it_hurt_counts_where_it_went_beyond():
    swaying = Call().freeze("bob", ("ann", "cho")).set("bob", "", "syscpu", 75)
    assert swaying.judge().outcome is Outcome.CANNOT_TELL  # never beyond
    swaying.set("bob", "", "syscpu", 84, range(24, 28))
    verdict = swaying.judge()
    assert (verdict.rule, verdict.findings[0].person) == ("R9", "bob")
    swaying.set("bob", "", "syscpu", 70, CALM)  # hardly calmer else
    assert swaying.judge().outcome is Outcome.CANNOT_TELL


def always_busy(call: Call) -> Call:
    return call.set("bob", "", "syscpu", 90, range(1, 50)).freeze("bob", ("ann", "cho"))


def test_a_processor_that_is_always_busy_is_blamed_only_where_the_cloud_does_and_not_surely():
    assert always_busy(Call()).judge().outcome is Outcome.CANNOT_TELL
    verdict = always_busy(Call()).notice("ann", 1, peer="bob").judge()
    assert (verdict.rule, verdict.findings[0].person) == ("R9", "bob")
    assert verdict.findings[0].confidence.word.value != "high"
    assert "fit.always" in {clause.id for clause in verdict.findings[0].because}


def test_what_was_measured_comes_before_a_processor_that_is_always_busy():
    call = always_busy(Call()).notice("ann", 1, peer="bob").set("bob", "", "vloss", 0.2)
    assert call.judge().rule == "R7"


@pytest.mark.parametrize(("factor", "peer", "rule"), [(1, "bob", "R9"), (10, "", "R12")])
def test_without_a_calm_minute_the_cloud_decides(factor, peer, rule):
    short = range(1, 14)
    call = Call(people=("ann", "bob"), minutes=14)
    call.set("bob", "", "syscpu", 92, short).set("bob", "ann", "vblock", 0.3, short)
    call.set("ann", "", "vjitter", 70, short).set("bob", "ann", "vjitter", 70, short)
    call.notice("ann", factor, peer=peer)
    moments = (at(3), at(6), at(9), at(11))
    call.events = [replace(event, at=when) for event, when in zip(call.events, moments, strict=True)]
    assert call.judge().rule == rule


def test_one_remark_of_the_cloud_about_fine_sound_is_no_trouble_that_nobody_speaks_of():
    call = Call(people=("ann", "bob"), picture=False).notice("ann", 16, peer="bob", kind="sound", every=20)
    assert call.judge().outcome is Outcome.NOTHING_WRONG
    assert call.judge(symptom=Symptom.BROKEN_SOUND).outcome is not Outcome.NOTHING_WRONG
