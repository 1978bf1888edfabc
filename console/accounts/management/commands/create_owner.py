"""`manage.py create_owner`: the first person of a new console, who can then add the others."""

import os
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError, transaction

from console import audit
from console.accounts.actions import CREATE_PERSON, GIVE_ROLE
from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.accounts.services import target_of

__all__ = ["Command"]


class Command(BaseCommand):
    help = "Make a person who owns the whole console. The password is asked for, or read from OWNER_PASSWORD."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", default="", help="as shown to others; default: the user name")
        parser.add_argument("--email", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        owner = User(username=options["username"], display_name=options["name"], email=options["email"])
        password = os.environ.get("OWNER_PASSWORD") or getpass("Password: ")
        owner.set_password(password)
        try:
            owner.full_clean()
            validate_password(password, owner)
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        try:
            _save(owner)
        except IntegrityError as error:
            raise CommandError("Another person has this user name or e-mail address.") from error
        self.stdout.write(f"{owner.username} owns the console.")


def _save(owner: User) -> None:
    why = "made on the server by manage.py create_owner"
    with transaction.atomic():
        owner.save()
        RoleGrant.objects.create(user=owner, role=Role.OWNER)
        audit.record(CREATE_PERSON, actor=None, target=target_of(owner), reason=why)
        audit.record(GIVE_ROLE, actor=None, target=target_of(owner), reason=why, after={"role": "owner"})
