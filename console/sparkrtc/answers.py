"""Makes an Answer, or the right error, of what came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Generic, TypeVar

from console.sparkrtc.errors import (
    BadRequest,
    CloudFault,
    Conflict,
    ConnectionFailed,
    Forbidden,
    NameNotResolved,
    NoAnswer,
    NotFound,
    OutcomeUnknown,
    SparkError,
    Throttled,
    TlsFailed,
    Unauthenticated,
)
from console.sparkrtc.operation import Effect, Operation
from console.sparkrtc.reading import UnreadableAnswer, read_answer, read_json
from console.sparkrtc.secret import MASK, Secret
from console.sparkrtc.transport import AnswerLost, NotSent, Received

__all__ = [
    "Answer",
    "clock_skew",
    "lost",
    "not_sent",
    "read_reply",
    "refusal",
    "request_id_of",
    "retry_after_of",
]

V = TypeVar("V")

_LONGEST_ID = 128
_LONGEST_MESSAGE = 2_000
_SKEW_SECONDS = 60.0

_UNSENT: dict[str, type[SparkError]] = {
    "name": NameNotResolved,
    "connection": ConnectionFailed,
    "tls": TlsFailed,
}
_BY_STATUS: dict[int, type[SparkError]] = {
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    429: Throttled,
}
# The service reports a policy's refusal as 400.
_POLICY_CODE = "RTC.00001021"
# The gateway says with these that it never reached the service.
_NEVER_REACHED = frozenset({"APIGW.0610", "APIGW.0201"})


@dataclass(frozen=True)
class Answer(Generic[V]):
    """What a call brought. value: the operation's reply, None when it answers without a body.

    taken_at: when it was read, aware UTC. body: as it was sent; empty where it was read as it arrived.
    """

    value: V
    request_id: str
    status: int
    taken_at: datetime
    operation: Operation
    body: bytes = field(default=b"", repr=False)


def read_reply(operation: Operation, received: Received) -> Any:
    """Return the reply of an answer whose status says success. Raises NoAnswer or OutcomeUnknown."""
    try:
        if received.read is not None:
            return _as_read(received.read)
        if operation.reply is not None:
            return read_answer(operation.reply, received.body)
        if received.body.strip():
            # An answer we need nothing from; but a sign-in page of some proxy is no answer of the cloud.
            read_json(received.body)
        return None
    except UnreadableAnswer:
        pass
    raise _no_answer(operation, "garbage", received)


def not_sent(operation: Operation, failure: NotSent, host: str) -> SparkError:
    """Return the error of a request that never left."""
    return _UNSENT[failure.cause](operation=operation.name, values={"host": host})


def lost(operation: Operation, failure: AnswerLost) -> SparkError:
    """Return the error of a request whose answer was lost."""
    return _no_answer(operation, failure.loss, None)


def refusal(
    operation: Operation, received: Received, *, now: datetime, secrets: tuple[Secret, ...]
) -> SparkError:
    """Return the error that a status other than success stands for.

    now: our clock, to compare with the answer's. secrets: cut out of the cloud's text, which may quote us.
    """
    status = received.status
    if status < 400:
        return _no_answer(operation, "redirect", received)
    code, message, body_id = _error_body(received.body)
    found: dict[str, Any] = {
        "status": status,
        "error_code": code,
        "request_id": request_id_of(received.headers) or body_id,
        "retry_after": retry_after_of(received.headers, now),
        "cloud_message": _scrubbed(message, secrets),
        "operation": operation.name,
    }
    if status >= 500:
        gateway_lost_it = status == 504 or (status == 502 and code not in _NEVER_REACHED)
        if gateway_lost_it and operation.effect is not Effect.READS:
            return OutcomeUnknown(reason="gateway", **found)
        return CloudFault(**found)
    if code == _POLICY_CODE:
        return Forbidden(**found)
    if status == 401:
        return _unauthenticated(received, now, found)
    return _BY_STATUS.get(status, BadRequest)(**found)


def clock_skew(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the cloud's clock minus ours in seconds, or None when they agree within a minute."""
    date = _http_date(headers.get("Date", ""))
    if date is None:
        return None
    skew = (date - now).total_seconds()
    return skew if abs(skew) > _SKEW_SECONDS else None


def request_id_of(headers: Mapping[str, str]) -> str:
    """Return the cloud's request id, "" when it sent none; printable ASCII only, for it goes into logs."""
    written = headers.get("X-Request-Id", "")
    return "".join(c for c in written if c.isascii() and c.isprintable())[:_LONGEST_ID].strip()


def retry_after_of(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the Retry-After header in seconds, or None; the reference does not promise one."""
    written = headers.get("Retry-After", "").strip()
    if written.isascii() and written.isdigit() and len(written) < 9:
        return float(written)
    date = _http_date(written)
    return None if date is None else max(0.0, (date - now).total_seconds())


def _as_read(found: Any) -> Any:
    if isinstance(found, UnreadableAnswer):
        raise found
    return found


def _no_answer(operation: Operation, reason: str, received: Received | None) -> SparkError:
    kind = NoAnswer if operation.reads else OutcomeUnknown
    if received is None:
        return kind(reason=reason, operation=operation.name)
    request_id = request_id_of(received.headers)
    return kind(reason=reason, operation=operation.name, status=received.status, request_id=request_id)


def _unauthenticated(received: Received, now: datetime, found: dict[str, Any]) -> Unauthenticated:
    skew = clock_skew(received.headers, now)
    if skew is None:
        return Unauthenticated(**found)
    error = Unauthenticated(**found, reason="clock", values={"seconds": round(abs(skew))})
    error.clock_skew_seconds = skew
    return error


def _error_body(body: bytes) -> tuple[str, str, str]:
    """Return code, message and request id of an error body, "" for what it lacks.

    The service, the gateway and the identity service each write their own keys.
    """
    try:
        found = read_json(body)
    except UnreadableAnswer:
        return "", "", ""
    if isinstance(found, dict) and isinstance(found.get("error"), dict):
        found = found["error"]
    if not isinstance(found, dict):
        return "", "", ""
    return (
        _first(found, "error_code", "errorCode", "code")[:_LONGEST_ID],
        _first(found, "error_msg", "errorMsg", "message", "title")[:_LONGEST_MESSAGE],
        request_id_of({"X-Request-Id": _first(found, "request_id", "requestId")}),
    )


def _first(found: Mapping[str, Any], *keys: str) -> str:
    for key in keys:
        value = found.get(key)
        if isinstance(value, str | int) and not isinstance(value, bool):
            return str(value)
    return ""


def _scrubbed(message: str, secrets: tuple[Secret, ...]) -> str:
    for secret in secrets:
        if secret.known and secret:
            message = message.replace(secret.reveal(), MASK)
    return message


def _http_date(written: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(written)
    except (TypeError, ValueError, OverflowError):
        return None
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date
