"""Mail over a real server on loopback: what arrives, and what is told when it does not."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from console.core.mail import Letter, NotSent, absolute, is_configured, send
from tests.post import MailBox, post_office

LETTER = Letter("lena@example.com", "Week 9", "Online: 12", "<p>Online: <b>12</b></p>", "week-9@example.com")


@pytest.fixture
def post(settings: Any) -> Iterator[MailBox]:
    with post_office(settings) as office:
        yield office


def test_a_letter_arrives_as_text_and_as_html(post: MailBox) -> None:
    send(LETTER)
    (letter,) = post.to("lena@example.com")
    assert (letter["Subject"], letter["From"]) == ("Week 9", "SparkRTC Console <console@example.com>")
    assert letter["Message-ID"] == "<week-9@example.com>"
    text, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert text is not None
    assert html is not None
    assert (text.get_content().strip(), html.get_content().strip()) == ("Online: 12", LETTER.html)


def test_a_subject_from_the_cloud_adds_no_header(post: MailBox) -> None:
    send(Letter("lena@example.com", "Rooms\r\nBcc: eve@example.com\u202e", "x"))
    (letter,) = post.letters
    assert letter["Subject"].startswith("Rooms")
    assert "\u202e" not in letter["Subject"]
    assert letter["Bcc"] is None


@pytest.mark.parametrize(
    ("answer", "again"), [("451 greylisted, come back", True), ("554 no such content here", False)]
)
def test_a_refused_letter_says_whether_to_try_again(post: MailBox, answer: str, again: bool) -> None:
    post.refuse["DATA"] = answer
    with pytest.raises(NotSent) as caught:
        send(LETTER)
    assert (caught.value.said, caught.value.again, caught.value.sure) == (answer, again, True)


def test_a_refused_address(post: MailBox) -> None:
    post.refuse["lena@example.com"] = "550 nobody of that name"
    with pytest.raises(NotSent) as caught:
        send(LETTER)
    assert (caught.value.again, post.letters) == (False, [])
    assert "nobody of that name" in caught.value.said


def test_a_server_that_is_not_there_is_tried_again(settings: Any, post: MailBox) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.MAIL_URL = f"smtp://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(NotSent) as caught:
        send(LETTER)
    assert (caught.value.again, caught.value.sure) == (True, True)


@pytest.mark.django_db
def test_without_a_server_nothing_is_sent() -> None:
    assert not is_configured()
    with pytest.raises(NotSent, match="no mail server is set"):
        send(LETTER)


def test_links_lead_to_the_console(settings: Any) -> None:
    settings.CONSOLE_URL = "https://console.example.com/"
    assert absolute("/c/demo/") == "https://console.example.com/c/demo/"
    settings.CONSOLE_URL = ""
    assert absolute("/c/demo/") == "/c/demo/"
