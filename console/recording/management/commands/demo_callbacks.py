"""manage.py demo_callbacks: let the sandbox tell this console of its recordings, for trying it on one machine."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from console.applications.services.facts import list_facts
from console.connections import reads
from console.connections.models import Connection
from console.recording.services.callback_settings import setting_of, use_own_receiver
from console.sparkrtc.catalogue.applications import LIST_APPLICATIONS
from console.sparkrtc.errors import QuotaExhausted, SparkError


class Command(BaseCommand):
    help = (
        "Set the callback of the demo connection's enabled applications to this console (local mode only). "
        "A sandbox forgets that when it stops, so this runs at each start. What leads elsewhere is left alone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--base-url", required=True, help="where the sandbox reaches this console")
        parser.add_argument(
            "--patience", type=float, default=0.0, help="seconds to wait for the quota at most"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LOCAL:
            raise CommandError(
                "This is for CONSOLE_MODE=local only. Set callbacks under Recording > Callbacks."
            )
        connection = Connection.objects.filter(slug="demo").first()
        if connection is None:
            raise CommandError("There is no demo connection. Run manage.py demo_connection first.")
        deadline = time.monotonic() + options["patience"]
        made = 0
        while True:
            try:
                made += _set(connection, options["base_url"])
                break
            except QuotaExhausted as problem:  # a console that was started again waits one window
                wait = (problem.retry_after or 1.0) + 0.5
                if time.monotonic() + wait > deadline:
                    raise CommandError(str(problem)) from problem
                time.sleep(wait)
            except SparkError as problem:
                raise CommandError(str(problem)) from problem
        self.stdout.write(f"{made} callbacks lead to this console.")


def _set(connection: Connection, base_url: str) -> int:
    """Set what is not set yet, and return how many that were; what a failure leaves is found the next time."""
    # A sandbox that was started again has forgotten what was set, and the stored answer has not.
    reads.drop(connection, LIST_APPLICATIONS)
    found, made = list_facts(connection, None), 0
    for app in found.items:
        setting = setting_of(connection, app.app_id, app.callback, found.age)
        if app.enabled and (setting.outdated or not app.callback.set):
            use_own_receiver(
                connection,
                app.app_id,
                base_url,
                before=app.callback,
                actor=None,
                reason="set up for the demo",
                name=app.name,
            )
            made += 1
    return made
