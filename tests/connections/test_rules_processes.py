"""Rules that change while processes send: by the arrivals at a server, never one too many by the old or the new.

Each request tells when its permit was asked for and when it was there, so that afterwards it is known which rule it was
surely granted under.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection as database

from console.connections.models import Connection, QuotaWish
from console.connections.owners import owner_of, restore_budgets
from console.connections.scopes import Scope, budgets, paid_from
from console.sparkrtc.catalogue.recording import GET_MIX_JOB, GET_SINGLE_JOB
from tests.connections.strict_server import StrictServer

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.stores, pytest.mark.django_db(transaction=True)]
SEND = """
import http.client, sys, threading, time
from urllib.parse import urlsplit
import django; django.setup()
from django.db import connection
from console.connections.permits import StoredPermits
from console.sparkrtc.catalogue import OPERATIONS
from console.sparkrtc.permits import Lane
url, owner, names, lasting = sys.argv[1], sys.argv[2], sys.argv[3].split(","), float(sys.argv[4])
end = time.monotonic() + lasting
def send(name):
    wire = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    permits = StoredPermits(owner)
    while time.monotonic() < end:
        asked = time.monotonic()
        permit = permits.take(OPERATIONS[name], lane=Lane.CLICK, max_wait=30)
        wire.request("GET", "/", headers={"X-Lane": f"{name} {asked} {time.monotonic()}"})
        wire.getresponse().read()
        permit.answered()
    wire.close(); connection.close()
threads = [threading.Thread(target=send, args=(name,)) for name in names]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""


@dataclass(frozen=True)
class Change:
    """A rule, and between which instants it came into force."""

    scope: Scope
    limit: int
    seconds: int
    began: float
    done: float


@dataclass(frozen=True)
class Arrival:
    at: float
    operation: str
    asked: float
    taken: float


@pytest.fixture
def server() -> Iterator[StrictServer]:
    generous = StrictServer(limit=10**6, seconds=1, jitter=0.03)  # what arrived is judged afterwards
    yield generous
    generous.close()


def start(server: StrictServer, owner: str) -> subprocess.Popen[bytes]:
    settings = database.settings_dict
    url = f"sqlite:///{settings['NAME']}"
    if database.vendor == "postgresql":
        url = f"postgres://{settings['USER']}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    names = f"{GET_MIX_JOB.name},{GET_SINGLE_JOB.name}"
    return subprocess.Popen([sys.executable, "-c", SEND, server.url, owner, names, "14"], cwd=ROOT, env=env)


def change(connection: Connection, scope: Scope, limit: int, seconds: int) -> Change:
    began = time.monotonic()
    wish = {"scope": scope, "limit": limit, "seconds": seconds}
    QuotaWish.objects.update_or_create(connection=connection, quota="jobs", defaults=wish)
    restore_budgets(owner_of(connection))
    return Change(scope, limit, seconds, began, time.monotonic())


def arrivals(server: StrictServer) -> list[Arrival]:
    found = []
    for at, note in zip(server.arrivals, server.lanes, strict=True):
        operation, asked, taken = note.split()
        found.append(Arrival(at, operation, float(asked), float(taken)))
    return found


def check(found: list[Arrival], rule: Change, ended: float) -> int:
    """Look at each window with a request that was surely granted under the rule; return how many there were."""
    names, windows = budgets("jobs", rule.scope), 0
    for name in names:
        rows = [one for one in found if paid_from(one.operation, names) == name]
        for last in rows:
            window = [one for one in rows if last.at - rule.seconds < one.at <= last.at]
            if any(rule.done < one.asked and one.taken < ended for one in window):
                windows += 1
                assert len(window) <= rule.limit, (rule, window)
    return windows


def test_rules_that_change_under_a_flood_let_nothing_slip_through(
    connection: Connection, server: StrictServer
) -> None:
    owner = owner_of(connection)
    rules = [change(connection, Scope.CELL, 8, 1)]
    processes = [start(server, owner) for _ in range(3)]
    wanted = [
        (Scope.CELL, 3, 1),
        (Scope.OPERATION, 4, 1),
        (Scope.OPERATION, 7, 2),
        (Scope.CELL, 5, 1),
        (Scope.CATEGORY, 2, 1),
        (Scope.CELL, 9, 1),
    ]
    for rule in wanted:
        until = len(server.arrivals) + 6
        while len(server.arrivals) < until and any(process.poll() is None for process in processes):
            time.sleep(0.01)
        rules.append(change(connection, *rule))
    for process in processes:
        assert process.wait(60) == 0
    found = arrivals(server)
    ends = [rule.began for rule in rules[1:]] + [time.monotonic()]
    looked_at = [check(found, rule, ended) for rule, ended in zip(rules, ends, strict=True)]
    print(len(found), looked_at)
    assert len(found) > 40
    assert sum(count > 0 for count in looked_at) >= 5
