"""Names of the cloud among a form's choices: what turns a text round or hides in it is written out."""

from typing import Any

import pytest
from django.test import Client

from console.accounts.models import User
from console.analytics.models import SavedView
from console.connections.models import Connection
from tests.analytics.store import fill

pytestmark = pytest.mark.django_db
TURNED = "\u202eAQ\u202c <i>room</i>\u200b"


@pytest.mark.parametrize(
    "address",
    ["analytics/annotations/new/", "analytics/reports/new/", "alerts/rules/new/", "overview/screens/new/"],
)
def test_no_choice_turns_the_text_round(
    client: Client, alice: User, lena: User, connection: Connection, time_machine_at: Any, address: str
) -> None:
    fill(connection, [TURNED], days=2, minutes=False)
    SavedView.objects.create(connection=connection, owner=alice, name=TURNED, page="insights", query="")
    lena.display_name = TURNED
    lena.save()
    client.force_login(alice)
    page = client.get(f"/c/demo/{address}").content.decode()
    assert "U+202EAQU+202C" in page
    assert not {"\u202e", "\u202c", "\u200b"} & set(page)
    assert "<i>room" not in page
