"""Single flight across processes: several that miss the same answer at once cost one call."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection as database

from console.connections.models import Connection
from tests.sandbox.harness import Sandbox

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.stores, pytest.mark.django_db(transaction=True)]
READ = """
import django; django.setup()
from console.connections.models import Connection
from console.connections.reads import read
from console.sparkrtc.catalogue.applications import LIST_APPLICATIONS
connection = Connection.objects.get()
input()
print(read(connection, LIST_APPLICATIONS, max_wait=5).request_id)
"""


def start() -> subprocess.Popen[str]:
    settings = database.settings_dict
    url = f"sqlite:///{settings['NAME']}"
    if database.vendor == "postgresql":
        url = f"postgres://{settings['USER']}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    return subprocess.Popen(
        [sys.executable, "-c", READ],
        cwd=ROOT,
        env=env,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def test_four_processes_that_miss_one_answer_cost_one_call(connected: Connection, sandbox: Sandbox) -> None:
    sandbox.fail_next("delay", seconds=0.5)
    processes = [start() for _ in range(4)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    found = {process.communicate(timeout=60)[0].strip() for process in processes}
    assert found == {sandbox.last_request_id}
    assert len(sandbox.requests()) == 1
