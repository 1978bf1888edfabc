"""Who sent anything while it was recorded: asked of the cloud's statistics for what is late without a reason.

The cloud does not say what was sent in a room. Its call indicators do: what somebody sends has bit rates of its own,
and who is there without sending has those of the device alone. They are kept for five days.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from console.connections import reads
from console.connections.models import Connection
from console.recording.judging import SHORT
from console.recording.models import LedgerEntry, Reason, Sending
from console.rooms.services.participants import list_participants
from console.rooms.services.rooms import get_room_uses
from console.sparkrtc.catalogue.analytics import GET_CLIENT_QOS
from console.sparkrtc.errors import Refused, SparkError, Throttled
from console.sparkrtc.permits import Lane

__all__ = ["ask_who_sent"]

_LANE = Lane.BACKGROUND
_MOST_ASKED = 5  # in one round
_REACH = timedelta(days=4, hours=23)
_LONGEST = timedelta(hours=24) - timedelta(minutes=2)
_MINUTE = timedelta(minutes=1)
_BIT_RATES = ("abit", "vbit", "dbit")  # sound, camera, screen
_THERE = "appcpu"
_ROWS = 1000
_OWN = "0"
_UNEXPLAINED = (Reason.NONE, Reason.NAMELESS)
_State = LedgerEntry.State


def ask_who_sent(connection: Connection, entries: Iterable[LedgerEntry], now: datetime) -> list[LedgerEntry]:
    """Find out of a few recordings that are late without a reason whether anybody sent; return those told by now.

    Costs one call of the statistics for each of five at most, and up to two of the rooms where it tells of nobody at
    all; background lane. Where the cloud gives nothing the rest is asked for in a later round.
    """
    told = []
    wanted = [entry for entry in entries if _is_worth_asking(entry, now)]
    for entry in sorted(wanted, key=lambda one: one.began_at)[:_MOST_ASKED]:
        try:
            entry.sending = _sending(connection, entry)
        except SparkError as problem:
            if isinstance(problem, Throttled) or not isinstance(problem, Refused):
                break
            entry.sending = Sending.UNKNOWN
        told.append(entry)
    return told


def _is_worth_asking(entry: LedgerEntry, now: datetime) -> bool:
    return (
        entry.state in (_State.LATE, _State.MISSING)
        and entry.reason in _UNEXPLAINED
        and entry.sending == Sending.NOT_ASKED
        and entry.ended_at is not None
        and entry.ended_at - entry.began_at > SHORT
        and now - entry.began_at < _REACH
    )


def _sending(connection: Connection, entry: LedgerEntry) -> Sending:
    """Ask by what the participants sent, each minute; of a single job by what the one it records sent."""
    assert entry.ended_at is not None
    reading = reads.read(
        connection,
        GET_CLIENT_QOS,
        lane=_LANE,
        app_id=entry.app_id,
        room_id=entry.room_id,
        user_id=entry.user_id or None,
        direction="up",
        mid=[*_BIT_RATES, _THERE],
        start_time=entry.began_at,
        end_time=min(entry.ended_at + _MINUTE, entry.began_at + _LONGEST),
        limit=_ROWS,
    )
    own = [one for one in reading.value.series if one.peer_id in ("", _OWN)]
    rates = [one for one in own if one.mid in _BIT_RATES]
    if any((point.value or 0) > 0 for one in rates for point in one.points):
        return Sending.SENT
    if len(reading.value.series) >= _ROWS or entry.ended_at - entry.began_at > _LONGEST:
        return Sending.UNKNOWN  # there is more than was read
    if own:
        return Sending.SILENT
    return Sending.UNKNOWN if _was_anybody_there(connection, entry) else Sending.ABSENT


def _was_anybody_there(connection: Connection, entry: LedgerEntry) -> bool:
    """Say whether anybody was in the room, or the one to be recorded: the statistics may know less than the list."""
    assert entry.ended_at is not None
    uses = get_room_uses(connection, entry.app_id, entry.room_id, lane=_LANE).uses
    for use in uses:
        if (use.opened_at and use.opened_at > entry.ended_at) or (
            use.closed_at and use.closed_at < entry.began_at
        ):
            continue
        crowd = list_participants(connection, use, None, lane=_LANE)
        for session in crowd.sessions:
            mine = not entry.user_id or session.user_id == entry.user_id
            gone = session.left_at is not None and session.left_at < entry.began_at
            late = session.joined_at is None or session.joined_at > entry.ended_at
            if mine and not gone and not late:
                return True
        if not crowd.complete:
            return True
    return False
