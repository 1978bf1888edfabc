"""Exact across processes: never one request too many at the server, whoever asks and whoever dies."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection as database

from console.connections.models import Connection, TakenPermit
from console.connections.owners import owner_of
from tests.connections.strict_server import StrictServer

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.stores, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def owner(connection: Connection) -> str:
    return owner_of(connection)


@pytest.fixture
def server() -> Iterator[StrictServer]:
    strict = StrictServer(limit=5, seconds=0.5, jitter=0.05)
    yield strict
    strict.close()


def start(server: StrictServer, owner: str, *words: str) -> subprocess.Popen[str]:
    settings = database.settings_dict
    if database.vendor == "sqlite":
        url = f"sqlite:///{settings['NAME']}"
    else:
        url = f"postgres://{settings['USER']}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
    command = [sys.executable, "-m", "tests.connections.flood", "--url", server.url, "--owner", owner]
    command += ["--limit", str(server.limit), "--seconds", str(server.seconds), *words]
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)


def finish(*processes: subprocess.Popen[str]) -> list[dict[str, int]]:
    return [json.loads(process.communicate(timeout=60)[0].splitlines()[-1]) for process in processes]


@pytest.mark.parametrize("lane", ["0", "3"])
def test_four_processes_never_send_one_too_many(server: StrictServer, owner: str, lane: str) -> None:
    results = finish(*[start(server, owner, "--lane", lane, "--lasting", "4") for _ in range(4)])
    print(results, len(server.arrivals))
    assert server.refused == 0
    assert sum(result["refused"] for result in results) == 0
    assert len(server.arrivals) == sum(result["sent"] for result in results) > 3 * server.limit


def test_a_killed_holder_costs_its_permit_for_a_while_and_nothing_else(
    server: StrictServer, owner: str
) -> None:
    holder = start(server, owner, "--hang")
    assert holder.stdout is not None
    assert holder.stdout.readline().strip() == "holding"
    holder.kill()
    holder.communicate()
    [result] = finish(start(server, owner, "--lasting", "1.5"))
    assert server.refused == 0
    assert result["sent"] > server.limit
    assert TakenPermit.objects.filter(done_at=None).count() == 1  # busy until its lease ends
