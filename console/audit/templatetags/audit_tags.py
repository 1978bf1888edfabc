"""What the trail's templates need beyond the common parts."""

from django import template
from django.utils.safestring import SafeString

from console.audit import shown
from console.audit.models import AuditEntry, Outcome
from console.audit.readers import role_labels
from console.audit.words import Names, target_kind
from console.core.templatetags.console_tags import chip

__all__ = ["register"]

register = template.Library()


@register.simple_tag
def outcome_chip(outcome: str) -> SafeString:
    """{% outcome_chip row.outcome %}: how it ended, as colour, drawing and word."""
    label = str(Outcome(outcome).label) if outcome in Outcome.values else outcome
    return chip(shown.tone(outcome), label)


@register.filter
def who(entry: AuditEntry) -> str:
    """{{ entry|who }}: the actor's name, or words where there is none. Hostile: show it by the tag of that name."""
    return shown.who(entry)


@register.filter
def kind(entry: AuditEntry) -> str:
    """{{ entry|kind }}: what kind of thing the target is, in the reader's language. Hostile where nobody knows it."""
    return target_kind(entry.target_kind)


@register.filter
def name_in(entry: AuditEntry, names: Names) -> str:
    """{{ entry|name_in:names }}: the remembered name of the entry's application, or "". Hostile."""
    return names.get((entry.connection_id or 0, entry.app_id), "")


@register.filter
def roles(entry: AuditEntry) -> str:
    """{{ entry|roles }}: the actor's roles at that time, in the reader's language."""
    return role_labels(entry.actor_role)
