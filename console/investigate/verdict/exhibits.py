"""Evidence as results carry it: exactly enough to show it on a page."""

from __future__ import annotations

from collections.abc import Sequence

from console.investigate.verdict.curves import Reading
from console.investigate.verdict.evidence import AbnormalEvent, ClientNote, OurAction, Session
from console.investigate.verdict.moments import moment
from console.investigate.verdict.result import Clause, Direction, Exhibit, ExhibitKind

__all__ = [
    "action_exhibit",
    "events_exhibit",
    "note_exhibit",
    "series_clause",
    "series_exhibit",
    "session_exhibit",
]

_PROCESSOR = frozenset({"syscpu", "appcpu"})


def series_exhibit(reading: Reading) -> Exhibit:
    """Return a curve held against its limit."""
    curve = reading.curve
    device = curve.metric in _PROCESSOR
    return Exhibit(
        kind=ExhibitKind.SERIES,
        metric=curve.metric,
        direction=None if device else Direction.DOWN if curve.receiver else Direction.UP,
        person=curve.sender,
        peer=curve.receiver,
        since=moment(reading.since) if reading.points else None,
        until=moment(reading.until) if reading.points else None,
        value=_rounded(reading.middle),
        worst=_rounded(reading.worst),
        limit=reading.limit,
        limit_value=_rounded(reading.value),
        hits=reading.hits,
        points=reading.points,
    )


def series_clause(reading: Reading) -> Clause:
    """Say what a curve did: beyond its limit for a while, now and then, never, or nobody knows."""
    if not reading.points:
        said = "series.unknown"
    elif reading.lasts:
        said = "series.below" if reading.below else "series.above"
    elif reading.hits:
        said = "series.briefly_below" if reading.below else "series.briefly_above"
    else:
        said = "series.within"
    return Clause(id=said, exhibits=(series_exhibit(reading),))


def events_exhibit(events: Sequence[AbnormalEvent], factor: int | None = None) -> Exhibit:
    """Return abnormal events of one person. factor: the one that they share."""
    first, last = min(event.at for event in events), max(event.at for event in events)
    peers = {event.peer_id for event in events}
    return Exhibit(
        kind=ExhibitKind.EVENTS,
        person=events[0].user_id,
        peer=peers.pop() if len(peers) == 1 else "",
        since=first,
        until=last,
        event=events[0].kind.value,
        factor=factor,
        hits=len(events),
    )


def session_exhibit(session: Session) -> Exhibit:
    """Return an attempt of somebody to be in the room."""
    return Exhibit(
        kind=ExhibitKind.SESSION,
        person=session.user_id,
        since=session.joined_at,
        until=session.left_at,
        ref=session.session_id,
    )


def note_exhibit(note: ClientNote, person: str) -> Exhibit:
    """Return what a client said that it did."""
    return Exhibit(kind=ExhibitKind.NOTE, person=person, since=note.at, until=note.at, ref=note.event_id)


def action_exhibit(action: OurAction) -> Exhibit:
    """Return an entry of our own ledger."""
    return Exhibit(
        kind=ExhibitKind.ACTION, person=action.user_id, since=action.at, until=action.at, ref=action.entry
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
