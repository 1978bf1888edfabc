"""Saved views: one's own, replaced by name, shared by right, and gone only when nothing sends them."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.analytics.models import KnownApplication, SavedView
from console.analytics.services.saving import delete_view, kept_query, save_view, saved_views
from console.audit.models import AuditEntry
from console.connections.models import Connection
from tests.analytics.store import fill

pytestmark = pytest.mark.django_db
URL = "/c/demo/analytics/"


@pytest.fixture
def stored(connection: Connection, time_machine_at: Any) -> list[KnownApplication]:
    return fill(connection, ["Classroom", "Meeting"], days=3, minutes=False)


def test_a_view_is_saved_and_opens_as_it_was(
    client: Client, lena: User, stored: list[KnownApplication]
) -> None:
    client.force_login(lena)
    query = f"view=quality&range=7d&app={stored[0].app_id}&page=3&evil=1"
    address = f"{URL}views/save/?page=insights&query={query.replace('&', '%26')}"
    assert client.get(address).status_code == 200
    answer = client.post(address, {"name": "My <quality>"})
    assert answer.status_code == 302
    row = SavedView.objects.get()
    assert row.query == f"view=quality&app={stored[0].app_id}&range=7d"
    page = client.get(URL).content.decode()
    assert "My &lt;quality&gt;" in page
    assert f"{URL}?view=quality&amp;app={stored[0].app_id}&amp;range=7d" in page
    assert not AuditEntry.objects.exists()  # one's own


def test_the_same_name_again_replaces_it(connection: Connection, lena: User, alice: User) -> None:
    save_view(connection, "Week", "insights", {"range": "7d"}, shared=False, actor=lena)
    save_view(connection, "Week", "events", {"range": "28d"}, shared=False, actor=lena)
    save_view(connection, "Week", "insights", {}, shared=False, actor=alice)
    assert [(one.page, one.query) for one in saved_views(connection, lena, None)] == [("events", "range=28d")]


def test_sharing_needs_the_whole_connection_and_is_on_record(
    client: Client, lena: User, carol: User, connection: Connection, stored: list[KnownApplication]
) -> None:
    mine, other = stored[0].app_id, stored[1].app_id
    RoleGrant.objects.create(user=carol, role=Role.LEAD, connection=connection, app_id=mine)
    with pytest.raises(PermissionDenied):
        save_view(connection, "Ours", "insights", {}, shared=True, actor=carol)
    client.force_login(carol)
    assert "Share it with everybody" not in client.get(f"{URL}views/save/").content.decode()
    assert client.get(f"{URL}views/save/?query=app%3D{other}").status_code == 404
    save_view(connection, "All", "insights", {"range": "7d"}, shared=True, actor=lena)
    save_view(connection, "Other", "insights", {"app": other}, shared=True, actor=lena)
    assert [one.name for one in saved_views(connection, carol, {mine})] == ["All"]
    assert AuditEntry.objects.filter(action="analytics.view.share").count() == 2


def test_only_its_owner_deletes_a_view(
    client: Client, lena: User, alice: User, connection: Connection, stored: list[KnownApplication]
) -> None:
    row = save_view(connection, "Ours", "insights", {}, shared=True, actor=lena)
    client.force_login(alice)
    assert client.post(f"{URL}views/{row.pk}/delete/").status_code == 404
    with pytest.raises(SavedView.DoesNotExist):
        delete_view(connection, row.pk, actor=alice)
    client.force_login(lena)
    assert client.post(f"{URL}views/{row.pk}/delete/").status_code == 302
    assert not SavedView.objects.exists()
    assert AuditEntry.objects.get(action="analytics.view.delete").before["name"] == "Ours"


def test_only_what_pages_read_is_kept() -> None:
    assert kept_query({"view": "scale", "next": "//evil.example", "zoom-day": "1-2"}) == "view=scale"
