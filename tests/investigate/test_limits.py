"""Limits of verdicts: the published ones, overridden, and what can't be one."""

import pytest
from django.core.checks import run_checks

from console.investigate.limits import limits_are_usable, limits_for
from console.investigate.verdict import LIMITS, BadLimits, limits_in_force
from console.investigate.verdict.limits import problems


def test_the_published_limits_are_in_force_unless_overridden(settings):
    settings.VERDICT_LIMITS = {"loss_bad": "0.04", "rtt_bad": 350}
    found = limits_for({"rtt_bad": 300})
    assert (found["loss_bad"], found["rtt_bad"], found["jitter_bad"]) == (0.04, 300, 50)
    assert found.keys() == {limit.id for limit in LIMITS}


def test_defaults_lie_in_their_own_ranges_and_are_whole_where_they_must_be():
    assert list(problems({limit.id: limit.default for limit in LIMITS})) == []
    assert (
        list(problems({limit.id: limit.low for limit in LIMITS if limit.id not in {"persist_points"}})) == []
    )


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"loss": 0.05}, "unknown"),
        ({"loss_bad": "much"}, "not_a_number"),
        ({"loss_bad": "nan"}, "not_a_number"),
        ({"loss_bad": True}, "not_a_number"),
        ({"loss_bad": None}, "not_a_number"),
        ({"loss_bad": 5}, "range"),
        ({"persist_hits": 2.5}, "not_whole"),
        ({"persist_hits": 6}, "order"),
        ({"video_freeze_watch": 0.2}, "order"),
    ],
)
def test_what_can_be_no_limit_is_refused_and_reported(given, kind, settings):
    assert [problem.kind for problem in problems(given)] == [kind]
    with pytest.raises(BadLimits, match=kind):
        limits_in_force(given)
    settings.VERDICT_LIMITS = given
    (finding,) = limits_are_usable()
    assert finding.id == "console.E040"
    assert next(iter(given)) in finding.msg
    assert "by default" in finding.hint or "There are" in finding.hint
    assert finding in run_checks()
