"""Rooms to record, jobs that run, and short ways to fill the forms in."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from console.accounts.models import User
from console.audit.models import AuditEntry
from console.connections.models import Connection
from console.recording.models import JobAction, RecordingJob
from console.recording.services.looking import see
from console.recording.services.starting import start_mix_job, start_single_job
from tests.conftest import MOMENT
from tests.rooms.conftest import OpenRoom, calls, find_open_room, no_cloud, use_up  # noqa: F401
from tests.sandbox.harness import Sandbox

FRAGMENT = {"HX-Request": "true", "HX-Target": "dialog-body"}
GRID = {"encode_template": "1280x720_15_2260", "max_idle_time": 60, "layout_template": "nine_grids_view"}
PANE = {
    "id": 1,
    "user_id": "teacher-1",
    "video_type": "SCREENSTREAM",
    "x": 0.0,
    "y": 0.0,
    "width": 0.75,
    "height": 1.0,
    "zorder": 0,
    "crop_mode": "KEEP_RATIO_PADDING",
}
CUSTOM = {**GRID, "layout_template": "custom", "layout_panes": [PANE]}
CAMERA = {
    "is_record_audio": True,
    "video_type": "CAMERASTREAM",
    "select_stream_type": "HD",
    "max_idle_time": 30,
}


@dataclass(frozen=True)
class Place:
    """An open room of an application that has a recording template."""

    app_id: str
    room_id: str
    user_ids: tuple[str, ...]
    rule_id: str

    def start_url(self, **more: str) -> str:
        query = "&".join(f"{name}={value}" for name, value in {"app": self.app_id, **more}.items())
        return f"/c/demo/recording/jobs/start/?{query}"


@pytest.fixture(autouse=True)
def _nothing_from_before() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def time_passes() -> Iterator[Callable[[float], None]]:
    """A busy hour; the function lets seconds pass, here and in the sandbox, which lives in this process."""
    with time_machine.travel(MOMENT, tick=True) as clock:
        yield clock.shift


@pytest.fixture
def place(sandbox: Sandbox) -> Place:
    return place_of(sandbox, find_open_room(sandbox, 5, 60))


def place_of(sandbox: Sandbox, room: OpenRoom) -> Place:
    assert sandbox.app is not None
    template = sandbox.app.cloud.templates.of(room.app_id)[0]
    return Place(room.app_id, room.room_id, room.user_ids, template.rule_id)


def sign_in(user: User) -> Client:
    """Return a browser in which the person is signed in."""
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.fixture
def mix_form(place: Place) -> Callable[..., dict[str, Any]]:
    """Return a function that fills the form of a mix in."""

    def fill(**more: Any) -> dict[str, Any]:
        return {
            "form_id": str(uuid.uuid4()),
            "room_id": place.room_id,
            "record_rule_id": place.rule_id,
            "encode_template": "1280x720_15_2260",
            "layout_template": "nine_grids_view",
            "max_idle_time": "60",
            "preset": "asked",
            "words": "",
            **more,
        }

    return fill


@pytest.fixture
def single_form(place: Place) -> Callable[..., dict[str, Any]]:
    """Return a function that fills the form of a single job in."""

    def fill(**more: Any) -> dict[str, Any]:
        return {
            "form_id": str(uuid.uuid4()),
            "room_id": place.room_id,
            "user_id": place.user_ids[0],
            "record_rule_id": place.rule_id,
            "video_type": "CAMERASTREAM",
            "select_stream_type": "HD",
            "is_record_audio": "on",
            "max_idle_time": "30",
            "preset": "asked",
            "words": "",
            **more,
        }

    return fill


def panes(*rows: dict[str, str]) -> dict[str, list[str]]:
    """Return rows as a form sends them."""
    usual = {
        "number": "1",
        "user": "teacher-1",
        "video": "CAMERASTREAM",
        "x": "0",
        "y": "0",
        "width": "0.5",
        "height": "0.5",
        "layer": "0",
        "crop": "KEEP_RATIO_CROP",
        "filling": "FIXED_USER",
    }
    full = [{**usual, "number": str(place + 1), "layer": str(place), **row} for place, row in enumerate(rows)]
    return {f"pane_{field}": [row[field] for row in full] for field in usual}


@pytest.fixture
def mix(connected: Connection, place: Place, alice: User) -> Callable[..., RecordingJob]:
    """Return a function that starts a mix job."""

    def start(settings: dict[str, Any] = GRID, **more: Any) -> RecordingJob:
        wish = {"actor": alice, "reason": "because", **more}
        return start_mix_job(connected, place.app_id, place.room_id, settings, place.rule_id, **wish).job

    return start


@pytest.fixture
def single(connected: Connection, place: Place, alice: User) -> Callable[..., RecordingJob]:
    """Return a function that starts a single job."""

    def start(user_id: str = "", **more: Any) -> RecordingJob:
        wish = {"actor": alice, "reason": "because", **more}
        whom = user_id or place.user_ids[0]
        return start_single_job(
            connected, place.app_id, place.room_id, whom, CAMERA, place.rule_id, **wish
        ).job

    return start


def sent_to(sandbox: Sandbox, operation: str) -> list[dict[str, Any]]:
    """Return the requests of an operation, oldest first."""
    return sandbox.requests(operation=operation)


def jobs_of(sandbox: Sandbox) -> list[Any]:
    """Return every job that the sandbox knows, oldest first; those of automatic recording left out."""
    assert sandbox.app is not None
    return [job for job in sandbox.app.cloud.jobs if job.kind != "automatic"]


def reason(**more: Any) -> dict[str, Any]:
    return {"form_id": str(uuid.uuid4()), "preset": "asked", "words": "", **more}


def url_of(job: RecordingJob, page: str = "") -> str:
    return f"/c/demo/recording/jobs/{job.pk}/{page}"


def seen_on(page: str) -> str:
    return page.split('name="seen" value="')[1].split('"')[0]


@pytest.fixture
def running_mix(mix: Callable[..., RecordingJob], time_passes: Callable[[float], None]) -> RecordingJob:
    return made_running(mix(CUSTOM), time_passes)


@pytest.fixture
def running_single(single: Callable[..., RecordingJob], time_passes: Callable[[float], None]) -> RecordingJob:
    return made_running(single(), time_passes)


def made_running(job: RecordingJob, time_passes: Callable[[float], None]) -> RecordingJob:
    time_passes(5)
    job = see(job, fresh_after=timezone.now()).job
    assert job.state == "RUNNING"
    return job


def outcomes_of(action: JobAction) -> list[tuple[str, str]]:
    rows = AuditEntry.objects.filter(attempt_id=action.attempt_id).exclude(kind="attempt").order_by("id")
    return [(row.outcome, row.finding) for row in rows]
