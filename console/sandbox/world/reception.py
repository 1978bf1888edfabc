"""How long people receive a picture: the share of a call that is billed as video."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from console.sandbox.world.plan import Session, Stay
from console.sandbox.world.rooms import Rooms

__all__ = ["received_video"]

Span = tuple[int, int]


def received_video(
    rooms: Rooms, stay: Stay, sessions: Sequence[Session], since: int, until: int
) -> list[int]:
    """Return for each session the seconds, from one moment up to another, in which somebody else sends a picture."""
    if stay.tier == "audio":
        return [0] * len(sessions)
    sent: dict[int, list[Span]] = {}
    for session in sessions:
        if session.joined and rooms.sends(stay, session.seat):
            span = max(session.start, since), min(session.end, until)
            if span[0] < span[1]:
                sent.setdefault(session.seat, []).append(span)
    everybody = _union(span for spans in sent.values() for span in spans)
    others = {
        seat: _union(span for other, spans in sent.items() if other != seat for span in spans)
        for seat in sent
    }
    return [
        _overlap(session, others.get(session.seat, everybody), since, until) if session.joined else 0
        for session in sessions
    ]


def _union(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _overlap(session: Session, spans: Sequence[Span], since: int, until: int) -> int:
    start, end = max(session.start, since), min(session.end, until)
    return sum(max(0, min(end, stop) - max(start, begin)) for begin, stop in spans)
