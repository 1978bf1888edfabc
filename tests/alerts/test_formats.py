"""What each kind of webhook gets: whole, in the shape of the tool, and nothing that a name could make happen."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from console.alerts.formats import FORMATS, Letter, Link, Part, as_text, sign_generic, signed
from console.alerts.formats.letter import cut_bytes

EVIL = '<!channel> <@all> *b* `c` <http://evil|click> & "x"'
LETTER = Letter(
    key="k-1",
    kind="opened",
    connection="demo",
    connection_name="Demo",
    title=f"[critical] {EVIL}",
    parts=(
        Part(
            f"{EVIL}: Clinic (critical)",
            ("Online users above 100.", "Since 12:00 UTC; it goes on."),
            (Link("alert", "Alert", "https://c.example/c/demo/alerts/1/?a=1&b=2"),),
            {"id": 1, "rule": EVIL, "worst": 180.0},
        ),
    ),
    foot="Sent to Ops.",
    sent_at="2026-11-20T12:00:00Z",
    language="zh-hans",
)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_tells_all_of_it(name: str) -> None:
    body = json.dumps(FORMATS[name].build(LETTER), ensure_ascii=False)
    for told in ("Online users above 100.", "Since 12:00 UTC", "Sent to Ops.", "c.example/c/demo/alerts/1/"):
        assert told in body


def test_the_console_s_own_has_words_and_numbers() -> None:
    body = FORMATS["generic"].build(LETTER)
    assert (body["version"], body["key"], body["kind"]) == (1, "k-1", "opened")
    assert body["connection"] == {"id": "demo", "name": "Demo"}
    (alert,) = body["alerts"]
    assert (alert["id"], alert["worst"], alert["rule"]) == (1, 180.0, EVIL)
    assert alert["links"] == {"alert": "https://c.example/c/demo/alerts/1/?a=1&b=2"}


def test_slack_mentions_nobody_and_links_only_where_we_do() -> None:
    text = FORMATS["slack"].build(LETTER)["text"]
    assert "<!" not in text
    assert "<@" not in text
    assert text.count("<") == 1
    assert "<https://c.example/c/demo/alerts/1/?a=1&amp;b=2|Alert>" in text
    assert "*b*" not in text


def test_feishu_is_made_of_pieces_of_text_and_links() -> None:
    post = FORMATS["feishu"].build(LETTER)["content"]["post"]
    assert list(post) == ["zh_cn"]
    pieces = [piece for row in post["zh_cn"]["content"] for piece in row]
    assert {piece["tag"] for piece in pieces} == {"text", "a"}
    assert list(FORMATS["feishu"].build(replace(LETTER, language="en"))["content"]["post"]) == ["en_us"]


def test_wecom_fits_into_2048_bytes_and_keeps_a_link() -> None:
    long = replace(LETTER, parts=LETTER.parts * 20, title="告警" * 40)
    content = FORMATS["wecom"].build(long)["text"]["content"]
    assert len(content.encode()) <= 2048
    assert content.endswith("https://c.example/c/demo/alerts/1/?a=1&b=2")
    assert "<@" not in FORMATS["wecom"].build(LETTER)["text"]["content"]


def test_dingtalk_fits_and_mentions_nobody() -> None:
    body = FORMATS["dingtalk"].build(replace(LETTER, parts=LETTER.parts * 200))
    assert len(body["text"]["content"].encode()) <= 18_000
    assert body["at"] == {"isAtAll": False}


@pytest.mark.parametrize("most", [4, 5, 6, 7, 20, 2048])
def test_cutting_parts_no_character(most: int) -> None:
    text = "告警\n" * 9
    cut = cut_bytes(text, most)
    assert len(cut.encode()) <= most
    assert cut == text or cut.endswith("…")
    assert text.startswith(cut.rstrip("…"))


@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        ("feishu", b'{"code":0,"msg":"success"}', ""),
        ("feishu", b'{"StatusCode":0,"StatusMessage":"success"}', ""),
        ("feishu", b'{"code":19021,"msg":"sign match fail"}', "19021 sign match fail"),
        ("feishu", b"<html>", "no JSON"),
        ("dingtalk", b'{"errcode":0,"errmsg":"ok"}', ""),
        ("dingtalk", b'{"errcode":310000,"errmsg":"keywords not in content"}', "310000 keywords not in content"),
        ("wecom", b'{"errcode":93000,"errmsg":"invalid webhook url"}', "93000 invalid webhook url"),
        ("wecom", b"[]", "no JSON"),
        ("slack", b"ok", ""),
        ("generic", b"", ""),
    ],
)  # fmt: skip
def test_a_refusal_within_a_success_is_seen(name: str, answer: bytes, said: str) -> None:
    assert FORMATS[name].accepted(answer) == said


def _signed(name: str, secret: str, url: str = "https://h.example/x?t=1") -> Any:
    payload = json.dumps(FORMATS[name].build(LETTER))
    return signed(name, url, payload, secret, key="k-1", timestamp=1_700_000_000)


def test_the_console_s_signature_is_over_the_timestamp_and_the_body() -> None:
    made = _signed("generic", "key")
    expected = hmac.new(b"key", b"1700000000." + made.body, hashlib.sha256).hexdigest()
    assert made.headers["Console-Signature"] == f"v1={expected}"
    assert made.headers["Console-Timestamp"] == "1700000000"
    assert made.headers["Idempotency-Key"] == "k-1"
    assert sign_generic("key", 1, b"{}") == hmac.new(b"key", b"1.{}", hashlib.sha256).hexdigest()


def test_dingtalk_s_signature_stands_in_the_address() -> None:
    query = parse_qs(urlsplit(_signed("dingtalk", "SECabc").url).query)
    expected = hmac.new(b"SECabc", b"1700000000000\nSECabc", hashlib.sha256).digest()
    assert query == {
        "t": ["1"],
        "timestamp": ["1700000000000"],
        "sign": [base64.b64encode(expected).decode()],
    }


def test_feishu_s_signature_stands_in_the_body() -> None:
    told = json.loads(_signed("feishu", "abc").body)
    expected = hmac.new(b"1700000000\nabc", b"", hashlib.sha256).digest()
    assert (told["timestamp"], told["sign"]) == ("1700000000", base64.b64encode(expected).decode())
    assert told["msg_type"] == "post"


@pytest.mark.parametrize("name", ["slack", "wecom", "feishu", "dingtalk"])
def test_without_a_key_nothing_is_signed(name: str) -> None:
    made = _signed(name, "")
    assert made.url == "https://h.example/x?t=1"
    assert b'"sign"' not in made.body
    assert "Console-Signature" not in made.headers


def test_as_text_it_reads_from_top_to_bottom() -> None:
    lines = as_text(LETTER).splitlines()
    assert lines[0] == LETTER.title
    assert lines[-1] == "Sent to Ops."
    assert "Alert: https://c.example/c/demo/alerts/1/?a=1&b=2" in lines
