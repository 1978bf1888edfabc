"""What to ask for next, and what can be called final. Pure: instants are seconds since 1970, places are whole units."""

from dataclasses import dataclass

__all__ = ["DAY", "HOUR", "MINUTE", "Span", "Window", "final_until", "next_due", "next_window", "unit_of"]

MINUTE, HOUR, DAY = 60, 3600, 86_400


@dataclass(frozen=True)
class Span:
    """How a kind of errand lies in time; everything in seconds but `most`.

    unit: of what is counted (a minute, an hour, a day). reach: how far back the cloud answers. most: units an asking
    may cover. settle: after a unit's end, until what the cloud says of it stays. every: between two askings when
    nothing is left to fetch; 0: as soon as the next unit can be there. ready: after a unit's end, until asking for it
    is worth a request. open_unit: whether the unit that is not over yet is asked for as well.
    """

    unit: int
    reach: int
    most: int
    settle: int
    every: int = 0
    ready: int = 0
    open_unit: bool = False


@dataclass(frozen=True)
class Window:
    """From the unit `first` up to, not including, `until`. lost: units before it that the cloud has forgotten."""

    first: int
    until: int
    lost: int = 0


def unit_of(span: Span, now: float) -> int:
    """Return the unit that is not over yet."""
    return int(now // span.unit)


def final_until(span: Span, now: float) -> int:
    """Return the first unit that can still change."""
    return int((now - span.settle) // span.unit)


def next_window(span: Span, reached: int | None, now: float) -> Window | None:
    """Return what to ask for, or None when the cloud has nothing new.

    reached: the first unit that is not final yet; None when nothing was ever fetched.
    """
    back = (now - span.reach) / span.unit
    oldest = int(back // 1) if span.unit == DAY else int(-(-back // 1))  # the cloud counts days whole
    first = oldest if reached is None else max(reached, oldest)
    until = min(first + span.most, unit_of(span, now) + (1 if span.open_unit else 0))
    if first >= until:
        return None
    return Window(first, until, 0 if reached is None else first - reached)


def next_due(span: Span, reached: int, now: float, *, stagger: float = 0.0) -> float:
    """Return when to ask again, given that everything before `reached` is final.

    stagger: seconds by which this errand goes later than others of its kind, so that they do not all go at once.
    """
    if span.most == 1 and reached < final_until(span, now):
        return now  # there is more than one asking could bring
    following = (unit_of(span, now) + 1) * span.unit + span.ready + stagger
    if not span.every:
        return following
    regular = now + span.every
    return min(regular, following) if span.open_unit else regular
