"""R0: when there is too little to judge, and when to look again."""

from __future__ import annotations

from datetime import datetime, timedelta

from console.investigate.verdict.case import Case, Stay
from console.investigate.verdict.evidence import SourceName, SourceState
from console.investigate.verdict.moments import MINUTE, moment, seconds
from console.investigate.verdict.result import Clause, Exhibit, ExhibitKind

__all__ = ["CURVES_KEPT", "coverage_of", "look_again_at", "short_call", "too_little"]

CURVES_KEPT = timedelta(days=5)
_ASKED = {
    SourceState.FAILED: "source.failed",
    SourceState.FORGOTTEN: "source.forgotten",
    SourceState.NOT_ASKED: "source.not_asked",
}


def short_call(case: Case, person: str) -> Clause | None:
    """Return that somebody, or the whole room, was there for too short a time; None for others."""
    if not case.stays or (case.evidence.ended_at is None and any(stay.open for stay in _stays(case, person))):
        return None
    first, last = case.span
    mine = sum(stay.end - stay.begin for stay in _stays(case, person)) if person else last - first
    whole = min(mine, last - first)
    if whole >= case.limits["short_call"] or (person and person not in case.stays):
        return None
    return Clause(id="R0.short", params={"seconds": whole, "limit": case.limits.whole("short_call")})


def too_little(case: Case, person: str) -> tuple[Clause, ...]:
    """Return why nothing can be said about a time in which nothing was found wrong, empty when there is enough."""
    last = case.focus[1]
    if last > case.known_until:
        return (Clause(id="R0.not_yet", params={"seconds": case.limits.whole("data_lag")}),)
    share = coverage_of(case, person)
    if share >= case.limits["coverage_low"] and share > 0:
        return ()
    state = case.state(SourceName.CURVES)
    why: list[Clause] = []
    if last < seconds(case.evidence.taken_at - CURVES_KEPT):
        why.append(Clause(id="R0.forgotten", params={"days": CURVES_KEPT.days}))
    elif state in _ASKED:
        why.append(
            Clause(id=_ASKED[state], params={"source": SourceName.CURVES.value}, exhibits=(_source(),))
        )
    elif share == 0:
        why.append(Clause(id="R0.no_points", params={"person": person}))
    else:
        why.append(Clause(id="R0.few_points", params={"person": person, "share": round(share, 2)}))
    return tuple(why)


def coverage_of(case: Case, person: str) -> float:
    """Return for which share of the time somebody's client reported anything: of everybody if nobody is named."""
    first, last = case.focus[0] // MINUTE + 1, min(case.focus[1], case.known_until) // MINUTE
    due = known = 0
    for one in [person] if person else case.people:
        expected = case.presence(one) & frozenset(range(first, last))
        seen = frozenset[int]().union(
            *(
                curve.minutes
                for (sender, receiver, _), curve in case.curves.items()
                if (receiver or sender) == one
            )
        )
        due += len(expected)
        known += len(expected & seen)
    return known / due if due else 0.0


def look_again_at(case: Case) -> datetime | None:
    """Return the minute at which everything up to the end of what is looked at will be known, None when it is."""
    if case.focus[1] <= case.known_until:
        return None
    due = case.focus[1] + case.limits.whole("data_lag")
    return moment(-(-due // MINUTE) * MINUTE)


def _stays(case: Case, person: str) -> tuple[Stay, ...]:
    return case.stays.get(person, ())


def _source() -> Exhibit:
    return Exhibit(kind=ExhibitKind.SOURCE, ref=SourceName.CURVES.value)
