"""Which step of a connection test an error of the cloud belongs to, and what to do about it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from console.connections.findings import Finding, of_the_cloud
from console.connections.models import Connection
from console.core import told
from console.sparkrtc.errors import (
    Forbidden,
    NotFound,
    QuotaExhausted,
    SparkError,
    Throttled,
    Unauthenticated,
    Unreachable,
)
from console.sparkrtc.tokens import CREATE_TOKEN

__all__ = ["Blame", "blame"]

_PROJECT_CODES = frozenset({"APIGW.0310"})
_NO_SUCH_API = "APIGW.0101"


@dataclass(frozen=True)
class Blame:
    """The step that failed, and why."""

    step: str
    found: Finding


def blame(error: SparkError, connection: Connection) -> Blame:
    """Say what is wrong with a connection whose request met this error."""
    if error.operation == CREATE_TOKEN.name:
        return Blame("identity", _identity_service(error, connection))
    if isinstance(error, Unauthenticated):
        if error.clock_skew_seconds is not None:
            return Blame("clock", of_the_cloud(error))
        return Blame("identity", _credentials(error, connection))
    if error.error_code in _PROJECT_CODES:
        return Blame("project", Finding("other_project", {"project": connection.project_id}))
    if isinstance(error, Forbidden):
        return Blame("right", _right(error))
    if isinstance(error, Throttled | QuotaExhausted):
        return Blame("quota", _quota(error))
    if isinstance(error, Unreachable):
        return Blame("reach", of_the_cloud(error))
    if isinstance(error, NotFound) and error.error_code in (_NO_SUCH_API, ""):
        return Blame("service", Finding("other_service", {"host": connection.host}))
    return Blame("service", of_the_cloud(error))


def _identity_service(error: SparkError, connection: Connection) -> Finding:
    host = {"host": urlsplit(connection.iam_endpoint).netloc}
    if isinstance(error, Unreachable):
        return Finding("iam_unreached", {**host, "why": told.keep(error)})
    if isinstance(error, Unauthenticated):
        return Finding("iam_refuses")
    if isinstance(error, Forbidden):
        return Finding("iam_forbids")
    if isinstance(error, NotFound):
        return Finding("not_iam", host)
    return Finding("no_token", {**host, "why": told.keep(error)})


def _credentials(error: SparkError, connection: Connection) -> Finding:
    if connection.kind == Connection.Kind.IAM_USER:
        return Finding("token_refused", {"why": told.keep(error)})
    answer = error.cloud_message.lower()
    if "not exist" in answer or "get secretkey failed" in answer:
        return Finding("key_unknown")
    return Finding("wrong_secret" if "signature" in answer else "key_refused")


def _right(error: SparkError) -> Finding:
    answer = error.cloud_message or error.error_code or error.status
    return Finding("right_missing", {"operation": error.operation, "said": answer})


def _quota(error: SparkError) -> Finding:
    if isinstance(error, Throttled):
        return Finding("throttled")
    return Finding("used_up", {"seconds": max(1, round(error.retry_after or 1))})
