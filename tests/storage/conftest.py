"""The sandbox's buckets, and short ways to look at what was asked of the cloud."""

import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from console.accounts.models import User
from tests.applications.conftest import settle  # noqa: F401
from tests.rooms.conftest import calls, grow_older, no_cloud, use_up  # noqa: F401
from tests.sandbox.harness import Sandbox

FRAGMENT = {"HX-Request": "true", "HX-Target": "dialog-body"}
FULL, EMPTY, SHUT = "classroom-recordings", "classroom-archive", "meeting-exports"
HERE = "/c/demo/storage/"
LESSON = "rtc/archive/lesson_01/lesson_01"


@pytest.fixture(autouse=True)
def _nothing_from_before() -> None:
    cache.clear()


def sign_in(user: User, *, seconds_ago: float = 0) -> Client:
    """Return a browser in which the person signed in so long ago."""
    browser = Client()
    browser.force_login(user)
    session = browser.session
    session["signed_in_at"] = session.get("signed_in_at", time.time()) - seconds_ago
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - seconds_ago}]
    session.save()
    return browser


def at(bucket: str, more: str = "", location: str = "cn-north-4") -> str:
    """Return the address of a bucket's page."""
    return f"{HERE}{location}/{bucket}/{more}"


@pytest.fixture
def form() -> Callable[..., dict[str, Any]]:
    """Return a function that fills in what every form wants."""

    def fill(**more: Any) -> dict[str, Any]:
        return {"form_id": str(uuid.uuid4()), "words": "because", **more}

    return fill


def bucket_of(sandbox: Sandbox, name: str, location: str = "cn-north-4") -> Any:
    """Return a bucket as the sandbox has it."""
    assert sandbox.app is not None
    return sandbox.app.cloud.buckets.find(name, location)
