"""Times as people say them, written in digits: "half past three", "two hours ago", "3 o'clock", "下午三点半"."""

import re

from console.investigate.pasted.days import edged

__all__ = ["spelled_clock", "spelled_numbers"]

_ENGLISH = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "forty-five": 45,
    "fifty": 50,
}
_WORD = rf"(?<![A-Za-z0-9_-])(?P<word>{'|'.join(sorted(_ENGLISH, key=len, reverse=True))})(?![A-Za-z0-9_-])"
# A number counts as a time's by what stands around it: "at one" does, "at one point" does not.
_SAID_BEHIND = edged(
    rf"{_WORD}(?=\s+(?:minutes?|mins?|hours?|hrs?|days?)\s+(?:ago|past|to)\b|\s+past\s|\s*o\s?['’‘`]?\s?clock\b"
    r"|\s*(?:a\.?m|p\.?m)\b)"
)
_SAID_BEFORE = edged(
    rf"(?P<before>\b(?:at|past|half|(?:quarter|minutes)\s+to)\s+){_WORD}"
    r"(?=\s*(?:$|[,.;!?]|(?:in the|yesterday|today|to|until|and)\b))"
)
_COUPLE = edged(r"\b(?:a\s+)?couple\s+(?:of\s+)?(?=(?:minutes|mins|hours|hrs|days)\s+ago\b)")
_OCLOCK = edged(r"(?<![A-Za-z0-9_.:-])(\d{1,2})\s*o\s?['’‘`]?\s?clock\b")
_PAST = edged(
    r"(?:\ba\s+)?\b(?P<part>half|quarter|\d{1,2}(?=\s+past\b|\s+minutes?\s+(?:past|to)\b))(?:\s+minutes?)?"
    r"\s+(?P<side>past|to)\s+(?P<hour>\d{1,2})\b(?![:：]|\.\d)"
)
_DOT = edged(r"(?<![\d.])(\d{1,2})\.(\d{2})(?=\s*[ap]\.?\s?m\b)")  # "3.15 pm"
_BARE_HOUR = edged(
    r"\bat\s+(\d{1,2})(?=$|(?:[\s;]|[.,](?!\d))(?!\s*[ap]\.?\s?m\b))|(?<![A-Za-z0-9_:.-])(\d{1,2})h(\d{2})?\b"
)
_MIDNIGHT = edged(r"(?:\b12\s+)?\bmidnight\b|(?:午夜|半夜)(?!\s*[\d零一二两三四五六七八九十])")

_DIGITS = {one: value for value, one in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_NUMERAL = r"[零〇一二两三四五六七八九十]{1,3}"
_PART_OF_DAY = r"(?:上午|下午|中午|凌晨|早上|晚上|傍晚|半夜|夜里)"
_CHINESE_CLOCK = re.compile(
    rf"(?P<hour>{_NUMERAL}|\d{{1,2}})(?P<dian>[点點](?!间)|时(?!间|候|段))钟?"
    rf"(?:(?P<quarters>[一三])刻|(?P<minute>{_NUMERAL}(?=分|[^零〇一二两三四五六七八九十个点點天月次刻]|$)))?"
)
# "有一点卡" is a bit, and not one o'clock.
_A_BIT = re.compile(r"一[点點](?!钟|半|[一三]刻|[零〇一二三四五六七八九十\d])")
_ONE_OCLOCK = re.compile(rf"{_PART_OF_DAY}\s*$")
_CHINESE_AGO = re.compile(rf"(?P<count>{_NUMERAL})(?=\s*个?(?:分钟|小时|钟头|天)(?:之|以)?前)")
_CHINESE_DAY = re.compile(rf"(?P<month>{_NUMERAL})月(?P<day>{_NUMERAL})(?=[日号])")


def spelled_numbers(text: str) -> str:
    """Write the numbers of times and days in digits, English and Chinese ones."""
    text = _COUPLE.sub("2 ", text)
    text = _SAID_BEHIND.sub(lambda found: str(_ENGLISH[found["word"].lower()]), text)
    text = _SAID_BEFORE.sub(lambda found: found["before"] + str(_ENGLISH[found["word"].lower()]), text)
    text = _CHINESE_AGO.sub(lambda found: _number(found["count"]), text)
    text = _CHINESE_DAY.sub(lambda found: f"{_number(found['month'])}月{_number(found['day'])}", text)
    return _CHINESE_CLOCK.sub(_chinese_clock, text)


def spelled_clock(text: str) -> str:
    """Write times of day as clocks show them: "half past 3", "3 o'clock", "at 10", "15h30", "midnight"."""
    text = _DOT.sub(r"\1:\2", _PAST.sub(_past, _OCLOCK.sub(r"\1:00", text)))
    return _MIDNIGHT.sub(" 0:00 ", _BARE_HOUR.sub(_bare, text))


def _past(found: re.Match[str]) -> str:
    """Write "half past 3" and "quarter to 4" as times of day."""
    part = found["part"].lower()
    minutes = {"half": 30, "quarter": 15}.get(part) or (int(part) if part.isdigit() else 0)
    hour = int(found["hour"])
    if minutes > 59:
        return found[0]
    if found["side"].lower() == "to" and minutes:
        hour, minutes = (hour - 1) % 24 or 12, 60 - minutes
    return f"{hour}:{minutes:02d}"


def _bare(found: re.Match[str]) -> str:
    """Write "at 10" and "15h30" as times of day."""
    return f"at {found[1] or found[2]}:{found[3] or '00'}"


def _chinese_clock(found: re.Match[str]) -> str:
    if _A_BIT.match(found.string, found.start()) and not _ONE_OCLOCK.search(found.string, 0, found.start()):
        return found[0]
    hour, minute = _number(found["hour"]), _number(found["minute"] or "")
    if found["quarters"]:
        minute = {"一": "15", "三": "45"}[found["quarters"]]
    return f"{hour}{found['dian']}{minute}"


def _number(numeral: str) -> str:
    """Return a Chinese numeral below a hundred in digits; what is none as it is."""
    if not numeral or numeral.isdecimal():
        return numeral
    tens, ten, ones = numeral.rpartition("十")
    if ten:
        return str((_DIGITS.get(tens, 1) if tens else 1) * 10 + (_DIGITS.get(ones, 0) if ones else 0))
    return "".join(str(_DIGITS[one]) for one in numeral)
