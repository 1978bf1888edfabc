"""The inbox: who sees what, filters, paging, and one delivery with everything about it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.applications.shapes import Application
from console.connections.models import Connection
from console.recording.models import CallbackDelivery, CallbackKey, CallbackReceiver
from console.recording.views import inbox as views
from console.recording.words import WHY
from tests.applications.conftest import sign_in
from tests.recording.callbacks.conftest import Post, signed, told

pytestmark = [pytest.mark.django_db(transaction=True)]
INBOX = "/c/demo/recording/inbox/"
Deliver = Callable[..., Any]


def page(user: User, query: str = "", status: int = 200) -> str:
    answer = sign_in(user).get(f"{INBOX}{query}")
    assert answer.status_code == status
    return answer.content.decode()


def rows(html: str) -> int:
    return html.count('id="delivery-')


def test_an_empty_inbox_says_how_things_come(alice: User, connection: Connection) -> None:
    html = page(alice)
    assert "Nothing has arrived yet" in html
    assert "/c/demo/recording/callbacks/" in html


def test_what_arrived_stands_there_and_costs_no_call(
    alice: User, deliver: Deliver, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        deliver(signed(told(job_id=f"job-{number}")))
    deliver(signed(told(), key="f" * 32))
    browser = sign_in(alice)
    browser.get(INBOX)
    with django_assert_max_num_queries(16):
        html = browser.get(INBOX).content.decode()
    assert rows(html) == 31
    assert html.count("verified") >= 30
    assert "refused" in html


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?verdict=verified", 2),
        ("?verdict=refused", 1),
        ("?verdict=nonsense", 3),
        ("?event=RECORD_NEW_FILE_START", 1),
        ("?q=job-2", 1),
        ("?q=LECTURE-7/ONE", 2),
        ("?app=app-1", 3),
        ("?range=1h", 3),
        ("?range=custom&from=2027-03-02T11:59&to=2027-03-02T12:30&zone=UTC", 3),
        ("?range=custom&from=2027-03-01T00:00&to=2027-03-02T00:00&zone=UTC", 0),
        ("?size=20&page=2", 0),
    ],
)
def test_filters(query: str, count: int, alice: User, deliver: Deliver) -> None:
    deliver(signed(told()))
    deliver(signed(told(job_id="job-2", event_type="RECORD_NEW_FILE_START", obs_object="")))
    deliver(signed(told(job_id="job-3"), key="f" * 32))
    html = page(alice, query)
    assert rows(html) == count
    if not count and "page" not in query:
        assert "Nothing fits the filters" in html


def test_a_range_that_makes_no_sense_is_said_so(alice: User, deliver: Deliver) -> None:
    deliver(signed(told()))
    assert "That is not a time." in page(alice, "?range=custom&from=yesterday")


def test_pages(alice: User, deliver: Deliver) -> None:
    for number in range(25):
        deliver(signed(told(job_id=f"job-{number}")))
    assert rows(page(alice, "?size=20")) == 20
    assert rows(page(alice, "?size=20&page=2")) == 5


def test_an_admin_of_one_application_sees_its_deliveries_alone(
    person: Callable[[str], User], deliver: Deliver, receiver: CallbackReceiver
) -> None:
    other = CallbackReceiver.objects.create(connection=receiver.connection, app_id="app-2")
    deliver(signed(told()))
    row = CallbackDelivery.objects.get()
    row.pk, row.receiver, row.app_id, row.identity = None, other, "app-2", "v:2"
    row.save()
    carol = person("carol")
    RoleGrant.objects.create(user=carol, role=Role.ADMIN, connection=receiver.connection, app_id="app-2")
    html = page(carol)
    assert rows(html) == 1
    assert f'id="delivery-{row.pk}"' in html
    mine, others = row.pk, CallbackDelivery.objects.get(app_id="app-1").pk
    assert sign_in(carol).get(f"{INBOX}{mine}/").status_code == 200
    assert sign_in(carol).get(f"{INBOX}{others}/").status_code == 404
    page(carol, "?app=app-1", status=404)


@pytest.mark.parametrize("name", ["bob", "mona", "lena", "audrey"])
def test_whoever_may_not_is_refused(name: str, person: Callable[[str], User], deliver: Deliver) -> None:
    deliver(signed(told()))
    page(person(name), status=403)
    row = CallbackDelivery.objects.get()
    assert sign_in(person("carol")).get(f"{INBOX}{row.pk}/").status_code == 404


def test_one_delivery_with_everything_about_it(alice: User, deliver: Deliver) -> None:
    moment = timezone.now() - timedelta(hours=2)
    deliver(signed(told(detail_message="<img src=x>"), stamp=str(int(moment.timestamp()))))
    deliver(signed(told()))
    row = CallbackDelivery.objects.get()
    html = sign_in(alice).get(f"{INBOX}{row.pk}/").content.decode()
    for text in ("verified", "lecture-7/one.mp4", "1.0", "1 min 00 s", "2 h 00 min before it came"):
        assert text in html
    assert "/c/demo/rooms/app-1/lecture-7/" in html
    assert "one of them said something else" in html
    assert "&quot;job_id&quot;: &quot;job-1&quot;" in html
    assert "<img src=x" not in html
    assert row.signature not in html


def test_one_delivery_names_its_application(
    alice: User, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(signed(told()))
    url = f"{INBOX}{CallbackDelivery.objects.get().pk}/"
    browser = sign_in(alice)
    unknown = browser.get(url).content.decode()
    assert unknown.count("app-1</") >= 1
    monkeypatch.setattr(
        views, "stored_applications", lambda _connection, ids: [Application(*ids, "Lecture <b>")]
    )
    html = browser.get(url).content.decode()
    assert "<dd><bdi>Lecture &lt;b&gt;</bdi><br>" in html
    assert "/c/demo/applications/app-1/" in html


@pytest.mark.parametrize("why", sorted(WHY))
def test_every_reason_is_said_in_words(why: str, alice: User, deliver: Deliver) -> None:
    if why == "no_key":
        CallbackKey.objects.all().delete()
    deliver(Post(b"", {}) if why == "empty" else signed(told()))
    CallbackDelivery.objects.update(why=why, verdict="refused" if why != "no_key" else "unverified")
    row = CallbackDelivery.objects.get()
    html = sign_in(alice).get(f"{INBOX}{row.pk}/").content.decode()
    assert str(WHY[why])[:40].replace("'", "&#x27;") in html


def test_a_hostile_delivery_does_no_harm(alice: User, deliver: Deliver) -> None:
    evil = '"><script>alert(1)</script>\u202e'
    deliver(signed(told(job_id=evil, room_id=evil, obs_object=evil, event_type=evil, stream_name=evil)))
    deliver(signed(b"\xff\xfe<script>alert(2)</script>"))
    assert "<script>alert" not in page(alice)
    for row in CallbackDelivery.objects.all():
        html = sign_in(alice).get(f"{INBOX}{row.pk}/").content.decode()
        assert "<script>alert" not in html
        shown = re.sub(r'data-copy="[^"]*"', "", html)  # what is copied is what came
        assert "\u202e" not in shown


def test_half_a_surrogate_pair_stays_spelled_as_it_came(alice: User, deliver: Deliver) -> None:
    deliver(signed(b'{"job_id": "job-\\ud800", "event_type": "RECORD_FILE_COMPLETE"}'))
    row = CallbackDelivery.objects.get()
    html = sign_in(alice).get(f"{INBOX}{row.pk}/").content.decode()
    assert "job-\\ud800" in html
    assert rows(page(alice)) == 1


def test_a_body_for_people_ends_somewhere(alice: User, deliver: Deliver) -> None:
    deliver(signed(told(padding="x" * 40_000)))
    row = CallbackDelivery.objects.get()
    html = sign_in(alice).get(f"{INBOX}{row.pk}/").content.decode()
    assert "Only its beginning is shown." in html
    assert len(html) < 120_000


def test_htmx_gets_the_list_alone(alice: User, deliver: Deliver) -> None:
    deliver(signed(told()))
    answer = sign_in(alice).get(INBOX, headers={"HX-Request": "true", "HX-Target": "inbox-page"})
    html = answer.content.decode()
    assert html.lstrip().startswith('<div id="inbox-page">')
    assert "<html" not in html
