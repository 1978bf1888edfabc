"""Who may come in: signatures, tokens, projects and the caller's policy."""

from __future__ import annotations

import hmac
import threading
from collections.abc import Iterable, Mapping, Sequence

from console.sandbox.clock import Clock
from console.sandbox.errors import (
    no_permission,
    project_unavailable,
    token_expired,
    unauthenticated,
    wrong_credentials,
)
from console.sandbox.http_types import Auth
from console.sandbox.iam import Iam
from console.sandbox.options import Options
from console.sandbox.signing import canonical_request, parse_authorization, sdk_date, signature

__all__ = ["SKEW_SECONDS", "Gatekeeper", "action_of"]

SKEW_SECONDS = 15 * 60
# Published: eleven. The others exist, but their names were not readable; see action_of.
_ACTIONS = {
    "create_app": "rtc:app:create",
    "list_apps": "rtc:app:list",
    "show_app": "rtc:app:get",
    "delete_app": "rtc:app:delete",
    "start_app": "rtc:app:enable",
    "stop_app": "rtc:app:disable",
    "create_record_rule": "rtc:recordRule:save",
    "list_record_rules": "rtc:recordRule:list",
    "show_record_rule": "rtc:recordRule:get",
    "update_record_rule": "rtc:recordRule:update",
    "delete_record_rule": "rtc:recordRule:delete",
}


def action_of(operation: str) -> str:
    """Return the IAM action of an operation; made up as rtc:sandbox:<operation> where none is published."""
    return _ACTIONS.get(operation, f"rtc:sandbox:{operation}")


class Gatekeeper:
    """Check credentials the way the gateway does; every refusal of one kind has one text."""

    def __init__(self, options: Options, clock: Clock, iam: Iam) -> None:
        self._options = options
        self._clock = clock
        self._iam = iam
        self._lock = threading.Lock()
        self._denied: frozenset[str] = frozenset()

    def check(
        self,
        method: str,
        path: str,
        query: Sequence[tuple[str, str]],
        headers: Mapping[str, str],
        body: bytes,
        *,
        auth: Auth,
        project_in_path: str | None = None,
    ) -> None:
        """Let the caller in or raise the refusal: 401, or 403 for the project.

        path: as sent. project_in_path: the decoded project id of a v1 path, None without one.
        """
        if "x-auth-token" in headers:
            self._check_token(headers["x-auth-token"])
        else:
            self._check_signature(method, path, query, headers, body)
            self._check_project_header(headers, auth, project_in_path)
        if project_in_path is not None and project_in_path != self._options.project_id:
            raise project_unavailable()

    def check_identity(
        self,
        method: str,
        path: str,
        query: Sequence[tuple[str, str]],
        headers: Mapping[str, str],
        body: bytes,
    ) -> None:
        """Let the caller in without regard to a project, as the sign-in service does."""
        if "x-auth-token" in headers:
            self._check_token(headers["x-auth-token"])
        else:
            self._check_signature(method, path, query, headers, body)

    def allow(self, operation: str) -> None:
        """Raise the refusal RTC.00001021 when the operation's action is denied."""
        action = action_of(operation)
        with self._lock:
            if action in self._denied or operation in self._denied:
                raise no_permission(action)

    def deny(self, names: Iterable[str]) -> None:
        """Deny these actions or operations, and no other."""
        with self._lock:
            self._denied = frozenset(names)

    @property
    def denied(self) -> list[str]:
        """Return what is denied at present."""
        return sorted(self._denied)

    def _check_token(self, token: str) -> None:
        state = self._iam.state_of(token)
        if state == "expired":
            raise token_expired()
        if state == "unknown":
            raise wrong_credentials()

    def _check_signature(
        self,
        method: str,
        path: str,
        query: Sequence[tuple[str, str]],
        headers: Mapping[str, str],
        body: bytes,
    ) -> None:
        options = self._options
        authorization = parse_authorization(headers.get("authorization", ""))
        date = headers.get("x-sdk-date", "")
        if authorization is None or not date:
            raise unauthenticated()
        sent = sdk_date(date)
        if sent is None or abs(self._clock.gateway() - sent) > SKEW_SECONDS:
            raise wrong_credentials()
        if not {"host", "x-sdk-date"} <= set(authorization.names) or not self._token_fits(
            headers, authorization.names
        ):
            raise wrong_credentials()
        if list(authorization.names) != sorted(set(authorization.names)):
            raise wrong_credentials()
        canonical = canonical_request(method, path, query, headers, authorization.names, body)
        ours = signature(options.sk, date, canonical)
        key_fits = hmac.compare_digest(options.ak.encode(), authorization.ak.encode())
        if not (hmac.compare_digest(ours, authorization.signature) and key_fits):
            raise wrong_credentials()

    def _token_fits(self, headers: Mapping[str, str], names: Sequence[str]) -> bool:
        """Tell whether the security token is the one of a temporary key, and signed; a permanent key has none."""
        given = headers.get("x-security-token", "")
        if not hmac.compare_digest(given.encode(), self._options.security_token.encode()):
            return False
        return not given or "x-security-token" in names

    def _check_project_header(
        self, headers: Mapping[str, str], auth: Auth, project_in_path: str | None
    ) -> None:
        # Bucket and exception pages do not list X-Project-Id: there it may be left out, but not be another's.
        needed = auth == "v2" or project_in_path is not None
        given = headers.get("x-project-id")
        if given is None:
            if needed:
                raise wrong_credentials()
        elif given != self._options.project_id:
            raise project_unavailable()
