"""Check that the audit trail is whole and unchanged."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from console.audit.reports import LedgerReport
from console.audit.verify import ledger_names, verify


class Command(BaseCommand):
    help = "Check that the audit trail is whole and unchanged. Exit code 0: it is; 1: it is not, and what and where."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--ledger", default="", help='a connection\'s short name, or "console"; default: all'
        )
        parser.add_argument("--json", action="store_true", help="print the report as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        names = ledger_names(options["ledger"])
        if options["ledger"] and not names:
            raise CommandError(f"There is no ledger called {options['ledger']!r}.")
        report = verify(names)
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), indent=2, ensure_ascii=False))
        else:
            for ledger in report.ledgers:
                self.stdout.write(_line(ledger))
            if report.good:
                self.stdout.write("The audit trail is whole and unchanged.")
            for problem in report.all_problems:
                self.stderr.write(problem.sentence)
        if not report.good:
            raise SystemExit(1)


def _line(ledger: LedgerReport) -> str:
    signed = f"signed up to {ledger.signed_up_to}" if ledger.signed_up_to else "not signed yet"
    verdict = f"{len(ledger.problems)} problems" if ledger.problems else "good"
    return f"{ledger.label} ({ledger.name}): {ledger.entries} entries, {signed}: {verdict}"
