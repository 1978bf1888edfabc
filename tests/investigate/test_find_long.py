"""Long texts that are pasted to be found: taken whole, at short addresses; what is too long stays in the box."""

from collections.abc import Callable
from typing import Any

import pytest

from console.accounts.models import User
from console.connections.models import Connection
from tests.investigate.conftest import KnownCall

pytestmark = pytest.mark.django_db(transaction=True)
Known = Callable[..., KnownCall]
FIND = "/c/demo/investigate/"
LONG = "Good morning, this is from our customer: " + "they say that all was well before. " * 100


def test_a_long_text_is_read_whole_and_its_address_stays_short(
    as_: Any, bob: User, connected: Connection, known: Known
) -> None:
    call, browser = known("user_downlink_loss_group"), as_(bob)
    text = f"{LONG}{call.user_id} could not see anybody on {call.at:%Y-%m-%d} at {call.at:%H:%M}"
    answer = browser.post(FIND, {"q": text, "app": call.app_id, "zone": "UTC", "range": "24h", "region": ""})
    assert answer.status_code == 302
    assert len(answer.url) < 200
    assert f"app={call.app_id}" in answer.url
    assert "region" not in answer.url
    shown = browser.get(f"{answer.url}&list=1")
    assert shown.context["text"] == text
    assert shown.context["pasted"].ids == (call.user_id,)
    assert [row["session"].user_id for row in shown.context["rows"]] == [call.user_id]
    found = browser.get(answer.url)  # no doubt which one
    assert f"/calls/{call.app_id}/{call.room_id}/" in found.url
    assert len(found.url) < 600
    back = browser.get(found.url).context["back_url"]
    assert browser.get(back).context["text"] == text
    for number in range(5):
        browser.post(FIND, {"q": f"{number}{LONG}"})
    assert "Paste it again." in browser.get(back).content.decode()


def test_a_short_text_stands_in_the_address(as_: Any, bob: User, connected: Connection) -> None:
    answer = as_(bob).post(FIND, {"q": "  u-1 froze ", "app": "", "zone": "Asia/Shanghai"})
    assert answer.url == f"{FIND}?q=u-1+froze&zone=Asia%2FShanghai"


def test_what_is_too_long_to_be_read_stays_in_the_box(as_: Any, bob: User, connected: Connection) -> None:
    text = "u-1 froze. " * 800
    answer = as_(bob).post(FIND, {"q": text, "zone": "Asia/Shanghai"})
    assert answer.status_code == 422
    body = answer.content.decode()
    assert f'value="{text.strip()}"' in body
    assert "The text has 8,799 characters; at most 8,000 can be read." in body
    assert "leave in it who it was, when, and what was wrong" in body
    assert '<option value="Asia/Shanghai" selected>' in body
    assert "Understood as" not in body
