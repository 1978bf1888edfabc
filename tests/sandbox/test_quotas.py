"""Quotas, counted at arrival in sliding and in fixed windows, by a clock that the test moves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from console.sandbox.http_types import Refusal
from console.sandbox.quotas import CELLS, SCOPES, Quotas
from tests.sandbox.caller import Caller, fetch_token
from tests.sandbox.doubles import APP, StillWorld
from tests.sandbox.harness import ControlError, Sandbox, start_in_process

CELL = "app_config_60_per_min"


@pytest.fixture
def strict() -> Iterator[Sandbox]:
    """A sandbox that counts, its clock standing at the beginning of a minute."""
    running = start_in_process(StillWorld)
    running.control("clock", {"frozen": True})
    running.travel(60 - running.control("clock")["world"] % 60)
    yield running
    running.stop()


@pytest.fixture
def caller(strict: Sandbox) -> Caller:
    """A client of it."""
    return Caller(strict, {"X-Auth-Token": fetch_token(strict)})


def statuses(caller: Caller, times: int) -> list[int]:
    """List the applications so many times."""
    return [caller("GET", "/v2/apps").status for _ in range(times)]


def test_one_too_many_is_429(caller: Caller) -> None:
    assert statuses(caller, 60) == [200] * 60
    refused = caller("GET", f"/v2/apps/{APP}/record-callback")
    assert refused.refusal == (429, "APIGW.0308")
    assert "limit:60,time:1 minute" in refused.json["error_msg"]
    assert "retry-after" not in refused.headers


def test_the_window_slides(strict: Sandbox, caller: Caller) -> None:
    assert statuses(caller, 20) == [200] * 20
    strict.travel(40)
    assert statuses(caller, 41) == [200] * 40 + [429]
    strict.travel(19.9)
    assert statuses(caller, 1) == [429]
    strict.travel(0.2)
    assert statuses(caller, 21) == [200] * 20 + [429]


def test_the_clocks_own_windows_alone_allow_a_burst_across_the_edge(strict: Sandbox, caller: Caller) -> None:
    strict.control("quota", {"views": ["fixed"]})
    strict.travel(59)
    assert statuses(caller, 61) == [200] * 60 + [429]
    strict.travel(1)
    assert statuses(caller, 61) == [200] * 60 + [429]


def test_the_sliding_window_does_not(strict: Sandbox, caller: Caller) -> None:
    strict.travel(59)
    assert statuses(caller, 60) == [200] * 60
    strict.travel(1)
    assert statuses(caller, 1) == [429]


def test_refusals_are_not_counted(strict: Sandbox, caller: Caller) -> None:
    statuses(caller, 160)
    assert strict.control("quota")["cells"][CELL]["used"] == 60
    assert strict.control("counts")["cells"][CELL] == {"accepted": 60, "refused": 100}
    assert strict.control("counts")["operations"]["list_apps"] == {"accepted": 60, "refused": 100}


def test_what_the_service_refuses_is_counted(strict: Sandbox, caller: Caller) -> None:
    assert caller("GET", "/v2/apps/unknown").status == 404
    assert strict.control("quota")["cells"][CELL]["used"] == 1


def test_who_is_not_let_in_is_not_counted(strict: Sandbox) -> None:
    for path in ("/v2/apps", "/v2/unknown"):
        Caller(strict, {"X-Auth-Token": "made-up"})("GET", path)
    assert all(cell["used"] == 0 for cell in strict.control("quota")["cells"].values())


def test_cells_are_counted_apart(caller: Caller) -> None:
    assert statuses(caller, 61)[-1] == 429
    assert caller("GET", "/v2/rtc-ops/buckets").status == 200
    assert caller("POST", f"/v2/apps/{APP}/rooms/room-1/dismiss").status == 404


def test_two_per_second_are_two_per_second(strict: Sandbox, caller: Caller) -> None:
    seen = []
    for _ in range(3):
        seen.append([caller("GET", "/v2/rtc-ops/buckets").status for _ in range(3)])
        strict.travel(1)
    assert seen == [[200, 200, 429]] * 3


def test_another_client_eats_the_quota(strict: Sandbox, caller: Caller) -> None:
    strict.control("quota/eat", {"cell": CELL, "count": 58})
    assert statuses(caller, 3) == [200, 200, 429]
    strict.control("quota/eat", {"cell": "rooms_60_per_min", "count": 1000})
    assert strict.control("quota")["cells"]["rooms_60_per_min"]["used"] == 60


def test_limits_and_mode_change_at_run_time(strict: Sandbox, caller: Caller) -> None:
    strict.control("quota", {"limits": {CELL: 2}})
    assert statuses(caller, 3) == [200, 200, 429]
    strict.control("quota", {"mode": "off"})
    assert statuses(caller, 100) == [200] * 100


SEEN = {"cell": [429, 429, 429], "category": [429, 429, 200], "operation": [429, 200, 200]}


@pytest.mark.parametrize("scope", SCOPES)
def test_a_limit_holds_for_what_it_is_told(strict: Sandbox, caller: Caller, scope: str) -> None:
    """The same operation once more, another of its category, one of another category of the cell."""
    strict.control("quota", {"scope": scope})
    assert statuses(caller, 60) == [200] * 60
    more = ("/v2/apps", f"/v2/apps/{APP}", f"/v2/apps/{APP}/record-callback")
    assert [caller("GET", path).status for path in more] == SEEN[scope]
    assert strict.control("quota")["cells"][CELL]["used"] == 60
    strict.reset()
    assert strict.control("quota")["scope"] == "cell"


def test_another_client_eats_from_every_budget_of_a_cell(strict: Sandbox, caller: Caller) -> None:
    strict.control("quota", {"scope": "operation"})
    assert statuses(caller, 1) == [200]
    strict.control("quota/eat", {"cell": CELL, "count": 59})
    assert statuses(caller, 1) == [429]
    shown = [caller("GET", f"/v2/apps/{APP}").status for _ in range(2)]
    assert shown == [200, 429]


def test_a_limit_holds_for_parts_used_before_and_after(strict: Sandbox, caller: Caller) -> None:
    strict.control("quota", {"scope": "operation"})
    assert statuses(caller, 2) == [200, 200]
    strict.control("quota", {"limits": {CELL: 3}})
    assert statuses(caller, 2) == [200, 429]
    assert [caller("GET", f"/v2/apps/{APP}").status for _ in range(4)] == [200, 200, 200, 429]


def test_the_scope_is_an_option_at_the_start() -> None:
    running = start_in_process(StillWorld, quota_scope="operation")
    assert running.control("quota")["scope"] == "operation"
    running.reset()
    assert running.control("quota")["scope"] == "operation"
    running.stop()


@pytest.mark.parametrize(
    "wish",
    [
        {"mode": "loose"},
        {"scope": "galaxy"},
        {"views": ["round"]},
        {"limits": {"unknown": 1}},
        {"limits": {CELL: -1}},
    ],
)
def test_a_wrong_order_is_explained(strict: Sandbox, wish: object) -> None:
    with pytest.raises(ControlError):
        strict.control("quota", wish)


def test_counting_goes_on_while_a_quota_is_off(strict: Sandbox, caller: Caller) -> None:
    strict.control("quota", {"mode": "off"})
    assert statuses(caller, 70) == [200] * 70
    strict.control("quota", {"mode": "strict"})
    assert statuses(caller, 1) == [429]
    strict.travel(61)
    assert statuses(caller, 61) == [200] * 60 + [429]


@pytest.mark.parametrize("cell", sorted(CELLS))
def test_no_window_wherever_it_lies_holds_too_many(cell: str) -> None:
    limit, seconds = CELLS[cell]
    quotas, taken = Quotas(), []
    for step in range(4 * limit):
        at = 1_000_000 + step * seconds / limit / 1.7
        try:
            quotas.take(cell, at)
        except Refusal:
            continue
        taken.append(at)
    for end in taken:
        assert sum(end - seconds < at <= end for at in taken) <= limit
    assert len(taken) >= 2 * limit
