"""The arithmetic of rows that are looked at again; the apps that have such rows try claiming and writing them."""

from datetime import UTC, datetime, timedelta

import pytest

from console.sparkrtc.errors import CloudFault
from console.work.looks import moments_of, wait_after

BEGAN = datetime(2027, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "passed", "due"),
    [
        (0, 0, 2),
        (1.9, 0, 3.9),
        (2, 1, 5),
        (4.5, 1, 6.5),
        (5, 2, 60),
        (59.5, 2, 61.5),
        (60, 3, None),
        (999, 3, None),
    ],
)
def test_the_next_moment_of_a_plan_and_never_at_once(after: float, passed: int, due: float | None) -> None:
    found = moments_of((2, 5, 60), BEGAN, BEGAN + timedelta(seconds=after), apart=2)
    assert found.passed == passed
    assert found.next == (None if due is None else BEGAN + timedelta(seconds=due))


@pytest.mark.parametrize(("said", "seconds"), [(None, 15), (0.0, 15), (1.0, 2), (30.0, 30), (600.0, 60)])
def test_the_cloud_is_left_alone_as_long_as_it_says_within_bounds(said: float | None, seconds: float) -> None:
    assert wait_after(CloudFault(retry_after=said), low=2, usual=15, high=60) == timedelta(seconds=seconds)
