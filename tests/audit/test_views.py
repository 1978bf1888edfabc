"""The trail's pages: what is on them, for whom, and at which price."""

import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from console import audit
from console.accounts.models import RoleGrant, User
from console.audit import Target
from console.audit.models import AuditEntry
from console.connections.models import Connection
from tests.audit.helpers import HOSTILE, act, fragment, page

pytestmark = pytest.mark.django_db


def test_an_empty_trail_says_what_will_be_here(audrey: User):
    assert "Nothing is on record yet" in page(audrey)


def test_a_row_tells_who_did_what_to_what_why_and_how_it_ended(
    audrey: User, alice: User, connection: Connection
):
    act(alice, connection=connection, app_id="app-1", reason="spam in the chat")
    html = page(audrey)
    assert "Do a thing" in html
    for piece in (
        "Alice",
        "Admin",
        "Lecture 7",
        "lecture-7",
        "Demo",
        "app-1",
        "spam in the chat",
        "succeeded",
    ):
        assert piece in html
    assert html.count("<tr>") == 2  # the head and one row: outcome and attempt are one


def test_htmx_gets_the_table_alone_and_an_address_without_empty_filters(audrey: User):
    act()
    html = fragment(audrey, target="lecture", person="")
    assert html.lstrip().startswith('<div id="trail">')
    assert "<html" not in html
    client = Client(headers={"HX-Request": "true"})
    client.force_login(audrey)
    assert client.get("/audit/?target=lecture&person=&outcome=")["HX-Push-Url"] == "/audit/?target=lecture"


@pytest.mark.parametrize("status_for", [("carol", 403), ("bob", 200), ("audrey", 200), ("olga", 200)])
def test_who_may_open_the_list(person, status_for: tuple[str, int]):
    name, status = status_for
    page(person(name), status=status)


def test_filters_show_as_chips_and_an_empty_result_says_how_to_widen_it(audrey: User, connection: Connection):
    act(connection=connection)
    html = page(audrey, connection="demo", outcome="failed")
    assert "Nothing on record fits these filters" in html
    assert 'href="/audit/?connection=demo"' in html  # the chip that takes the outcome away
    assert 'href="/audit/"' in html  # clear filters


def test_unusable_filters_are_told_instead_of_being_left_out(audrey: User):
    act()
    html = page(audrey, status=422, **{"from": "yesterday"})
    assert "That is not a time" in html
    assert "lecture-7" not in html
    assert "The range ends before it starts" in page(
        audrey, status=422, **{"from": "2026-03-02T00:00", "to": "2026-03-01T00:00"}
    )
    page(audrey, status=422, outcome="perhaps")
    page(audrey, status=422, connection="elsewhere")


def test_hostile_text_is_shown_harmless(audrey: User, alice: User):
    User.objects.filter(pk=alice.pk).update(display_name="<b>Alice</b>\u202e")
    alice.refresh_from_db()
    attempt = act(alice, target=Target("room", HOSTILE, HOSTILE), reason=HOSTILE, before={HOSTILE: HOSTILE})
    for html in (page(audrey), page(audrey, f"/audit/{attempt.uuid}/"), page(audrey, target=HOSTILE[:20])):
        html = re.sub(
            r' (data-copy|value)="[^"]*"', "", html
        )  # holds the text itself, to copy it or send it again
        assert "<script>alert" not in html
        assert "<b>Alice" not in html
        assert "\u202e" not in html
        assert "\x1b" not in html


def test_an_entry_tells_everything_and_copies_its_ids(audrey: User, alice: User, connection: Connection):
    with audit.attempt(
        "test.thing.do",
        actor=alice,
        connection=connection,
        target=Target("room", "lecture-7"),
        reason="spam",
        before={"people": 3, "name": "x"},
        on_behalf_of="the support desk",
    ) as entry:
        entry.request_id, entry.after, entry.details = "req-77", {"people": 0, "name": "x"}, {"asked": 3}
    audit.note(entry.attempt_id, "seen to leave", {"left": 3})
    html = page(audrey, f"/audit/{entry.attempt_id}/")
    for piece in ("req-77", "the support desk", "people", "changed", "seen to leave", "Attempted", "asked"):
        assert piece in html
    assert html.count("entry-changed") == 1
    for row in AuditEntry.objects.all():
        assert row.hash[-6:] in html
    assert "Not signed yet" in html


def test_line_breaks_break_lines_and_nothing_else_unseen_is_let_through(audrey: User, alice: User):
    nested = {"callbacks": [{"url": "https://a.example"}, {"url": "https://b.example"}]}
    entry = act(alice, reason="first\r\nsecond\u202e", before=nested)
    client = Client()
    client.force_login(audrey)
    html = client.get(reverse("audit:detail", args=[entry.uuid])).content.decode()
    assert '<bdi>first</bdi>\n<bdi>second<span class="unseen">U+202E</span></bdi>' in html
    assert "␊" not in html
    assert "https://b.example" in html


def test_the_address_of_an_outcome_leads_to_its_entry(audrey: User):
    attempt = act()
    outcome = AuditEntry.objects.get(attempt_id=attempt.uuid, kind="outcome")
    assert "lecture-7" in page(audrey, f"/audit/{outcome.uuid}/")
    assert fragment(audrey, f"/audit/{attempt.uuid}/").lstrip().startswith('<div id="entry">')


def test_entries_that_are_not_ones_own_to_see_do_not_exist(bob: User, alice: User, connection: Connection):
    attempt = act(alice, connection=connection)
    assert "lecture-7" not in page(bob, f"/audit/{attempt.uuid}/", status=404)
    page(bob, f"/audit/{uuid.uuid4()}/", status=404)


def test_an_entry_whose_action_nobody_registers_any_more_still_shows(
    audrey: User, monkeypatch: pytest.MonkeyPatch
):
    attempt = act()
    monkeypatch.setattr("console.audit.actions._actions", {})
    assert "test.thing.do" in page(audrey)
    assert "test.thing.do" in page(audrey, f"/audit/{attempt.uuid}/")
    assert "lecture-7" in page(audrey, action="test.thing.do")


def test_older_pages_are_reached_by_cursor_without_gaps_or_doubles(audrey: User):
    for number in range(120):
        audit.record("test.thing.do", actor=None, target=Target("room", f"room-{number:03}"))
    seen: list[str] = []
    address = "/audit/?action=test.thing.do"
    client = Client()
    client.force_login(audrey)
    while address:
        response = client.get(address)
        seen += [row.entry.target_id for row in response.context["page"].rows]
        address = response.context["older_url"]
    assert seen == [f"room-{number:03}" for number in reversed(range(120))]


@pytest.mark.parametrize(
    "cursor", ["", "x", "1-", "-1", "99999999999999999999999999-1", "1-99999999999999999999"]
)
def test_a_cursor_that_nobody_gave_out_does_no_harm(audrey: User, cursor: str):
    act()
    page(audrey, older=cursor)


def test_the_price_of_a_page_does_not_grow_with_its_rows(
    audrey: User, connection: Connection, django_assert_max_num_queries: DjangoAssertNumQueries
):
    client = Client(headers={"HX-Request": "true"})
    client.force_login(audrey)
    client.get("/audit/")
    for _number in range(60):
        attempt = act(connection=connection)
        audit.note(attempt.uuid, "seen to leave")
    with django_assert_max_num_queries(
        6
    ):  # session, person, grants, ledgers, attempts, what was added to them
        html = client.get("/audit/").content.decode()
    assert html.count("<tr>") == 51
    with django_assert_max_num_queries(7):  # …and the signed head
        client.get(f"/audit/{attempt.uuid}/")


def test_verification_is_for_those_who_read_the_whole_trail(bob: User, lena: User, connection: Connection):
    page(bob, "/audit/verify/", status=403)
    page(lena, "/audit/verify/", status=403)
    part = User.objects.create_user("part", password="x")
    RoleGrant.objects.create(user=part, connection=connection, app_id="app-1", role="auditor")
    page(part, "/audit/verify/", status=403)
    assert "/audit/verify/" not in page(part)


def test_verifying_shows_the_result_and_is_on_record(audrey: User, connection: Connection):
    act()
    act(connection=connection)
    client = Client()
    client.force_login(audrey)
    assert "Verify now" in client.get("/audit/verify/").content.decode()
    html = client.post("/audit/verify/").content.decode()
    assert "Nothing was changed" in html
    assert "demo" in html
    entry = AuditEntry.objects.get(action="audit.verify")
    assert (entry.actor_username, entry.details["good"], entry.details["ledgers"]) == ("audrey", True, 2)


def test_verifying_tells_what_is_wrong(audrey: User):
    from tests.ledger_cleaning import unlocked_ledger

    act()
    with unlocked_ledger():
        AuditEntry.objects.filter(kind="attempt").update(reason="nothing")
    client = Client(headers={"HX-Request": "true"})
    client.force_login(audrey)
    html = client.post("/audit/verify/").content.decode()
    assert "was changed after it was written" in html
    assert "<html" not in html


def test_the_rail_leads_to_the_trail_for_those_who_may(audrey: User, bob: User):
    assert reverse("audit:list") == "/audit/"
    for person in (audrey, bob):
        assert 'href="/audit/"' in page(person)
