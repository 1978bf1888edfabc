"""R9, R10: a device that can't keep up."""

from __future__ import annotations

from console.investigate.verdict import factors
from console.investigate.verdict.curves import Reading, fit, read, spread_out
from console.investigate.verdict.exhibits import series_clause
from console.investigate.verdict.paths import best, processor
from console.investigate.verdict.result import Clause, Side
from console.investigate.verdict.rules.base import (
    Claim,
    Denial,
    Trouble,
    first_of,
    fit_clause,
    narrow_clause,
    votes_clause,
)
from console.investigate.verdict.suffering import usual

__all__ = ["receiver_device", "sender_device"]

_NEAR, _JUMPS = 0.85, 1.5  # of the limit; times the calm value
_MOST = 0.8  # of the minutes that hurt
_FALL = 0.2  # of the frames a second that somebody usually sends


def sender_device(trouble: Trouble, sender: str) -> Claim | Denial | None:
    """R9: the sender's device is overloaded, and what it sends falters."""
    return _device(trouble, "R9", sender, trouble.minutes_with(sender), sender)


def receiver_device(trouble: Trouble) -> Claim | Denial | None:
    """R10: the suffering person's own device is overloaded."""
    return _device(trouble, "R10", trouble.person, trouble.mine.minutes, "")


def _device(trouble: Trouble, rule: str, person: str, hurts: frozenset[int], peer: str) -> Claim | Denial:
    case, limits = trouble.case, trouble.limits
    readings = processor(case, person)
    found = best([reading for reading in readings if reading.lasts], hurts)
    votes = trouble.votes(factors.CPU, peer)
    measured = found is not None and (found[1].explains(limits) or _nearly(trouble, found[0], hurts))
    known = any(fit(reading, hurts).known >= 0.5 for reading in readings)
    # Always busy, and the cloud blames it: named, and not against the figures.
    busy = found is not None and found[1].share >= _MOST
    if not measured and ((known and not busy) or not votes.carries):
        clauses = [series_clause(reading) for reading in ([found[0]] if found else readings)]
        if found is not None:
            clauses.append(fit_clause(found[1]))
        if len(votes):
            clauses.append(votes_clause(votes, "cpu"))
        return Denial(rule, person, tuple(clauses), undecided=not readings)
    if not peer and trouble.narrow:
        return Denial(rule, person, (narrow_clause(trouble),))
    hit, fine = trouble.receivers(person) if peer else ([], [])
    frames = _frames_fall(trouble, person, hurts) if peer else None
    return Claim(
        rule=rule,
        person=person,
        side=Side.PEER if peer else Side.USER,
        says=Clause(id=f"{rule}.says", params={"person": person}),
        because=first_of(
            (
                series_clause(found[0]) if found and (measured or busy) else None,
                fit_clause(found[1]) if found and (measured or busy) else None,
                frames,
                votes_clause(votes, "cpu") if len(votes) else None,
                Clause(
                    id="others.hit", params={"person": person, "hit": len(hit), "of": len(hit) + len(fine)}
                )
                if hit
                else None,
            )
        ),
        minutes=hurts & spread_out(found[0].bad, 1, 1) if measured and found else hurts,
        strong=measured and (bool(hit) or not fine or not peer),
        pieces=measured + votes.carries + (frames is not None) + bool(hit) + (measured and not peer),
        coverage=trouble.coverage(person, "", "syscpu", hurts),
        quality=found[1].quality if found else 0.0,
        receivers=tuple(hit),
        caps=() if measured else ("cap.only_named",),
        named=votes.carries,
        advice=("advice.close_programs", "advice.lower_resolution"),
    )


def _nearly(trouble: Trouble, reading: Reading, hurts: frozenset[int]) -> bool:
    """Say whether what went beyond its limit for a while was near it all the time that it hurt, and calm else."""
    near = read(reading.curve, reading.limit, trouble.limits, value=_NEAR * reading.value)
    found = fit(near, hurts)
    return found.explains(trouble.limits) and found.rise is not None and found.rise >= _JUMPS


def _frames_fall(trouble: Trouble, sender: str, hurts: frozenset[int]) -> Clause | None:
    curve = trouble.case.curve(sender, "", "vfps")
    normal = usual(curve)
    if not normal:
        return None
    reading = read(curve, "bitrate_fall", trouble.limits, value=normal * (1 - _FALL), below=True)
    return series_clause(reading) if reading.lasts and fit(reading, hurts).explains(trouble.limits) else None
