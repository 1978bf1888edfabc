"""Keeping a call: everything that its page can show is asked for once more, when it is final, and stored.

The shared reads are asked, in the background lane: what a viewer's page has read already costs nothing. Stored is what
the cloud sent, byte by byte; only where the shared reads have that no more, what this console read of it.
"""

import hashlib
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from console import audit
from console.connections import reads
from console.connections.models import Connection
from console.connections.raw import RawAnswer, stored_raw
from console.connections.reads import Reading
from console.core.told import Told, keep
from console.investigate.actions import KEPT
from console.investigate.models import KeptAnswer, KeptCall
from console.investigate.services.calls import get_call
from console.investigate.services.checking import digest_of
from console.investigate.services.free import quota_is_busy
from console.investigate.services.gathering import Gathered, gather
from console.investigate.services.locker import FINAL_AFTER, policy_of
from console.investigate.shapes import Call
from console.investigate.verdict.evidence import Complaint
from console.investigate.verdict.reading import UPLINK
from console.sparkrtc.catalogue.analytics import GET_CLIENT_QOS
from console.sparkrtc.errors import QuotaExhausted, SparkError
from console.sparkrtc.operation import Operation
from console.sparkrtc.permits import Lane
from console.sparkrtc.replies import store
from console.work.items import CannotDo
from console.work.models import RunItem
from console.work.runs import Item, start_run

__all__ = ["KIND", "keep_due", "keep_one"]

KIND = "investigate.keep"
_BUDGET = 12
_CAN_WAIT = timedelta(days=3)  # curves last for five
_LANE, _WAIT = Lane.BACKGROUND, 20.0
_ROWS = 1000
_NOBODY = gettext_noop("Nobody was in this room at that time any more, as the cloud tells it now.")


@dataclass(frozen=True)
class _Answered:
    """A question and its answer. raw: as it was sent, None where that is not stored."""

    operation: Operation
    params: dict[str, Any]
    reading: Reading
    raw: RawAnswer | None

    def row(self, kept: KeptCall, number: int) -> KeptAnswer:
        """Return the answer as the locker stores it."""
        raw, reading = self.raw, self.reading
        plain = raw.body if raw else store(reading.value)
        return KeptAnswer(
            call=kept,
            number=number,
            operation=self.operation.name,
            parameters=_plain(self.params),
            form=KeptAnswer.Form.SENT if raw else KeptAnswer.Form.READ,
            request_id=raw.request_id if raw else reading.request_id,
            asked_at=raw.asked_at if raw else reading.asked_at,
            taken_at=raw.taken_at if raw else reading.taken_at,
            digest=hashlib.sha256(plain).hexdigest(),
            size_bytes=len(plain),
            body=zlib.compress(plain, 6),
        )


class _Recorder:
    """Reads through the shared reads, and remembers every answer with what was asked."""

    now: datetime | None = None

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.answers: list[_Answered] = []

    def read(self, operation: Operation, **params: Any) -> Reading:
        """Return the shared answer, and keep it."""
        for known in self.answers:
            if known.operation is operation and known.params == params:
                return known.reading
        reading = reads.read(self._connection, operation, lane=_LANE, max_wait=_WAIT, **params)
        raw = stored_raw(self._connection, operation, **params)
        self.answers.append(_Answered(operation, params, reading, raw))
        return reading


def keep_due(now: datetime | None = None) -> int:
    """Start keeping the calls that are due, as background work of the console; for a tick. Return how many.

    What somebody chose is kept at once; what is kept by itself waits while others need the quota, as long as it can.
    """
    now = now or timezone.now()
    due = KeptCall.objects.filter(state=KeptCall.State.WAITING, due_at__lte=now).select_related("connection")
    count = 0
    busy: dict[int, bool] = {}
    for kept in due.order_by("due_at")[:20]:
        if kept.why != KeptCall.Why.CHOSEN and now < kept.started_at + _CAN_WAIT:
            if busy.setdefault(kept.connection_id, quota_is_busy(kept.connection)):
                continue
            busy[kept.connection_id] = True  # one at a time
        later = now + timedelta(hours=6)  # should the run get lost, somebody comes back to it
        if KeptCall.objects.filter(pk=kept.pk, state=KeptCall.State.WAITING, due_at=kept.due_at).update(
            due_at=later
        ):
            item = Item(str(kept.pk), kept.room_id, {"kept": kept.pk})
            start_run(
                KIND, [item], connection=kept.connection, actor=None, subject=kept.room_id, app_id=kept.app_id
            )
            count += 1
    return count


def keep_one(item_id: int) -> dict[str, Any]:
    """Keep one call; for the worker. Raises SparkError when nothing could be read, CannotDo when it isn't there."""
    item = RunItem.objects.get(pk=item_id)
    kept = KeptCall.objects.select_related("connection").filter(pk=item.parameters["kept"]).first()
    if kept is None or kept.state == KeptCall.State.KEPT:
        return {"answers": 0}
    recorder = _Recorder(kept.connection)
    try:
        call = get_call(recorder, kept.app_id, kept.room_id, kept.started_at, since=kept.started_at)
    except QuotaExhausted:
        raise
    except SparkError as problem:
        _failed(kept, keep(problem))
        raise
    if call is None or call.away:
        _failed(kept, [("said", {"said": _NOBODY})])
        raise CannotDo(_NOBODY)
    if call.open or timezone.now() < call.until + FINAL_AFTER:
        due_at = max(call.until, timezone.now()) + FINAL_AFTER
        KeptCall.objects.filter(pk=kept.pk).update(due_at=due_at)
        return {"answers": 0, "later": True}
    unread = _read_all(recorder, call, kept.user_ids)
    if isinstance(unread, QuotaExhausted):
        raise unread
    return _write(kept, call, recorder, keep(unread) if unread else [])


def _read_all(recorder: _Recorder, call: Call, user_ids: Iterable[str]) -> SparkError | None:
    """Read what the pages about each of these people ask for, and what everybody sends; return the first problem."""
    complaints = [Complaint(), *(Complaint(user_id=user_id) for user_id in user_ids)]
    first: SparkError | None = None
    for complaint in complaints:
        gathered: Gathered = gather(recorder, call, complaint, budget=_BUDGET)
        first = first or gathered.problem
    start = max(call.start, call.until - timedelta(hours=23, minutes=50)) - timedelta(minutes=2)
    asked = {"app_id": call.app_id, "room_id": call.room_id, "mid": ["all"], "start_time": start}
    asked |= {"end_time": call.until + timedelta(minutes=2), "limit": _ROWS, "offset": 0}
    try:
        for user_id in user_ids:
            recorder.read(GET_CLIENT_QOS, **asked, user_id=user_id)
        recorder.read(GET_CLIENT_QOS, **asked, peer_id=UPLINK)
    except SparkError as problem:
        first = first or problem
    return first


def _write(kept: KeptCall, call: Call, recorder: _Recorder, problem: Told) -> dict[str, Any]:
    now = timezone.now()
    rows = [answer.row(kept, number) for number, answer in enumerate(recorder.answers)]
    size, digest = sum(len(row.body) for row in rows), digest_of(rows)
    with transaction.atomic():
        kept.answers.all().delete()
        KeptAnswer.objects.bulk_create(rows)
        KeptCall.objects.filter(pk=kept.pk).update(
            state=KeptCall.State.PARTIAL if problem else KeptCall.State.KEPT,
            problem=problem,
            ended_at=call.end,
            people=len(call.people),
            kept_at=now,
            expires_at=now + timedelta(days=policy_of(kept.connection).days),
            size_bytes=size,
            digest=digest,
        )
        audit.record(
            KEPT,
            actor=None,
            connection=kept.connection,
            target=audit.Target("call", kept.room_id),
            app_id=kept.app_id,
            details={"started_at": kept.started_at.isoformat(), "answers": len(rows), "sha256": digest},
        )
    return {"answers": len(rows), "bytes": size}


def _failed(kept: KeptCall, problem: Told) -> None:
    KeptCall.objects.filter(pk=kept.pk).update(state=KeptCall.State.FAILED, problem=problem)


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime | date) else value
        for name, value in params.items()
    }
