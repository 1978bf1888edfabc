"""Ways from a room's page into Investigate."""

import re
from typing import Any

import pytest

from console.accounts.models import User
from console.connections.models import Connection
from tests.rooms.conftest import OpenRoom

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_room_and_each_of_its_people_lead_to_the_call(
    as_: Any, bob: User, connected: Connection, hostile: OpenRoom
) -> None:
    page = as_(bob).get(f"/c/demo/rooms/{hostile.app_id}/{hostile.room_id}/").content.decode()
    links = re.findall(r'href="(/c/demo/investigate/calls/[^"]+)"', page)
    assert links
    answer = as_(bob).get(links[0].replace("&amp;", "&"))
    assert answer.status_code == 200
    assert answer.context["call"].room_id == hostile.room_id
    assert answer.context["complaint"].at is None  # no moment was complained of
    people = [link for link in links if "user=" in link and not link.endswith("user=")]
    assert people
    looked_at = as_(bob).get(people[0].replace("&amp;", "&")).context["complaint"].user_id
    assert looked_at in [person.user_id for person in answer.context["call"].people]
