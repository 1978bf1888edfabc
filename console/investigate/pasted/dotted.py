"""Times written with a dot, "at 3.15", "um 14.30 Uhr", told from amounts, versions and dates by what is around.

Only a word that stands before times, and a number that no unit follows and nothing measured comes before, make one.
"""

import re

from console.investigate.pasted.days import edged

__all__ = ["dotted_clock"]

_HOUR_MINUTE = r"(?:[01]?\d|2[0-3])\.[0-5]\d"
_NOT_MORE = r"(?![\d:%]|\.\d|[A-Za-z_-]*\d)"  # "3.15.2", "10.20.30.40", "13.02.2027", "3.15-beta2"
_BEFORE = (
    r"(?:at|around|about|approximately|approx\.?|circa|ca\.?|(?:just|shortly|right|soon) (?:before|after)"
    r"|um|gegen|kurz (?:vor|nach))(?: (?:about|around|circa|ca\.?|etwa))?"
)
_ONE = edged(rf"\b(?P<before>{_BEFORE})\s+(?P<first>{_HOUR_MINUTE}){_NOT_MORE}(?P<uhr>\s*Uhr\b)?")
_TWO = edged(
    rf"\b(?P<before>{_BEFORE}|between|from|zwischen|von)\s+(?P<first>{_HOUR_MINUTE})(?:\s*Uhr)?"
    rf"\s*(?P<joint>-|–|—|~|\bto\b|\buntil\b|\btill\b|\band\b|\bbis\b|\bund\b)\s*"
    rf"(?P<second>{_HOUR_MINUTE}){_NOT_MORE}(?P<uhr>\s*Uhr\b)?"
)
_UHR = edged(
    rf"(?<![\d.:])(?P<first>{_HOUR_MINUTE}|(?:[01]?\d|2[0-3])(?::[0-5]\d)?)\s*Uhr\b(?P<minute>\s+[0-5]\d\b)?"
)
_JOINTS = {"bis": "to", "und": "and"}
# What is counted or paid, behind the number; "am" and "pm" are none of it.
_UNIT = edged(
    r"\s*(?:[%x×*/$€£¥°]|(?:percent|per|times|ms|s|secs?|seconds?|mins?|minutes?|hrs?|hours?|days?|fps|frames"
    r"|[kmgt]i?b(?:it)?s?(?:ps|/s)?|[kmg]?hz|db|px|pixels?|points?|stars?|out of|of|speed|eur|euros?|usd|dollars?|gbp"
    r"|pounds?|cents?|yuan|rmb|km|cm|mm|m|kg|volts?|version|release|build|or (?:higher|later|newer|lower))\b|元|块)"
)
# What is measured or numbered, before it in the same part of the sentence, with no other number in between.
_MEASURED = edged(
    r"\b(?:loss|delay|latency|lag of|rtt|round trip|jitter|ratio|rates?|rated|score[sd]?|mos|ratings?|ver(?:sion)?s?|v"
    r"|sdk|firmware|builds?|releases?|speed|bandwidth|bit ?rate|costs?|prices?|priced|paid|sold|fps|level|gain|volume"
    r"|factor|average|averag(?:ed|ing)|median|mean|peak(?:ed|s)?|load|cpu|memory|temperature|up(?:dat|grad)\w*"
    r"|downgrad\w*|fell|falls?|rose|rises?|increas\w*|decreas\w*|improv\w*|went|moved|chang\w*)\b"
)
_PART = re.compile(r"\d|[,;:!?\n，；：！？。]|\.(?=\s|$)")


def dotted_clock(text: str) -> str:
    """Write times with a dot, and those that "Uhr" follows, as clocks show them; everything else stays."""
    text = _TWO.sub(_range, text)
    text = _ONE.sub(_one, text)
    return _UHR.sub(_german, text)


def _one(found: re.Match[str]) -> str:
    if not found["uhr"] and _is_amount(found):
        return found[0]
    return f"{_english(found['before'])} {_colon(found['first'])}"


def _range(found: re.Match[str]) -> str:
    if not found["uhr"] and _is_amount(found):
        return found[0]
    joint = _JOINTS.get(found["joint"].lower(), found["joint"])
    return f"{_english(found['before'])} {_colon(found['first'])} {joint} {_colon(found['second'])}"


def _german(found: re.Match[str]) -> str:
    first = _colon(found["first"])
    minute = (found["minute"] or "").strip()
    if ":" in first:
        return first + (found["minute"] or "")
    return f"{first}:{minute or '00'}"


def _is_amount(found: re.Match[str]) -> bool:
    """Whether what stands around a number makes it an amount or a version."""
    said = _PART.split(found.string[: found.start()])[-1]
    return bool(_UNIT.match(found.string, found.end()) or _MEASURED.search(said))


def _english(before: str) -> str:
    """Leave a German word out: what remains of it would be taken for a name."""
    return "at" if before.lower().split()[0] in ("um", "gegen", "kurz", "von", "zwischen") else before


def _colon(clock: str) -> str:
    return clock.replace(".", ":")
