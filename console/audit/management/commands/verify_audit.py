"""Check that the audit trail is whole and unchanged."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from console.audit.reports import LedgerReport, StatementsReport
from console.audit.statements import KeptStatement, read_file
from console.audit.verify import ledger_names, verify


class Command(BaseCommand):
    help = "Check that the audit trail is whole and unchanged. Exit code 0: it is; 1: it is not, and what and where."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--ledger", default="", help='a connection\'s short name, or "console"; default: all'
        )
        parser.add_argument(
            "--statement",
            metavar="FILE",
            action="append",
            default=[],
            help="compare with a statement that was kept outside (see audit_statement); may be given again",
        )
        parser.add_argument("--json", action="store_true", help="print the report as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        names = ledger_names(options["ledger"])
        if options["ledger"] and not names:
            raise CommandError(f"There is no ledger called {options['ledger']!r}.")
        kept = [_kept(path) for path in options["statement"]]
        report = verify(names if options["ledger"] else None, kept=kept)
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), indent=2, ensure_ascii=False))
        else:
            for ledger in report.ledgers:
                self.stdout.write(_line(ledger))
            self.stdout.write(_of_statements(report.statements))
            if report.good:
                self.stdout.write("The audit trail is whole and unchanged.")
            if not kept:
                self.stdout.write(_BLIND)
            for problem in report.all_problems:
                self.stderr.write(problem.sentence)
        if not report.good:
            raise SystemExit(1)


_BLIND = (
    "What cannot be seen from inside: that everything after some moment was cut off, the statements too. Keep the "
    "newest statement where this console's operators can't reach it (manage.py audit_statement), and give it with "
    "--statement."
)


def _kept(path: str) -> KeptStatement:
    try:
        return read_file(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise CommandError(f"{path} cannot be read as a statement: {problem}") from None


def _of_statements(found: StatementsReport) -> str:
    verdict = f"{len(found.problems)} problems" if found.problems else "good"
    if not found.count:
        return f"Statements over all ledgers: none yet: {verdict}"
    compared = f", {found.compared_with} as it was kept outside" if found.compared_with else ""
    return f"Statements over all ledgers: {found.count}, from {found.since} to {found.signed_at}{compared}: {verdict}"


def _line(ledger: LedgerReport) -> str:
    signed = f"signed up to {ledger.signed_up_to}" if ledger.signed_up_to else "not signed yet"
    verdict = f"{len(ledger.problems)} problems" if ledger.problems else "good"
    return f"{ledger.label} ({ledger.name}): {ledger.entries} entries, {signed}: {verdict}"
