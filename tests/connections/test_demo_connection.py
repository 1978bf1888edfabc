"""The demo connection is made once, for local mode only."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from console.connections.models import Connection
from console.connections.secrets import unseal

pytestmark = pytest.mark.django_db


def make(endpoint: str = "http://127.0.0.1:8801") -> str:
    said = StringIO()
    call_command("demo_connection", endpoint=endpoint, project_id="p1", ak="AKDEMO", stdout=said)
    return said.getvalue()


def test_it_is_made_and_then_updated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_SK", "first")
    assert "Added" in make()
    monkeypatch.setenv("DEMO_SK", "second")
    assert "Updated" in make("http://127.0.0.1:8802/")
    connection = Connection.objects.get()
    assert (connection.slug, connection.endpoint) == ("demo", "http://127.0.0.1:8802")
    assert unseal(connection.secret) == "second"


def test_it_refuses_outside_local_mode(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_SK", "first")
    settings.LOCAL = False
    with pytest.raises(CommandError, match="local"):
        make()


def test_it_wants_the_secret_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEMO_SK", raising=False)
    with pytest.raises(CommandError, match="DEMO_SK"):
        make()
