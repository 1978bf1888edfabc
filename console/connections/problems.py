"""Why a connection cannot be used, before anything is sent."""

from django.utils.translation import gettext as _

from console.connections.findings import Finding, as_it_is
from console.sparkrtc.errors import NoAnswer, SparkError
from console.sparkrtc.messages import Message
from console.sparkrtc.operation import Operation

__all__ = ["AnswerPending", "ConnectionUnusable", "WriteOutsideAttempt"]


class ConnectionUnusable(SparkError):
    """The connection is switched off, or its secret or endpoint cannot be used; nothing was sent.

    code, values: why, as a Finding has them; plain, for the error is kept with the answers that others see too.
    """

    def __init__(self, finding: Finding) -> None:
        super().__init__(reason="")
        self.code, self.values = finding.code, dict(finding.values)

    @property
    def finding(self) -> Finding:
        """Why the connection cannot be used."""
        kept = vars(self)
        return Finding(kept["code"], self.values) if "code" in kept else as_it_is(kept.get("said", ""))

    @property
    def messages(self) -> tuple[Message, ...]:
        return (_Said("connection_unusable", {"said": str(self.finding)}),)


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
