"""What a connection's test found is kept as a code with its values, and said in each reader's language."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from console.accounts.models import User
from console.audit.models import AuditEntry
from console.connections import findings, services
from console.connections.check import CheckResult, Step
from console.connections.client import client_for
from console.connections.models import Connection
from console.connections.problems import ConnectionUnusable
from console.connections.reads import read
from console.core.sayings import say
from console.sparkrtc.catalogue.applications import LIST_APPLICATIONS
from tests.sandbox.harness import Sandbox

pytestmark = pytest.mark.django_db
CHINESE = "zh-hans"


def after_a_test(connection: Connection, actor: User, language: str) -> Connection:
    with translation.override(language):
        services.test_connection(connection, actor=actor)
    return Connection.objects.get(pk=connection.pk)


def said(connection: Connection) -> dict[str, str]:
    result = services.last_check(connection)
    assert result is not None
    return {step.name: step.said for step in result.steps}


def test_another_reader_sees_the_test_in_another_language(
    client: Client, connected: Connection, olga: User
) -> None:
    after_a_test(connected, olga, CHINESE)
    client.force_login(olga)
    address = reverse("connections:detail", args=[connected.slug])
    assert "The cloud accepts the credentials." in client.get(address).content.decode()
    User.objects.filter(pk=olga.pk).update(language=CHINESE)
    shown = client.get(address).content.decode()
    assert "The cloud accepts" not in shown
    assert "凭证" in shown


def test_what_failed_is_said_in_the_readers_language_with_its_values(
    connected: Connection, sandbox: Sandbox, olga: User
) -> None:
    sandbox.control("permissions", {"deny": ["rtc:app:list"]})
    stored = after_a_test(connected, olga, CHINESE)
    assert "do not allow" not in str(stored.checked)
    english = said(stored)["right"]
    assert english.startswith("The credentials are good, but their policy")
    assert "rtc:app:list" in english
    with translation.override(CHINESE):
        chinese = said(stored)["right"]
    assert "rtc:app:list" in chinese
    assert "The credentials" not in chinese


def test_an_error_of_the_cloud_within_a_sentence_is_said_with_it(
    connected: Connection, sandbox: Sandbox, olga: User
) -> None:
    sandbox.fail_next("status", status=503, times=9)
    stored = after_a_test(connected, olga, CHINESE)
    assert said(stored)["service"].startswith("The cloud had a fault (HTTP 503).")
    with translation.override(CHINESE):
        chinese = said(stored)["service"]
    assert "503" in chinese
    assert not chinese.isascii()


def test_what_was_kept_as_text_is_still_shown(client: Client, connected: Connection, olga: User) -> None:
    old = [
        {"name": "endpoint", "state": "passed", "said": "https://rtc-api.example.com", "request_id": ""},
        {"name": "identity", "state": "failed", "said": "云不接受此访问密钥。", "request_id": "req-7"},
        {"name": "quota", "state": "skipped", "said": "", "request_id": ""},
    ]
    Connection.objects.filter(pk=connected.pk).update(checked=old, checked_at=timezone.now())
    client.force_login(olga)
    shown = client.get(reverse("connections:detail", args=[connected.slug])).content.decode()
    for text in ("https://rtc-api.example.com", "云不接受此访问密钥。", "req-7"):
        assert text in shown
    result = services.last_check(Connection.objects.get(pk=connected.pk))
    assert result is not None
    assert result.failure == Step("identity", "failed", findings.as_it_is("云不接受此访问密钥。"), "req-7")


def test_the_trail_has_one_language_and_is_read_in_any(connected: Connection, olga: User) -> None:
    Connection.objects.filter(pk=connected.pk).update(secret=b"")
    after_a_test(Connection.objects.get(pk=connected.pk), olga, CHINESE)
    error = AuditEntry.objects.get(action="connections.connection.test").error
    assert error == (
        f"The connection {connected.name} has no secret yet. Enter it under Settings › Connections. (identity)"
    )
    with translation.override(CHINESE):
        assert "has no secret" not in say(error)


def test_why_a_connection_cannot_be_used_is_said_when_it_is_read(connected: Connection) -> None:
    connected.active = False
    with translation.override(CHINESE), pytest.raises(ConnectionUnusable) as problem:
        client_for(connected)
    assert problem.value.sentence.startswith(f"The connection {connected.name} is switched off.")


def test_why_it_cannot_be_used_is_kept_with_the_answers_and_said_to_each_reader(
    connected: Connection,
) -> None:
    Connection.objects.filter(pk=connected.pk).update(secret=b"")
    connection = Connection.objects.get(pk=connected.pk)
    with translation.override(CHINESE), pytest.raises(ConnectionUnusable) as first:
        read(connection, LIST_APPLICATIONS)
    with pytest.raises(ConnectionUnusable) as second:  # told what the first was told, from the store
        read(connection, LIST_APPLICATIONS)
    assert str(second.value) == str(first.value) == said_of("no_secret", name=connected.name)


def said_of(code: str, **values: str) -> str:
    return str(findings.Finding(code, values))


@pytest.mark.parametrize("code", findings._TEXTS)
def test_every_finding_is_said_in_both_languages(code: str) -> None:
    names = ("address", "host", "port", "why", "name", "seconds", "count", "project", "operation", "said")
    finding = findings.Finding(code, dict.fromkeys(names, 7))
    with translation.override("en"):
        english = str(finding)
    with translation.override(CHINESE):
        chinese = str(finding)
    assert "%(" not in english + chinese
    assert code in ("as_it_is", "of_the_cloud") or english != chinese


def test_a_result_is_the_same_kept_or_fresh(connected: Connection, olga: User) -> None:
    fresh: CheckResult = services.test_connection(connected, actor=olga)
    assert services.last_check(Connection.objects.get(pk=connected.pk)) == fresh
