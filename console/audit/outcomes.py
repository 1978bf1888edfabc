"""How an exception inside an attempt becomes its outcome."""

from typing import Any

from django.utils.translation import gettext_noop, override

from console.audit.models import Outcome
from console.audit.scrub import clean_id, scrub_text
from console.core.sayings import register_sayings
from console.sparkrtc.errors import NoAnswer, OutcomeUnknown, SparkError

__all__ = ["LOST", "outcome_of"]

LOST = gettext_noop("The process ended before the outcome was known.")
register_sayings([LOST])


def outcome_of(error: BaseException | None, request_id: str) -> dict[str, Any]:
    """Return the outcome's fields: outcome, status, error_code, error, request_id.

    request_id: of the change that was answered before, or "". A refusal after an answered change leaves part of the
    attempt done, and a surprise (a bug, a stopped process) says nothing about the cloud: both are unknown. The
    sentences are English whatever the person's language: the trail has one.
    """
    if error is None:
        return {"outcome": Outcome.SUCCEEDED, "request_id": clean_id(request_id, 128)}
    if not isinstance(error, SparkError):
        # The text of a surprise could hold anything; its type is enough here, and its trace is in the log.
        sentence = f"{type(error).__name__}: the attempt was interrupted before its outcome was known."
        return {"outcome": Outcome.UNKNOWN, "error": sentence[:1000], "request_id": clean_id(request_id, 128)}
    open_ended = isinstance(error, OutcomeUnknown | NoAnswer) or bool(request_id)
    return {
        "outcome": Outcome.UNKNOWN if open_ended else Outcome.FAILED,
        "status": error.status,
        "error_code": clean_id(error.error_code, 64),
        "error": scrub_text(_sentence(error), 1000),
        "request_id": clean_id(error.request_id or request_id, 128),
    }


def _sentence(error: SparkError) -> str:
    with override("en"):
        said = error.sentence
    return f"{said} {error.cloud_message}".strip() if error.cloud_message else said
