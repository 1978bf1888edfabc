"""What makes a call: lives of a room from its sessions, however odd they are."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.connections.reads import Reading
from console.investigate.services.calls import get_call, lives_of, people_of
from console.investigate.shapes import Session, call_key, read_key
from console.sparkrtc.operation import Operation
from console.sparkrtc.replies import Participant, Participants
from tests.conftest import MOMENT

NOON = datetime(2027, 3, 2, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def session(user: str, joined: float | None, left: float | None = None, state: str = "OFFLINE") -> Session:
    """A session; minutes from noon."""
    begin = None if joined is None else NOON + joined * MINUTE
    end = None if left is None else NOON + left * MINUTE
    return Session("app", "room", user, f"{user}-{joined}", state, joined_at=begin, left_at=end)


def spans(sessions: list[Session]) -> list[tuple[float, float | None]]:
    lives = lives_of(sessions, MOMENT)
    return [
        ((life.start - NOON) / MINUTE, None if life.end is None else (life.end - NOON) / MINUTE)
        for life in lives
    ]


def test_overlapping_sessions_are_one_life_and_a_pause_parts_two() -> None:
    assert spans([session("a", 0, 10), session("b", 5, 20), session("a", 12, 25)]) == [(0, 25)]
    assert spans([session("a", 0, 10), session("b", 11, 20)]) == [(0, 20)]  # a minute empty is not the end
    assert spans([session("a", 0, 10), session("b", 15, 20)]) == [(0, 10), (15, 20)]


def test_somebody_who_is_there_keeps_the_life_open() -> None:
    assert spans([session("a", 0, 10), session("b", 5, None, "ONLINE")]) == [(0, None)]


def test_failed_attempts_join_the_life_beside_them_and_do_not_lengthen_it() -> None:
    lives = lives_of(
        [session("a", 0, 10), session("b", -3, -3, "FAIL"), session("c", 40, 41, "FAIL")], MOMENT
    )
    assert [len(life.sessions) for life in lives] == [2, 1]
    assert (lives[0].start, lives[0].end) == (NOON, NOON + 10 * MINUTE)
    assert lives[1].start == NOON + 40 * MINUTE


def test_sessions_without_times_or_with_impossible_ones_break_nothing() -> None:
    assert spans([session("a", None, 10)]) == []
    assert spans([session("a", 0, None)]) == [(0, 0)]  # left, but nobody knows when
    backwards = session("a", 10, 5)  # a client whose clock is wrong
    assert spans([backwards]) == [(10, 10)]
    assert backwards.backwards
    assert spans([session("a", 10_000, None, "ONLINE")]) == [(10_000, None)]  # joins in the future


def test_people_keep_all_their_sessions() -> None:
    people = people_of([session("a", 0, 1), session("b", 0, 2), session("a", 3, 4, "FAIL")])
    assert [(one.user_id, len(one.sessions), one.failed) for one in people] == [
        ("a", 2, False),
        ("b", 1, False),
    ]


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.integers(0, 600),
            st.one_of(st.none(), st.integers(-5, 700)),
            st.sampled_from(["ONLINE", "OFFLINE", "FAIL", ""]),
        ),
        max_size=12,
    )
)
def test_every_session_lies_in_exactly_one_life(rows: list[tuple[Any, ...]]) -> None:
    sessions = [session(*row) for row in rows]
    lives = lives_of(sessions, MOMENT)
    assert sum(len(life.sessions) for life in lives) == len(sessions)
    for before, after in pairwise(lives):
        assert before.start <= after.start
    for life in lives:
        assert life.end is None or life.start <= life.end


def test_moments_in_addresses_are_read_back() -> None:
    assert read_key(call_key(NOON)) == NOON
    for text in ("", "x", "20270302", "20271302T000000Z", "2027-03-02T10:00:00Z", "99999999T999999Z"):
        assert read_key(text) is None


class Cloud:
    """Answers lists of participants from rows of its own, and notes what it was asked."""

    now = None

    def __init__(self, rows: list[Participant], most: int = 1000) -> None:
        self.rows = rows
        self.most = most
        self.asked: list[dict[str, Any]] = []

    def read(self, operation: Operation, **params: Any) -> Reading:
        self.asked.append(params)
        start, end = params["start_time"], params.get("end_time", MOMENT + timedelta(days=1))
        fitting = [row for row in self.rows if row.join_time is None or start <= row.join_time < end]
        offset = params["offset"]
        page = tuple(fitting[offset : offset + min(self.most, params["limit"])])
        return Reading(Participants(total=len(fitting), participants=page), MOMENT, False, None, "r")


def row(user: str, joined: datetime, left: datetime | None, state: str = "OFFLINE") -> Participant:
    return Participant(
        app_id="app", room_id="room", user_id=user, session_id=user + str(joined), state=state,
        join_time=joined, leave_time=left,
    )  # fmt: skip


def test_the_life_that_covers_the_moment_is_the_call() -> None:
    hour = timedelta(hours=1)
    cloud = Cloud([row("a", NOON - 3 * hour, NOON - 2 * hour), row("b", NOON, NOON + hour)])
    call = get_call(cloud, "app", "room", NOON + 10 * MINUTE)
    assert call is not None
    assert [one.user_id for one in call.people] == ["b"]
    assert not call.away
    assert len(call.lives) == 2
    near = get_call(cloud, "app", "room", NOON - 100 * MINUTE)
    assert near is not None
    assert near.away
    assert [one.user_id for one in near.people] == ["a"]
    assert get_call(Cloud([]), "app", "room", NOON) is None


def test_viewers_of_one_call_ask_the_same_question() -> None:
    cloud = Cloud([row("a", NOON, NOON + 30 * MINUTE)])
    for minutes in (0, 7, 29):
        get_call(cloud, "app", "room", NOON + minutes * MINUTE)
    assert cloud.asked[0] == cloud.asked[1] == cloud.asked[2]


def test_a_call_that_began_long_before_is_followed_back() -> None:
    began = NOON - timedelta(hours=20)
    hour = timedelta(hours=1)
    rows = [row(f"u-{n}", began + n * hour, began + (n + 2) * hour) for n in range(20)]
    cloud = Cloud(rows)
    call = get_call(cloud, "app", "room", NOON)
    assert call is not None
    assert call.start == began
    assert len(cloud.asked) == 2
    assert not call.earlier


def test_somebody_who_joined_long_ago_is_found_by_their_joining() -> None:
    began = NOON - timedelta(hours=30)
    cloud = Cloud([row("a", began, None, "ONLINE"), row("b", NOON - 5 * MINUTE, NOON)])
    call = get_call(cloud, "app", "room", NOON, since=began)
    assert call is not None
    assert call.find("a") is not None
    assert call.open


def test_a_cloud_that_gives_fewer_rows_is_asked_on() -> None:
    rows = [row(f"u-{number}", NOON, NOON + 30 * MINUTE) for number in range(350)]
    cloud = Cloud(rows, most=100)
    call = get_call(cloud, "app", "room", NOON)
    assert call is not None
    assert len(call.people) == 350
    assert call.complete
    assert [asked["offset"] for asked in cloud.asked] == [0, 100, 200, 300]


def test_more_sessions_than_a_page_can_hold_are_told() -> None:
    rows = [row(f"u-{number}", NOON, NOON + 30 * MINUTE) for number in range(3500)]
    call = get_call(Cloud(rows), "app", "room", NOON)
    assert call is not None
    assert not call.complete
    assert len(call.people) == 3000
