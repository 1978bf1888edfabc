"""Applications of the sandbox to act on, and short ways to look at what was asked of the cloud."""

import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from console.accounts.models import User
from console.applications.models import Change
from console.applications.services.settling import look
from tests.rooms.conftest import calls, grow_older, no_cloud, use_up  # noqa: F401
from tests.sandbox.harness import Sandbox

FRAGMENT = {"HX-Request": "true", "HX-Target": "dialog-body"}


@pytest.fixture(autouse=True)
def _nothing_from_before() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def _a_busy_hour(busy_hour: None) -> None:
    """Every test here runs in it."""


def sign_in(user: User, *, seconds_ago: float = 0) -> Client:
    """Return a browser in which the person signed in so long ago."""
    browser = Client()
    browser.force_login(user)
    session = browser.session
    session["signed_in_at"] = session.get("signed_in_at", time.time()) - seconds_ago
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - seconds_ago}]
    session.save()
    return browser


def state_of(sandbox: Sandbox, app_id: str) -> Any:
    """Return an application as the sandbox has it, None when it is gone."""
    assert sandbox.app is not None
    return next((app for app in sandbox.app.cloud.applications if app.app_id == app_id), None)


def named(sandbox: Sandbox, name: str) -> Any:
    """Return the application of that name as the sandbox has it, None when there is none."""
    assert sandbox.app is not None
    return next((app for app in sandbox.app.cloud.applications if app.name == name), None)


@pytest.fixture
def app_id(sandbox: Sandbox) -> str:
    """An application that is enabled, with open rooms."""
    assert sandbox.app is not None
    return next(app.app_id for app in sandbox.app.cloud.applications if app.state == "ACTIVATION")


@pytest.fixture
def disabled(sandbox: Sandbox) -> str:
    """An application that is disabled."""
    assert sandbox.app is not None
    app = list(sandbox.app.cloud.applications)[1]
    sandbox.control("applications", {"app_id": app.app_id, "state": "DEACTIVATION"})
    return app.app_id


@pytest.fixture
def form() -> Callable[..., dict[str, Any]]:
    """Return a function that fills in what every form wants."""

    def fill(**more: Any) -> dict[str, Any]:
        return {"form_id": str(uuid.uuid4()), "words": "because", **more}

    return fill


@pytest.fixture
def settle(sandbox: Sandbox) -> Callable[..., Change]:
    """Return a function that lets a change's time pass, here and in the sandbox, and looks what became of it."""

    def go(seconds: float = 2) -> Change:
        change = Change.objects.get(ended_at=None)
        sandbox.travel(seconds)
        for name in ("asked_at", "answered_at", "looked_at"):
            moment = getattr(change, name)
            setattr(change, name, moment and moment - timedelta(seconds=seconds))
        change.save()
        look(change.pk)
        change.refresh_from_db()
        return change

    return go
