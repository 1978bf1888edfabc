"""The range of time that a list of rooms covers: presets that many viewers share, or from–to of one's own.

The cloud lists what began in the window, and takes at most 90 days. A preset's start is rounded, so that everybody
who looks at "the last 24 hours" asks the same question and one answer serves them all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from console.core.times import PRESETS as COMMON
from console.core.times import is_zone, parse_local, zone_name

__all__ = ["CUSTOM", "LONGEST_DAYS", "PRESETS", "Window", "read_window", "use_window"]

LONGEST_DAYS = 90
CUSTOM = "custom"
_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True)
class _Preset:
    label: str | Promise
    length: timedelta


PRESETS: dict[str, _Preset] = {
    name: _Preset(COMMON[name].label, COMMON[name].length) for name in ("1h", "6h", "24h", "7d", "30d")
} | {"90d": _Preset(gettext_lazy("Last 90 days"), timedelta(days=LONGEST_DAYS))}
DEFAULT = "24h"


@dataclass(frozen=True)
class Window:
    """From start to end, aware UTC. start None: the cloud's own default, the last hour. end None: until now.

    name: of the preset, or "custom". problems: {field: what is wrong with it}; such a window must not be asked for.
    begin, until: what stands in the from–to fields, in the viewer's zone.
    """

    name: str
    start: datetime | None
    end: datetime | None
    begin: str = ""
    until: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def before(self) -> "Window | None":
        """The same preset an hour ago: the question whose answer is kept when the clock has just moved on."""
        if self.name == CUSTOM or self.start is None:
            return None
        return replace(self, start=self.start - _HOUR)

    def parameters(self) -> dict[str, datetime]:
        """Return what the cloud is to be asked, without what it takes by itself."""
        wanted = {"start_time": self.start, "end_time": self.end}
        return {name: moment for name, moment in wanted.items() if moment is not None}


def read_window(query: Mapping[str, str], now: datetime) -> Window:
    """Read a window from an address.

    range: a preset's name or "custom". from, to: times in `zone` (a time zone's name), else in the viewer's. Of
    "custom" with neither, which was only just chosen, the fields hold the usual preset, and that is what is asked.
    """
    name = query.get("range", "")
    begin, until = query.get("from", "").strip(), query.get("to", "").strip()
    if name == CUSTOM and not (begin or until):
        start = _preset(DEFAULT, now).start
        return Window(CUSTOM, start, None, _in_field(start), _in_field(now))
    if name == CUSTOM or (not name and (begin or until)):
        return _own(begin, until, query.get("zone", ""), now)
    return _preset(name if name in PRESETS else DEFAULT, now)


def _preset(name: str, now: datetime) -> Window:
    if name == "1h":
        return Window(name, None, None)
    start = _hour(now - PRESETS[name].length)
    if PRESETS[name].length >= timedelta(days=LONGEST_DAYS):
        start += _HOUR  # rounding must not make the window longer than the cloud takes
    return Window(name, start, None)


def _own(begin: str, until: str, zone: str, now: datetime) -> Window:
    with timezone.override(zone if is_zone(zone) else zone_name()):
        start, end = parse_local(begin), parse_local(until) if until else now
    problems = {}
    if start is None:
        problems["from"] = gettext("Write a date and time like 2026-03-01 14:30.")
    if end is None:
        problems["to"] = gettext("Write a date and time like 2026-03-01 14:30.")
    if start and end and not problems:
        problems = _limits(start, end, now)
    return Window(
        CUSTOM,
        start if not problems else None,
        end if until and not problems else None,
        _in_field(start) or begin,
        (_in_field(end) if until else "") or until,
        problems,
    )


def _limits(start: datetime, end: datetime, now: datetime) -> dict[str, str]:
    if start > now:
        return {"from": gettext("That is in the future.")}
    if start >= end:
        return {"to": gettext("The range ends before it starts.")}
    if end - start > timedelta(days=LONGEST_DAYS):
        return {
            "from": gettext(
                "The cloud lists at most %(days)s days at a time. Choose a later start or an earlier end."
            )
            % {"days": LONGEST_DAYS}
        }
    return {}


def use_window(opened_at: datetime | None, closed_at: datetime | None, now: datetime) -> Window:
    """Return the window that holds everybody who joined one use of a room."""
    start = opened_at or _midnight(now) - timedelta(days=LONGEST_DAYS - 1)
    earliest = _hour(now - timedelta(days=LONGEST_DAYS)) + _HOUR
    # A cloud whose clock is ahead of ours may have opened the room in what is still the future here.
    start = min(max(start, earliest), now - _MINUTE)
    # Times are asked for by the minute: the minute in which the room closed belongs to it.
    return Window(CUSTOM, start, closed_at + _MINUTE if closed_at else None)


def _in_field(moment: datetime | None) -> str:
    """A datetime-local field's value, in the zone that the viewer reads."""
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M") if moment else ""


def _hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _midnight(moment: datetime) -> datetime:
    return _hour(moment).replace(hour=0)
