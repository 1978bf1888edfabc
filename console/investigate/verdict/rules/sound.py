"""R14: sound that is lost, shaken or silent on its way, while the picture, if there is one, is fine."""

from __future__ import annotations

from console.investigate.verdict import factors
from console.investigate.verdict.curves import Fit, Reading, fit, read, spread_out
from console.investigate.verdict.evidence import Symptom
from console.investigate.verdict.exhibits import series_clause
from console.investigate.verdict.paths import SOUND, best, downlink, uplink
from console.investigate.verdict.result import Clause, Side
from console.investigate.verdict.rules.base import (
    Claim,
    Denial,
    Trouble,
    Votes,
    first_of,
    fit_clause,
    votes_clause,
)
from console.investigate.verdict.suffering import usual

__all__ = ["sound_path"]

_EVEN = 0.15  # so little better a fit on the way down is what the way up had spoilt
_PICTURE = frozenset({Symptom.FREEZE, Symptom.NO_PICTURE})


def sound_path(trouble: Trouble, sender: str) -> Claim | Denial | None:
    """R14: broken or silent sound, with the side by the direction in which it broke."""
    hurts = trouble.minutes_with(sender)
    if not hurts or not trouble.mine.symptoms & {Symptom.BROKEN_SOUND, Symptom.NO_SOUND}:
        return None
    if _picture_suffers(trouble, sender, hurts):
        return Denial("R14", sender, (Clause(id="picture_too", params={"person": sender}),))
    case, person = trouble.case, trouble.person
    up, down = uplink(case, sender, only="a", network=SOUND), downlink(case, person, only="a", network=SOUND)
    above = _explaining(trouble, up, hurts)
    below = _explaining(trouble, down, hurts)
    silent = _silent(trouble, sender)
    named_up, named_down = trouble.votes(factors.UP_SOUND, sender), trouble.votes(factors.DOWN_SOUND)
    named_silent = trouble.votes({factors.SILENT})
    if above is not None and (below is None or above[1].quality >= below[1].quality - _EVEN):
        return _claim(trouble, sender, sender, Side.PEER, [above[0]], named_up, "uplink")
    if below is not None:
        return _claim(trouble, sender, person, Side.USER, [below[0]], named_down, "downlink")
    if silent is not None:
        return _claim(trouble, sender, person, Side.USER, list(silent), named_silent, "silent")
    known = trouble.coverage(sender, person, "aloss", hurts) >= 0.5
    for votes, who, side, what in (
        (named_silent, person, Side.USER, "silent"),
        (named_up, sender, Side.PEER, "uplink"),
        (named_down, person, Side.USER, "downlink"),
    ):
        if votes.carries and (not known or what == "silent"):
            return _claim(trouble, sender, who, side, [], votes, what)
    figures = tuple(series_clause(reading) for reading in [*up, *down][:4])
    return Denial("R14", sender, figures, undecided=not figures)


def _claim(
    trouble: Trouble, sender: str, who: str, side: Side, readings: list[Reading], votes: Votes, what: str
) -> Claim:
    hurts = trouble.minutes_with(sender)
    hit, fine = trouble.receivers(sender)
    found = [reading for reading in readings if reading.lasts]
    return Claim(
        rule="R14",
        person=who,
        side=side,
        says=Clause(id=f"R14.says_{what}", params={"person": who, "peer": sender}),
        because=first_of(
            (
                *(series_clause(reading) for reading in readings),
                fit_clause(fit(found[0], hurts)) if found else None,
                votes_clause(votes, what) if len(votes) else None,
                Clause(id="picture_fine", params={"person": sender})
                if _has_picture(trouble, sender)
                else None,
            )
        ),
        minutes=(hurts & spread_out(found[0].bad, 1, 1) if found else hurts) or hurts,
        strong=bool(found),
        pieces=bool(found)
        + len(found[1:])
        + votes.carries
        + (bool(hit) if side is Side.PEER else bool(fine)),
        coverage=trouble.coverage(sender, "" if side is Side.PEER else trouble.person, "aloss", hurts),
        quality=fit(found[0], hurts).quality if found else 0.0,
        receivers=tuple(hit) if side is Side.PEER else (),
        caps=() if found else ("cap.only_named",),
        advice=("advice.headset",) if what == "silent" else ("advice.headset", "advice.cable"),
    )


def _picture_suffers(trouble: Trouble, sender: str, hurts: frozenset[int]) -> bool:
    hurt = trouble.mine.of(sender)
    return hurt is not None and bool(hurt.symptoms & _PICTURE)


def _has_picture(trouble: Trouble, sender: str) -> bool:
    return bool(usual(trouble.case.curve(sender, trouble.person, "vfps")))


def _explaining(
    trouble: Trouble, readings: list[Reading], hurts: frozenset[int]
) -> tuple[Reading, Fit] | None:
    found = best([reading for reading in readings if reading.lasts], hurts)
    return found if found is not None and found[1].explains(trouble.limits) else None


def _silent(trouble: Trouble, sender: str) -> tuple[Reading, Reading] | None:
    """Return (sent, heard) where sound left the sender and hardly any came out."""
    up = read(trouble.case.curve(sender, "", "abit"), "silent_kbps", trouble.limits, below=True)
    down = read(trouble.case.curve(sender, trouble.person, "abit"), "silent_kbps", trouble.limits, below=True)
    lost = down.bad & (up.curve.minutes - up.beyond)
    return (up, down) if len(lost) >= trouble.limits.whole("persist_hits") else None
