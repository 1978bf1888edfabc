"""What may enter the ledger: no secret, nothing too large, nothing that a database cannot keep."""

import dataclasses
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import msgspec
import pytest
from django.utils.translation import gettext_lazy

from console.audit.canonical import load
from console.audit.scrub import HIDDEN, LARGEST, clean_id, scrub_json, scrub_text
from console.sparkrtc.credentials import AccessKey, IamUser
from console.sparkrtc.secret import Secret


def scrub(value: Any) -> Any:
    return load(scrub_json(value))


@pytest.mark.parametrize(
    "key",
    [
        "secret", "secretKey", "client_secret", "password", "passwd", "new-password", "token", "X-Auth-Token",
        "security_token", "sk", "SK", "app_key", "appKey", "auth_key", "authKey", "apiKey", "private_key",
        "callback_key", "authorization", "Cookie", "credentials", "sessionid", "recovery_codes", "otp",
        "encryption_key",
    ],
)  # fmt: skip
def test_keys_that_sound_like_a_secret_lose_their_value(key: str):
    assert scrub({key: "s3cr3t"}) == {key: HIDDEN}
    assert scrub([{"deep": {key: ["s3cr3t"]}}]) == [{"deep": {key: HIDDEN}}]


@pytest.mark.parametrize(
    "key", ["key", "object_key", "code", "error_code", "authorized", "task", "skipped", "name"]
)
def test_other_keys_keep_theirs(key: str):
    assert scrub({key: "value"}) == {key: "value"}


def test_that_a_secret_is_missing_or_changed_may_stand():
    value = {"secret": "", "token": None, "secret_changed": True}
    assert scrub(value) == value


def test_secret_types_are_hidden_wherever_they_stand():
    access = AccessKey("AKPUBLIC", "sk-very-secret")
    user = IamUser("domain", "name", "pw-very-secret", "https://iam.example.com")
    text = scrub_json({"a": Secret("very-secret"), "b": [Secret("very-secret")], "c": access, "d": user})
    assert "very-secret" not in text


def test_secrets_inside_text_are_hidden():
    for text in (
        "https://example.com/cb?token=s3cr3t&x=1",
        'the body was {"password": "s3cr3t"}',
        "auth_key=s3cr3t",
        "https://user:s3cr3t@example.com/",
        "X-Auth-Token: s3cr3t",
    ):
        assert "s3cr3t" not in scrub_text(text, 500)
        assert "s3cr3t" not in scrub_json({"note": text})
    assert scrub_text("the token was lost at 12:30", 500) == "the token was lost at 12:30"


class Colour(Enum):
    RED = "red"


class Reply(msgspec.Struct):
    room_id: str
    app_key: str


@dataclasses.dataclass
class Thing:
    name: str
    password: str


class Unknown:
    def __repr__(self) -> str:
        return "Unknown(s3cr3t)"


def test_values_of_other_types_become_plain():
    value = {
        "moment": datetime(2026, 5, 4, 12, tzinfo=UTC),
        "naive": datetime(2026, 5, 4, 12),
        "day": date(2026, 5, 4),
        "id": UUID(int=1),
        "money": Decimal("1.10"),
        "half": 0.5,
        "nan": float("nan"),
        "huge": 2**60,
        "colour": Colour.RED,
        "bytes": b"s3cr3t",
        "set": {"b", "a"},
        "lazy": gettext_lazy("Room"),
        "reply": Reply("r", "s3cr3t"),
        "thing": Thing("t", "s3cr3t"),
        "unknown": Unknown(),
        7: "number",
    }
    assert scrub(value) == {
        "moment": "2026-05-04T12:00:00.000000Z",
        "naive": "2026-05-04T12:00:00",
        "day": "2026-05-04",
        "id": "00000000-0000-0000-0000-000000000001",
        "money": "1.10",
        "half": "0.5",
        "nan": "nan",
        "huge": hex(2**60),
        "colour": "red",
        "bytes": "[6 bytes]",
        "set": ["a", "b"],
        "lazy": "Room",
        "reply": {"room_id": "r", "app_key": HIDDEN},
        "thing": {"name": "t", "password": HIDDEN},
        "unknown": "[Unknown]",
        "7": "number",
    }


def test_what_is_too_large_is_cut_and_says_so():
    text = scrub_text("x" * 5000, 1000)
    assert len(text) == 1000
    assert text.endswith("[cut: 5000 characters in all]")
    assert clean_id("y" * 300, 256).endswith("[cut: 300 characters in all]")
    people = scrub([f"user-{n}" for n in range(3000)])
    assert (len(people), people[-1]) == (2001, "[cut: 3000 items in all]")
    many = scrub({str(n): n for n in range(3000)})
    assert (len(many), many["[cut]"]) == (2001, "3000 keys in all")
    deep: Any = "bottom"
    for _level in range(50):
        deep = [deep]
    assert "nested too deeply" in scrub_json(deep)


def test_whatever_it_is_it_fits():
    for value in (
        {str(n): "x" * 4000 for n in range(100)},
        [["🦊" * 4000] * 100] * 100,
        {"x" * 500: "\x1b" * 100_000},
        [[[[[["y" * 100] * 50] * 50] * 50] * 50] * 3],
    ):
        assert len(scrub_json(value).encode()) <= LARGEST


def test_what_databases_cannot_keep_is_replaced_and_the_rest_kept():
    assert clean_id("a\0b\ud800c\x1b\u202e🦊", 50) == "a\u2400b\ufffdc\x1b\u202e🦊"
    assert scrub({"a\0": "\udfff"}) == {"a\u2400": "\ufffd"}
