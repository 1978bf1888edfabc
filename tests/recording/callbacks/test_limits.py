"""The limits of a callback's address and key, and of automatic recording."""

import uuid
from typing import Any

import pytest

from console.recording.forms.automatic import AutomaticForm
from console.recording.forms.callbacks import CallbackForm
from console.recording.shapes.templates import Template
from console.sparkrtc.catalogue.recording import UPDATE_AUTOMATIC, UPDATE_CALLBACK
from tests.limits import MISSING, Judged, Row, put, surprises, takes
from tests.sandbox.caller import Caller, fetch_token
from tests.sandbox.harness import Sandbox

FORM_ID = "3f0c2c5e-6a50-4c3e-9d6a-0f1b2c3d4e5f"
UNSEEN = "the library looks at the beginning alone"
SHORT_KEY = "the vendor's console takes 32 to 64, an example of its reference has 16"
NO_HOST = "no name server can know such a name"
OWN_NETWORK = "nobody outside can reach it, or it is where machines find their credentials"

_LONG = "http://h.example/" + "p" * (2048 - 17)
_LABEL = "b" * 63
_HOST = f"{_LABEL}.{_LABEL}.{_LABEL}.{'b' * 61}"
URLS = [
    *(
        Row("url", url, url, True)
        for url in ("http://h.example", "https://h.example/", "https://h.example:8443/rtc?a=b", _LONG)
    ),
    *(
        Row("url", url, url, False)
        for url in ("", "h.example", "//h.example", "ftp://h.example", "javascript:alert(1)", "https://",
                    "https:/h.example", "http://h.example/a b", "http://h.example/a\tb")
    ),
    *(
        Row("url", url, url, False, unseen=UNSEEN)
        for url in (f"{_LONG}p", "http://:80/", "http://h.example:0/", "http://h.example:99999/", "http://[::1/")
    ),
    *(Row("url", f"https://{host}/", f"https://{host}/", True) for host in (_LABEL, _HOST, f"{_HOST}.")),
    *(
        Row("url", f"https://{host}/", f"https://{host}/", False, NO_HOST)
        for host in (f"{_LABEL}b", f"h.{_LABEL}b.example", "b" * 600 + ".com", f"{_HOST}b", "键" * 60)
    ),
    Row("url", "https://u:p@h.example/", "https://u:p@h.example/", False, "a password would stand in clear"),
    Row("url", "https://h.example/#x", "https://h.example/#x", False, "what follows a # is never sent"),
    Row("url", "http://169.254.169.254/", "http://169.254.169.254/", False, OWN_NETWORK),
    Row("url", "", 7, False),
    Row("url", "", None, False),
    Row("url", MISSING, MISSING, False),
]  # fmt: skip
KEYS = [
    *(Row("auth_key", "k" * length, "k" * length, True) for length in (32, 33, 63, 64)),
    Row("auth_key", "~!" * 16, "~!" * 16, True),
    *(
        Row("auth_key", "k" * length, "k" * length, False, kinder=SHORT_KEY)
        for length in (1, 16, 31, 65, 256)
    ),
    Row("auth_key", "k" * 257, "k" * 257, False),
    Row("auth_key", "with space " * 4, "with space " * 4, False, "a space is lost where a key is copied"),
    Row("auth_key", "键" * 32, "键" * 32, False, "which bytes it stands for is for everybody to guess"),
    Row("auth_key", "", 7, False),
    Row("auth_key", "", MISSING, False, "who means a key of their own has to say which"),
    Row("auth_key", "", "", False, kinder="without a key nothing is signed: the form has a choice for that"),
]
MODES = [
    Row("mode", "on", "AUTO_INDIVIDUAL_RECORD", True),
    Row("mode", "off", "AUTO_RECORD_OFF", True),
    Row("mode", "AUTO_MIX_RECORD", "AUTO_MIX_RECORD", False),
    Row("mode", "ON", "auto_individual_record", False),
    Row("mode", "", "", False),
    Row("mode", "", True, False),
    Row("mode", MISSING, MISSING, False),
    Row("record_rule_id", "", "", False),
    Row("record_rule_id", "", 7, False),
    Row("record_rule_id", MISSING, MISSING, False),
    Row(
        "record_rule_id", "f" * 24, "f" * 24, False, unseen="which templates there are, only the cloud knows"
    ),
]


@pytest.fixture
def call(sandbox: Sandbox) -> Caller:
    sandbox.control("quota", {"mode": "off"})  # what is tried here is not how fast
    return Caller(sandbox, {"X-Auth-Token": fetch_token(sandbox)})


def callback(row: Row, call: Caller, app_id: str) -> Judged:
    """Judge a row about a callback with a key of somebody's own."""
    wire = put({"url": "http://h.example/", "auth_key": "k" * 40}, row.field, row.wire)
    field = {"auth_key": "given"}.get(row.field, row.field)
    filled = {"form_id": FORM_ID, "url": "http://h.example/", "key": "given", "given": "k" * 40}
    form = CallbackForm(put(filled, field, row.typed), signed=True)
    assert form.is_valid() or set(form.errors) == {field}, form.errors
    taken = call("PUT", f"/v2/apps/{app_id}/record-callback", wire).status == 200
    return Judged(row, form.is_valid(), takes(UPDATE_CALLBACK, {"app_id": app_id, **wire}), taken)


def test_an_address(call: Caller, app_id: str) -> None:
    assert surprises(callback(row, call, app_id) for row in URLS) == []


def test_a_key(call: Caller, app_id: str) -> None:
    assert surprises(callback(row, call, app_id) for row in KEYS) == []


@pytest.mark.parametrize(
    ("key", "signed", "fits"),
    [("keep", True, True), ("keep", None, True), ("keep", False, False), ("new", None, True),
     ("none", True, True), ("none", False, True), ("magic", True, False), ("", True, False),
     (MISSING, True, False)],
)  # fmt: skip
def test_what_becomes_of_the_key(key: Any, signed: bool | None, fits: bool) -> None:
    filled = {"form_id": FORM_ID, "url": "http://h.example/", "given": "ignored"}
    form = CallbackForm(put(filled, "key", key), signed=signed)
    assert form.is_valid() is fits
    assert set(form.errors) == (set() if fits else {"key"})


def test_automatic_recording(call: Caller, app_id: str, template_id: str) -> None:
    template = Template(app_id, template_id, "cn-north-4", "p", "bucket", "", None, None)
    found = []
    for row in MODES:
        wire = put({"mode": "AUTO_INDIVIDUAL_RECORD", "record_rule_id": template_id}, row.field, row.wire)
        filled = {"form_id": str(uuid.uuid4()), "mode": "on", "template": template_id}
        field = {"record_rule_id": "template"}.get(row.field, row.field)
        form = AutomaticForm(put(filled, field, row.typed), templates=(template,))
        assert form.is_valid() or set(form.errors) == {field}, form.errors
        taken = call("PUT", f"/v2/apps/{app_id}/auto-record-mode", wire).status == 200
        library = takes(UPDATE_AUTOMATIC, {"app_id": app_id, **wire})
        found.append(Judged(row, form.is_valid(), library, taken))
    assert surprises(found) == []
