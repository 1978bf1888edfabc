"""The demo's callbacks are set at each start, for local mode only, and nobody's own are touched."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from console.audit.models import AuditEntry
from console.connections.models import Connection
from console.recording.management.commands import demo_callbacks
from console.sandbox.state.applications import Callback
from console.sparkrtc.errors import QuotaExhausted
from tests.applications.conftest import state_of
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True)]
BASE = "http://127.0.0.1:8000"


def make(patience: float = 0.0) -> str:
    said = StringIO()
    call_command("demo_callbacks", base_url=BASE, patience=patience, stdout=said)
    return said.getvalue()


def test_enabled_applications_tell_this_console(
    connected: Connection, sandbox: Sandbox, app_id: str, disabled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sandbox.app is not None
    monkeypatch.setattr(sandbox.app.cloud.notifier, "answers", lambda url: True)  # nobody serves here
    enabled = [app for app in sandbox.app.cloud.applications if app.state == "ACTIVATION"]
    own = state_of(sandbox, enabled[-1].app_id)
    own.callback = Callback("https://hooks.example.com/", "", 0.0)
    assert f"{len(enabled) - 1} callbacks lead to this console." in make()
    assert state_of(sandbox, app_id).callback.url.startswith(f"{BASE}/callbacks/recording/")
    assert state_of(sandbox, disabled).callback is None
    assert own.callback.url == "https://hooks.example.com/"
    assert AuditEntry.objects.filter(kind="attempt", actor_username="").count() == len(enabled) - 1
    assert "0 callbacks lead" in make()


def test_it_refuses_outside_local_mode_and_without_a_demo(db: None, settings: Settings) -> None:
    with pytest.raises(CommandError, match="demo connection"):
        make()
    settings.LOCAL = False
    with pytest.raises(CommandError, match="local"):
        make()


def test_without_a_permit_it_gives_up_or_waits(
    connected: Connection, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sandbox.app is not None
    monkeypatch.setattr(sandbox.app.cloud.notifier, "answers", lambda url: True)
    refusals, waited, really = [40.0, 5.0], [], demo_callbacks.list_facts

    def list_facts(*about: Any) -> Any:
        if refusals:
            raise QuotaExhausted("app_config", refusals.pop())
        return really(*about)

    monkeypatch.setattr(demo_callbacks, "list_facts", list_facts)
    monkeypatch.setattr(demo_callbacks.time, "sleep", waited.append)
    with pytest.raises(CommandError, match="app_config"):
        make()
    assert waited == []
    assert "callbacks lead to this console." in make(patience=60)
    assert waited == [40.5]
