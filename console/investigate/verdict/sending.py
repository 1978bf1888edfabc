"""What somebody's own sending did to the others: who lacks nothing themselves may be the reason why those suffer.

"Others see me freezing" is said by one who receives everything well. So the others are judged as if each of them
complained; what is then blamed on the person asked about is the answer to them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from console.investigate.verdict.case import Case
from console.investigate.verdict.claiming import claims_about
from console.investigate.verdict.evidence import Complaint
from console.investigate.verdict.findings import finding_of
from console.investigate.verdict.result import Finding, Side
from console.investigate.verdict.rules.base import Claim, Denial, Trouble
from console.investigate.verdict.suffering import Hurt, Suffering, suffering_of

__all__ = ["Reach", "hurt_by", "reach_of"]

_MOST_JUDGED = 50  # people who suffer
_MOST_TURNED = 6  # people in whose place the complaint is put
_LEFT = "R5.says_left"  # leaving is known to whoever left

Blame = tuple[Suffering, Claim]


@dataclass(frozen=True)
class Reach:
    """What comes of judging the others. findings: of the person asked about, as the one to blame; often none.

    claims: what explains it, by who suffers. denials: beside the findings. unclear: who suffered in nothing but the
    person's stream, and nothing explains it.
    """

    findings: tuple[Finding, ...] = ()
    claims: Mapping[str, Claim] = field(default_factory=dict)
    denials: tuple[Denial, ...] = ()
    unclear: tuple[str, ...] = ()


def reach_of(case: Case, mine: Suffering, others: Mapping[str, Suffering]) -> Reach:
    """Judge the others' suffering. mine: the person asked about, whom nothing hurt.

    Only what is measured counts, and only where it is believed first: for the rest too little is known of them here.
    """
    person = mine.person
    claims: dict[str, Claim] = {}
    denials: list[Denial] = []
    blames: list[Blame] = []
    unclear = []
    for theirs in _worst(person, others.values()):
        found, denied = claims_about(_trouble(case, theirs, mine, others))
        if found:
            claims[theirs.person] = found[0]
        elif theirs.senders == (person,):
            unclear.append(theirs.person)
        if _blamed(found, person):
            denials += denied if not blames else []
            blames.append((theirs, found[0]))
    if not blames:
        blames, denials = _turned(case, mine, others)
        claims |= {theirs.person: claim for theirs, claim in blames if theirs.person not in claims}
    everyone = [mine, *others.values()]
    findings = _findings(case, person, blames, everyone)
    held = {finding.rule for finding in findings}
    return Reach(
        findings, claims, tuple(denial for denial in denials if denial.rule not in held), tuple(unclear)
    )


def hurt_by(case: Case, person: str) -> list[Hurt]:
    """Return what others suffered in somebody's stream, as far as it is known so far."""
    known = {event.user_id for event in case.room_events if event.peer_id in ("", person)}
    people = sorted({*case.receivers_of(person), *known} - {person})[:_MOST_JUDGED]
    found = [suffering_of(case, one, case.focus).of(person) for one in people]
    if not any(found):
        found = [suffering.of(person) for _, suffering in _in_their_place(case, person)]
    return [hurt for hurt in found if hurt is not None]


def _worst(person: str, sufferings: Iterable[Suffering]) -> list[Suffering]:
    hurt = [suffering for suffering in sufferings if suffering.minutes]
    return sorted(hurt, key=lambda one: (person not in one.senders, -len(one.minutes), one.person))[
        :_MOST_JUDGED
    ]


def _trouble(case: Case, theirs: Suffering, mine: Suffering, others: Mapping[str, Suffering]) -> Trouble:
    rest = {one: suffering for one, suffering in others.items() if one != theirs.person}
    return Trouble(case, theirs, {mine.person: mine, **rest})


def _blamed(claims: Sequence[Claim], person: str) -> bool:
    if not claims:
        return False
    first = claims[0]
    return first.strong and first.person == person and first.side is Side.PEER and first.says.id != _LEFT


def _in_their_place(case: Case, person: str) -> list[tuple[Case, Suffering]]:
    """Return what some who receive somebody would suffer in that stream, were the complaint theirs.

    Silence hurts only those who say so: "nobody hears me" says so for them.
    """
    said = case.complaint
    if said.symptom is None:
        return []
    found = []
    for one in case.receivers_of(person)[:_MOST_TURNED]:
        turned = replace(case, complaint=Complaint(user_id=one, symptom=said.symptom, at=said.at))
        whole = suffering_of(turned, one, case.focus)
        hurts = tuple(hurt for hurt in whole.hurts if hurt.sender == person)
        if hurts:
            found.append((turned, replace(whole, hurts=hurts)))
    return found


def _turned(case: Case, mine: Suffering, others: Mapping[str, Suffering]) -> tuple[list[Blame], list[Denial]]:
    blames: list[Blame] = []
    denials: list[Denial] = []
    places = _in_their_place(case, mine.person)
    instead = {**others, **{suffering.person: suffering for _, suffering in places}}
    for turned, theirs in places:
        found, denied = claims_about(_trouble(turned, theirs, mine, instead))
        if _blamed(found, mine.person):
            denials += denied if not blames else []
            blames.append((theirs, found[0]))
    return blames, denials


def _findings(
    case: Case, person: str, blames: Iterable[Blame], everyone: Sequence[Suffering]
) -> tuple[Finding, ...]:
    """Return one finding a rule, the one that explains most first. It lies with the one who asks: side is theirs."""
    groups: dict[str, list[Blame]] = defaultdict(list)
    for blame in blames:
        groups[blame[1].rule].append(blame)
    ranked = sorted(groups.values(), key=lambda group: -sum(len(claim.minutes) for _, claim in group))
    found = []
    for place, group in enumerate(ranked):
        first = max((claim for _, claim in group), key=lambda claim: (len(claim.minutes), claim.pieces))
        minutes = frozenset[int]().union(*(claim.minutes for _, claim in group))
        hurt = [_in_stream(theirs, person) for theirs, _ in group]
        claim = replace(first, minutes=minutes, side=Side.USER)
        found.append(finding_of(case, claim, hurt, everyone, contributing=place > 0))
    return tuple(found)


def _in_stream(theirs: Suffering, sender: str) -> Suffering:
    """Return what somebody suffered in one stream alone."""
    return replace(theirs, hurts=tuple(hurt for hurt in theirs.hurts if hurt.sender in ("", sender)))
