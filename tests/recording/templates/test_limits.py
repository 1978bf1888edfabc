"""The limits of a recording template: where it writes, in which formats, and how each cuts and names its files."""

from typing import Any

import pytest

from console.recording.forms.templates import TemplateForm
from console.sparkrtc.catalogue.recording import REPLACE_TEMPLATE, UPDATE_TEMPLATE
from console.sparkrtc.operation import Operation
from console.storage.shapes import Bucket
from tests.limits import MISSING, Judged, Row, put, surprises, takes
from tests.recording.templates.conftest import PREFIX
from tests.sandbox import bodies
from tests.sandbox.caller import Caller, fetch_token
from tests.sandbox.harness import Sandbox

FORM_ID = "3f0c2c5e-6a50-4c3e-9d6a-0f1b2c3d4e5f"
ASKED = "the form asks for every number, and shows what is usual"
NAMES = "what an object may be called is for its bucket to say"
VARIABLES = "which variables there are is for the cloud to say"
ADDRESS = "no address could carry such a name"
HIDDEN = "nobody could read what the folder is called"


def seconds(field: str, name: str, *fitting: int, outside: tuple[int, ...], needed: bool) -> list[Row]:
    """Return the rows of a number of seconds; name: its path as JSON carries it."""
    return [
        *(Row(f"{field} {name}", str(value), value, True) for value in fitting),
        *(Row(f"{field} {name}", str(value), value, False) for value in outside),
        Row(f"{field} {name}", "60.5", 60.5, False),
        Row(f"{field} {name}", "ten", "ten", False),
        Row(f"{field} {name}", "", True, False),
        Row(f"{field} {name}", "", MISSING, False, "" if needed else ASKED),
    ]


def prefixes(field: str, name: str) -> list[Row]:
    """Return the rows of a path and name."""
    where = f"{field} {name}"
    return [
        *(Row(where, text, text, True) for text in ("x", PREFIX, "a/b-c_{app_id}.{file_start_time}", "课/{stream}")),
        Row(where, "x" * 512, "x" * 512, True),
        *(
            Row(where, text, text, False, unseen=VARIABLES)
            for text in ("{room}/{stream}", "{stream", "stream}", "{}", "{Stream}", "{{stream}}")
        ),
        *(Row(where, text, text, False, unseen=NAMES) for text in ("/{stream}", "x" * 513)),
        *(Row(where, text, text, False, ADDRESS) for text in ("../{stream}", "a/./{stream}", "..")),
        Row(where, "{stream}/", "{stream}/", False, "a file would be called like its folder"),
        Row(where, "a\u202e{stream}", "a\u202e{stream}", False, HIDDEN),
        Row(where, "课" * 300 + "{stream}", "课" * 300 + "{stream}", False, "filled in, it is over 1,024 bytes"),
        Row(where, "", "", False),
        Row(where, "", 7, False),
        Row(where, "", MISSING, False, "the form shows the default, for somebody to agree to"),
    ]  # fmt: skip


PLACES = [
    Row("bucket obs_addr.bucket", "classroom-recordings", "classroom-recordings", True),
    Row("bucket obs_addr.bucket", "meeting-exports", "meeting-exports", False, told="it is not authorised"),
    Row("bucket obs_addr.bucket", "nobodys", "nobodys", False, unseen="which buckets there are"),
    Row("bucket obs_addr.bucket", "", "", False),
    Row("bucket obs_addr.bucket", "", 7, False),
    Row("bucket obs_addr.bucket", MISSING, MISSING, False),
    Row("project_id obs_addr.project_id", "1" * 32, "1" * 32, False, told="which project a region has"),
    Row("project_id obs_addr.project_id", "p" * 65, "p" * 65, False, unseen="which project a region has"),
    Row("project_id obs_addr.project_id", "a b", "a b", False, unseen="which project a region has"),
    Row("project_id obs_addr.project_id", "", "", False),
    Row("project_id obs_addr.project_id", "", 7, False),
    Row("project_id obs_addr.project_id", MISSING, MISSING, False),
    *(Row("folder obs_addr.object", text, text, True) for text in ("", "rtc", "rtc/", "a/b/c/", "深/层", "f" * 400)),
    Row("folder obs_addr.object", MISSING, MISSING, True),
    *(Row("folder obs_addr.object", text, text, False, unseen=NAMES) for text in ("/rtc", "/", "f" * 1025, "课" * 342)),
    *(Row("folder obs_addr.object", text, text, False, ADDRESS) for text in ("..", "a/./b", "../../etc")),
    Row("folder obs_addr.object", "a\u202eb", "a\u202eb", False, HIDDEN),
    Row("folder obs_addr.object", "f" * 1024, "f" * 1024, False, "the name of the file must go in as well"),
]  # fmt: skip
LOCATIONS = [
    ("cn-north-4", True), ("cn-north-1", False), ("cn-south-1", False), ("CN-NORTH-4", False), ("", False),
    (7, False), (MISSING, False),
]  # fmt: skip
FORMATS = [
    Row("formats record_formats", ["HLS"], ["HLS"], True),
    Row("formats record_formats", ["MP4"], ["MP4"], True),
    Row("formats record_formats", ["HLS", "MP4"], ["HLS", "MP4"], True),
    Row("formats record_formats", [], [], False),
    Row("formats record_formats", ["FLV"], ["FLV"], False),
    Row("formats record_formats", ["hls"], ["hls"], False),
    Row("formats record_formats", ["HLS", "FLV"], ["HLS", "FLV"], False),
    Row("formats record_formats", ["H"], "HLS", False),
    Row("formats record_formats", ["1"], [1], False),
    Row("formats record_formats", MISSING, MISSING, False),
]
HLS = [
    *seconds("hls_cycle", "hls_config.record_cycle", 0, 60, 61, 43_199, 43_200,
             outside=(-1, 1, 59, 43_201), needed=True),
    *seconds("hls_slice", "hls_config.record_slice_duration", 2, 3, 59, 60, outside=(-1, 0, 1, 61), needed=False),
    *seconds("hls_gap", "hls_config.record_max_duration_to_merge_file", -1, 0, 1, 300,
             outside=(-2, 301), needed=False),
    *prefixes("hls_prefix", "hls_config.record_prefix"),
]  # fmt: skip
MP4 = [
    *seconds("mp4_cycle", "mp4_config.record_cycle", 60, 61, 10_799, 10_800, outside=(-1, 0, 59, 10_801), needed=True),
    *seconds("mp4_gap", "mp4_config.record_max_duration_to_merge_file", 0, 1, 300, outside=(-1, 301), needed=False),
    *prefixes("mp4_prefix", "mp4_config.record_prefix"),
]  # fmt: skip
BUCKETS = [Bucket(name, "cn-north-4", None, True) for name in ("classroom-recordings", "meeting-exports")]


@pytest.fixture
def call(sandbox: Sandbox) -> Caller:
    sandbox.control("quota", {"mode": "off"})  # what is tried here is not how fast
    return Caller(sandbox, {"X-Auth-Token": fetch_token(sandbox)})


def filled_in(sandbox: Sandbox) -> dict[str, Any]:
    """Return the form as bodies.template() is filled in."""
    return {
        "form_id": FORM_ID,
        "bucket": "classroom-recordings",
        "project_id": sandbox.project_id,
        "folder": "rtc/",
        "formats": ["HLS", "MP4"],
        "hls_cycle": "3600",
        "hls_slice": "10",
        "hls_gap": "0",
        "hls_prefix": PREFIX,
        "mp4_cycle": "7200",
        "mp4_gap": "30",
        "mp4_prefix": PREFIX,
    }


@pytest.mark.parametrize("operation", [REPLACE_TEMPLATE, UPDATE_TEMPLATE], ids=["replaced", "changed"])
@pytest.mark.parametrize("table", [PLACES, FORMATS, HLS, MP4], ids=["places", "formats", "hls", "mp4"])
def test_a_template(
    call: Caller, sandbox: Sandbox, bare: str, table: list[Row], operation: Operation
) -> None:
    path = f"/v2/apps/{bare}/record-rules"
    given = {"app_id": bare}
    if operation is UPDATE_TEMPLATE:
        given["rule_id"] = call("POST", path, bodies.template()).json["rule_id"]
        path = f"{path}/{given['rule_id']}"
    found = []
    for row in table:
        field, name = row.field.split()
        body = put(bodies.template(), name, row.wire)
        form = TemplateForm(put(filled_in(sandbox), field, row.typed), buckets=BUCKETS)
        if not form.is_valid() and field != "folder":  # too long a folder is told where the name is made
            assert set(form.errors) == {field}, (str(row), form.errors)
        taken = call(operation.method, path, body).status in operation.success
        found.append(Judged(row, form.is_valid(), takes(operation, {**given, **body}), taken))
    assert surprises(found) == []


def test_the_location_is_nobodys_choice(call: Caller, bare: str) -> None:
    assert "location" not in TemplateForm(buckets=BUCKETS).fields
    for value, fits in LOCATIONS:
        body = put(bodies.template(), "obs_addr.location", value)
        assert takes(REPLACE_TEMPLATE, {"app_id": bare, **body}) is fits, value
        assert (call("POST", f"/v2/apps/{bare}/record-rules", body).status == 201) is (fits), value


@pytest.mark.parametrize("kind", ["HLS", "MP4"])
def test_settings_go_with_their_format(call: Caller, sandbox: Sandbox, bare: str, kind: str) -> None:
    name, other = f"{kind.lower()}_config", "MP4" if kind == "HLS" else "HLS"
    for formats, fits in (([kind], False), ([other], True), ([kind, other], False)):
        for value in (MISSING, None):
            body = put(bodies.template(record_formats=formats), name, value)
            assert takes(REPLACE_TEMPLATE, {"app_id": bare, **body}) is fits, formats
            assert (call("POST", f"/v2/apps/{bare}/record-rules", body).status in (200, 201)) is fits, formats
        left_out = {key: value for key, value in filled_in(sandbox).items() if not key.startswith(name[:4])}
        assert TemplateForm({**left_out, "formats": formats}, buckets=BUCKETS).is_valid() is fits, formats
