"""The search box finds jobs by their id and by their room's, within reach, and asks the cloud nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.connections.models import Connection
from console.recording.models import RecordingJob
from tests.recording.jobs.conftest import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def found(user: User, query: str) -> str:
    browser = sign_in(user)
    browser.get("/c/demo/recording/jobs/")  # the connection in use
    return browser.get(f"/search/?q={query}").content.decode()


def test_by_id_and_by_room(
    bob: User, connected: Connection, mix: Callable[..., RecordingJob], calls: Any
) -> None:
    job = mix()
    url = f"/c/demo/recording/jobs/{job.pk}/"
    calls()
    assert url in found(bob, job.job_id)
    assert url in found(bob, job.room_id)
    assert url not in found(bob, job.room_id[:-1])
    assert calls() == []


def test_not_beyond_ones_reach(
    carol: User, audrey: User, connected: Connection, mix: Callable[..., RecordingJob]
) -> None:
    job = mix()
    RoleGrant.objects.create(user=carol, role=Role.SUPPORT, connection=connected, app_id="another")
    assert str(job.pk) not in found(carol, job.job_id)
    assert str(job.pk) not in found(audrey, job.job_id)
