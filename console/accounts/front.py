"""What the frame of every page asks this app."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from console.accounts.access import can
from console.accounts.rights import Right
from console.core import navigation, shell

__all__ = ["register"]


def register() -> None:
    """Say who may open which page, and add this app's pages to the rail and the person's menu."""
    shell.provide("may", _may)
    shell.register_slot("person", _menu)
    navigation.register(
        navigation.NavItem(
            navigation.Section.SETTINGS,
            _("People"),
            "accounts:people",
            "users",
            right=Right.MANAGE,
            needs_connection=False,
            order=20,
        )
    )


def _may(request: HttpRequest, right: Right, connection: Any = None, whole: bool = False) -> bool:
    return can(request.user, right, connection, whole=whole)


def _menu(request: HttpRequest) -> SafeString:
    return render_to_string("accounts/_menu.html", request=None)
