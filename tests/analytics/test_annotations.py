"""Annotations: who may write them, what stands on record, and that charts draw them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.analytics.models import Annotation, KnownApplication
from console.analytics.services.annotations import (
    AnnotationChanged,
    Written,
    annotate,
    annotations,
    change_annotation,
    delete_annotation,
)
from console.audit.models import AuditEntry
from console.connections.models import Connection
from tests.analytics.conftest import START
from tests.analytics.store import fill

pytestmark = pytest.mark.django_db
URL = "/c/demo/analytics/annotations/"
AT = datetime(2027, 2, 27, 9, 30, tzinfo=UTC)


@pytest.fixture
def stored(connection: Connection, time_machine_at: Any) -> list[KnownApplication]:
    return fill(connection, ["Classroom", "Meeting"], days=10, minutes=False)


@pytest.fixture
def lead_of_one(carol: User, connection: Connection, stored: list[KnownApplication]) -> User:
    """Carol leads the first application alone."""
    RoleGrant.objects.create(user=carol, role=Role.LEAD, connection=connection, app_id=stored[0].app_id)
    return carol


def trail() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", "target_name"))


def test_one_is_written_in_the_viewers_zone_and_drawn(
    client: Client, lena: User, stored: list[KnownApplication]
) -> None:
    lena.time_zone = "Asia/Shanghai"
    lena.save()
    client.force_login(lena)
    form = {
        "kind": "release",
        "text": "<b>Release</b> 4.2",
        "at": "2027-02-27T17:30",
        "until": "",
        "app_id": "",
    }
    assert client.post(f"{URL}new/", form).status_code == 302
    row = Annotation.objects.get()
    assert (row.at, row.author, row.author_name) == (AT, lena, "Lena")
    page = client.get("/c/demo/analytics/?range=7d").content.decode()
    assert f'"at":{AT.timestamp():.1f}' in page
    assert "&lt;b&gt;Release&lt;/b&gt; 4.2" in page
    assert "&lt;b&gt;Release&lt;/b&gt; 4.2" in client.get(f"{URL}?range=7d").content.decode()
    assert trail() == [("analytics.annotation.create", "<b>Release</b> 4.2")]
    assert AuditEntry.objects.get().after["at"] == AT.isoformat()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text": ""}, "Fill in “"),
        ({"at": "soon"}, "That is no date and time"),
        ({"at": "1999-01-01T00:00"}, "too long ago or too far ahead"),
        ({"until": "2027-02-27T09:29"}, "It ends before it begins"),
        ({"app_id": "nobody"}, "not one of the available choices"),
    ],
)
def test_what_is_refused(
    client: Client, lena: User, stored: list[KnownApplication], change: dict[str, str], said: str
) -> None:
    client.force_login(lena)
    form = {"kind": "note", "text": "x", "at": "2027-02-27T09:30", "until": "", "app_id": "", **change}
    answer = client.post(f"{URL}new/", form)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Annotation.objects.exists()


def test_who_leads_one_application_writes_about_that_one(
    client: Client, lead_of_one: User, lena: User, connection: Connection, stored: list[KnownApplication]
) -> None:
    mine, other = stored[0].app_id, stored[1].app_id
    annotate(connection, Written("note", "of the other", AT, app_id=other), actor=lena)
    of_all = annotate(connection, Written("note", "of all", AT), actor=lena)
    with pytest.raises(PermissionDenied):
        annotate(connection, Written("note", "x", AT, app_id=other), actor=lead_of_one)
    with pytest.raises(PermissionDenied):
        annotate(connection, Written("note", "x", AT), actor=lead_of_one)
    annotate(connection, Written("note", "of mine", AT, app_id=mine), actor=lead_of_one)
    assert [one.text for one in annotations(connection, {mine})] == ["of all", "of mine"]
    client.force_login(lead_of_one)
    page = client.get(f"{URL}?range=7d").content.decode()
    assert ("of all" in page, "of mine" in page, "of the other" in page) == (True, True, False)
    assert client.get(f"{URL}{of_all.pk}/").status_code == 404  # to be read, not to be changed


def test_changed_meanwhile_is_not_overwritten(
    client: Client, lena: User, connection: Connection, stored: list[KnownApplication]
) -> None:
    row = annotate(connection, Written("note", "first", AT), actor=lena)
    change_annotation(connection, row.pk, 1, Written("incident", "second", AT), actor=lena)
    with pytest.raises(AnnotationChanged):
        change_annotation(connection, row.pk, 1, Written("note", "third", AT), actor=lena)
    client.force_login(lena)
    form = {
        "kind": "note",
        "text": "third",
        "at": "2027-02-27T09:30",
        "until": "",
        "app_id": "",
        "version": "1",
    }
    assert client.post(f"{URL}{row.pk}/", form).status_code == 409
    row.refresh_from_db()
    assert (row.text, row.kind) == ("second", "incident")
    entry = AuditEntry.objects.get(action="analytics.annotation.change")
    assert (entry.before["text"], entry.after["text"]) == ("first", "second")


def test_deleted_it_stays_in_the_trail(
    client: Client, lena: User, connection: Connection, stored: list[KnownApplication]
) -> None:
    row = annotate(connection, Written("note", "wrong", AT), actor=lena)
    client.force_login(lena)
    assert client.get(f"{URL}{row.pk}/delete/").status_code == 200
    assert client.post(f"{URL}{row.pk}/delete/").status_code == 302
    assert not Annotation.objects.exists()
    assert AuditEntry.objects.get(action="analytics.annotation.delete").before["text"] == "wrong"
    with pytest.raises(AnnotationChanged):
        delete_annotation(connection, row.pk, actor=lena)


def test_what_began_before_the_period_and_went_on_is_in_it(connection: Connection, lena: User) -> None:
    day = timedelta(days=1)
    annotate(connection, Written("incident", "long", AT - 5 * day, AT + day), actor=lena)
    annotate(connection, Written("note", "before", AT - 5 * day), actor=lena)
    annotate(connection, Written("note", "after", AT + 9 * day), actor=lena)
    found = annotations(connection, None, since=AT, until=START)
    assert [one.text for one in found] == ["long"]
