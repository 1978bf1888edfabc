"""What a list of participants says about the people whom an action was aimed at. Pure: no cloud, no database."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from console.audit.scrub import clean_id
from console.rooms.models import RoomTarget
from console.rooms.shapes import Crowd, Participant

__all__ = ["compare", "stored_id"]

# The sessions meant were listed at most this long before the asking; whoever joined earlier was simply not listed yet.
_LISTED_BEFORE = timedelta(seconds=15)


def stored_id(text: str) -> str:
    """Return an id of the cloud as every database can hold it: ids may be longer or stranger than documented."""
    return clean_id(text, 128)


def compare(
    targets: Iterable[RoomTarget], crowd: Crowd, *, asked_at: datetime, seen_at: datetime
) -> list[RoomTarget]:
    """Update the targets' states in place from who is in the room, and return those that changed.

    Gone: none of the sessions meant is there. Back: there with a session that began later. Somebody who was seen to
    come back stays "came back" when leaving again. When not everybody could be listed, nobody counts as gone.
    """
    there: dict[str, list[Participant]] = {}
    for session in crowd.sessions:
        there.setdefault(stored_id(session.user_id), []).append(session)
    changed = []
    for target in targets:
        sessions = there.get(target.user_id, [])
        new = [session for session in sessions if _is_new(session, target, asked_at)]
        if len(new) < len(sessions) or (not sessions and not crowd.complete):
            continue  # still in the room with the session that was meant, or nobody knows
        if _update(target, new, seen_at):
            changed.append(target)
    return changed


def _update(target: RoomTarget, new: list[Participant], seen_at: datetime) -> bool:
    before = target.state
    if before == RoomTarget.State.WAITING:
        target.state, target.left_at = RoomTarget.State.LEFT, seen_at
    if new and target.state == RoomTarget.State.LEFT:
        target.state = RoomTarget.State.BACK
        target.back_at = new[0].joined_at or seen_at
        target.back_session = stored_id(new[0].session)
    return target.state != before


def _is_new(session: Participant, target: RoomTarget, asked_at: datetime) -> bool:
    if session.session and stored_id(session.session) in target.sessions:
        return False
    if session.joined_at is None:
        return bool(target.sessions)
    return session.joined_at >= (asked_at - _LISTED_BEFORE if target.sessions else asked_at)
