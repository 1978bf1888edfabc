"""What stands along the bottom of a chart: a grid of moments, single moments, days, or names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext

from console.core import times

__all__ = ["Axis", "Days", "Grid", "Moments", "Names", "Steps"]

_DAY = 86_400


@dataclass(frozen=True)
class Grid:
    """Moments at one distance, the first at `start` (aware). step: seconds."""

    start: datetime
    step: int
    count: int

    def __len__(self) -> int:
        return self.count

    @property
    def heading(self) -> str:
        return gettext("Time (%(zone)s)") % {"zone": times.zone_offset(self.start)}

    def labels(self) -> list[str]:
        """Return each moment in the viewer's zone."""
        zone, step = timezone.get_current_timezone(), timedelta(seconds=self.step)
        shape = "%Y-%m-%d %H:%M" if self.step % 60 == 0 else "%Y-%m-%d %H:%M:%S"
        utc = self.start.astimezone(UTC)
        return [(utc + n * step).astimezone(zone).strftime(shape) for n in range(self.count)]

    def as_json(self) -> dict[str, Any]:
        end = self.start + timedelta(seconds=self.step * max(self.count - 1, 0))
        first = _epoch(self.start)
        return {
            "kind": "time",
            "start": first,
            "step": self.step,
            "count": self.count,
            "offsets": _offsets(self.start, end),
        }


@dataclass(frozen=True)
class Moments:
    """Moments at any distance, ascending, each aware. gap_after: seconds; a longer silence parts the line.

    first, last: what the chart shows from and to, where that is more than the moments cover.
    """

    at: Sequence[datetime]
    gap_after: int | None = None
    first: datetime | None = None
    last: datetime | None = None

    def __len__(self) -> int:
        return len(self.at)

    @property
    def heading(self) -> str:
        return gettext("Time (%(zone)s)") % {"zone": times.zone_offset(self.at[0] if self.at else None)}

    def labels(self) -> list[str]:
        zone = timezone.get_current_timezone()
        return [moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S") for moment in self.at]

    def as_json(self) -> dict[str, Any]:
        known = [moment for moment in (self.first, *self.at[:1], *self.at[-1:], self.last) if moment]
        low, high = (min(known), max(known)) if known else (timezone.now(), timezone.now())
        return {
            "kind": "time",
            "at": [_epoch(moment) for moment in self.at],
            "from": _epoch(low),
            "to": _epoch(high),
            "gapAfter": self.gap_after,
            "offsets": _offsets(low, high),
        }


@dataclass(frozen=True)
class Days:
    """Days of the cloud, which are days of UTC in every zone. notes: what is said of some places beside their day."""

    first: date
    count: int
    notes: Mapping[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return self.count

    @property
    def heading(self) -> str:
        return gettext("Day (UTC)")

    def labels(self) -> list[str]:
        days = [(self.first + timedelta(days=n)).isoformat() for n in range(self.count)]
        for place, note in self.notes.items():
            days[place] = f"{days[place]}, {note}"
        return days

    def as_json(self) -> dict[str, Any]:
        start = _epoch(datetime.combine(self.first, time.min, UTC))
        return {
            "kind": "time",
            "days": True,
            "start": start,
            "step": _DAY,
            "count": self.count,
            "offsets": [[start, 0]],
            "notes": dict(self.notes),
        }


@dataclass(frozen=True)
class Steps:
    """Weeks or months of UTC, each by its first day, ascending. names: what each is called, notes included.

    days: about how many a step has.
    """

    begins: Sequence[date]
    names: Sequence[str]
    days: int = 7

    def __len__(self) -> int:
        return len(self.begins)

    @property
    def heading(self) -> str:
        return gettext("Week (UTC)") if self.days == 7 else gettext("Month (UTC)")

    def labels(self) -> list[str]:
        return list(self.names)

    def as_json(self) -> dict[str, Any]:
        moments = [_epoch(datetime.combine(day, time.min, UTC)) for day in self.begins]
        step = self.days * _DAY
        low, high = (moments[0] - step // 2, moments[-1] + step) if moments else (0, _DAY)
        return {
            "kind": "time",
            "days": True,
            "at": moments,
            "step": step,
            "from": low,
            "to": high,
            "gapAfter": step + 3 * _DAY,
            "labels": list(self.names),
            "offsets": [[low, 0]],
        }


@dataclass(frozen=True)
class Names:
    """Things that have no order in time. heading: what they are. From the cloud or not: always treated as hostile."""

    names: Sequence[str | Promise]
    title: str | Promise = ""

    def __len__(self) -> int:
        return len(self.names)

    @property
    def heading(self) -> str:
        return str(self.title)

    def labels(self) -> list[str]:
        return [str(name) for name in self.names]

    def as_json(self) -> dict[str, Any]:
        from console.core.text import plain

        return {"kind": "names", "names": [plain(str(name)) for name in self.names]}


Axis = Grid | Moments | Days | Steps | Names


def _epoch(moment: datetime) -> int | float:
    seconds = moment.timestamp()
    return int(seconds) if seconds == int(seconds) else round(seconds, 3)


def _offsets(first: datetime, last: datetime) -> list[list[int | float]]:
    """Return [from when, seconds ahead of UTC] for the viewer's zone, a row more at each change of its clocks."""
    zone = timezone.get_current_timezone()
    rows = [[_epoch(first), _ahead(first, zone)]]
    at = first
    while at < last:
        later = min(at + timedelta(days=7), last)
        if _ahead(later, zone) != rows[-1][1]:
            change = _change_between(at, later, zone)
            rows.append([_epoch(change), _ahead(change, zone)])
        at = later
    return rows


def _change_between(low: datetime, high: datetime, zone: Any) -> datetime:
    """Find the second at which the clocks have changed, between two moments of which only the later one has it."""
    before = _ahead(low, zone)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        low, high = (middle, high) if _ahead(middle, zone) == before else (low, middle)
    return high.replace(microsecond=0)


def _ahead(moment: datetime, zone: ZoneInfo) -> int:
    return int((moment.astimezone(zone).utcoffset() or timedelta()).total_seconds())
