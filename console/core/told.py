"""Errors of the cloud kept in a row of ours, and said later in the language of whoever looks."""

from typing import Any

from django.utils.translation import gettext

from console.core.sentences import quota_name
from console.sparkrtc.errors import SparkError
from console.sparkrtc.messages import TEXTS

__all__ = ["LOST", "Told", "keep", "say"]

Told = list[tuple[str, dict[str, Any]]]

_OURS = {"process_lost": "The console stopped before the cloud's answer was read."}
LOST: Told = [("process_lost", {})]


def keep(error: SparkError) -> Told:
    """Return an error's messages as JSON can hold them, without anything else of it."""
    return [
        (message.id, {k: v for k, v in message.values.items() if _is_plain(v)}) for message in error.messages
    ]


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
        quota = quota_name(str(values.get("quota", "")))
        return gettext("The quota for %(quota)s is used up for the moment.") % {"quota": quota}
    try:
        return gettext(text) % values
    except (KeyError, TypeError, ValueError):
        return text if "%(" not in text else ""


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool)
