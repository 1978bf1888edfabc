"""Reports by e-mail over a real mail server: the figures, the language, once each, whoever dies meanwhile."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.analytics import tasks
from console.analytics.models import DayUsage, KnownApplication, Report, ReportLetter, SavedView
from console.analytics.services import sending
from console.analytics.services.reports import (
    ReportChanged,
    WantedReport,
    change_report,
    make_report,
    possible_recipients,
    send_again,
)
from console.analytics.services.saving import UsedByReport, delete_view, save_view
from console.audit.models import AuditEntry
from console.connections.models import Connection
from tests.analytics.conftest import START
from tests.analytics.store import fill
from tests.post import MailBox, post_office

pytestmark = pytest.mark.django_db
URL = "/c/demo/analytics/reports/"
State = ReportLetter.State
MONDAY = datetime(2027, 3, 1, 8, tzinfo=UTC)  # START is the Tuesday after


@pytest.fixture
def post(settings: Any) -> Iterator[MailBox]:
    settings.CONSOLE_URL = "https://console.example.com"
    with post_office(settings) as office:
        yield office


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(MONDAY - timedelta(days=3), tick=False) as traveller:
        yield traveller


@pytest.fixture
def stored(connection: Connection, clock: Any) -> list[KnownApplication]:
    return fill(connection, ["Classroom", "=Meeting <i>"], days=20, minutes=False)


@pytest.fixture
def report(connection: Connection, stored: list[KnownApplication], lena: User, alice: User) -> Report:
    """Lena's weekly report of usage, to her and to Alice, set up on the Friday before."""
    view = save_view(connection, "Our week", "insights", {"range": "28d"}, shared=True, actor=lena)
    wanted = WantedReport(view.pk, "week", 1, 8, "UTC", (lena.pk, alice.pk))
    return make_report(connection, wanted, actor=lena)


def states() -> list[str]:
    return list(ReportLetter.objects.order_by("pk").values_list("state", flat=True))


@pytest.mark.stores
def test_the_week_goes_out_once_with_its_figures(
    post: MailBox, report: Report, clock: Any, connection: Connection
) -> None:
    tasks.send_reports()
    assert post.letters == []  # not yet
    clock.move_to(MONDAY)
    for _again in range(3):
        tasks.send_reports()
    (letter,) = post.to("lena@example.com")
    assert len(post.letters) == 2
    assert letter["Subject"] == "Demo: Our week, 2027-02-22 – 2027-02-28"
    assert letter["Message-ID"].endswith("-20270222@console.example.com>")
    text, html = (letter.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    for body in (text, html):
        assert "35 h 00 min" in body  # 7 × 18,000 s
        assert "Classroom" in body
        assert "/c/demo/analytics/?range=custom" in body
    assert "=Meeting <i>" in text
    assert "=Meeting &lt;i&gt;" in html
    assert "<i>" not in html
    assert states() == [State.SENT, State.SENT]
    entries = AuditEntry.objects.filter(action="analytics.report.send")
    assert {(entry.outcome, entry.details["to"]) for entry in entries} == {
        ("succeeded", "Lena"),
        ("succeeded", "Alice"),
    }


def test_each_reader_gets_it_in_their_language(post: MailBox, report: Report, lena: User, clock: Any) -> None:
    lena.language = "zh-hans"
    lena.save()
    clock.move_to(MONDAY)
    tasks.send_reports()
    chinese, english = (post.to(f"{name}@example.com")[0] for name in ("lena", "alice"))
    assert "按应用" in chinese.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "By application" in english.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_off_for_days_it_goes_out_late_and_weeks_missed_are_not_made_up(
    post: MailBox, report: Report, clock: Any
) -> None:
    clock.move_to(MONDAY + timedelta(days=17))
    tasks.send_reports()
    tasks.send_reports()
    assert [letter["Subject"] for letter in post.to("lena@example.com")] == [
        "Demo: Our week, 2027-03-08 – 2027-03-14"
    ]


def test_who_dies_before_the_server_is_told_loses_nothing(
    post: MailBox, report: Report, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_given: Any) -> None:
        raise Killed

    clock.move_to(MONDAY)
    with monkeypatch.context() as patch:
        patch.setattr(sending, "write_letter", die)
        with pytest.raises(Killed):
            tasks.send_reports()
    assert states() == [State.WAITING, State.WAITING]
    tasks.send_reports()
    assert len(post.letters) == 1  # the other one; the first is still believed to be in somebody's hands
    clock.shift(timedelta(minutes=2))
    tasks.send_reports()
    assert (len(post.to("lena@example.com")), len(post.to("alice@example.com"))) == (1, 1)


@pytest.mark.stores
def test_who_dies_while_the_server_is_told_leaves_it_unknown_and_nothing_is_doubled(
    post: MailBox,
    report: Report,
    clock: Any,
    monkeypatch: pytest.MonkeyPatch,
    connection: Connection,
    lena: User,
) -> None:
    class Killed(BaseException):
        pass

    real = sending.send

    def send_and_die(letter: Any) -> None:
        real(letter)
        raise Killed  # before anything was written down

    clock.move_to(MONDAY)
    with monkeypatch.context() as patch:
        patch.setattr(sending, "send", send_and_die)
        with pytest.raises(Killed):
            tasks.send_reports()
    for _minute in range(5):
        clock.shift(timedelta(minutes=1))
        tasks.send_reports()
    assert len(post.letters) == 2
    assert sorted(states()) == [State.SENT, State.UNKNOWN]
    assert AuditEntry.objects.filter(action="analytics.report.send", outcome="unknown").count() == 1
    lost = ReportLetter.objects.get(state=State.UNKNOWN)
    assert send_again(connection, lost.pk, actor=lena)  # a person decides
    tasks.send_reports()
    assert states() == [State.SENT, State.SENT]
    assert not send_again(connection, lost.pk, actor=lena)
    again = AuditEntry.objects.get(action="analytics.report.again")
    assert (again.actor_name, again.details["was"]) == ("Lena", "unknown")


@pytest.mark.stores
def test_two_workers_send_each_letter_once(post: MailBox, report: Report, clock: Any) -> None:
    clock.move_to(MONDAY)
    sending.write_down_due()
    first = sending._claim(MONDAY)
    second = sending._claim(MONDAY)
    assert first is not None
    assert second is not None
    assert first.pk != second.pk
    assert sending._claim(MONDAY) is None


@pytest.mark.parametrize(
    ("answer", "state", "tries"), [("451 later", State.WAITING, 1), ("550 no such person", State.FAILED, 0)]
)
def test_what_the_server_refuses(
    post: MailBox, report: Report, clock: Any, answer: str, state: str, tries: int
) -> None:
    post.refuse["lena@example.com"] = answer
    clock.move_to(MONDAY)
    tasks.send_reports()
    letter = ReportLetter.objects.get(recipient__username="lena")
    assert (letter.state, letter.tries) == (state, tries)
    assert answer in letter.problem
    assert len(post.to("alice@example.com")) == 1
    post.refuse.clear()
    clock.shift(timedelta(minutes=2))
    tasks.send_reports()
    assert len(post.to("lena@example.com")) == (1 if state == State.WAITING else 0)


def test_without_a_mail_server_it_waits_three_days(
    settings: Any, report: Report, clock: Any, client: Client, lena: User
) -> None:
    settings.MAIL_URL = ""
    clock.move_to(MONDAY)
    tasks.send_reports()
    assert states() == [State.WAITING, State.WAITING]
    client.force_login(lena)
    assert "No mail server is set" in client.get(URL).content.decode()
    clock.shift(timedelta(days=3, hours=1))
    tasks.send_reports()
    assert states() == [State.FAILED, State.FAILED]


def test_who_lost_the_right_gets_nothing_and_who_sees_one_application_gets_that_one(
    post: MailBox,
    report: Report,
    clock: Any,
    connection: Connection,
    stored: list[KnownApplication],
    lena: User,
    carol: User,
) -> None:
    grant = RoleGrant.objects.create(
        user=carol, role=Role.LEAD, connection=connection, app_id=stored[0].app_id
    )
    assert carol in possible_recipients(connection)
    report.recipients.add(carol)
    lena.grants.all().delete()
    clock.move_to(MONDAY)
    tasks.send_reports()
    assert post.to("lena@example.com") == []
    assert ReportLetter.objects.get(recipient=lena).state == State.SKIPPED
    (letter,) = post.to("carol@example.com")
    text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "11 h 40 min" in text  # 7 × 6,000 s
    assert "Meeting" not in text
    grant.delete()


def test_gaps_and_days_that_can_change_are_said(
    post: MailBox, report: Report, clock: Any, stored: list[KnownApplication]
) -> None:
    DayUsage.objects.filter(day=date(2027, 2, 24)).delete()
    DayUsage.objects.filter(day=date(2027, 2, 28)).update(settled=False)
    clock.move_to(MONDAY)
    tasks.send_reports()
    text = post.letters[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "2 of 14 days have no figure" in text
    assert "The last day can still change" in text


# --- setting them up


def _form(report: Report, **changes: Any) -> dict[str, Any]:
    people = list(report.recipients.values_list("pk", flat=True))
    return {
        "view_id": report.view_id,
        "every": "month",
        "weekday": 1,
        "month_day": 3,
        "hour": 7,
        "zone": "Asia/Shanghai",
        "recipients": people,
        "active": "on",
        "version": report.version,
        **changes,
    }


def test_the_pages(client: Client, lena: User, report: Report, post: MailBox, clock: Any) -> None:
    client.force_login(lena)
    page = client.get(URL).content.decode()
    assert "Our week" in page
    assert "2027-02-22 – 2027-02-28" in page
    assert client.get(f"{URL}new/").status_code == 200
    preview = client.get(f"{URL}{report.pk}/preview/").content.decode()
    assert "Demo: Our week, 2027-02-15 – 2027-02-21" in preview
    assert "=Meeting &lt;i&gt;" in preview
    assert "<i>" not in preview
    assert client.post(f"{URL}{report.pk}/", _form(report)).status_code == 302
    report.refresh_from_db()
    assert (report.every, report.day, report.hour, report.zone, report.version) == (
        "month", 3, 7, "Asia/Shanghai", 2,
    )  # fmt: skip
    assert client.post(f"{URL}{report.pk}/", _form(report, version=1)).status_code == 409
    assert client.post(f"{URL}{report.pk}/", _form(report, month_day=31)).status_code == 422
    assert client.post(f"{URL}{report.pk}/", _form(report, recipients=[])).status_code == 422
    assert client.post(f"{URL}{report.pk}/delete/").status_code == 302
    assert not Report.objects.exists()
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions[1:] == ["analytics.report.create", "analytics.report.change", "analytics.report.delete"]


def test_one_is_sent_to_whoever_looks_at_it_now(
    client: Client, lena: User, report: Report, post: MailBox, clock: Any
) -> None:
    client.force_login(lena)
    preview = f"{URL}{report.pk}/preview/"
    assert "goes to lena@example.com alone" in client.get(preview).content.decode()
    assert client.post(preview).status_code == 302
    (letter,) = post.letters
    assert (letter["To"], letter["Subject"]) == (
        "lena@example.com",
        "Demo: Our week, 2027-02-15 – 2027-02-21",
    )
    entry = AuditEntry.objects.get(action="analytics.report.send")
    assert (entry.outcome, entry.actor_name, entry.details["first"]) == ("succeeded", "Lena", "2027-02-15")
    assert not ReportLetter.objects.exists()  # those that are due go out all the same
    clock.move_to(MONDAY)
    tasks.send_reports()
    assert len(post.letters) == 3


def test_what_could_not_be_sent_now_is_said_and_on_record(
    client: Client, lena: User, report: Report, post: MailBox, settings: Any
) -> None:
    client.force_login(lena)
    post.refuse["RCPT"] = "550 5.1.1 no such box <b>"
    answer = client.post(f"{URL}{report.pk}/preview/")
    assert answer.status_code == 502
    assert "no such box &lt;b&gt;" in answer.content.decode()
    assert "Send it to me now" in answer.content.decode()
    assert AuditEntry.objects.get(action="analytics.report.send").outcome == "failed"


def test_rights(
    client: Client,
    carol: User,
    report: Report,
    connection: Connection,
    stored: list[KnownApplication],
    lena: User,
) -> None:
    RoleGrant.objects.create(user=carol, role=Role.LEAD, connection=connection, app_id=stored[0].app_id)
    client.force_login(carol)
    assert client.get(URL).status_code == 403
    wanted = WantedReport(report.view_id, "week", 1, 8, "UTC", (carol.pk,))
    with pytest.raises(PermissionDenied):
        make_report(connection, wanted, actor=carol)
    with pytest.raises(UsedByReport):
        delete_view(connection, report.view_id, actor=lena)
    with pytest.raises(SavedView.DoesNotExist):
        make_report(connection, WantedReport(0, "week", 1, 8, "UTC", ()), actor=lena)
    with pytest.raises(ReportChanged):
        change_report(connection, report.pk, 9, wanted, actor=lena)


def test_a_report_that_rested_begins_anew(
    post: MailBox, report: Report, connection: Connection, lena: User, clock: Any
) -> None:
    wanted = WantedReport(report.view_id, "week", 1, 8, "UTC", (lena.pk,), active=False)
    change_report(connection, report.pk, 1, wanted, actor=lena)
    clock.move_to(START)
    tasks.send_reports()
    active = WantedReport(report.view_id, "week", 1, 8, "UTC", (lena.pk,))
    change_report(connection, report.pk, 2, active, actor=lena)
    tasks.send_reports()
    assert post.letters == []  # of the week that ended while it rested
    clock.move_to(MONDAY + timedelta(days=7))
    tasks.send_reports()
    assert len(post.letters) == 1


def test_a_connection_takes_its_reports_and_screens_along(report: Report, connection: Connection) -> None:
    connection.delete()
    assert not Report.objects.exists()
    assert not SavedView.objects.exists()
