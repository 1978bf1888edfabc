"""The cloud library's sentences in the viewer's language.

The library knows no Django: its messages carry English texts with places, which serve gettext as they are. So that the
texts are found for translation, cloud_texts.py lists them; a test keeps the list complete.
"""

from django.utils.translation import gettext, gettext_noop, pgettext_lazy

from console.core.mending import can_mend
from console.core.text import clauses
from console.sparkrtc.error_codes import ERROR_CODES
from console.sparkrtc.errors import Forbidden, InvalidParameters, QuotaExhausted, SparkError, Unauthenticated
from console.sparkrtc.messages import Message, Problem

__all__ = ["advice_for", "complaint", "parts", "quota_name", "said", "sentence"]

_QUOTAS = {
    "app_config": gettext_noop("applications and templates"),
    "jobs": gettext_noop("recording jobs"),
    "rooms": gettext_noop("rooms"),
    "obs": gettext_noop("storage"),
    "analytics": gettext_noop("statistics"),
}
_UNITS = {
    "applications": pgettext_lazy("unit of a limit", "applications"),
    "layers": pgettext_lazy("unit of a limit", "layers"),
    "of the canvas": pgettext_lazy("unit of a limit", "of the canvas"),
    "pages": pgettext_lazy("unit of a limit", "pages"),
    "panes": pgettext_lazy("unit of a limit", "panes"),
    "rows": pgettext_lazy("unit of a limit", "rows"),
    "seconds": pgettext_lazy("unit of a limit", "seconds"),
    "templates": pgettext_lazy("unit of a limit", "templates"),
}


def said(message: Message) -> str:
    """Say one message of the library in the active language."""
    values = message.values
    if "unit" in values:
        values = {**values, "unit": _UNITS.get(values["unit"], values["unit"])}
    return gettext(message.text) % values


def complaint(problem: Problem) -> str:
    """Say what is wrong with one parameter as a sentence by itself, to stand at a field."""
    return gettext("%(problem)s.") % {"problem": said(problem)}


def parts(error: SparkError) -> list[str]:
    """Say what happened and, where known, what it means and what to do: one to three sentences."""
    if isinstance(error, InvalidParameters):
        listed = clauses(said(problem) for problem in error.problems.values())
        return [gettext(error.messages[0].text) % {"problems": listed}]
    if isinstance(error, QuotaExhausted):
        first = gettext("The quota for %(quota)s is used up for the moment.") % {
            "quota": quota_name(error.quota)
        }
        return [first, gettext("Nothing was sent.")]
    told = [said(message) for message in error.messages]
    if isinstance(error, Unauthenticated | Forbidden) and len(told) > 2 and not can_mend():
        told[2] = _for_others()
    return told


def advice_for(message_id: str) -> str | None:
    """Return what to say instead of a kept message that advises on credentials, to who can't mend them; else None."""
    code = ERROR_CODES.get(message_id.removesuffix(".action")) if message_id.endswith(".action") else None
    return _for_others() if code and code.status in (401, 403) and not can_mend() else None


def _for_others() -> str:
    return gettext("An owner of this connection can mend it: tell one, with the request id.")


def quota_name(name: str) -> str:
    """Return what a quota is for, in words; its own name where it has none here."""
    return gettext(_QUOTAS[name]) if name in _QUOTAS else name


def sentence(error: SparkError) -> str:
    """Say the same as one text, for messages and notes."""
    return " ".join(parts(error))
