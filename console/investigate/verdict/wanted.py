"""What to ask the cloud next: as little as a verdict needs, for thirty answers a minute is all there is.

Whoever collects asks these questions, adds the answers, and comes back until nothing is wanted any more: three
rounds, four to twelve requests for a call of any size.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import msgspec

from console.investigate.verdict import factors
from console.investigate.verdict.case import Case
from console.investigate.verdict.enough import CURVES_KEPT
from console.investigate.verdict.evidence import (
    AbnormalEvent,
    ClientNote,
    Complaint,
    EventKind,
    Evidence,
    Question,
    Series,
    Session,
    Source,
    SourceName,
    SourceState,
    Symptom,
)
from console.investigate.verdict.limits import Limits, limits_in_force
from console.investigate.verdict.moments import MINUTE, moment
from console.investigate.verdict.rules.absence import switched_off
from console.investigate.verdict.rules.joining import joining_of
from console.investigate.verdict.sending import hurt_by
from console.investigate.verdict.suffering import Suffering, suffering_of
from console.investigate.verdict.tidying import tidy

__all__ = ["CURVES_KEPT", "LONGEST", "wanted", "with_answer"]

LONGEST = {
    SourceName.SESSIONS: timedelta(days=90),
    SourceName.CURVES: timedelta(hours=24),
    SourceName.EVENTS: timedelta(days=1),
    SourceName.NOTES: timedelta(hours=1),
    SourceName.ELSEWHERE: timedelta(days=1),
}
_AROUND = timedelta(minutes=30)  # of a moment that somebody named
_FEW = 6  # people: their curves are one answer
_MANY = 400  # people: even what they send themselves is more than one answer
_CROWD = 50  # people: the room's events fill more than one answer
_MARGIN = timedelta(minutes=2)
_MOST_NOTES = 8  # questions
_FREEZES = ("vblock", "dblock")
_MEDIA = (
    "abit",
    "vbit",
    "vfps",
    "vblock",
    "dblock",
    "vloss",
    "aloss",
)  # of one sender, to hundreds: one answer
_GONE = frozenset({Symptom.NO_SOUND, Symptom.NO_PICTURE})
_OF_MEDIA = _GONE | {Symptom.FREEZE, Symptom.BLURRED, Symptom.BROKEN_SOUND}
_NOTHING = frozenset({factors.NOTHING_SENT, factors.NO_FRAMES_SENT})


def wanted(evidence: Evidence, complaint: Complaint, limits: Limits | None = None) -> tuple[Question, ...]:
    """Return the questions of the next round, none when everything that helps was asked.

    The most telling ones come first, for whoever can't ask them all. Rounds: who was there and what the cloud
    noticed; where it says that somebody sent nothing, what they sent and whether they switched off; curves; then, if
    somebody suffered, a closer look at those who may be the reason, at what they did, and at other rooms. A question
    that failed is not repeated.
    """
    asked = {source.asked for source in evidence.sources}
    in_force = limits_in_force() if limits is None else limits
    for stage in (_who, _absence, _curves, _closer):
        questions = dict.fromkeys(stage(evidence, complaint, in_force))
        new = tuple(question for question in questions if question not in asked)
        if new:
            return new
    return ()


def _who(evidence: Evidence, complaint: Complaint, limits: Limits) -> Iterator[Question]:
    since, until = _span(evidence)
    for name in (SourceName.SESSIONS, SourceName.EVENTS):
        yield Question(name=name, since=max(since, until - LONGEST[name]), until=until)


def _of_person(evidence: Evidence, complaint: Complaint) -> Question:
    """Return the question about one person's events: in a crowd theirs are not on the first page of the room's."""
    since, until = _span(evidence)
    since = max(since, until - LONGEST[SourceName.EVENTS])
    return Question(name=SourceName.EVENTS, since=since, until=until, person=complaint.user_id)


def _absence(evidence: Evidence, complaint: Complaint, limits: Limits) -> Iterator[Question]:
    """Yield what tells at once whether somebody who is not heard or seen sent nothing, and why."""
    window, people = _curve_window(evidence, complaint), _people(evidence)
    sender = _sent_nothing(evidence, complaint)
    if window is None or sender not in people or complaint.user_id not in people:
        return
    few = len(people) <= _FEW
    about = _about(window) if few else _about(window, sender=sender, metrics=_MEDIA)
    yield about
    if not any(source.asked == about for source in evidence.sources):
        return
    case = tidy(evidence, complaint, limits)
    hurt = suffering_of(case, complaint.user_id, case.focus).of(sender)
    if hurt is not None and hurt.minutes:
        yield from _notes(evidence, hurt.minutes)


def _sent_nothing(evidence: Evidence, complaint: Complaint) -> str:
    """Return of whom the cloud says most often, to whom complains that nothing came, that they sent nothing."""
    if complaint.symptom not in _GONE:
        return ""
    counts = Counter(
        event.peer_id
        for event in evidence.events
        if event.user_id == complaint.user_id and event.factor in _NOTHING and event.peer_id
    )
    return max(sorted(counts), key=lambda peer: counts[peer], default="")


def _curves(evidence: Evidence, complaint: Complaint, limits: Limits) -> Iterator[Question]:
    window = _curve_window(evidence, complaint)
    people = _people(evidence)
    me = complaint.user_id
    if window is None or not people or (me and me not in people):
        return
    if len(people) <= _FEW:
        yield _about(window)
    elif me:
        yield _about(window, receiver=me)
        yield _about(window, sender=None if len(people) <= _MANY else me, receiver="")
    else:
        if len(people) <= _CROWD:
            yield _about(window, metrics=_FREEZES)
        if len(people) <= _MANY:
            yield _about(window, receiver="")
        if len(people) > _CROWD:
            for person in _most_noticed(evidence):
                yield _about(window, receiver=person)


def _most_noticed(evidence: Evidence) -> list[str]:
    """Return of whom the cloud noticed most in this room: in a crowd nobody can look at everybody's curves."""
    counts = Counter(
        event.user_id
        for event in evidence.events
        if event.room_id == evidence.room_id and event.kind is not EventKind.JOIN
    )
    return [person for person, _ in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))[:3]]


def _closer(evidence: Evidence, complaint: Complaint, limits: Limits) -> Iterator[Question]:
    if complaint.user_id and len(_people(evidence)) > _CROWD:
        yield _of_person(evidence, complaint)
    case = tidy(evidence, complaint, limits)
    joining = joining_of(case, complaint.user_id) if complaint.user_id else None
    worst = [mine for mine in _worst(case) if mine.minutes]
    if joining is not None:
        yield _elsewhere(evidence, joining.minutes)
    for mine in worst[: 1 if complaint.user_id else 3]:
        yield from _about_suspects(evidence, complaint, case, mine)
        if mine.symptoms & _GONE:
            yield from _notes(evidence, mine.minutes)
        yield _elsewhere(evidence, mine.minutes)
    if complaint.user_id and not worst:
        yield from _about_sending(evidence, complaint, case)


def _about_sending(evidence: Evidence, complaint: Complaint, case: Case) -> Iterator[Question]:
    """Yield what tells whether somebody who lacks nothing is the reason why others suffer."""
    window, people, me = _curve_window(evidence, complaint), _people(evidence), complaint.user_id
    if window is None or me not in people:
        return
    noticed = any(event.peer_id == me and event.user_id != me for event in case.room_events)
    if len(people) > _FEW and (noticed or complaint.symptom in _OF_MEDIA):
        yield _about(window, sender=me, metrics=_MEDIA if complaint.symptom in _GONE else _FREEZES)
    hurts = hurt_by(case, me)
    minutes = frozenset[int]().union(*(hurt.minutes for hurt in hurts))
    if any(hurt.symptoms & _GONE for hurt in hurts):
        yield from _notes(evidence, minutes)
    if hurts:
        yield _elsewhere(evidence, minutes)


def _worst(case: Case) -> list[Suffering]:
    window = case.focus
    people = [case.complaint.user_id] if case.complaint.user_id else case.people
    found = [suffering_of(case, person, window) for person in people]
    if not any(mine.minutes for mine in found):
        found = [suffering_of(case, person, case.span) for person in people]
    return sorted(found, key=lambda mine: -len(mine.minutes))


def _about_suspects(
    evidence: Evidence, complaint: Complaint, case: Case, mine: Suffering
) -> Iterator[Question]:
    """Yield what others have of the streams that hurt, and in a crowd what their senders measured."""
    window, people = _curve_window(evidence, complaint), _people(evidence)
    if window is None or len(people) <= _FEW:
        return
    if not complaint.user_id:
        for person in (mine.person, *mine.senders[:1]):
            yield _about(window, receiver=person)
    for sender in mine.senders[:2]:
        if complaint.user_id:
            yield _about(window, sender=sender, metrics=_FREEZES)
        if len(people) > _MANY:
            yield _about(window, sender=sender, receiver="")


def _notes(evidence: Evidence, hurts: frozenset[int]) -> Iterator[Question]:
    """Yield the moment at which a stream ceased. An answer holds one event, the latest of its window.

    So the window is narrow, and where an answer was about something else, what came before it is asked for.
    """
    begin = moment(min(hurts) * MINUTE)
    if begin <= evidence.taken_at - CURVES_KEPT + _MARGIN:
        return
    minute = timedelta(minutes=1)
    yield Question(name=SourceName.NOTES, since=begin - minute, until=begin + 2 * minute)
    asked = [source.asked for source in evidence.sources if source.asked.name is SourceName.NOTES]
    if len(asked) >= _MOST_NOTES or any(switched_off(note) for note in evidence.notes):
        return
    for question in asked:
        times = [note.at for note in evidence.notes if note.at is not None]
        latest = max((at for at in times if question.since < at < question.until), default=None)
        if latest is not None:
            yield Question(name=SourceName.NOTES, since=question.since, until=latest)


def _elsewhere(evidence: Evidence, hurts: frozenset[int]) -> Question:
    """Return the question about the hour around what hurt, in all rooms."""
    middle = moment((min(hurts) + max(hurts)) // 2 * MINUTE)
    half = timedelta(minutes=30)
    return Question(
        name=SourceName.ELSEWHERE, since=middle - half, until=min(middle + half, evidence.taken_at)
    )


def _about(
    window: tuple[datetime, datetime],
    sender: str | None = None,
    receiver: str | None = None,
    metrics: tuple[str, ...] = (),
) -> Question:
    since, until = window
    return Question(
        name=SourceName.CURVES, since=since, until=until, sender=sender, receiver=receiver, metrics=metrics
    )


def _curve_window(evidence: Evidence, complaint: Complaint) -> tuple[datetime, datetime] | None:
    """Return from when to when curves can be asked for, None when they are forgotten."""
    since, until = _span(evidence)
    if complaint.at is not None and since < complaint.at < until:
        since, until = max(since, complaint.at - _AROUND), min(until, complaint.at + _AROUND)
    since = max(since, until - LONGEST[SourceName.CURVES], evidence.taken_at - CURVES_KEPT + _MARGIN)
    return (since, until) if since < until else None


def _people(evidence: Evidence) -> set[str]:
    return {row.user_id for row in evidence.sessions if row.room_id == evidence.room_id and row.joined}


def _span(evidence: Evidence) -> tuple[datetime, datetime]:
    """Return from when to when a call can have left traces."""
    until = min(evidence.ended_at or evidence.taken_at, evidence.taken_at) + _MARGIN
    since = evidence.started_at or until - LONGEST[SourceName.EVENTS]
    return since - _MARGIN, max(until, since)


def with_answer(
    evidence: Evidence,
    question: Question,
    state: SourceState,
    taken_at: datetime,
    *,
    sessions: Iterable[Session] = (),
    series: Iterable[Series] = (),
    events: Iterable[AbnormalEvent] = (),
    notes: Iterable[ClientNote] = (),
) -> Evidence:
    """Return the evidence with one more question answered, or asked in vain (state)."""
    return msgspec.structs.replace(
        evidence,
        sessions=(*evidence.sessions, *sessions),
        series=(*evidence.series, *series),
        events=(*evidence.events, *events),
        notes=(*evidence.notes, *notes),
        sources=(*evidence.sources, Source(asked=question, state=state, taken_at=taken_at)),
    )
