"""Sign the heads of ledgers that moved since their last signature."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from console.audit.heads import sign_heads
from console.audit.keys import KeyMissing


class Command(BaseCommand):
    help = (
        "Sign the heads of ledgers that moved since their last signature. The worker does it by itself, too."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            signed = sign_heads()
        except KeyMissing as problem:
            raise CommandError(str(problem)) from None
        for head in signed:
            self.stdout.write(f"{head.ledger}: entry {head.number}, {head.hash}")
        if not signed:
            self.stdout.write("No ledger moved since its last signature.")
