"""Print the public key that the heads of ledgers are signed with."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from console.audit.keys import KeyMissing, key_id, public_key


class Command(BaseCommand):
    help = "Print the public key (base64url) that outsiders need to check the audit trail's signatures."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            public = public_key()
        except KeyMissing as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(public)
        self.stderr.write(f"Key id: {key_id(public)}. Hand it over on another way than the exports.")
