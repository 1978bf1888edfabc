"""Rules that make no sense are refused, with the reason; sensible ones are not."""

import math

import pytest

from console.alerts.engine import Condition, Problem, Scale, Side, problems

RATIO = Scale(0.0, 1.0, most_sample=math.inf)
COUNT = Scale(0.0, math.inf)
PEOPLE = Scale(0.0, math.inf, most_sample=math.inf, counts_itself=True)


@pytest.mark.parametrize(
    ("condition", "scale", "expected"),
    [
        (Condition(Side.ABOVE, 0.05), RATIO, []),
        (Condition(Side.BELOW, 1.0), RATIO, []),
        (Condition(Side.ABOVE, 0.0), RATIO, []),
        (Condition(Side.ABOVE, 1e9), COUNT, []),
        (Condition(Side.ABOVE, 0.05, 3, 5, 0.01, 4, 20), RATIO, []),
        (Condition(Side.ABOVE, 1.2), RATIO, [Problem.OUT_OF_RANGE]),
        (Condition(Side.BELOW, -1.0), COUNT, [Problem.OUT_OF_RANGE]),
        (Condition(Side.ABOVE, 1.0), RATIO, [Problem.NEVER_FIRES]),
        (Condition(Side.BELOW, 0.0), COUNT, [Problem.NEVER_FIRES]),
        (Condition(Side.ABOVE, math.nan), RATIO, [Problem.NOT_A_NUMBER]),
        (Condition(Side.ABOVE, math.inf), COUNT, [Problem.NOT_A_NUMBER]),
        (Condition(Side.ABOVE, 0.05, margin=-0.1), RATIO, [Problem.BAD_MARGIN]),
        (Condition(Side.ABOVE, 0.05, margin=0.06), RATIO, [Problem.NEVER_WELL]),
        (Condition(Side.BELOW, 0.95, margin=0.06), RATIO, [Problem.NEVER_WELL]),
        (Condition(Side.ABOVE, 0.05, breaches=6, window=5), RATIO, [Problem.BAD_BREACHES]),
        (Condition(Side.ABOVE, 0.05, breaches=0), RATIO, [Problem.BAD_BREACHES]),
        (Condition(Side.ABOVE, 0.05, window=0), RATIO, [Problem.BAD_WINDOW]),
        (Condition(Side.ABOVE, 0.05, window=241), RATIO, [Problem.BAD_WINDOW]),
        (Condition(Side.ABOVE, 0.05, recovery=0), RATIO, [Problem.BAD_RECOVERY]),
        (Condition(Side.ABOVE, 5, minimum_sample=10), COUNT, [Problem.NO_SAMPLE]),
        (Condition(Side.ABOVE, 0.05, minimum_sample=-1), RATIO, [Problem.BAD_SAMPLE]),
        (Condition(Side.ABOVE, 0.05, minimum_sample=9), Scale(0, 1, 8), [Problem.BAD_SAMPLE]),
        (Condition(Side.BELOW, 10, minimum_sample=10), PEOPLE, [Problem.SAMPLE_FORBIDS]),
        (Condition(Side.BELOW, 11, minimum_sample=10), PEOPLE, []),
        (
            Condition(Side.ABOVE, 2.0, breaches=9, window=5, recovery=0),
            RATIO,
            [Problem.OUT_OF_RANGE, Problem.BAD_BREACHES, Problem.BAD_RECOVERY],
        ),
    ],
)
def test_what_is_refused_and_why(condition: Condition, scale: Scale, expected: list[Problem]) -> None:
    assert problems(condition, scale) == expected
