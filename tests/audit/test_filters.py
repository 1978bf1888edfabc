"""The filters: each finds what it names, all together narrow."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.http import QueryDict
from django.utils import timezone

from console import audit
from console.accounts.models import User
from console.audit import Target
from console.audit.forms import TrailForm
from console.audit.readers import readable_ledgers
from console.audit.services import rows_of, trail
from console.connections.models import Connection
from console.core.clicks import Click, clicked
from tests.audit.helpers import act

pytestmark = [pytest.mark.django_db, pytest.mark.stores]


def find(user: User, query: str) -> list[str]:
    form = TrailForm(QueryDict(query), ledgers=readable_ledgers(user))
    assert form.is_valid(), form.errors
    return sorted(entry.reason for entry in trail(user, form.filters))


def test_by_person_action_application_and_connection(audrey: User, alice: User, connection: Connection):
    act(alice, connection=connection, app_id="app-1", reason="a")
    act(None, connection=connection, app_id="app-2", reason="b")
    audit.record("audit.export", actor=audrey, reason="c")
    assert find(audrey, "person=ALIC") == ["a"]
    assert find(audrey, "person=nobody") == []
    assert find(audrey, "action=audit.export") == ["c"]
    assert find(audrey, "app_id=app-2") == ["b"]
    assert find(audrey, "connection=demo") == ["a", "b"]
    assert find(audrey, "connection=*") == ["c"]
    assert find(audrey, "connection=demo&person=alice&app_id=app-2") == []
    assert find(audrey, "") == ["a", "b", "c"]


def test_by_text_in_target_details_and_findings(audrey: User):
    act(target=Target("room", "Lecture-7", "Maths"), reason="a")
    act(target=Target("room", "hall", ""), reason="b", details={"participants": ["u-4711", 'q"x', "größe"]})
    third = act(target=Target("room", "lab", ""), reason="c")
    audit.note(third.uuid, "returned", {"returned": ["u-4712"]})
    assert find(audrey, "target=lecture") == ["a"]
    assert find(audrey, "target=MATHS") == ["a"]
    assert find(audrey, "target=u-4711") == ["b"]
    assert find(audrey, "target=u-471") == ["b", "c"]
    assert find(audrey, "target=größe") == ["b"]
    assert find(audrey, "target=q%22x") == ["b"]
    assert find(audrey, "target=%25") == []
    assert find(audrey, "target=_") == []


def test_by_outcome_as_far_as_it_is_known_now(audrey: User):
    act(reason="good")
    act(reason="bad", outcome="failed")
    settled = act(reason="settled", outcome="unknown")
    act(reason="lost", outcome="unknown")
    audit.note(settled.uuid, "the room was empty", outcome="succeeded")
    audit.record("test.thing.do", actor=None, reason="refused", outcome="failed")
    with audit.attempt("test.thing.do", actor=None, connection=None, target=Target("", ""), reason="open"):
        assert find(audrey, "outcome=attempted") == ["open"]
    assert find(audrey, "outcome=attempted") == []
    assert find(audrey, "outcome=succeeded") == ["good", "open", "settled"]
    assert find(audrey, "outcome=failed") == ["bad", "refused"]
    assert find(audrey, "outcome=unknown") == ["lost"]
    said = {row.entry.reason: row.outcome for row in rows_of(trail(audrey))}
    assert said["settled"] == "succeeded"
    assert said["lost"] == "unknown"


def test_by_time_in_the_viewer_s_zone_from_included_to_not(audrey: User):
    for hour in (1, 2, 3):
        with time_machine.travel(datetime(2026, 3, 1, hour, tzinfo=UTC), tick=False):
            act(reason=str(hour))
    with timezone.override("Asia/Shanghai"):
        assert find(audrey, "from=2026-03-01T10:00&to=2026-03-01T11:00") == ["2"]
        assert find(audrey, "from=2026-03-01T10:00") == ["2", "3"]
        assert find(audrey, "to=2026-03-01T10:00:01") == ["1", "2"]
    assert find(audrey, "from=2026-03-01T02:00") == ["2", "3"]


def test_by_click(audrey: User):
    for click in ("one", "one", "two"):
        token = clicked.set(Click(click))
        try:
            act(reason=click)
        finally:
            clicked.reset(token)
    assert find(audrey, "click=one") == ["one", "one"]


def test_what_was_filtered_is_told_in_words_that_stay(audrey: User, connection: Connection):
    act(connection=connection)
    query = QueryDict("target=x&connection=demo&outcome=failed&from=2026-03-01T00:00")
    form = TrailForm(query, ledgers=readable_ledgers(audrey))
    assert form.is_valid()
    assert form.filters.told() == {
        "text": "x",
        "connection": "demo",
        "outcome": "failed",
        "start": "2026-03-01T00:00:00.000000Z",
    }
