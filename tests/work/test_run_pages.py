"""The pages of background work: one's own, everybody's for admins, and the three things that one can do."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.connections.models import Connection
from console.sparkrtc.errors import NotFound, QuotaExhausted
from console.work.housekeeping import clear_runs
from console.work.models import Run, RunItem
from tests.work.conftest import go_on, problems

pytestmark = pytest.mark.django_db(transaction=True)
Start = Callable[..., Run]
PIECE = {"HX-Request": "true"}


def url(run: Run, more: str = "") -> str:
    return f"/c/demo/work/{run.pk}/{more}"


def test_my_own_runs_and_nobody_else_s(as_: Any, started: Start, bob: User, mona: User) -> None:
    mine, other = started("a", actor=bob, subject="u-4711"), started("b", actor=mona, subject="u-2024")
    browser = as_(bob)
    text = browser.get("/c/demo/work/").content.decode()
    assert "Read things" in text
    assert "u-4711" in text
    assert "u-2024" not in text
    assert "Everybody" not in text
    assert browser.get(url(mine)).status_code == 200
    for address in (url(other), url(other, "cancel/")):
        assert browser.get(address).status_code == 404
    for turn in ("pause/", "resume/", "cancel/"):
        assert browser.post(url(other, turn)).status_code == 404
    other.refresh_from_db()
    assert other.state == Run.State.RUNNING


def test_admins_see_and_stop_everybody_s(as_: Any, started: Start, alice: User, bob: User) -> None:
    run, console_s = started("a", actor=bob), started("b", subject="collected")
    browser = as_(alice)
    assert "collected" not in browser.get("/c/demo/work/").content.decode()
    text = browser.get("/c/demo/work/?whose=all").content.decode()
    assert "Bob" in text
    assert "the console" in text
    assert "collected" in text
    assert browser.post(url(run, "pause/")).status_code == 302
    run.refresh_from_db()
    assert run.state == Run.State.PAUSED
    assert browser.get(url(console_s)).status_code == 200


def test_an_admin_of_one_application_sees_its_runs_only(
    as_: Any, started: Start, bob: User, carol: User, connection: Connection
) -> None:
    RoleGrant.objects.create(user=carol, role=Role.ADMIN, connection=connection, app_id="app-2")
    other = started("a", actor=bob, app_id="app-1", subject="of app-1")
    started("b", actor=bob, app_id="app-2", subject="second")
    started("c", actor=bob, subject="all of them")
    text = as_(carol).get("/c/demo/work/?whose=all").content.decode()
    assert "second" in text
    assert "of app-1" not in text
    assert "all of them" not in text
    assert as_(carol).get(url(other)).status_code == 404


def test_whoever_lost_the_application_sees_the_run_no_more(
    as_: Any, started: Start, carol: User, connection: Connection
) -> None:
    grant = RoleGrant.objects.create(user=carol, role=Role.SUPPORT, connection=connection, app_id="app-2")
    run = started("a", actor=carol, app_id="app-2")
    assert as_(carol).get(url(run)).status_code == 200
    RoleGrant.objects.create(user=carol, role=Role.SUPPORT, connection=connection, app_id="app-3")
    grant.delete()
    assert as_(carol).get(url(run)).status_code == 404


def test_the_auditor_has_no_work(as_: Any, audrey: User, started: Start) -> None:
    assert as_(audrey).get("/c/demo/work/").status_code == 403


def test_failing_items_come_first_and_say_why(as_: Any, started: Start, bob: User) -> None:
    problems["b"] = [NotFound(status=404)]
    run = started("a", "b", "c", actor=bob)
    go_on()
    answer = as_(bob).get(url(run))
    text = answer.content.decode()
    assert [item.key for item in answer.context["items"]] == ["b"]
    assert RunItem.objects.get(key="b").problem_said in answer.context["items"][0].problem_said
    assert re.search(r"failed <b>1</b>", text)
    assert "every 2s" not in text  # it is over
    done = as_(bob).get(url(run) + "?items=done")
    assert {item.key for item in done.context["items"]} == {"a", "c"}


def test_the_time_left_comes_from_the_quota(as_: Any, started: Start, bob: User) -> None:
    run = started(*(f"i-{number}" for number in range(61)), actor=bob)
    answer = as_(bob).get(url(run))
    assert answer.context["progress"].seconds_left >= 120  # 61 requests, 30 a minute
    assert "the cloud allows 30 requests in 60 s" in answer.content.decode()
    piece = as_(bob).get(url(run), headers=PIECE).content.decode()
    assert "<html" not in piece
    assert 'hx-trigger="every 2s' in piece


def test_what_a_run_waits_for_is_told(as_: Any, started: Start, bob: User) -> None:
    problems["a"] = [QuotaExhausted("analytics", 30.0)]
    run = started("a", actor=bob)
    go_on()
    run.refresh_from_db()
    assert run.blocked_said in as_(bob).get(url(run)).context["run"].blocked_said
    assert run.blocked_said


def test_cancelling_asks_first_and_says_what_is_not_done(as_: Any, started: Start, bob: User) -> None:
    run = started("a", "b", actor=bob)
    browser = as_(bob)
    dialog = browser.get(url(run, "cancel/"), headers=PIECE).content.decode()
    assert "2 items will not be done" in dialog
    assert "<html" not in dialog
    answer = browser.post(url(run, "cancel/"), headers=PIECE)
    assert answer["HX-Redirect"] == url(run)
    run.refresh_from_db()
    assert run.state == Run.State.CANCELLED
    again = browser.post(url(run, "cancel/"), follow=True)
    assert "It was over already." in again.content.decode()


def test_a_page_of_many_runs_costs_few_queries(as_: Any, started: Start, bob: User) -> None:
    for number in range(12):
        started("a", "b", actor=bob, subject=f"s-{number}")
    browser = as_(bob)
    browser.get("/c/demo/work/")
    with CaptureQueriesContext(database) as queries:
        answer = browser.get("/c/demo/work/", headers=PIECE)
    assert len(answer.context["rows"]) == 12
    assert len(queries) <= 8, [query["sql"][:120] for query in queries]


def test_states_narrow_the_list(as_: Any, started: Start, bob: User) -> None:
    started("a", actor=bob, subject="over")
    go_on()
    started("a", actor=bob, subject="going")
    text = as_(bob).get("/c/demo/work/?state=ended").content.decode()
    assert "over" in text
    assert ">going<" not in text
    assert "No work of that kind" in as_(bob).get("/c/demo/work/?state=paused").content.decode()


def test_hostile_subjects_and_keys_stay_text(as_: Any, started: Start, bob: User) -> None:
    run = started("<script>alert(1)</script>", actor=bob, subject="\u202e<b>x")
    for address in ("/c/demo/work/", url(run)):
        text = as_(bob).get(address).content.decode()
        assert "<script>alert" not in text
        assert "\u202e" not in text


def test_old_runs_are_cleared_and_unknown_kinds_render(as_: Any, started: Start, bob: User) -> None:
    run = started("a", actor=bob)
    go_on()
    Run.objects.update(kind="gone.with.the.wind")
    assert "gone.with.the.wind" in as_(bob).get(url(run)).content.decode()
    Run.objects.update(ended_at=timezone.now() - timedelta(days=91))
    clear_runs()
    assert not Run.objects.exists()
    assert not RunItem.objects.exists()
