"""What piles up unless somebody clears it away."""

from django.core.management import call_command

__all__ = ["clear_sessions"]


def clear_sessions() -> None:
    """Delete the sessions whose time is over."""
    call_command("clearsessions")
