"""When rules fire and when they are over: hand-made incidents, and what holds for every series."""

import json
import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.alerts.engine import Condition, Event, Minute, Side, State, fold
from console.alerts.engine.folding import Kind

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
FREEZES = Condition(Side.ABOVE, 0.05, breaches=3, window=5, margin=0.01, recovery=4, minimum_sample=20)

Values = Sequence[float | None]


def _minutes(values: Values, sample: float | None = 100) -> list[Minute]:
    return [Minute(value, sample) for value in values]


def _told(condition: Condition, values: Values) -> list[tuple[str, int, int]]:
    """Return what happened: kind, minute, minute in which it began."""
    _state, events = fold(condition, State(), START, _minutes(values))
    return [(event.kind.value, _place(event.at), _place(event.began)) for event in events]


def _place(at: datetime) -> int:
    return round((at - START) / timedelta(minutes=1))


OK, BAD, MID = 0.01, 0.2, 0.045


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([OK] * 20, []),
        ([OK, BAD, BAD, OK, OK, OK, BAD, BAD, OK], []),  # never three within five
        ([OK, BAD, OK, BAD, OK, BAD], [("fired", 5, 1)]),  # three of five, not in a row
        ([BAD, BAD, BAD, BAD, OK, OK, OK, OK], [("fired", 2, 0), ("resolved", 7, 0)]),
        (
            [BAD] * 3 + [OK] * 3 + [BAD] + [OK] * 4,
            [("fired", 2, 0), ("resolved", 10, 0)],
        ),  # begins to count again
        ([BAD] * 3 + [MID] * 30, [("fired", 2, 0)]),  # within the margin it is not over
        ([BAD] * 3 + [OK, OK, MID, OK, OK, OK, OK], [("fired", 2, 0), ("resolved", 9, 0)]),
        ([BAD] * 3 + [None] * 30, [("fired", 2, 0)]),  # silence is no recovery
        ([BAD] * 3 + [OK, None, OK, None, OK, None, OK], [("fired", 2, 0), ("resolved", 9, 0)]),
        ([BAD, BAD, None, None, None, BAD], []),  # a gap is no breach, and time goes on
        ([BAD, None, BAD, None, BAD], [("fired", 4, 0)]),
        (
            [BAD] * 3 + [OK] * 4 + [BAD, BAD, OK, BAD],
            [("fired", 2, 0), ("resolved", 6, 0), ("fired", 10, 7)],  # what is over does not count again
        ),
        ([0.05] * 10, []),  # the limit itself is no breach
    ],
)
def test_hand_made_incidents_fire_and_end_exactly_then(
    values: Values, expected: list[tuple[str, int, int]]
) -> None:
    assert _told(FREEZES, values) == expected


def test_an_event_says_the_worst_value_and_how_many_minutes_were_a_breach() -> None:
    values = [0.1, 0.3, 0.2, 0.9, OK, OK, 0.4, OK, OK, OK, OK]
    _state, (fired, resolved) = fold(FREEZES, State(), START, _minutes(values))
    assert fired == Event(Kind.FIRED, START + timedelta(minutes=2), START, 0.3, 3)
    assert resolved == Event(Kind.RESOLVED, START + timedelta(minutes=10), START, 0.9, 5)


def test_below_means_below() -> None:
    joins = Condition(Side.BELOW, 0.9, breaches=2, window=2, margin=0.02, recovery=2)
    values = [0.95, 0.89, 0.5, 0.91, 0.91, 0.92, 0.93]
    _state, events = fold(joins, State(), START, _minutes(values))
    assert [(event.kind, _place(event.at), event.worst) for event in events] == [
        (Kind.FIRED, 2, 0.5),
        (Kind.RESOLVED, 6, 0.5),
    ]


@pytest.mark.parametrize("sample", [0, 19, None])
def test_minutes_with_too_small_a_sample_say_nothing(sample: float | None) -> None:
    state, events = fold(FREEZES, State(), START, _minutes([BAD] * 10, sample))
    assert (events, state.firing) == ([], False)
    _state, events = fold(FREEZES, State(), START, _minutes([BAD] * 3) + _minutes([OK] * 10, sample))
    assert [event.kind for event in events] == [Kind.FIRED]  # nor are they a recovery


def test_not_a_number_is_a_gap() -> None:
    assert _told(FREEZES, [BAD, BAD, math.nan, BAD]) == [("fired", 3, 0)]


def test_a_series_begins_on_a_whole_minute() -> None:
    with pytest.raises(ValueError, match="whole minute"):
        fold(FREEZES, State(), START + timedelta(seconds=1), [])


levels = st.sampled_from([None, 0.0, 0.03, 0.045, 0.05, 0.06, 0.2, 0.9])
samples = st.sampled_from([None, 0.0, 19.0, 20.0, 500.0])
series = st.lists(st.builds(Minute, levels, samples), max_size=120)
conditions = st.integers(1, 9).flatmap(
    lambda window: st.builds(
        Condition,
        side=st.sampled_from(Side),
        limit=st.sampled_from([0.04, 0.05, 0.2]),
        breaches=st.integers(1, window),
        window=st.just(window),
        margin=st.sampled_from([0.0, 0.01]),
        recovery=st.integers(1, 6),
        minimum_sample=st.sampled_from([0.0, 20.0]),
    )
)


@given(conditions, series, st.lists(st.tuples(st.integers(0, 120), st.integers(0, 15)), max_size=8))
def test_pieces_give_the_same_events_as_the_whole(
    condition: Condition, minutes: list[Minute], cuts: list[tuple[int, int]]
) -> None:
    """Each piece overlaps the one before by some minutes, and the state is put away between them."""
    whole_state, whole = fold(condition, State(), START, minutes)
    state, events = State(), []
    for cut, overlap in [*sorted(cuts), (len(minutes), 0)]:
        until = min(cut, len(minutes))
        reached = 0 if state.upto is None else _place(state.upto)
        first = max(reached - overlap, 0)
        piece = minutes[first : max(until, first)]
        state = State.loaded(json.loads(json.dumps(state.stored())))
        state, found = fold(condition, state, START + timedelta(minutes=first), piece)
        events += found
    assert events == whole
    assert state == whole_state


@given(conditions, series, st.integers(0, 30), series)
def test_minutes_left_out_are_gaps(
    condition: Condition, before: list[Minute], missing: int, after: list[Minute]
) -> None:
    gap = [Minute(None)] * missing
    _state, told = fold(condition, State(), START, [*before, *gap, *after])
    state, events = fold(condition, State(), START, before)
    later = START + timedelta(minutes=len(before) + missing)
    _state, found = fold(condition, state, later, after)
    assert events + found == told


@given(conditions, series)
def test_firing_and_ending_take_turns_and_are_as_said(condition: Condition, minutes: list[Minute]) -> None:
    """Judged again by looking at the whole series, without any state."""
    state, events = fold(condition, State(), START, minutes)
    breach = [condition.read(*minute) == "breach" for minute in minutes]
    well = [condition.read(*minute) == "well" for minute in minutes]
    assert [event.kind for event in events] == [
        Kind.RESOLVED if place % 2 else Kind.FIRED for place in range(len(events))
    ]
    assert state.firing == (len(events) % 2 == 1)
    over = 0
    for event in events:
        place = _place(event.at)
        if event.kind is Kind.FIRED:
            assert sum(breach[max(over, place - condition.window + 1) : place + 1]) == condition.breaches
            assert breach[place]
            assert breach[_place(event.began)]
        else:
            assert event.breaches == sum(breach[_place(event.began) : place + 1])
            assert well[place]
            last_breach = max(at for at in range(place) if breach[at])
            assert sum(well[last_breach + 1 : place + 1]) >= condition.recovery
            over = place + 1
