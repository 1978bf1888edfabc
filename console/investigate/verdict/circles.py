"""Blast radius: of those who share a room, a network, a region, an SDK or a device, how many were hit in that hour."""

from __future__ import annotations

from collections.abc import Iterable

from console.investigate.verdict.case import Case
from console.investigate.verdict.evidence import EventKind, Session
from console.investigate.verdict.moments import MINUTE, seconds
from console.investigate.verdict.result import Circle, Dimension
from console.investigate.verdict.suffering import Suffering

__all__ = ["circles_of"]

_HALF = 30 * MINUTE
_SHARED = {
    Dimension.ISP: lambda session: session.isp,
    Dimension.REGION: lambda session: session.region,
    Dimension.SDK: lambda session: session.sdk,
    Dimension.DEVICE: lambda session: session.device,
}


def circles_of(
    case: Case, person: str, around: tuple[int, int], sufferings: Iterable[Suffering], *, join: bool = False
) -> tuple[Circle, ...]:
    """Return the circles of somebody, they themselves not counted. around: epoch seconds.

    Hit counts whom the cloud noticed or whose curves show it; people are all whose sessions are known.
    """
    first, last = around[0] - _HALF, around[1] + _HALF
    noticed = {
        event.user_id
        for event in case.events
        if (event.kind is EventKind.JOIN) == join and first <= seconds(event.at) <= last
    }
    hit = noticed | {suffering.person for suffering in sufferings if suffering.minutes}
    near = [session for session in case.sessions if _overlaps(session, first, last)]
    mine = [session for session in near if session.user_id == person]
    here = _people(near, case.evidence.room_id)
    found = [_circle(Dimension.ROOM, case.evidence.room_id, here, hit, person, here)]
    for dimension, shared in _SHARED.items():
        value = shared(mine[-1]) if mine else ""
        if value:
            same = {session.user_id for session in near if shared(session) == value}
            found.append(_circle(dimension, value, same, hit, person, here))
    return tuple(circle for circle in found if circle.people)


def _circle(
    dimension: Dimension, value: str, people: set[str], hit: set[str], person: str, here: set[str]
) -> Circle:
    others = people - {person}
    struck = others & hit
    return Circle(
        dimension=dimension,
        value=value,
        hit=len(struck),
        people=len(others),
        elsewhere=len(struck - here),
        elsewhere_people=len(others - here),
    )


def _people(sessions: Iterable[Session], room_id: str) -> set[str]:
    return {session.user_id for session in sessions if session.room_id == room_id}


def _overlaps(session: Session, first: int, last: int) -> bool:
    if session.joined_at is None or seconds(session.joined_at) > last:
        return False
    return session.left_at is None or seconds(session.left_at) >= first
