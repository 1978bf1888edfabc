"""The stored answers: found, claimed for asking, written, dropped. One row a question, for all processes."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from console.connections import problems, raw
from console.connections.models import Connection, SharedAnswer
from console.connections.policy import FRESHNESS, NAMING
from console.connections.questions import Question
from console.sparkrtc import errors
from console.sparkrtc.answers import Answer
from console.sparkrtc.operation import Operation
from console.sparkrtc.replies import restore

__all__ = [
    "WATCH_NOTED_EVERY",
    "Claim",
    "Stored",
    "claim",
    "claim_refresh",
    "drop",
    "find",
    "hold_off",
    "lately",
    "release",
    "write",
    "write_failure",
]

WATCH_NOTED_EVERY = timedelta(seconds=10)
_UNWATCHED_FOR = timedelta(days=1)
_MOST_ROWS = 20_000
_TIDY_EVERY = 100  # new questions


@dataclass(frozen=True)
class Stored:
    """What is known about a question. value: None when there is no answer; failure: what the last asking met.

    asked_at: None when there is no answer, or when a change has made it wrong: then it is good for names only.
    row: names it in its table. final: the answer can't change any more. slot_at: the turn that was used for it.
    """

    row: int
    final: bool
    slot_at: datetime | None
    value: Any
    asked_at: datetime | None
    taken_at: datetime | None
    request_id: str
    failure: errors.SparkError | None
    failed_at: datetime | None
    being_asked: bool


@dataclass(frozen=True)
class Claim:
    """The right to ask, held by one thread of one process until it has written what came of it."""

    row: int
    token: str
    asked_at: datetime


def find(question: Question) -> Stored | None:
    """Return what is stored, and note every ten seconds that somebody looks at it."""
    row = _rows(question).defer("raw").first()
    if row is None:
        return None
    now = timezone.now()
    if row.last_watched < now - WATCH_NOTED_EVERY:
        SharedAnswer.objects.filter(pk=row.pk).update(last_watched=now)
    value = _restored(question.operation, row.value)
    return Stored(
        row=row.pk,
        final=row.final and value is not None,
        slot_at=row.slot_at,
        value=value,
        asked_at=row.asked_at if value is not None else None,
        taken_at=row.taken_at if value is not None else None,
        request_id=row.request_id,
        failure=_failure(row.failure),
        failed_at=row.failed_at,
        being_asked=row.refreshing_until is not None and row.refreshing_until > now,
    )


def lately(
    connection: Connection, operation: Operation, since: datetime, *, most: int = 200
) -> list[tuple[dict[str, Any], Any, datetime]]:
    """Return what was answered since a moment, the newest first: (parameters, value, taken at). Asks nobody.

    For what is known anyway, because somebody looked. Nothing is noted as watched by it. One query.
    """
    rows = SharedAnswer.objects.filter(
        connection=connection, operation=operation.name, taken_at__gte=since
    ).exclude(value=None)
    found = []
    for row in rows.order_by("-taken_at").only("parameters", "value", "taken_at")[:most]:
        value = _restored(operation, None if row.value is None else bytes(row.value))
        if value is not None and row.taken_at is not None:
            found.append((row.parameters, value, row.taken_at))
    return found


def claim(question: Question, seconds: float, *, urgent: bool) -> Claim | None:
    """Take the right to ask for so many seconds, or return None when somebody else has it.

    urgent: don't mind that a refresh was put off for want of a permit.
    """
    now = timezone.now()
    row = _row_of(question, now)
    return _take(row, Q(), now, seconds, urgent=urgent)


def claim_refresh(stored: Stored, seconds: float, slot: datetime | None) -> Claim | None:
    """Take the right to replace this very answer; None when somebody does that, or has done it. slot: the turn used."""
    still = Q(asked_at=stored.asked_at)
    return _take(stored.row, still, timezone.now(), seconds, urgent=False, slot_at=slot)


def _row_of(question: Question, now: datetime) -> int:
    """Return the question's row, made where there is none."""
    fresh = SharedAnswer(
        connection=question.connection,
        operation=question.operation.name,
        key=question.key,
        parameters=dict(question.written),
        last_watched=now,
    )
    row = _rows(question).values_list("pk", flat=True).first()
    if row is None:
        SharedAnswer.objects.bulk_create([fresh], ignore_conflicts=True)
        row = _rows(question).values_list("pk", flat=True).get()
        if row % _TIDY_EVERY == 0:
            _tidy(now)
    return int(row)


def _take(row: int, still: Q, now: datetime, seconds: float, *, urgent: bool, **more: Any) -> Claim | None:
    free = Q(refreshing_until=None) | Q(refreshing_until__lte=now)
    if urgent:
        free |= Q(refreshed_by="")
    token = uuid.uuid4().hex
    until = now + timedelta(seconds=seconds)
    taken = SharedAnswer.objects.filter(still, free, pk=row).update(
        refreshing_until=until, refreshed_by=token, **more
    )
    return Claim(row, token, now) if taken else None


def write(claim: Claim, answer: Answer[Any], packed: bytes, *, final: bool = False) -> None:
    """Store the answer, packed without its secrets, unless the question was dropped while it was asked:
    then it may be wrong already. final: it is true for good."""
    _held(claim).update(
        value=packed,
        raw=raw.packed(answer),
        asked_at=claim.asked_at,
        taken_at=answer.taken_at,
        request_id=answer.request_id,
        final=final,
        failure={},
        failed_at=None,
        refreshing_until=None,
        refreshed_by="",
    )


def write_failure(claim: Claim, failure: errors.SparkError) -> None:
    """Store what went wrong. An answer is forgotten when the cloud says that there is nothing of that kind."""
    gone: dict[str, Any] = (
        {"value": None, "raw": None} if isinstance(failure, errors.NotFound | errors.BadRequest) else {}
    )
    _held(claim).update(
        failure=_packed(failure), failed_at=timezone.now(), refreshing_until=None, refreshed_by="", **gone
    )


def hold_off(claim: Claim, seconds: float) -> None:
    """Give the claim back, and keep refreshes away until a permit is due."""
    _held(claim).update(refreshing_until=timezone.now() + timedelta(seconds=seconds), refreshed_by="")


def release(claim: Claim) -> None:
    """Give the claim back."""
    _held(claim).update(refreshing_until=None, refreshed_by="")


def drop(connection: Connection, operation: Operation | None = None, **params: Any) -> int:
    """Forget answers that a change has made wrong, and return how many they were.

    Those of the operation (None: of every operation) whose parameters don't say otherwise: app_id="a" drops what was
    asked about "a" and what was asked without naming an application. What can't change any more stays, unless nothing
    at all is named: then the connection leads elsewhere. An answer still under way is not stored. What others are
    named by (policy.NAMING) is kept for that, and is read by nobody until it was asked for again.
    """
    anything = operation is None and not params
    rows = SharedAnswer.objects.filter(connection=connection)
    if operation is not None:
        rows = rows.filter(operation=operation.name)
    if not anything:
        rows = rows.filter(final=False)
    hit = [
        pk
        for pk, written in rows.values_list("pk", "parameters")
        if all(written.get(name, value) == value for name, value in params.items())
    ]
    for start in range(0, len(hit), 500):
        wrong = SharedAnswer.objects.filter(pk__in=hit[start : start + 500])
        if not anything:
            wrong.filter(operation__in=NAMING).update(asked_at=None, refreshing_until=None, refreshed_by="")
            wrong = wrong.exclude(operation__in=NAMING)
        wrong.delete()
    return len(hit)


def _rows(question: Question) -> Any:
    return SharedAnswer.objects.filter(
        connection=question.connection, operation=question.operation.name, key=question.key
    )


def _held(claim: Claim) -> Any:
    return SharedAnswer.objects.filter(pk=claim.row, refreshed_by=claim.token)


def _restored(operation: Operation, data: bytes | None) -> Any:
    if data is None or operation.reply is None:
        return None
    try:
        return restore(operation.reply, bytes(data))
    except msgspec.DecodeError:  # written by another version of this console
        return None


def _packed(failure: errors.SparkError) -> dict[str, Any]:
    fields = {name: value for name, value in vars(failure).items() if _is_plain(value)}
    fields["values"] = {name: value for name, value in failure.values.items() if _is_plain(value)}
    return {"class": type(failure).__name__, "fields": fields}


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float)


def _failure(packed: dict[str, Any]) -> errors.SparkError | None:
    if not packed:
        return None
    name = packed["class"]
    kind: Any = getattr(errors, name, None) or getattr(problems, name, errors.SparkError)
    failure: errors.SparkError = kind.__new__(kind)
    Exception.__init__(failure)
    failure.__dict__.update(packed["fields"])
    return failure


def _tidy(now: datetime) -> None:
    """Delete what nobody looked at for a day or can use no more, and the oldest of too many.

    What is final stays until nobody has looked at it for FINAL_DAYS: it names people.
    """
    unwatched = now - timedelta(days=settings.FINAL_DAYS)
    SharedAnswer.objects.filter(final=True, last_watched__lt=unwatched).delete()
    passing = SharedAnswer.objects.filter(final=False)
    passing.filter(last_watched__lt=now - _UNWATCHED_FOR).delete()
    for name, freshness in FRESHNESS.items():
        limit = now - timedelta(seconds=freshness.usable_for)
        passing.filter(operation=name, taken_at__lt=limit, last_watched__lt=limit).delete()
    kept = passing.order_by("-last_watched").values_list("last_watched", flat=True)
    for oldest in kept[_MOST_ROWS : _MOST_ROWS + 1]:
        passing.filter(last_watched__lte=oldest).delete()
