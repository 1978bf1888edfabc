"""R11: what was sent did not come out of the service."""

from __future__ import annotations

from console.investigate.verdict import factors
from console.investigate.verdict.curves import Reading, read
from console.investigate.verdict.exhibits import series_clause
from console.investigate.verdict.paths import best, downlink, uplink
from console.investigate.verdict.result import Clause, Side
from console.investigate.verdict.rules.base import Claim, Denial, Trouble, first_of, votes_clause
from console.investigate.verdict.suffering import usual

__all__ = ["media_service"]


def media_service(trouble: Trouble, sender: str) -> Claim | Denial | None:
    """R11: the sender's way up was clean and carried something, and nothing arrived; or the cloud says so."""
    case, hurts = trouble.case, trouble.minutes_with(sender)
    if not hurts:
        return None
    votes = trouble.votes(factors.SERVER)
    lost = _lost(trouble, sender)
    dirty = best([reading for reading in uplink(case, sender) if reading.lasts], hurts)
    own = best([reading for reading in downlink(case, trouble.person) if reading.lasts], hurts)
    clean = not any(found is not None and found[1].explains(trouble.limits) for found in (dirty, own))
    arrived = case.has(sender, trouble.person, ("abit", "vfps"))
    if len(trouble.votes({factors.SILENT})) > len(votes):
        return Denial("R11", sender, (votes_clause(trouble.votes({factors.SILENT}), "silent"),))
    if not (lost and clean) and (not votes.carries or (arrived and not lost)):
        clauses = [series_clause(reading) for reading in _arriving(trouble, sender)]
        if len(votes):
            clauses.append(votes_clause(votes, "server"))
        return Denial("R11", sender, tuple(clauses), undecided=not clauses)
    hit, fine = trouble.receivers(sender)
    minutes = frozenset[int]().union(*(down.bad for _, down in lost)) & hurts if lost else hurts
    return Claim(
        rule="R11",
        person="",
        side=Side.SERVICE,
        says=Clause(id="R11.says", params={"person": trouble.person, "peer": sender}),
        because=first_of(
            (
                *(series_clause(reading) for pair in lost for reading in pair),
                votes_clause(votes, "server") if len(votes) else None,
                Clause(
                    id="others.hit", params={"person": sender, "hit": len(hit), "of": len(hit) + len(fine)}
                )
                if hit
                else None,
            )
        ),
        minutes=minutes or hurts,
        strong=bool(lost and clean),
        pieces=2 * bool(lost) + (2 if votes.carries else 0) + bool(hit),
        coverage=trouble.coverage(sender, trouble.person, "abit", hurts),
        receivers=tuple(hit),
        caps=() if lost else ("cap.only_named",),
        advice=("advice.cloud_ticket",),
    )


def _lost(trouble: Trouble, sender: str) -> list[tuple[Reading, Reading]]:
    """Return (sent, arrived) for what was sent all the time and did not arrive."""
    found = []
    for metric, limit in (("vfps", "no_picture_fps"), ("abit", "silent_kbps")):
        up = read(trouble.case.curve(sender, "", metric), limit, trouble.limits, below=True)
        down = read(trouble.case.curve(sender, trouble.person, metric), limit, trouble.limits, below=True)
        sent = up.curve.minutes - up.beyond
        if len(down.bad & sent) >= trouble.limits.whole("persist_hits") and usual(up.curve):
            found.append((up, down))
    # Sound alone that does not arrive is the sound path's matter, as long as the picture does.
    picture = trouble.case.curve(sender, trouble.person, "vfps")
    if [up.curve.metric for up, _ in found] == ["abit"] and usual(picture):
        return []
    return found


def _arriving(trouble: Trouble, sender: str) -> list[Reading]:
    found = [
        read(trouble.case.curve(sender, trouble.person, metric), limit, trouble.limits, below=True)
        for metric, limit in (("vfps", "no_picture_fps"), ("abit", "silent_kbps"))
    ]
    return [reading for reading in found if reading.points]
