"""R13: a smaller picture because there was less room for it."""

from __future__ import annotations

from console.investigate.verdict.curves import fit
from console.investigate.verdict.evidence import Symptom
from console.investigate.verdict.exhibits import series_clause
from console.investigate.verdict.paths import downlink, uplink
from console.investigate.verdict.result import Clause, Side
from console.investigate.verdict.rules.base import Claim, Denial, Trouble, fit_clause
from console.investigate.verdict.suffering import falls

__all__ = ["adaptation"]


def adaptation(trouble: Trouble, sender: str) -> Claim | Denial | None:
    """R13: width, height or bits fell by a lot while nothing was lost. An inference: the cloud has no such event."""
    hurt = trouble.mine.of(sender)
    if hurt is None or Symptom.BLURRED not in hurt.symptoms:
        return None
    case = trouble.case
    ways = [*uplink(case, sender, only="v"), *downlink(case, trouble.person, only="v")]
    losses = [reading for reading in ways if reading.curve.metric == "vloss"]
    lossy = [
        reading for reading in losses if reading.lasts and fit(reading, hurt.minutes).explains(trouble.limits)
    ]
    if lossy:
        return Denial("R13", sender, tuple(series_clause(reading) for reading in lossy))
    reading = hurt.readings[0]
    hit, _ = trouble.receivers(sender)
    sent_so = falls(case, sender, "", reading.curve.metric) is not None
    return Claim(
        rule="R13",
        person=sender if sent_so else trouble.person,
        side=Side.PEER if sent_so else Side.USER,
        says=Clause(id="R13.says_sent" if sent_so else "R13.says_received", params={"person": sender}),
        because=(
            *(series_clause(each) for each in hurt.readings),
            *(series_clause(each) for each in losses[:2]),
            fit_clause(fit(reading, hurt.minutes)),
        ),
        minutes=hurt.minutes,
        strong=True,
        pieces=1 + bool(losses) + len(hurt.readings),
        coverage=trouble.coverage(sender, reading.curve.receiver, reading.curve.metric, hurt.minutes),
        receivers=tuple(hit),
        caps=("cap.inference",),
        advice=("advice.fewer_streams",),
    )
