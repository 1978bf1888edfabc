"""What was seen: of somebody who suffered what shows it, of a calm call its worst figures."""

from __future__ import annotations

from console.investigate.verdict.case import Case
from console.investigate.verdict.curves import Reading, read
from console.investigate.verdict.exhibits import events_exhibit, series_clause, series_exhibit
from console.investigate.verdict.moments import moment
from console.investigate.verdict.paths import downlink, processor, uplink
from console.investigate.verdict.result import Clause, Exhibit, Hit, Side
from console.investigate.verdict.rules.base import Claim, clock
from console.investigate.verdict.suffering import Suffering

__all__ = ["calm_figures", "hit_of", "shown"]

_MOST = 4


def calm_figures(case: Case, person: str) -> tuple[Exhibit, ...]:
    """Return the figures that came nearest to their limits, the nearest first."""
    readings: list[Reading] = []
    for one in [person] if person else case.people:
        readings += [*uplink(case, one), *downlink(case, one), *processor(case, one)]
        readings += [
            read(case.curve(sender, one, "vblock"), "video_freeze_bad", case.limits)
            for sender in case.senders_to(one)
        ]
    near = [reading for reading in readings if reading.worst is not None]
    near.sort(key=lambda reading: -(reading.worst or 0.0) / reading.value)
    kept: dict[str, Reading] = {}
    for reading in near:
        kept.setdefault(reading.limit, reading)
    return tuple(series_exhibit(reading) for reading in list(kept.values())[:_MOST])


def shown(suffering: Suffering) -> tuple[Clause, ...]:
    """Return what shows that somebody suffered."""
    clauses = [series_clause(reading) for hurt in suffering.hurts[:2] for reading in hurt.readings[:2]]
    kinds = {event.kind for event in suffering.events}
    for kind in sorted(kinds):
        events = [event for event in suffering.events if event.kind is kind]
        clauses.append(
            Clause(
                id="noticed",
                params={"person": suffering.person, "kind": kind.value, "count": len(events)},
                exhibits=(events_exhibit(events),),
            )
        )
    return tuple(clauses)


def hit_of(suffering: Suffering, claim: Claim | None) -> Hit:
    """Return somebody who suffered, with the claim that explains it."""
    since, until = clock(suffering.minutes)
    return Hit(
        person=suffering.person,
        symptoms=tuple(sorted(suffering.symptoms)),
        peers=suffering.senders[:5],
        since=moment(since),
        until=moment(until),
        minutes=len(suffering.minutes),
        because=shown(suffering),
        rule="" if claim is None else claim.rule,
        side=Side.UNKNOWN if claim is None else claim.side,
        culprit="" if claim is None else claim.person,
    )
