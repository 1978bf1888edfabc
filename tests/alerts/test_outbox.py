"""Who is told what, when: grouped, at most reminded once, silent where it is wished, and told of the end."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.alerts.engine.silence import Silence
from console.alerts.models import Channel, Incident, Message, Notice, Rule
from console.alerts.services import incidents, watching
from console.alerts.services.rules import delete_rule
from console.alerts.services.watching import keep_watch
from console.connections.models import Connection
from tests.alerts.conftest import APP, Store, minute
from tests.alerts.receivers import Hook
from tests.post import MailBox

pytestmark = pytest.mark.django_db

LOW, HIGH = 50.0, 150.0
NIGHT = Silence("UTC", frozenset(range(7)), 11 * 60, 13 * 60)  # the tests begin at 12:00
Make = Callable[..., Any]
Pass = Callable[[float], int]


@pytest.fixture
def begin(store: Store, clock: time_machine.Traveller) -> Callable[[], None]:
    """Return a function that lets every rule about online users fire, at 12:02."""

    def go() -> None:
        keep_watch(timezone.now())
        store.put("online_users", [HIGH, HIGH], minute(0))
        clock.move_to(minute(2))
        keep_watch(timezone.now())

    return go


@pytest.fixture
def end(store: Store, clock: time_machine.Traveller) -> Callable[[], None]:
    """Return a function that ends what goes on, a minute later."""

    def go() -> None:
        now = timezone.now().replace(second=0)
        store.put("online_users", [LOW] * 30, minute(2))
        clock.move_to(max(now, minute(4)) + timedelta(minutes=1))
        keep_watch(timezone.now())

    return go


def told(hook: Hook) -> list[tuple[str, int]]:
    """What a hook was told: the kind, and of how many alerts."""
    bodies = [json.loads(one.body) for one in hook.taken]
    return [(body["kind"], len(body["alerts"])) for body in bodies]


@pytest.mark.stores
def test_what_opens_together_goes_in_one_message_and_its_end_to_the_same(
    hook: Hook, make_channel: Make, make_rule: Make, begin: Any, end: Any, pass_time: Pass
) -> None:
    channel = make_channel()
    make_rule(channels=(channel.pk,))
    make_rule(name="More", limit=120.0, channels=(channel.pk,))
    make_rule(name="Nobody asked")
    begin()
    assert pass_time(29) == 0
    assert pass_time(2) == 1
    assert told(hook) == [("opened", 2)]
    end()
    pass_time(31)
    assert told(hook) == [("opened", 2), ("over", 2)]
    assert pass_time(3600) == 0


def test_the_message_says_what_since_when_how_bad_and_where_to_look(
    hook: Hook, make_channel: Make, make_rule: Make, begin: Any, pass_time: Pass, settings: Any
) -> None:
    settings.CONSOLE_URL = "https://console.example.com/"
    make_rule(channels=(make_channel().pk,), severity="critical", name="Cr\u202eowd\n")
    begin()
    pass_time(31)
    body = json.loads(hook.taken[0].body)
    assert body["title"] == "[critical] CrU+202Eowd␊: Clinic"
    assert "Online users above 100 in 2 of 3 minutes; the worst was 150." in body["text"]
    assert "Since 2026-11-20 12:00 UTC; it goes on." in body["text"]
    (alert,) = body["alerts"]
    links = alert["links"]
    assert links["alert"] == f"https://console.example.com/c/demo/alerts/{alert['id']}/"
    assert links["wall"].startswith(f"https://console.example.com/c/demo/overview/?app={APP}&zoom-day=")
    assert f"/c/demo/rooms/?app={APP}&state=all&from=2026-11-20+08%3A00" in links["rooms"]
    assert f"/c/demo/investigate/?app={APP}&q=2026-11-20+12%3A00" in links["investigate"]
    assert (alert["limit"], alert["worst"], alert["began_at"]) == (100, 150, "2026-11-20T12:00:00Z")
    assert alert["application"] == {"id": APP, "name": "Clinic"}


def test_a_person_reads_it_in_their_language_and_zone(
    mailbox: MailBox, lena: User, make_rule: Make, begin: Any, pass_time: Pass
) -> None:
    lena.language, lena.time_zone = "zh-hans", "Asia/Shanghai"
    lena.save()
    make_rule(people=(lena.pk,))
    begin()
    pass_time(31)
    (mail,) = mailbox.letters
    assert mail["To"] == "lena@example.com"
    assert "20:00 UTC+8" in mail.get_content()
    assert "在线人数" in mail.get_content()
    assert "Since" not in mail.get_content()


def test_nobody_is_told_who_does_not_see_it(
    mailbox: MailBox,
    connection: Connection,
    lena: User,
    carol: User,
    make_channel: Make,
    make_rule: Make,
    begin: Any,
    pass_time: Pass,
) -> None:
    RoleGrant.objects.create(user=carol, role=Role.LEAD, connection=connection, app_id="b" * 32)
    channel = make_channel("Team", medium="email", people=(lena.pk, carol.pk), addresses=("noc@example.com",))
    make_rule(channels=(channel.pk,), people=(lena.pk,))
    RoleGrant.objects.filter(user=lena).delete()
    begin()
    pass_time(31)
    assert [mail["To"] for mail in mailbox.letters] == ["noc@example.com"]
    dropped = Notice.objects.exclude(dropped="").order_by("place").values_list("place", "dropped")
    assert list(dropped) == sorted([(f"person:{lena.pk}", "no_right"), (f"person:{carol.pk}", "no_right")])


def test_whoever_lost_the_right_since_gets_no_later_attempt(
    mailbox: MailBox, lena: User, make_rule: Make, begin: Any, pass_time: Pass
) -> None:
    mailbox.refuse["MAIL"] = "451 try later"
    make_rule(people=(lena.pk,))
    begin()
    assert pass_time(31) == 1
    RoleGrant.objects.filter(user=lena).delete()
    mailbox.refuse.clear()
    pass_time(60)
    message = Message.objects.get()
    assert (message.state, message.problem) == ("given_up", {"code": "no_right"})
    assert mailbox.letters == []


def test_a_place_that_several_channels_reach_is_told_once(
    mailbox: MailBox, lena: User, make_channel: Make, make_rule: Make, begin: Any, pass_time: Pass
) -> None:
    one = make_channel("One", medium="email", people=(lena.pk,), addresses=("noc@example.com",))
    two = make_channel("Two", medium="email", addresses=("NOC@example.com",))
    make_rule(channels=(one.pk, two.pk), people=(lena.pk,))
    begin()
    pass_time(31)
    assert sorted(mail["To"] for mail in mailbox.letters) == ["lena@example.com", "noc@example.com"]


def test_one_reminder_and_no_more(
    hook: Hook, make_channel: Make, make_rule: Make, begin: Any, pass_time: Pass
) -> None:
    make_rule(channels=(make_channel().pk,), remind_minutes=10)
    begin()
    pass_time(31)
    assert pass_time(599) == 0
    assert pass_time(2) == 1
    for _hour in range(5):
        pass_time(3600)
    assert told(hook) == [("opened", 1), ("reminder", 1)]


@pytest.mark.parametrize("do", ["acknowledge", "snooze", "end"])
def test_whoever_looks_after_it_is_not_reminded(
    hook: Hook,
    make_channel: Make,
    make_rule: Make,
    begin: Any,
    end: Any,
    pass_time: Pass,
    lena: User,
    do: str,
) -> None:
    make_rule(channels=(make_channel().pk,), remind_minutes=10)
    begin()
    pass_time(31)
    incident = Incident.objects.get()
    if do == "acknowledge":
        incidents.acknowledge(incident, actor=lena)
    elif do == "snooze":
        incidents.snooze(incident, 60, actor=lena)
    else:
        end()
    pass_time(1200)
    assert ("reminder", 1) not in told(hook)
    pass_time(3600)
    assert (("reminder", 1) in told(hook)) == (do == "snooze")


@pytest.mark.stores
def test_in_silent_hours_nobody_is_told_and_then_all_at_once(
    hook: Hook, make_channel: Make, make_rule: Make, begin: Any, end: Any, pass_time: Pass
) -> None:
    channel = make_channel(silence=NIGHT)
    make_rule(channels=(channel.pk,), remind_minutes=5)
    make_rule(name="Ends", channels=(channel.pk,), recovery=1)
    begin()
    assert pass_time(600) == 0
    end()
    assert pass_time(600) == 0
    pass_time(3600)
    assert told(hook) == [("opened", 2)]
    body = json.loads(hook.taken[0].body)
    assert body["title"] == "2 alerts are over on Demo"
    assert "From 2026-11-20 12:00 UTC to 2026-11-20 12:03 UTC." in body["text"]
    assert pass_time(7200) == 0


def test_silent_hours_of_a_rule_spare_what_is_critical(
    hook: Hook, make_channel: Make, make_rule: Make, begin: Any, pass_time: Pass
) -> None:
    channel = make_channel()
    make_rule(channels=(channel.pk,), silence=NIGHT)
    make_rule(name="Worse", channels=(channel.pk,), silence=NIGHT, severity="critical")
    make_rule(name="Quiet", channels=(channel.pk,), silence=NIGHT, severity="critical", spares=False)
    begin()
    pass_time(31)
    assert [one["rule"] for one in json.loads(hook.taken[0].body)["alerts"]] == ["Worse"]
    pass_time(3600)
    assert told(hook) == [("opened", 1), ("opened", 2)]


def test_what_is_snoozed_before_it_was_told_waits(
    hook: Hook, make_channel: Make, make_rule: Make, begin: Any, pass_time: Pass, lena: User
) -> None:
    make_rule(channels=(make_channel().pk,))
    begin()
    incidents.snooze(Incident.objects.get(), 60, actor=lena)
    assert pass_time(600) == 0
    assert pass_time(3600) == 1


def test_the_end_is_told_only_to_those_who_learnt_of_the_beginning(
    hook: Hook, make_channel: Make, make_rule: Make, begin: Any, end: Any, pass_time: Pass
) -> None:
    hook.status = 404
    make_rule(channels=(make_channel().pk,))
    begin()
    pass_time(31)
    hook.status = 200
    end()
    pass_time(60)
    assert told(hook) == [("opened", 1)]
    assert Notice.objects.get(kind="over").dropped == "not_told"


def test_the_end_waits_for_the_beginning_to_arrive(
    hook: Hook, make_channel: Make, make_rule: Make, begin: Any, end: Any, pass_time: Pass
) -> None:
    hook.status = 503
    make_rule(channels=(make_channel().pk,))
    begin()
    pass_time(31)
    end()
    pass_time(31)
    assert {kind for kind, _count in told(hook)} == {"opened"}
    hook.status = 200
    pass_time(600)
    pass_time(30)
    assert [kind for kind, _count in told(hook)][-2:] == ["opened", "over"]


def test_a_deleted_rule_tells_the_end_and_a_channel_switched_off_nothing(
    hook: Hook, connection: Connection, make_channel: Make, make_rule: Make, begin: Any, pass_time: Pass
) -> None:
    on, off = make_channel(), make_channel("Off")
    rule: Rule = make_rule(channels=(on.pk, off.pk))
    begin()
    Channel.objects.filter(pk=off.pk).update(active=False)
    pass_time(31)
    delete_rule(connection, rule.pk, actor=None)
    pass_time(31)
    assert told(hook) == [("opened", 1), ("over", 1)]
    assert "ended, as its rule was changed" in json.loads(hook.taken[1].body)["text"]


def test_many_at_once_go_in_several_messages_and_none_is_lost(
    hook: Hook, store: Store, make_channel: Make, make_rule: Make, pass_time: Pass
) -> None:
    make_rule(channels=(make_channel().pk,))
    keep_watch(timezone.now())
    store.put("online_users", [LOW, HIGH, HIGH, LOW, LOW, LOW] * 9, minute(0))
    make_rule(name="Other", channels=(Channel.objects.get().pk,), limit=110.0)
    keep_watch(timezone.now())
    pass_time(54 * 60)
    keep_watch(timezone.now())
    pass_time(31)
    pass_time(5)
    assert sum(count for _kind, count in told(hook)) == Incident.objects.count() > 9
    assert max(count for _kind, count in told(hook)) <= 20


def test_what_is_to_be_told_is_written_with_what_happened_or_not_at_all(
    make_channel: Make, make_rule: Make, begin: Any, monkeypatch: pytest.MonkeyPatch, clock: Any
) -> None:
    make_rule(channels=(make_channel().pk,))
    tell = watching.tell_opened

    def dies(*given: Any) -> None:
        tell(*given)
        raise OSError

    monkeypatch.setattr(watching, "tell_opened", dies)
    begin()
    assert (Incident.objects.count(), Notice.objects.count()) == (0, 0)
    monkeypatch.setattr(watching, "tell_opened", tell)
    clock.move_to(minute(3))
    keep_watch(timezone.now())
    assert (Incident.objects.count(), Notice.objects.count()) == (1, 1)
