"""What may be shown once: a form that reveals something is good for a single answer."""

from uuid import UUID

from django.core.cache import cache

__all__ = ["first_time"]

_REMEMBERED = 86_400  # seconds; longer than a sign-in lasts


def first_time(form_id: UUID) -> bool:
    """Say whether this form is sent for the first time, over all processes; it counts as sent from now on."""
    return bool(cache.add(f"once.{form_id}", True, _REMEMBERED))
