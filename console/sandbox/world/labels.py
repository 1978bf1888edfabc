"""The answers: which calls have which cause, so that verdicts can be scored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from console.sandbox.world.causes import Ail, Who
from console.sandbox.world.events import join_cause
from console.sandbox.world.plan import Stay
from console.sandbox.world.rooms import Rooms

__all__ = ["LabelledCall", "labelled_calls"]

MINUTE = 60


@dataclass(frozen=True, slots=True)
class LabelledCall:
    """A call whose cause is known. All times are epoch seconds.

    start, end: of the room, or of the attempt to join. user_id: who would complain. peer_id: whom they hear or see,
    "" for a failed join. rules: the verdicts that fit, the first one before all others; empty where nothing is
    wrong. since, until: when it hurts; both 0 where nothing does. size: people in the room. blamed: on whose side the
    first verdict's cause lies, "" where it is nobody's.
    """

    app_id: str
    room_id: str
    start: int
    end: int
    user_id: str
    peer_id: str
    name: str
    rules: tuple[str, ...]
    symptom: str
    since: int
    until: int
    size: int
    blamed: str = ""


def labelled_calls(rooms: Rooms, since: int, until: int, now: int) -> Iterator[LabelledCall]:
    """Yield the labelled calls that began from one moment up to another and are over, oldest first.

    What somebody did through the API makes a room's label void: its people may have left too early.
    """
    for number in range(rooms.started(since), rooms.started(min(until, now))):
        if not rooms.exists(number) or rooms.touched(number):
            continue
        stay = rooms.stay(number)
        if stay.end > now:
            continue
        call = _room_call(rooms, stay)
        if call is not None:
            yield call
        yield from _join_calls(rooms, stay)


def _room_call(rooms: Rooms, stay: Stay) -> LabelledCall | None:
    cast = rooms.cast(stay)
    if stay.cause is None or cast is None:
        return None
    ills = rooms.ills(stay)
    user, peer = _user_id(rooms, stay, cast.user), _user_id(rooms, stay, cast.peer)
    first = stay.cause.ailments[0] if stay.cause.ailments else None
    since, until = (ills.since * MINUTE, ills.until * MINUTE) if first is not None else (0, 0)
    if first is not None and first.what is Ail.LEFT:
        since = max(session.end for session in rooms.sessions(stay) if session.seat == cast.peer)
        until = stay.end
    return LabelledCall(
        app_id=rooms.app_id,
        room_id=rooms.room_id(stay.number),
        start=stay.start,
        end=stay.end,
        user_id=user,
        peer_id=peer,
        name=stay.cause.name,
        rules=stay.cause.rules,
        symptom=stay.cause.symptom,
        since=since,
        until=until,
        size=stay.size,
        blamed=""
        if first is None or first.what is Ail.UNEXPLAINED
        else {Who.USER: user, Who.PEER: peer}.get(first.who, ""),
    )


def _join_calls(rooms: Rooms, stay: Stay) -> Iterator[LabelledCall]:
    """Yield the failed and the slow joins of a room, one per person: the last attempt decides."""
    if not rooms.has_join_trouble(stay):
        return
    last = {session.seat: session for session in rooms.sessions(stay)}
    for seat, session in last.items():
        cause = join_cause(rooms, stay, session)
        if cause is None:
            continue
        yield LabelledCall(
            app_id=rooms.app_id,
            room_id=rooms.room_id(stay.number),
            start=session.start,
            end=session.end,
            user_id=_user_id(rooms, stay, seat),
            peer_id="",
            name=f"join_{'slow' if session.joined else 'failed'}_{cause.factor}",
            rules=(cause.rule,),
            symptom="slow join" if session.joined else "cannot join",
            since=session.start,
            until=session.start + 5,
            size=stay.size,
            blamed=_user_id(rooms, stay, seat) if cause.rule == "R2" else "",
        )


def _user_id(rooms: Rooms, stay: Stay, seat: int) -> str:
    return rooms.people.user_id(rooms.person_number(stay, seat))
