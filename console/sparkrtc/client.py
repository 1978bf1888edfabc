"""Sends operations: checks, takes a permit, signs, sends, reads; one loop for all of them."""

from __future__ import annotations

import logging
import random
import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests

from console.sparkrtc.answers import (
    Answer,
    lost,
    not_sent,
    read_reply,
    refusal,
    request_id_of,
    retry_after_of,
)
from console.sparkrtc.bounded import new_session
from console.sparkrtc.credentials import AccessKey, Credentials, IamUser
from console.sparkrtc.errors import InvalidParameters, SparkError
from console.sparkrtc.messages import Problem
from console.sparkrtc.operation import Effect, Operation
from console.sparkrtc.outgoing import Outgoing, make_request
from console.sparkrtc.permits import Lane, Permit, Permits
from console.sparkrtc.retrying import retry_wait
from console.sparkrtc.signing import DATE_HEADER, canonical_query, sign, timestamp
from console.sparkrtc.tokens import InProcessTokens, Token, TokenCache, TokenSource
from console.sparkrtc.transport import AnswerLost, NotSent, Received, Timeouts, exchange
from console.sparkrtc.uptime import uptime

__all__ = ["MAX_ANSWER_BYTES", "Client"]

MAX_ANSWER_BYTES = 16 * 1024 * 1024
_HEADER_VALUE = re.compile(r"[!-~]+")
_USER_AGENT = "sparkrtc-console"
_JSON = "application/json"

T = TypeVar("T")

_log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class Client:
    """Calls the cloud for one endpoint, one project and one set of credentials. Threads may share it.

    endpoint: https://host, without a path. permits: asked once per HTTP request; requests for tokens are under
    no quota. session: from new_session(), one for the whole process. tokens: where tokens are kept; hand in
    one that lives longer than the client. clock: aware UTC, for signatures, windows and taken_at; it is
    never corrected silently. monotonic, sleep, chance: time and randomness of waiting.
    Raises InvalidParameters when the endpoint is no http or https address, or when the project id or the key
    holds what a header cannot carry, such as a space or a line break copied along with it.
    """

    def __init__(
        self,
        endpoint: str,
        credentials: Credentials,
        project_id: str,
        *,
        permits: Permits,
        session: requests.Session | None = None,
        tokens: TokenCache | None = None,
        clock: Callable[[], datetime] = _now,
        monotonic: Callable[[], float] = uptime,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
        timeouts: Timeouts | None = None,
        max_answer_bytes: int = MAX_ANSWER_BYTES,
    ) -> None:
        self._endpoint, self._host = _checked(endpoint, "endpoint")
        _check_header_values(credentials, project_id)
        self._credentials, self._project_id = credentials, project_id
        self._permits = permits
        self._session = new_session() if session is None else session
        self._clock, self._monotonic, self._sleep, self._chance = clock, monotonic, sleep, chance
        self._timeouts = timeouts or Timeouts()
        self._max_answer_bytes = max_answer_bytes
        self._tokens: TokenSource | None = None
        if isinstance(credentials, IamUser):
            _checked(credentials.iam_endpoint, "iam_endpoint")
            cache = InProcessTokens() if tokens is None else tokens
            self._tokens = TokenSource(credentials, cache, self._post, clock)

    def __repr__(self) -> str:
        return f"Client({self._endpoint!r}, {type(self._credentials).__name__}, {self._project_id!r})"

    def call(
        self, operation: Operation, /, *, lane: Lane = Lane.CLICK, max_wait: float = 2.0, **params: Any
    ) -> Answer[Any]:
        """Call an operation and return its answer.

        params: those of the operation, by name; None counts as not given. max_wait: seconds this call may
        spend waiting, for permits and between attempts together. On top of it the requests themselves, one for
        a token among them, take at most about the total of the timeouts, all attempts together.
        Raises a SparkError: InvalidParameters and QuotaExhausted before anything was sent; OutcomeUnknown when
        a change was sent and its answer is missing; see errors for the rest.
        """
        outgoing = make_request(operation, params, project_id=self._project_id, now=self._clock())
        return _Call(self, operation, outgoing, lane, max_wait).run()

    def _post(self, url: str, headers: dict[str, str], body: bytes) -> Received:
        return self._exchange("POST", url, headers, body, self._timeouts)

    def _exchange(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        body: bytes | None,
        timeouts: Timeouts,
        reply: type[Any] | None = None,
    ) -> Received:
        return exchange(
            self._session,
            method,
            url,
            {"User-Agent": _USER_AGENT, "Accept-Encoding": "identity", **headers},
            body,
            timeouts=timeouts,
            max_answer_bytes=getattr(reply, "longest_answer", None) or self._max_answer_bytes,
            monotonic=self._monotonic,
            digest=getattr(reply, "digest", None),
        )

    def _headers(self, outgoing: Outgoing, token: Token | None) -> dict[str, str]:
        """Return the headers of a request, signed or with its token."""
        headers = {
            "Host": self._host,
            "Content-Type": outgoing.content_type,
            "X-Project-Id": self._project_id,
        }
        if token is not None:
            return {**headers, "X-Auth-Token": token.value.reveal(), "Accept": _JSON}
        key = self._credentials
        assert not isinstance(key, IamUser), "a user's requests carry a token"
        headers[DATE_HEADER] = timestamp(self._clock())
        if key.security_token is not None:
            headers["X-Security-Token"] = key.security_token.reveal()
        signature = sign(key, outgoing.method, outgoing.path, outgoing.query, headers, outgoing.body)
        return {**headers, "Authorization": signature, "Accept": _JSON}


class _Call:
    """One call and its attempts."""

    def __init__(
        self, client: Client, operation: Operation, outgoing: Outgoing, lane: Lane, max_wait: float
    ) -> None:
        self._client, self._operation, self._outgoing = client, operation, outgoing
        self._lane, self._wait_left = lane, max_wait
        self._time_left = client._timeouts.total
        # What failing would mean right now: fetching a token is a read, whatever the operation does.
        self._effect = Effect.READS
        self._token: Token | None = None
        self._renewed = False
        self._pause: float | None = None

    def run(self) -> Answer[Any]:
        attempt = 1
        while True:
            try:
                return self._attempt()
            except SparkError as error:
                failure = error
            if self._can_renew(failure):
                continue
            wait = retry_wait(failure, effect=self._effect, attempt=attempt, chance=self._client._chance())
            if wait is None or wait > self._wait_left or self._time_left < self._shortest_attempt:
                raise failure
            _log.info("%s attempt %d failed: %r", self._operation.name, attempt, failure)
            self._waiting(partial(self._client._sleep, wait))
            attempt += 1

    @property
    def _shortest_attempt(self) -> float:
        """Seconds; with less than this no attempt is worth its permit."""
        return min(1.0, self._client._timeouts.total / 4)

    def _attempt(self) -> Answer[Any]:
        self._effect = Effect.READS
        if self._client._tokens is not None:
            self._token = self._spending(self._client._tokens.token)
        permit = self._waiting(self._take)
        self._effect = self._operation.effect
        received = self._send(permit)
        now = self._client._clock()
        if not 200 <= received.status < 300:
            raise self._refused(received, now)
        value = read_reply(self._operation, received)
        request_id = request_id_of(received.headers)
        _log.info("%s answered %d, request id %s", self._operation.name, received.status, request_id)
        return Answer(value, request_id, received.status, now, self._operation, received.body)

    def _take(self) -> Permit:
        return self._client._permits.take(
            self._operation, lane=self._lane, max_wait=max(0.0, self._wait_left)
        )

    def _send(self, permit: Permit) -> Received:
        """Send once, and say to the permit how it ended."""
        error: SparkError
        try:
            received = self._spending(self._exchange)
        except NotSent as failure:
            permit.unused()
            error = not_sent(self._operation, failure, self._client._host)
        except AnswerLost as failure:
            permit.lost()
            error = lost(self._operation, failure)
        except BaseException:
            permit.lost()
            raise
        else:
            if received.status == 429:
                self._pause = permit.refused(retry_after_of(received.headers, self._client._clock()))
            else:
                permit.answered(received.trip)
            return received
        raise error

    def _exchange(self) -> Received:
        client, outgoing = self._client, self._outgoing
        query = canonical_query(outgoing.query)
        url = f"{client._endpoint}{outgoing.path}{'?' if query else ''}{query}"
        timeouts = replace(client._timeouts, total=max(self._time_left, self._shortest_attempt))
        headers = client._headers(outgoing, self._token)
        reply = self._operation.reply
        return client._exchange(outgoing.method, url, headers, outgoing.body, timeouts, reply)

    def _refused(self, received: Received, now: datetime) -> SparkError:
        secrets = self._client._credentials.secrets()
        if self._token is not None:
            secrets = (*secrets, self._token.value)
        error = refusal(self._operation, received, now=now, secrets=secrets)
        if error.retry_after is None and received.status == 429:
            error.retry_after = self._pause  # the cloud named none, but we know when we shall ask again
        return error

    def _can_renew(self, failure: SparkError) -> bool:
        """Fetch the token again, once, when the cloud refused it: a 401 means that nothing was done."""
        refused = failure.status == 401 and failure.operation == self._operation.name
        if not refused or self._renewed or self._client._tokens is None or self._token is None:
            return False
        self._renewed = True
        self._spending(partial(self._client._tokens.replace, self._token))
        return True

    def _spending(self, send: Callable[[], T]) -> T:
        """Do something that sends, and take its time off what all attempts may take together."""
        started = self._client._monotonic()
        try:
            return send()
        finally:
            self._time_left -= self._client._monotonic() - started

    def _waiting(self, wait: Callable[[], T]) -> T:
        """Do something that waits, and take its time off what this call may wait."""
        started = self._client._monotonic()
        try:
            return wait()
        finally:
            self._wait_left -= self._client._monotonic() - started


def _check_header_values(credentials: Credentials, project_id: str) -> None:
    values = {"project_id": project_id}
    if isinstance(credentials, AccessKey):
        values["ak"] = credentials.ak
        if credentials.security_token is not None:
            values["security_token"] = credentials.security_token.reveal()
    wrong = [field for field, value in values.items() if not _HEADER_VALUE.fullmatch(value)]
    if wrong:
        raise InvalidParameters({field: Problem("unsendable", {"field": field}) for field in wrong})


def _checked(endpoint: str, field: str) -> tuple[str, str]:
    """Return an endpoint without its last slash, and the value of the Host header."""
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        raise _bad_endpoint(field) from None
    plain = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username or parts.password)
    if parts.scheme not in ("http", "https") or not parts.hostname or not plain or not endpoint.isascii():
        raise _bad_endpoint(field)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if port not in (None, 443 if parts.scheme == "https" else 80):
        host = f"{host}:{port}"
    return f"{parts.scheme}://{host}", host


def _bad_endpoint(field: str) -> InvalidParameters:
    return InvalidParameters({field: Problem("endpoint", {"field": field})})
