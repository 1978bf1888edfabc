"""The limits in force here: the published ones, overridden by the installation's, and by a connection's own.

Settings: VERDICT_LIMITS, {id: value} as verdict/limits.py names them.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from console.investigate.verdict import Limits, limits_in_force
from console.investigate.verdict.limits import LIMITS, LimitProblem, problems

__all__ = ["installed_limits", "limits_are_usable", "limits_for"]

_WHY = {
    "unknown": "there is no limit of this name",
    "not_a_number": "{value!r} is not a number",
    "not_whole": "{value} is not a whole number",
    "range": "{value} is not between {low:g} and {high:g}",
    "order": "{value} is above {other}",
}


def installed_limits() -> Mapping[str, object]:
    """Return what this installation overrides."""
    found: Mapping[str, object] = getattr(settings, "VERDICT_LIMITS", {})
    return found


def limits_for(own: Mapping[str, object] | None = None) -> Limits:
    """Return the limits in force. own: those that a connection overrides. Raises BadLimits."""
    return limits_in_force(installed_limits(), own or {})


@register()
def limits_are_usable(**_: Any) -> list[CheckMessage]:
    """Report limits that can't be in force, with the range that would do."""
    return [
        Error(
            f"VERDICT_LIMITS: {problem.id}: {_why(problem)}.",
            hint=_hint(problem),
            id="console.E040",
        )
        for problem in problems(installed_limits())
    ]


def _why(problem: LimitProblem) -> str:
    return _WHY[problem.kind].format(
        value=problem.value, low=problem.low, high=problem.high, other=problem.other
    )


def _hint(problem: LimitProblem) -> str:
    known = {limit.id: limit for limit in LIMITS}
    limit = known.get(problem.id)
    if limit is None:
        return f"There are: {', '.join(known)}."
    return f"{limit.id}: {limit.low:g} to {limit.high:g} {limit.unit}, by default {limit.default:g}."
