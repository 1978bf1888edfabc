"""Who uses an application: user ids, nicknames, where they sit, what they hold in their hands."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from console.sandbox.world.dice import Dice, Scramble
from console.sandbox.world.texts import NICKNAMES, nickname, nickname_numbers

__all__ = ["COHORTS", "ISPS", "REGIONS", "People", "Person", "regions_named"]

COHORTS = 101  # a user's cohort settles region and ISP; a prime, see slots.py

# code, Chinese name, share of the cohorts
REGIONS = {
    "OT": ("其他", 2), "BJ": ("北京", 8), "TJ": ("天津", 1), "CQ": ("重庆", 3), "SH": ("上海", 8),
    "GD": ("广东", 15), "HI": ("海南", 1), "GX": ("广西", 1), "YN": ("云南", 1), "SX": ("山西", 1),
    "HE": ("河北", 2), "NM": ("内蒙古", 1), "NX": ("宁夏", 0), "LN": ("辽宁", 3), "JL": ("吉林", 1),
    "HL": ("黑龙江", 1), "JS": ("江苏", 9), "ZJ": ("浙江", 9), "JX": ("江西", 2), "SD": ("山东", 6),
    "FJ": ("福建", 4), "AH": ("安徽", 3), "SC": ("四川", 6), "XZ": ("西藏", 0), "SN": ("陕西", 2),
    "QH": ("青海", 0), "XJ": ("新疆", 1), "GS": ("甘肃", 1), "GZ": ("贵州", 1), "HB": ("湖北", 3),
    "HN": ("湖南", 2), "HA": ("河南", 1), "HK": ("香港", 1), "MO": ("澳门", 0), "TW": ("台湾", 1),
}  # fmt: skip
ISPS = ("CTCC", "CMCC", "CUCC", "CERNET", "CBN", "OTHER")

# device, platform, heavy: more likely to run short of processor
_MOBILE = (
    ("HUAWEI Mate 60 Pro", "android-12"), ("HUAWEI P40", "android-10"), ("Pixel 8", "android-14"),
    ("Xiaomi 14", "android-14"), ("Redmi Note 11", "android-11"), ("OPPO Reno8", "android-13"),
    ("vivo X90", "android-13"), ("SM-S9180", "android-14"), ("HONOR 90", "android-13"),
    ("iPhone15,2", "iOS-17.5"), ("iPhone14,5", "iOS-16.7"), ("iPhone12,1", "iOS-15.8"), ("iPad13,4", "iOS-17.4"),
)  # fmt: skip
_DESKTOP = (
    ("ThinkPad X1 Carbon", "windows-11"), ("Dell OptiPlex 3080", "windows-10"), ("MateBook 14", "windows-11"),
    ("MacBookPro18,3", "mac-14.4"), ("Macmini9,1", "mac-13.6"),
)  # fmt: skip
_WEB = (
    ("Chrome 126", "web-Windows10"), ("Chrome 124", "web-Mac10_15_7"), ("Edge 125", "web-Windows10"),
    ("Safari 17", "web-Mac10_15_4"), ("Firefox 127", "web-Linux"), ("Chrome 118", "web-Android10"),
)  # fmt: skip
_MOBILE_NETS = ("WIFI", "WIFI", "WIFI", "5G", "5G", "4G", "4G", "3G")
_OTHER_NETS = ("WIFI", "WIFI", "ETHERNET", "ETHERNET", "UNKNOWN")
_NATIVE_SDKS = ("2.3.1", "2.3.1", "2.3.1", "2.2.0", "2.2.0", "2.0.15", "1.9.8")
_WEB_SDKS = ("2.0.5", "2.0.5", "2.0.3", "1.18.0")

# ids that the rules allow and that code tends to trip over
_ODD_IDS = {
    11: "__proto__",
    29: "constructor",
    43: "-1-1",
    58: "null",
    73: "NaN",
    87: "A" * 64,
    96: "_" * 63 + "1",
    130: "undefined",
}


class Person(NamedTuple):
    """A user of an application. region is the code (GD); region_name what the cloud shows (广东)."""

    number: int
    user_id: str
    nickname: str
    ip: str
    region: str
    region_name: str
    isp: str
    device: str
    platform: str
    sdk: str
    net: str

    @property
    def sdk_type(self) -> str:
        """Return "webrtc" in a browser, else "native"."""
        return "webrtc" if self.platform.startswith("web-") else "native"


def regions_named(names: Collection[str]) -> frozenset[str]:
    """Return the codes of regions given by code or Chinese name; unknown ones are left out."""
    return frozenset(code for code, (name, _) in REGIONS.items() if code in names or name in names)


class People:
    """The users of one application, numbered 0 … size - 1. size is a multiple of COHORTS."""

    def __init__(self, dice: Dice, size: int, prefix: str, web_share: float) -> None:
        self.size = size - size % COHORTS
        self._dice = dice
        self._prefix = prefix
        self._web = web_share * 2**32
        self._digits = max(4, len(str(self.size)))
        self._codes = Scramble(10**self._digits, 7_777_777, dice.roll(-1)[0])
        self._by_odd_id = {odd: number for number, odd in _ODD_IDS.items() if number < self.size}
        self._pattern = re.compile(rf"{re.escape(prefix)}-(\d{{{self._digits}}})(?:_[a-z]+)?")
        self._regions, self._isps = _deal_cohorts(dice)
        self._region_names = [REGIONS[region][0] for region in self._regions]
        self.person = lru_cache(maxsize=2048)(self._person)
        self.first_frames = lru_cache(maxsize=4096)(self._first_frames)

    def user_id(self, number: int) -> str:
        """Return the id of a user: letters, digits, "_" and "-", some of them exactly 64 long."""
        if number in _ODD_IDS:
            return _ODD_IDS[number]
        plain = f"{self._prefix}-{self._codes.code(number):0{self._digits}d}"
        return (plain + "_" + "longest" * 10)[:64] if number % 211 == 7 else plain

    def number_of(self, user_id: str) -> int | None:
        """Return the number of a user id, None when nobody has it."""
        if user_id in self._by_odd_id:
            return self._by_odd_id[user_id]
        match = self._pattern.fullmatch(user_id)
        if match is None:
            return None
        number = self._codes.number(int(match[1]))
        return number if number < self.size and self.user_id(number) == user_id else None

    def sdk_type(self, number: int) -> str:
        """Return the sdk_type of a user without making up the rest."""
        return "webrtc" if self._dice.roll(number)[0] < self._web else "native"

    def numbers_called(self, name: str) -> Iterator[int]:
        """Yield every user with exactly this nickname."""
        for first in nickname_numbers(name):
            yield from range(first, self.size, NICKNAMES)

    def cohorts(self, regions: Collection[str] | None, isps: Collection[str] | None) -> frozenset[int]:
        """Return the cohorts in any of the regions (codes) and with any of the ISPs; None asks for all."""
        return frozenset(
            cohort
            for cohort in range(COHORTS)
            if (regions is None or self._regions[cohort] in regions)
            and (isps is None or self._isps[cohort] in isps)
        )

    def _person(self, number: int) -> Person:
        kind, device_luck, sdk_luck, third, fourth, fifth, desk = self._dice.seven(number)
        kit: Sequence[tuple[str, str]]
        sdks: Sequence[str]
        nets: Sequence[str]
        if kind < self._web:
            kit, sdks, nets = _WEB, _WEB_SDKS, _OTHER_NETS
        elif desk % 3:
            kit, sdks, nets = _MOBILE, _NATIVE_SDKS, _MOBILE_NETS
        else:
            kit, sdks, nets = _DESKTOP, _NATIVE_SDKS, _OTHER_NETS
        device, platform = kit[device_luck % len(kit)]
        cohort = number % COHORTS
        return Person(
            number,
            self.user_id(number),
            nickname(number % NICKNAMES),
            f"198.{18 + (third >> 16) % 2}.{third % 256}.{fourth % 254 + 1}",  # set aside for tests
            self._regions[cohort],
            self._region_names[cohort],
            self._isps[cohort],
            device,
            platform,
            sdks[sdk_luck % len(sdks)],
            nets[fifth % len(nets)],
        )

    def _first_frames(self, number: int) -> tuple[float, float, float]:
        """Return ms to somebody's first picture and first sound, and ms of delay from end to end."""
        luck = self._dice.units(number, 1)
        delay = 32 + 120 * luck[0] ** 3 + 30 * luck[1]
        return (
            round(260 + 2.5 * delay + 420 * luck[2] ** 2, 1),
            round(140 + 1.6 * delay + 180 * luck[3] ** 2, 1),
            delay,
        )


def _deal_cohorts(dice: Dice) -> tuple[list[str], list[str]]:
    regions = [code for code, (_, share) in REGIONS.items() for _ in range(share)]
    shuffle = random.Random(dice.roll(-2)[0])  # noqa: S311 - a repeatable shuffle, not a secret
    regions = (regions * 2)[:COHORTS]
    shuffle.shuffle(regions)
    isps = (["CTCC"] * 38 + ["CMCC"] * 32 + ["CUCC"] * 20 + ["CERNET"] * 5 + ["CBN"] * 3 + ["OTHER"] * 3)[
        :COHORTS
    ]
    shuffle.shuffle(isps)
    return regions, isps
