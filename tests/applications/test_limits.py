"""The limits of the forms about applications: their name, and the signature by which somebody enters a room."""

from typing import Any

import pytest

from console.applications.forms import AccessForm, CreateForm
from console.sparkrtc.access import LONGEST_SECONDS
from console.sparkrtc.catalogue.applications import CREATE_APPLICATION
from console.sparkrtc.catalogue.recording import START_SINGLE_JOB
from tests.limits import MISSING, Judged, Row, put, surprises, takes
from tests.sandbox.caller import Caller, fetch_token
from tests.sandbox.harness import Sandbox

FORM_ID = "3f0c2c5e-6a50-4c3e-9d6a-0f1b2c3d4e5f"
NAMES = [
    *(
        Row("app_name", name, name, True)
        for name in ("a", "9", "-", "_", "a" * 64, "课堂-1", "课" * 64, "classroom-prod_2", "Ünïcode")
    ),
    *(
        Row("app_name", name, name, False)
        for name in ("", "   ", "a" * 65, "课" * 65, "two words", "a/b", "dot.ted", "<b>", "emoji😀",
                     "line\nbreak", "zero\u200bwidth", "a\u202eb")
    ),
    Row("app_name", "", 7, False),
    Row("app_name", "", True, False),
    Row("app_name", "", ["own"], False),
    Row("app_name", "", None, False),
    Row("app_name", MISSING, MISSING, False),
]  # fmt: skip
IDS = [
    *((text, True) for text in ("a", "0", "-", "_", "A-z_09", "r" * 64)),
    *(
        (text, False)
        for text in ("", " ", "r" * 65, "a room", "a/b", "plus+sign", "a.b", "教室", "é", "a\nb")
    ),
    (MISSING, False),
]
MINUTES = [
    *((text, True) for text in ("1", "120", "719")),
    *((text, False) for text in ("0", "720", "-5", "1.5", "two hours", "", "1e2", "9" * 30)),
    (MISSING, False),
]


def test_a_name(sandbox: Sandbox) -> None:
    call = Caller(sandbox, {"X-Auth-Token": fetch_token(sandbox)})
    sandbox.control("quota", {"mode": "off"})

    def cloud_takes(body: dict[str, Any]) -> bool:
        answer = call("POST", "/v2/apps", body)
        if answer.status == 201:  # there is room for twenty
            assert call("POST", f"/v2/apps/{answer.json['app_id']}/disable").status == 200
            assert call("DELETE", f"/v2/apps/{answer.json['app_id']}").status == 204
        return answer.status == 201

    found = []
    for row in NAMES:
        body = put({"app_name": "fitting"}, row.field, row.wire)
        form = CreateForm(put({"form_id": FORM_ID, "name": "fitting"}, "name", row.typed))
        found.append(Judged(row, form.is_valid(), takes(CREATE_APPLICATION, body), cloud_takes(body)))
    assert surprises(found) == []


def test_a_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    """No operation makes it: the reference says what room and user are called, and how long it may hold."""
    monkeypatch.setattr("console.accounts.stepup.needs_step_up", lambda request: False)
    fitting = {"form_id": FORM_ID, "preset": "try", "room_id": "room", "user_id": "user", "minutes": "120"}
    wrong = []
    for field, rows in (("room_id", IDS), ("user_id", IDS), ("minutes", MINUTES)):
        for value, fits in rows:
            form = AccessForm(put(fitting, field, value), request=None)
            if form.is_valid() is not fits or (set(form.errors) != (set() if fits else {field})):
                wrong.append((field, value, dict(form.errors)))
    assert wrong == []


def test_a_signatures_limits_are_the_librarys() -> None:
    assert (max(int(text) for text, fits in MINUTES if fits) + 1) * 60 == LONGEST_SECONDS + 1
    job = {"app_id": "a", "room_id": "room", "user_id": "user", "record_param": {"record_rule_id": "r"}}
    for field in ("room_id", "user_id"):
        assert [takes(START_SINGLE_JOB, put(job, field, value)) for value, _fits in IDS] == [
            fits for _value, fits in IDS
        ]
