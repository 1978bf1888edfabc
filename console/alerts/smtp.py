"""Sending e-mail: step by step, so that what goes wrong is known exactly. Raises MailProblem alone."""

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import cache
from typing import Any
from urllib.parse import unquote, urlsplit

from certifi import where

from console.connections.addresses import AddressRefused, resolve
from console.sparkrtc.secret import Secret

__all__ = ["MailProblem", "Postbox", "Server", "open_postbox", "read_mail_url"]

_SECONDS = 10.0  # without a byte
_SCHEMES = {"smtp": ("none", 25), "smtp+starttls": ("starttls", 587), "smtps": ("tls", 465)}
_SHOWN = 200


@dataclass(frozen=True)
class Server:
    """Who takes e-mail. security: "none", "starttls" or "tls". sender: the address that it comes from."""

    host: str
    port: int
    security: str
    user: str
    password: Secret = field(repr=False)
    sender: str


class MailProblem(Exception):
    """Why a message was not taken. code, values: what telling_words.py says of it. final: trying again is of no use.

    whole: the server itself is the problem, for every message alike. status: the server's, when it answered.
    """

    def __init__(
        self, code: str, *, final: bool = False, whole: bool = True, status: int | None = None, **values: Any
    ) -> None:
        super().__init__(code)
        self.code, self.values, self.final, self.whole, self.status = code, values, final, whole, status

    @property
    def told(self) -> dict[str, Any]:
        """The same as telling_words.py takes it and a row keeps it."""
        return {"code": self.code, **self.values}


class Postbox:
    """A server that is ready to take messages."""

    def __init__(self, server: Server, smtp: smtplib.SMTP) -> None:
        self._server, self._smtp = server, smtp

    def post(self, message: EmailMessage, to: str) -> str:
        """Hand over one message for one address; return what the server said, with its status before it."""
        smtp = self._smtp
        try:
            with contextlib.suppress(smtplib.SMTPServerDisconnected):
                smtp.rset()
            _taken(smtp.mail(self._server.sender), "mail_sender", sender=self._server.sender)
            _taken(smtp.rcpt(to), "mail_recipient", whole=False, to=to)
            code, said = smtp.data(message.as_bytes())
            _taken((code, said), "mail_content", whole=False)
        except MailProblem:
            raise
        except smtplib.SMTPDataError as problem:
            raise _refused("mail_content", problem.smtp_code, problem.smtp_error, whole=False) from problem
        except (smtplib.SMTPException, OSError) as problem:
            raise MailProblem("mail_lost", host=self._server.host) from problem
        return f"{code} {_plain(said)}"


@contextlib.contextmanager
def open_postbox(server: Server) -> Iterator[Postbox]:
    """Look up the name, connect, encrypt, sign in. A private address is fine, a link-local one is not."""
    smtp = _connected(server)
    try:
        _greet(smtp, server)
        _sign_in(smtp, server)
        yield Postbox(server, smtp)
    finally:
        with contextlib.suppress(smtplib.SMTPException, OSError):
            smtp.quit()
        smtp.close()


def read_mail_url(url: str, sender: str) -> Server:
    """Read MAIL_URL: smtp+starttls://user:password@host:587, smtps://… or smtp://…; ValueError says what is wrong."""
    parts = urlsplit(url)
    if parts.scheme not in _SCHEMES or not parts.hostname:
        raise ValueError("it begins with smtp+starttls://, smtps:// or smtp:// and names a host")
    if "@" not in sender or any(sign in sender for sign in "\r\n <>"):
        raise ValueError("MAIL_FROM has to be an address, like alerts@example.com")
    security, usual = _SCHEMES[parts.scheme]
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if user and security == "none":
        raise ValueError("the password would be sent in clear: use smtp+starttls:// or smtps://")
    return Server(parts.hostname, parts.port or usual, security, user, Secret(password), sender)


class _Pinned(smtplib.SMTP):
    """Connects to the addresses that were checked; certificates are compared with the name."""

    addresses: tuple[str, ...] = ()

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        failure: OSError = OSError("no address")
        for ip in self.addresses:
            try:
                return socket.create_connection((ip, port), timeout)
            except OSError as problem:
                failure = problem
        raise failure


class _PinnedTls(smtplib.SMTP_SSL, _Pinned):
    pass


@cache
def _own_name() -> str:
    """Return how this machine introduces itself: looked up once, for that can take long."""
    name = socket.getfqdn()
    return name if "." in name else "[127.0.0.1]"


def _context() -> ssl.SSLContext:
    context = ssl.create_default_context()  # the machine's own authorities, for servers of one's own
    context.load_verify_locations(where())
    return context


def _connected(server: Server) -> smtplib.SMTP:
    place: dict[str, Any] = {"host": server.host, "port": server.port}
    tls = server.security == "tls"
    name = _own_name()
    smtp = (
        _PinnedTls(local_hostname=name, timeout=_SECONDS, context=_context())
        if tls
        else _Pinned(local_hostname=name, timeout=_SECONDS)
    )
    try:
        smtp.addresses = tuple(one.ip for one in resolve(server.host, server.port, private=True))
    except AddressRefused as problem:
        raise MailProblem("mail_address", **place) from problem
    except (socket.gaierror, UnicodeError) as problem:
        raise MailProblem("mail_name", **place) from problem
    smtp._host = server.host  # type: ignore[attr-defined]  # connect() alone leaves it empty for TLS
    try:
        code, said = smtp.connect(server.host, server.port)
    except ssl.SSLCertVerificationError as problem:
        raise MailProblem("mail_certificate", why=problem.verify_message, **place) from problem
    except ssl.SSLError as problem:
        raise MailProblem("mail_no_tls", **place) from problem
    except TimeoutError as problem:
        raise MailProblem("mail_slow", **place) from problem
    except ConnectionRefusedError as problem:
        raise MailProblem("mail_closed", **place) from problem
    except (smtplib.SMTPException, OSError) as problem:
        raise MailProblem("mail_unreached", **place) from problem
    if code != 220:
        raise _refused("mail_greeting", code, said, **place)
    return smtp


def _greet(smtp: smtplib.SMTP, server: Server) -> None:
    place: dict[str, Any] = {"host": server.host, "port": server.port}
    try:
        smtp.ehlo_or_helo_if_needed()
        if server.security != "starttls":
            return
        if not smtp.has_extn("starttls"):
            raise MailProblem("mail_no_starttls", **place)
        smtp.starttls(context=_context())
        smtp.ehlo()
    except ssl.SSLCertVerificationError as problem:
        raise MailProblem("mail_certificate", why=problem.verify_message, **place) from problem
    except smtplib.SMTPHeloError as problem:
        raise _refused("mail_greeting", problem.smtp_code, problem.smtp_error, **place) from problem
    except (smtplib.SMTPException, OSError) as problem:
        raise MailProblem(
            "mail_no_tls" if server.security == "starttls" else "mail_lost", **place
        ) from problem


def _sign_in(smtp: smtplib.SMTP, server: Server) -> None:
    if not server.user:
        return
    try:
        smtp.login(server.user, server.password.reveal())
    except smtplib.SMTPAuthenticationError as problem:
        # The error is not kept as the cause: it may hold what was sent.
        raise _refused("mail_sign_in", problem.smtp_code, problem.smtp_error, user=server.user) from None
    except smtplib.SMTPNotSupportedError:
        raise MailProblem("mail_no_sign_in", host=server.host) from None
    except (smtplib.SMTPException, OSError):
        raise MailProblem("mail_lost", host=server.host) from None


def _taken(answer: tuple[int, bytes], code: str, *, whole: bool = True, **values: Any) -> None:
    status, said = answer
    if not 200 <= status < 300:
        raise _refused(code, status, said, whole=whole, **values)


def _refused(code: str, status: int, said: bytes | str, *, whole: bool = True, **values: Any) -> MailProblem:
    """Return what a refusal means. Where it is about one recipient or message, a 5xx is meant for good."""
    final = not whole and status >= 500
    return MailProblem(code, final=final, whole=whole, status=status, said=_plain(said), **values)


def _plain(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return " ".join(text.split())[:_SHOWN]
