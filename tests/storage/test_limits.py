"""The limits of letting the service write into a bucket, and no longer."""

import pytest

from console.sparkrtc.catalogue.storage import AUTHORIZE_BUCKET
from console.storage.forms import AuthorizeForm, WithdrawForm
from tests.limits import MISSING, Judged, Row, put, surprises, takes
from tests.sandbox.caller import Caller, fetch_token
from tests.sandbox.harness import Sandbox
from tests.storage.conftest import SHUT

FORM_ID = "3f0c2c5e-6a50-4c3e-9d6a-0f1b2c3d4e5f"
PATH = "/v2/rtc-ops/buckets/authentication"
KNOWN = "which project a region has, the cloud knows"
PROJECTS = [
    Row("project_id", "", MISSING, True),  # left out, it is the account's
    Row("project_id", MISSING, MISSING, True),
    Row("project_id", "1" * 32, "1" * 32, False, told=KNOWN),
    Row("project_id", "p" * 64, "p" * 64, False, told=KNOWN),
    Row("project_id", "p" * 65, "p" * 65, False, unseen=KNOWN),
    Row("project_id", "with space", "with space", False, unseen=KNOWN),
    Row("project_id", "a/b", "a/b", False, unseen=KNOWN),
    Row("project_id", "项目", "项目", False, unseen=KNOWN),
]
# What the page names and nobody types: the library and the sandbox alone judge it.
NAMED = [
    ("bucket", SHUT, True, True),
    ("bucket", "nobodys", True, False),
    ("bucket", "", False, False),
    ("bucket", 7, False, False),
    ("bucket", MISSING, False, False),
    ("location", "cn-north-4", True, True),
    ("location", "cn-north-1", True, False),  # it is not there
    ("location", "eu-west-1", False, False),
    ("location", "", False, False),
    ("location", MISSING, False, False),
]
STEPS = [
    (1, True),
    (0, True),
    (2, False),
    (-1, False),
    (True, False),
    ("1", False),
    (1.0, False),
    (MISSING, False),
]


@pytest.fixture
def call(sandbox: Sandbox) -> Caller:
    sandbox.control("quota", {"mode": "off"})  # what is tried here is not how fast
    return Caller(sandbox, {"X-Auth-Token": fetch_token(sandbox)})


@pytest.mark.parametrize("kind", [AuthorizeForm, WithdrawForm])
def test_a_project(
    kind: type[AuthorizeForm] | type[WithdrawForm],
    call: Caller,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("console.accounts.stepup.needs_step_up", lambda request: False)
    own = Row("project_id", sandbox.project_id, sandbox.project_id, True)
    authorized = kind is AuthorizeForm
    found = []
    for row in [own, *PROJECTS]:
        filled = put({"form_id": FORM_ID, "preset": "moved", "seen": "0"}, row.field, row.typed)
        form = AuthorizeForm(filled) if authorized else WithdrawForm(filled, request=None)
        assert form.is_valid() or set(form.errors) == {"project_id"}, form.errors
        wire = {"bucket": SHUT, "location": "cn-north-4", "operation": int(authorized)}
        given = put(
            {"bucket": SHUT, "location": "cn-north-4", "authorized": authorized},
            "bucket_project_id",
            row.wire,
        )
        taken = call("PUT", PATH, put(wire, row.field, row.wire)).status == 200
        found.append(Judged(row, form.is_valid(), takes(AUTHORIZE_BUCKET, given), taken))
    assert surprises(found) == []


def test_what_the_page_names(call: Caller) -> None:
    for field, value, library, cloud in NAMED:
        given = put({"bucket": SHUT, "location": "cn-north-4"}, field, value)
        assert takes(AUTHORIZE_BUCKET, {**given, "authorized": True}) is library, (field, value)
        assert (call("PUT", PATH, {**given, "operation": 1}).status == 200) is cloud, (field, value)


def test_authorise_or_withdraw(call: Caller) -> None:
    for value, fits in STEPS:
        wire = put({"bucket": SHUT, "location": "cn-north-4"}, "operation", value)
        assert (call("PUT", PATH, wire).status == 200) is fits, value
    for said, fits in ((True, True), (False, True), (1, False), ("yes", False), (MISSING, False)):
        given = put({"bucket": SHUT, "location": "cn-north-4"}, "authorized", said)
        assert takes(AUTHORIZE_BUCKET, given) is fits, said
