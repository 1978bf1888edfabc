"""What piles up unless somebody clears it away."""

from datetime import timedelta

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from console.work.models import Run

__all__ = ["clear_runs", "clear_sessions"]


def clear_sessions() -> None:
    """Delete the sessions whose time is over."""
    call_command("clearsessions")


def clear_runs() -> None:
    """Delete the runs that were over RUN_DAYS ago, with their items."""
    Run.objects.filter(ended_at__lt=timezone.now() - timedelta(days=settings.RUN_DAYS)).delete()
