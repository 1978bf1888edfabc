"""The line of one process before one bucket: by lane, one asks for all, nobody polls, and nobody waits in vain."""

import threading
import time
from collections.abc import Callable, Sequence

import pytest

from console.connections.asker import Front, Line, Place, TooLong, Turn, silence_in
from console.connections.buckets import Told
from console.connections.changeover import BudgetClosed
from console.sparkrtc.book import Outcome, Report
from console.sparkrtc.permits import Lane
from console.sparkrtc.throttle import Grant, Later, TooLate, Verdict, Want
from console.sparkrtc.uptime import uptime

CLICK, PAGE, ALERT, BACKGROUND = Lane.CLICK, Lane.PAGE, Lane.ALERT, Lane.BACKGROUND


def told(*verdicts: Verdict, window: float = 60.0, closed: bool = False) -> Told:
    return Told(list(verdicts), 0.0, window, closed)


def done(permit: str, at: float = 0.0) -> Report:
    return Report(permit, Outcome.ANSWERED, at)


# --- when to ask, and for whom: by a clock that the test holds


class At:
    """A line and its clock."""

    def __init__(self) -> None:
        self.line = Line("x")
        self.now = 0.0

    def join(self, lane: Lane, max_wait: float = 100.0) -> Place:
        return self.line.join(lane, self.now, max_wait)

    def ask(self, *verdicts: Verdict) -> tuple[list[Report], list[Want]]:
        reports, places, wants = self.line.question(self.now)
        self.line.hear(places, told(*verdicts), self.now)
        return reports, wants


@pytest.fixture
def at() -> At:
    return At()


def test_whoever_comes_first_is_asked_for_at_once(at: At) -> None:
    assert at.line.due() == float("inf")
    at.join(PAGE)
    assert at.line.due() == -float("inf")


def test_one_question_is_asked_for_all_by_lane_and_in_order(at: At) -> None:
    lanes = [BACKGROUND, PAGE, CLICK, PAGE, ALERT]
    places = [at.join(lane) for lane in lanes]
    _reports, wants = at.ask(*[Later(50.0, 45.0)] * 5)
    assert [want.lane for want in wants] == sorted(lanes)
    assert [want.key for want in wants][1:3] == [places[1].key, places[3].key]
    assert at.line.due() == 45.0


def test_who_joins_others_that_wait_already_asks_nothing(at: At) -> None:
    at.join(PAGE)
    at.ask(Later(50.0, 45.0))
    at.join(PAGE)
    assert at.line.due() == 45.0
    at.join(CLICK)  # but a lane of which nothing is known does
    assert at.line.due() == -float("inf")


def test_the_line_stays_in_order_when_the_first_are_served(at: At) -> None:
    places = [at.join(CLICK) for _ in range(20)]
    served = []
    while at.line.first():
        left = min(8, len(places) - len(served))
        at.ask(*[Grant(0.0)] * min(left, 3), *[Later(5.0, 4.0)] * max(left - 3, 0))
        served += [place for place in places if place.end and place not in served]
        at.now += 1
    assert served == places


def test_reports_go_along_with_the_next_question_or_soon(at: At) -> None:
    at.join(PAGE)
    at.ask(Later(50.0, 45.0))
    at.line.note(done("a"), at.now)
    assert at.line.due() == silence_in(60)
    at.line.note(done("b"), at.now + 0.2)
    assert at.line.due() == silence_in(60)
    reports, _wants = at.ask(Later(50.0, 45.0))
    assert [report.permit for report in reports] == ["a", "b"]
    assert at.line.due() == 45.0


@pytest.mark.parametrize(("window", "seconds"), [(0.2, 0.05), (1.0, 0.25), (5.0, 0.25), (60.0, 2.5)])
def test_a_report_waits_for_no_longer_than_the_window_allows(window: float, seconds: float) -> None:
    assert silence_in(window) == seconds


def test_of_a_short_window_a_report_waits_a_quarter(at: At) -> None:
    at.line.hear([], told(window=0.2), at.now)
    at.line.note(done("a"), at.now)
    assert at.line.due() == 0.05


def test_what_is_known_to_come_too_late_is_not_asked_for_again(at: At) -> None:
    place = at.join(PAGE, max_wait=2.0)
    at.ask(TooLate(50.0))
    assert isinstance(place.end, TooLong)
    at.now = 0.5
    with pytest.raises(TooLong) as caught:
        at.join(PAGE, max_wait=2.0)
    assert caught.value.retry_after == 49.5
    at.join(CLICK, max_wait=2.0)  # another lane may be served sooner
    at.now = 2.0
    at.join(PAGE, max_wait=2.0)  # and after a second it may have changed


def test_nobody_joins_a_line_that_is_too_long(at: At) -> None:
    at.join(BACKGROUND)
    at.ask(Later(30.0, 29.0))
    with pytest.raises(TooLong):
        at.join(BACKGROUND, max_wait=20.0)
    assert at.join(BACKGROUND, max_wait=40.0).end is None


def test_a_permit_that_came_back_is_asked_for(at: At) -> None:
    at.join(PAGE)
    at.ask(Later(50.0, 45.0))
    at.line.forget()
    assert at.line.due() == -float("inf")


def test_a_permit_for_somebody_who_has_given_up_is_given_back(at: At) -> None:
    place = at.join(PAGE)
    _reports, places, _wants = at.line.question(at.now)
    at.line.leave(place)
    place.end = TooLong(1.0)
    at.line.hear(places, told(Grant(0.0)), at.now)
    assert [(one.permit, one.outcome) for one in at.line.reports] == [(place.key, Outcome.UNUSED)]


def test_when_the_quota_is_divided_otherwise_everybody_looks_again(at: At) -> None:
    places = [at.join(lane) for lane in Lane]
    _reports, asked, _wants = at.line.question(at.now)
    at.line.hear(asked, told(closed=True), at.now)
    assert all(isinstance(place.end, BudgetClosed) for place in places)
    assert at.line.first() is None


# --- the threads


class Store:
    """Answers as it is told; remembers what it was asked, and by how many at once."""

    def __init__(self, *answers: Callable[[Sequence[Want]], Told] | Exception) -> None:
        self.answers = list(answers)
        self.reports: list[Report] = []
        self.asked: list[list[Lane]] = []
        self.together = self.most_together = 0
        self.gate = threading.Event()
        self.gate.set()

    def exchange(
        self, _front: str, _path: str, reports: Sequence[Report], wants: Sequence[Want] | None
    ) -> Told:
        self.together += 1
        self.most_together = max(self.most_together, self.together)
        self.gate.wait(10)
        self.together -= 1
        answer = self.answers.pop(0) if self.answers else grant_all
        if isinstance(answer, Exception):
            raise answer
        self.reports += reports
        if wants is None:
            return told()
        self.asked.append([want.lane for want in wants])
        return answer(wants)


def grant_all(wants: Sequence[Want]) -> Told:
    return told(*[Grant(uptime()) for _ in wants])


def grant_first(wants: Sequence[Want]) -> Told:
    return told(Grant(uptime()), *[Later(uptime() + 0.02, uptime() + 0.01) for _ in wants[1:]])


def later(seconds: float) -> Callable[[Sequence[Want]], Told]:
    return lambda wants: told(*[Later(uptime() + seconds, uptime() + seconds) for _ in wants])


class Crowd:
    """Threads that each take one permit."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.order: list[tuple[Lane, int]] = []
        self.failed: list[Exception] = []
        self.threads: list[threading.Thread] = []

    def take(self, lane: Lane, max_wait: float = 30.0) -> None:
        number = len(self.threads)

        def run() -> None:
            try:
                self.front.take(lane, max_wait)
                self.order.append((lane, number))
            except Exception as problem:
                self.failed.append(problem)

        thread = threading.Thread(target=run)
        self.threads.append(thread)
        thread.start()

    def wait_until(self, true: Callable[[], bool]) -> None:
        for _ in range(2000):
            if true():
                return
            time.sleep(0.005)
        raise AssertionError("it never came true")

    def finish(self) -> None:
        for thread in self.threads:
            thread.join(30)
            assert not thread.is_alive()


def waiting(front: Front) -> int:
    return sum(len(places) for places in front._line._lanes.values())


def test_only_one_thread_asks_at_a_time_and_higher_lanes_go_first() -> None:
    store = Store(*[grant_first] * 5)
    crowd = Crowd(Front(store))
    store.gate.clear()
    for lane in (PAGE, BACKGROUND, ALERT, PAGE, CLICK):
        crowd.take(lane)
        crowd.wait_until(lambda: waiting(crowd.front) == len(crowd.threads))
    store.gate.set()
    crowd.finish()
    assert crowd.order == [(PAGE, 0), (CLICK, 4), (PAGE, 3), (ALERT, 2), (BACKGROUND, 1)]
    assert store.most_together == 1


def test_two_hundred_who_wait_ask_together() -> None:
    store = Store(later(60))
    crowd = Crowd(Front(store))
    for _ in range(200):
        crowd.take(BACKGROUND, max_wait=90)
    crowd.wait_until(lambda: waiting(crowd.front) == 200)
    questions = len(store.asked)
    assert questions <= 2
    crowd.front.forget()  # as when permits came back: the store now grants all it is asked for, eight at a time
    crowd.finish()
    assert len(crowd.order) == 200
    assert len(store.asked) - questions <= 200 / 8 + 1


def test_who_can_wait_asks_again_when_it_is_time() -> None:
    store = Store(later(0.1))
    turn = Front(store).take(BACKGROUND, 30.0)
    assert isinstance(turn, Turn)
    assert len(store.asked) == 2


def test_a_store_that_fails_fails_those_who_ask_and_keeps_their_reports() -> None:
    store = Store(OSError("away"), OSError("away"))
    front = Front(store)
    front.report(done("a"))
    with pytest.raises(OSError, match="away"):
        front.take(CLICK, 1.0)
    assert front.take(CLICK, 1.0)
    assert [report.permit for report in store.reports] == ["a"]


def test_a_store_that_fails_while_others_wait_does_not_leave_them_alone() -> None:
    store = Store(later(0.05), OSError("away"))
    crowd = Crowd(Front(store))
    crowd.take(PAGE)
    crowd.wait_until(lambda: len(store.asked) == 1)
    crowd.take(PAGE)
    crowd.finish()
    assert len(crowd.failed) == 1
    assert len(crowd.order) == 1


def test_a_report_is_passed_on_at_once_when_nobody_waits() -> None:
    store = Store()
    front = Front(store)
    front.report(done("a"))
    assert [report.permit for report in store.reports] == ["a"]
    assert store.asked == []


def test_a_report_is_passed_on_while_others_wait_for_long() -> None:
    store = Store(later(60))
    crowd = Crowd(Front(store))
    crowd.take(BACKGROUND, max_wait=90)
    crowd.wait_until(lambda: len(store.asked) == 1)
    crowd.front.report(done("a"))
    crowd.wait_until(lambda: len(store.reports) == 1)
    crowd.finish()


def test_a_leader_that_gives_up_hands_on_the_lead() -> None:
    store = Store(later(0.3), later(0.3))
    crowd = Crowd(Front(store))
    crowd.take(PAGE, max_wait=0.35)
    crowd.wait_until(lambda: len(store.asked) == 1)
    crowd.front.forget()
    crowd.take(PAGE)
    crowd.finish()
    assert len(crowd.order) >= 1


def test_a_refusal_is_told_at_once_even_while_another_asks() -> None:
    store = Store(later(60))
    crowd = Crowd(Front(store))
    crowd.take(BACKGROUND, max_wait=90)
    crowd.wait_until(lambda: len(store.asked) == 1)
    assert crowd.front.report_now(Report("a", Outcome.REFUSED, 0.0)) == 0.0
    assert [report.permit for report in store.reports] == ["a"]
    crowd.front.forget()
    crowd.finish()
