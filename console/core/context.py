"""What every page needs around its content."""

from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext

from console.core import navigation, times
from console.core import shell as frame

__all__ = ["RAIL_COOKIE", "Shell", "shell"]

RAIL_COOKIE = "console_rail"

_COMMON_ZONES = (
    "UTC",
    "Asia/Shanghai",
    "Asia/Singapore",
    "Asia/Kolkata",
    "Europe/Berlin",
    "Europe/London",
    "America/Sao_Paulo",
    "America/New_York",
    "America/Los_Angeles",
)


class Shell:
    """The frame of one page. Everything is worked out when the frame asks, so that fragments pay for nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def connection(self) -> Any:
        """The connection in the address, else the last used one; None without any."""
        found = getattr(self._request, "connection", None)
        return found if found is not None else frame.ask("current_connection", self._request)

    @cached_property
    def sections(self) -> list[dict[str, Any]]:
        """The rail: sections with at least one link."""
        grouped: dict[navigation.Section, list[navigation.Link]] = {}
        for link in navigation.links(self._request, self.connection):
            grouped.setdefault(link.section, []).append(link)
        return [{"label": section.value, "links": links} for section, links in grouped.items()]

    @property
    def rail(self) -> str:
        return "slim" if self._request.COOKIES.get(RAIL_COOKIE) == "slim" else "wide"

    @property
    def theme(self) -> str:
        """light, dark, or system."""
        return getattr(self._request, "theme", "") or "system"

    @property
    def themes(self) -> list[dict[str, str]]:
        return [
            {"value": "system", "label": gettext("As the system"), "icon": "device-desktop"},
            {"value": "light", "label": gettext("Light"), "icon": "sun"},
            {"value": "dark", "label": gettext("Dark"), "icon": "moon"},
        ]

    @property
    def theme_icon(self) -> str:
        return {"light": "sun", "dark": "moon"}.get(self.theme, "device-desktop")

    @property
    def language(self) -> str:
        return get_language() or settings.LANGUAGE_CODE

    @property
    def languages(self) -> list[dict[str, str]]:
        return [{"value": code, "label": _own_name(code), "lang": code} for code, _name in settings.LANGUAGES]

    @property
    def language_name(self) -> str:
        return _own_name(self.language)

    @property
    def zone(self) -> str:
        return times.zone_name()

    @property
    def zone_offset(self) -> str:
        return times.zone_offset()

    @property
    def zones(self) -> list[dict[str, str]]:
        """The zones offered in the menu: the chosen one, and the common ones."""
        names = dict.fromkeys([self.zone, *_COMMON_ZONES])
        return [
            {"value": name, "label": name.replace("_", " "), "end": times.zone_offset(zone=ZoneInfo(name))}
            for name in names
            if times.is_zone(name)
        ]

    @property
    def next(self) -> str:
        """Where to come back to after a preference was changed; a POST that only shows something says come_back."""
        come_back = self._request.method == "GET" or getattr(self._request, "come_back", False)
        return self._request.get_full_path() if come_back else ""

    @property
    def initials(self) -> str:
        parts = str(getattr(self._request, "user", "")).split()
        return "".join(part[0] for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)).upper()

    @cached_property
    def sign_out_url(self) -> str:
        try:
            return reverse("account_logout")
        except NoReverseMatch:
            return ""


def _own_name(code: str) -> str:
    return {"en": "English", "zh-hans": "简体中文"}.get(code, code)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the page's frame."""
    return {"shell": Shell(request)}
