"""Check that what is kept of calls is what it was."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from console.connections.models import Connection
from console.investigate.models import KeptCall
from console.investigate.services.checking import CheckedCall, Trail, check_kept

_CHUNK = 50  # calls at a time: each is some hundred kilobytes


class Command(BaseCommand):
    help = "Hash all that is kept of calls again. Exit code 0: it is what it was; 1: it is not, and what."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--connection", default="", help="a connection's short name; default: all")

    def handle(self, *args: Any, **options: Any) -> None:
        kept = KeptCall.objects.exclude(kept_at=None).select_related("connection").order_by("pk")
        if options["connection"]:
            if not Connection.objects.filter(slug=options["connection"]).exists():
                raise CommandError(f"There is no connection called {options['connection']!r}.")
            kept = kept.filter(connection__slug=options["connection"])
        calls = wrong = 0
        for one in kept.iterator(chunk_size=_CHUNK):
            checked = check_kept(one)
            calls += 1
            if not checked.good:
                wrong += 1
                self.stderr.write(_sentence(checked))
        self.stdout.write(f"{calls} kept calls checked, {wrong} of them are not what they were.")
        if wrong:
            raise SystemExit(1)


def _sentence(checked: CheckedCall) -> str:
    kept = checked.kept
    place = f"{kept.connection.slug} {kept.app_id} {kept.room_id} {kept.started_at:%Y-%m-%dT%H:%M:%SZ}"
    numbers = [str(one.answer.number + 1) for one in checked.answers if not one.good]
    if numbers:
        return f"{place}: changed answers: {', '.join(numbers)}"
    if not checked.whole:
        return f"{place}: answers are missing or were added"
    assert checked.trail is Trail.DIFFERENT
    return f"{place}: the audit trail has another hash"
