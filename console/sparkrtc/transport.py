"""One HTTP exchange: bounded in time and size, and honest about whether the request left.

No redirects, no cookies, no retries: what is prepared is sent once, and what comes back is read once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import requests
from urllib3.exceptions import (
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
)

from console.sparkrtc.bounded import Trip, on_trip
from console.sparkrtc.reading import UnreadableAnswer
from console.sparkrtc.uptime import uptime

__all__ = ["AnswerLost", "NotSent", "Received", "Timeouts", "exchange"]

_CHUNK = 64 * 1024

Unsent = Literal["name", "connection", "tls"]
Loss = Literal["slow", "cut", "large"]


@dataclass(frozen=True)
class Timeouts:
    """Seconds. connect: per address of the host; read: without a byte; total: from start to last byte.

    Looking up the host's name is the system's and has the system's limit.
    """

    connect: float = 3.05
    read: float = 10.0
    total: float = 20.0


@dataclass(frozen=True)
class Received:
    """An answer as it came. headers compare without case.

    read: what became of a body that was read as it arrived, which is empty then; an UnreadableAnswer stands for itself.
    trip: seconds from the first byte written to the last one read; None where that was not seen.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    read: Any = field(default=None, repr=False)
    trip: float | None = None


class NotSent(Exception):
    """Surely nothing was sent."""

    def __init__(self, cause: Unsent) -> None:
        super().__init__(cause)
        self.cause = cause


class AnswerLost(Exception):
    """The request left, at least in part, and no whole answer came. The socket is closed."""

    def __init__(self, loss: Loss) -> None:
        super().__init__(loss)
        self.loss = loss


def exchange(
    session: requests.Session,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None,
    *,
    timeouts: Timeouts,
    max_answer_bytes: int,
    monotonic: Callable[[], float] = uptime,
    digest: Callable[[Iterator[bytes]], Any] | None = None,
) -> Received:
    """Send one request and read its answer. Raises NotSent or AnswerLost.

    digest: reads the body of a success as it arrives; where it makes no sense of it, that is its UnreadableAnswer.
    The errors carry no trace of the request: those of requests hold its headers, which hold our secrets.
    """
    request = requests.Request(method, url, headers=dict(headers), data=body).prepare()
    request.url = url  # exactly what was signed, not as prepare() would write it
    trip = Trip(deadline=monotonic() + timeouts.total, monotonic=monotonic)
    failure: NotSent | AnswerLost
    response: requests.Response | None = None
    with on_trip(trip):
        try:
            # The adapter rather than session.send: that reads the whole body of a redirect, however long.
            response = session.get_adapter(url).send(
                request,
                stream=True,
                timeout=(min(timeouts.connect, timeouts.total), min(timeouts.read, timeouts.total)),
                verify=True if session.verify is None else session.verify,
                proxies=dict(session.proxies),
            )
            pieces = _pieces(response, max_answer_bytes, trip)
            body, read = b"", None
            if digest is not None and 200 <= response.status_code < 300:
                read = _to_its_end(pieces, digest)
            else:
                body = b"".join(pieces)
            return Received(response.status_code, response.headers, body, read, trip.taken)
        except AnswerLost as error:
            failure = error
        except (requests.RequestException, HTTPError, OSError) as error:
            failure = _classified(error, trip, answering=response is not None)
        except BaseException:
            _close(response, trip)
            raise
    _close(response, trip)
    raise failure


def _pieces(response: requests.Response, most: int, trip: Trip) -> Iterator[bytes]:
    size = 0
    for part in response.iter_content(_CHUNK):
        size += len(part)
        if size > most:
            raise AnswerLost("large")
        if trip.late:
            raise AnswerLost("slow")
        yield part


def _to_its_end(pieces: Iterator[bytes], digest: Callable[[Iterator[bytes]], Any]) -> Any:
    """Read the body as it arrives, and whatever is left of it: only then may the connection be used again."""
    try:
        found = digest(pieces)
    except UnreadableAnswer as problem:
        found = problem
    for _rest in pieces:
        pass
    return found


def _close(response: requests.Response | None, trip: Trip) -> None:
    trip.abort()
    if response is not None:
        response.close()


def _classified(error: BaseException, trip: Trip, *, answering: bool) -> NotSent | AnswerLost:
    chain = list(_chain(error))
    if answering or trip.writing or not (trip.tracked or _before_writing(chain)):
        slow = trip.late or _has(chain, requests.ReadTimeout, ReadTimeoutError, TimeoutError)
        return AnswerLost("slow" if slow else "cut")
    if _has(chain, NameResolutionError):
        return NotSent("name")
    return NotSent("tls" if _has(chain, requests.exceptions.SSLError) else "connection")


def _before_writing(chain: list[BaseException]) -> bool:
    """Whether the errors themselves say that no connection came about; for adapters that track nothing."""
    return _has(
        chain,
        requests.ConnectTimeout,
        requests.exceptions.SSLError,
        requests.exceptions.ProxyError,
        NewConnectionError,
        NameResolutionError,
        ConnectionRefusedError,
    )


def _has(chain: list[BaseException], *kinds: type[BaseException]) -> bool:
    return any(isinstance(error, kinds) for error in chain)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and everything it was made from; requests and urllib3 nest them in several ways."""
    seen: set[int] = set()
    todo: list[object] = [error]
    while todo:
        found = todo.pop()
        if isinstance(found, BaseException) and id(found) not in seen:
            seen.add(id(found))
            yield found
            todo += [*found.args, getattr(found, "reason", None), found.__cause__, found.__context__]
