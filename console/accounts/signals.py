"""What happens at a sign-in, whoever performs it."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from console.accounts import sessions
from console.accounts.models import User

__all__ = ["note_the_beginning"]


@receiver(user_logged_in)
def note_the_beginning(request: HttpRequest | None, user: User, **_: Any) -> None:
    """Start the session's clocks. Without it a session is not believed."""
    if request is not None and hasattr(request, "session"):
        sessions.begin(request, user)
