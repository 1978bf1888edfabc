"""Messages arrive at least once, or are given up where everybody sees it; each attempt says what came of it."""

import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection as database
from django.test import Client
from django.utils import timezone

from console.accounts.models import User
from console.alerts.models import Attempt, Channel, Message
from console.alerts.services import delivering
from console.alerts.services.delivering import DELAYS, attempt_now, deliver, replay, send_due, tidy
from console.alerts.services.outbox import payload_of
from console.alerts.services.writing import reader_of, test_letter
from console.audit.models import AuditEntry
from console.connections.models import Connection
from console.connections.secrets import unseal
from tests.alerts.receivers import Hook
from tests.post import MailBox, free_port
from tests.rooms.test_killed import wait_until

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]
Pass = Callable[[float], int]
ROOT = Path(__file__).resolve().parents[2]


def write_to(channel: Channel, address: str = "", **more: Any) -> Message:
    """Put a message into the outbox."""
    given = {
        "kind": "opened",
        "medium": channel.medium,
        "to": address or "somebody",
        "subject": "Crowd: Clinic",
        "text": "Online users above 100.",
        "next_at": timezone.now(),
        "created_at": timezone.now(),
        **more,
    }
    message = Message(channel=channel, address=address, **given)
    if channel.medium == "webhook":
        letter = test_letter(channel, reader_of(channel, None), "x", key=str(message.key), now=timezone.now())
        message.payload = payload_of(channel, letter)
    message.save()
    return message


def state_of(message: Message) -> tuple[str, int, dict[str, Any]]:
    message.refresh_from_db()
    return message.state, message.tries, message.problem


@pytest.fixture
def to_hook(make_channel: Make, connection: Connection, clock: Any) -> Message:
    return write_to(make_channel(), connection=connection)


@pytest.fixture
def by_mail(make_channel: Make, clock: Any) -> Channel:
    channel: Channel = make_channel("Mail", medium="email", addresses=("noc@example.com",))
    return channel


def test_a_webhook_gets_what_its_receiver_can_verify(hook: Hook, to_hook: Message) -> None:
    assert send_due() == 1
    (taken,) = hook.taken
    key = unseal(Channel.objects.get().secret)
    stamp = taken.headers["Console-Timestamp"]
    expected = hmac.new(key.encode(), stamp.encode() + b"." + taken.body, hashlib.sha256).hexdigest()
    assert taken.headers["Console-Signature"] == f"v1={expected}"
    assert taken.headers["Idempotency-Key"] == json.loads(taken.body)["key"] == str(to_hook.key)
    assert state_of(to_hook) == ("delivered", 1, {})
    attempt = Attempt.objects.get()
    assert (attempt.delivered, attempt.status, attempt.answer) == (True, 200, "ok")
    assert send_due() == 0


def test_it_is_tried_ever_more_rarely_and_then_given_up(
    hook: Hook, to_hook: Message, pass_time: Pass
) -> None:
    hook.status, hook.answer = 500, b"out of order"
    gaps, last = [], timezone.now()
    assert send_due() == 1
    while state_of(to_hook)[0] == "waiting":
        gaps.append((to_hook.next_at - last).total_seconds())
        assert pass_time(0) == 0
        last = to_hook.next_at
        pass_time((to_hook.next_at - timezone.now()).total_seconds())
    assert len(gaps) == len(DELAYS)
    assert all(abs(gap / wanted - 1) <= 0.2 for gap, wanted in zip(gaps, DELAYS, strict=True))
    told = {"code": "hook_status", "status": 500, "host": "127.0.0.1"}
    assert state_of(to_hook) == ("given_up", len(DELAYS) + 1, told)
    assert to_hook.ended_at is not None
    assert {one.headers["Idempotency-Key"] for one in hook.taken} == {str(to_hook.key)}
    assert Attempt.objects.count() == len(hook.taken) == len(DELAYS) + 1
    assert pass_time(86_400) == 0


@pytest.mark.parametrize(
    ("status", "final"), [(301, True), (404, True), (410, True), (429, False), (502, False)]
)
def test_what_will_not_get_better_is_not_tried_again(
    hook: Hook, to_hook: Message, status: int, final: bool
) -> None:
    hook.status, hook.headers = status, {"Location": "http://127.0.0.1:1/"}
    send_due()
    assert (state_of(to_hook)[0] == "given_up") == final
    assert len(hook.taken) == 1


def test_who_asks_to_wait_is_waited_for(hook: Hook, to_hook: Message) -> None:
    hook.status, hook.headers = 429, {"Retry-After": "900"}
    send_due()
    to_hook.refresh_from_db()
    assert to_hook.next_at >= timezone.now() + timedelta(seconds=900)


@pytest.mark.parametrize(
    ("format_name", "answer", "state"),
    [
        ("dingtalk", b'{"errcode":0,"errmsg":"ok"}', "delivered"),
        ("dingtalk", b'{"errcode":310000,"errmsg":"no keyword"}', "waiting"),
        ("feishu", b'{"code":9499,"msg":"Bad Request"}', "waiting"),
        ("wecom", b'{"errcode":0,"errmsg":"ok"}', "delivered"),
        ("slack", b"ok", "delivered"),
    ],
)
def test_a_chat_that_refuses_within_a_success_has_refused(
    hook: Hook, make_channel: Make, connection: Connection, format_name: str, answer: bytes, state: str
) -> None:
    hook.answer = answer
    message = write_to(make_channel(format=format_name), connection=connection)
    send_due()
    assert state_of(message)[0] == state


def test_an_answer_is_kept_without_what_is_secret(hook: Hook, to_hook: Message) -> None:
    hook.status = 500
    key = unseal(Channel.objects.get().secret)
    hook.answer = f"got {hook.url} {key} from \u202eyou {'x' * 500}".encode()
    send_due()
    answer = Attempt.objects.get().answer
    assert answer.startswith("got … … from U+202Eyou xxx")
    assert len(answer) == 300


def test_an_unreachable_webhook_is_left_alone_for_a_while_at_nobody_s_expense(
    make_channel: Make, connection: Connection, pass_time: Pass
) -> None:
    channel = make_channel(url=f"http://127.0.0.1:{free_port()}/x")
    first, second = write_to(channel, connection=connection), write_to(channel, connection=connection)
    assert send_due() == 1
    assert state_of(first) == ("waiting", 1, {"code": "hook_connection", "host": "127.0.0.1"})
    assert state_of(second) == ("waiting", 0, {})
    assert pass_time(5) == 0


def test_a_private_address_is_refused_when_it_is_sent_whatever_was_saved(
    hook: Hook, to_hook: Message, settings: Any
) -> None:
    settings.ALLOW_PRIVATE_ENDPOINTS = False
    send_due()
    assert state_of(to_hook) == ("given_up", 1, {"code": "hook_private", "host": "127.0.0.1"})
    assert hook.taken == []


def test_a_name_that_leads_inside_by_now_is_refused_at_connecting(
    hook: Hook, make_channel: Make, connection: Connection, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name answers in public when it is looked at, and with an inner address when it is connected to."""
    message = write_to(make_channel(url=hook.url.replace("127.0.0.1", "localhost")), connection=connection)
    settings.ALLOW_PRIVATE_ENDPOINTS = False
    from console.alerts.services import posting

    monkeypatch.setattr(posting, "check_public_url", lambda url: None)
    send_due()
    assert state_of(message)[2] == {"code": "hook_connection", "host": "localhost"}
    assert hook.taken == []


def test_a_surprise_in_sending_is_an_attempt_that_failed(
    to_hook: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(message: Message) -> Any:
        raise RuntimeError

    monkeypatch.setattr(delivering, "post", explode)
    send_due()
    assert state_of(to_hook) == ("waiting", 1, {"code": "surprise"})


def test_mail_is_sent_as_plain_text_that_knows_repetitions(
    mailbox: MailBox, connection: Connection, by_mail: Channel
) -> None:
    message = write_to(by_mail, "noc@example.com", connection=connection, subject="告警: Crowd\r\nBcc: x@y.z")
    send_due()
    (mail,) = mailbox.letters
    assert (mail["To"], mail["From"]) == ("noc@example.com", "SparkRTC Console <alerts@console.example.com>")
    assert mail["Subject"] == "告警: Crowd Bcc: x@y.z"
    assert mail["Bcc"] is None
    assert mail["Message-ID"] == f"<{message.key}@console.example.com>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().strip() == "Online users above 100."
    assert mail.get_content_type() == "text/plain"
    attempt = Attempt.objects.get()
    assert (attempt.status, attempt.answer) == (250, "2.0.0 queued as 42")


def test_a_refused_recipient_is_given_up_and_the_others_get_theirs(
    mailbox: MailBox, connection: Connection, by_mail: Channel
) -> None:
    mailbox.refuse["gone@example.com"] = "550 5.1.1 no such user"
    gone = write_to(by_mail, "gone@example.com", connection=connection)
    good = write_to(by_mail, "noc@example.com", connection=connection)
    assert send_due() == 2
    told = {"code": "mail_recipient", "to": "gone@example.com", "said": "5.1.1 no such user"}
    assert state_of(gone) == ("given_up", 1, told)
    assert state_of(good)[0] == "delivered"


def test_a_mail_server_that_is_away_holds_up_no_webhook(
    hook: Hook, to_hook: Message, connection: Connection, by_mail: Channel, settings: Any
) -> None:
    port = free_port()
    settings.MAIL_URL, settings.MAIL_FROM = f"smtp://127.0.0.1:{port}", "alerts@example.com"
    mails = [write_to(by_mail, f"{name}@example.com", connection=connection) for name in "abc"]
    assert send_due() == 2
    assert state_of(to_hook)[0] == "delivered"
    assert sorted(state_of(mail)[1] for mail in mails) == [0, 0, 1]


def test_a_channel_that_was_switched_off_gets_no_later_attempt(
    hook: Hook, to_hook: Message, pass_time: Pass
) -> None:
    hook.status = 500
    send_due()
    Channel.objects.update(active=False)
    pass_time(60)
    assert state_of(to_hook) == ("given_up", 2, {"code": "channel_off"})
    assert len(hook.taken) == 1


def test_two_workers_send_it_once(hook: Hook, to_hook: Message) -> None:
    first, second = delivering._claim(), delivering._claim()
    assert (first, second) == (to_hook, None)
    assert first is not None
    attempt_now(first)
    assert len(hook.taken) == 1


def test_a_worker_that_was_only_slow_takes_nothing_back(
    hook: Hook, to_hook: Message, clock: time_machine.Traveller
) -> None:
    slow = delivering._claim()
    assert slow is not None
    clock.shift(91)
    assert deliver() == 1
    hook.status = 500
    attempt_now(slow)
    assert state_of(to_hook)[0] == "delivered"


def test_a_message_of_which_workers_die_is_given_up_in_the_end(
    hook: Hook, to_hook: Message, clock: time_machine.Traveller
) -> None:
    for _number in range(20):
        delivering._claim()
        clock.shift(91)
    assert state_of(to_hook)[::2] == ("given_up", {"code": "lost"})


def test_replay_sends_it_again_on_record(hook: Hook, to_hook: Message, lena: User, pass_time: Pass) -> None:
    hook.status = 404
    send_due()
    hook.status = 200
    assert replay(to_hook, actor=lena)
    assert not replay(to_hook, actor=lena)
    pass_time(1)
    assert state_of(to_hook)[0] == "delivered"
    assert len({one.headers["Idempotency-Key"] for one in hook.taken}) == 1
    entry = AuditEntry.objects.get(action="alerts.message.replay")
    assert (entry.actor_name, entry.target_name) == ("Lena", "Crowd: Clinic")


def test_whoever_watches_the_console_sees_that_nobody_is_reached(
    hook: Hook, to_hook: Message, make_channel: Make, connection: Connection, pass_time: Pass, client: Client
) -> None:
    hook.status = 404
    pass_time(90)
    write_to(Channel.objects.get(), connection=connection, created_at=timezone.now() - timedelta(seconds=60))
    lines = client.get("/metrics").content.decode().splitlines()
    assert "sparkrtc_alert_messages_waiting 1.0" in lines
    assert "sparkrtc_alert_messages_oldest_seconds 60.0" in lines
    assert "sparkrtc_alert_messages_given_up 1.0" in lines


def test_old_messages_are_forgotten(hook: Hook, to_hook: Message, clock: time_machine.Traveller) -> None:
    send_due()
    clock.shift(timedelta(days=89))
    tidy()
    assert Message.objects.exists()
    clock.shift(timedelta(days=2))
    tidy()
    assert not Message.objects.exists()


@pytest.mark.stores
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_between_sending_and_writing_it_down_loses_nothing(
    hook: Hook, make_channel: Make, connection: Connection
) -> None:
    message = write_to(make_channel(), connection=connection)
    hook.hold = threading.Event()
    where = {**os.environ, "KILLED_DATABASE": str(database.settings_dict["NAME"])}
    process = subprocess.Popen([sys.executable, "-m", "tests.alerts.killed"], cwd=ROOT, env=where)
    try:
        wait_until(lambda: bool(hook.taken) or process.poll() is not None)
        assert process.poll() is None
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    hook.hold.set()
    assert state_of(message)[:2] == ("sending", 1)
    assert send_due() == 0
    Message.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert send_due() == 1
    assert state_of(message)[:2] == ("delivered", 2)
    assert [one.headers["Idempotency-Key"] for one in hook.taken] == [str(message.key)] * 2
    ended = Attempt.objects.order_by("pk").values_list("delivered", "ended_at")
    assert [(done, at is None) for done, at in ended] == [(False, True), (True, False)]
