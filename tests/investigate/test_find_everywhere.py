"""Finding somebody whose application is not known: how far is looked, what it costs, and what was left out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from console.accounts.models import User
from console.connections.models import Connection
from console.investigate.models import SeenSession
from console.investigate.services import finding
from console.investigate.services.remembering import nickname_key
from console.work.models import Run
from console.work.runs import hand_out, work_on
from tests.investigate.conftest import KnownCall, spoken, statistics
from tests.sandbox.harness import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)
Known = Callable[..., KnownCall]
FIND = "/c/demo/investigate/"


def look_at_another_first(browser: Any, call: KnownCall) -> list[str]:
    """Let another application be the one looked at last; return the other applications' names."""
    items = browser.get(FIND).context["applications"].items
    others = [item for item in items if item.app_id != call.app_id]
    session = browser.session
    session["rooms.application"] = {"demo": others[0].app_id}
    session.save()
    return [item.name for item in others]


def test_somebody_never_seen_is_looked_for_in_every_application_the_cloud_can_be_asked_about(
    as_: Any, bob: User, connected: Connection, known: Known, calls: Any
) -> None:
    call = known("peer_no_frames_pair")
    browser = as_(bob)
    look_at_another_first(browser, call)
    assert not SeenSession.objects.exists()
    calls()
    answer = browser.get(FIND, {"q": spoken(call)})
    assert answer.status_code == 302
    assert f"/calls/{call.app_id}/{call.room_id}/" in answer.url
    made = statistics(calls())
    assert 2 <= len(made) <= 5
    assert set(made) <= {"list_users", "list_rooms"}
    listed = browser.get(FIND, {"q": spoken(call), "list": "1"})
    assert listed.context["place"].app_id == call.app_id


def test_what_was_not_looked_at_is_told(
    as_: Any, bob: User, connected: Connection, known: Known, calls: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = as_(bob)
    count = len(browser.get(FIND).context["applications"].items)
    calls()
    answer = browser.get(FIND, {"q": "no-such-user-1"})
    made = statistics(calls())
    assert len(made) == min(5, count + 1)  # where requests are left, the first also as a room
    text = answer.content.decode()
    assert "Looked at, within the time chosen:" in text
    assert answer.context["place"] is None  # where it is a guess, nobody is said to be there
    assert len(answer.context["looked"]) + len(answer.context["left"]) == count
    monkeypatch.setattr(finding, "quota_is_busy", lambda connection: True)
    answer = browser.get(FIND, {"q": "no-such-user-2"})
    assert answer.context["found"].requests == 2
    assert len(answer.context["left"]) == count - 2
    assert "not looked at:" in answer.content.decode()


def test_who_is_found_in_one_application_may_be_in_others_that_were_not_looked_at(
    as_: Any, bob: User, connected: Connection, known: Known
) -> None:
    call = known("peer_no_frames_pair")
    browser = as_(bob)
    items = browser.get(FIND).context["applications"].items
    session = browser.session
    session["rooms.application"] = {"demo": call.app_id}
    session.save()
    answer = browser.get(FIND, {"q": call.user_id, "range": "7d"})
    assert {row["session"].app_id for row in answer.context["rows"]} == {call.app_id}
    assert len(answer.context["left"]) == len(items) - 1
    assert "applications were not looked at:" in answer.content.decode()
    chosen = browser.get(FIND, {"q": call.user_id, "range": "7d", "app": call.app_id})
    assert "not looked at:" not in chosen.content.decode()


def test_a_narrowed_search_that_finds_nothing_leads_to_the_wider_one(
    as_: Any, bob: User, connected: Connection, known: Known
) -> None:
    call = known("peer_no_frames_pair")
    browser = as_(bob)
    asked = {"q": call.user_id, "app": call.app_id, "range": "7d", "region": "Mars", "state": "FAIL"}
    answer = browser.get(FIND, asked)
    assert answer.context["rows"] == []
    wider = answer.context["wider_url"]
    assert f'href="{wider.replace("&", "&amp;")}"' in answer.content.decode()
    assert browser.get(FIND + wider).context["rows"]


def test_a_refusal_on_the_way_is_told_with_what_was_left(
    as_: Any, bob: User, connected: Connection, known: Known, sandbox: Sandbox
) -> None:
    browser = as_(bob)
    count = len(browser.get(FIND).context["applications"].items)
    sandbox.fail_next("status", operation="list_users", status=503, code="APIGW.0201", message="x", times=10)
    answer = browser.get(FIND, {"q": "no-such-user-3"})
    assert answer.context["trouble"] is not None
    assert answer.context["place"] is None
    assert len(answer.context["left"]) == count


def test_a_chosen_application_is_looked_at_alone(
    as_: Any, bob: User, connected: Connection, known: Known, calls: Any
) -> None:
    browser = as_(bob)
    app_id = browser.get(FIND).context["applications"].items[0].app_id
    calls()
    answer = browser.get(FIND, {"q": "no-such-user-4", "app": app_id})
    assert statistics(calls()) == ["list_users", "list_rooms"]
    assert answer.context["left"] == []
    assert answer.context["place"].app_id == app_id


def test_searching_everywhere_says_its_price_and_runs_in_the_background(
    as_: Any, bob: User, connected: Connection, known: Known, calls: Any
) -> None:
    call = known("peer_no_frames_pair")
    browser = as_(bob)
    wrong = next(
        item.app_id for item in browser.get(FIND).context["applications"].items if item.app_id != call.app_id
    )
    answer = browser.get(FIND, {"q": call.user_id, "app": wrong, "range": "7d"})
    count = len(answer.context["applications"].items)
    assert answer.context["wide"].requests == count
    assert f"{count} of 30 requests" in answer.content.decode()
    calls()
    form = answer.context["wide_form"]
    sent = {"form_id": str(form["form_id"].value()), "q": call.user_id, "zone": ""}
    started = browser.post(f"{FIND}everywhere/", sent)
    browser.post(f"{FIND}everywhere/", sent)  # an impatient second click
    assert statistics(calls()) == []
    run = Run.objects.get()
    assert run.items.count() == count
    page = browser.get(started.url)
    assert "Searching everywhere" in page.content.decode()
    assert 'hx-trigger="every 3s' in page.content.decode()
    finish(run)
    assert run.state == Run.State.ENDED
    done = browser.get(started.url)
    assert "Searched everywhere" in done.content.decode()
    assert call.room_id in {row["session"].room_id for row in done.context["rows"]}


def finish(run: Run) -> None:
    """Let the worker do all that a run has to do."""
    while hand_out(start=work_on):
        run.refresh_from_db()
        Run.objects.filter(pk=run.pk).update(next_at=run.created_at)
    run.refresh_from_db()


@pytest.mark.parametrize("named", [False, True])
def test_searching_everywhere_shows_what_it_found_in_every_application(
    named: bool, as_: Any, bob: User, connected: Connection, known: Known
) -> None:
    call = known("peer_no_frames_pair")
    browser = as_(bob)
    look_at_another_first(browser, call)
    here, there = browser.get(FIND).context["applications"].items[:2]
    joined = timezone.now() - timedelta(days=2)
    for item in (here, there):
        SeenSession.objects.create(
            connection=connected,
            app_id=item.app_id,
            room_id="class-1",
            user_id="u-wang",
            key=f"s-{item.app_id}"[:60],
            session_id=f"s-{item.app_id}"[:60],
            seen_at=joined,
            nickname="王文静",
            nickname_key=nickname_key("王文静"),
            joined_at=joined,
            left_at=joined + timedelta(hours=1),
        )
    text = f'"王文静" {here.name}' if named else "王文静"
    page = browser.get(FIND, {"q": text, "range": "7d", "list": "1"})
    if named:
        assert {row["session"].app_id for row in page.context["rows"]} == {here.app_id}
    form = {"form_id": str(page.context["wide_form"]["form_id"].value()), "q": text, "zone": ""}
    started = browser.post(f"{FIND}everywhere/", form)
    finish(Run.objects.get())
    done = browser.get(started.url)
    assert "Searched everywhere" in done.content.decode()
    assert {here.app_id, there.app_id} <= {row["session"].app_id for row in done.context["rows"]}
    assert done.context["left"] == []
    assert "not looked at" not in done.content.decode()
