"""Where the page of a call shows a piece of evidence: an address that selects, zooms and scrolls to it. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from console.investigate.pair_charts import GROUP
from console.investigate.ranges import Shown
from console.investigate.shapes import read_key
from console.investigate.verdict.evidence import AbnormalEvent
from console.investigate.verdict.result import Direction, Exhibit, ExhibitKind

__all__ = ["MOST_EVENTS", "place_of"]

MOST_EVENTS = 200  # that the page lists
_MEASURES = {
    "block": "freeze",
    "bit": "bitrate",
    "loss": "loss",
    "rtt": "delay",
    "jitter": "jitter",
    "fps": "fps",
    "width": "height",
    "height": "height",
    "cpu": "cpu",
}


def place_of(
    exhibit: Exhibit, shown: Shown, events: Sequence[AbnormalEvent], *, user_id: str
) -> tuple[dict[str, str], str]:
    """Return what changes in the address to show it, and the anchor; an empty anchor when it can't be shown.

    events: as the page numbers them. user_id: who complains.
    """
    if exhibit.kind is ExhibitKind.SERIES:
        return _curve(exhibit, shown, user_id)
    if exhibit.kind is ExhibitKind.EVENTS:
        return _range(exhibit, shown), _event(exhibit, events)
    if exhibit.kind is ExhibitKind.SESSION:
        return {"q": exhibit.person, "page": "", **_range(exhibit, shown)}, "timeline"
    if exhibit.kind is ExhibitKind.NOTE:
        return _range(exhibit, shown), "client-notes"
    return {}, ""


def _curve(exhibit: Exhibit, shown: Shown, user_id: str) -> tuple[dict[str, str], str]:
    measure = next((key for suffix, key in _MEASURES.items() if exhibit.metric.endswith(suffix)), "")
    if not measure:
        return {}, ""
    changes = _range(exhibit, shown)
    if measure == "cpu":
        side = "received" if exhibit.person == user_id else "sent"
        if side == "sent":
            changes["sender"] = exhibit.person
    elif exhibit.direction is Direction.DOWN:
        side = "received"
        changes |= {"sender": exhibit.person, "receiver": exhibit.peer}
    else:
        side = "sent"
        changes["sender"] = exhibit.person
        if exhibit.person == user_id:  # what they send themselves stands above what another one receives
            changes["receiver"] = ""
    return changes, f"pair-{measure}-{side}"


def _event(exhibit: Exhibit, events: Sequence[AbnormalEvent]) -> str:
    for number, event in enumerate(events[:MOST_EVENTS]):
        same = event.user_id == exhibit.person and (not exhibit.event or event.kind.value == exhibit.event)
        if same and (exhibit.factor is None or event.factor == exhibit.factor):
            return f"event-{number}"
    return "events"


def _range(exhibit: Exhibit, shown: Shown) -> dict[str, str]:
    """Return the stretch to show, for the lanes and for the charts."""
    if exhibit.since is None or exhibit.until is None:
        return {}
    stretch = shown.between(exhibit.since, max(exhibit.until, exhibit.since))
    return {**stretch, **_charts(stretch)}


def _charts(stretch: Mapping[str, str]) -> dict[str, str]:
    start, end = read_key(stretch.get("from", "")), read_key(stretch.get("to", ""))
    zoom = f"{_seconds(start)}-{_seconds(end)}" if start and end else ""
    return {f"zoom-{GROUP}": zoom}


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
