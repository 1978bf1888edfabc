"""Tokens of the identity service: fetched once, kept, renewed before they expire.

Source: API Reference, Authentication, Token.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from console.sparkrtc.answers import not_sent, refusal, request_id_of
from console.sparkrtc.credentials import IamUser
from console.sparkrtc.errors import NoAnswer, NoToken, SparkError, Unauthenticated
from console.sparkrtc.operation import Effect, Operation, Quota
from console.sparkrtc.reading import UnreadableAnswer, read_json
from console.sparkrtc.secret import Secret
from console.sparkrtc.transport import AnswerLost, NotSent, Received
from console.sparkrtc.wire_times import read_moment

__all__ = ["CREATE_TOKEN", "InProcessTokens", "Token", "TokenCache", "TokenSource"]

# The platform's rule, for an answer that does not say.
_USUAL_LIFE = timedelta(hours=24)
_LONGEST_MARGIN = timedelta(hours=1)

# Not one of the cloud's 42 operations: it belongs to another service and to no quota of ours. It is
# described as an operation so that its failures read like the others.
CREATE_TOKEN = Operation(
    name="identity.token.create",
    method="POST",
    path="/v3/auth/tokens",
    quota=Quota("identity", limit=0, seconds=0),
    effect=Effect.READS,  # asking again does no harm
    params=(),
    reply=None,
    success=(201,),
    source="API Reference, Authentication, Token",
)


@dataclass(frozen=True)
class Token:
    """A token and its life, aware UTC."""

    value: Secret
    issued_at: datetime
    expires_at: datetime

    def fresh(self, now: datetime) -> bool:
        """Whether it can be used without renewing: the last tenth of its life, an hour at most, is margin."""
        margin = min(_LONGEST_MARGIN, (self.expires_at - self.issued_at) / 10)
        return now < self.expires_at - margin


class TokenCache(Protocol):
    """Where tokens are kept. Shared between processes, it seals what it stores: a token is a secret.

    pepper: a secret of the cache, from which the keys are made.
    """

    pepper: bytes

    def get(self, key: str) -> Token | None:
        """Return what is kept."""

    def put(self, key: str, token: Token) -> None:
        """Keep a token."""

    def lock(self, key: str) -> AbstractContextManager[object]:
        """Let one caller at a time fetch."""


class InProcessTokens:
    """Keeps tokens in this process, for all its threads."""

    def __init__(self) -> None:
        self.pepper = secrets.token_bytes(32)
        self._kept: dict[str, Token] = {}
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._guard = threading.Lock()

    def get(self, key: str) -> Token | None:
        """Return what is kept."""
        return self._kept.get(key)

    def put(self, key: str, token: Token) -> None:
        """Keep a token."""
        self._kept[key] = token

    def lock(self, key: str) -> AbstractContextManager[object]:
        """Let one thread at a time fetch."""
        with self._guard:
            return self._locks[key]


class TokenSource:
    """Gives out the token of one user.

    post: sends (url, headers, body) and returns what came, or raises NotSent or AnswerLost.
    """

    def __init__(
        self,
        user: IamUser,
        cache: TokenCache,
        post: Callable[[str, dict[str, str], bytes], Received],
        clock: Callable[[], datetime],
    ) -> None:
        self._user, self._cache, self._post, self._clock = user, cache, post, clock
        self._key = user.cache_key(cache.pepper)

    def token(self) -> Token:
        """Return a token that is good for a while, fetching one only when there is none.

        While the identity service fails, a token that is due for renewal is used to its end.
        """
        kept = self._cache.get(self._key)
        if kept and kept.fresh(self._clock()):
            return kept
        with self._cache.lock(self._key):
            kept = self._cache.get(self._key)
            if kept and kept.fresh(self._clock()):
                return kept
            try:
                return self._fetch()
            except SparkError:
                if kept and self._clock() < kept.expires_at:
                    return kept
                raise

    def replace(self, refused: Token) -> Token:
        """Return another token than the one the cloud refused, fetching it unless somebody already has."""
        with self._cache.lock(self._key):
            kept = self._cache.get(self._key)
            if kept and kept.value != refused.value:
                return kept
            return self._fetch()

    def _fetch(self) -> Token:
        error: SparkError
        try:
            received = self._post(
                f"{self._user.iam_endpoint}{CREATE_TOKEN.path}",
                {"Content-Type": "application/json", "Accept": "application/json"},
                self._body(),
            )
        except NotSent as failure:
            error = not_sent(CREATE_TOKEN, failure, self._host)
        except AnswerLost as failure:
            error = self._no_token(failure.loss)
        else:
            token = self._read(received)
            self._cache.put(self._key, token)
            return token
        raise error

    def _body(self) -> bytes:
        domain = {"name": self._user.domain}
        user = {"name": self._user.name, "password": self._user.password.reveal(), "domain": domain}
        identity = {"methods": ["password"], "password": {"user": user}}
        return json.dumps({"auth": {"identity": identity, "scope": {"domain": domain}}}).encode()

    def _read(self, received: Received) -> Token:
        now = self._clock()
        if not 200 <= received.status < 300:
            raise self._refusal(received, now)
        value = received.headers.get("X-Subject-Token", "").strip()
        if not value or not value.isprintable():
            raise self._no_token("garbage", received)
        expires_at = _expiry(received.body)
        if expires_at is None or expires_at <= now:
            expires_at = now + _USUAL_LIFE
        return Token(Secret(value), issued_at=now, expires_at=expires_at)

    def _refusal(self, received: Received, now: datetime) -> SparkError:
        error = refusal(CREATE_TOKEN, received, now=now, secrets=self._user.secrets())
        if isinstance(error, NoAnswer):
            return self._no_token(error.reason, received)
        if isinstance(error, Unauthenticated):
            error.reason = "iam"
        return error

    def _no_token(self, reason: str, received: Received | None = None) -> NoToken:
        return NoToken(
            reason=reason,
            operation=CREATE_TOKEN.name,
            status=received.status if received else None,
            request_id=request_id_of(received.headers) if received else "",
            values={"host": self._host},
        )

    @property
    def _host(self) -> str:
        return self._user.iam_endpoint.partition("://")[2]


def _expiry(body: bytes) -> datetime | None:
    try:
        found = read_json(body)
    except UnreadableAnswer:
        return None
    token = found.get("token") if isinstance(found, dict) else None
    return read_moment(token.get("expires_at")) if isinstance(token, dict) else None
