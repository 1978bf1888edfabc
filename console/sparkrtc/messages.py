"""Every sentence the library can say, by id, so that a caller can say it in another language.

A Message keeps its id and its values; str() says it in English. Texts use %(name)s places: they serve
gettext as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from console.sparkrtc.error_codes import ERROR_CODES

__all__ = ["TEXTS", "Message", "Problem"]

_PARAMETERS = {
    "required": "%(field)s is required",
    "unknown_name": "%(field)s is not a parameter of this operation",
    "filled": "%(field)s is filled in by the client and cannot be given",
    "not_text": "%(field)s must be text",
    "not_whole": "%(field)s must be a whole number",
    "not_number": "%(field)s must be a number",
    "not_flag": "%(field)s must be true or false",
    "not_moment": "%(field)s must be a time with a time zone",
    "not_day": "%(field)s must be a date",
    "not_object": "%(field)s must be an object with named fields",
    "not_list": "%(field)s must be a list",
    "unsendable": "%(field)s contains characters that cannot be sent",
    "empty": "%(field)s must not be empty",
    "too_long": "%(field)s must have at most %(high)s characters",
    "length": "%(field)s must have %(low)s to %(high)s characters",
    "pattern": "%(field)s must be %(form)s",
    "choice": "%(field)s must be one of %(choices)s",
    "range": "%(field)s must be %(low)s to %(high)s %(unit)s",
    "range_above": "%(field)s must be more than %(low)s and at most %(high)s %(unit)s",
    "range_also": "%(field)s must be %(also)s or %(low)s to %(high)s %(unit)s",
    "least": "%(field)s must be at least %(low)s %(unit)s",
    "twice": "%(field)s names %(value)s more than once",
    "path_unsafe": "%(field)s contains characters that cannot stand in an address",
    "needed_with": "%(field)s is required when %(other)s is %(value)s",
    "alone": "%(field)s must stand alone when it is %(value)s",
    "order": "%(field)s must be after %(other)s",
    "day_order": "%(field)s must not be before %(other)s",
    "window_days": "%(field)s must be at most %(longest)s days after %(other)s",
    "window_hours": "%(field)s must be at most %(longest)s hours after %(other)s",
    "window_dates": "%(other)s to %(field)s must be at most %(longest)s days",
    "reach": "%(field)s must be within the last %(longest)s days",
    "day_not_over": "%(field)s must be a day that is over (UTC)",
    "endpoint": "%(field)s must be an http or https address without a path",
}

_ERRORS = {
    "error": "Something went wrong between the console and the cloud.",
    "invalid": "The request was not sent: %(problems)s.",
    "quota": "The request was not sent: the quota %(quota)s is used up. Try again in %(seconds)s s.",
    "unreachable": "The cloud could not be reached. Nothing was sent.",
    "name": "The name %(host)s could not be resolved. Nothing was sent.",
    "connection": "No connection to %(host)s could be made. Nothing was sent.",
    "tls": "The certificate or encryption of %(host)s was not accepted. Nothing was sent.",
    "no_token_slow": "The identity service %(host)s took too long. Nothing was sent.",
    "no_token_cut": "The connection to the identity service %(host)s broke. Nothing was sent.",
    "no_token_large": "The answer of the identity service %(host)s was too large. Nothing was sent.",
    "no_token_garbage": "The identity service %(host)s gave no token. Nothing was sent.",
    "no_token_redirect": "The identity service %(host)s pointed to another address. Nothing was sent.",
    "no_token": "The identity service gave no token. Nothing was sent.",
    "refused": "The cloud refused the request (HTTP %(status)s).",
    "bad_request": "The cloud refused the request as wrong (HTTP %(status)s).",
    "unauthenticated": "The cloud did not accept the credentials.",
    "unauthenticated_iam": "The identity service did not accept the account, user name or password.",
    "unauthenticated_clock": (
        "The cloud did not accept the signature, and this machine's clock differs from the cloud's by "
        "%(seconds)s s. Set the clock."
    ),
    "forbidden": "The credentials do not allow this operation.",
    "not_found": "The cloud does not know what was asked for.",
    "conflict": "The cloud refused the request: it conflicts with the present state.",
    "throttled": "The cloud's request limit is used up although we kept to it: somebody else uses the account.",
    "cloud_fault": "The cloud had a fault (HTTP %(status)s).",
    "no_answer": "The cloud did not answer.",
    "no_answer_slow": "The cloud's answer took too long.",
    "no_answer_cut": "The connection broke before the answer was complete.",
    "no_answer_large": "The cloud's answer was too large to read.",
    "no_answer_garbage": "The cloud's answer could not be understood.",
    "no_answer_redirect": "The cloud pointed to another address, which is not followed.",
    "unknown": "The request was sent, but no answer came: whether it took effect is not known.",
    "unknown_slow": "The request was sent, but the answer took too long: whether it took effect is not known.",
    "unknown_cut": "The request was sent, but the connection broke: whether it took effect is not known.",
    "unknown_large": "The request was sent, but its answer was too large: whether it took effect is not known.",
    "unknown_garbage": (
        "The request was sent, but its answer could not be understood: whether it took effect is not known."
    ),
    "unknown_redirect": (
        "The request was sent, but answered with another address: whether it took effect is not known."
    ),
    "unknown_gateway": (
        "The request was sent, but the cloud's gateway lost the answer (HTTP %(status)s): "
        "whether it took effect is not known."
    ),
}

TEXTS: Mapping[str, str] = {
    **_PARAMETERS,
    **_ERRORS,
    **{f"{key}.meaning": code.meaning for key, code in ERROR_CODES.items()},
    **{f"{key}.action": code.action for key, code in ERROR_CODES.items()},
}


@dataclass(frozen=True)
class Message:
    """A sentence: its id in TEXTS and the values of its places. str() gives the English text."""

    id: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The English text with its places, the key for a translation."""
        return TEXTS[self.id]

    def __str__(self) -> str:
        return self.text % self.values

    def __hash__(self) -> int:
        return hash((self.id, str(self)))


@dataclass(frozen=True)
class Problem(Message):
    """What is wrong with one parameter; values always has `field`, its dotted path."""

    @property
    def code(self) -> str:
        """The id under its other name: which check failed."""
        return self.id

    __hash__ = Message.__hash__
