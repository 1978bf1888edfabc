"""Secrets are sealed, opened only to be used, and never shown."""

import logging
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from console.audit.models import AuditEntry
from console.connections.client import client_for, credentials_of
from console.connections.models import Connection, SharedToken
from console.connections.secrets import SecretUnreadable, seal, unseal
from console.sparkrtc.catalogue.applications import LIST_APPLICATIONS
from tests.sandbox.harness import Sandbox

pytestmark = pytest.mark.django_db
SECRET = "SK-that-nobody-may-see"


def test_a_sealed_secret_opens_again_and_shows_nothing() -> None:
    sealed = seal(SECRET)
    assert unseal(sealed) == SECRET
    assert unseal(memoryview(sealed)) == SECRET
    assert SECRET.encode() not in sealed
    assert seal("") == b""
    assert unseal(b"") == ""


def test_an_old_key_still_opens_and_a_lost_one_is_named(settings: Settings) -> None:
    sealed, old = seal(SECRET), settings.SEALING_KEYS[0]
    settings.SEALING_KEYS = [Fernet.generate_key().decode(), old]
    assert unseal(sealed) == SECRET
    settings.SEALING_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(SecretUnreadable, match="SEALING_KEYS"):
        unseal(sealed)


def test_resealing_moves_everything_to_the_newest_key(connection: Connection, settings: Settings) -> None:
    connection.secret = seal(SECRET)
    connection.save()
    old = settings.SEALING_KEYS[0]
    settings.SEALING_KEYS = [Fernet.generate_key().decode(), old]
    call_command("reseal", stdout=StringIO())
    settings.SEALING_KEYS = settings.SEALING_KEYS[:1]
    connection.refresh_from_db()
    assert unseal(connection.secret) == SECRET
    entry = AuditEntry.objects.get(action="connections.secret.reseal")
    assert (entry.outcome, SECRET in entry.details_json) == ("succeeded", False)


def test_resealing_names_what_cannot_be_opened(connection: Connection, settings: Settings) -> None:
    connection.secret = seal(SECRET)
    connection.save()
    settings.SEALING_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CommandError, match="Demo"):
        call_command("reseal", stdout=StringIO())
    connection.refresh_from_db()
    assert bytes(connection.secret).startswith(b"gAAAA")  # kept, for the day the key is found


def test_no_representation_shows_a_secret(connected: Connection, sandbox: Sandbox) -> None:
    client = client_for(connected)
    shown = [
        repr(part) for part in (connected, vars(connected), client, client._client, credentials_of(connected))
    ]
    assert not any(sandbox.sk in text for text in shown)


def test_no_log_shows_a_secret(
    connected: Connection, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    connected.kind = Connection.Kind.IAM_USER
    connected.iam_endpoint, connected.iam_domain = sandbox.iam_endpoint, sandbox.iam_domain
    connected.iam_user, connected.secret = sandbox.iam_user, seal(sandbox.iam_password)
    with caplog.at_level(logging.DEBUG):
        client_for(connected).call(LIST_APPLICATIONS)
    token = unseal(SharedToken.objects.get().sealed)
    assert caplog.text
    assert not any(hidden in caplog.text for hidden in (sandbox.sk, sandbox.iam_password, token))


def test_a_token_is_fetched_once_for_all_processes(connected: Connection, sandbox: Sandbox) -> None:
    connected.kind = Connection.Kind.IAM_USER
    connected.iam_endpoint, connected.iam_domain = sandbox.iam_endpoint, sandbox.iam_domain
    connected.iam_user, connected.secret = sandbox.iam_user, seal(sandbox.iam_password)
    client_for(connected).call(LIST_APPLICATIONS)
    kept = SharedToken.objects.get()
    assert kept.expires_at > timezone.now()
    connected.secret = seal(sandbox.iam_password)  # sealed anew: another client, the same token
    client_for(connected).call(LIST_APPLICATIONS)
    assert SharedToken.objects.get().sealed == kept.sealed
