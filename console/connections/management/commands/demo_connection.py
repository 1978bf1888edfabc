"""manage.py demo_connection: the connection to the sandbox, for trying the console on one machine."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from console.connections.addresses import AddressRefused, check_endpoint
from console.connections.models import Connection
from console.connections.secrets import seal


class Command(BaseCommand):
    help = "Make or update the demo connection (local mode only). The secret key is taken from DEMO_SK."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--endpoint", required=True)
        parser.add_argument("--project-id", required=True)
        parser.add_argument("--ak", required=True, help="access key id")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LOCAL:
            raise CommandError(
                "This is for CONSOLE_MODE=local only. Add connections under Settings > Connections."
            )
        secret = os.environ.get("DEMO_SK", "")
        if not secret:
            raise CommandError(
                "Set DEMO_SK to the secret access key: on the command line others could read it."
            )
        try:
            check_endpoint(options["endpoint"])
        except AddressRefused as problem:
            raise CommandError(str(problem)) from problem
        facts = {
            "endpoint": options["endpoint"].rstrip("/"),
            "obs_endpoint": options["endpoint"].rstrip("/"),
            "project_id": options["project_id"],
            "kind": Connection.Kind.ACCESS_KEY,
            "access_key": options["ak"],
            "secret": seal(secret),
            "active": True,
        }
        connection, made = Connection.objects.update_or_create(
            slug="demo", defaults=facts, create_defaults={**facts, "name": "Demo"}
        )
        self.stdout.write(f"{'Added' if made else 'Updated'} the connection {connection.name}.")
