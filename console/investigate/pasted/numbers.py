"""Numbers that nobody is called by: of devices, systems and versions, of how long and how much it was."""

import re

from console.investigate.pasted.days import edged

__all__ = ["likeliest_first", "without_amounts", "without_devices"]

_NUMBER = r"[a-z]?\d{1,4}(?:\.\d+)*"
_WORDS = (
    r"(?:iphone|ipad|ipados|ios|android|windows|win|macos|mac ?os ?x?|macbook|linux|ubuntu|chromeos|harmonyos|chrome"
    r"|chromium|firefox|safari|edge|opera|wechat|galaxy|pixel|huawei|honor|xiaomi|redmi|oneplus|oppo|vivo|realme|mate"
    r"|nova|note|mi|sdk|app version|version|ver\.?|build|wi-?fi)"
)
_MODELS = r"(?:\s+(?:note|pro|mate|nova|reno|find|tab|version))?"
_CHINESE_WORDS = r"(?:苹果|安卓|华为|荣耀|小米|红米|鸿蒙|微信|版本号?|系统)"
# What stands in quotes is a name, and what a hyphen joins is an id. A time of day is none of it.
_DEVICE = edged(
    rf"(?<![A-Za-z0-9_\"“「『'`-])(?:{_WORDS}{_MODELS}\s*[:：]?\s+|{_CHINESE_WORDS}\s*[:：]?\s*){_NUMBER}"
    r"(?![A-Za-z0-9_-])(?!\s*(?:[:：]\d|[ap]\.?m\b|点|月))"
)
_JOINED = re.compile(rf"{_WORDS}\d{{1,2}}", re.I)  # "iPhone14": perhaps somebody's id
_VERSION = re.compile(r"(?<![A-Za-z0-9_.-])v?\d+(?:\.\d+){1,3}x?(?![A-Za-z0-9_.-])")
_AMOUNT = edged(
    r"(?<![A-Za-z0-9_.-])\d+(?:\.\d+)?"
    r"(?:\s*%|[ -]?(?:minutes?|mins?|seconds?|secs?|hours?|hrs?|days?|weeks?|times|people|persons|participants|users"
    r"|students|ms|fps|[km]bps|[km]b|px|percent)\b|(?:st|nd|rd|th|[pis]|[2-5]g)\b"
    r"|\s*个?(?:分钟|秒钟?|小时|钟头|天|次|人|位|毫秒|帧|周|星期))"
)
_SHORT = re.compile(r"\d{1,3}")
_GENERATION = edged(r"(?<![A-Za-z0-9_.-])[2-5]g\b")  # of a mobile network


def without_devices(text: str) -> str:
    """Return a text without what names a device or a version by its number: "iPhone 14", "iOS 17.2", "Windows 11"."""
    return _DEVICE.sub(" ", text)


def without_amounts(text: str) -> str:
    """Return a text without durations, counts and versions: "15 minutes", "720p", "3 users", "17.2.1"."""
    for pattern in (_AMOUNT, _GENERATION, _VERSION):
        text = pattern.sub(" ", text)
    return text


def likeliest_first(tokens: list[str], *, known: bool) -> list[str]:
    """Return ids in the order in which they are looked for: those put together of letters and digits, then the others.

    Beside one of those, numbers of up to three digits count for nothing. known: the text says what another id is.
    """
    first = [token for token in tokens if _is_put_together(token)]
    others = [token for token in tokens if token not in first]
    if first or known:
        others = [token for token in others if not (_SHORT.fullmatch(token) or _JOINED.fullmatch(token))]
    return [*first, *others]


def _is_put_together(token: str) -> bool:
    """Whether an id has both letters and digits, as few words and no numbers have; devices' names aside."""
    has_both = any(one.isdigit() for one in token) and any(one.isalpha() for one in token)
    return has_both and _JOINED.fullmatch(token) is None
