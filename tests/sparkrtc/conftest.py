"""Fixtures of the cloud library's tests. They need no Django."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from console.sparkrtc import Client, new_session
from tests.sparkrtc.doubles import KEY, PROJECT, Cloud, FakePermits, RawCloud, Time


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    server = Cloud()
    yield server
    server.close()


@pytest.fixture
def raw_cloud() -> Iterator[Callable[..., RawCloud]]:
    started: list[RawCloud] = []

    def start(*scripts: Any) -> RawCloud:
        started.append(RawCloud(*scripts))
        return started[-1]

    yield start
    for server in started:
        server.close()


@pytest.fixture
def session() -> Iterator[requests.Session]:
    made = new_session()
    yield made
    made.close()


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def permits() -> FakePermits:
    return FakePermits()


@pytest.fixture
def make_client(
    cloud: Cloud, session: requests.Session, permits: FakePermits, time: Time
) -> Callable[..., Client]:
    """Make a client of the loopback cloud; keywords replace what it is handed."""

    def make(**changes: Any) -> Client:
        values: dict[str, Any] = {
            "endpoint": cloud.endpoint,
            "credentials": KEY,
            "project_id": PROJECT,
            "permits": permits,
            "session": session,
            "clock": time.now,
            "sleep": time.sleep,
            "chance": lambda: 1.0,
            **changes,
        }
        return Client(**values)

    return make


@pytest.fixture
def client(make_client: Callable[..., Client]) -> Client:
    return make_client()
