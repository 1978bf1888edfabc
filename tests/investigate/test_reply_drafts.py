"""A reply that somebody changed: another reader or language leaves it as it is, and nothing of it is ever lost."""

from collections.abc import Callable
from typing import Any

import pytest

from console.accounts.models import User
from console.connections.models import Connection
from console.sparkrtc.errors import QuotaExhausted
from tests.investigate.conftest import KnownCall, statistics

pytestmark = pytest.mark.django_db(transaction=True)
Known = Callable[..., KnownCall]
CHANGED = "Dear Anna,\r\n\r\n  it was <b>our</b> proxy.\r\n"
AS_KEPT = "Dear Anna,\n\n  it was <b>our</b> proxy."


def reply_url(call: KnownCall) -> str:
    path, _, query = call.url().partition("?")
    return f"{path}reply/?{query}"


def as_sent(answer: Any, **changed: Any) -> dict[str, Any]:
    """Return what the page's form sends. changed: what somebody typed or chose."""
    page = answer.context
    sent = {"of": str(page["of"]), "made": page["made"], "text": page["text"].replace("\n", "\r\n")}
    sent |= {"reader": page["reader"].value, "lang": page["written_in"]} | (
        {"ids": "1"} if page["ids"] else {}
    )
    sent |= {"aside": [one["text"] for one in page["aside"]]}
    return sent | {"aside_of": [str(one["of"]) for one in page["aside"]]} | changed


def test_a_text_that_nobody_changed_is_written_as_chosen_at_an_address(
    as_: Any, bob: User, connected: Connection, known: Known
) -> None:
    browser, url = as_(bob), reply_url(known("user_downlink_loss_group"))
    sent = as_sent(browser.get(url), lang="zh-hans", reader="internal", ids="1")
    answer = browser.post(url, sent, follow=True)
    assert answer.redirect_chain == [(f"{url}&reader=internal&lang=zh-hans&ids=1", 302)]
    assert (answer.context["of"].language, answer.context["changed"]) == ("zh-hans", None)
    assert 'id="reply-anew"' not in answer.content.decode()


def test_a_changed_text_stays_and_says_so_without_asking_the_cloud(
    as_: Any, bob: User, connected: Connection, known: Known, calls: Callable[[], list[str]]
) -> None:
    browser, url = as_(bob), reply_url(known("user_downlink_loss_group"))
    sent = as_sent(browser.get(url), text=CHANGED, lang="zh-hans")
    calls()
    answer = browser.post(url, sent)
    body = answer.content.decode()
    assert answer.context["text"] == AS_KEPT
    assert "&lt;b&gt;our&lt;/b&gt; proxy" in body
    assert "You changed this text" in body
    assert "written for: Somebody who was in the call, English" in body
    assert 'lang="en" spellcheck' in body
    assert '<option value="zh-hans" selected>' in body
    assert statistics(calls()) == []
    again = browser.post(url, as_sent(answer, reader="engineer"))
    assert (again.context["text"], again.context["of"].to) == (AS_KEPT, "user")


def test_written_anew_it_is_laid_aside_and_can_be_taken_back(
    as_: Any, bob: User, connected: Connection, known: Known
) -> None:
    browser, url = as_(bob), reply_url(known("user_downlink_loss_group"))
    changed = browser.post(url, as_sent(browser.get(url), text=CHANGED, lang="zh-hans"))
    anew = browser.post(url, as_sent(changed, do="anew"))
    assert anew.context["of"].language == "zh-hans"
    assert "您的网络" in anew.context["text"]
    assert "As you changed it: Somebody who was in the call, English" in anew.content.decode()
    other = browser.post(url, as_sent(anew, reader="engineer"))
    assert [one["text"] for one in other.context["aside"]] == [AS_KEPT]
    back = browser.post(url, as_sent(other, text="又改了一次", do="back 0"))
    assert (back.context["text"], back.context["written_in"], back.context["reader"]) == (
        AS_KEPT,
        "en",
        "user",
    )
    assert [one["text"] for one in back.context["aside"]] == ["又改了一次"]


def test_where_it_cannot_be_written_anew_the_changed_text_stays(
    as_: Any, bob: User, connected: Connection, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, url = as_(bob), reply_url(known("user_downlink_loss_group"))
    sent = as_sent(browser.get(url), text=CHANGED, lang="zh-hans", do="anew")

    def refuse(*_args: Any, **_more: Any) -> None:
        raise QuotaExhausted("statistics", 9)

    monkeypatch.setattr("console.investigate.views.replying.open_call", refuse)
    answer = browser.post(url, sent)
    assert answer.status_code == 503
    assert answer.context["text"] == AS_KEPT
    assert "It could not be written anew:" in answer.content.decode()
    assert "Refresh" not in answer.headers


@pytest.mark.parametrize("odd", [{"of": "x"}, {"do": "back 7"}, {"do": "back x"}, {"aside": ["only this"]}])
def test_odd_forms_lose_nothing(
    as_: Any, bob: User, connected: Connection, known: Known, odd: dict[str, Any]
) -> None:
    browser, url = as_(bob), reply_url(known("user_downlink_loss_group"))
    answer = browser.post(url, as_sent(browser.get(url), text=CHANGED) | odd)
    assert (answer.status_code, answer.context["text"]) == (200, AS_KEPT)
