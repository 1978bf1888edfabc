"""The cloud library's sentences in the viewer's language.

The library knows no Django: its messages carry English texts with places, which serve gettext as they are. So that the
texts are found for translation, cloud_texts.py lists them; a test keeps the list complete.
"""

from django.utils.translation import gettext

from console.sparkrtc.errors import InvalidParameters, SparkError
from console.sparkrtc.messages import Message

__all__ = ["parts", "said", "sentence"]


def said(message: Message) -> str:
    """Say one message of the library in the active language."""
    return gettext(message.text) % message.values


def parts(error: SparkError) -> list[str]:
    """Say what happened and, where known, what it means and what to do: one to three sentences."""
    if isinstance(error, InvalidParameters):
        listed = "; ".join(said(problem) for problem in error.problems.values())
        return [gettext(error.messages[0].text) % {"problems": listed}]
    return [said(message) for message in error.messages]


def sentence(error: SparkError) -> str:
    """Say the same as one text, for messages and notes."""
    return " ".join(parts(error))
