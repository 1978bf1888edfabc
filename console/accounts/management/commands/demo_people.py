"""`manage.py demo_people`: one person per role, to try the console with."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role

__all__ = ["Command"]

_NAMES = {
    Role.SUPPORT: "Sam Support",
    Role.LEAD: "Lena Lead",
    Role.MODERATOR: "Mo Moderator",
    Role.ADMIN: "Ada Admin",
    Role.AUDITOR: "Audrey Auditor",
    Role.OWNER: "Olga Owner",
}


class Command(BaseCommand):
    help = "Make one person per role on every connection, to try the console with. Only in local mode."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--password", default="", help="for all of them; without it DEMO_PASSWORD of the environment"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LOCAL:
            raise CommandError("Demo people are for local mode. In production: manage.py create_owner.")
        password = options["password"] or os.environ.get("DEMO_PASSWORD", "")
        if not password:
            raise CommandError("Say which password they get: --password WORDS, or DEMO_PASSWORD.")
        with transaction.atomic():
            for role, name in _NAMES.items():
                _make(role, name, password)
        width = max(len(role.value) for role in _NAMES)
        for role, name in _NAMES.items():
            self.stdout.write(f"  {role.value:<{width}}  {role.label!s:<10}  {name}")


def _make(role: Role, name: str, password: str) -> None:
    """Make a person, or bring them back to how they were made."""
    person = User.objects.filter(username=role.value).first() or User(username=role.value)
    person.display_name, person.email = name, f"{role.value}@example.com"
    person.is_active, person.must_change_password = True, False
    if not person.check_password(password):
        person.set_password(password)
    person.save()
    RoleGrant.objects.get_or_create(user=person, role=role, connection=None, app_id="")
