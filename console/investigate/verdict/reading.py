"""From the cloud's answers to evidence. What says nothing is left out; nothing is mended here."""

from __future__ import annotations

from collections.abc import Iterable

from console.investigate.verdict.evidence import AbnormalEvent, ClientNote, EventKind, Point, Series, Session
from console.sparkrtc.replies import (
    AbnormalEvents,
    ClientEvents,
    Participant,
    Participants,
    QosDetails,
)

__all__ = ["UPLINK", "events_from", "notes_from", "series_from", "sessions_from"]

UPLINK = "0"  # the peer id that marks what a participant sends
_KINDS = {1: EventKind.JOIN, 2: EventKind.PICTURE, 3: EventKind.SOUND}
_FAILED = "FAIL"


def sessions_from(*pages: Participants) -> tuple[Session, ...]:
    """Read a list of participants in detail: a row is one attempt to be in a room."""
    return tuple(_session(row) for page in pages for row in page.participants if row.user_id)


def series_from(*pages: QosDetails) -> tuple[Series, ...]:
    """Read call indicators. Points without a time or a value are gaps."""
    return tuple(
        Series(
            sender=row.user_id,
            receiver="" if row.peer_id == UPLINK else row.peer_id,
            metric=row.mid,
            points=tuple(
                [
                    Point(point.time, point.value)
                    for point in row.points
                    if point.time is not None and point.value is not None
                ]
            ),
        )
        for page in pages
        for row in page.series
        if row.user_id and row.mid and row.peer_id
    )


def events_from(*pages: AbnormalEvents) -> tuple[AbnormalEvent, ...]:
    """Read exceptions. A kind that nobody has documented is left out."""
    return tuple(
        AbnormalEvent(
            at=row.time,
            room_id=row.room_id,
            user_id=row.user_id,
            kind=_KINDS[row.abnormal_type],
            factor=row.abnormal_factor,
            peer_id=row.peer_id,
        )
        for page in pages
        for row in page.events
        if row.time is not None and row.user_id and row.abnormal_type in _KINDS
    )


def notes_from(pages: Iterable[ClientEvents]) -> tuple[ClientNote, ...]:
    """Read what clients did; each answer holds one event, or as many as the cloud cares to send."""
    return tuple(
        ClientNote(at=row.time, event_id=row.event_id, text=row.event_info)
        for page in pages
        for row in page.events
        if row.event_info or row.event_id
    )


def _session(row: Participant) -> Session:
    return Session(
        room_id=row.room_id,
        user_id=row.user_id,
        session_id=row.session_id,
        joined=row.state != _FAILED,
        joined_at=row.join_time,
        left_at=row.leave_time,
        region=row.region,
        isp=row.isp,
        device=row.device_model,
        platform=row.platform,
        sdk=row.sdk_version,
    )
