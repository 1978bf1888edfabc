"""Ask a sandbox what the engine wants to know, through our client: what it parses is what is judged. No Django."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from console.investigate.verdict import Complaint, Evidence, wanted, with_answer
from console.investigate.verdict.evidence import Question, SourceName, SourceState
from console.investigate.verdict.reading import events_from, notes_from, series_from, sessions_from
from console.sparkrtc import AccessKey, Client, Lane, Operation
from console.sparkrtc.catalogue.analytics import GET_ABNORMAL_EVENTS, GET_CLIENT_EVENTS, GET_CLIENT_QOS
from console.sparkrtc.catalogue.rooms import LIST_PARTICIPANTS
from console.sparkrtc.errors import NoAnswer
from tests.sandbox.harness import Sandbox

__all__ = ["Collector", "moment_of"]

_PAGE = 1000  # rows; the sandbox gives no more at once


def moment_of(seconds: float) -> datetime:
    """Return an instant of the sandbox's control prefix."""
    return datetime.fromtimestamp(seconds, UTC)


class _Unlimited:
    """Permits of a sandbox without quotas, and the permit itself."""

    def take(self, operation: Operation, *, lane: Lane, max_wait: float) -> _Unlimited:
        return self

    def answered(self, *_: object) -> None: ...
    def lost(self, *_: object) -> None: ...
    def refused(self, *_: object) -> None: ...
    def unused(self, *_: object) -> None: ...


class Collector:
    """Collects evidence from a sandbox whose time stands still. requests: how many were sent."""

    def __init__(self, sandbox: Sandbox, at: float) -> None:
        self.sandbox = sandbox
        self.requests = 0
        self._stand_at(at)
        self._client = Client(
            sandbox.endpoint,
            AccessKey(sandbox.ak, sandbox.sk),
            sandbox.project_id,
            permits=_Unlimited(),
            clock=lambda: moment_of(self._signed()),
        )

    @contextmanager
    def seen_at(self, at: float) -> Iterator[None]:
        """Let it be another time for a while."""
        before = self.now
        self._stand_at(at)
        try:
            yield
        finally:
            self._stand_at(before)

    def collect(
        self,
        app_id: str,
        room_id: str,
        start: float,
        end: float | None,
        complaint: Complaint,
        budget: int | None = None,
    ) -> Evidence:
        """Return everything that the engine wants to know about a call.

        budget: requests beyond the one for sessions; what is over it is not asked, as on a page.
        """
        evidence = Evidence(
            app_id=app_id,
            room_id=room_id,
            started_at=moment_of(start),
            ended_at=None if end is None else moment_of(end),
            taken_at=moment_of(self.now),
        )
        while questions := wanted(evidence, complaint):
            for question in questions:
                if question.name is not SourceName.SESSIONS and budget is not None:
                    budget -= 1
                    if budget < 0:
                        asked = moment_of(self.now)
                        evidence = with_answer(evidence, question, SourceState.NOT_ASKED, asked)
                        continue
                evidence = self._answered(evidence, question)
        return evidence

    def _answered(self, evidence: Evidence, question: Question) -> Evidence:
        asked: dict[SourceName, Callable[[Evidence, Question], dict[str, Any]]] = {
            SourceName.SESSIONS: self._sessions,
            SourceName.EVENTS: self._events,
            SourceName.CURVES: self._curves,
            SourceName.NOTES: self._notes,
            SourceName.ELSEWHERE: self._elsewhere,
        }
        try:
            found = asked[question.name](evidence, question)
        except NoAnswer:  # the machine is busy: the product goes on without, too
            return with_answer(evidence, question, SourceState.FAILED, moment_of(self.now))
        return with_answer(evidence, question, SourceState.READ, moment_of(self.now), **found)

    def _sessions(self, evidence: Evidence, question: Question) -> dict[str, Any]:
        return {"sessions": self._people(evidence, question, room_id=evidence.room_id)}

    def _events(self, evidence: Evidence, question: Question) -> dict[str, Any]:
        narrower = {} if question.person is None else {"user_id": question.person}
        return {"events": self._abnormal(evidence, question, room_id=evidence.room_id, **narrower)}

    def _elsewhere(self, evidence: Evidence, question: Question) -> dict[str, Any]:
        return {"sessions": self._people(evidence, question), "events": self._abnormal(evidence, question)}

    def _people(self, evidence: Evidence, question: Question, **narrower: str) -> Any:
        page = self._ask(
            LIST_PARTICIPANTS,
            app_id=evidence.app_id,
            type="detail",
            limit=_PAGE,
            **_window(question),
            **narrower,
        )
        return sessions_from(page)

    def _abnormal(self, evidence: Evidence, question: Question, **narrower: str) -> Any:
        page = self._ask(
            GET_ABNORMAL_EVENTS, app_id=evidence.app_id, limit=_PAGE, **_window(question), **narrower
        )
        return events_from(page)

    def _curves(self, evidence: Evidence, question: Question) -> dict[str, Any]:
        narrower: dict[str, Any] = {}
        if question.sender is not None:
            narrower["user_id"] = question.sender
        if question.receiver == "":
            narrower["direction"] = "up"
        elif question.receiver is not None:
            narrower["peer_id"] = question.receiver
        page = self._ask(
            GET_CLIENT_QOS,
            app_id=evidence.app_id,
            room_id=evidence.room_id,
            mid=list(question.metrics or ("all",)),
            limit=_PAGE,
            **_window(question),
            **narrower,
        )
        return {"series": series_from(page)}

    def _notes(self, evidence: Evidence, question: Question) -> dict[str, Any]:
        page = self._ask(
            GET_CLIENT_EVENTS, app_id=evidence.app_id, room_id=evidence.room_id, **_window(question)
        )
        return {"notes": notes_from([page])}

    def _ask(self, operation: Operation, **params: Any) -> Any:
        self.requests += 1
        return self._client.call(operation, **params).value

    def _stand_at(self, at: float) -> None:
        self.now = at
        self._skew = at - time.time()
        self.sandbox.control("clock", {"frozen": True, "at": at, "skew_seconds": self._skew})

    def _signed(self) -> float:
        return time.time() + self._skew


def _window(question: Question) -> dict[str, datetime]:
    return {
        "start_time": question.since,
        "end_time": max(question.until, question.since + timedelta(seconds=1)),
    }
