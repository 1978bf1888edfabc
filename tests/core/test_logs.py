"""What the log holds: of a refusal a line, of our own faults where they happened."""

import logging

import pytest
from django.test import Client

from console.accounts.models import User
from console.connections.models import Connection
from console.core.logs import RefusalsInALine


@pytest.mark.django_db
def test_a_refusal_takes_one_line(
    client: Client, bob: User, connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    client.force_login(bob)
    assert client.get("/settings/connections/").status_code == 403
    (told,) = [record for record in caplog.records if record.name == "django.request"]
    assert "/settings/connections/" in told.getMessage()
    assert told.exc_info is None


def test_a_fault_of_ours_keeps_its_place() -> None:
    try:
        raise ValueError
    except ValueError as problem:
        where = (ValueError, problem, problem.__traceback__)
    for status in (500, None):
        record = logging.LogRecord("django.request", logging.ERROR, "", 1, "broke", (), where)
        if status:
            record.status_code = status
        assert RefusalsInALine().filter(record)
        assert record.exc_info is not None
