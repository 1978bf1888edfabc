"""The limits that rules compare with: each with its unit, its range, and where it comes from.

A value is what the cloud writes: losses and freezes are shares from 0 to 1, delays milliseconds. Defaults follow what
vendors publish where they do; "ours" marks those that nobody publishes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["LIMITS", "BadLimits", "Limit", "LimitProblem", "Limits", "limits_in_force", "problems"]


@dataclass(frozen=True)
class Limit:
    """One limit. unit: share, ms, percent, kbps, fps, s, min, points, people or times. source: who says so."""

    id: str
    default: float
    unit: str
    low: float
    high: float
    source: str
    whole: bool = False


@dataclass(frozen=True)
class LimitProblem:
    """Why a value can't be a limit. kind: unknown, not_a_number, not_whole, range or order."""

    id: str
    kind: str
    value: str
    low: float = 0.0
    high: float = 0.0
    other: str = ""


class BadLimits(ValueError):
    """Limits that can't be in force; problems says why, one each."""

    def __init__(self, found: tuple[LimitProblem, ...]) -> None:
        super().__init__(", ".join(f"{problem.id}: {problem.kind}" for problem in found))
        self.problems = found


_OURS = "ours"

LIMITS: tuple[Limit, ...] = (
    # what hurts
    Limit("video_freeze_watch", 0.05, "share", 0.005, 0.5, "Tencent"),
    Limit("video_freeze_bad", 0.10, "share", 0.01, 0.9, "Tencent"),
    Limit("silent_kbps", 2.0, "kbps", 0.1, 20, _OURS),
    Limit("no_picture_fps", 1.0, "fps", 0.1, 5, "Agora"),
    Limit("bitrate_fall", 0.30, "share", 0.05, 0.9, "Tencent"),
    Limit("picture_shrinks", 0.40, "share", 0.1, 0.95, _OURS),
    # networks
    Limit("loss_bad", 0.05, "share", 0.005, 0.5, "Tencent, Agora"),
    Limit("rtt_bad", 400, "ms", 50, 5000, "Twilio"),
    Limit("jitter_bad", 50, "ms", 5, 1000, "Stream"),
    Limit("sound_jitter_bad", 30, "ms", 5, 1000, "Twilio, Teams"),
    # devices
    Limit("system_cpu_bad", 80, "percent", 20, 100, "Huawei"),
    Limit("app_cpu_bad", 70, "percent", 10, 100, "Huawei"),
    # persistence: so many of so many consecutive points, which lie within so many minutes
    Limit("persist_hits", 3, "points", 1, 20, "Twilio", whole=True),
    Limit("persist_points", 5, "points", 1, 20, "Twilio", whole=True),
    Limit("persist_minutes", 10, "min", 1, 60, _OURS, whole=True),
    # what belongs together
    Limit("fits_share", 0.5, "share", 0.1, 1, _OURS),
    Limit("fits_contrast", 0.3, "share", 0, 1, _OURS),
    Limit("fits_rise", 1.25, "times", 1, 10, _OURS),
    Limit("focus_minutes", 10, "min", 2, 120, _OURS, whole=True),
    # others
    Limit("receivers_hit", 2, "people", 1, 50, _OURS, whole=True),
    Limit("crowd_people", 4, "people", 2, 1000, _OURS, whole=True),
    Limit("crowd_share", 0.3, "share", 0.05, 1, _OURS),
    # enough data
    Limit("short_call", 60, "s", 0, 600, _OURS, whole=True),
    Limit("data_lag", 300, "s", 0, 3600, "Huawei", whole=True),
    Limit("coverage_low", 0.5, "share", 0, 1, _OURS),
)
_BY_ID = {limit.id: limit for limit in LIMITS}
_ORDERED = (("video_freeze_watch", "video_freeze_bad"), ("persist_hits", "persist_points"))


class Limits(Mapping[str, float]):
    """The limits in force, by id."""

    def __init__(self, values: Mapping[str, float]) -> None:
        self._values = MappingProxyType(dict(values))

    def __getitem__(self, name: str) -> float:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def whole(self, name: str) -> int:
        """Return a limit that is a whole number."""
        return int(self._values[name])

    def plain(self) -> dict[str, float]:
        """Return them as a dictionary of one's own."""
        return dict(self._values)


def limits_in_force(*overrides: Mapping[str, object]) -> Limits:
    """Return the defaults, overridden by each mapping in turn: the installation's, then the connection's.

    Raises BadLimits.
    """
    merged: dict[str, object] = {}
    for override in overrides:
        merged |= override
    found = tuple(problems(merged))
    if found:
        raise BadLimits(found)
    return Limits({limit.id: float(str(merged.get(limit.id, limit.default))) for limit in LIMITS})


def problems(values: Mapping[str, object]) -> Iterator[LimitProblem]:
    """Yield what is wrong with values that are to override the defaults."""
    numbers = {limit.id: limit.default for limit in LIMITS}
    for name, given in values.items():
        limit, number = _BY_ID.get(name), _number(given)
        if limit is None:
            yield LimitProblem(name, "unknown", str(given))
        elif number is None:
            yield LimitProblem(name, "not_a_number", str(given))
        elif limit.whole and not number.is_integer():
            yield LimitProblem(name, "not_whole", str(given))
        elif not limit.low <= number <= limit.high:
            yield LimitProblem(name, "range", str(given), limit.low, limit.high)
        else:
            numbers[name] = number
    for smaller, larger in _ORDERED:
        if numbers[smaller] > numbers[larger]:
            yield LimitProblem(smaller, "order", str(numbers[smaller]), other=larger)


def _number(given: object) -> float | None:
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        return None
    try:
        number = float(given)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
