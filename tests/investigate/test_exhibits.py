"""Where the page shows a piece of evidence."""

from datetime import UTC, datetime, timedelta

import pytest

from console.investigate.exhibits import place_of
from console.investigate.ranges import Shown
from console.investigate.timeline import Range
from console.investigate.verdict.evidence import AbnormalEvent, EventKind
from console.investigate.verdict.result import Direction, Exhibit, ExhibitKind

START = datetime(2027, 3, 2, 10, tzinfo=UTC)
WHOLE = Range(START, START + timedelta(hours=1))
SHOWN = Shown(WHOLE, WHOLE, False)
SINCE, UNTIL = START + timedelta(minutes=20), START + timedelta(minutes=30)


def curve(metric: str, direction: Direction | None, person: str, peer: str = "") -> Exhibit:
    return Exhibit(
        kind=ExhibitKind.SERIES,
        metric=metric,
        direction=direction,
        person=person,
        peer=peer,
        since=SINCE,
        until=UNTIL,
    )


@pytest.mark.parametrize(
    ("exhibit", "changes", "anchor"),
    [
        (
            curve("vloss", Direction.DOWN, "peer", "me"),
            {"sender": "peer", "receiver": "me"},
            "pair-loss-received",
        ),
        (
            curve("vblock", Direction.DOWN, "peer", "me"),
            {"sender": "peer", "receiver": "me"},
            "pair-freeze-received",
        ),
        (curve("artt", Direction.UP, "peer"), {"sender": "peer"}, "pair-delay-sent"),
        (curve("abit", Direction.UP, "me"), {"sender": "me", "receiver": ""}, "pair-bitrate-sent"),
        (curve("syscpu", None, "me"), {}, "pair-cpu-received"),
        (curve("syscpu", None, "peer"), {"sender": "peer"}, "pair-cpu-sent"),
        (
            curve("vwidth", Direction.DOWN, "peer", "me"),
            {"sender": "peer", "receiver": "me"},
            "pair-height-received",
        ),
    ],
)
def test_a_curve_selects_its_pair_and_zooms(exhibit: Exhibit, changes: dict[str, str], anchor: str) -> None:
    found, place = place_of(exhibit, SHOWN, [], user_id="me")
    assert place == anchor
    zoom = {"from": "20270302T101600Z", "to": "20270302T103400Z"}
    seconds = int((SINCE - timedelta(minutes=4)).timestamp()), int((UNTIL + timedelta(minutes=4)).timestamp())
    assert found == {**zoom, "zoom-call": f"{seconds[0]}-{seconds[1]}", **changes}


def test_a_curve_that_the_page_has_no_chart_for_leads_nowhere() -> None:
    assert place_of(curve("something", Direction.UP, "peer"), SHOWN, [], user_id="me") == ({}, "")


def test_a_stretch_that_covers_the_whole_call_zooms_out() -> None:
    exhibit = Exhibit(
        kind=ExhibitKind.SERIES,
        metric="vloss",
        direction=Direction.UP,
        person="p",
        since=WHOLE.start,
        until=WHOLE.end,
    )
    found, _anchor = place_of(exhibit, SHOWN, [], user_id="me")
    assert (found["from"], found["to"], found["zoom-call"]) == ("", "", "")


def event(person: str, factor: int, kind: EventKind = EventKind.PICTURE) -> AbnormalEvent:
    return AbnormalEvent(room_id="r", user_id=person, at=SINCE, kind=kind, factor=factor)


def test_events_lead_to_the_first_that_fits() -> None:
    events = [event("a", 3), event("me", 3), event("me", 8)]

    def wanted(**more: object) -> str:
        return place_of(Exhibit(kind=ExhibitKind.EVENTS, person="me", **more), SHOWN, events, user_id="me")[1]  # type: ignore[arg-type]

    assert wanted(event=EventKind.PICTURE.value, factor=8) == "event-2"
    assert wanted(event=EventKind.PICTURE.value) == "event-1"
    assert wanted(event=EventKind.JOIN.value) == "events"  # it is not among those that the page lists


def test_sessions_notes_and_what_has_no_place() -> None:
    session = Exhibit(kind=ExhibitKind.SESSION, person="peer", ref="s-1")
    assert place_of(session, SHOWN, [], user_id="me") == ({"q": "peer", "page": ""}, "timeline")
    assert place_of(Exhibit(kind=ExhibitKind.NOTE, ref="1"), SHOWN, [], user_id="me") == ({}, "client-notes")
    assert place_of(Exhibit(kind=ExhibitKind.ACTION, ref="1"), SHOWN, [], user_id="me") == ({}, "")
    assert place_of(Exhibit(kind=ExhibitKind.SOURCE, ref="1"), SHOWN, [], user_id="me") == ({}, "")
