"""What went wrong, as the cloud tells it: abnormal events with a type and a factor; and what people did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from console.sandbox.world.causes import JOIN_CAUSES, Ail, Ailment, JoinCause, Who
from console.sandbox.world.plan import Session, Stay
from console.sandbox.world.rooms import Rooms
from console.sandbox.world.slots import FATE_OF_REST, FATES, Fate

__all__ = ["SLOW_JOIN", "Abnormal", "Deed", "abnormal_events", "deeds", "join_cause"]

MINUTE = 60
SLOW_JOIN, VIDEO_FREEZE, AUDIO_FREEZE = 1, 2, 3
_SLOW_CAUSES = tuple(cause for cause in JOIN_CAUSES if cause.rule in {"R2", "R3"})
_TURNED_AWAY = JoinCause("R4", 2)
_CROWD = 60  # in rooms above this size, bystanders are heard of less often
_VIDEO_LIMIT, _AUDIO_LIMIT = 0.1, 0.05


@dataclass(frozen=True, slots=True)
class Abnormal:
    """One abnormal event. at: epoch seconds. kind: SLOW_JOIN, VIDEO_FREEZE or AUDIO_FREEZE.

    peer: the seat of the remote person with whom the cause lies; None when it is local.
    """

    at: int
    room: int
    seat: int
    kind: int
    factor: int
    peer: int | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """Something a client did. The codes and texts are made up: none are published."""

    at: int
    room: int
    seat: int
    code: int
    text: str


def join_cause(rooms: Rooms, stay: Stay, session: Session) -> JoinCause | None:
    """Return why a session failed or was slow, None when it was neither."""
    if session.joined and session.wait <= 5:
        return None
    if not session.joined and not rooms.lets_in(session.start):
        return _TURNED_AWAY
    luck = rooms.ill_dice.roll(stay.number, session.seat, -5)[0]
    causes = (
        _SLOW_CAUSES if session.joined or session.attempt < _attempts(rooms, stay, session) else JOIN_CAUSES
    )
    return causes[luck % len(causes)]


def _attempts(rooms: Rooms, stay: Stay, session: Session) -> int:
    """Return the number of the last attempt of somebody who gets in in the end, 0 for others."""
    fate = FATE_OF_REST[(stay.first_slot + session.seat) % FATES]
    return 1 if fate is Fate.FAILS_FIRST else 0


def abnormal_events(
    rooms: Rooms, since: int, until: int, room_id: str | None = None, person: int | None = None
) -> list[Abnormal]:
    """Return the abnormal events from one moment up to another, latest first."""
    found = [
        event
        for stay in rooms.open_between(since, until, room_id)
        for event in room_events(rooms, stay)
        if since <= event.at < until and (person is None or rooms.person_number(stay, event.seat) == person)
    ]
    found.sort(
        key=lambda event: (
            -event.at,
            event.room,
            event.seat,
            event.kind,
            -1 if event.peer is None else event.peer,
        )
    )
    return found


def room_events(rooms: Rooms, stay: Stay) -> Iterator[Abnormal]:
    """Yield all abnormal events of a room, in no particular order."""
    if not rooms.touched(stay.number) and stay.cause is None and not _remarkable(rooms, stay):
        return
    sessions = rooms.sessions(stay)
    for session in sessions:
        cause = join_cause(rooms, stay, session)
        if cause is not None:
            at = session.start + (5 if session.joined else min(5, session.end - session.start))
            yield Abnormal(at, stay.number, session.seat, SLOW_JOIN, cause.factor)
    here: dict[int, list[Session]] = {}
    for session in sessions:
        if session.joined:
            here.setdefault(session.seat, []).append(session)
    yield from _mishaps(rooms, stay, here)
    if stay.cause is not None and stay.cause.ailments:
        yield from _freezes(rooms, stay, here)
        yield from _left_alone(rooms, stay, here)


def _remarkable(rooms: Rooms, stay: Stay) -> bool:
    """Return whether an ordinary room can have any event at all: a look at its slots is enough."""
    first = stay.first_slot
    return rooms.has_join_trouble(stay) or any(slot % 19 == 4 for slot in range(first, first + stay.size))


def _inside(sessions: list[Session], moment: int) -> bool:
    return any(session.start <= moment < session.end for session in sessions)


def _mishaps(rooms: Rooms, stay: Stay, here: dict[int, list[Session]]) -> Iterator[Abnormal]:
    ills = rooms.ills(stay)
    for seat, sessions in here.items():
        mishap = ills.mishap_of(seat)
        if mishap is None or mishap[1] < _VIDEO_LIMIT or not _inside(sessions, mishap[0] * MINUTE):
            continue
        kind, factor = (AUDIO_FREEZE, 13) if stay.tier == "audio" else (VIDEO_FREEZE, 14)
        yield Abnormal(mishap[0] * MINUTE, stay.number, seat, kind, factor)


def _freezes(rooms: Rooms, stay: Stay, here: dict[int, list[Session]]) -> Iterator[Abnormal]:
    """Yield the freezes that a cause makes: for each pair that suffers, every third minute, with its factors."""
    ills = rooms.ills(stay)
    cast = ills.cast
    if cast is None:
        return
    troubled = {cast.user, cast.peer}
    everybody, unlucky = list(here), [seat for seat in here if seat in troubled]
    senders = [seat for seat in here if rooms.sends(stay, seat)]
    for minute in range(ills.since, ills.until, 3):
        moment = minute * MINUTE
        for sender in senders:
            if not _inside(here[sender], moment):
                continue
            for receiver in everybody if sender in troubled else unlucky:
                if receiver != sender and _inside(here[receiver], moment):
                    yield from _pair_freezes(rooms, stay, sender, receiver, minute)


def _pair_freezes(rooms: Rooms, stay: Stay, sender: int, receiver: int, minute: int) -> Iterator[Abnormal]:
    ills = rooms.ills(stay)
    reasons = ills.reasons(sender, receiver, minute)
    if not reasons:
        return
    freeze = ills.freeze(sender, receiver, minute)
    sick = reasons[(minute // 3) % len(reasons)]
    silenced = sick.what in {Ail.MUTED, Ail.CAMERA_OFF}
    peer = sender if _lies_with(rooms, stay, sick, sender) else None
    at, room = minute * MINUTE, stay.number
    if sick.video_factor and stay.tier != "audio" and (freeze.video >= _VIDEO_LIMIT or silenced):
        yield Abnormal(at, room, receiver, VIDEO_FREEZE, sick.video_factor, peer)
    if sick.audio_factor and (freeze.audio >= _AUDIO_LIMIT or silenced):
        yield Abnormal(at, room, receiver, AUDIO_FREEZE, sick.audio_factor, peer)


def _lies_with(rooms: Rooms, stay: Stay, sick: Ailment, seat: int) -> bool:
    cast = rooms.cast(stay)
    owner = {Who.USER: cast.user, Who.PEER: cast.peer}.get(sick.who) if cast is not None else None
    return owner == seat


def _left_alone(rooms: Rooms, stay: Stay, here: dict[int, list[Session]]) -> Iterator[Abnormal]:
    """Yield what those see whose peer has gone."""
    cast = rooms.cast(stay)
    if cast is None or cast.peer not in here or stay.cause is None:
        return
    for sick in stay.cause.ailments:
        if sick.what is not Ail.LEFT:
            continue
        gone = here[cast.peer][-1].end
        for seat, sessions in here.items():
            if seat != cast.peer and _inside(sessions, gone + 3):
                if stay.tier != "audio":
                    yield Abnormal(gone + 3, stay.number, seat, VIDEO_FREEZE, sick.video_factor, cast.peer)
                yield Abnormal(gone + 3, stay.number, seat, AUDIO_FREEZE, sick.audio_factor, cast.peer)


# -- what people did ----------------------------------------------------------------------------------------


def deeds(rooms: Rooms, since: int, until: int, room_id: str | None = None) -> list[Deed]:
    """Return what clients did from one moment up to another, latest first."""
    found = [
        deed
        for stay in rooms.open_between(since, until, room_id)
        for deed in _room_deeds(rooms, stay)
        if since <= deed.at < until
    ]
    found.sort(key=lambda deed: (-deed.at, deed.room, deed.seat, deed.code))
    return found


_SWITCHES = {
    Ail.MUTED: ((20011, "microphone switched off"), (20012, "microphone switched on")),
    Ail.CAMERA_OFF: ((20031, "camera switched off"), (20032, "camera switched on")),
}


def _room_deeds(rooms: Rooms, stay: Stay) -> Iterator[Deed]:
    for session in rooms.sessions(stay):
        if not session.joined:
            yield Deed(session.start, stay.number, session.seat, 20003, "join failed")
            continue
        yield Deed(session.start, stay.number, session.seat, 20001, "joined the room")
        yield Deed(session.end, stay.number, session.seat, 20002, "left the room")
    ills = rooms.ills(stay)
    if ills.cast is None or stay.cause is None:
        return
    for sick in stay.cause.ailments:
        if sick.what in _SWITCHES and sick.who is Who.PEER:
            off, on = _SWITCHES[sick.what]
            yield Deed(ills.since * MINUTE, stay.number, ills.cast.peer, *off)
            yield Deed(ills.until * MINUTE, stay.number, ills.cast.peer, *on)
