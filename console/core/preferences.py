"""Small choices that anybody may make in the frame: language, theme, zone, and how wide the rail is.

They are kept in cookies, so that the sign-in page remembers them, and on the person where one is signed in: there they
hold on every device. The rail belongs to the screen, so its cookie is all.
"""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import check_for_language

from console.core.context import RAIL_COOKIE
from console.core.times import is_zone

__all__ = ["choose"]

_YEAR = 365 * 24 * 3600
_COOKIES = {
    "language": settings.LANGUAGE_COOKIE_NAME,
    "theme": "console_theme",
    "time_zone": "console_zone",
    "rail": RAIL_COOKIE,
}


def choose(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Keep what the form chose; whatever is not on offer is left out."""
    chosen = {name: value for name, value in _offered(request) if value is not None}
    for name, value in chosen.items():
        response.set_cookie(
            _COOKIES[name], value, max_age=_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True
        )
    chosen.pop("rail", None)
    if chosen and request.user.is_authenticated:
        get_user_model()._default_manager.filter(pk=request.user.pk).update(**chosen)
    return response


def _offered(request: HttpRequest) -> list[tuple[str, str | None]]:
    language, theme = request.POST.get("language", ""), request.POST.get("theme", "")
    zone, rail = request.POST.get("zone", "").strip(), request.POST.get("rail", "")
    known = language in dict(settings.LANGUAGES) and check_for_language(language)
    return [
        ("language", language if known else None),
        ("theme", {"system": "", "light": "light", "dark": "dark"}.get(theme)),
        ("time_zone", zone if is_zone(zone) else None),
        ("rail", rail if rail in ("wide", "slim") else None),
    ]
