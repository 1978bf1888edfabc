"""Print the newest statement over all ledgers, for somebody outside to keep."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from console.audit.heads import sign_heads
from console.audit.keys import KeyMissing
from console.audit.statements import as_file, newest_statement


class Command(BaseCommand):
    help = (
        "Sign what moved and print the newest statement over all ledgers, one line of JSON. Keep it where the "
        "operators of this console can't reach it: verify_audit --statement FILE compares."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            sign_heads()
        except KeyMissing as problem:
            raise CommandError(str(problem)) from None
        statement = newest_statement()
        if statement is None:
            raise CommandError("Nothing is on record yet, so there is nothing to state.")
        self.stdout.write(as_file(statement), ending="")
