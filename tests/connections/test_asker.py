"""The queue of one process before one bucket: by lane, one asks, and nobody waits in vain."""

import threading
import time

import pytest

from console.connections.asker import Front, TooLong
from console.connections.buckets import Denied, Grant
from console.sparkrtc.permits import Lane


class Store:
    """Answers as it is told; counts how often it was asked, and by how many at once."""

    def __init__(self, *answers: Grant | Denied) -> None:
        self.answers = list(answers)
        self.asked: list[Lane] = []
        self.together = self.most_together = 0
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, lane: Lane, _max_wait: float) -> Grant | Denied:
        self.together += 1
        self.most_together = max(self.most_together, self.together)
        self.asked.append(lane)
        self.gate.wait(5)
        self.together -= 1
        return self.answers.pop(0) if self.answers else Grant(1, 0.0)


def in_thread(front: Front, lane: Lane, order: list[Lane], max_wait: float = 5.0) -> threading.Thread:
    def take() -> None:
        front.take(lane, max_wait)
        order.append(lane)

    thread = threading.Thread(target=take)
    thread.start()
    return thread


def wait_until_queued(front: Front, count: int) -> None:
    for _ in range(1000):
        if len(front._queue) == count:
            return
        time.sleep(0.005)
    raise AssertionError(f"{len(front._queue)} wait instead of {count}")


def test_only_one_thread_asks_at_a_time_and_higher_lanes_go_first() -> None:
    store = Store()
    front, order = Front(store), list[Lane]()
    store.gate.clear()
    threads = [in_thread(front, Lane.PAGE, order)]  # asks already when the others come
    wait_until_queued(front, 1)
    for lane in (Lane.BACKGROUND, Lane.ALERT, Lane.PAGE, Lane.CLICK):
        threads.append(in_thread(front, lane, order))
        wait_until_queued(front, len(threads))
    store.gate.set()
    for thread in threads:
        thread.join(10)
    assert store.asked == [Lane.PAGE, Lane.CLICK, Lane.PAGE, Lane.ALERT, Lane.BACKGROUND]
    assert store.most_together == 1


def test_what_is_known_to_come_too_late_is_not_asked_for_again() -> None:
    store = Store(Denied(50.0, 45.0))
    front = Front(store)
    for _ in range(3):
        with pytest.raises(TooLong) as caught:
            front.take(Lane.PAGE, 2.0)
        assert 49 < caught.value.retry_after <= 50
    assert len(store.asked) == 1


def test_a_permit_that_came_back_is_asked_for() -> None:
    store = Store(Denied(50.0, 45.0))
    front = Front(store)
    with pytest.raises(TooLong):
        front.take(Lane.PAGE, 2.0)
    front.forget()
    assert front.take(Lane.PAGE, 2.0).grant == Grant(1, 0.0)


def test_who_can_wait_asks_again_when_it_is_time_and_not_before() -> None:
    store = Store(Denied(0.1, 0.1))
    began = time.monotonic()
    Front(store).take(Lane.BACKGROUND, 5.0)
    assert len(store.asked) == 2
    assert time.monotonic() - began >= 0.1


def test_a_store_that_fails_does_not_block_the_queue() -> None:
    calls: list[Lane] = []

    def broken(lane: Lane, _max_wait: float) -> Grant | Denied:
        calls.append(lane)
        if len(calls) == 1:
            raise OSError("away")
        return Grant(2, 0.0)

    front = Front(broken)
    with pytest.raises(OSError, match="away"):
        front.take(Lane.CLICK, 1.0)
    assert front.take(Lane.CLICK, 1.0).grant == Grant(2, 0.0)
