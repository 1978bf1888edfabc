"""Close as unknown the attempts whose process did not survive."""

from typing import Any

from django.core.management.base import BaseCommand

from console.audit.attempts import close_lost_attempts


class Command(BaseCommand):
    help = "Close as unknown the attempts whose process did not survive. The worker does it by itself, too."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Closed: {close_lost_attempts()}")
