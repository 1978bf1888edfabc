"""From claims and denials to what a verdict shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from console.investigate.verdict.case import Case
from console.investigate.verdict.catalogue import ORDER, version_of
from console.investigate.verdict.circles import circles_of
from console.investigate.verdict.claiming import WHOLE
from console.investigate.verdict.confidence import confidence_in, doubtful
from console.investigate.verdict.moments import moment
from console.investigate.verdict.result import Clause, Finding, Role, RuledOut, Side
from console.investigate.verdict.rules.base import Claim, Denial, clock
from console.investigate.verdict.suffering import Suffering
from console.investigate.verdict.summary import shown
from console.investigate.verdict.wider import widened

__all__ = ["finding_of", "merged", "nothing_known", "ruled_out", "unexplained"]


def finding_of(
    case: Case,
    claim: Claim,
    hurt: Sequence[Suffering],
    everyone: Sequence[Suffering],
    *,
    contributing: bool = False,
    join: bool = False,
) -> Finding:
    """Return a claim as a finding. hurt: whose suffering it explains; everyone: for the circles."""
    minutes = frozenset[int]().union(*(each.minutes for each in hurt))
    since, until = clock(claim.minutes or minutes)
    share = len(claim.minutes & minutes) / len(minutes) if minutes else 1.0
    person = claim.person or (hurt[0].person if hurt else "")
    circles = circles_of(case, person, (since, until), everyone, join=join)
    claim = widened(claim, circles, case.limits)
    lesser = contributing or (not join and (not claim.strong or share < WHOLE))
    symptoms = claim.symptoms or frozenset().union(*(each.symptoms for each in hurt))
    return Finding(
        rule=claim.rule,
        version=version_of(claim.rule),
        role=Role.CONTRIBUTING if lesser else Role.CAUSE,
        side=claim.side,
        person=claim.person,
        saw=tuple(sorted(symptoms)),
        receivers=tuple(dict.fromkeys([*(each.person for each in hurt), *claim.receivers])),
        since=moment(since),
        until=moment(until),
        share=round(share, 2),
        says=claim.says,
        because=claim.because,
        advice=tuple(Clause(id=each) for each in claim.advice),
        confidence=confidence_in(claim, circles, case.limits),
    )


def merged(case: Case, claims: Sequence[Claim], hurt: Sequence[Suffering]) -> list[Finding]:
    """Return the findings about everybody: claims of the same rule about the same person are one.

    Those that explain more of what hurt come first.
    """
    groups: dict[tuple[str, str], list[Claim]] = {}
    for claim in claims:
        groups.setdefault((claim.rule, claim.person), []).append(claim)
    _absorb(groups)
    ranked = sorted(groups.items(), key=lambda entry: _weight(entry[0][0], entry[1]))
    findings = []
    for place, ((rule, _), group) in enumerate(ranked):
        first = max(
            group, key=lambda claim: (claim.rule == rule, claim.strong, len(claim.minutes), claim.pieces)
        )
        receivers = {receiver for claim in group for receiver in claim.receivers}
        finding = finding_of(
            case, first, _explained(first, hurt), hurt, contributing=place > 0 and not first.strong
        )
        findings.append(
            msgspec.structs.replace(finding, receivers=tuple(sorted(receivers | {*finding.receivers})))
        )
    return findings


def unexplained(mine: Suffering) -> Finding:
    """Return R15: it hurt, and nothing explains it."""
    since, until = clock(mine.minutes)
    return Finding(
        rule="R15",
        version=version_of("R15"),
        role=Role.CAUSE,
        side=Side.UNKNOWN,
        saw=tuple(sorted(mine.symptoms)),
        receivers=(mine.person,),
        since=moment(since),
        until=moment(until),
        says=Clause(id="R15.says", params={"person": mine.person}),
        because=shown(mine),
        advice=(Clause(id="advice.client_log"),),
        confidence=doubtful(),
    )


def nothing_known(why: Sequence[Clause]) -> Finding:
    """Return R0: there is not enough to judge."""
    return Finding(
        rule="R0",
        version=version_of("R0"),
        role=Role.CAUSE,
        side=Side.UNKNOWN,
        says=why[0],
        because=tuple(why[1:]),
        advice=(Clause(id="advice.time_and_room"),),
        confidence=doubtful(),
    )


def ruled_out(denials: Iterable[Denial]) -> tuple[RuledOut, ...]:
    """Return denials as results carry them."""
    return tuple(
        RuledOut(
            rule=denial.rule,
            version=version_of(denial.rule),
            person=denial.person,
            undecided=denial.undecided,
            because=denial.because,
        )
        for denial in denials
    )


def _absorb(groups: dict[tuple[str, str], list[Claim]]) -> None:
    """Join what is one cause: a network bad both ways is bad each way, a busy device spoils what it sends and shows."""
    for _, person in list(groups):
        for wider, narrower in (("R12", ("R7", "R8")), ("R9", ("R10",))):
            if any(claim.strong for claim in groups.get((wider, person), ())):
                for rule in narrower:
                    groups[wider, person] += groups.pop((rule, person), [])


def _weight(rule: str, group: Sequence[Claim]) -> tuple[bool, int, int]:
    strong = any(claim.strong for claim in group)
    return not strong, -sum(len(claim.minutes) for claim in group), ORDER.index(rule)


def _explained(claim: Claim, hurt: Sequence[Suffering]) -> list[Suffering]:
    found = [each for each in hurt if each.minutes & claim.minutes]
    return found or list(hurt[:1])
