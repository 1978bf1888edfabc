"""Verdicts on calls whose cause is known, over HTTP, in a world that the rules were not written with.

The figures for all causes, several worlds and ways of asking come from `make bench ONLY=verdicts`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.investigate.verdict.collecting import Collector
from tests.investigate.verdict.scoring import HELD_OUT, NOW, TUNED_ON, Score, chosen, judged
from tests.sandbox.harness import Sandbox, start_in_process

SEED = 601
# One of each rule, calls with nothing wrong and figures that mislead, of two people and of many.
NAMES = (
    "fine_pair", "fine_busy_group", "fine_lossy_pair", "short_pair", "unreported_group", "peer_left_group",
    "peer_dead_camera_group", "peer_uplink_loss_group", "user_downlink_delay_group", "peer_app_cpu_group",
    "user_system_cpu_pair", "server_empty_group", "user_network_jitter_pair", "adapted_pair", "audio_loss_up_group",
    "unexplained_pair", "gaps_downlink_loss", "misleading_busy_user", "two_uplink_and_cpu", "join_failed_5",
    "join_failed_9", "join_failed_4", "join_failed_2",
)  # fmt: skip


@pytest.fixture(scope="module")
def world() -> Iterator[Sandbox]:
    sandbox = start_in_process(seed=SEED, quota="off")
    yield sandbox
    sandbox.stop()


@pytest.fixture
def collector(world: Sandbox) -> Collector:
    return Collector(world, NOW)


def test_nine_of_ten_verdicts_are_right_and_nobody_is_blamed_for_nothing(collector):
    assert SEED not in TUNED_ON
    calls = [call for call in chosen(collector, 1, names=NAMES) if call["name"] in NAMES]
    assert len(calls) == len(NAMES)
    score = Score()
    for call in calls:
        score.count(call, "page", judged(collector, call, "page"))
    assert score.false_blames == 0
    assert score.right["R0"] == score.all["R0"] >= 2
    assert score.share >= 0.9, score.wrong
    assert collector.requests <= 5 * len(calls)


def test_a_call_that_goes_on_is_looked_at_again_later(collector):
    (call,) = chosen(collector, 1, names=["peer_uplink_loss_group"])
    verdict = judged(collector, call, "fresh")
    assert verdict.rule == "R0"
    assert verdict.look_again_at > verdict.taken_at


def test_worlds_are_told_apart_from_those_that_the_rules_were_written_with():
    assert not {*HELD_OUT, SEED} & set(TUNED_ON)
