"""A small client for tests: one request, one answer, nothing hidden."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from tests.sandbox.harness import Sandbox

__all__ = ["Answered", "Caller", "fetch_token", "token_wish"]


@dataclass(frozen=True)
class Answered:
    """An answer as it came. body: bytes; json: parsed, None without a body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None

    @property
    def code(self) -> str:
        return self.json["error_code"]

    @property
    def refusal(self) -> tuple[int, str]:
        """Return status and error code."""
        return self.status, self.code


class Caller:
    """Calls as an IAM user with a token, so that nothing needs signing."""

    def __init__(self, sandbox: Sandbox, headers: Mapping[str, str] | None = None) -> None:
        self._address = urlsplit(sandbox.endpoint).netloc
        self._headers = dict(headers or {})

    def __call__(
        self,
        method: str,
        path: str,
        wish: Any = None,
        *,
        query: Iterable[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answered:
        """Send one request; wish becomes the JSON body, body is sent as it is."""
        target = path
        if query := list(query):
            target += "?" + "&".join(
                f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query
            )
        sent = self._headers | dict(headers or {})
        if wish is not None:
            body = json.dumps(wish).encode()
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection(self._address, timeout=20)
        try:
            connection.request(method, target, body, sent)
            answer = connection.getresponse()
            return Answered(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()


def token_wish(sandbox: Sandbox, *, scope: Any = None, password: str | None = None) -> dict[str, Any]:
    """Return the body of a request for a token."""
    user = {
        "name": sandbox.iam_user,
        "password": sandbox.iam_password if password is None else password,
        "domain": {"name": sandbox.iam_domain},
    }
    return {
        "auth": {
            "identity": {"methods": ["password"], "password": {"user": user}},
            "scope": {"domain": {"name": sandbox.iam_domain}} if scope is None else scope,
        }
    }


def fetch_token(sandbox: Sandbox) -> str:
    """Return a fresh token."""
    answer = Caller(sandbox)("POST", "/v3/auth/tokens", token_wish(sandbox))
    assert answer.status == 201
    return answer.headers["x-subject-token"]
