"""manage.py reseal"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from console.connections.resealing import reseal_all


class Command(BaseCommand):
    help = (
        "Seal the connections' secrets with the first key of SEALING_KEYS. To rotate: put a new key first, restart, "
        "run this, then take the old key away."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        found = reseal_all()
        self.stdout.write(f"{found.done} secrets sealed with the newest key.")
        if found.unreadable:
            raise CommandError(
                "No key in SEALING_KEYS opens the secret of: "
                + ", ".join(found.unreadable)
                + ". Add the key that they were sealed with, or enter these secrets again."
            )
