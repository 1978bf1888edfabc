"""Mail: the one way by which letters leave the console, to one person each.

Whoever knows of a mail server registers a carrier (`register_carrier`); without one nothing is sent.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from django.conf import settings

from console.core.text import plain

__all__ = ["Letter", "NotSent", "absolute", "is_configured", "register_carrier", "send"]

_BREAKS = re.compile(r"[\s\x00-\x1f\x7f]+")
_MOST_SUBJECT = 200


@dataclass(frozen=True)
class Letter:
    """One letter to one address.

    html: the same as `text` for programs that show it. message_id: "x@y"; the same letter sent again keeps it, so that
    whoever gets it twice sees it once.
    """

    to: str
    subject: str
    text: str
    html: str = ""
    message_id: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class NotSent(Exception):
    """The server did not say that it has taken the letter.

    again: trying later may help. sure: it certainly has not; otherwise it may have, and sending again could double it.
    """

    def __init__(self, said: str, *, again: bool, sure: bool = True) -> None:
        super().__init__(said)
        self.said, self.again, self.sure = said, again, sure


@dataclass(frozen=True)
class _Carrier:
    carry: Callable[[Letter], object]
    ready: Callable[[], bool]


_registered: list[_Carrier] = []


def register_carrier(carry: Callable[[Letter], object], ready: Callable[[], bool]) -> None:
    """Let letters go by this way from now on. carry: raises NotSent; ready: whether a server is set."""
    _registered[:] = [_Carrier(carry, ready)]


def is_configured() -> bool:
    """Say whether there is a way for mail to leave."""
    return any(carrier.ready() for carrier in _registered)


def absolute(path: str) -> str:
    """Return the address of a page for use outside of it; only its path while CONSOLE_URL is not set."""
    return f"{settings.CONSOLE_URL.rstrip('/')}{path}" if settings.CONSOLE_URL else path


def send(letter: Letter) -> None:
    """Hand a letter to the mail server. Returns when it has taken it; raises NotSent."""
    if not is_configured():
        raise NotSent("no mail server is set", again=True)
    subject = plain(_BREAKS.sub(" ", letter.subject)).strip()[:_MOST_SUBJECT]
    _registered[0].carry(replace(letter, subject=subject))
