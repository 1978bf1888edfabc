"""/metrics: what it tells, and whom."""

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import DjangoAssertNumQueries, Settings

from console.connections import tallies
from console.connections.models import Connection, Tally
from console.connections.reads import read
from console.core import metrics
from console.sparkrtc.catalogue.applications import LIST_APPLICATIONS
from console.sparkrtc.errors import CloudFault, QuotaExhausted
from tests.connections.desk import pause
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.stores, pytest.mark.django_db]
Labels = frozenset[tuple[str, str]]


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    tallies.flush()
    Tally.objects.all().delete()


def told(client: Client) -> dict[tuple[str, Labels], float]:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    families = text_string_to_metric_families(answer.content.decode())
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def value(said: dict[tuple[str, Labels], float], name: str, /, **labels: str) -> float:
    return said[name, frozenset(labels.items())]


def test_it_tells_of_quotas_calls_waits_and_hits(connected: Connection, client: Client) -> None:
    read(connected, LIST_APPLICATIONS)
    read(connected, LIST_APPLICATIONS)
    found = told(client)
    quota = {"connection": "demo", "quota": "app_config"}
    assert value(found, "sparkrtc_quota_limit", **quota) == 60
    assert value(found, "sparkrtc_quota_effective_limit", **quota) == 60
    assert value(found, "sparkrtc_quota_window_seconds", **quota) == 60
    assert value(found, "sparkrtc_quota_free", **quota) == 59
    assert value(found, "sparkrtc_quota_busy", lane="page", **quota) == 1
    assert value(found, "sparkrtc_quota_waiting", lane="click", **quota) == 0
    assert value(found, "sparkrtc_quota_paused_seconds", **quota) == 0
    operation = LIST_APPLICATIONS.name
    assert value(found, "sparkrtc_calls_total", operation=operation, outcome="succeeded") == 1
    assert value(found, "sparkrtc_reads_total", operation=operation, found="fresh") == 1
    assert value(found, "sparkrtc_reads_total", operation=operation, found="asked") == 1
    lane = {"quota": "app_config", "lane": "page"}
    assert value(found, "sparkrtc_requests_total", outcome="answered", **lane) == 1
    assert value(found, "sparkrtc_permits_total", outcome="granted", **lane) == 1
    assert value(found, "sparkrtc_permit_wait_seconds_count", **lane) == 1
    assert value(found, "sparkrtc_permit_wait_seconds_bucket", le="60", **lane) == 1


def test_outcomes_are_told_apart(connected: Connection, client: Client, sandbox: Sandbox) -> None:
    sandbox.fail_next("status", status=500, times=9)
    with pytest.raises(CloudFault):
        read(connected, LIST_APPLICATIONS)
    pause("app_config", 30)
    with pytest.raises(QuotaExhausted):
        read(connected, LIST_APPLICATIONS, state="ACTIVATION", max_wait=0)
    found = told(client)
    operation = LIST_APPLICATIONS.name
    assert value(found, "sparkrtc_calls_total", operation=operation, outcome="cloud_fault") == 1
    assert value(found, "sparkrtc_calls_total", operation=operation, outcome="quota_exhausted") == 1
    assert value(found, "sparkrtc_permits_total", quota="app_config", lane="page", outcome="gave_up") == 1
    assert 25 < value(found, "sparkrtc_quota_paused_seconds", connection="demo", quota="app_config") <= 30


def test_two_processes_count_together(connected: Connection, client: Client) -> None:
    Tally.objects.create(name="calls", labels=f"{LIST_APPLICATIONS.name}|succeeded", value=41)
    read(connected, LIST_APPLICATIONS)
    labels = {"operation": LIST_APPLICATIONS.name, "outcome": "succeeded"}
    assert value(told(client), "sparkrtc_calls_total", **labels) == 42


def test_no_label_tells_of_people_applications_or_rooms(connected: Connection, client: Client) -> None:
    app_id = read(connected, LIST_APPLICATIONS).value.apps[0].app_id
    text = client.get("/metrics").content.decode()
    assert app_id not in text
    assert {label for _name, labels in told(client) for label, _value in labels} <= {
        *("connection", "quota", "lane", "operation", "outcome", "found", "le")
    }


def test_it_costs_few_queries(
    connected: Connection, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    read(connected, LIST_APPLICATIONS)
    client.get("/metrics")
    with django_assert_max_num_queries(9):  # PostgreSQL is asked the time, too
        client.get("/metrics")


@pytest.mark.parametrize(
    ("address", "headers", "allowed"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("::ffff:127.0.0.1", {}, True),
        ("10.1.2.3", {}, False),
        ("", {}, False),
        ("127.0.0.1", {"X-Forwarded-For": "10.1.2.3"}, False),
        ("127.0.0.1", {"Forwarded": "for=10.1.2.3"}, False),
        ("10.1.2.3", {"X-Forwarded-For": "127.0.0.1"}, False),
        ("10.1.2.3", {"Authorization": "Bearer "}, False),
    ],
)
def test_only_this_machine_is_told(
    db: None, client: Client, address: str, headers: dict[str, str], allowed: bool
) -> None:
    assert client.get("/metrics", REMOTE_ADDR=address, headers=headers).status_code == (
        200 if allowed else 404
    )


def test_networks_can_be_allowed(db: None, client: Client, settings: Settings) -> None:
    settings.METRICS_ALLOWED = ["10.1.0.0/16"]
    assert client.get("/metrics", REMOTE_ADDR="10.1.2.3").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="10.2.2.3").status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 404


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("Bearer open-sesame", 200),
        ("bearer open-sesame", 200),
        ("Bearer wrong", 404),
        ("Basic open-sesame", 404),
    ],
)
def test_a_token_opens_from_anywhere(
    db: None, client: Client, settings: Settings, given: str, status: int
) -> None:
    settings.METRICS_TOKEN = "open-sesame"
    answer = client.get("/metrics", REMOTE_ADDR="203.0.113.9", headers={"Authorization": given})
    assert answer.status_code == status


def test_one_part_that_fails_leaves_the_others(
    connected: Connection, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "_looks", {"broken": lambda: 1 / 0, **metrics._looks})
    assert value(told(client), "sparkrtc_quota_limit", connection="demo", quota="rooms") == 60
