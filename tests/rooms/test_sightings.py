"""What a list of participants says about the people whom an action was aimed at."""

from datetime import UTC, datetime, timedelta

from console.connections.ages import Age
from console.rooms.models import RoomTarget
from console.rooms.services.sightings import compare
from console.rooms.shapes import Crowd, Participant

ASKED = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
SEEN = ASKED + timedelta(seconds=5)


def target(*sessions: str, state: str = "waiting") -> RoomTarget:
    left = ASKED if state != "waiting" else None
    return RoomTarget(user_id="u-1", sessions=list(sessions), state=state, left_at=left)


def there(*sessions: tuple[str, float], total: int = 0, user_id: str = "u-1") -> Crowd:
    people = tuple(
        Participant(
            "r", user_id, name, "ONLINE", "", "", "", "", "", "", ASKED + timedelta(seconds=joined), None
        )
        for name, joined in sessions
    )
    return Crowd(people, max(total, len(people)), Age(SEEN))


def state_after(one: RoomTarget, crowd: Crowd) -> str:
    compare([one], crowd, asked_at=ASKED, seen_at=SEEN)
    return one.state


def test_still_there_with_the_same_session() -> None:
    assert state_after(target("s1"), there(("s1", -60))) == "waiting"


def test_gone() -> None:
    one = target("s1")
    assert state_after(one, there()) == "left"
    assert one.left_at == SEEN


def test_somebody_else_in_the_room_does_not_count() -> None:
    assert state_after(target("s1"), there(("s9", 3), user_id="u-2")) == "left"


def test_back_with_a_new_session_even_when_the_leaving_was_missed() -> None:
    one = target("s1")
    assert state_after(one, there(("s2", 4))) == "back"
    assert (one.back_session, one.back_at) == ("s2", ASKED + timedelta(seconds=4))


def test_still_there_while_the_old_session_stands_beside_the_new() -> None:
    assert state_after(target("s1"), there(("s1", -60), ("s2", 4))) == "waiting"


def test_a_second_device_that_was_not_listed_yet_is_no_return() -> None:
    assert state_after(target("s1"), there(("s2", -20))) == "waiting"


def test_back_after_having_been_seen_to_leave_and_gone_again() -> None:
    one = target("s1", state="left")
    assert state_after(one, there(("s2", 30))) == "back"
    assert state_after(one, there()) == "back"


def test_without_known_sessions_the_time_decides() -> None:
    assert state_after(target(), there(("s1", -60))) == "waiting"
    assert state_after(target(), there(("s2", 3))) == "back"


def test_a_list_that_is_not_whole_sends_nobody_away() -> None:
    assert state_after(target("s1"), there(total=5000)) == "waiting"


def test_only_what_changed_is_written() -> None:
    still, gone = target("s1"), target("s1")
    gone.user_id = "u-2"
    changed = compare([still, gone], there(("s1", -60)), asked_at=ASKED, seen_at=SEEN)
    assert changed == [gone]
