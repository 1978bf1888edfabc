"""From evidence as it came to a case in order: points sorted, said once, finite; clocks set right; presence known.

The cloud sends nulls, repeats, disorder, NaN, shares as percent, and times of clients whose clocks are wrong. What
had to be mended is a caveat of the verdict.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from console.investigate.verdict.case import Case, Stay
from console.investigate.verdict.curves import Curve, in_order
from console.investigate.verdict.evidence import AbnormalEvent, Complaint, Evidence, Series, Session
from console.investigate.verdict.limits import Limits
from console.investigate.verdict.moments import MINUTE, seconds
from console.investigate.verdict.result import Clause

__all__ = ["tidy"]

_SHARES = frozenset({"vblock", "dblock", "aloss", "vloss", "dloss"})
_OFF = 2 * MINUTE  # how far points may lie outside their client's presence
_MOST_OFF = 12 * 3600
_Key = tuple[str, str, str]


def tidy(evidence: Evidence, complaint: Complaint, limits: Limits) -> Case:
    """Return the case that evidence makes."""
    caveats: list[Clause] = []
    sessions = _sessions(evidence.sessions)
    here = [session for session in sessions if session.room_id == evidence.room_id]
    stays = _stays(here, evidence)
    curves = _curves(evidence.series)
    repeats = sum(curve.repeats for curve in curves.values())
    if repeats:
        caveats.append(Clause(id="caveat.repeats", params={"count": repeats}))
    if _percent(curves):
        curves = {key: _divided(curve) for key, curve in curves.items()}
        caveats.append(Clause(id="caveat.percent"))
    shifts = _shifts(curves, stays)
    for person, shift in sorted(shifts.items()):
        caveats.append(Clause(id="caveat.clock", params={"person": person, "seconds": shift}))
    if shifts:
        curves = {key: _moved(curve, shifts.get(_reporter(curve), 0)) for key, curve in curves.items()}
    return Case(
        evidence=evidence,
        complaint=complaint,
        limits=limits,
        stays=stays,
        sessions=tuple(sessions),
        curves=curves,
        events=_events(evidence.events),
        caveats=tuple(caveats),
    )


def _sessions(sessions: Iterable[Session]) -> list[Session]:
    """Return each attempt once, as it was told last, oldest first; those without a beginning are left out."""
    kept: dict[tuple[str, str, str], Session] = {}
    for session in sessions:
        if session.joined_at is not None:
            which = session.session_id or session.joined_at.isoformat()
            kept[session.room_id, session.user_id, which] = session
    return sorted(kept.values(), key=_age)


def _age(session: Session) -> tuple[int, str, str]:
    return seconds(session.joined_at) if session.joined_at else 0, session.user_id, session.session_id


def _stays(sessions: Iterable[Session], evidence: Evidence) -> dict[str, tuple[Stay, ...]]:
    """Return when everybody was in the room, epoch seconds; who is still there stays until the evidence ends."""
    last = evidence.taken_at
    if evidence.ended_at is not None:
        last = min(last, evidence.ended_at)
    found: dict[str, list[Stay]] = defaultdict(list)
    for session in sessions:
        if session.joined and session.joined_at is not None:
            begin = seconds(session.joined_at)
            end = seconds(session.left_at or last)
            found[session.user_id].append(Stay(begin, max(begin, end), session.left_at is None))
    return {person: tuple(sorted(stays)) for person, stays in found.items()}


def _curves(series: Iterable[Series]) -> dict[_Key, Curve]:
    """Return the curves that have points; what several answers told of one is one, the later answer counts."""
    found: dict[_Key, Curve] = {}
    for each in series:
        curve = each.curve
        if not curve.times:
            continue
        key = (each.sender, each.receiver, each.metric)
        before = found.get(key)
        found[key] = curve if before is None else _joined(before, curve)
    return found


def _joined(before: Curve, after: Curve) -> Curve:
    if before.times == after.times and before.values == after.values:
        return after
    return in_order(
        after.sender,
        after.receiver,
        after.metric,
        before.times + after.times,
        before.values + after.values,
        before.repeats + after.repeats,
    )


def _percent(curves: dict[_Key, Curve]) -> bool:
    """Say whether shares were sent as percent: a share is never above 1. The reference gives no unit."""
    return any(curve.highest > 1 for curve in curves.values() if curve.metric in _SHARES)


def _divided(curve: Curve) -> Curve:
    if curve.metric not in _SHARES:
        return curve
    return replace(curve, values=tuple(value / 100 for value in curve.values))


def _moved(curve: Curve, seconds: int) -> Curve:
    return replace(curve, times=tuple(time + seconds for time in curve.times)) if seconds else curve


def _reporter(curve: Curve) -> str:
    """Return whose client measured: the receiver, or on the way up the sender."""
    return curve.receiver or curve.sender


def _shifts(curves: dict[_Key, Curve], stays: dict[str, tuple[Stay, ...]]) -> dict[str, int]:
    """Return by how many seconds to move the points of clients whose clocks are evidently wrong.

    Evident: points outside their presence, and as many minutes of them as fit into it.
    """
    spans: dict[str, tuple[int, int]] = {}
    for curve in curves.values():
        person, first, last = _reporter(curve), curve.times[0], curve.times[-1]
        known = spans.get(person)
        spans[person] = (min(known[0], first), max(known[1], last)) if known else (first, last)
    shifts: dict[str, int] = {}
    for person, (first, last) in spans.items():
        if person not in stays:
            continue
        begin, end = stays[person][0].begin, max(stay.end for stay in stays[person])
        outside = first < begin - _OFF or last > end + _OFF
        shift = round((begin - first if first < begin - _OFF else end - last) / MINUTE) * MINUTE
        fits = last - first <= end - begin + _OFF
        if outside and fits and abs(shift) <= _MOST_OFF:
            shifts[person] = shift
    return shifts


def _events(events: Iterable[AbnormalEvent]) -> tuple[AbnormalEvent, ...]:
    """Return each event once, oldest first."""
    once = set(events)
    return tuple(
        sorted(once, key=lambda event: (event.at, event.room_id, event.user_id, event.kind, event.peer_id))
    )
