"""What pages of applications need beyond the common parts."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from console.applications.panels import FilledPanel
from console.audit.actions import action_label

__all__ = ["register"]

register = template.Library()


@register.simple_tag
def action_words(action: str) -> str:
    """{% action_words change.action %}: what the trail calls it, in the reader's language."""
    return action_label(action)


@register.simple_tag(takes_context=True)
def panel_body(context: Any, panel: FilledPanel) -> SafeString:
    """{% panel_body panel %}: the body of a panel that another app brings, with its own context alone."""
    return render_to_string(panel.template, panel.context, request=context.get("request"))
