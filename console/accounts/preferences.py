"""What a person likes: language, time zone, theme; kept on the person, for the anonymous in cookies."""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from console.core.times import is_zone

__all__ = [
    "THEMES",
    "THEME_COOKIE",
    "ZONE_COOKIE",
    "known_language",
    "known_theme",
    "known_zone",
    "theme_of",
    "zone_names",
    "zone_of",
]

ZONE_COOKIE = "console_zone"
THEME_COOKIE = "console_theme"
THEMES = ("light", "dark")
_NOT_PLACES = ("Etc/", "posix/", "right/", "SystemV/", "US/", "Brazil/", "Canada/", "Chile/", "Mexico/")


def known_language(text: str) -> str | None:
    """Return the language's code when the console speaks it, else None."""
    return text if text in dict(settings.LANGUAGES) and translation.check_for_language(text) else None


def known_theme(text: str) -> str:
    """Return the theme, or "" (as the system) for anything else."""
    return text if text in THEMES else ""


def known_zone(text: str) -> ZoneInfo | None:
    """Return the zone of an IANA name, else None."""
    return ZoneInfo(text) if is_zone(text) else None


@cache
def zone_names() -> tuple[str, ...]:
    """Return the IANA names to choose from, sorted: places, and UTC."""
    places = {n for n in available_timezones() if "/" in n and not n.startswith(_NOT_PLACES)}
    return ("UTC", *sorted(places))


def zone_of(request: HttpRequest) -> ZoneInfo:
    """Return the viewer's zone; UTC when they chose none or what they chose is unknown here."""
    chosen = getattr(request.user, "time_zone", "") or request.COOKIES.get(ZONE_COOKIE, "")
    return known_zone(chosen) or ZoneInfo("UTC")


def theme_of(request: HttpRequest) -> str:
    """Return "light", "dark" or "" (as the system)."""
    own = getattr(request.user, "theme", None)
    return known_theme(request.COOKIES.get(THEME_COOKIE, "") if own is None else own)
