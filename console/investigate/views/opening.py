"""Opening the call that an address names: kept, or from the cloud. For every page about one call."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from console.connections.models import Connection
from console.investigate.models import KeptCall
from console.investigate.services.calls import Reader, SharedReader, get_call
from console.investigate.services.kept_reader import KeptReader, NotKept
from console.investigate.services.locker import find_kept, has_forgotten
from console.investigate.shapes import Call, read_key
from console.rooms.shapes import can_be_id

__all__ = ["NoCall", "Opened", "open_call"]


class NoCall(Exception):
    """There is no call to open. problem: what is wrong with the address, "" when nobody was there then."""

    def __init__(self, asked_at: datetime, problem: str = "") -> None:
        super().__init__(problem)
        self.asked_at = asked_at
        self.problem = problem


@dataclass(frozen=True)
class Opened:
    """A call, where its answers come from, and the row of the locker, where it has one that can be opened."""

    call: Call
    reader: Reader
    kept: KeptCall | None


def open_call(request: HttpRequest, connection: Connection, app_id: str, room_id: str) -> Opened:
    """Open the call at the address's moment: a kept one from our own tables, any other from the shared reads.

    Of a kept one, what was not kept is asked of the cloud while it remembers. fresh=1 asks it for everything.
    Raises NoCall, and SparkError of the cloud.
    """
    asked_at = _asked_at(request)
    if not can_be_id(room_id):
        raise NoCall(asked_at, _("No room can have such an id."))
    since = read_key(request.GET.get("since", ""))
    kept = None if request.GET.get("fresh") == "1" else find_kept(connection, app_id, room_id, asked_at)
    shared = SharedReader(connection)
    if kept is not None:
        reader = KeptReader(kept, None if has_forgotten(kept) else shared)
        try:
            call = get_call(reader, app_id, room_id, asked_at, since=since)
        except NotKept:
            call = None
        if call is not None:
            return Opened(call, reader, kept)
    call = get_call(shared, app_id, room_id, asked_at, since=since)
    if call is None:
        raise NoCall(asked_at)
    return Opened(call, shared, None)


def _asked_at(request: HttpRequest) -> datetime:
    """Return the moment that is meant; without one it is now."""
    now = timezone.now()
    text = request.GET.get("at", "")
    if not text:
        return now
    at = read_key(text)
    if at is None:
        problem = _("The time in this address cannot be read. It is written like 20260301T143000Z, in UTC.")
        raise NoCall(now, problem)
    if at > now:
        raise NoCall(now, _("The time in this address is in the future."))
    return at
