"""What the frame of every page asks this app."""

from typing import Any

from django.db.models import Max
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from console.accounts.access import can
from console.accounts.rights import Right
from console.connections.checks import limits_are_ready
from console.connections.exporting import connection_metrics
from console.connections.models import Connection, SharedAnswer
from console.connections.switcher import current_connection, remember, switcher
from console.core import metrics, navigation, shell
from console.sparkrtc.quotas import QUOTAS

__all__ = ["register"]


def register() -> None:
    """Fill the switcher and the meter of the top bar, and add this app's pages to the rail."""
    shell.provide("current_connection", current_connection)
    shell.register_slot("switcher", _switcher)
    shell.register_slot("meter", _meter)
    shell.register_slot("head", _head)
    shell.register_readiness("cloud", _cloud, required=False)
    shell.register_readiness("limits", limits_are_ready)
    metrics.register("connections", connection_metrics)
    navigation.register(
        navigation.NavItem(
            navigation.Section.SETTINGS,
            _("Connections"),
            "connections:list",
            "plug-connected",
            right=Right.MANAGE,
            needs_connection=False,
            order=10,
        ),
        navigation.NavItem(
            navigation.Section.CLOUD,
            _("Quotas"),
            "connections:quota",
            "activity",
            right=Right.SEE_ROOMS,
            order=90,
            words=_("quota limits requests permits"),
            in_rail=False,
        ),
    )


def _switcher(request: HttpRequest) -> SafeString | None:
    if not request.user.is_authenticated:
        return None
    remember(request)
    current = current_connection(request)
    if current is None:
        return None
    return _render("connections/_switcher.html", {"current": current, "choices": switcher(request)})


def _meter(request: HttpRequest) -> SafeString | None:
    """Return the empty meter, which fills itself: a page needs not wait for it."""
    current = current_connection(request) if request.user.is_authenticated else None
    if current is None or not current.active or not can(request.user, Right.SEE_ROOMS, current):
        return None
    return _render(
        "connections/_meter.html", {"connection": current, "bars": [None] * len(QUOTAS), "filled": False}
    )


def _head(_request: HttpRequest) -> SafeString:
    return _render("connections/_head.html", {})


def _cloud() -> str:
    """Say when the cloud answered last; asks nobody."""
    found = SharedAnswer.objects.aggregate(taken=Max("taken_at"), failed=Max("failed_at"))
    active = Connection.objects.filter(active=True).count()
    if found["failed"] and (found["taken"] is None or found["failed"] > found["taken"]):
        raise RuntimeError(f"the last call failed {_seconds_since(found['failed'])} s ago")
    if found["taken"] is None:
        return f"{active} connections, nothing asked yet"
    return f"{active} connections, last answer {_seconds_since(found['taken'])} s ago"


def _seconds_since(moment: Any) -> int:
    return int((timezone.now() - moment).total_seconds())


def _render(template: str, context: dict[str, Any]) -> SafeString:
    return render_to_string(template, context)
