"""The server that takes the console's e-mail: of the environment, else as owners entered it under Settings."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from console import audit
from console.accounts.models import User
from console.accounts.reach import manages_everything
from console.alerts.actions import MAIL_CHANGE, MAIL_TEST
from console.alerts.models import MailServer
from console.alerts.smtp import MailProblem, Server, open_postbox, read_mail_url
from console.alerts.telling_words import problem_said
from console.connections.resealing import Resealed
from console.connections.secrets import SecretUnreadable, reseal, seal, unseal
from console.core.mail import Letter, NotSent
from console.sparkrtc.secret import Secret

__all__ = [
    "MailFacts",
    "PasswordWanted",
    "carry",
    "compose",
    "hand_over",
    "is_set",
    "mail_facts",
    "mail_server",
    "reseal_mail",
    "set_mail_server",
    "test_mail",
]

_SENDER_NAME = "SparkRTC Console"


class PasswordWanted(Exception):
    """The password was entered for another server or user: it must not be shown to this one."""


@dataclass(frozen=True)
class MailFacts:
    """The server without its password. by_environment: it cannot be changed on a page."""

    host: str
    port: int
    security: str
    user: str
    sender: str
    has_password: bool = False
    by_environment: bool = False

    @property
    def security_name(self) -> str:
        """The encryption in words."""
        return str(MailServer.Security(self.security).label)


def mail_facts() -> MailFacts | None:
    """Return which server is in use; None when there is none. At most one query."""
    if settings.MAIL_URL:
        try:
            server = read_mail_url(settings.MAIL_URL, settings.MAIL_FROM)
        except ValueError:
            return None
        password = bool(server.password)
        return MailFacts(
            server.host, server.port, server.security, server.user, server.sender, password, True
        )
    row = MailServer.objects.first()
    if row is None:
        return None
    return MailFacts(row.host, row.port, row.security, row.user, row.sender, bool(row.password))


def is_set() -> bool:
    """Say whether there is a server."""
    return mail_facts() is not None


def mail_server() -> Server:
    """Return the server with its password. Raises MailProblem when there is none, or its password can't be opened."""
    if settings.MAIL_URL:
        try:
            return read_mail_url(settings.MAIL_URL, settings.MAIL_FROM)
        except ValueError:
            raise MailProblem("mail_url") from None
    row = MailServer.objects.first()
    if row is None:
        raise MailProblem("mail_none")
    try:
        password = Secret(unseal(row.password))
    except SecretUnreadable:
        raise MailProblem("mail_sealed") from None
    return Server(row.host, row.port, row.security, row.user, password, row.sender)


def set_mail_server(facts: MailFacts, *, password: str, actor: User, reason: str) -> None:
    """Set the server. password: in clear; "" keeps the one there is. Raises PasswordWanted, PermissionDenied."""
    _require(actor)
    with transaction.atomic():
        row = MailServer.objects.select_for_update().first()
        before = _told(row) if row else None
        row = row or MailServer()
        same = (row.host, row.port, row.user) == (facts.host, facts.port, facts.user)
        secure = facts.security == row.security or facts.security != MailServer.Security.NONE
        if facts.user and not password and not (row.password and same and secure):
            raise PasswordWanted
        for name in ("host", "port", "security", "user", "sender"):
            setattr(row, name, getattr(facts, name))
        if password or not facts.user:
            row.password = seal(password) if facts.user else b""
        row.changed_by = str(actor)[:150]
        row.save()
        after = {**_told(row), **({"replaced": "password"} if password else {})}
        audit.record(
            MAIL_CHANGE, actor=actor, target=_target(row.host), reason=reason, before=before, after=after
        )


def test_mail(to: str, *, actor: User) -> tuple[str, MailProblem | None]:
    """Send a test to an address, on record; return what the server said, or why it did not take it."""
    _require(actor)
    said, problem, host = "", None, ""
    try:
        server = mail_server()
        host = server.host
        subject = _("Test: SparkRTC Console can send e-mail")
        text = _("%(name)s sent this test under Settings › E-mail.") % {"name": str(actor)}
        said = hand_over(Letter(to, subject, text), server)
    except MailProblem as failure:
        problem = failure
    audit.record(
        MAIL_TEST,
        actor=actor,
        target=_target(host),
        details={"to": to},
        outcome="failed" if problem else "succeeded",
        error=problem.code if problem else "",
    )
    return said, problem


test_mail.__test__ = False  # type: ignore[attr-defined]  # not a test, whatever its name


def compose(server: Server, letter: Letter) -> EmailMessage:
    """Write a letter as the server takes it."""
    message = EmailMessage(policy=SMTP)
    message["From"] = formataddr((_SENDER_NAME, server.sender))
    message["To"] = letter.to
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(timezone.now())
    if letter.message_id:
        message["Message-ID"] = f"<{letter.message_id}>"
    message["Auto-Submitted"] = "auto-generated"
    for name, value in letter.headers.items():
        message[name] = value
    message.set_content(letter.text, cte=_coded(letter.text))
    if letter.html:
        message.add_alternative(letter.html, subtype="html", cte=_coded(letter.html))
    return message


def hand_over(letter: Letter, server: Server | None = None) -> str:
    """Hand a letter to the server; return its status and what it said. Raises MailProblem."""
    server = server or mail_server()
    with open_postbox(server) as box:
        return box.post(compose(server, letter), letter.to)


def carry(letter: Letter) -> None:
    """Hand a letter to the server, for whoever sends by core.mail. Raises NotSent."""
    try:
        hand_over(letter)
    except MailProblem as problem:
        said = problem.values.get("said", "")
        words = f"{problem.status} {said}" if problem.status else problem_said(problem.told)
        sure = problem.code != "mail_lost"  # in the middle of it: nobody knows
        raise NotSent(words, again=sure and not problem.final, sure=sure) from problem


def reseal_mail() -> Resealed:
    """Seal the password with the newest key; one that is replaced meanwhile is left alone."""
    row = MailServer.objects.exclude(password=b"").first()
    if row is None:
        return Resealed(0, ())
    try:
        sealed = reseal(row.password)
    except SecretUnreadable:
        return Resealed(0, ("mail server",))
    return Resealed(MailServer.objects.filter(password=row.password).update(password=sealed), ())


def _coded(text: str) -> str:
    return "quoted-printable" if text.isascii() else "base64"


def _require(actor: User) -> None:
    if not manages_everything(actor):
        raise PermissionDenied(_("Only owners of every connection set the mail server."))


def _told(row: MailServer) -> dict[str, object]:
    return {name: getattr(row, name) for name in ("host", "port", "security", "user", "sender")}


def _target(host: str) -> audit.Target:
    return audit.Target("mail_server", host, host)
