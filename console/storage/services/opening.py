"""Opening a stored file: by right, with a reason, on record, and for a short time.

What is opened is fetched by a signed link, which needs an access key; nothing of the key leaves the console. Playing
goes through the console, piece by piece (decision 6); a download gets a link of its own.
"""

import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from urllib.parse import quote

import requests
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from console import audit
from console.accounts.models import User
from console.connections.addresses import AddressRefused, check_endpoint
from console.connections.client import credentials_of
from console.connections.models import Connection
from console.connections.outgoing import guarded_session
from console.connections.problems import ConnectionUnusable
from console.sparkrtc.credentials import AccessKey
from console.sparkrtc.obs import can_be_linked, signed_link
from console.sparkrtc.transport import AnswerLost, NotSent, Received, Timeouts, exchange
from console.storage.actions import DOWNLOAD, OPEN
from console.storage.shapes import Stored

__all__ = [
    "OPEN_SECONDS",
    "PIECE_BYTES",
    "CannotFetch",
    "Opened",
    "Piece",
    "download_link",
    "fetch_piece",
    "make_ticket",
    "open_object",
    "read_ticket",
    "why_not",
]

OPEN_SECONDS = 900  # an opened file can be played and downloaded for so long
LINK_SECONDS = 60  # a download must begin within this time
PIECE_BYTES = 2 * 1024 * 1024  # at most fetched at once, and held
_FETCH_SECONDS = 30  # a link for the console's own use lives no longer
_TIMEOUTS = Timeouts(connect=3.05, read=5.0, total=10.0)
_SALT = "storage.opened"
_BROKE_OFF = gettext_noop("Object storage did not answer in time, or its answer broke off.")


class CannotFetch(Exception):
    """Object storage did not give the file. str() says why, for people. status: its HTTP status, None without one."""

    def __init__(self, said: str, status: int | None = None) -> None:
        super().__init__(said)
        self.status = status


@dataclass(frozen=True)
class Opened:
    """A file that a person may play and download, until then."""

    bucket: str
    location: str
    name: str
    until: datetime

    def covers(self, name: str) -> bool:
        """Say whether another file belongs to it: the slices of a playlist do."""
        if name == self.name:
            return True
        base = self.name.removesuffix(".m3u8")
        return base != self.name and name.startswith(f"{base}_") and name.endswith(".ts")


@dataclass(frozen=True)
class Piece:
    """Part of a file. start: of the first byte; size: of the whole file."""

    content: bytes
    start: int
    size: int


def why_not(connection: Connection, name: str) -> str:
    """Say why a file cannot be opened here; "" when it can."""
    if connection.kind == Connection.Kind.IAM_USER:
        return _(
            "This connection signs in as an IAM user. A link to a file is signed with an access key (AK/SK): an "
            "owner can give this connection one, or add a connection that has it. The file can be fetched in the "
            "cloud's own console."
        )
    if not can_be_linked(name):
        return _(
            "No address can carry this name, because of the dots or the slash in it. The file can be fetched with the "
            "cloud's own tools."
        )
    return ""


def open_object(connection: Connection, stored: Stored, *, actor: User, reason: str) -> str:
    """Put on record that a person opens a file, and return their ticket: good for fifteen minutes and nobody else.

    Raises CannotFetch when it cannot be opened here.
    """
    if said := why_not(connection, stored.name):
        raise CannotFetch(said)
    audit.record(
        OPEN,
        actor=actor,
        connection=connection,
        target=audit.Target("object", stored.name, stored.label),
        reason=reason,
        details={"bucket": stored.bucket, "location": stored.location, "seconds": OPEN_SECONDS},
    )
    return make_ticket(connection, stored, actor)


def make_ticket(connection: Connection, stored: Stored, person: User) -> str:
    """Return what opens a file for a person; whoever calls this has put it on record."""
    until = int(time.time()) + OPEN_SECONDS
    ticket = [connection.pk, person.pk, stored.bucket, stored.location, stored.name, until]
    return signing.dumps(ticket, salt=_SALT, compress=True)


def read_ticket(connection: Connection, person: User, ticket: str) -> Opened | None:
    """Return what a ticket opens for this person; None when it is over, somebody else's, or none at all."""
    try:
        place, who, bucket, location, name, until = signing.loads(ticket, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if (place, who) != (connection.pk, person.pk) or until <= time.time():
        return None
    return Opened(bucket, location, name, datetime.fromtimestamp(until, UTC))


def download_link(connection: Connection, opened: Opened, *, actor: User) -> str:
    """Put on record that a person downloads a file, and return a link that object storage takes for a minute.

    Raises CannotFetch when none can be made.
    """
    label = opened.name.rpartition("/")[2] or "file"
    query = {"response-content-disposition": f"attachment; filename*=UTF-8''{quote(label, safe='')}"}
    link = _link(connection, opened, opened.name, LINK_SECONDS, query)
    audit.record(
        DOWNLOAD,
        actor=actor,
        connection=connection,
        target=audit.Target("object", opened.name, label),
        details={"bucket": opened.bucket, "location": opened.location, "seconds": LINK_SECONDS},
    )
    return link


def fetch_piece(connection: Connection, opened: Opened, name: str, start: int, end: int | None) -> Piece:
    """Return part of a file, at most PIECE_BYTES of it. start: of the first byte; end: of the last, None for any.

    Raises CannotFetch, with status 416 when there are no such bytes.
    """
    last = start + PIECE_BYTES - 1
    last = last if end is None else min(end, last)
    received = _get(_link(connection, opened, name, _FETCH_SECONDS, {}), f"bytes={start}-{last}")
    if received.status not in (200, 206):
        raise CannotFetch(_refusal(received.status), received.status)
    if received.status == 200:  # all of it, whatever was asked for
        piece = Piece(received.body[start : last + 1], start, len(received.body))
    else:
        piece = Piece(received.body, start, _size(received, start))
    if not piece.content and piece.size:
        status = 416 if start >= piece.size else None
        raise CannotFetch(_refusal(416) if status else _(_BROKE_OFF), status)
    return piece


def _link(connection: Connection, opened: Opened, name: str, seconds: int, query: dict[str, str]) -> str:
    if said := why_not(connection, name):
        raise CannotFetch(said)
    endpoint = connection.obs_url(opened.location)
    try:
        check_endpoint(endpoint)
        key = credentials_of(connection)
    except (AddressRefused, ConnectionUnusable) as problem:
        raise CannotFetch(str(problem)) from problem
    assert isinstance(key, AccessKey)  # why_not has refused the others
    return signed_link(key, endpoint, opened.bucket, name, expires_at=int(time.time()) + seconds, query=query)


def _get(link: str, asked: str) -> Received:
    headers = {"Range": asked, "Accept-Encoding": "identity", "User-Agent": "sparkrtc-console"}
    try:
        return exchange(
            _session(os.getpid()),
            "GET",
            link,
            headers,
            None,
            timeouts=_TIMEOUTS,
            max_answer_bytes=PIECE_BYTES + 64 * 1024,
        )
    except NotSent as problem:
        raise CannotFetch(_("Object storage could not be reached.")) from problem
    except AnswerLost as problem:
        raise CannotFetch(_(_BROKE_OFF)) from problem


@cache
def _session(pid: int) -> requests.Session:
    return guarded_session()  # one a process: a fork must not share its sockets


def _refusal(status: int) -> str:
    if status == 404:
        return _("Object storage has no such file any more.")
    if status == 403:
        return _(
            "Object storage refused the link: the access key may lack the right to read this bucket, or the clocks "
            "differ."
        )
    if status == 416:
        return _("The file is shorter than that.")
    return _("Object storage answered with HTTP %(status)s.") % {"status": status}


def _size(received: Received, start: int) -> int:
    """Return how long the whole file is: told behind the slash of Content-Range, or all that came."""
    told = received.headers.get("Content-Range", "").rpartition("/")[2]
    return int(told) if told.isascii() and told.isdigit() else start + len(received.body)
