"""Evidence about a call: what the verdict's engine wants to know, asked as far as a page may spend.

The engine says what to ask; this asks it through a reader and hands the answers over. How much is asked doesn't depend
on what is stored already, so that everybody gets the same verdict.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from console.connections.ages import Age
from console.connections.reads import Reading
from console.investigate.services.calls import Reader
from console.investigate.services.kept_reader import NotKept
from console.investigate.shapes import Call, Session
from console.investigate.verdict import evidence as ev
from console.investigate.verdict.evidence import (
    AbnormalEvent,
    Complaint,
    Evidence,
    OurAction,
    Question,
    SourceName,
    SourceState,
)
from console.investigate.verdict.limits import Limits
from console.investigate.verdict.reading import UPLINK, events_from, notes_from, series_from, sessions_from
from console.investigate.verdict.wanted import CURVES_KEPT, wanted, with_answer
from console.sparkrtc.catalogue.analytics import GET_ABNORMAL_EVENTS, GET_CLIENT_EVENTS, GET_CLIENT_QOS
from console.sparkrtc.catalogue.rooms import LIST_PARTICIPANTS
from console.sparkrtc.errors import QuotaExhausted, SparkError

__all__ = ["CALL_BUDGET", "DEEP_BUDGET", "Gathered", "gather"]

# From a pasted complaint to a verdict at most five requests: one finds the call, one reads its participants.
CALL_BUDGET = 3
DEEP_BUDGET = 12  # what looking deeper may cost at most
_ROWS = 1000
# What a cloud that gives fewer rows than were asked for might stop at: more may follow.
_LIKELY_CAPS = (100, 200, 500, _ROWS)
_MOST_PAGES = 6


@dataclass(frozen=True)
class Gathered:
    """Evidence, and what came of asking for it.

    readings: the answers that it rests on. left: questions that would help and were not asked, for want of budget.
    problem: the first error met; waits: seconds until a permit comes free, where one was missing.
    """

    evidence: Evidence
    readings: tuple[Reading, ...] = ()
    left: tuple[Question, ...] = ()
    problem: SparkError | None = None

    def events_of(self, room_id: str) -> list[AbnormalEvent]:
        """Return what the cloud noticed in one room, each event once, the earliest first."""
        once = {
            (one.at, one.user_id, one.kind, one.factor, one.peer_id): one
            for one in self.evidence.events
            if one.room_id == room_id
        }
        return sorted(once.values(), key=lambda one: one.at)

    @property
    def age(self) -> Age | None:
        """How old it is; None when nothing was read."""
        return Age.of(*self.readings) if self.readings else None

    @property
    def waits(self) -> float | None:
        """Seconds until a missing permit comes free; None when none was missing."""
        return self.problem.retry_after if isinstance(self.problem, QuotaExhausted) else None


def gather(
    reader: Reader,
    call: Call,
    complaint: Complaint,
    *,
    actions: Iterable[OurAction] = (),
    enabled: bool | None = None,
    budget: int = CALL_BUDGET,
    limits: Limits | None = None,
) -> Gathered:
    """Collect evidence about a complaint, with at most so many requests beyond those that made the call.

    Never raises SparkError: what could not be asked is written into the evidence, and the first problem is told.
    """
    taken_at = call.now.replace(second=0, microsecond=0) if call.open else call.now
    found = Gathered(
        Evidence(
            app_id=call.app_id,
            room_id=call.room_id,
            started_at=call.start,
            ended_at=call.end,
            taken_at=taken_at,
            actions=tuple(actions),
            enabled=enabled,
        )
    )
    asker = _Asker(reader, call, budget)
    while questions := wanted(found.evidence, complaint, limits):
        for question in questions:
            found = asker.ask(found, question)
    return found


class _Asker:
    """Asks one question after the other until the budget is spent."""

    def __init__(self, reader: Reader, call: Call, budget: int) -> None:
        self._reader = reader
        self._call = call
        self._left = budget

    def ask(self, found: Gathered, question: Question) -> Gathered:
        """Return what was found, with the question answered or written down as not asked."""
        if question.name is SourceName.SESSIONS:
            state = SourceState.READ if self._call.complete else SourceState.PARTIAL
            sessions = [_session(one) for one in self._call.life.sessions]
            return _answered(found, question, state, self._call.age.taken_at, (), sessions=sessions)
        if self._forgotten(question):
            return _answered(found, question, SourceState.FORGOTTEN, found.evidence.taken_at, ())
        if _by_minute(question.since) >= _by_minute(question.until):  # shared reads ask by full minutes
            return _answered(found, question, SourceState.NOT_ASKED, found.evidence.taken_at, ())
        if self._left <= 0:
            more = replace(found, left=(*found.left, question))
            return _answered(more, question, SourceState.NOT_ASKED, found.evidence.taken_at, ())
        try:
            return self._read(found, question)
        except NotKept:
            return _answered(found, question, SourceState.NOT_ASKED, found.evidence.taken_at, ())
        except SparkError as problem:
            failed = replace(found, problem=found.problem or problem)
            return _answered(failed, question, SourceState.FAILED, found.evidence.taken_at, ())

    def _forgotten(self, question: Question) -> bool:
        recent = question.name in (SourceName.CURVES, SourceName.NOTES)
        return recent and question.until <= self._call.now - CURVES_KEPT

    def _read(self, found: Gathered, question: Question) -> Gathered:
        window = {"start_time": question.since, "end_time": question.until}
        app = {"app_id": self._call.app_id}
        if question.name is SourceName.CURVES:
            asked = (
                app
                | _streams(question)
                | {"room_id": self._call.room_id, "mid": list(question.metrics or ["all"])}
            )
            readings, whole = self._pages(GET_CLIENT_QOS, asked | window, lambda reply: len(reply.series))
            parts: dict[str, Any] = {"series": series_from(*(one.value for one in readings))}
        elif question.name is SourceName.NOTES:
            readings = [self._one(GET_CLIENT_EVENTS, app | {"room_id": self._call.room_id} | window)]
            parts, whole = {"notes": notes_from(one.value for one in readings)}, True
        elif question.name is SourceName.ELSEWHERE:
            events, whole = self._pages(GET_ABNORMAL_EVENTS, app | window, _events, most=1)
            readings = list(events)
            parts = {"events": events_from(*(one.value for one in events))}
            if self._left > 0:
                listed = app | {"type": "detail"} | window
                sessions, all_sessions = self._pages(LIST_PARTICIPANTS, listed, _rows, most=1)
                readings, whole = [*readings, *sessions], whole and all_sessions
                parts["sessions"] = sessions_from(*(one.value for one in sessions))
            else:
                whole = False
        else:
            place = app | {"room_id": self._call.room_id}
            person = {"user_id": question.person} if question.person else {}
            # A full room has thousands; the latest page must do, for curves tell more than further events.
            readings, whole = self._pages(GET_ABNORMAL_EVENTS, place | person | window, _events, most=1)
            parts = {"events": events_from(*(one.value for one in readings))}
        state = SourceState.READ if whole else SourceState.PARTIAL
        return _answered(found, question, state, Age.of(*readings).taken_at, readings, **parts)

    def _one(self, operation: Any, asked: dict[str, Any]) -> Reading:
        self._left -= 1
        return self._reader.read(operation, **asked)

    def _pages(
        self, operation: Any, asked: dict[str, Any], count: Any, most: int = _MOST_PAGES
    ) -> tuple[list[Reading], bool]:
        """Read pages until the last one, as far as the budget goes; say whether that was all."""
        readings: list[Reading] = []
        rows = 0
        while True:
            readings.append(self._one(operation, asked | {"limit": _ROWS, "offset": rows}))
            got = count(readings[-1].value)
            rows += got
            total = getattr(readings[-1].value, "total", None)
            whole = rows >= total if total is not None else got not in _LIKELY_CAPS
            if whole or not got or self._left <= 0 or len(readings) >= most:
                return readings, whole or not got


def _by_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _events(reply: Any) -> int:
    return len(reply.events)


def _rows(reply: Any) -> int:
    return len(reply.participants)


def _streams(question: Question) -> dict[str, str]:
    """Whose curves: receiver "" means what is measured on the way up."""
    asked = {}
    if question.sender is not None:
        asked["user_id"] = question.sender
    if question.receiver is not None:
        asked["peer_id"] = question.receiver or UPLINK
    return asked


def _answered(
    found: Gathered,
    question: Question,
    state: SourceState,
    taken_at: datetime,
    readings: Iterable[Reading],
    **parts: Any,
) -> Gathered:
    evidence = with_answer(found.evidence, question, state, taken_at, **parts)
    return replace(found, evidence=evidence, readings=(*found.readings, *readings))


def _session(one: Session) -> ev.Session:
    return ev.Session(
        room_id=one.room_id,
        user_id=one.user_id,
        session_id=one.session_id,
        joined=not one.failed,
        joined_at=one.joined_at,
        left_at=None if one.online else one.left_at,
        region=one.region,
        isp=one.isp,
        device=one.device,
        platform=one.platform,
        sdk=one.sdk,
    )
