"""The time that a sentence names: "yesterday 3 pm", "15:10", "昨天下午3点", "2026-03-01 14:30–15:00", "20 minutes ago".

A time without a day is the last such time that has been; a day without a time is the whole day.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from console.investigate.pasted.days import edged, make_date, read_day, read_week
from console.investigate.pasted.dotted import dotted_clock
from console.investigate.pasted.spoken import spelled_clock, spelled_numbers
from console.investigate.pasted.zones import read_zone

__all__ = ["Moment", "read_epoch", "read_moment"]

_DAY = timedelta(days=1)
_SMALL_HOURS = 5  # "last night at 2" was today
_JUST_AHEAD = timedelta(minutes=5)  # clocks differ; so much in the future is still "now"


@dataclass(frozen=True)
class Moment:
    """From when to when it hurt, aware UTC; start equals end for one moment.

    zone: name of the zone that the text itself named, else ""; clock: that zone. future: it has not been yet.
    backwards: the text named an end before its start; then start is what it named first. week: it is the week before
    this one, Monday to Sunday, of which no day was named.
    """

    start: datetime
    end: datetime
    zone: str = ""
    future: bool = False
    backwards: bool = False
    clock: tzinfo | None = None
    week: bool = False

    @property
    def at(self) -> datetime:
        """The middle."""
        return self.start + (self.end - self.start) / 2


@dataclass(frozen=True)
class _Clock:
    """A time of day. half: am or pm was said, or is clear. after: it is of the night, after midnight: the day after."""

    hour: int
    minute: int
    second: int
    half: bool
    after: bool = False


_ISO = re.compile(
    r"(?<![A-Za-z0-9_-])(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T\s,]*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?(?![\d-])"
)
_AGO = (
    edged(r"\b(\d{1,3}|an?|half an)\s*(minutes?|mins?|hours?|hrs?|h|days?)\s+ago\b"),
    re.compile(r"(\d{1,3}|半)个?\s*(分钟|小时|钟头|天)(?:[之以]?前)"),
)
_NOW = edged(r"\b(?:just now|right now)\b|刚才|刚刚|现在")
_NIGHT = r"晚上|晚|半夜|深夜|夜里"
_PM = rf"p\.?\s?m\.?|下午|傍晚|{_NIGHT}"
_AM = r"a\.?\s?m\.?|上午|早上|早|凌晨"
_CLOCK = edged(
    rf"(?:(?P<before>中午|{_AM}|{_PM})\s*)?"
    r"(?<![\d.:/])(?P<hour>\d{1,2})"
    r"(?:(?:[:：](?P<minute>\d{2})(?:[:：](?P<second>\d{2}))?)|(?P<dian>[点點时](?!间)(?:(?P<minutes>\d{1,2})分?|(?P<half>半)|(?P<quarter>一刻))?)|(?=\s*(?:a\.?m\b|p\.?m\b)))"
    r"(?![\d:])"
    r"(?:\s*(?P<after>a\.?\s?m\b\.?|p\.?\s?m\b\.?))?"
)
_HOUR_TO = re.compile(
    rf"(?<![\d.:/-])(?P<hour>\d{{1,2}})(?=\s*(?:-|–|—|~|to|until|and|到|至)\s*\d{{1,2}}(?:[:：]\d{{2}})?\s*(?:{_AM}|{_PM}))",
    re.I,
)
_AT_NIGHT = edged(r"\bnight\b|晚上|[今昨]晚")
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")
_NOON = edged(r"\b(?:noon|midday)\b|正午|中午(?!\s*\d)")
_MORNING = (
    (edged(r"\bmorning\b|上午|早上|今早"), 6, 12),
    (edged(r"\bafternoon\b|下午"), 12, 18),
    (edged(r"\bevening\b|\bnight\b|\btonight\b|晚上|[今昨]晚"), 18, 24),
)


def read_moment(text: str, zone: tzinfo, now: datetime) -> tuple[Moment | None, str]:
    """Return the time that a text names, None when it names none, and the text without it.

    zone: of whoever says it, unless the text names one. now: aware.
    """
    named, rest = read_zone(text)
    at, name = named or (zone, "")
    clock = at if named else None
    here = now.astimezone(at)
    passed, rest = _ago(spelled_numbers(dotted_clock(rest)), now)
    if passed is not None:
        return Moment(passed, passed, name, clock=clock), rest
    day, clocks, rest = _whole(rest)
    if day is None:
        day, rest = read_day(rest, here)
    if not clocks:
        clocks, rest = _clocks(spelled_clock(rest))
    if day is None and (said := read_week(rest, here)) is not None:
        monday, rest = said  # a time of day alone does not say of which day
        start, end = (
            datetime.combine(one, time(), at).astimezone(UTC) for one in (monday, monday + 7 * _DAY)
        )
        return Moment(start, end, name, clock=clock, week=True), _without_parts_of_day(rest)
    moment = _together(day, clocks, rest, at, now)
    if moment is None:
        return None, text
    start, end, backwards = moment
    future = start > now + _JUST_AHEAD
    return Moment(start, end, name, future, backwards, clock), _without_parts_of_day(rest)


def read_epoch(word: str, now: datetime) -> Moment | None:
    """Return the moment that a number in a log stands for, in seconds or milliseconds, if it was within 90 days."""
    if not _EPOCH.fullmatch(word):
        return None
    at = datetime.fromtimestamp(int(word[:10]), UTC)
    return Moment(at, at, "UTC", clock=UTC) if now - 90 * _DAY < at <= now + _JUST_AHEAD else None


def _ago(text: str, now: datetime) -> tuple[datetime | None, str]:
    for pattern in _AGO:
        found = pattern.search(text)
        if found is not None:
            count = {"a": 1.0, "an": 1.0, "half an": 0.5, "半": 0.5}.get(found[1].lower())
            count = float(found[1]) if count is None else count
            unit = found[2].lower()
            length = 60 if unit.startswith("m") or unit == "分钟" else 86_400 if unit[0] in "d天" else 3600
            return now - timedelta(seconds=count * length), _cut(text, found)
    found = _NOW.search(text)
    return (now, _cut(text, found)) if found else (None, text)


def _whole(text: str) -> tuple[date | None, list[_Clock], str]:
    """Read a date written in full, with its time where one stands right behind it."""
    found = _ISO.search(text)
    if found is None:
        return None, [], text
    day = make_date(int(found[1]), int(found[2]), int(found[3]))
    if day is None:
        return None, [], text
    if found[4] is None:
        return day, [], _cut(text, found)
    clock = _clock(int(found[4]), int(found[5]), int(found[6] or 0), half=True)
    if clock is None:
        return None, [], text
    rest = text[found.end() :]
    second = _second_of_range(rest)
    if second is not None:
        end, length = second
        return day, [clock, end], text[: found.start()] + " " + rest[length:]
    return day, [clock], _cut(text, found)


def _second_of_range(rest: str) -> tuple[_Clock, int] | None:
    joint = re.match(r"\s*(?:-|–|—|~|to|until|and|到|至)\s*", rest, re.I)
    found = _CLOCK.match(rest, joint.end()) if joint else None
    clock = _read_clock(found) if found else None
    return (clock, found.end()) if clock and found else None


def _clocks(text: str) -> tuple[list[_Clock], str]:
    """Read one time of day, or two that are a range."""
    found = [(match, clock) for match in _CLOCK.finditer(text) if (clock := _read_clock(match))]
    rest = text
    if not found:
        noon = _NOON.search(text)
        return ([_Clock(12, 0, 0, True)], _cut(text, noon)) if noon else ([], text)
    clocks = [clock for _match, clock in found[:2]]
    if len(found) == 1:
        before = _HOUR_TO.search(text)  # "3 to 4 pm": the first has no sign of being a time but the second
        first = _clock(int(before["hour"]), 0, 0, half=False) if before else None
        if before and first:
            clocks, found = [first, *clocks], [(before, first), *found]
    elif not re.fullmatch(
        r"\s*(?:-|–|—|~|to|until|till|and|到|至|和)?\s*", text[found[0][0].end() : found[1][0].start()], re.I
    ):
        clocks, found = clocks[:1], found[:1]
    for match, _clock_read in reversed(found[: len(clocks)]):
        rest = _cut(rest, match)
    if len(clocks) == 2 and clocks[1].half and not clocks[0].half and clocks[0].hour < 12 <= clocks[1].hour:
        late = _Clock(clocks[0].hour + 12, clocks[0].minute, clocks[0].second, True)
        if (late.hour, late.minute) <= (clocks[1].hour, clocks[1].minute):
            clocks[0] = late
    return clocks, rest


def _read_clock(found: re.Match[str]) -> _Clock | None:
    minute = int(
        found["minute"] or found["minutes"] or (30 if found["half"] else 15 if found["quarter"] else 0)
    )
    hour, said = int(found["hour"]), (found["before"] or found["after"] or "").lower()
    if re.fullmatch(_NIGHT, said) and (hour < _SMALL_HOURS or hour == 12):
        return _after_midnight(hour, minute, int(found["second"] or 0))
    late = re.fullmatch(_PM, said, re.I) is not None or (said == "中午" and hour < 11)
    early = re.fullmatch(_AM, said, re.I) is not None
    if (late and hour < 12) or (said == "中午" and hour == 0):
        hour += 12
    elif early and hour == 12:
        hour = 0
    return _clock(hour, minute, int(found["second"] or 0), half=bool(said) or hour > 12)


def _after_midnight(hour: int, minute: int, second: int) -> _Clock | None:
    clock = _clock(hour % 12, minute, second, half=True)
    return replace(clock, after=True) if clock else None


def _clock(hour: int, minute: int, second: int, *, half: bool) -> _Clock | None:
    if hour == 24 and minute == 0:
        hour = 0
    return _Clock(hour, minute, second, half) if hour < 24 and minute < 60 and second < 60 else None


def _together(
    day: date | None, clocks: list[_Clock], rest: str, zone: tzinfo, now: datetime
) -> tuple[datetime, datetime, bool] | None:
    here = now.astimezone(zone)
    if not clocks:
        if day is None:
            return None
        low, high = next(((low, high) for said, low, high in _MORNING if said.search(rest)), (0, 24))
        start = datetime.combine(day, time(low), zone)
        end = datetime.combine(day + (_DAY if high == 24 else 0 * _DAY), time(high % 24), zone)
        return start.astimezone(UTC), min(end, max(here, start)).astimezone(UTC), False
    clocks = [_by_part_of_day(clock, rest) for clock in clocks]
    on = day or here.date()
    start, *more = (
        datetime.combine(on + c.after * _DAY, time(c.hour, c.minute, c.second), zone) for c in clocks
    )
    if day is None and start > here + _JUST_AHEAD:
        start, more = start - _DAY, [moment - _DAY for moment in more]
    end = more[0] if more else start
    backwards = False
    if end < start:
        overnight = end + _DAY
        if overnight - start <= timedelta(hours=12) and overnight <= here + _JUST_AHEAD:
            end = overnight
        else:
            end, backwards = start, True
    return start.astimezone(UTC), end.astimezone(UTC), backwards


def _by_part_of_day(clock: _Clock, rest: str) -> _Clock:
    """Take "3 in the afternoon", "this evening at 8:30" and "last night at 2" for what they mean."""
    small = clock.hour < _SMALL_HOURS or (clock.hour == 12 and not clock.half)
    if _AT_NIGHT.search(rest) and small and not clock.after:
        return _after_midnight(clock.hour, clock.minute, clock.second) or clock
    if clock.half or clock.hour >= 12:
        return clock
    late = any(said.search(rest) for said, low, _high in _MORNING if low >= 12)
    return _Clock(clock.hour + 12, clock.minute, clock.second, True) if late else clock


def _without_parts_of_day(text: str) -> str:
    for said, _low, _high in _MORNING:
        text = said.sub(" ", text)
    return re.sub(
        r"\b(?:at|around|about|from|between|since|on|in the)\s*(?=$|[\s,.;])", " ", text, flags=re.I
    )


def _cut(text: str, *found: re.Match[str] | None) -> str:
    for match in found:
        if match is not None:
            text = text[: match.start()] + " " + text[match.end() :]
    return text
