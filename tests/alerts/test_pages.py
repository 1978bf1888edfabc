"""The pages: a rule tried and saved, alerts seen and looked after, each by whoever may."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.alerts.models import Incident, Rule
from console.alerts.services.watching import keep_watch
from console.connections.models import Connection
from tests.alerts.conftest import APP, START, Store, minute
from tests.alerts.test_rules import make_incident

pytestmark = pytest.mark.django_db

HOME = "/c/demo/alerts/"
FORM = {
    "name": "Freezes", "signal": "minutes.video_freeze.native", "side": "above", "limit": "5", "breaches": "2",
    "window": "3", "margin": "1", "recovery": "2", "minimum_sample": "20", "severity": "critical", "active": "on",
}  # fmt: skip


@pytest.fixture
def as_lena(client: Client, lena: User, clock: time_machine.Traveller) -> Client:
    client.force_login(lena)
    return client


@pytest.fixture
def scoped(connection: Connection, carol: User) -> User:
    """Carol leads a team of one application."""
    RoleGrant.objects.create(user=carol, role=Role.LEAD, connection=connection, app_id=APP)
    return carol


def _text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_a_rule_is_tried_on_the_past_before_it_is_saved(as_lena: Client, store: Store) -> None:
    values = [0.2, 0.2, 0.01, 0.01, 0.2, 0.01, 0.01, 0.3, 0.3]
    store.put("video_freeze", values, minute(-60), sdk="native")
    store.put("online_users", [50] * 7 + [10] * 2, minute(-60))
    page = as_lena.post(f"{HOME}rules/new/", {**FORM, "do": "try"})
    assert page.status_code == 200
    text = _text(page)
    assert "It would have fired once" in text
    assert "in the last 7 days" in text
    assert "In 2 of them the sample was too small." in text
    assert "20.00 %" in text
    assert '<figure class="chart" id="trial" data-chart>' in text
    assert 'value="Freezes"' in text  # what was entered stays
    assert not Rule.objects.exists()


def test_what_is_tried_needs_no_name_and_what_is_saved_does(as_lena: Client, store: Store) -> None:
    page = as_lena.post(f"{HOME}rules/new/", {**FORM, "name": "", "do": "try"})
    assert page.status_code == 200
    page = as_lena.post(f"{HOME}rules/new/", {**FORM, "name": "", "do": "save"})
    assert page.status_code == 422
    assert "Fill in “Name”." in _text(page)
    assert not Rule.objects.exists()


def test_trying_says_when_it_would_not_have_fired_and_when_nothing_is_known(
    as_lena: Client, store: Store
) -> None:
    assert "Nothing is known of the last days" in _text(
        as_lena.post(f"{HOME}rules/new/", {**FORM, "do": "try"})
    )
    store.put("video_freeze", [0.01] * 9, minute(-60), sdk="native")
    store.put("online_users", [50] * 9, minute(-60))
    page = _text(as_lena.post(f"{HOME}rules/new/", {**FORM, "do": "try"}))
    assert "It would not have fired" in page
    assert "1 % of the minutes are known." in page  # nine of ten thousand are more than nothing


def test_where_what_is_known_ends_the_list_and_the_chart_say_so_alike(as_lena: Client, store: Store) -> None:
    store.put("video_freeze", [0.2] * 9, minute(-60), sdk="native")
    store.put("online_users", [50] * 9, minute(-60))
    page = as_lena.post(f"{HOME}rules/new/", {**FORM, "do": "try"})
    [mark] = page.context["chart_shown"].marks
    assert (mark.until, mark.over) == (minute(-51), False)
    text = re.sub(r"<time[^>]*>|</time>", "", _text(page))
    assert text.count("not over by 11:09:00") == 2  # in the table and beside the chart
    assert "goes on" not in text


def test_an_alert_that_goes_on_does_not_end_in_its_chart(
    as_lena: Client, store: Store, connection: Connection
) -> None:
    store.put("online_users", [150] * 30, minute(-40))
    going_on = make_incident(connection)
    over = make_incident(connection, state="resolved", over_at=minute(-12))
    shown = [
        re.sub(r"<time[^>]*>|</time>", "", _text(as_lena.get(f"{HOME}{one.pk}/"))) for one in (going_on, over)
    ]
    assert "11:29:00 – not over by 11:50:00, <bdi>Alert" in shown[0]
    assert "11:29:00 – 11:48:00 <bdi>Alert" in shown[1]


def test_a_rule_is_saved_in_parts_of_one_and_shown_in_per_cent(as_lena: Client, store: Store) -> None:
    answer = as_lena.post(f"{HOME}rules/new/", {**FORM, "do": "save", "applications": [APP]})
    assert answer.headers["Location"] == f"{HOME}rules/"
    rule = Rule.objects.get()
    assert (rule.limit, rule.margin, rule.minimum_sample) == (0.05, 0.01, 20)
    assert (rule.severity, rule.applications, rule.active, rule.changed_by) == (
        "critical",
        [APP],
        True,
        "Lena",
    )
    text = _text(as_lena.get(f"{HOME}rules/"))
    assert "above 5.00 % in 2 of 3 minutes" in text
    assert "Clinic" in text
    text = _text(as_lena.get(f"{HOME}rules/{rule.pk}/"))
    assert 'name="limit" value="5"' in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"limit": "100"}, "could never fire"),
        ({"limit": "120"}, "never reaches it"),
        ({"limit": "nan"}, "Enter a number"),
        ({"breaches": "4"}, "no more than there are minutes"),
        ({"margin": "6"}, "could never end"),
        ({"window": "500", "breaches": "2"}, "less than or equal to 240"),
        ({"signal": "quota.rooms"}, "there is no sample"),
        ({"signal": "no.such"}, "Select a valid choice"),
        ({"applications": ["b" * 32]}, "Select a valid choice"),
    ],
)
@pytest.mark.parametrize("do", ["try", "save"])
def test_a_pointless_rule_is_refused_beside_the_field(
    as_lena: Client, store: Store, do: str, changes: dict[str, Any], said: str
) -> None:
    page = as_lena.post(f"{HOME}rules/new/", {**FORM, "do": do, **changes})
    assert page.status_code == 422
    assert said in _text(page)
    assert not Rule.objects.exists()


def test_a_rule_is_changed_and_a_change_in_between_is_not_lost(
    as_lena: Client, store: Store, make_rule: Callable[..., Rule]
) -> None:
    rule, other = make_rule(), make_rule(name="Other")
    url = f"{HOME}rules/{rule.pk}/"
    assert as_lena.post(url, {**FORM, "version": "1"}).status_code == 302
    rule.refresh_from_db()
    assert (rule.name, rule.version) == ("Freezes", 2)
    assert as_lena.post(url, {**FORM, "version": "1"}).status_code == 409
    taken = as_lena.post(url, {**FORM, "name": other.name, "version": "2"})
    assert taken.status_code == 422
    assert "Another rule has this name." in _text(taken)


def test_a_rule_is_deleted_after_asking(as_lena: Client, make_rule: Callable[..., Rule]) -> None:
    rule = make_rule()
    url = f"{HOME}rules/{rule.pk}/delete/"
    assert "Crowd" in _text(as_lena.get(url))
    assert Rule.objects.exists()
    as_lena.post(url)
    assert not Rule.objects.exists()
    assert as_lena.get(url).status_code == 404


def test_an_alert_is_shown_with_what_was_measured_and_where_to_look(
    as_lena: Client, store: Store, make_rule: Callable[..., Rule], clock: time_machine.Traveller
) -> None:
    make_rule(name="<b>Crowd</b>")
    keep_watch(timezone.now())
    store.put("online_users", [150, 180], minute(0))
    clock.move_to(minute(2))
    keep_watch(timezone.now())
    text = _text(as_lena.get(HOME))
    assert "&lt;b&gt;Crowd" in text
    assert "goes on" in text
    text = _text(as_lena.get(f"{HOME}{Incident.objects.get().pk}/"))
    assert "Online users above 100 in 2 of 3 minutes" in text
    assert '<figure class="chart" id="incident" data-chart>' in text
    assert f"/c/demo/overview/?app={APP}&amp;zoom-day=" in text
    assert f"/c/demo/rooms/?app={APP}&amp;state=all&amp;from=2026-11-20+" in text
    assert f"/c/demo/investigate/?app={APP}&amp;q=2026-11-20+12%3A00&amp;zone=UTC" in text


def test_an_alert_is_acknowledged_snoozed_and_commented(as_lena: Client, connection: Connection) -> None:
    incident = make_incident(connection)
    act = f"{HOME}{incident.pk}/act/"
    assert as_lena.post(act, {"do": "acknowledge"}).headers["Location"] == f"{HOME}{incident.pk}/"
    as_lena.post(act, {"do": "snooze", "minutes": "60"})
    as_lena.post(act, {"do": "comment", "text": "<i>a release</i>\r\nat noon"})
    incident.refresh_from_db()
    assert (incident.state, incident.snoozed_until) == ("taken", START + timedelta(minutes=60))
    text = _text(as_lena.get(f"{HOME}{incident.pk}/"))
    assert "<bdi>&lt;i&gt;a release&lt;/i&gt;</bdi> <bdi>at noon</bdi>" in text
    assert "snoozed until" in text
    assert 'value="acknowledge"' not in text


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"do": "acknowledge"}, "It is over"),
        ({"do": "snooze", "minutes": "60"}, "It is over"),
        ({"do": "snooze", "minutes": "99999"}, "Nothing was done"),
        ({"do": "comment", "text": "  "}, "Nothing was done"),
        ({"do": "explode"}, "Nothing was done"),
    ],
)
def test_what_cannot_be_done_is_said(
    as_lena: Client, connection: Connection, sent: dict[str, str], said: str
) -> None:
    incident = make_incident(connection, state="resolved", over_at=START)
    page = as_lena.post(f"{HOME}{incident.pk}/act/", sent, follow=True)
    assert said in _text(page)
    assert not incident.notes.exists()


def test_what_changes_something_is_only_sent(as_lena: Client, connection: Connection) -> None:
    incident = make_incident(connection)
    assert as_lena.get(f"{HOME}{incident.pk}/act/").status_code == 405


def test_whoever_has_one_application_sees_its_alerts_and_changes_no_rule(
    client: Client, connection: Connection, scoped: User, make_rule: Callable[..., Rule]
) -> None:
    client.force_login(scoped)
    rule = make_rule(name="Some rule", applications=("b" * 32,))
    mine, other = make_incident(connection), make_incident(connection, app_id="b" * 32, app_name="School")
    whole = make_incident(connection, app_id="", app_name="")
    text = _text(client.get(HOME))
    assert "Clinic" in text
    assert "School" not in text
    codes = [client.get(f"{HOME}{one.pk}/").status_code for one in (mine, other, whole)]
    assert codes == [200, 404, 404]
    assert client.post(f"{HOME}{other.pk}/act/", {"do": "acknowledge"}).status_code == 404
    assert client.post(f"{HOME}{mine.pk}/act/", {"do": "acknowledge"}).status_code == 302
    text = _text(client.get(f"{HOME}rules/"))
    assert "Some rule" in text
    assert f"{HOME}rules/new/" not in text
    assert "b" * 32 not in text
    assert client.get(f"{HOME}rules/{rule.pk}/").status_code == 403
    assert client.post(f"{HOME}rules/new/", FORM).status_code == 403


def test_support_sees_no_alerts(client: Client, connection: Connection, bob: User) -> None:
    client.force_login(bob)
    assert client.get(HOME).status_code == 403
    assert HOME not in client.get("/c/demo/overview/").content.decode()


def test_lists_that_are_empty_say_what_to_do(
    as_lena: Client, connection: Connection, make_rule: Callable[..., Rule]
) -> None:
    assert "No rule watches yet" in _text(as_lena.get(HOME))
    assert "No rule watches yet" in _text(as_lena.get(f"{HOME}rules/"))
    make_rule()
    assert "Nothing was wrong so far" in _text(as_lena.get(HOME))
    assert "No alert fits the filters" in _text(as_lena.get(f"{HOME}?state=taken"))
    assert "There is no such page" in _text(as_lena.get(f"{HOME}?page=9"))


def test_a_list_asks_the_database_little_however_long(
    as_lena: Client, connection: Connection, django_assert_max_num_queries: Any
) -> None:
    as_lena.get(HOME)
    for _number in range(60):
        make_incident(connection)
    with django_assert_max_num_queries(12):
        text = _text(as_lena.get(f"{HOME}?state=open"))
    assert text.count('<tr id="alert-') == 50


def test_a_piece_for_refreshing(as_lena: Client, connection: Connection) -> None:
    piece = as_lena.get(HOME, headers={"HX-Request": "true"}).content.decode()
    assert piece.lstrip().startswith('<div id="alerts-page"')


def test_open_alerts_stand_on_the_overview(as_lena: Client, connection: Connection, store: Store) -> None:
    text = _text(as_lena.get("/c/demo/overview/"))
    assert "No alert is open." in text
    incident = make_incident(connection)
    make_incident(connection, state="taken", rule_name="Taken")
    text = _text(as_lena.get("/c/demo/overview/"))
    assert f"{HOME}{incident.pk}/" in text
    assert "Taken" not in text
    assert "1 alert goes on that somebody has acknowledged." in text


def test_an_alert_whose_minutes_are_gone_and_whose_rule_is_of_another_version_is_still_shown(
    as_lena: Client, connection: Connection
) -> None:
    incident = make_incident(connection, signal="of.another.version")
    text = _text(as_lena.get(f"{HOME}{incident.pk}/"))
    assert "of.another.version" in text
    assert "are not kept any more" in text
