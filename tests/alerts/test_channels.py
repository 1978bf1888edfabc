"""Channels: made and changed by admins, sealed, on record, tried; what they sent is seen and sent again."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from console.accounts.models import User
from console.alerts.models import Channel, Incident, Message, Rule
from console.alerts.services.channels import delete_channel, list_channels
from console.alerts.services.watching import keep_watch
from console.audit.models import AuditEntry
from console.connections.models import Connection
from console.connections.resealing import reseal_all
from console.connections.secrets import unseal
from tests.alerts.conftest import Store, minute
from tests.alerts.receivers import Hook
from tests.alerts.test_delivering import write_to
from tests.alerts.test_pages import FORM as RULE
from tests.alerts.test_pages import _text
from tests.alerts.test_rules import make_incident
from tests.post import MailBox, free_port

pytestmark = pytest.mark.django_db
HOME = "/c/demo/alerts/channels/"
COMMON = {
    "name": "Ops",
    "language": "zh-hans",
    "zone": "Asia/Shanghai",
    "active": "on",
    "silent_spares": "on",
}
MAIL = {**COMMON, "addresses": "noc@example.com\nb@example.com, noc@example.com"}
Make = Callable[..., Any]


@pytest.fixture
def as_alice(client: Client, alice: User, clock: Any) -> Client:
    client.force_login(alice)
    return client


def hook_form(hook: Hook, **more: Any) -> dict[str, Any]:
    return {**COMMON, "format": "generic", "url": hook.url, **more}


def test_an_e_mail_channel_is_made_changed_and_on_record(as_alice: Client, lena: User) -> None:
    answer = as_alice.post(f"{HOME}new/email/", {**MAIL, "people": [lena.pk]})
    channel = Channel.objects.get()
    assert answer.headers["Location"] == f"{HOME}{channel.pk}/"
    assert (channel.addresses, list(channel.people.all())) == (["noc@example.com", "b@example.com"], [lena])
    silent = {
        "silent_days": [0, 1, 2, 6],
        "silent_from": "22:00",
        "silent_until": "07:30",
        "silent_zone": "UTC",
    }
    as_alice.post(f"{HOME}{channel.pk}/", {**MAIL, **silent, "name": "Night", "version": 1})
    text = _text(as_alice.get(HOME))
    assert "Night" in text
    assert "Mon–Wed, Sun 22:00–07:30 (UTC)" in text
    assert 'value="22:00"' in _text(as_alice.get(f"{HOME}{channel.pk}/"))
    entries = AuditEntry.objects.order_by("id").values_list("action", "outcome")
    assert list(entries) == [("alerts.channel.create", "succeeded"), ("alerts.channel.update", "succeeded")]


def test_a_signing_key_is_shown_once_and_sealed(as_alice: Client, hook: Hook) -> None:
    page = as_alice.post(f"{HOME}new/webhook/", hook_form(hook))
    channel = Channel.objects.get()
    key, url = unseal(channel.secret), unseal(channel.url)
    assert url == hook.url
    shown = page.content.decode()
    assert key in shown
    assert "no-store" in page.headers["Cache-Control"]
    assert "Refresh" in page.headers
    later = as_alice.get(f"{HOME}{channel.pk}/").content.decode() + as_alice.get(HOME).content.decode()
    stored = bytes(channel.secret) + bytes(channel.url)
    entry = AuditEntry.objects.get()
    for secret in (key, "a-long-secret-token"):
        assert secret not in later
        assert secret.encode() not in stored
        assert secret not in f"{entry.after_json}{entry.details_json}"
    assert "127.0.0.1" in later


def test_a_key_is_renewed_for_a_reason_and_shown_once(as_alice: Client, make_channel: Make) -> None:
    channel = make_channel()
    before = unseal(channel.secret)
    url = f"{HOME}{channel.pk}/key/"
    form_id = re.search(r'name="form_id" value="([^"]+)"', as_alice.get(url).content.decode())
    assert form_id is not None
    assert as_alice.post(url, {"form_id": form_id[1]}).status_code == 422
    sent = {"form_id": form_id[1], "words": "it leaked"}
    page = as_alice.post(url, sent).content.decode()
    after = unseal(Channel.objects.get().secret)
    assert after != before
    assert after in page
    assert as_alice.post(url, sent).status_code == 302
    assert unseal(Channel.objects.get().secret) == after
    entry = AuditEntry.objects.get(action="alerts.channel.renew_key")
    assert entry.reason == "it leaked"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"url": "http://10.0.0.7/hook"}, "not a public address"),
        ({"url": "https://169.254.169.254/latest/"}, "may lead to 169.254.169.254, whatever the settings"),
        ({"url": "http://example.com/hook"}, "Only https is allowed"),
        ({"url": "https://u:p@example.com/"}, "Credentials don"),
        ({"url": "ftp://example.com/"}, "begins with http"),
        ({"url": ""}, "Fill in “Address (URL)”."),
        ({"secret": "abc"}, "is not signed with a key of the tool"),
        ({"format": "telegram"}, "Select a valid choice"),
        ({"silent_days": [0]}, "Enter a time"),
        ({"silent_days": [0], "silent_from": "22:00"}, "Enter a time"),
        ({"silent_from": "22:00", "silent_until": "07:00"}, "Choose the days, or empty both times"),
        ({"silent_until": "00:00"}, "Choose the days, or empty both times"),
        ({"silent_days": list(range(7)), "silent_from": "08:00", "silent_until": "08:00"}, "would ever be told"),
    ],
)  # fmt: skip
def test_a_webhook_that_cannot_be_meant_is_refused_beside_the_field(
    as_alice: Client, hook: Hook, settings: Any, changes: dict[str, Any], said: str
) -> None:
    settings.ALLOW_PRIVATE_ENDPOINTS = False
    form = hook_form(hook, url="https://192.0.0.1.invalid/x") | changes
    page = as_alice.post(f"{HOME}new/webhook/", form)
    assert page.status_code == 422
    assert said in _text(page)
    assert not Channel.objects.exists()


def test_no_part_of_silent_hours_is_called_optional(as_alice: Client) -> None:
    page = _text(as_alice.get(f"{HOME}new/email/"))
    hours = page.partition('class="al-silence"')[2].partition("</details>")[0]
    assert "(optional)" not in hours
    assert "Days, From and To go together" in hours
    assert "(optional)" in page  # elsewhere it says so still


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"addresses": ""}, "Choose somebody, or enter an address."),
        ({"addresses": "nobody"}, "This is no e-mail address: nobody"),
        ({"addresses": "ü@example.com"}, "This is no e-mail address"),
        ({"addresses": " ".join(f"a{number}@example.com" for number in range(21))}, "At most 20 addresses"),
        ({"people": [10_000]}, "Select a valid choice"),
        ({"name": ""}, "Fill in “Name”."),
    ],
)
def test_an_e_mail_channel_that_cannot_be_meant_is_refused(
    as_alice: Client, changes: dict[str, Any], said: str
) -> None:
    page = as_alice.post(f"{HOME}new/email/", {**MAIL, **changes})
    assert page.status_code == 422
    assert said in _text(page)


def test_somebody_without_an_address_or_a_right_cannot_be_chosen(
    as_alice: Client, lena: User, bob: User
) -> None:
    User.objects.filter(pk=lena.pk).update(email="")
    page = as_alice.post(f"{HOME}new/email/", {**MAIL, "people": [lena.pk]})
    assert "Lena has no e-mail address" in _text(page)
    page = as_alice.post(f"{HOME}new/email/", {**MAIL, "people": [bob.pk]})
    assert "Select a valid choice" in _text(page)


def test_two_at_once_and_names_that_are_taken(as_alice: Client, make_channel: Make) -> None:
    one, two = make_channel("One"), make_channel("Two")
    form = {**COMMON, "name": "New"}
    assert as_alice.post(f"{HOME}{one.pk}/", {**form, "version": 1}).status_code == 302
    assert as_alice.post(f"{HOME}{one.pk}/", {**form, "version": 1}).status_code == 409
    taken = as_alice.post(f"{HOME}{two.pk}/", {**form, "version": 1})
    assert "Another channel has this name." in _text(taken)
    one.refresh_from_db()
    assert (one.name, unseal(one.url)[:16]) == ("New", "http://127.0.0.1")


def test_a_test_of_a_webhook_says_what_was_answered(as_alice: Client, hook: Hook, make_channel: Make) -> None:
    channel = make_channel()
    hook.answer = b"thanks <b>"
    text = _text(as_alice.post(f"{HOME}{channel.pk}/test/"))
    assert "delivered" in text
    assert "thanks &lt;b&gt;" in text
    hook.status = 403
    text = _text(as_alice.post(f"{HOME}{channel.pk}/test/"))
    assert "127.0.0.1 answered with status 403." in text
    assert len(hook.taken) == 2
    entries = AuditEntry.objects.filter(action="alerts.channel.test").order_by("id")
    assert [(one.outcome, one.error) for one in entries] == [("succeeded", ""), ("failed", "hook_status")]
    assert Message.objects.filter(kind="test", state="given_up").count() == 1


def test_a_test_by_mail_goes_to_everybody_and_ends_with_a_server_that_is_away(
    as_alice: Client, lena: User, mailbox: MailBox, make_channel: Make, settings: Any
) -> None:
    channel = make_channel("Team", medium="email", people=(lena.pk,), addresses=("noc@example.com",))
    mailbox.refuse["noc@example.com"] = "550 no such user"
    text = _text(as_alice.post(f"{HOME}{channel.pk}/test/"))
    assert [mail["To"] for mail in mailbox.letters] == ["lena@example.com"]
    assert "refused the recipient noc@example.com. It said: no such user" in text
    settings.MAIL_URL = f"smtp://127.0.0.1:{free_port()}"
    text = _text(as_alice.post(f"{HOME}{channel.pk}/test/"))
    assert text.count("refuses connections at port") == 1


def test_rules_choose_channels_and_people_and_remind(
    as_alice: Client, lena: User, make_channel: Make, store: Store
) -> None:
    channel = make_channel()
    asked = {**RULE, "do": "save", "channels": [channel.pk], "people": [lena.pk], "remind_minutes": "45"}
    assert as_alice.post("/c/demo/alerts/rules/new/", asked).status_code == 302
    rule = Rule.objects.get()
    assert (list(rule.channels.all()), list(rule.people.all()), rule.remind_minutes) == (
        [channel],
        [lena],
        45,
    )
    assert "Ops, Lena" in re.sub(r"<[^>]+>", "", _text(as_alice.get("/c/demo/alerts/rules/")))
    page = _text(as_alice.get(f"/c/demo/alerts/rules/{rule.pk}/"))
    assert re.search(rf'name="channels" value="{channel.pk}"[^>]* checked', page)
    entry = AuditEntry.objects.get(action="alerts.rule.create")
    assert '"channels":["Ops"]' in entry.after_json.replace(" ", "")


def test_a_deleted_channel_gives_up_what_waits_and_tells_which_rules_used_it(
    as_alice: Client, connection: Connection, make_channel: Make, make_rule: Make
) -> None:
    channel = make_channel()
    make_rule(channels=(channel.pk,))
    message = write_to(channel, connection=connection)
    url = f"{HOME}{channel.pk}/delete/"
    assert "Crowd" in _text(as_alice.get(url))
    as_alice.post(url)
    message.refresh_from_db()
    assert (message.state, message.problem, message.channel) == ("given_up", {"code": "channel_gone"}, None)
    page = _text(as_alice.get(f"/c/demo/alerts/messages/{message.pk}/"))
    assert "The channel was deleted." in page
    with pytest.raises(Channel.DoesNotExist):
        delete_channel(connection, channel.pk, actor=None)


def test_the_log_shows_every_attempt_and_sends_again_by_right(
    as_alice: Client, client: Client, lena: User, hook: Hook, connection: Connection, make_channel: Make,
    pass_time: Callable[[float], int],
) -> None:  # fmt: skip
    hook.status, hook.answer = 404, b"gone away"
    message = write_to(make_channel(), connection=connection)
    pass_time(0)
    url = f"/c/demo/alerts/messages/{message.pk}/"
    assert "1 message about alerts was given up in the last day" in _text(as_alice.get("/c/demo/alerts/"))
    listed = _text(as_alice.get("/c/demo/alerts/messages/?state=given_up"))
    assert "127.0.0.1 answered with status 404." in listed
    page = _text(as_alice.get(url))
    assert "gone away" in page
    assert "Send it again" in page
    piece = _text(as_alice.get(url, headers={"HX-Request": "true"}))  # as the page asks again by itself
    assert piece.lstrip().startswith('<div class="al-panels"')
    for said in ("gone away", "Send it again", str(message.key), message.text.splitlines()[0]):
        assert said in piece
    assert "No message fits the filters" in _text(as_alice.get("/c/demo/alerts/messages/?state=delivered"))
    client.force_login(lena)
    assert "Send it again" not in _text(client.get(url))
    assert str(message.key) in _text(client.get(url, headers={"HX-Request": "true"}))
    assert client.post(f"{url}replay/").status_code == 403


def test_an_alert_says_who_was_told(
    as_alice: Client, hook: Hook, store: Store, make_channel: Make, make_rule: Make, clock: Any,
    pass_time: Callable[[float], int],
) -> None:  # fmt: skip
    make_rule(channels=(make_channel().pk,), remind_minutes=30)
    keep_watch(timezone.now())
    store.put("online_users", [150.0, 150.0], minute(0))
    clock.move_to(minute(2))
    keep_watch(timezone.now())
    url = f"/c/demo/alerts/{Incident.objects.get().pk}/"
    assert "Who was told" in _text(as_alice.get(url))
    pass_time(31)
    text = _text(as_alice.get(url))
    assert "delivered" in text
    assert f"/c/demo/alerts/messages/{Message.objects.get().pk}/" in text
    assert "They are reminded, unless somebody acknowledges it" in text


@pytest.mark.stores
def test_secrets_are_sealed_anew_with_the_others(make_channel: Make) -> None:
    channel = make_channel()
    before, key = bytes(channel.secret), unseal(channel.secret)
    assert reseal_all().unreadable == ()
    channel.refresh_from_db()
    assert bytes(channel.secret) != before
    assert unseal(channel.secret) == key


def test_without_a_mail_server_or_an_address_of_its_own_the_page_says_so(
    as_alice: Client, make_channel: Make
) -> None:
    assert "No channel yet" in _text(as_alice.get(HOME))
    make_channel("Team", medium="email", addresses=("noc@example.com",))
    text = _text(as_alice.get(HOME))
    assert "No mail server is set" in text
    assert "CONSOLE_URL" in text


def test_pages_ask_the_database_little_however_long(
    as_alice: Client,
    connection: Connection,
    make_channel: Make,
    make_rule: Make,
    django_assert_max_num_queries: Any,
) -> None:
    as_alice.get(HOME)
    for number in range(8):
        channel = make_channel(f"Channel {number}")
        make_rule(name=f"Rule {number}", channels=(channel.pk,))
        write_to(channel, connection=connection)
    incident = make_incident(connection)
    pages = {
        "channels/": 12,
        "rules/": 12,
        "messages/": 12,
        f"channels/{channel.pk}/": 14,
        f"messages/{Message.objects.latest('pk').pk}/": 12,
        f"rules/{Rule.objects.latest('pk').pk}/": 14,
        f"{incident.pk}/": 14,
    }
    for path, most in pages.items():
        with django_assert_max_num_queries(most):
            as_alice.get(f"/c/demo/alerts/{path}")


def test_channels_are_listed_by_name(connected: Connection) -> None:
    for name in ("Pagers", "Desk", "Night", "Audio"):
        Channel.objects.create(connection=connected, name=name, medium="email")
    assert [channel.name for channel in list_channels(connected)] == ["Audio", "Desk", "Night", "Pagers"]
