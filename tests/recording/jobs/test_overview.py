"""The overview says how many recordings run, from what is known here, and leads to them."""

import pytest
from django.utils import timezone

from console.accounts.models import User
from console.analytics.panels import panels
from console.connections.models import Connection
from console.recording.models import RecordingJob
from tests.recording.jobs.conftest import sign_in

pytestmark = pytest.mark.django_db


def drawn(user: User, connection: Connection, app_ids: list[str]) -> str:
    request = sign_in(user).get("/c/demo/recording/jobs/").wsgi_request
    return next(html for panel, html in panels(request, connection, app_ids) if panel.name == "recordings")


def test_running_recordings_of_the_applications_shown(bob: User, connection: Connection) -> None:
    for number, (app_id, state) in enumerate(
        [("app-1", "RUNNING"), ("app-1", "INIT"), ("app-1", "STOPPED"), ("app-2", "RUNNING")]
    ):
        RecordingJob.objects.create(
            kind="mix",
            connection=connection,
            app_id=app_id,
            room_id="room",
            job_id=f"job-{number}",
            actor_name="somebody",
            asked_at=timezone.now(),
            outcome="accepted",
            state=state,
        )
    one = drawn(bob, connection, ["app-1"])
    assert "2 recordings running" in one
    assert '/c/demo/recording/jobs/?app=app-1"' in one
    both = drawn(bob, connection, ["app-1", "app-2"])
    assert "3 recordings running" in both
    assert '/c/demo/recording/jobs/"' in both
    assert "No recording is known to run." in drawn(bob, connection, ["app-3"])
