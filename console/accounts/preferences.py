"""What a person chose: language, time zone, theme. On the person; for the anonymous, and before a choice, in cookies.

Choosing is done on the frame's own page (core/preferences.py), which writes both. What is read here may be junk:
cookies are anybody's, and a zone may vanish from the database of zones.
"""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from console.core.times import is_zone

__all__ = ["language_of", "theme_of", "zone_of"]

_ZONE_COOKIE = "console_zone"
_THEME_COOKIE = "console_theme"


def language_of(request: HttpRequest) -> str | None:
    """Return the code of the language that the signed-in person chose, or None: then the browser's counts."""
    code = getattr(request.user, "language", "")
    return code if code in dict(settings.LANGUAGES) and translation.check_for_language(code) else None


def zone_of(request: HttpRequest) -> ZoneInfo:
    """Return the viewer's zone; UTC when they chose none or what they chose is unknown here."""
    chosen = getattr(request.user, "time_zone", "") or request.COOKIES.get(_ZONE_COOKIE, "")
    return ZoneInfo(chosen if is_zone(chosen) else "UTC")


def theme_of(request: HttpRequest) -> str:
    """Return "light", "dark" or "" (as the system)."""
    own = getattr(request.user, "theme", None)
    chosen = request.COOKIES.get(_THEME_COOKIE, "") if own is None else own
    return chosen if chosen in ("light", "dark") else ""
