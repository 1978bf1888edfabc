"""The verdict on one complaint: what hurt, which rules claim it, which are ruled out, how sure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from console.investigate.verdict.case import Case
from console.investigate.verdict.catalogue import ENGINE
from console.investigate.verdict.claiming import claims_about
from console.investigate.verdict.enough import look_again_at, short_call, too_little
from console.investigate.verdict.evidence import Complaint, Evidence, SourceName, Symptom
from console.investigate.verdict.findings import (
    finding_of,
    merged,
    nothing_known,
    ruled_out,
    unexplained,
)
from console.investigate.verdict.limits import Limits, limits_in_force
from console.investigate.verdict.moments import moment
from console.investigate.verdict.result import Clause, Finding, Hit, Outcome, Param, Verdict
from console.investigate.verdict.rules.base import Claim, Denial, Trouble
from console.investigate.verdict.rules.joining import Joining, join_claims, joining_of
from console.investigate.verdict.sending import Reach, reach_of
from console.investigate.verdict.storing import fingerprint
from console.investigate.verdict.suffering import Suffering, suffering_of
from console.investigate.verdict.summary import calm_figures, hit_of
from console.investigate.verdict.tidying import tidy

__all__ = ["judge"]

_JOINS = frozenset({Symptom.CANNOT_JOIN, Symptom.SLOW_JOIN})
_SIGHT = frozenset({Symptom.NO_PICTURE, Symptom.FREEZE, Symptom.BLURRED})
_MOST_HITS = 50


def judge(evidence: Evidence, complaint: Complaint, limits: Limits | None = None) -> Verdict:
    """Return the verdict. limits: those in force, by default the published ones.

    The same evidence, complaint and limits give the same verdict.
    """
    in_force = limits_in_force() if limits is None else limits
    case = tidy(evidence, complaint, in_force)
    answer = _everybody(case) if not complaint.user_id else _one(case, complaint.user_id)
    first, last = case.focus
    return msgspec.structs.replace(
        answer,
        caveats=(*answer.caveats, *case.caveats),
        looked_since=moment(first),
        looked_until=moment(last),
        inputs=fingerprint(evidence, complaint, in_force.plain()),
        limits=in_force.plain(),
    )


def _verdict(
    case: Case, outcome: Outcome, headline: Clause, hits: Sequence[Hit] = (), **parts: object
) -> Verdict:
    """Return a verdict that names the worst of those who suffered, and says how many they all are."""
    return Verdict(
        engine=ENGINE,
        outcome=outcome,
        complaint=case.complaint,
        room_id=case.evidence.room_id,
        headline=headline,
        taken_at=case.evidence.taken_at,
        inputs="",
        limits={},
        hits=tuple(hits[:_MOST_HITS]),
        suffered=len(hits),
        **parts,  # type: ignore[arg-type]
    )


# -- one person's complaint ---------------------------------------------------------------------------------


def _one(case: Case, person: str) -> Verdict:
    joining = joining_of(case, person)
    about_joining = case.complaint.symptom in _JOINS or (joining is not None and not joining.got_in)
    if about_joining:
        return _at_the_door(case, person, joining)
    if case.complaint.symptom is Symptom.ECHO:
        return _verdict(case, Outcome.CANNOT_TELL, Clause(id="echo", params={"person": person}))
    short = short_call(case, person)
    if short is not None:
        return _not_enough(case, (short,))
    if person not in case.stays:
        return _not_enough(case, (Clause(id="R0.not_here", params={"person": person}),))
    window, caveats = case.focus, []
    mine = suffering_of(case, person, window)
    if not mine.minutes and window != case.span:
        mine = suffering_of(case, person, case.span)
        if mine.minutes:
            window = case.span
            caveats.append(Clause(id="caveat.not_then", params={"person": person}))
    others = {one: suffering_of(case, one, window) for one in case.people if one != person}
    if not mine.minutes:
        return _calm(case, mine, others, joining)
    return _troubled(case, mine, others, joining, caveats)


def _troubled(
    case: Case, mine: Suffering, others: dict[str, Suffering], joining: Joining | None, caveats: list[Clause]
) -> Verdict:
    claims, denials = claims_about(Trouble(case, mine, others))
    everyone = [mine, *others.values()]
    findings = [finding_of(case, claim, [mine], everyone) for claim in claims]
    outcome = Outcome.FOUND
    if not findings:
        findings, outcome = [unexplained(mine)], Outcome.CANNOT_TELL
    if joining is not None:
        findings += _door_findings(case, joining, everyone, first=False)
    if case.complaint.symptom in (Symptom.NO_SOUND, Symptom.BROKEN_SOUND) and mine.symptoms <= _SIGHT:
        caveats.append(Clause(id="caveat.other_symptom", params={"person": mine.person}))
    again = look_again_at(case)
    if again is not None:
        caveats.append(Clause(id="caveat.more_to_come", params={"again_at": again.isoformat()}))
    hits = [hit_of(mine, claims[0] if claims else None), *_hits(others.values(), claims)]
    return _verdict(
        case,
        outcome,
        findings[0].says,
        findings=tuple(findings),
        ruled_out=ruled_out(denials),
        hits=hits,
        caveats=tuple(caveats),
        look_again_at=again,
    )


def _calm(case: Case, mine: Suffering, others: dict[str, Suffering], joining: Joining | None) -> Verdict:
    """Return what somebody whom nothing hurt did to the others, else that nothing hurt, or that too little is known."""
    person, everyone = mine.person, list(others.values())
    reach = reach_of(case, mine, others)
    hits = _hits(everyone, list(reach.claims.values()), reach.claims)
    door = [] if joining is None else _door_findings(case, joining, everyone, first=not reach.findings)
    if reach.findings:
        return _own_doing(case, person, (*reach.findings, *door), reach, hits)
    if door:
        return _verdict(case, Outcome.FOUND, door[0].says, findings=tuple(door), hits=hits)
    why = too_little(case, person)
    if why:
        return _not_enough(case, why, hits)
    figures = calm_figures(case, person)
    if reach.unclear:
        params: dict[str, Param] = {"person": person, "hit": len(reach.unclear)}
        said, outcome = Clause(id="calm.own_stream", params=params, exhibits=figures), Outcome.CANNOT_TELL
    else:
        params = {"person": person, "hit": len(hits)}
        said = Clause(id="calm.others_hit" if hits else "calm", params=params, exhibits=figures)
        outcome = Outcome.NOTHING_WRONG
    return _verdict(case, outcome, said, hits=hits)


def _own_doing(
    case: Case, person: str, findings: tuple[Finding, ...], reach: Reach, hits: Sequence[Hit]
) -> Verdict:
    caveats = [Clause(id="caveat.only_others", params={"person": person})]
    again = look_again_at(case)
    if again is not None:
        caveats.append(Clause(id="caveat.more_to_come", params={"again_at": again.isoformat()}))
    return _verdict(
        case,
        Outcome.FOUND,
        findings[0].says,
        findings=findings,
        ruled_out=ruled_out(reach.denials),
        hits=hits,
        caveats=tuple(caveats),
        look_again_at=again,
    )


def _not_enough(case: Case, why: Sequence[Clause], hits: Sequence[Hit] = ()) -> Verdict:
    again = look_again_at(case)
    return _verdict(
        case,
        Outcome.NOT_ENOUGH,
        why[0],
        findings=(nothing_known(why),),
        hits=hits,
        look_again_at=again,
    )


def _hits(
    sufferings: Iterable[Suffering], claims: Sequence[Claim], own: Mapping[str, Claim] | None = None
) -> list[Hit]:
    """Return who else suffered, the worst first; a claim about a sender explains those who receive them.

    own: what explains it, of those who were judged themselves.
    """
    found = []
    for suffering in sufferings:
        if suffering.minutes:
            claim = (own or {}).get(suffering.person) or next(
                (each for each in claims if suffering.person in each.receivers), None
            )
            found.append(hit_of(suffering, claim))
    return sorted(found, key=lambda hit: (-hit.minutes, hit.person))


# -- at the door --------------------------------------------------------------------------------------------


def _at_the_door(case: Case, person: str, joining: Joining | None) -> Verdict:
    if joining is None:
        if person in case.stays:
            return _verdict(case, Outcome.NOTHING_WRONG, Clause(id="join.fine", params={"person": person}))
        clause = Clause(id="R0.never_seen", params={"person": person})
        return _not_enough(case, (clause,))
    findings = _door_findings(case, joining, [], first=True)
    if findings:
        _, denials = join_claims(case, joining)
        return _verdict(
            case,
            Outcome.FOUND,
            findings[0].says,
            findings=tuple(findings),
            ruled_out=ruled_out(denials),
        )
    if not case.answered(SourceName.EVENTS) or look_again_at(case) is not None:
        return _not_enough(case, (Clause(id="R0.join_not_yet", params={"person": person}),))
    return _verdict(case, Outcome.CANNOT_TELL, Clause(id="join.unknown", params={"person": person}))


def _door_findings(
    case: Case, joining: Joining, everyone: Sequence[Suffering], *, first: bool
) -> list[Finding]:
    claims, _ = join_claims(case, joining)
    return [
        finding_of(case, claim, [], everyone, contributing=not first or place > 0, join=True)
        for place, claim in enumerate(claims)
    ]


# -- everybody ----------------------------------------------------------------------------------------------


def _everybody(case: Case) -> Verdict:
    short = short_call(case, "")
    if short is not None:
        return _not_enough(case, (short,))
    sufferings = {one: suffering_of(case, one, case.focus) for one in case.people}
    everyone = list(sufferings.values())
    claims: list[Claim] = []
    denials: list[Denial] = []
    hits: list[Hit] = []
    for mine in sorted((each for each in everyone if each.minutes), key=lambda each: -len(each.minutes)):
        others = {one: suffering for one, suffering in sufferings.items() if one != mine.person}
        found, denied = claims_about(Trouble(case, mine, others))
        claims += found
        denials += denied if not hits else []
        hits.append(hit_of(mine, found[0] if found else None))
    findings = merged(case, claims, [each for each in everyone if each.minutes])
    doors = [door for one in sorted({s.user_id for s in case.sessions}) if (door := joining_of(case, one))]
    for joining in doors[:_MOST_HITS]:
        findings += _door_findings(case, joining, everyone, first=not findings)
    if hits and not claims:
        findings.insert(0, unexplained(max(everyone, key=lambda each: len(each.minutes))))
    if findings:
        held = {finding.rule for finding in findings}
        outcome = Outcome.CANNOT_TELL if hits and not claims else Outcome.FOUND
        return _verdict(
            case,
            outcome,
            findings[0].says,
            findings=tuple(findings),
            ruled_out=ruled_out([denial for denial in denials if denial.rule not in held]),
            hits=hits,
            look_again_at=look_again_at(case),
        )
    why = too_little(case, "")
    if why:
        return _not_enough(case, why)
    headline = Clause(id="calm.everybody", exhibits=calm_figures(case, ""))
    return _verdict(case, Outcome.NOTHING_WRONG, headline)
