"""Exact across processes: never one request too many at the server, whoever asks, dies, sleeps or has wrong clocks."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from django.db import connection as database
from django.db import connections

from console.connections.models import Bucket, Connection
from console.connections.owners import owner_of
from tests.connections import desk
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
    url = f"sqlite:///{settings['NAME']}"
    if database.vendor == "postgresql":
        url = f"postgres://{settings['USER']}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
    command = [sys.executable, "-m", "tests.connections.flood", "--url", server.url, "--owner", owner]
    command += ["--limit", str(server.limit), "--seconds", str(server.seconds), *words]
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)


def finish(*processes: subprocess.Popen[str]) -> list[dict[str, int]]:
    return [json.loads(process.communicate(timeout=90)[0].splitlines()[-1]) for process in processes]


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_processes_never_send_one_too_many(server: StrictServer, owner: str) -> None:
    results = finish(*[start(server, owner, "--lane", lane) for lane in "013"])
    assert [result["sent"] for result in results] == [20] * 3
    assert server.refused == sum(result["refused"] for result in results) == 0
    assert len(server.arrivals) == 60


def test_hosts_whose_clocks_are_a_minute_apart_count_by_the_stores(server: StrictServer, owner: str) -> None:
    hosts = [start(server, owner, "--wrong-by", str(seconds)) for seconds in (-30, 30)]
    assert [result["sent"] for result in finish(*hosts)] == [20] * 2
    assert (server.refused, len(server.arrivals)) == (0, 40)


def test_a_killed_holder_costs_its_permit_for_a_while_and_nothing_else(
    server: StrictServer, owner: str
) -> None:
    holder = start(server, owner, "--hang")
    assert said(holder) == "holding"
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    [result] = finish(start(server, owner))
    assert (result["sent"], server.refused) == (20, 0)
    taken = desk.book(owner=owner, quota="obs").taken.values()
    assert sum(one.done is None for one in taken) == 1  # busy until its lease ends


def test_a_process_that_was_stopped_gives_its_permit_back_instead_of_sending_late(
    server: StrictServer, owner: str
) -> None:
    sleeper = start(server, owner, "--stop", "--late", "0.2", "--threads", "1", "--requests", "2")
    assert said(sleeper) == "stopping"
    os.waitid(os.P_PID, sleeper.pid, os.WSTOPPED)
    [late] = desk.book(owner=owner, quota="obs").taken
    [other] = finish(start(server, owner, "--threads", "2", "--requests", "4"))
    sleeper.send_signal(signal.SIGCONT)
    [result] = finish(sleeper)
    assert (result["sent"], other["sent"], server.refused, len(server.arrivals)) == (2, 8, 0, 10)
    taken = desk.book(owner=owner, quota="obs").taken
    assert late not in taken
    assert all(one.done is not None for one in taken.values())


def test_after_a_restore_of_the_database_nobody_sends_for_a_window(
    server: StrictServer, owner: str, tmp_path: Path
) -> None:
    """What was sent since the copy was made is unknown to it."""
    bucket = Bucket.objects.filter(owner=owner, quota="obs").values().get()
    for _ in range(server.limit):
        requests.get(server.url, timeout=10)
    connections.close_all()
    if database.vendor == "sqlite":
        file = Path(str(database.settings_dict["NAME"]))
        shutil.copy(file, tmp_path / "copy")
        os.replace(tmp_path / "copy", file)  # another file under the same name, as after a restore
        Bucket.objects.filter(pk=bucket["id"]).update(book=bucket["book"])
    else:
        Bucket.objects.filter(pk=bucket["id"]).update(
            book=bucket["book"], stamp="postgresql:another timeline"
        )
    [result] = finish(start(server, owner, "--threads", "5", "--requests", "2"))
    assert (result["sent"], server.refused) == (10, 0)
