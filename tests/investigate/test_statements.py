"""What the card of a verdict makes of it."""

from __future__ import annotations

from console.investigate.statements import tell
from console.investigate.wording import sentence
from tests.investigate.verdict.making import Call

OTHERS = ("ann", "cho", "dan")


def test_the_summary_of_what_is_ruled_out_shows_what_decided_it():
    call = Call().set("bob", "", "vloss", 0.15).freeze("bob", OTHERS)
    call.set("bob", "", "syscpu", 95, range(1, 50))  # always busy, whether it hurts or not
    told = tell(call.judge(), lambda exhibit: "")
    device = next(one for one in told.ruled_out if one.ruled.rule == "R9")
    assert device.because[0].clause.id == "series.above"  # which speaks for it
    assert device.deciding.clause.id == "fit.always"
    assert "in which nothing hurt" in sentence(device.deciding.clause)


def test_a_figure_within_its_limit_decides_by_itself():
    call = Call().set("bob", "", "vloss", 0.15).freeze("bob", OTHERS)
    told = tell(call.judge(), lambda exhibit: "")
    own = next(one for one in told.ruled_out if one.ruled.rule == "R10")
    assert own.deciding is own.because[0]
    assert own.deciding.clause.id == "series.within"
