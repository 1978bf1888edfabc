"""Rights in templates, so that nobody is shown a button that would refuse them."""

from typing import Any

from django import template

from console.accounts.access import can
from console.accounts.rights import Right

__all__ = ["register"]

register = template.Library()


@register.simple_tag(takes_context=True)
def may(
    context: Any, right: str, connection: Any = None, app_id: str | None = None, whole: bool = False
) -> bool:
    """{% may "moderate" connection app_id as allowed %}{% if allowed %}…: rights by their value in rights.py."""
    return can(context["request"].user, Right(right), connection, app_id, whole=whole)
