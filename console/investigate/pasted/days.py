"""The day that a sentence names: "yesterday", "26.11.2026", "11/26", "March 1st", "last Friday", "上周五", "3月1日"."""

import re
from datetime import date, datetime, timedelta

__all__ = ["edged", "make_date", "read_day", "read_week"]

_DAY = timedelta(days=1)


def edged(pattern: str) -> re.Pattern[str]:
    """Compile a pattern in which \\b is the edge of a Latin word: Chinese characters stand right beside one."""
    return re.compile(pattern.replace(r"\b", r"(?a:\b)"), re.I)


_MONTH_DAY = re.compile(r"(?<!\d)(\d{1,2})月(\d{1,2})[日号]?")
_DOTTED = re.compile(r"(?<![A-Za-z0-9_.])(\d{1,2})\.(\d{1,2})\.(\d{4})(?![A-Za-z0-9_.])")
_SLASHED = edged(
    r"(?<![A-Za-z0-9_./-])(?!24/7\b)(\d{1,2})/(\d{1,2})"
    r"(?:/(\d{4})(?![A-Za-z0-9_/-])|(?=,?\s+(?:at\s+|around\s+)?\d{1,2}[:：]\d{2}))"
)
_NAMES = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NAMED = edged(
    rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?({'|'.join(_NAMES)})[a-z]*\.?\s*(?:(\d{{1,2}})(?![\d:：]|\s*[ap]\.?m\b))?(?:st|nd|rd|th)?"
    r"(?:,?\s+(\d{4}))?\b"
)
_RELATIVE = (
    (edged(r"\bday before yesterday\b|前天"), 2),
    (edged(r"\byesterday\b|\blast night\b|昨晚上?|昨[天日]"), 1),
    (edged(r"\btomorrow\b|明[天日]"), -1),
    (edged(r"\btoday\b|\bthis (?:morning|afternoon|evening)\b|\btonight\b|今晚上?|今早上?|今[天日]"), 0),
)
_PARTS = ("morning", "afternoon", "evening", "night", "晚", "早")
_WEEKDAYS = (
    edged(
        r"\b(?:(?P<week>last\s+week)\s+(?:on\s+)?|(?P<last>last)\s+|on\s+)?"
        r"(?P<day>mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b(?:\s+(?P<week_behind>last\s+week)\b)?"
    ),
    re.compile(r"(?P<week>上)?个?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])"),
)
# "The last week" is the last seven days as often; "上上周" is another one.
_LAST_WEEK = edged(
    r"(?<!the )(?<!past )\blast\s+week\b(?:'s\b)?|(?<!der )\b(?:letzte[rn]?|vorige[rn]?|vergangene[rn]?)\s+woche\b"
    r"|(?<!上)上个?(?:周|星期|礼拜)(?![一二三四五六日天末])"
)
_CHINESE_DAYS = "一二三四五六日"


def read_day(text: str, here: datetime) -> tuple[date | None, str]:
    """Return the day that a text names, None when it names none, and the text without it.

    The part of the day that a word names along with the day stays in the text: the evening of "last night" and "昨晚".
    """
    today = here.date()
    for pattern, back in _RELATIVE:
        found = pattern.search(text)
        if found is not None:
            said = found[0].lower().removesuffix("上")
            kept = next((part for part in _PARTS if said.endswith(part)), "")
            kept = {"晚": "晚上", "早": "早上"}.get(kept, "evening" if said == "tonight" else kept)
            return today - back * _DAY, f"{text[: found.start()]} {kept}{text[found.end() :]}"
    for read in (_month_day, _dotted, _slashed, _named, _weekday):
        day, rest = read(text, today)
        if day is not None:
            return day, rest
    return None, text


def read_week(text: str, here: datetime) -> tuple[date, str] | None:
    """Return the Monday of the week before this one, where a text names that week, and the text without it."""
    found = _LAST_WEEK.search(text)
    if found is None:
        return None
    today = here.date()
    return today - (today.weekday() + 7) * _DAY, _cut(text, found)


def _month_day(text: str, today: date) -> tuple[date | None, str]:
    found = _MONTH_DAY.search(text)
    return (_this_year(int(found[1]), int(found[2]), today), _cut(text, found)) if found else (None, text)


def _dotted(text: str, today: date) -> tuple[date | None, str]:
    found = _DOTTED.search(text)
    if found is None:
        return None, text
    day = make_date(int(found[3]), int(found[2]), int(found[1]))
    return (day, _cut(text, found)) if day else (None, text)


def _slashed(text: str, today: date) -> tuple[date | None, str]:
    """Read 11/26/2026 and 26/11/2026; where both can be meant, the later one that has been."""
    found = _SLASHED.search(text)
    if found is None:
        return None, text
    one, other, year = int(found[1]), int(found[2]), found[3]
    if year:
        days = [make_date(int(year), one, other), make_date(int(year), other, one)]
    else:
        days = [_this_year(one, other, today), _this_year(other, one, today)]
    known = [day for day in days if day is not None]
    day = max((day for day in known if day <= today), default=min(known, default=None))
    return (day, _cut(text, found)) if day else (None, text)


def _named(text: str, today: date) -> tuple[date | None, str]:
    for found in _NAMED.finditer(text):
        number = found[1] or found[3]
        if number is None:
            continue
        month = _NAMES.index(found[2].lower()) + 1
        if found[4]:
            day = make_date(int(found[4]), month, int(number))
            if day is None:
                continue
            return day, _cut(text, found)
        return _this_year(month, int(number), today), _cut(text, found)
    return None, text


def _weekday(text: str, today: date) -> tuple[date | None, str]:
    """Read a weekday: the last that has been, today's own included unless "last" was said.

    "上周三" and "Wednesday last week" are of the calendar week before this one, "last Wednesday" of whichever week.
    """
    for pattern in _WEEKDAYS:
        found = pattern.search(text)
        if found is None:
            continue
        said = found["day"].lower()
        wanted = (
            _CHINESE_DAYS.index(said.replace("天", "日"))
            if said in _CHINESE_DAYS + "天"
            else ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].index(said[:3])
        )
        how = found.groupdict()
        if how.get("week") or how.get("week_behind"):
            back = today.weekday() + 7 - wanted
        else:
            back = (today.weekday() - wanted) % 7 or (7 if how.get("last") else 0)
        return today - back * _DAY, _cut(text, found)
    return None, text


def make_date(year: int, month: int, day: int) -> date | None:
    """Return a day of the calendar; None where there is none such."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _this_year(month: int, day: int, today: date) -> date | None:
    """Return the last such day that has been."""
    for year in (today.year, today.year - 1):
        found = make_date(year, month, day)
        if found is not None and found <= today:
            return found
    return None


def _cut(text: str, found: re.Match[str]) -> str:
    return text[: found.start()] + " " + text[found.end() :]
