"""Troubles that are wider than one person: many who share a network or a region suffer at once, in other rooms as well.

What was measured stays with whom it was measured at; on whose side it lies is open then, and changing their own cable
would be in vain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from console.investigate.verdict.limits import Limits
from console.investigate.verdict.result import Circle, Clause, Dimension, Side
from console.investigate.verdict.rules.base import Claim

__all__ = ["WIDER_ADVICE", "widened"]

_SAYS = {"R7": "R7.says_wide", "R8": "R8.says_wide", "R12": "R12.says_wide"}
_SHARED = (Dimension.ISP, Dimension.REGION)
WIDER_ADVICE = ("advice.other_network", "advice.network_ticket")


def widened(claim: Claim, circles: Sequence[Circle], limits: Limits) -> Claim:
    """Return what is claimed of somebody's network as it is to be said when many others of it suffered elsewhere."""
    wide = [one for one in circles if one.dimension in _SHARED and _many(one, limits)]
    if claim.rule not in _SAYS or not wide:
        return claim
    widest = max(wide, key=lambda one: one.elsewhere)
    shared = {"dimension": widest.dimension.value, "value": widest.value}
    counted = Clause(
        id="circle.elsewhere",
        params={**shared, "hit": widest.elsewhere, "people": widest.elsewhere_people},
    )
    return replace(
        claim,
        side=Side.UNKNOWN,
        says=Clause(id=_SAYS[claim.rule], params={"person": claim.person, **shared}),
        because=(*claim.because, counted),
        advice=WIDER_ADVICE,
    )


def _many(circle: Circle, limits: Limits) -> bool:
    """Say whether many suffered in other rooms: in this one they may all suffer from the very person in question."""
    enough = limits.whole("crowd_people") - 1
    return circle.elsewhere >= max(enough, limits["crowd_share"] * circle.elsewhere_people)
