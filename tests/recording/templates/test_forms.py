"""What is refused is told beside its field and not sent; what is sent the cloud takes."""

from collections.abc import Callable
from typing import Any

import pytest

from console.accounts.models import User
from console.connections.models import Connection
from tests.recording.templates.conftest import HERE, sign_in, stored
from tests.sandbox.harness import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)
Form = Callable[..., dict[str, Any]]

# Every limit stands in test_limits.py; here is what a page makes of one.
GOOD: list[tuple[str, Any]] = [
    ("hls_cycle", "0"),
    ("hls_gap", "-1"),
    ("mp4_prefix", "a/b-c_{app_id}.{file_start_time}"),
    ("folder", "深/层"),
    ("formats", ["HLS"]),
]
BAD: list[tuple[str, Any, str]] = [
    ("hls_cycle", "1", "Give 60 to 43,200 seconds, or 0."),
    ("hls_cycle", "", "Say how many seconds"),
    ("hls_cycle", "60.5", "Give a whole number"),
    ("hls_slice", "1", "Give 2 to 60 seconds."),
    ("hls_gap", "301", "Give -1 to 300 seconds."),
    ("mp4_cycle", "0", "Give 60 to 10,800 seconds."),
    ("mp4_gap", "-1", "Give 0 to 300 seconds."),
    ("hls_prefix", "", "Say how files are called"),
    ("hls_prefix", "{room}/{stream}", "room is no variable"),
    ("hls_prefix", "{stream", "{ is no variable"),
    ("mp4_prefix", "/{stream}", "cannot begin with a slash"),
    ("mp4_prefix", "a/../{stream}", "cannot stand for a folder"),
    ("mp4_prefix", "{stream}/", "cannot end in a slash"),
    ("mp4_prefix", "a\u202e{stream}", "cannot be seen"),
    ("mp4_prefix", "x" * 513, "at most 512"),
    ("mp4_prefix", "课" * 300 + "{stream}", "too long"),
    ("folder", "/rtc", "cannot begin with a slash"),
    ("formats", [], "Choose a format"),
    ("formats", ["FLV"], "FLV"),
    ("bucket", "", "Choose a bucket"),
    ("bucket", "south-backup", "Select a valid choice"),
    ("project_id", "", "Fill in “Project id"),
    ("project_id", "with space", "without spaces"),
]


@pytest.mark.parametrize(("field", "value"), GOOD)
def test_what_is_let_through_the_cloud_takes(
    alice: User, connected: Connection, sandbox: Sandbox, bare: str, form: Form, field: str, value: Any
) -> None:
    answer = sign_in(alice).post(f"{HERE}{bare}/new/", form(**{field: value}))
    assert answer.status_code == 302, answer.context["form"].errors
    (template,) = stored(sandbox, bare)
    assert template.settings["obs_addr"]["bucket"] == "classroom-recordings"


@pytest.mark.parametrize(("field", "value", "said"), BAD)
def test_what_is_refused_is_told_beside_its_field(
    alice: User,
    connected: Connection,
    sandbox: Sandbox,
    bare: str,
    form: Form,
    field: str,
    value: Any,
    said: str,
) -> None:
    answer = sign_in(alice).post(f"{HERE}{bare}/new/", form(**{field: value}))
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert list(errors) == [field]
    assert said in str(errors[field])
    text = answer.content.decode()
    assert "because" in text
    assert f'id="id_{field}_error"' in text
    assert sandbox.requests(operation="create_record_rule") == []


def test_of_a_format_that_is_not_chosen_nothing_is_asked(
    alice: User, connected: Connection, sandbox: Sandbox, bare: str, form: Form
) -> None:
    answer = sign_in(alice).post(
        f"{HERE}{bare}/new/", form(formats=["MP4"], hls_cycle="1", hls_slice=None, hls_prefix="{nope}")
    )
    assert answer.status_code == 302
    (sent,) = sandbox.requests(operation="create_record_rule")
    assert sent["body"]["record_formats"] == ["MP4"]
    assert "hls_config" not in sent["body"]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"project_id": "1" * 32}, "project_id"),
    ({"bucket": "meeting-exports"}, "bucket"),
]


@pytest.mark.parametrize(("changes", "field"), REFUSED)
def test_the_clouds_own_refusal_stands_beside_its_field(
    alice: User,
    connected: Connection,
    sandbox: Sandbox,
    bare: str,
    form: Form,
    changes: dict[str, Any],
    field: str,
) -> None:
    answer = sign_in(alice).post(f"{HERE}{bare}/new/", form(**changes))
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert list(errors) == [field]
    assert "The cloud refused this" in str(errors[field])
    assert len(sandbox.requests(operation="create_record_rule")) == 1


PLACES = [
    ("obs_addr.object", "folder"),
    ("hls_config.record_cycle", "hls_cycle"),
    ("hls_config.record_prefix", "hls_prefix"),
    ("hls_config.record_slice_duration", "hls_slice"),
    ("hls_config.record_max_duration_to_merge_file", "hls_gap"),
    ("mp4_config.record_cycle", "mp4_cycle"),
    ("mp4_config.record_prefix", "mp4_prefix"),
    ("mp4_config.record_max_duration_to_merge_file", "mp4_gap"),
    ("record_formats", "formats"),
]


@pytest.mark.parametrize(("named", "field"), PLACES)
def test_whatever_the_cloud_names_is_found_in_the_form(
    alice: User, connected: Connection, sandbox: Sandbox, bare: str, form: Form, named: str, field: str
) -> None:
    refusal = {"status": 400, "code": "RTC.00001003", "message": f"InvalidParameterValue: {named}"}
    sandbox.fail_next("status", operation="create_record_rule", **refusal)
    answer = sign_in(alice).post(f"{HERE}{bare}/new/", form())
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


@pytest.mark.parametrize(
    ("code", "field", "said"),
    [
        ("RTC.00001012", "bucket", "Recording is not offered in this region"),
        ("RTC.00001019", "__all__", "already has a recording template"),
    ],
)
def test_codes_that_speak_for_themselves(
    alice: User,
    connected: Connection,
    sandbox: Sandbox,
    bare: str,
    form: Form,
    code: str,
    field: str,
    said: str,
) -> None:
    sandbox.fail_next("status", operation="create_record_rule", status=400, code=code, message="x")
    errors = sign_in(alice).post(f"{HERE}{bare}/new/", form()).context["form"].errors
    assert said in str(errors[field])


def test_without_the_list_of_buckets_a_name_is_typed(
    alice: User, connected: Connection, sandbox: Sandbox, bare: str, form: Form
) -> None:
    sandbox.fail_next("status", operation="list_obs_buckets", status=500, code="RTC.00002002", times=0)
    browser = sign_in(alice)
    page = browser.get(f"{HERE}{bare}/new/").content.decode()
    assert "The buckets could not be read" in page
    assert browser.post(f"{HERE}{bare}/new/", form()).status_code == 302
    assert len(stored(sandbox, bare)) == 1
