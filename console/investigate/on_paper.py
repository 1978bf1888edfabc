"""Which rows of a long list go onto paper: those that matter most to what was asked. Pure."""

from collections.abc import Sequence
from datetime import datetime

from console.investigate.verdict.evidence import AbnormalEvent, ClientNote

__all__ = ["MOST_ON_PAPER", "events_on_paper", "notes_on_paper"]

MOST_ON_PAPER = 20


def events_on_paper(events: Sequence[AbnormalEvent], user_id: str, moment: datetime) -> frozenset[int]:
    """Return the places of those to print: what concerns the person first, then what is nearest to the moment.

    user_id: who complains, "" when it is nobody in particular.
    """

    def rank(place: int) -> tuple[bool, float]:
        event = events[place]
        return not (user_id and user_id in (event.user_id, event.peer_id)), _seconds(event.at, moment)

    return frozenset(sorted(range(len(events)), key=rank)[:MOST_ON_PAPER])


def notes_on_paper(notes: Sequence[ClientNote], moment: datetime) -> frozenset[int]:
    """Return the places of those to print: what is nearest to the moment."""

    def rank(place: int) -> float:
        return _seconds(notes[place].at or moment, moment)

    return frozenset(sorted(range(len(notes)), key=rank)[:MOST_ON_PAPER])


def _seconds(at: datetime, moment: datetime) -> float:
    return abs((at - moment).total_seconds())
