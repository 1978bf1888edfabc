"""What of a long list goes onto paper: what concerns the person first, then what is nearest to the moment."""

from datetime import UTC, datetime, timedelta

from console.investigate.on_paper import MOST_ON_PAPER, events_on_paper, notes_on_paper
from console.investigate.verdict.evidence import AbnormalEvent, ClientNote, EventKind

MOMENT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def event(minutes: int, user_id: str = "other", peer_id: str = "") -> AbnormalEvent:
    at = MOMENT + timedelta(minutes=minutes)
    return AbnormalEvent(at=at, room_id="r", user_id=user_id, kind=EventKind.PICTURE, peer_id=peer_id)


def test_a_short_list_is_printed_whole() -> None:
    assert events_on_paper([event(one) for one in range(5)], "ann", MOMENT) == frozenset(range(5))


def test_what_concerns_the_person_comes_before_what_is_nearer() -> None:
    far = [event(-500, "ann"), event(500, "bob", "ann")]
    many = [event(one) for one in range(100)]
    assert events_on_paper([*many, *far], "ann", MOMENT) == frozenset([*range(MOST_ON_PAPER - 2), 100, 101])


def test_without_a_person_the_nearest_are_printed() -> None:
    many = [event(one, "") for one in range(-50, 50)]
    assert events_on_paper(many, "", MOMENT) == frozenset(range(40, 60))


def test_of_what_clients_reported_the_nearest_is_printed() -> None:
    notes = [ClientNote(at=MOMENT + timedelta(minutes=one)) for one in range(-50, 50)]
    assert notes_on_paper(notes, MOMENT) == frozenset(range(40, 60))
