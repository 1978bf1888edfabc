"""Why a connection cannot be used, before anything is sent."""

from django.utils.translation import gettext as _

from console.sparkrtc.errors import NoAnswer, SparkError
from console.sparkrtc.messages import Message
from console.sparkrtc.operation import Operation

__all__ = ["AnswerPending", "ConnectionUnusable", "WriteOutsideAttempt"]


class ConnectionUnusable(SparkError):
    """The connection is switched off, or its secret or endpoint cannot be used; nothing was sent.

    said: the sentence for people, in their language.
    """

    def __init__(self, said: str) -> None:
        super().__init__(reason="")
        self.said = said

    @property
    def messages(self) -> tuple[Message, ...]:
        return (_Said("connection_unusable", {"said": self.said}),)


class AnswerPending(NoAnswer):
    """Somebody has asked and no answer has come yet; retry_after: seconds until looking again makes sense."""

    def __init__(self, operation: Operation) -> None:
        super().__init__(retry_after=1.0, operation=operation.name)

    @property
    def messages(self) -> tuple[Message, ...]:
        return (_Said("answer_pending", {"said": _("The cloud was asked and has not answered yet.")}),)


class WriteOutsideAttempt(Exception):
    """A change was about to be sent without a committed attempt in the ledger. A mistake in our code."""


class _Said(Message):
    """A sentence that is in the viewer's language already."""

    @property
    def text(self) -> str:
        return "%(said)s"
