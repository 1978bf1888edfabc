"""What can go wrong when the cloud is called.

    SparkError
    ├── InvalidParameters        wrong before sending; problems says what, per field
    ├── QuotaExhausted           no permit came free in time; nothing was sent; retry_after
    ├── Unreachable              surely nothing reached the cloud
    │   ├── NameNotResolved
    │   ├── ConnectionFailed     refused, timed out, or a proxy in the way
    │   ├── TlsFailed
    │   └── NoToken              the identity service gave no token that could be read
    ├── Refused                  the cloud said no (4xx)
    │   ├── BadRequest           400 and every 4xx without a class of its own
    │   ├── Unauthenticated      401; clock_skew_seconds when the clocks differ
    │   ├── Forbidden            403, and the policy refusals that come as 400
    │   ├── NotFound             404
    │   ├── Conflict             409
    │   └── Throttled            429
    ├── CloudFault               the cloud answered 5xx
    ├── NoAnswer                 a read whose answer did not come, broke off or made no sense
    └── OutcomeUnknown           a change that was sent, and nobody knows whether it took effect

Every error has a sentence for people and fields for code. The sentence is built from a Message (id and
values), so that a caller can say it in another language; str() is that sentence in English. No error
carries a secret, a header or a body of ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from console.sparkrtc.error_codes import key_of
from console.sparkrtc.messages import Message, Problem

__all__ = [
    "BadRequest",
    "CloudFault",
    "Conflict",
    "ConnectionFailed",
    "Forbidden",
    "InvalidParameters",
    "NameNotResolved",
    "NoAnswer",
    "NoToken",
    "NotFound",
    "OutcomeUnknown",
    "QuotaExhausted",
    "Refused",
    "SparkError",
    "Throttled",
    "TlsFailed",
    "Unauthenticated",
    "Unreachable",
]


class SparkError(Exception):
    """Root of all errors of the cloud.

    status: HTTP status or None. error_code: the cloud's, or "". request_id: the cloud's, or "".
    retry_after: seconds, or None. cloud_message: the cloud's own text, hostile like all its text, or "".
    operation: the name of the operation, or "". reason: picks the sentence within a class.
    """

    message_id: ClassVar[str] = "error"

    def __init__(
        self,
        *,
        status: int | None = None,
        error_code: str = "",
        request_id: str = "",
        retry_after: float | None = None,
        cloud_message: str = "",
        operation: str = "",
        reason: str = "",
        values: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__()
        self.status = status
        self.error_code = error_code
        self.request_id = request_id
        self.retry_after = retry_after
        self.cloud_message = cloud_message
        self.operation = operation
        self.reason = reason
        self.values: dict[str, Any] = {"status": status, **(values or {})}

    @property
    def messages(self) -> tuple[Message, ...]:
        """What happened, then what the error code means and what to do, as far as they are known."""
        suffix = f"_{self.reason}" if self.reason else ""
        first = Message(f"{self.message_id}{suffix}", self.values)
        key = key_of(self.error_code, self.status)
        return (first, Message(f"{key}.meaning"), Message(f"{key}.action")) if key else (first,)

    @property
    def sentence(self) -> str:
        """The messages as one English text, for people."""
        return " ".join(str(message) for message in self.messages)

    def __str__(self) -> str:
        return self.sentence

    def __repr__(self) -> str:
        shown = {"operation": self.operation, "status": self.status, "error_code": self.error_code}
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in shown.items() if v)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), dict(self.__dict__)))


def _rebuild(kind: type[SparkError], fields: dict[str, Any]) -> SparkError:
    error = kind.__new__(kind)
    error.__dict__.update(fields)
    return error


class InvalidParameters(SparkError):
    """The parameters were wrong; nothing was sent.

    problems: {"mix_param.max_idle_time": Problem}; str() of a Problem is its English sentence.
    """

    message_id = "invalid"

    def __init__(self, problems: Mapping[str, Problem], *, operation: str = "") -> None:
        super().__init__(operation=operation, values={"problems": _listed(problems.values())})
        self.problems = dict(problems)


class QuotaExhausted(SparkError):
    """No permit came free in the time the caller was ready to wait; nothing was sent.

    retry_after: seconds until asking can succeed. quota: its name. shared: the quota is smaller than the rules say
    for a while, because somebody else uses the account; set by whoever knows.
    """

    message_id = "quota"
    shared = False

    def __init__(self, quota: str, retry_after: float, *, operation: str = "") -> None:
        super().__init__(
            operation=operation,
            retry_after=retry_after,
            values={"quota": quota, "seconds": max(1, -int(-retry_after // 1))},
        )
        self.quota = quota


class Unreachable(SparkError):
    """No connection could be made; surely nothing was sent."""

    message_id = "unreachable"


class NameNotResolved(Unreachable):
    """The endpoint's host name has no address."""

    message_id = "name"


class ConnectionFailed(Unreachable):
    """The endpoint refused the connection, did not answer in time, or a proxy did not let us through."""

    message_id = "connection"


class TlsFailed(Unreachable):
    """The endpoint's certificate is not trusted, or no encryption could be agreed on."""

    message_id = "tls"


class NoToken(Unreachable):
    """The identity service gave no token that could be read, so the operation was not sent.

    When it refuses, or has a fault, that is a Refused or a CloudFault of the operation identity.token.create.
    """

    message_id = "no_token"


class Refused(SparkError):
    """The cloud read the request and said no (4xx)."""

    message_id = "refused"


class BadRequest(Refused):
    """400, or another 4xx that has no class of its own."""

    message_id = "bad_request"


class Unauthenticated(Refused):
    """401. clock_skew_seconds: the cloud's clock minus ours, where they differ by more than a minute."""

    message_id = "unauthenticated"
    clock_skew_seconds: float | None = None


class Forbidden(Refused):
    """403, or the 400 by which the service says that a policy forbids the operation."""

    message_id = "forbidden"


class NotFound(Refused):
    """404. The service gives it the error code of a bad value: the status decides."""

    message_id = "not_found"


class Conflict(Refused):
    """409."""

    message_id = "conflict"


class Throttled(Refused):
    """429 although a permit was held: somebody else uses the account."""

    message_id = "throttled"


class CloudFault(SparkError):
    """The cloud answered 5xx."""

    message_id = "cloud_fault"


class NoAnswer(SparkError):
    """A read got no answer, or none that could be understood; asking again does no harm."""

    message_id = "no_answer"


class OutcomeUnknown(SparkError):
    """A change was sent and no answer came: it may have taken effect or not. It was not sent again."""

    message_id = "unknown"


def _listed(problems: Iterable[Problem]) -> str:
    return "; ".join(str(problem) for problem in problems)
