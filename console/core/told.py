"""Errors of the cloud kept in a row of ours, and said later in the language of whoever looks."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from console.core import sentences
from console.sparkrtc.errors import InvalidParameters, SparkError
from console.sparkrtc.messages import TEXTS, Message

__all__ = ["LOST", "Told", "keep", "say"]

Told = list[tuple[str, dict[str, Any]]]

_OURS = {"process_lost": "The console stopped before the cloud's answer was read."}
LOST: Told = [("process_lost", {})]


def keep(error: SparkError) -> Told:
    """Return an error's messages as JSON can hold them, without anything else of it."""
    if isinstance(error, InvalidParameters):
        return [("invalid", {"problems": [(one.id, _plain(one.values)) for one in error.problems.values()]})]
    return [(message.id, _plain(message.values)) for message in error.messages]


def say(told: Told) -> str:
    """Say kept messages in the active language; of an unknown one, nothing but what it carried in words.

    A message ("said", {"said": sentence}) is any sentence that gettext knows, or that nobody can translate.
    """
    return " ".join(sentence for sentence in (_sentence(name, values) for name, values in told) if sentence)


def _sentence(name: str, values: dict[str, Any]) -> str:
    text = TEXTS.get(name) or _OURS.get(name)
    if text is None:
        said = str(values.get("said", ""))
        return gettext(said) if said else ""
    if name == "quota":  # how long to wait was true when it was kept
        quota = sentences.quota_name(str(values.get("quota", "")))
        return gettext("The quota for %(quota)s is used up for the moment.") % {"quota": quota}
    if instead := sentences.advice_for(name):
        return instead
    if isinstance(problems := values.get("problems"), list):
        listed = [sentences.said(Message(one, of_it)) for one, of_it in problems if one in TEXTS]
        values = {"problems": "; ".join(listed)}
    try:
        return gettext(text) % values
    except (KeyError, TypeError, ValueError):
        return text if "%(" not in text else ""


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in values.items() if v is None or isinstance(v, str | int | float | bool)}
