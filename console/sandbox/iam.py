"""The sign-in service: tokens for an IAM user, and the account's projects. It lives on the same port."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from dataclasses import dataclass
from typing import Any

from console.sandbox.clock import Clock, iso_seconds
from console.sandbox.http_types import Reply
from console.sandbox.options import REGIONS, Options, region_project

__all__ = ["TOKEN_SECONDS", "Iam"]

TOKEN_SECONDS = 24 * 3600
_MOST_TOKENS = 10_000


@dataclass(frozen=True)
class _Token:
    expires: float
    project_id: str | None


class Iam:
    """Issue and know tokens. They live 24 hours on the world's clock, so time travel makes them expire."""

    def __init__(self, options: Options, clock: Clock) -> None:
        self._options = options
        self._clock = clock
        self._lock = threading.Lock()
        self._tokens: dict[str, _Token] = {}

    def state_of(self, token: str) -> str:
        """Return "valid", "expired" or "unknown"."""
        with self._lock:
            known = self._tokens.get(token)
        if known is None:
            return "unknown"
        return "valid" if self._clock() < known.expires else "expired"

    def forget(self) -> None:
        """Make every token issued so far unknown."""
        with self._lock:
            self._tokens.clear()

    def create_token(self, body: Any) -> Reply:
        """Answer POST /v3/auth/tokens: 201 with X-Subject-Token, 400, 401 or 403."""
        try:
            auth = body["auth"]
            identity = auth["identity"]
            user = identity["password"]["user"]
            name, password, domain = user["name"], user["password"], user["domain"]["name"]
            scope = auth.get("scope") or {}
            if "password" not in identity["methods"]:
                raise KeyError("methods")
            given = (str(domain), str(name), str(password))
        except (KeyError, TypeError, AttributeError):
            return _problem(400, "The request body is invalid")
        if not self._is_our_user(given):
            return _problem(401, "The username or password is wrong.")
        return self._issue(scope)

    def list_projects(self, name: str | None) -> Reply:
        """Answer GET /v3/projects, filtered by the name of a region."""
        options = self._options
        projects = [
            {
                "id": region_project(options, region),
                "name": region,
                "domain_id": self._domain_id,
                "parent_id": self._domain_id,
                "is_domain": False,
                "enabled": True,
                "description": "",
                "links": {"self": f"/v3/projects/{region_project(options, region)}"},
            }
            for region in REGIONS
            if name in (None, region)
        ]
        return Reply(
            200, {"projects": projects, "links": {"self": "/v3/projects", "next": None, "previous": None}}
        )

    @property
    def _domain_id(self) -> str:
        return hashlib.sha256(self._options.iam_domain.encode()).hexdigest()[:32]

    def _is_our_user(self, given: tuple[str, str, str]) -> bool:
        options = self._options
        ours = (options.iam_domain, options.iam_user, options.iam_password)
        # One comparison of everything, so that the time taken does not tell which part is wrong.
        return hmac.compare_digest("\0".join(ours).encode(), "\0".join(given).encode())

    def _issue(self, scope: Any) -> Reply:
        try:
            project = self._project_of(scope)
        except (TypeError, AttributeError):
            return _problem(400, "The request body is invalid")
        except LookupError:
            return _problem(403, "The scope is not one of this account")
        issued = self._clock()
        text = "MII" + secrets.token_urlsafe(600)
        with self._lock:
            while len(self._tokens) >= _MOST_TOKENS:
                del self._tokens[next(iter(self._tokens))]
            self._tokens[text] = _Token(issued + TOKEN_SECONDS, project)
        return Reply(201, {"token": self._description(issued, project)}, {"X-Subject-Token": text})

    def _project_of(self, scope: dict[str, Any]) -> str | None:
        """Return the project id of a scope, None for the domain. Raises LookupError when it is not the account's."""
        if "domain" in scope:
            domain = scope["domain"]
            if self._options.iam_domain != domain.get("name") and self._domain_id != domain.get("id"):
                raise LookupError
            return None
        if "project" not in scope:
            return None
        project = scope["project"]
        for region in REGIONS:
            if region_project(self._options, region) == project.get("id") or region == project.get("name"):
                return region_project(self._options, region)
        raise LookupError

    def _description(self, issued: float, project: str | None) -> dict[str, Any]:
        domain = {"id": self._domain_id, "name": self._options.iam_domain}
        user_id = hashlib.sha256(self._options.iam_user.encode()).hexdigest()[:32]
        told: dict[str, Any] = {
            "methods": ["password"],
            "issued_at": iso_seconds(issued).replace("Z", ".000000Z"),
            "expires_at": iso_seconds(issued + TOKEN_SECONDS).replace("Z", ".000000Z"),
            "user": {
                "id": user_id,
                "name": self._options.iam_user,
                "domain": domain,
                "password_expires_at": "",
            },
            "roles": [{"id": "0", "name": "te_admin"}],
            "catalog": [],
        }
        return told | ({"project": {"id": project, "domain": domain}} if project else {"domain": domain})


def _problem(status: int, message: str) -> Reply:
    titles = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden"}
    return Reply(status, {"error": {"code": status, "message": message, "title": titles[status]}})
