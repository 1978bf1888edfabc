"""Verdicts: given by the engine, remembered, and what people think of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError
from django.db.models import Count, Q
from django.utils import timezone

from console.accounts.models import User
from console.connections.models import Connection
from console.investigate.models import KeptCall, VerdictMark, VerdictRecord
from console.investigate.services.gathering import Gathered
from console.investigate.services.locker import flag_call
from console.investigate.shapes import Call
from console.investigate.verdict.catalogue import version_of
from console.investigate.verdict.evidence import Complaint
from console.investigate.verdict.judging import judge
from console.investigate.verdict.limits import Limits
from console.investigate.verdict.result import Outcome, Verdict, Word
from console.investigate.verdict.storing import plain

__all__ = [
    "HitRate",
    "flag_if_bad",
    "hit_rates",
    "mark_verdict",
    "remember_verdict",
    "verdict_on",
]

_SURE = (Word.HIGH, Word.MEDIUM)


def verdict_on(gathered: Gathered, complaint: Complaint, limits: Limits) -> Verdict:
    """Return the engine's verdict on a complaint."""
    return judge(gathered.evidence, complaint, limits)


def remember_verdict(connection: Connection, call: Call, verdict: Verdict) -> VerdictRecord:
    """Remember what was said last about a complaint. One query when it is the same as before."""
    complaint = verdict.complaint
    place: dict[str, Any] = {
        "connection": connection,
        "app_id": call.app_id,
        "room_id": call.room_id[:128],
        "started_at": call.start,
        "user_id": complaint.user_id[:128],
        "symptom": complaint.symptom.value if complaint.symptom else "",
    }
    known = VerdictRecord.objects.filter(**place).first()
    if known is not None and known.inputs == verdict.inputs and known.engine == verdict.engine:
        return known
    first = verdict.findings[0] if verdict.findings else None
    said = {
        "engine": verdict.engine,
        "outcome": verdict.outcome.value,
        "rule": verdict.rule,
        "rule_version": version_of(verdict.rule) if verdict.rule else 0,
        "side": first.side.value if first else "",
        "person": first.person[:128] if first else "",
        "confidence": first.confidence.word.value if first else "",
        "inputs": verdict.inputs,
        "data": plain(verdict),
        "given_at": timezone.now(),
    }
    try:
        return VerdictRecord.objects.update_or_create(**place, defaults=said)[0]
    except IntegrityError:  # two viewers at once: the same verdict
        return VerdictRecord.objects.get(**place)


def flag_if_bad(connection: Connection, call: Call, verdict: Verdict) -> None:
    """Flag a call to be kept, where something is surely wrong or somebody complained, and the policy says so."""
    complaint = verdict.complaint
    first = verdict.findings[0] if verdict.findings else None
    people = [complaint.user_id, first.person if first else ""]
    if verdict.outcome is Outcome.FOUND and first is not None and first.confidence.word in _SURE:
        flag_call(connection, call, KeptCall.Why.VERDICT, people)
    elif complaint.user_id and complaint.symptom is not None:
        flag_call(connection, call, KeptCall.Why.COMPLAINT, people)


def mark_verdict(record: VerdictRecord, *, right: bool, note: str, author: User) -> VerdictMark:
    """Write down what somebody thinks of a verdict; a second opinion of theirs replaces the first."""
    return VerdictMark.objects.update_or_create(
        verdict=record,
        author=author,
        defaults={
            "rule": record.rule,
            "rule_version": record.rule_version,
            "right": right,
            "note": note[:500],
            "author_name": str(author)[:150],
            "marked_at": timezone.now(),
        },
    )[0]


@dataclass(frozen=True)
class HitRate:
    """How often people found a rule right. given: how often it spoke first."""

    rule: str
    version: int
    given: int
    right: int
    wrong: int

    @property
    def marked(self) -> int:
        return self.right + self.wrong

    @property
    def share(self) -> float | None:
        """Of those marked, how many were right, 0 to 1; None when nobody marked any."""
        return self.right / self.marked if self.marked else None

    @property
    def percent(self) -> int | None:
        """The same in per cent."""
        return None if self.share is None else round(100 * self.share)


def hit_rates(connection: Connection, app_ids: Collection[str] | None, days: int = 90) -> list[HitRate]:
    """Return for each rule and version how often it spoke, and was found right, of late. Two queries."""
    since = timezone.now() - timedelta(days=days)
    records = VerdictRecord.objects.filter(connection=connection, given_at__gte=since)
    marks = VerdictMark.objects.filter(verdict__connection=connection, marked_at__gte=since)
    if app_ids is not None:
        records = records.filter(app_id__in=list(app_ids))
        marks = marks.filter(verdict__app_id__in=list(app_ids))
    given = {
        (rule, version): count
        for rule, version, count in records.values_list("rule", "rule_version").annotate(count=Count("pk"))
    }
    found = {
        (rule, version): (right, wrong)
        for rule, version, right, wrong in marks.values_list("rule", "rule_version").annotate(
            good=Count("pk", filter=Q(right=True)), bad=Count("pk", filter=Q(right=False))
        )
    }
    keys = sorted({*given, *found}, key=lambda key: (int(key[0][1:] or 0) if key[0] else -1, key[1]))
    return [HitRate(*key, given.get(key, 0), *found.get(key, (0, 0))) for key in keys]
