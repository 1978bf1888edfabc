"""The mail server: each way in which it can be wrong is told from the others; owners set it, sealed and on record."""

import ssl
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.alerts.checks import mail_is_meant
from console.alerts.models import MailServer
from console.alerts.services.mailing import compose, hand_over, mail_server
from console.alerts.smtp import MailProblem, Server, open_postbox, read_mail_url
from console.audit.models import AuditEntry
from console.connections.models import Connection
from console.connections.resealing import reseal_all
from console.connections.secrets import unseal
from console.core.mail import Letter
from console.sparkrtc.secret import Secret
from tests.alerts.receivers import make_certificate
from tests.post import MailBox, free_port

PAGE = "/settings/mail/"
FORM = {
    "host": "localhost", "port": "587", "security": "starttls", "user": "console", "secret": "open sesame",
    "sender": "alerts@example.com", "reason": "first set-up",
}  # fmt: skip


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def tls(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


@pytest.fixture
def trusted(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine trusts the test's authority, as it would one of the company's own."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))


@pytest.fixture
def box(tls: ssl.SSLContext) -> Any:
    made = MailBox(context=tls, users={"console": "open sesame"}).start()
    yield made
    made.stop()


def server_of(box: MailBox, **changes: Any) -> Server:
    given = {
        "host": "localhost", "port": box.port, "security": "starttls", "user": "console",
        "password": Secret("open sesame"), "sender": "alerts@example.com", **changes,
    }  # fmt: skip
    return Server(**given)


def problem_of(server: Server, to: str = "noc@example.com") -> MailProblem:
    with pytest.raises(MailProblem) as caught, open_postbox(server) as postbox:
        postbox.post(compose(server, Letter(to, "Test", "Test")), to)
    return caught.value


def test_encrypted_and_signed_in_a_message_arrives(box: MailBox, trusted: None) -> None:
    said = hand_over(Letter("noc@example.com", "One", "Text"), server_of(box))
    assert said == "250 2.0.0 queued as 42"
    assert [mail["Subject"] for mail in box.letters] == ["One"]


def test_encrypted_from_the_start_too(tls: ssl.SSLContext, trusted: None) -> None:
    box = MailBox(context=tls, implicit_tls=True).start()
    try:
        server = server_of(box, security="tls", user="")
        hand_over(Letter("noc@example.com", "One", "Text"), server)
        assert len(box.letters) == 1
    finally:
        box.stop()


def test_a_certificate_that_nobody_knows_is_not_trusted(box: MailBox) -> None:
    problem = problem_of(server_of(box))
    assert problem.code == "mail_certificate"
    assert "self-signed" in problem.values["why"]
    assert box.letters == []


def test_a_certificate_of_another_name_is_not_trusted(box: MailBox, trusted: None) -> None:
    assert problem_of(server_of(box, host="127.0.0.1")).code == "mail_certificate"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"host": "no-such-host.invalid"}, "mail_name"),
        ({"host": "169.254.169.254"}, "mail_address"),
        ({"port": 1}, "mail_closed"),
        ({"security": "tls"}, "mail_no_tls"),
        ({"password": Secret("wrong")}, "mail_sign_in"),
    ],
)
def test_each_way_to_be_wrong_has_its_name(
    box: MailBox, trusted: None, changes: dict[str, Any], code: str
) -> None:
    problem = problem_of(server_of(box, **changes))
    assert (problem.code, problem.whole, problem.final) == (code, True, False)
    assert "sesame" not in repr(problem.values)


def test_a_server_without_encryption_or_sign_in_is_told_from_one_with() -> None:
    box = MailBox().start()
    try:
        assert problem_of(server_of(box)).code == "mail_no_starttls"
        assert problem_of(server_of(box, security="none")).code == "mail_no_sign_in"
    finally:
        box.stop()


@pytest.mark.parametrize(
    ("refuse", "code", "final", "whole"),
    [
        ({"MAIL": "553 not yours"}, "mail_sender", False, True),
        ({"RCPT": "550 no such user"}, "mail_recipient", True, False),
        ({"RCPT": "451 greylisted"}, "mail_recipient", False, False),
        ({"DATA": "554 spam"}, "mail_content", True, False),
    ],
)
def test_who_is_refused_is_said(
    box: MailBox, trusted: None, refuse: dict[str, str], code: str, final: bool, whole: bool
) -> None:
    box.refuse = refuse
    problem = problem_of(server_of(box))
    assert (problem.code, problem.final, problem.whole) == (code, final, whole)
    assert problem.values["said"] == next(iter(refuse.values())).partition(" ")[2]


def test_the_environment_s_server_is_read() -> None:
    server = read_mail_url("smtp+starttls://me%40x:p%2Fw@mail.example.com", "a@example.com")
    assert (server.host, server.port, server.security, server.user) == (
        "mail.example.com",
        587,
        "starttls",
        "me@x",
    )
    assert server.password.reveal() == "p/w"
    assert read_mail_url("smtps://m.example.com", "a@b.c").port == 465


@pytest.mark.parametrize(
    ("url", "sender"),
    [("http://x", "a@b.c"), ("smtp://", "a@b.c"), ("smtps://x", "nobody"), ("smtp://u:p@x", "a@b.c")],
)
def test_what_cannot_be_meant_is_refused_at_start_too(url: str, sender: str, settings: Any) -> None:
    with pytest.raises(ValueError, match=r"begins with|MAIL_FROM|in clear"):
        read_mail_url(url, sender)
    settings.MAIL_URL, settings.MAIL_FROM = url, sender
    assert [found.id for found in mail_is_meant()] == ["alerts.E001"]


@pytest.mark.django_db
def test_owners_set_it_sealed_and_on_record(client: Client, olga: User) -> None:
    client.force_login(olga)
    assert "not set up" in client.get(PAGE).content.decode()
    assert client.post(PAGE, FORM).headers["Location"] == PAGE
    row = MailServer.objects.get()
    assert unseal(row.password) == "open sesame"
    assert mail_server().password.reveal() == "open sesame"
    assert "sesame" not in client.get(PAGE).content.decode()
    entry = AuditEntry.objects.get(action="alerts.mail_server.change")
    assert (entry.reason, entry.outcome) == ("first set-up", "succeeded")
    assert "sesame" not in entry.after_json
    kept = client.post(PAGE, {**FORM, "secret": "", "sender": "other@example.com"})
    assert kept.status_code == 302
    assert unseal(MailServer.objects.get().password) == "open sesame"
    assert reseal_all().done == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"host": "evil.example.com", "secret": ""}, "Enter the password"),
        ({"user": "other", "secret": ""}, "Enter the password"),
        ({"security": "none"}, "could be read on the way"),
        ({"port": "0"}, "greater than or equal to 1"),
        ({"host": "http://x/"}, "Only the name of the server"),
        ({"sender": "nobody"}, "valid email"),
        ({"reason": ""}, "Fill in “Reason”."),
    ],
)
def test_a_password_is_shown_to_nobody_it_was_not_entered_for(
    client: Client, olga: User, changes: dict[str, str], said: str
) -> None:
    client.force_login(olga)
    client.post(PAGE, FORM)
    page = client.post(PAGE, {**FORM, **changes})
    assert page.status_code == 422
    assert said in page.content.decode()
    assert MailServer.objects.get().host == "localhost"


@pytest.mark.django_db
def test_a_test_says_what_came_of_it(client: Client, olga: User, mailbox: MailBox, settings: Any) -> None:
    client.force_login(olga)
    page = client.post(f"{PAGE}test/", {"to": "olga@example.com"}).content.decode()
    assert "The mail server took the test for olga@example.com." in page
    assert mailbox.letters[0]["To"] == "olga@example.com"
    assert "it cannot be changed here" in page
    assert client.post(PAGE, FORM).status_code == 403
    settings.MAIL_URL = f"smtp://127.0.0.1:{free_port()}"
    page = client.post(f"{PAGE}test/", {"to": "olga@example.com"}).content.decode()
    assert "127.0.0.1 refuses connections at port" in page
    settings.MAIL_URL = "nonsense"
    assert (
        "MAIL_URL or MAIL_FROM is not right"
        in client.post(f"{PAGE}test/", {"to": "a@b.example"}).content.decode()
    )
    entries = AuditEntry.objects.filter(action="alerts.mail_server.test").order_by("id")
    assert [(one.outcome, one.error) for one in entries] == [
        ("succeeded", ""),
        ("failed", "mail_closed"),
        ("failed", "mail_url"),
    ]


@pytest.mark.django_db
def test_owners_of_one_connection_are_not_shown_what_they_may_not_open(
    client: Client, carol: User, olga: User, connection: Connection
) -> None:
    RoleGrant.objects.create(user=carol, role=Role.OWNER, connection=connection)
    for person, status in ((carol, 403), (olga, 200)):
        client.force_login(person)
        assert client.get(PAGE).status_code == status
        assert (PAGE in client.get("/settings/people/").content.decode()) == (status == 200)
