"""Times and time ranges: aware UTC inside, the viewer's zone at the edge.

The viewer's zone is Django's current time zone; a middleware activates it for each request.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext

__all__ = [
    "PRESETS",
    "Preset",
    "TimeRange",
    "ago",
    "clock",
    "duration",
    "is_zone",
    "local_text",
    "parse_local",
    "parse_range",
    "seconds_told",
    "utc_text",
    "zone_name",
    "zone_names",
    "zone_offset",
]


@dataclass(frozen=True)
class Preset:
    """A range that moves with the clock: from `length` ago until now."""

    name: str
    label: str | Promise
    length: timedelta


PRESETS = {
    preset.name: preset
    for preset in (
        Preset("1h", gettext_lazy("Last hour"), timedelta(hours=1)),
        Preset("6h", gettext_lazy("Last 6 hours"), timedelta(hours=6)),
        Preset("24h", gettext_lazy("Last 24 hours"), timedelta(hours=24)),
        Preset("7d", gettext_lazy("Last 7 days"), timedelta(days=7)),
        Preset("30d", gettext_lazy("Last 30 days"), timedelta(days=30)),
    )
}


@dataclass(frozen=True)
class TimeRange:
    """From start to end, both aware and in UTC; start comes before end.

    preset: the name of the preset that it came from, else "". problem: why the asked range was not taken, else "".
    """

    start: datetime
    end: datetime
    preset: str = ""
    problem: str = ""

    @property
    def length(self) -> timedelta:
        return self.end - self.start


def parse_range(
    *, preset: str, start: str, end: str, default: str = "1h", longest: timedelta | None = None, now: datetime
) -> TimeRange:
    """Read a range from an address or a form.

    preset: a name of PRESETS; wins over start and end. start, end: local times as `parse_local` reads them; an empty
    end means now. default: the preset taken when nothing usable was asked. longest: the most that may be asked; a
    longer range keeps its end. now: aware.
    """
    if preset in PRESETS or not (start or end):
        return _from_preset(preset if preset in PRESETS else default, longest, now)
    began, ended = parse_local(start), parse_local(end) if end else now
    if began is None or ended is None:
        return _instead(default, longest, now, gettext("That is not a time. Write it like 2026-03-01 14:30."))
    if began >= ended:
        return _instead(default, longest, now, gettext("The range ends before it starts."))
    if longest is not None and ended - began > longest:
        problem = gettext("Longer than %(longest)s: shown is the last part of it.") % {
            "longest": duration(longest.total_seconds())
        }
        return TimeRange(ended - longest, ended, problem=problem)
    return TimeRange(began.astimezone(UTC), ended.astimezone(UTC))


def _from_preset(name: str, longest: timedelta | None, now: datetime) -> TimeRange:
    length = PRESETS[name].length
    if longest is not None:
        length = min(length, longest)
    return TimeRange(now.astimezone(UTC) - length, now.astimezone(UTC), preset=name)


def _instead(default: str, longest: timedelta | None, now: datetime, problem: str) -> TimeRange:
    kept = _from_preset(default, longest, now)
    return TimeRange(kept.start, kept.end, preset=kept.preset, problem=problem)


def parse_local(text: str) -> datetime | None:
    """Read "2026-03-01T14:30", with a space instead of the T, with seconds, or a date alone; in the viewer's zone.

    A text that carries its own offset keeps it. Returns aware UTC, or None for anything else. A time that the zone
    skips or repeats when clocks change is read with the offset in force before the change.
    """
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if read.tzinfo is None:
        read = read.replace(tzinfo=timezone.get_current_timezone())
    try:
        return read.astimezone(UTC)
    except OverflowError:
        return None


def clock(moment: datetime) -> str:
    """Return the time of day in the viewer's zone, to the second."""
    return timezone.localtime(moment).strftime("%H:%M:%S")


def local_text(moment: datetime, *, now: datetime | None = None) -> str:
    """Return date and time in the viewer's zone: the time alone today, with the date on other days.

    The date is written 2026-03-01 in every language: nobody takes the month for the day, and columns line up.
    """
    local = timezone.localtime(moment)
    today = timezone.localtime(now or timezone.now()).date()
    return local.strftime("%H:%M:%S" if local.date() == today else "%Y-%m-%d %H:%M:%S")


def utc_text(moment: datetime) -> str:
    """Return date and time in UTC, as one writes it in a ticket."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def ago(seconds: float) -> str:
    """Say in words how long ago something was: "just now", "12 s ago", "5 min ago", "3 h ago", "2 days ago"."""
    seconds = max(0, int(seconds))
    if seconds < 5:
        return gettext("just now")
    if seconds < 60:
        return gettext("%(count)s s ago") % {"count": seconds}
    if seconds < 3600:
        return gettext("%(count)s min ago") % {"count": seconds // 60}
    if seconds < 86_400:
        return gettext("%(count)s h ago") % {"count": seconds // 3600}
    days = seconds // 86_400
    return ngettext("%(count)s day ago", "%(count)s days ago", days) % {"count": days}


def duration(seconds: float) -> str:
    """Say how long something takes in its two largest units: "42 s", "3 min 05 s", "2 h 07 min", "3 d 4 h"."""
    whole = max(0, int(seconds))
    if whole < 60:
        return gettext("%(seconds)s s") % {"seconds": whole}
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return gettext("%(minutes)s min %(seconds)s s") % {"minutes": minutes, "seconds": f"{rest:02}"}
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return gettext("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": f"{minutes:02}"}
    days, hours = divmod(hours, 24)
    return gettext("%(days)s d %(hours)s h") % {"days": f"{days:,}", "hours": hours}


def seconds_told(seconds: float) -> int:
    """Return the seconds that duration() tells: without those that stand behind its two largest units."""
    whole = max(0, int(seconds))
    if whole < 3600:
        return whole
    return whole - whole % (60 if whole < 48 * 3600 else 3600)


def is_zone(name: str) -> bool:
    """Say whether this is a time zone that one may choose."""
    return name in _zones()


def zone_names() -> list[str]:
    """Return the names that one may choose, sorted; without the aliases that only old systems use."""
    return sorted(name for name in _zones() if name == "UTC" or ("/" in name and not name.startswith("Etc/")))


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def zone_name() -> str:
    """Return the viewer's zone as the time zone database calls it."""
    zone = timezone.get_current_timezone()
    return getattr(zone, "key", None) or str(zone)


def zone_offset(moment: datetime | None = None, zone: tzinfo | ZoneInfo | None = None) -> str:
    """Return the zone's distance from UTC at that moment (default: now, viewer's zone): "UTC", "UTC+8", "UTC−3:30"."""
    shift = (moment or timezone.now()).astimezone(
        zone or timezone.get_current_timezone()
    ).utcoffset() or timedelta()
    minutes = int(shift.total_seconds()) // 60
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}" + (f":{rest:02}" if rest else "")
