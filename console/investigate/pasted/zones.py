"""The zone that a sentence names beside a time: "10:00 UTC+8", "2026-03-01T14:30Z", "3 pm PST", "北京时间"."""

import re
from datetime import UTC, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

__all__ = ["read_zone"]

# What people write behind a time, in capitals. CST is left out: it is China's as often as America's. In summer they go
# on writing PST: a place is meant, not an offset.
_ABBREVIATIONS = {
    "America/Los_Angeles": ("PST", "PDT", "PT"),
    "America/Denver": ("MST", "MDT"),
    "America/Chicago": ("CDT",),
    "America/New_York": ("EST", "EDT", "ET"),
    "America/Sao_Paulo": ("BRT",),
    "Europe/London": ("BST",),
    "Europe/Paris": ("CET", "CEST", "MEZ", "MESZ"),
    "Europe/Helsinki": ("EET", "EEST"),
    "Europe/Moscow": ("MSK",),
    "Asia/Dubai": ("GST",),
    "Asia/Karachi": ("PKT",),
    "Asia/Kolkata": ("IST",),
    "Asia/Bangkok": ("ICT",),
    "Asia/Jakarta": ("WIB",),
    "Asia/Singapore": ("SGT",),
    "Asia/Hong_Kong": ("HKT",),
    "Asia/Tokyo": ("JST",),
    "Asia/Seoul": ("KST",),
    "Australia/Sydney": ("AEST", "AEDT"),
    "Pacific/Auckland": ("NZST", "NZDT"),
}
_PLACES = {short: name for name, all_of_it in _ABBREVIATIONS.items() for short in all_of_it}
_HALF_HOURS_BEHIND = (
    -2,
    -3,
    -4,
    -9,
)  # Newfoundland in summer and winter, Venezuela until 2016, the Marquesas
_SHORT = re.compile(
    rf"(?<=[\dmM.])\s*\(?({'|'.join(sorted(_PLACES, key=len, reverse=True))})(?![A-Za-z0-9_])\)?"
)
_ZONES = (
    (re.compile(r"(?<![A-Za-z0-9_])(?:UTC|GMT)\s*([+-]\d{1,2})(?::?(\d{2}))?(?![A-Za-z0-9_])", re.I), None),
    (re.compile(r"(?<=\d)\s*(\+\d{2}):?(\d{2})(?![A-Za-z0-9_])"), None),
    # A minus behind a time of day is a range, "10:00-10:30", but where seconds or an ISO date stand before it, or where
    # what follows is written as no time of day is.
    (re.compile(r"(?<=\d:\d\d:\d\d)(?:[.,]\d+)?\s*(-\d{2}):?(\d{2})(?![A-Za-z0-9_:])"), None),
    (re.compile(r"(?<=\d-\d\dT\d\d:\d\d)\s*(-\d{2}):?(\d{2})(?![A-Za-z0-9_:])"), None),
    (re.compile(r"(?<=\d:\d\d)\s*(-\d{2})(\d{2})(?![A-Za-z0-9_:-])"), None),
    (
        re.compile(
            r"(?:Beijing|China|Shanghai)(?:\s+(?:standard\s+)?time)?(?![A-Za-z0-9_])|北京时间|中国时间", re.I
        ),
        "Asia/Shanghai",
    ),
    (re.compile(r"(?<=\d)\s?Z(?![A-Za-z0-9_])|(?<![A-Za-z0-9_])(?:UTC|GMT)(?![A-Za-z0-9_])", re.I), "UTC"),
    (re.compile(r"\b((?:Africa|America|Asia|Atlantic|Australia|Europe|Indian|Pacific)/[A-Za-z_/]+)\b"), ""),
)


def read_zone(text: str) -> tuple[tuple[tzinfo, str] | None, str]:
    """Return the zone that a text names with its name, None when it names none; and the text without it."""
    for pattern, name in _ZONES:
        found = pattern.search(text)
        if found is None:
            continue
        rest = text[: found.start()] + " " + text[found.end() :]
        if name is None:
            hours, minutes = int(found[1]), int(found[2] or 0)
            if not _exists(hours, minutes):
                continue
            shift = timedelta(hours=hours, minutes=minutes if hours >= 0 else -minutes)
            return (timezone(shift), f"UTC{found[1]}" + (f":{found[2]}" if minutes else "")), rest
        try:
            return ((UTC if name == "UTC" else ZoneInfo(name or found[1])), name or found[1]), rest
        except (KeyError, ValueError):
            continue
    short = _SHORT.search(text)
    if short is None:
        return None, text
    name = _PLACES[short[1]]
    return (ZoneInfo(name), name), text[: short.start()] + " " + text[short.end() :]


def _exists(hours: int, minutes: int) -> bool:
    """Whether clocks anywhere differ so much from UTC; behind it, few differ by half hours."""
    if hours < 0 and minutes:
        return minutes == 30 and hours in _HALF_HOURS_BEHIND
    return -12 <= hours <= 14 and minutes < 60
