"""Calls whose cause is known, the complaints that they would lead to, and whether a verdict is right. No Django."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from console.investigate.verdict import Complaint, Symptom, Verdict, judge
from tests.investigate.verdict.collecting import Collector, moment_of

__all__ = ["HELD_OUT", "MODES", "NOW", "TUNED_ON", "Mode", "Score", "chosen", "fits", "judged", "rules_of"]

# The rules were written while looking at calls of the first seeds; nobody looked at calls of the others.
TUNED_ON = (101, 102)
HELD_OUT = (501, 502, 503, 504, 505)

NOW = 1_794_450_000  # Thursday 2026-11-12, 02:20 UTC
DAY, MINUTE = 86_400, 60
PAGE_BUDGET = 3  # requests that a page spends beyond finding the call, see services/gathering.py

Mode = Literal["said", "silent", "page", "everybody", "fresh"]
MODES: dict[Mode, str] = {
    "said": "with symptom and moment",
    "silent": "only the person is named",
    "page": "symptom and moment, three requests",
    "everybody": "nobody is named",
    "fresh": "two minutes after it began",
}
_SYMPTOMS = {
    "freeze": Symptom.FREEZE,
    "freeze both ways": Symptom.FREEZE,
    "no picture": Symptom.NO_PICTURE,
    "no sound": Symptom.NO_SOUND,
    "blurry": Symptom.BLURRED,
    "broken voice": Symptom.BROKEN_SOUND,
    "cannot join": Symptom.CANNOT_JOIN,
    "slow join": Symptom.SLOW_JOIN,
    "none": None,
}
_JOINS = frozenset({"cannot join", "slow join"})
_SOON = 5 * MINUTE  # people complain of what is new


@dataclass
class Score:
    """Counts of one mode. right, all, claimed: by rule, "" where nothing was wrong. wrong: a line for each miss."""

    right: Counter[str] = field(default_factory=Counter)
    all: Counter[str] = field(default_factory=Counter)
    claimed: Counter[str] = field(default_factory=Counter)
    claimed_right: Counter[str] = field(default_factory=Counter)
    both: int = 0
    of_two: int = 0
    false_blames: int = 0
    words: Counter[tuple[str, bool]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Return the share of verdicts that are right at first sight."""
        return sum(self.right.values()) / max(1, sum(self.all.values()))

    def count(self, call: dict[str, Any], mode: Mode, verdict: Verdict) -> None:
        """Count one verdict."""
        wanted = "R0" if mode == "fresh" else (call["rules"] or [""])[0]
        right = _right(call, mode, wanted, verdict)
        self.all[wanted] += 1
        self.right[wanted] += right
        # Somebody who joined slowly may suffer from something else as well: then either is right.
        claimed = wanted if right else verdict.rule
        self.claimed[claimed] += 1
        self.claimed_right[claimed] += right
        if len(call["rules"]) > 1 and mode != "fresh":
            self.of_two += 1
            self.both += all(_found(call, mode, rule, verdict) for rule in call["rules"])
        self.false_blames += not call["rules"] and mode != "fresh" and not right
        if verdict.findings:
            self.words[verdict.findings[0].confidence.word.value, right] += 1
        if not right:
            found = ", ".join(f"{finding.rule} {finding.person}" for finding in verdict.findings[:3])
            self.wrong.append(
                f"{mode}: {call['name']} of {call['size']} in {call['room_id']}: {wanted or 'fine'} "
                f"{call['blamed']}, but {verdict.outcome.value} {found}"
            )


def chosen(collector: Collector, most: int, *, names: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Return calls of the last days, at most so many of each cause. names: only causes that begin so."""
    since = NOW - int(4.7 * DAY)
    calls = collector.sandbox.control(f"causes?since={since}&until={NOW - 1800}")["calls"]
    seen: Counter[str] = Counter()
    kept = []
    for call in reversed(calls):
        if seen[call["name"]] < most and call["name"].startswith(tuple(names) or ""):
            seen[call["name"]] += 1
            kept.append(call)
    return kept


def judged(collector: Collector, call: dict[str, Any], mode: Mode) -> Verdict:
    """Return the verdict on a call, asked for in one of the ways in which people ask."""
    complaint, start, end = _complaint(call, mode), call["start"], call["end"]
    if call["symptom"] in _JOINS:
        start, end = start - 2 * MINUTE, end + 40 * MINUTE
    budget = PAGE_BUDGET if mode == "page" else None
    if mode != "fresh":
        return judge(
            collector.collect(call["app_id"], call["room_id"], start, end, complaint, budget), complaint
        )
    with collector.seen_at(call["since"] + 2 * MINUTE):
        return judge(collector.collect(call["app_id"], call["room_id"], start, None, complaint), complaint)


def fits(call: dict[str, Any], mode: Mode) -> bool:
    """Say whether a call can be asked about in a way."""
    joins = call["symptom"] in _JOINS
    if mode == "everybody":
        return not joins
    if mode == "fresh":
        return bool(call["since"]) and not joins and "R0" not in call["rules"]
    return True


def _complaint(call: dict[str, Any], mode: Mode) -> Complaint:
    symptom = _SYMPTOMS[call["symptom"]]
    at = None
    if call["since"]:
        at = moment_of(min((call["since"] + call["until"]) / 2, call["since"] + _SOON))
    if mode == "everybody":
        return Complaint()
    if mode == "silent":
        return Complaint(user_id=call["user_id"])
    if mode == "fresh":
        return Complaint(user_id=call["user_id"], symptom=symptom, at=moment_of(call["since"] + MINUTE))
    return Complaint(user_id=call["user_id"], symptom=symptom, at=at)


def _right(call: dict[str, Any], mode: Mode, wanted: str, verdict: Verdict) -> bool:
    if mode == "fresh" and verdict.rule == "R0":
        return verdict.look_again_at is not None
    if mode == "fresh":
        wanted = call["rules"][0]  # known sooner than expected
    if mode == "everybody":
        return _right_about_all(call, wanted, verdict)
    if call["symptom"] in _JOINS and mode == "silent":
        return wanted in {finding.rule for finding in verdict.findings}
    if verdict.rule != wanted:
        return False
    return not call["blamed"] or verdict.findings[0].person == call["blamed"]


def _right_about_all(call: dict[str, Any], wanted: str, verdict: Verdict) -> bool:
    """Say whether the first that is not about somebody at the door is right.

    A device spoils what it sends and what it shows: which of the two hurt more people is not known to the label.
    """
    found = [finding for finding in verdict.findings if finding.rule not in {"R1", "R2", "R3", "R4"}]
    if not found:
        return not wanted
    alike = {"R9", "R10"} if wanted in {"R9", "R10"} else {wanted}
    return found[0].rule in alike and call["blamed"] in ("", found[0].person)


def _found(call: dict[str, Any], mode: Mode, wanted: str, verdict: Verdict) -> bool:
    """Say whether a cause is among the findings. Where nobody is named, a busy device is whoever's it is, R9 or R10."""
    if mode != "everybody" or wanted not in {"R9", "R10"}:
        return wanted in {finding.rule for finding in verdict.findings}
    owner = call["user_id"] if wanted == "R10" else call["peer_id"]
    return any(finding.rule in {"R9", "R10"} and finding.person == owner for finding in verdict.findings)


def rules_of(scores: Iterable[Score]) -> Iterator[str]:
    """Yield the rules that anything was counted for, in their order."""
    found = {rule for score in scores for rule in score.all}
    yield from sorted(found, key=lambda rule: int(rule[1:] or -1))
