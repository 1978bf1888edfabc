"""Buckets: listed with their state, authorised, withdrawn; on record, once, and settled when a reply got lost."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from huaweicloudsdkcloudrtc import v2

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.applications.models import Change
from console.audit.models import AuditEntry
from console.connections.models import Connection
from console.sparkrtc.catalogue.storage import LIST_BUCKETS
from console.storage import uses
from console.storage.services.authority import NothingToDo, authorize_bucket
from console.storage.services.buckets import list_buckets
from console.storage.shapes import Bucket
from tests.conftest import PASSWORD
from tests.sandbox.harness import Sandbox
from tests.sandbox.test_sdk import sdk
from tests.storage.conftest import EMPTY, FRAGMENT, FULL, HERE, SHUT, at, bucket_of, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
Form = Callable[..., dict[str, Any]]
Calls = Callable[[], list[str]]


def read_back(sandbox: Sandbox) -> dict[str, bool]:
    """Return which buckets are authorised, as the vendor's SDK reads it."""
    sandbox.control("quota", {"mode": "off"})  # the SDK counts nothing
    answer = sdk(sandbox, v2).list_obs_buckets(v2.ListObsBucketsRequest())
    return {one.bucket: one.is_authorized for one in answer.buckets}


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> list[uses.Use]:
    """What other apps tell of buckets: what the test fills in, and nothing else."""
    found: list[uses.Use] = []
    monkeypatch.setattr(uses, "_tellers", {"test": lambda connection, ask: uses.Told(tuple(found), 0)})
    return found


# --- the list -------------------------------------------------------------------------------------------------


def test_the_list_tells_state_region_and_both_kinds_of_dates(alice: User, connected: Connection) -> None:
    page = sign_in(alice).get(HERE)
    assert page.status_code == 200
    rows = {row["bucket"].name: row["bucket"] for row in page.context["rows"]}
    assert rows[FULL].authorized is True
    assert rows[SHUT].authorized is False
    assert rows[EMPTY].created_at.isoformat() == "2023-08-08T03:29:28+00:00"
    text = page.content.decode()
    assert "&lt;img src=x" in text
    assert "<img src=x" not in text
    assert "no recordings here" in text
    assert 'id="page-as-of"' in text


def test_one_call_for_everybody_and_few_queries(
    alice: User, olga: User, connected: Connection, calls: Calls
) -> None:
    browser = sign_in(alice)
    calls()
    browser.get(HERE)
    assert calls() == ["list_obs_buckets"]
    with CaptureQueriesContext(database) as queries:
        browser.get(HERE, headers=FRAGMENT)
    assert len(queries) <= 8, [query["sql"][:100] for query in queries]
    sign_in(olga).get(HERE)
    assert calls() == []


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?state=authorized", {FULL, EMPTY}),
        ("?state=not", {SHUT, "south-backup", "<img src=x onerror=alert(1)>"}),
        ("?q=CLASS", {FULL, EMPTY}),
        ("?q=south-1", {"south-backup"}),
        ("?q=nothing", set()),
    ],
)
def test_filters(alice: User, connected: Connection, query: str, names: set[str]) -> None:
    page = sign_in(alice).get(HERE + query)
    assert {row["bucket"].name for row in page.context["rows"]} == names
    assert ("No bucket fits" in page.content.decode()) == (not names)


def test_who_writes_into_a_bucket_stands_beside_it(
    alice: User, connected: Connection, told: list[uses.Use]
) -> None:
    told.append(uses.Use(FULL, "cn-north-4", "Recording template of", "<b>School</b>", "/somewhere/"))
    text = sign_in(alice).get(HERE).content.decode()
    assert '<a href="/somewhere/"><bdi>&lt;b&gt;School&lt;/b&gt;</bdi></a>' in text


@pytest.mark.parametrize("name", ["bob", "lena", "mona", "audrey"])
def test_other_roles_have_no_business_here(person: Any, connected: Connection, name: str) -> None:
    browser = sign_in(person(name))
    assert browser.get(HERE).status_code == 403
    assert 'href="/c/demo/storage/"' not in browser.get("/me/").content.decode()


def test_buckets_belong_to_no_application(connected: Connection) -> None:
    dora = User.objects.create_user("dora", "dora@example.com", PASSWORD)
    RoleGrant.objects.create(user=dora, role=Role.ADMIN, connection=connected, app_id="app-1")
    browser = sign_in(dora)
    assert browser.get(HERE).status_code == 403
    assert browser.post(at(SHUT, "authorize/"), {}).status_code == 403
    assert 'href="/c/demo/storage/"' not in browser.get("/me/").content.decode()


def test_when_the_cloud_is_away_what_was_known_stays(
    alice: User, connected: Connection, no_cloud: Any, grow_older: Any
) -> None:
    browser = sign_in(alice)
    assert browser.get(HERE).status_code == 200
    no_cloud()
    grow_older(120)
    browser.get(HERE)
    text = browser.get(HERE).content.decode()
    assert FULL in text
    assert "not refreshed" in text


def test_without_anything_known_the_trouble_stands_in_its_place(
    alice: User, connected: Connection, no_cloud: Any
) -> None:
    no_cloud()
    page = sign_in(alice).get(HERE)
    assert page.status_code == 503
    assert "Trying again in" in page.content.decode()


# --- authorise ------------------------------------------------------------------------------------------------


def test_authorised_on_record_and_read_back_by_the_vendors_sdk(
    alice: User, connected: Connection, sandbox: Sandbox, form: Form
) -> None:
    browser = sign_in(alice)
    assert "may write recordings into this bucket" in browser.get(at(SHUT, "authorize/")).content.decode()
    assert browser.post(at(SHUT, "authorize/"), form())["Location"] == HERE
    assert read_back(sandbox)[SHUT] is True
    (sent,) = sandbox.requests(operation="update_obs_bucket_authority")
    assert sent["body"] == {"bucket": SHUT, "operation": 1, "location": "cn-north-4"}
    attempt, outcome = AuditEntry.objects.order_by("id")
    assert (attempt.action, attempt.target_kind, attempt.target_id) == (
        "storage.bucket.authorize",
        "bucket",
        SHUT,
    )
    assert (attempt.actor_name, attempt.reason, attempt.before_json) == (
        "Alice",
        "because",
        '{"authorized":false}',
    )
    assert (outcome.outcome, outcome.request_id) == ("succeeded", sent["request_id"])
    assert outcome.after_json == '{"authorized":true}'
    assert "The bucket is authorised." in browser.get(HERE).content.decode()
    found = list_buckets(connected).find(SHUT, "cn-north-4")
    assert found is not None
    assert found.authorized is True


def test_no_reason_is_needed_and_the_project_is_sent(
    alice: User, connected: Connection, sandbox: Sandbox, form: Form
) -> None:
    filled = form(words="", project_id=sandbox.project_id)
    assert sign_in(alice).post(at(SHUT, "authorize/"), filled).status_code == 302
    (sent,) = sandbox.requests(operation="update_obs_bucket_authority")
    assert sent["body"]["project_id"] == sandbox.project_id


@pytest.mark.parametrize(
    ("project", "said", "asked"),
    [
        ("with space", "without spaces", 0),
        ("a" * 65, "at most 64", 0),
        ("1" * 32, "The cloud refused this", 1),
    ],
)
def test_a_wrong_project_is_told_beside_its_field_and_the_form_is_kept(
    alice: User, connected: Connection, sandbox: Sandbox, form: Form, project: str, said: str, asked: int
) -> None:
    filled = form(words="kept words", project_id=project)
    answer = sign_in(alice).post(at(SHUT, "authorize/"), filled, headers=FRAGMENT)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "kept words" in text
    errors = text.partition('id="id_project_id_error"')[2].partition("</ul>")[0]
    assert said in errors
    assert len(sandbox.requests(operation="update_obs_bucket_authority")) == asked
    assert bucket_of(sandbox, SHUT).authorized is False


def test_a_form_sent_twice_acts_once(
    alice: User, connected: Connection, sandbox: Sandbox, form: Form
) -> None:
    browser, filled = sign_in(alice), form()
    first = browser.post(at(SHUT, "authorize/"), filled)
    second = browser.post(at(SHUT, "authorize/"), filled)
    assert first["Location"] == second["Location"] == HERE
    assert len(sandbox.requests(operation="update_obs_bucket_authority")) == 1
    assert AuditEntry.objects.count() == 2


def test_what_is_so_already_is_not_sent(
    alice: User, connected: Connection, sandbox: Sandbox, form: Form
) -> None:
    answer = sign_in(alice).post(at(FULL, "authorize/"), form())
    assert answer.status_code == 409
    assert "in that state already" in answer.content.decode()
    assert sandbox.requests(operation="update_obs_bucket_authority") == []
    with pytest.raises(NothingToDo):
        authorize_bucket(connected, Bucket(FULL, "cn-north-4", None, True), actor=alice)


def test_a_refusal_is_on_record_and_the_form_comes_back(
    alice: User, connected: Connection, sandbox: Sandbox, form: Form
) -> None:
    sandbox.control("permissions", {"deny": ["update_obs_bucket_authority"]})
    answer = sign_in(alice).post(at(SHUT, "authorize/"), form(words="kept words"))
    assert answer.status_code == 502
    text = answer.content.decode()
    assert "kept words" in text
    assert "does not allow the operation" in text
    assert AuditEntry.objects.get(kind="outcome").outcome == "failed"
    assert Change.objects.get().outcome == "failed"


@pytest.mark.parametrize(("kind", "outcome"), [("lost_reply", "succeeded"), ("cut", "failed")])
def test_a_lost_reply_is_unknown_and_settled_by_the_list(
    alice: User,
    connected: Connection,
    sandbox: Sandbox,
    form: Form,
    settle: Callable[..., Change],
    kind: str,
    outcome: str,
) -> None:
    sandbox.fail_next(kind, operation="update_obs_bucket_authority")
    answer = sign_in(alice).post(at(SHUT, "authorize/"), form(), headers=FRAGMENT)
    assert "The answer got lost" in answer.content.decode()
    assert AuditEntry.objects.get(kind="outcome").outcome == "unknown"
    change = settle()
    for _look in range(40):
        if change.ended_at is None:
            change = settle(60)
    assert change.outcome == outcome
    finding = AuditEntry.objects.get(kind="finding")
    assert finding.outcome == outcome
    assert "authorised" in finding.finding
    assert len(sandbox.requests(operation="update_obs_bucket_authority")) == 1
    page = sign_in(alice).get(f"/c/demo/applications/changes/{change.pk}/").content.decode()
    assert ("It took effect" if outcome == "succeeded" else "It had no effect") in page


@pytest.mark.parametrize(("kind", "outcome"), [("lost_reply", "succeeded"), ("cut", "failed")])
def test_a_withdrawal_whose_reply_is_lost_is_settled_by_the_list(
    alice: User,
    connected: Connection,
    sandbox: Sandbox,
    form: Form,
    told: list[uses.Use],
    settle: Callable[..., Change],
    kind: str,
    outcome: str,
) -> None:
    sandbox.fail_next(kind, operation="update_obs_bucket_authority")
    browser, filled = sign_in(alice), form(preset="moved", seen=0)
    assert (
        "The answer got lost"
        in browser.post(at(FULL, "withdraw/"), filled, headers=FRAGMENT).content.decode()
    )
    assert AuditEntry.objects.get(kind="outcome").outcome == "unknown"
    browser.post(at(FULL, "withdraw/"), filled)  # the same form: nothing is sent anew
    change = settle()
    for _look in range(40):
        if change.ended_at is None:
            change = settle(60)
    assert change.outcome == outcome
    finding = AuditEntry.objects.get(kind="finding")
    assert (finding.action, finding.outcome) == ("storage.bucket.withdraw", outcome)
    assert bucket_of(sandbox, FULL).authorized is (outcome == "failed")
    assert len(sandbox.requests(operation="update_obs_bucket_authority")) == 1


def test_without_a_permit_nothing_is_sent(
    alice: User, connected: Connection, sandbox: Sandbox, form: Form, use_up: Any, monkeypatch: Any
) -> None:
    browser = sign_in(alice)
    browser.get(HERE)
    monkeypatch.setattr("console.storage.services.authority.MAX_WAIT_SECONDS", 0.0)
    use_up(LIST_BUCKETS)
    answer = browser.post(at(SHUT, "authorize/"), form())
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) >= 1
    assert sandbox.requests(operation="update_obs_bucket_authority") == []


@pytest.mark.parametrize("page", ["authorize/", "withdraw/"])
def test_what_there_is_not(alice: User, connected: Connection, form: Form, page: str) -> None:
    browser = sign_in(alice)
    assert browser.get(at("no-such-bucket", page)).status_code == 404
    assert browser.get(at(FULL, page, "cn-south-1")).status_code == 404
    assert browser.post(at("south-backup", page, "eu-west-9"), form()).status_code == 404


def test_when_the_list_cannot_be_read_one_may_act_all_the_same(
    alice: User, connected: Connection, sandbox: Sandbox, form: Form
) -> None:
    sandbox.fail_next("status", operation="list_obs_buckets", status=500, code="RTC.00002002", times=9)
    browser = sign_in(alice)
    assert "you act on what you know" in browser.get(at(SHUT, "authorize/")).content.decode()
    assert browser.post(at(SHUT, "authorize/"), form()).status_code == 302
    assert bucket_of(sandbox, SHUT).authorized is True


# --- withdraw -------------------------------------------------------------------------------------------------


def test_the_dialog_names_what_breaks(alice: User, connected: Connection, told: list[uses.Use]) -> None:
    told += [
        uses.Use(FULL, "cn-north-4", "Recording template of", "School", "/t/1/", running=3),
        uses.Use(FULL, "cn-north-4", "Recording template of", "Clinic", said="records by itself"),
        uses.Use(EMPTY, "cn-north-4", "Recording template of", "Archive"),
    ]
    text = sign_in(alice).get(at(FULL, "withdraw/")).content.decode()
    assert "2 recording templates write to this bucket" in text
    assert "3 recordings go on by it now" in text
    assert "records by itself" in text
    assert "Archive" not in text.partition('class="sheet"')[2]


def test_withdrawn_with_a_reason_and_on_record(
    alice: User, connected: Connection, sandbox: Sandbox, form: Form, told: list[uses.Use]
) -> None:
    browser = sign_in(alice)
    missing = browser.post(at(FULL, "withdraw/"), form(preset="nonsense", words="kept words", seen=0))
    assert missing.status_code == 422
    assert "kept words" in missing.content.decode()
    assert browser.post(at(FULL, "withdraw/"), form(preset="moved", seen=0)).status_code == 302
    assert read_back(sandbox)[FULL] is False
    attempt, outcome = AuditEntry.objects.order_by("id")
    assert (attempt.action, attempt.reason) == (
        "storage.bucket.withdraw",
        "Recordings are kept elsewhere now: because",
    )
    assert (attempt.before_json, outcome.after_json) == ('{"authorized":true}', '{"authorized":false}')


def test_long_after_the_sign_in_the_password_is_asked_for(
    alice: User, connected: Connection, sandbox: Sandbox, form: Form, told: list[uses.Use]
) -> None:
    browser = sign_in(alice, seconds_ago=3600)
    assert 'name="password"' in browser.get(at(FULL, "withdraw/")).content.decode()
    filled = form(preset="moved", seen=0)
    assert browser.post(at(FULL, "withdraw/"), filled).status_code == 422
    assert browser.post(at(FULL, "withdraw/"), {**filled, "password": "wrong"}).status_code == 422
    assert bucket_of(sandbox, FULL).authorized is True
    assert browser.post(at(FULL, "withdraw/"), {**filled, "password": PASSWORD}).status_code == 302
    assert bucket_of(sandbox, FULL).authorized is False


def test_when_more_is_hit_than_told_it_asks_again(
    alice: User, connected: Connection, sandbox: Sandbox, form: Form, told: list[uses.Use]
) -> None:
    told.append(uses.Use(FULL, "cn-north-4", "Recording template of", "School"))
    browser = sign_in(alice)
    first = form(preset="moved", seen=0)
    answer = browser.post(at(FULL, "withdraw/"), first)
    assert answer.status_code == 409
    assert "more than you were told" in answer.content.decode()
    assert bucket_of(sandbox, FULL).authorized is True
    again = answer.context["form"].data
    assert uuid.UUID(again["form_id"]) != uuid.UUID(first["form_id"])
    assert browser.post(at(FULL, "withdraw/"), again).status_code == 302
