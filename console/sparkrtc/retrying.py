"""Whether, and after how long, a failed attempt is made again."""

from __future__ import annotations

from console.sparkrtc.errors import (
    CloudFault,
    NoAnswer,
    NoToken,
    Refused,
    SparkError,
    Throttled,
    TlsFailed,
    Unreachable,
)
from console.sparkrtc.operation import Effect

__all__ = ["MAX_ATTEMPTS", "retry_wait"]

MAX_ATTEMPTS = 3
_FIRST_BACKOFF_SECONDS = 0.2
_TRANSIENT_FAULTS = frozenset({500, 502, 503, 504})
_TRANSIENT_LOSSES = frozenset({"slow", "cut", "garbage"})


def retry_wait(error: SparkError, *, effect: Effect, attempt: int, chance: float) -> float | None:
    """Return the seconds to wait before the next attempt, or None to give up.

    effect: of the operation. attempt: the number of the one that failed, from 1. chance: 0 to 1, spreads the
    waits of many callers. The caller gives up as well when the wait does not fit its own time.
    A 401 with a token is not judged here: the token is fetched again once, see Client.
    """
    if attempt >= MAX_ATTEMPTS:
        return None
    if not _worth_it(error, effect):
        return None
    # The server's hint goes before our own guess; hints come with 429 and 503.
    if error.retry_after is not None:
        return error.retry_after
    backoff: float = _FIRST_BACKOFF_SECONDS * 2 ** (attempt - 1)
    return backoff * (0.5 + chance / 2)


def _worth_it(error: SparkError, effect: Effect) -> bool:
    # Surely not sent: safe whatever the operation does. A certificate does not mend itself in a second.
    if isinstance(error, NoToken):
        return error.reason in _TRANSIENT_LOSSES
    if isinstance(error, Unreachable):
        return not isinstance(error, TlsFailed)
    # The gateway counts before it passes anything on: the service never saw the request.
    if isinstance(error, Throttled):
        return True
    # All that follows may have reached the service. There is no idempotency key, and jobs cannot be listed:
    # a change, and above all a create, whose reply was lost is reported as unknown and not sent again.
    if effect is not Effect.READS:
        return False
    if isinstance(error, NoAnswer):
        return error.reason in _TRANSIENT_LOSSES
    if isinstance(error, CloudFault):
        return error.status in _TRANSIENT_FAULTS
    # 408: the server gave up waiting for the request.
    return isinstance(error, Refused) and error.status == 408
