"""The bytes of an opened file, for the player on its page: fetched from object storage piece by piece."""

import re
import time
from collections.abc import Iterator
from threading import BoundedSemaphore

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from console.accounts.access import needs
from console.accounts.rights import Right
from console.applications.outcomes import actor_of
from console.connections.models import Connection
from console.storage.services.opening import CannotFetch, Opened, Piece, fetch_piece, read_ticket

__all__ = ["KINDS", "object_media"]

# What is given, and as what: never as what object storage says it is.
KINDS = {"mp4": "video/mp4", "m3u8": "application/vnd.apple.mpegurl", "ts": "video/mp2t"}
_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})", re.ASCII)
_TAIL = re.compile(r"bytes=-(\d{1,15})", re.ASCII)  # so many bytes from the end
_MOST_BYTES = 64 * 1024 * 1024  # of a file that is asked for without a range
_LONGEST_SECONDS = 60.0  # for as long, such an answer may hold a thread of the web process
_streams = BoundedSemaphore(2)


@needs(Right.CONFIGURE, whole=True)
@require_safe
def object_media(
    request: HttpRequest, connection: Connection, location: str, bucket: str, ticket: str, name: str
) -> HttpResponseBase:
    """Give part of an opened file to the player of its page: at most two megabytes an answer."""
    opened = read_ticket(connection, actor_of(request), ticket)
    ending = name.rpartition(".")[2].lower()
    if opened is None or (opened.bucket, opened.location) != (bucket, location) or not opened.covers(name):
        raise Http404(_("This file is not open (any more)."))
    if ending not in KINDS:
        raise Http404(_("This kind of file is not played here."))
    try:
        response = _piece(request.headers.get("Range", ""), connection, opened, name)
    except CannotFetch as problem:
        status = problem.status if problem.status in (404, 416) else 502
        response = HttpResponse(str(problem), content_type="text/plain; charset=utf-8", status=status)
    else:
        response["Content-Type"] = KINDS[ending]
    response["Accept-Ranges"] = "bytes"
    # What went wrong is asked for anew the next time.
    response["Cache-Control"] = "private, max-age=900" if response.status_code < 300 else "no-store"
    return response


def _piece(asked: str, connection: Connection, opened: Opened, name: str) -> HttpResponseBase:
    """Answer a range of bytes, or the last ones; whatever else is asked for is not understood, and left aside."""
    wanted, tail = _RANGE.fullmatch(asked), _TAIL.fullmatch(asked)
    if wanted is not None or tail is not None:
        start, end = _bounds(wanted, tail, connection, opened, name)
        piece = fetch_piece(connection, opened, name, start, end)
        response = HttpResponse(piece.content, status=206)
        last = start + len(piece.content) - 1
        response["Content-Range"] = f"bytes {start}-{last}/{piece.size}"
        return response
    first = fetch_piece(connection, opened, name, 0, None)
    if len(first.content) >= first.size:
        return HttpResponse(first.content)
    if first.size > _MOST_BYTES:
        return HttpResponse(status=416)
    if not _streams.acquire(blocking=False):
        return HttpResponse(status=503, headers={"Retry-After": "1"})
    stream = StreamingHttpResponse(_Rest(connection, opened, name, first))
    stream["Content-Length"] = str(first.size)
    return stream


def _bounds(
    wanted: re.Match[str] | None,
    tail: re.Match[str] | None,
    connection: Connection,
    opened: Opened,
    name: str,
) -> tuple[int, int | None]:
    """Return the first byte and the last, None for any. How long a file is has to be asked for its tail."""
    if wanted is not None:
        return int(wanted[1]), int(wanted[2]) if wanted[2] else None
    assert tail is not None
    size = fetch_piece(connection, opened, name, 0, 0).size
    return (max(0, size - int(tail[1])), None) if int(tail[1]) else (size, None)


class _Rest:
    """A whole file, fetched as it is read; gives its place back when it is closed, read or not."""

    def __init__(self, connection: Connection, opened: Opened, name: str, first: Piece) -> None:
        self._connection, self._opened, self._name = connection, opened, name
        self._next, self._at, self._size = first.content, 0, first.size
        self._deadline = time.monotonic() + _LONGEST_SECONDS
        self._held = True

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        content = self._next or self._fetched()
        self._next = b""
        if not content:
            raise StopIteration
        self._at += len(content)
        return content

    def close(self) -> None:
        """Let the next one in."""
        if self._held:
            self._held = False
            _streams.release()

    def _fetched(self) -> bytes:
        if self._at >= self._size or time.monotonic() > self._deadline:
            return b""
        return fetch_piece(self._connection, self._opened, self._name, self._at, None).content
