"""What pages of recording share: the row of tabs."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from console.core.templatetags.console_tags import chip
from console.recording.models import CallbackDelivery
from console.recording.tabs import tabs_of

__all__ = ["register"]

register = template.Library()


@register.inclusion_tag("recording/_tabs.html", takes_context=True)
def recording_tabs(context: Any, current: str) -> dict[str, Any]:
    """{% recording_tabs "recording:jobs" %}: the pages of recording side by side; current is the one shown."""
    return {"tabs": tabs_of(context["request"], context["connection"]), "current": current}


_VERDICTS = {
    CallbackDelivery.Verdict.VERIFIED: "good",
    CallbackDelivery.Verdict.UNVERIFIED: "watch",
    CallbackDelivery.Verdict.REFUSED: "bad",
}


@register.simple_tag
def verdict_chip(delivery: CallbackDelivery) -> SafeString:
    """{% verdict_chip delivery %}: what was made of its signature, as colour, drawing and word."""
    verdict = CallbackDelivery.Verdict(delivery.verdict)
    return chip(_VERDICTS[verdict], str(verdict.label))
