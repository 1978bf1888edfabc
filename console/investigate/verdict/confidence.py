"""How sure: pieces of evidence × coverage, changed by how many others were hit, said as a word with its reasons."""

from __future__ import annotations

from collections.abc import Sequence

from console.investigate.verdict.limits import Limits
from console.investigate.verdict.result import Circle, Clause, Confidence, Dimension, Word
from console.investigate.verdict.rules.base import Claim

__all__ = ["confidence_in", "doubtful"]

_HIGH, _MEDIUM = 0.68, 0.4
_DOUBT = 0.52  # what each further piece of evidence leaves of the doubt
_STEP = 0.12  # what a circle adds or takes
_ALONE = frozenset({"R2", "R8", "R10", "R12"})  # somebody's own trouble: others with it speak against
_TOGETHER = frozenset({"R3", "R11"})  # the service's: others with it speak for it
_FEW = 5  # fewer people in a circle say nothing


def confidence_in(claim: Claim, circles: Sequence[Circle], limits: Limits) -> Confidence:
    """Return how sure a claim is."""
    pieces = max(1, claim.pieces)
    score = (1 - _DOUBT**pieces) * (0.4 + 0.6 * claim.coverage)
    basis = [
        Clause(id="sure.pieces", params={"count": pieces}),
        Clause(id="sure.coverage", params={"share": round(claim.coverage, 2)}),
    ]
    for circle in circles:
        step, said = _weigh(claim.rule, circle, limits)
        if said:
            score += step
            basis.append(
                Clause(
                    id=said,
                    params={
                        "dimension": circle.dimension.value,
                        "value": circle.value,
                        "hit": circle.hit,
                        "people": circle.people,
                    },
                )
            )
    score = min(0.99, max(0.05, score))
    for cap in claim.caps:
        basis.append(Clause(id=cap))
        score = min(score, _HIGH - 0.01)
    return Confidence(
        word=Word.HIGH if score >= _HIGH else Word.MEDIUM if score >= _MEDIUM else Word.LOW,
        score=round(score, 2),
        pieces=pieces,
        coverage=round(claim.coverage, 2),
        basis=tuple(basis),
        circles=tuple(circles),
    )


def doubtful(caps: Sequence[str] = ()) -> Confidence:
    """Return the confidence in an answer that names no cause."""
    return Confidence(
        word=Word.LOW, score=0.0, pieces=0, coverage=0.0, basis=tuple(Clause(id=cap) for cap in caps)
    )


def _weigh(rule: str, circle: Circle, limits: Limits) -> tuple[float, str]:
    """Return what a circle adds to the score, and its sentence; nothing for circles that say nothing."""
    many = (
        circle.hit >= limits.whole("crowd_people") - 1 and circle.hit >= limits["crowd_share"] * circle.people
    )
    few = circle.people >= _FEW and circle.hit <= 0.1 * circle.people
    if rule in _ALONE and circle.dimension is not Dimension.DEVICE:
        if many:
            return -_STEP, "circle.many_against"
        if few and circle.dimension in (Dimension.ROOM, Dimension.ISP):
            return _STEP / 2, "circle.few_for"
    if rule in _TOGETHER:
        if many:
            return _STEP, "circle.many_for"
        if few and circle.dimension is Dimension.ROOM:
            return -_STEP / 2, "circle.few_against"
    return 0.0, ""
