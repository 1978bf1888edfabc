"""What to ask next: nothing final twice, nothing left out that can still be had, whatever the times of asking."""

from hypothesis import given
from hypothesis import strategies as st

from console.analytics.collecting.kinds import KINDS, requests_a_day
from console.analytics.collecting.windows import DAY, HOUR, final_until, next_due, next_window

NOW = 1_800_000_000.0
kinds = st.sampled_from(list(KINDS.values()))
waits = st.lists(st.floats(1, 3 * DAY), min_size=1, max_size=60)


@given(kinds, waits)
def test_windows_follow_each_other_without_overlap_of_what_is_final(kind: object, times: list[float]) -> None:
    span, now, reached = kind.span, NOW, None  # type: ignore[attr-defined]
    seen: set[int] = set()
    for wait in times:
        now += wait
        window = next_window(span, reached, now)
        if window is None:
            continue
        assert 0 < window.until - window.first <= span.most
        assert window.first * span.unit >= now - span.reach - span.unit
        assert (window.until - (1 if span.open_unit else 0)) * span.unit <= now
        final = range(window.first, max(window.first, min(window.until, final_until(span, now))))
        assert not seen.intersection(final)
        seen.update(final)
        if reached is not None:
            assert window.first == reached + window.lost
        reached = max(reached or 0, final.stop)


@given(kinds, st.integers(0, 12 * HOUR))
def test_asking_whenever_it_is_due_loses_nothing(kind: object, late: int) -> None:
    """With a worker that comes up to twelve hours late every time, a week has no hole."""
    span, now, reached = kind.span, NOW, None  # type: ignore[attr-defined]
    while now < NOW + 7 * DAY:
        window = next_window(span, reached, now)
        if window is not None:
            assert window.lost == 0
            reached = max(reached or 0, window.first, min(window.until, final_until(span, now)))
        due = next_due(span, reached or 0, now)
        now = now + 1 if due <= now else due + late
    assert reached is not None
    assert reached >= final_until(span, now - late - max(span.every, span.unit) - 1)


def test_twenty_applications_stay_well_within_the_share() -> None:
    quota = 30 * 60 * 24
    assert requests_a_day(20) < 0.15 * quota
