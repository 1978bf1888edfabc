"""Handing a message over: to a webhook, or to the mail server. What comes of it is returned, never raised."""

import json
import time
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from console.alerts.formats import FORMATS, Signed, signed
from console.alerts.models import Channel, Message
from console.alerts.services.mailing import hand_over, mail_server
from console.alerts.services.outbox import may_see
from console.alerts.smtp import MailProblem
from console.connections.addresses import AddressRefused, check_public_url
from console.connections.outgoing import guarded_session
from console.connections.secrets import SecretUnreadable, unseal
from console.core.mail import Letter
from console.core.text import plain
from console.sparkrtc.transport import AnswerLost, NotSent, Timeouts, exchange

__all__ = ["Outcome", "post"]

_TIMEOUTS = Timeouts(connect=3.05, read=8.0, total=10.0)
_LARGEST_ANSWER = 64 * 1024
_SHOWN = 300
_TRY_AGAIN = frozenset({408, 409, 425, 429})
_SHORTEST_SECRET = 6  # of a piece of an address that is taken out of an answer


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt. problem: {"code": …} and its values, {} when it was delivered (words.py).

    final: trying again is of no use. whole: not this message but its server is the problem. wait: seconds that the
    receiver asked for.
    """

    delivered: bool
    status: int | None = None
    answer: str = ""
    problem: dict[str, Any] = field(default_factory=dict)
    final: bool = False
    whole: bool = False
    wait: float = 0.0


def post(message: Message) -> Outcome:
    """Send a message once; takes up to a minute. Outside a transaction."""
    channel = message.channel
    if channel is None and message.person is None:
        return _never("channel_gone")
    if channel is not None and not channel.active and message.kind != Message.Kind.TEST:
        return _never("channel_off")
    if message.medium == Channel.Medium.EMAIL:
        return _post_mail(message)
    assert channel is not None
    return _post_webhook(channel, message)


def _post_mail(message: Message) -> Outcome:
    to = message.address
    if message.person is not None:
        if not message.person.is_active or not _all_seen(message):
            return _never("no_right")
        to = message.person.email
    if not to:
        return _never("no_address")
    try:
        server = mail_server()
        said = hand_over(_letter(message, to, server.sender.rpartition("@")[2]), server)
    except MailProblem as problem:
        return Outcome(False, problem.status, "", problem.told, problem.final, problem.whole)
    status, _space, words = said.partition(" ")
    return Outcome(True, int(status), plain(words)[:_SHOWN])


def _letter(message: Message, to: str, domain: str) -> Letter:
    """Write an e-mail that knows repetitions, and that mail programs show beside others about the same incident."""
    headers = {"Idempotency-Key": str(message.key)}
    about = message.notices.order_by("incident").values_list("incident", flat=True).first()
    if about is not None:
        headers["References"] = f"<alert-{about}@{domain}>"
    return Letter(to, message.subject, message.text, message_id=f"{message.key}@{domain}", headers=headers)


def _all_seen(message: Message) -> bool:
    person = message.person
    assert person is not None
    notices = message.notices.select_related("incident__connection")
    return all(may_see(person, notice.incident) for notice in notices)


def _post_webhook(channel: Channel, message: Message) -> Outcome:
    form = FORMATS[channel.format]
    try:
        url, secret = unseal(channel.url), unseal(channel.secret)
    except SecretUnreadable:
        return Outcome(False, problem={"code": "sealed"}, whole=True)
    ready = signed(
        channel.format, url, message.payload, secret, key=str(message.key), timestamp=int(time.time())
    )
    place = {"host": urlsplit(url).hostname or ""}
    try:
        check_public_url(url)
        answer = exchange(
            _session(),
            "POST",
            ready.url,
            ready.headers,
            ready.body,
            timeouts=_TIMEOUTS,
            max_answer_bytes=_LARGEST_ANSWER,
        )
    except AddressRefused:
        return Outcome(False, problem={"code": "hook_private", **place}, final=True)
    except NotSent as failure:
        return Outcome(False, problem={"code": f"hook_{failure.cause}", **place}, whole=True)
    except AnswerLost as failure:
        whole = failure.loss != "large"
        return Outcome(False, problem={"code": f"hook_{failure.loss}", **place}, whole=whole)
    shown = _shown(answer.body, url, ready)
    if not 200 <= answer.status < 300:
        final = 300 <= answer.status < 500 and answer.status not in _TRY_AGAIN
        told = {"code": "hook_status", "status": answer.status, **place}
        return Outcome(False, answer.status, shown, told, final, answer.status >= 500, _wait(answer.headers))
    if refusal := form.accepted(answer.body):
        told = {"code": "hook_refused", "said": _scrubbed(refusal, url, ready)[:100], **place}
        return Outcome(False, answer.status, shown, told)
    return Outcome(True, answer.status, shown)


def _never(code: str) -> Outcome:
    return Outcome(False, problem={"code": code}, final=True)


def _wait(headers: Any) -> float:
    """Return the seconds that a receiver asks to wait, an hour at most."""
    asked = str(headers.get("Retry-After", ""))
    return min(float(asked), 3600.0) if asked.isdigit() else 0.0


def _shown(body: bytes, url: str, ready: Signed) -> str:
    return plain(_scrubbed(body[: 4 * _SHOWN].decode("utf-8", "replace"), url, ready))[:_SHOWN]


def _scrubbed(text: str, url: str, ready: Signed) -> str:
    """Take out of an answer what it may repeat of ours: the address is a secret, and so are keys and signatures."""
    parts = urlsplit(url)
    pieces = {url, ready.url, *ready.hidden, *parts.path.split("/"), parts.query, parts.path}
    pieces |= {value for _name, value in parse_qsl(parts.query)}
    escaped = {json.dumps(piece)[1:-1].replace("/", "\\/") for piece in pieces}
    for piece in sorted(pieces | escaped, key=len, reverse=True):
        if len(piece) >= _SHORTEST_SECRET:
            text = text.replace(piece, "…")
    return text


@lru_cache(maxsize=1)
def _session() -> requests.Session:
    return guarded_session()
