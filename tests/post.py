"""A mail server on loopback: it takes letters, or refuses them as a test says."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

__all__ = ["MailBox", "free_port", "post_office"]


@dataclass
class MailBox:
    """A mail server and what it got. users: {name: password}, whoever sends must be one.

    refuse: {what: the server's answer}, of MAIL, RCPT, an address, DATA. context: its certificate; implicit_tls: spoken
    from the first byte on, not begun by STARTTLS.
    """

    context: Any = None
    implicit_tls: bool = False
    users: dict[str, str] = field(default_factory=dict)
    refuse: dict[str, str] = field(default_factory=dict)
    letters: list[EmailMessage] = field(default_factory=list)

    def start(self) -> "MailBox":
        """Listen at a free port."""
        more: dict[str, Any] = {"ssl_context": self.context} if self.implicit_tls else {}
        if self.context is not None and not self.implicit_tls:
            more["tls_context"] = self.context
        if self.users:
            more |= {"authenticator": self._signs_in, "auth_required": True, "auth_require_tls": True}
        self._controller = _Loopback(self, hostname="127.0.0.1", port=0, **more)
        self._controller.start()
        return self

    @property
    def port(self) -> int:
        return self._controller.port

    def stop(self) -> None:
        self._controller.stop()

    def to(self, address: str) -> list[EmailMessage]:
        """Return the letters that an address got."""
        return [one for one in self.letters if address in one["X-Envelope-To"].split(",")]

    def _signs_in(self, _server: Any, _session: Any, _envelope: Any, mechanism: str, data: Any) -> AuthResult:
        name, password = data.login.decode(), data.password.decode()
        return AuthResult(success=self.users.get(name) == password, handled=False)

    async def handle_MAIL(self, _s: Any, _n: Any, envelope: Any, address: str, options: list[str]) -> str:
        if answer := self.refuse.get("MAIL"):
            return answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, _s: Any, _n: Any, envelope: Any, address: str, _options: list[str]) -> str:
        if answer := self.refuse.get("RCPT") or self.refuse.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if answer := self.refuse.get("DATA"):
            return answer
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        letter["X-Envelope-To"] = ",".join(envelope.rcpt_tos)
        self.letters.append(letter)
        return "250 2.0.0 queued as 42"


class _Loopback(Controller):
    """Looks whether it is up at the port that the system gave it, and asks no certificate for that."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        socket.create_connection(("127.0.0.1", self.port), 5).close()


@contextmanager
def post_office(settings: Any) -> Iterator[MailBox]:
    """Open a mail server, and let the console's mail go there."""
    box = MailBox().start()
    settings.MAIL_URL, settings.MAIL_FROM = f"smtp://127.0.0.1:{box.port}", "console@example.com"
    try:
        yield box
    finally:
        box.stop()


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
