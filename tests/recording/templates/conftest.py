"""Applications of the sandbox with and without a recording template, and its form filled in."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from huaweicloudsdkcloudrtc import v2

from console.connections.models import Connection
from console.recording.models import RecordingJob
from tests.applications.conftest import settle, sign_in  # noqa: F401
from tests.rooms.conftest import calls, grow_older, no_cloud, use_up  # noqa: F401
from tests.sandbox.harness import Sandbox
from tests.sandbox.test_sdk import sdk

FRAGMENT = {"HX-Request": "true", "HX-Target": "dialog-body"}
HERE = "/c/demo/recording/templates/"
PREFIX = "{app_id}/{record_format}/{stream}_{file_start_time}/{stream}_{file_start_time}"


@pytest.fixture(autouse=True)
def _nothing_from_before() -> None:
    cache.clear()


def enabled(sandbox: Sandbox) -> list[dict[str, Any]]:
    """Return the enabled applications; the first two have a template, the second records by itself."""
    return [app for app in sandbox.control("world")["applications"] if app["state"] == "ACTIVATION"]


@pytest.fixture
def recorded(sandbox: Sandbox) -> str:
    """An application with a template that nothing uses."""
    return str(enabled(sandbox)[0]["app_id"])


@pytest.fixture
def automatic(sandbox: Sandbox) -> str:
    """An application with a template by which it records by itself."""
    return str(enabled(sandbox)[1]["app_id"])


@pytest.fixture
def bare(sandbox: Sandbox) -> str:
    """An application without a template."""
    return str(enabled(sandbox)[2]["app_id"])


def stored(sandbox: Sandbox, app_id: str) -> list[Any]:
    """Return an application's templates as the sandbox has them."""
    assert sandbox.app is not None
    return list(sandbox.app.cloud.templates.of(app_id))


def id_of(sandbox: Sandbox, app_id: str) -> str:
    """Return the id of an application's template."""
    return str(stored(sandbox, app_id)[0].rule_id)


@pytest.fixture
def form(sandbox: Sandbox) -> Callable[..., dict[str, Any]]:
    """Return a function that fills the form in; a field given as None is left out."""

    def fill(**more: Any) -> dict[str, Any]:
        filled = {
            "form_id": str(uuid.uuid4()),
            "words": "because",
            "bucket": "classroom-recordings",
            "project_id": sandbox.project_id,
            "folder": "spring/",
            "formats": ["HLS", "MP4"],
            "hls_cycle": "600",
            "hls_slice": "10",
            "hls_gap": "-1",
            "hls_prefix": PREFIX,
            "mp4_cycle": "7200",
            "mp4_gap": "30",
            "mp4_prefix": "{stream}/{file_start_time}",
            "confirm": "",
            "seen": "",
            "do": "save",
            **more,
        }
        return {name: value for name, value in filled.items() if value is not None}

    return fill


def read_back(sandbox: Sandbox, app_id: str) -> Any:
    """Return an application's template as the vendor's SDK reads it."""
    sandbox.control("quota", {"mode": "off"})
    (rule,) = sdk(sandbox, v2).list_record_rules(v2.ListRecordRulesRequest(app_id=app_id)).rules
    return rule


def running_job(connection: Connection, app_id: str, template_id: str) -> RecordingJob:
    return RecordingJob.objects.create(
        kind=RecordingJob.Kind.MIX,
        connection=connection,
        app_id=app_id,
        room_id="lesson-7",
        job_id="job-1",
        stream_name="m_job-1_lesson-7",
        record_rule_id=template_id,
        actor_name="Alice",
        outcome=RecordingJob.Outcome.ACCEPTED,
        state=RecordingJob.State.RUNNING,
        asked_at=timezone.now(),
    )
