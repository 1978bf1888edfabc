"""R1 to R4: somebody could not get in, or only slowly."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from console.investigate.verdict import factors
from console.investigate.verdict.case import Case
from console.investigate.verdict.evidence import (
    AbnormalEvent,
    ActionKind,
    EventKind,
    OurAction,
    Session,
    SourceName,
    Symptom,
)
from console.investigate.verdict.exhibits import action_exhibit, events_exhibit, session_exhibit
from console.investigate.verdict.moments import MINUTE, iso, seconds
from console.investigate.verdict.result import Clause, Side
from console.investigate.verdict.rules.base import Claim, Denial

__all__ = ["Joining", "join_claims", "joining_of"]

_NEAR = 5 * MINUTE  # others who fail so near have the same trouble
_BEFORE = 10 * MINUTE  # somebody who was removed so shortly before was turned away on purpose
_SAID = {"R1": "R1.says", "R2": "R2.says", "R3": "R3.says", "R4": "R4.says"}
_SIDES = {"R1": Side.CUSTOMER, "R2": Side.USER, "R3": Side.SERVICE, "R4": Side.POLICY}
_ADVICE = {
    "R1": ("advice.check_token", "advice.check_clock"),
    "R2": ("advice.other_network", "advice.allow_websocket"),
    "R3": ("advice.cloud_ticket",),
    "R4": ("advice.explain_rule",),
}


@dataclass(frozen=True)
class Joining:
    """What somebody met at the door. failed: attempts that came to nothing. events: of joining, oldest first."""

    person: str
    failed: tuple[Session, ...]
    events: tuple[AbnormalEvent, ...]
    got_in: bool

    @property
    def symptom(self) -> Symptom:
        """Return whether it was slow, or in vain."""
        return Symptom.SLOW_JOIN if self.got_in else Symptom.CANNOT_JOIN

    @property
    def minutes(self) -> frozenset[int]:
        """Return the minutes in which it was tried."""
        begins = [session.joined_at for session in self.failed if session.joined_at is not None]
        return frozenset(seconds(at) // MINUTE for at in [*begins, *(event.at for event in self.events)])


def joining_of(case: Case, person: str) -> Joining | None:
    """Return what somebody met at the door, None when they got in without trouble, or nothing is known.

    The attempts since they last got in count; if they never did, all of them.
    """
    mine = [
        session
        for session in case.sessions
        if session.user_id == person and session.room_id == case.evidence.room_id
    ]
    failed = [session for session in mine if not session.joined]
    events = case.events_of(person, join=True)
    if not failed and not events:
        return None
    got_in = any(session.joined for session in mine)
    return Joining(person, tuple(failed), tuple(events), got_in)


def join_claims(case: Case, joining: Joining) -> tuple[list[Claim], list[Denial]]:
    """Return which of R1 to R4 hold, the first one first, and which don't."""
    named = Counter(event.factor for event in joining.events if event.factor is not None)
    crowd = _crowd(case, joining)
    actions = _actions(case, joining)
    holds = {
        "R1": _named(named, factors.CREDENTIALS),
        "R4": _named(named, factors.POLICY_JOIN) + len(actions),
        "R2": _named(named, factors.CLIENT_JOIN) if crowd is None else 0,
        "R3": _named(named, factors.SERVICE_JOIN) + (1 if crowd is not None else 0),
    }
    last = joining.events[-1].factor if joining.events else None
    claims: list[Claim] = []
    denials: list[Denial] = []
    for rule, count in holds.items():
        if count:
            claims.append(_claim(case, joining, rule, crowd, actions))
        else:
            denials.append(Denial(rule, joining.person, (_not_named(joining, named),)))
    claims.sort(key=lambda claim: (claim.rule != _rule_of(last), claim.rule))
    if crowd is not None or actions:
        first = "R3" if crowd is not None else "R4"
        claims.sort(key=lambda claim: claim.rule != first)
    return claims, denials


def _named(named: Counter[int], wanted: frozenset[int]) -> int:
    return sum(count for factor, count in named.items() if factor in wanted)


def _rule_of(factor: int | None) -> str:
    table = {
        "R1": factors.CREDENTIALS,
        "R2": factors.CLIENT_JOIN,
        "R3": factors.SERVICE_JOIN,
        "R4": factors.POLICY_JOIN,
    }
    return next((rule for rule, codes in table.items() if factor in codes), "")


def _claim(case: Case, joining: Joining, rule: str, crowd: Clause | None, actions: list[OurAction]) -> Claim:
    mine = [event for event in joining.events if _rule_of(event.factor) == rule]
    because = [
        Clause(
            id="join_factor",
            params={"factor": factor, "count": sum(event.factor == factor for event in mine)},
            exhibits=(events_exhibit([event for event in mine if event.factor == factor], factor),),
        )
        for factor in sorted({event.factor for event in mine if event.factor is not None})
    ]
    if joining.failed:
        because.append(
            Clause(
                id="join_failed",
                params={"person": joining.person, "count": len(joining.failed)},
                exhibits=tuple(session_exhibit(session) for session in joining.failed[:5]),
            )
        )
    if rule == "R3" and crowd is not None:
        because.append(crowd)
    if rule == "R4":
        because += [_acted(action) for action in actions]
    return Claim(
        rule=rule,
        person=joining.person if rule == "R2" else "",
        side=_SIDES[rule],
        says=Clause(id=_SAID[rule] + ("_slow" if joining.got_in else ""), params={"person": joining.person}),
        because=tuple(because),
        minutes=joining.minutes,
        strong=True,
        pieces=1 + (len(mine) > 0) + bool(joining.failed) + (rule == "R3" and crowd is not None),
        coverage=1.0,
        symptoms=frozenset({joining.symptom}),
        advice=_ADVICE[rule],
    )


def _acted(action: OurAction) -> Clause:
    said = {
        ActionKind.REMOVED: "action.removed",
        ActionKind.DISMISSED: "action.dismissed",
        ActionKind.DISABLED: "action.disabled",
        ActionKind.ENABLED: "action.enabled",
    }[action.kind]
    return Clause(
        id=said,
        params={"entry": action.entry, "action_at": action.at.isoformat()},
        exhibits=(action_exhibit(action),),
    )


def _not_named(joining: Joining, named: Counter[int]) -> Clause:
    codes = ", ".join(str(code) for code in sorted(named))
    return Clause(id="join_not_named", params={"person": joining.person, "factors": codes})


def _actions(case: Case, joining: Joining) -> list[OurAction]:
    """Return what we did that kept somebody out: removed or dismissed shortly before, or the application is off."""
    tries = [seconds(at) for session in joining.failed if (at := session.joined_at) is not None]
    if not tries:
        return []
    first, last = min(tries), max(tries)
    found = []
    for action in case.evidence.actions:
        done = seconds(action.at)
        personal = action.kind is ActionKind.REMOVED and action.user_id == joining.person
        shortly = (personal or action.kind is ActionKind.DISMISSED) and last - _BEFORE <= done <= last
        off = action.kind is ActionKind.DISABLED and done <= last and not _enabled_again(case, done, first)
        if shortly or off:
            found.append(action)
    return found


def _enabled_again(case: Case, since: int, until: int) -> bool:
    return any(
        action.kind is ActionKind.ENABLED and since < seconds(action.at) < until
        for action in case.evidence.actions
    )


def _crowd(case: Case, joining: Joining) -> Clause | None:
    """Return that many others failed in the same minutes, on different networks: then it is nobody's own trouble.

    Counted only where the application was asked about as a whole, and of everybody who tried.
    """
    if not case.answered(SourceName.ELSEWHERE) or not joining.minutes:
        return None
    begin, end = min(joining.minutes) * MINUTE - _NEAR, (max(joining.minutes) + 1) * MINUTE + _NEAR
    mine = {event.factor for event in joining.events}
    if mine & (factors.CREDENTIALS | factors.POLICY_JOIN):
        return None
    failed = {
        event.user_id
        for event in case.events
        if event.kind is EventKind.JOIN
        and begin <= seconds(event.at) <= end
        and event.factor not in factors.CREDENTIALS | factors.POLICY_JOIN
    }
    tried = {
        session.user_id: session.isp
        for session in case.sessions
        if session.joined_at is not None and begin <= seconds(session.joined_at) <= end
    }
    failed &= tried.keys()
    networks = {tried[person] for person in failed}
    enough = len(failed) >= case.limits.whole("crowd_people") and len(networks) >= 2
    if not enough or len(failed) < case.limits["crowd_share"] * len(tried):
        return None
    return Clause(
        id="join_crowd",
        params={
            "hit": len(failed),
            "of": len(tried),
            "networks": len(networks),
            "since_at": iso(begin),
            "until_at": iso(end),
        },
    )
