"""Which step of a connection test an error of the cloud belongs to, and what to do about it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from console.connections.models import Connection
from console.core.sentences import sentence
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
    """The step that failed, and the sentence that says why."""

    step: str
    said: str


def blame(error: SparkError, connection: Connection) -> Blame:
    """Say what is wrong with a connection whose request met this error."""
    if error.operation == CREATE_TOKEN.name:
        return Blame("identity", _identity_service(error, connection))
    if isinstance(error, Unauthenticated):
        if error.clock_skew_seconds is not None:
            return Blame("clock", sentence(error))
        return Blame("identity", _credentials(error, connection))
    if error.error_code in _PROJECT_CODES:
        return Blame("project", _project(connection))
    if isinstance(error, Forbidden):
        return Blame("right", _right(error))
    if isinstance(error, Throttled | QuotaExhausted):
        return Blame("quota", _quota(error))
    if isinstance(error, Unreachable):
        return Blame("reach", sentence(error))
    if isinstance(error, NotFound) and error.error_code in (_NO_SUCH_API, ""):
        return Blame("service", _not_this_service(connection))
    return Blame("service", sentence(error))


def _identity_service(error: SparkError, connection: Connection) -> str:
    host = {"host": urlsplit(connection.iam_endpoint).netloc}
    if isinstance(error, Unreachable):
        return _("The identity service %(host)s cannot be reached: %(why)s") % {
            **host,
            "why": sentence(error),
        }
    if isinstance(error, Unauthenticated):
        return _(
            "The identity service does not accept the account name, the user name or the password; it does not say "
            "which. Check that the user may sign in by program, and that the password has not expired."
        )
    if isinstance(error, Forbidden):
        return _("The identity service gives this user no token for the account. Check the account name.")
    if isinstance(error, NotFound):
        return _("%(host)s does not answer as an identity service. Check the IAM endpoint.") % host
    return _("The identity service %(host)s gave no token: %(why)s") % {**host, "why": sentence(error)}


def _credentials(error: SparkError, connection: Connection) -> str:
    if connection.kind == Connection.Kind.IAM_USER:
        return _("The cloud does not accept the token of this user: %(why)s") % {"why": sentence(error)}
    told = error.cloud_message.lower()
    if "not exist" in told or "get secretkey failed" in told:
        return _(
            "The cloud does not know this access key id (AK). Check it, and that the key was not deleted."
        )
    if "signature" in told:
        return _(
            "The secret access key (SK) does not belong to this access key id (AK). Enter the secret again."
        )
    return _(
        "The cloud does not accept the access key: either its id (AK) is unknown or disabled, or the secret (SK) does "
        "not belong to it. The cloud does not say which. Check the AK, then enter the SK again."
    )


def _project(connection: Connection) -> str:
    return _(
        "The credentials are good, but the project id %(project)s is not one of theirs. Copy it from My Credentials in "
        "the cloud's console."
    ) % {"project": connection.project_id}


def _right(error: SparkError) -> str:
    return _(
        "The credentials are good, but their policy in the cloud does not allow reading (%(operation)s). Grant the "
        "user the rights to SparkRTC. The cloud says: %(said)s"
    ) % {"operation": error.operation, "said": error.cloud_message or error.error_code or error.status}


def _quota(error: SparkError) -> str:
    if isinstance(error, Throttled):
        return _(
            "The cloud counts more requests than this console sends: somebody else uses the account. Try again in a "
            "minute; the credentials look good."
        )
    return _("This console has used up its share of requests for the moment. Try again in %(seconds)s s.") % {
        "seconds": max(1, round(error.retry_after or 1))
    }


def _not_this_service(connection: Connection) -> str:
    return _(
        "%(host)s answers, but it does not know the SparkRTC API. Check the endpoint; usually it is "
        "https://rtc-api.myhuaweicloud.com"
    ) % {"host": connection.host}
