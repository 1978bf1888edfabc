"""The limits of each field, three times: the form, the catalogue of the cloud's library, and the sandbox's own answer.

Lowest, highest, just outside, missing, of the wrong kind. Where the console is stricter than the reference asks, the
row says why.
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from console.accounts.models import User
from console.connections.models import Connection
from console.recording.forms.jobs import MixForm
from console.recording.layouts.encodings import ENCODINGS
from console.recording.models import RecordingJob
from console.sparkrtc.catalogue.recording import (
    START_MIX_JOB,
    START_SINGLE_JOB,
    UPDATE_MIX_JOB,
    UPDATE_SINGLE_JOB,
)
from tests.limits import MISSING, Judged, Row, put, surprises, takes
from tests.recording.jobs.conftest import Place, panes, sign_in
from tests.sandbox.caller import Caller, fetch_token
from tests.sandbox.harness import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)

ID_ROWS = [
    ("a", True),
    ("A-z_09", True),
    ("r" * 64, True),
    ("r" * 65, False),
    ("", False),
    ("a room", False),
    ("房间", False),
    ("a/b", False),
]
IDLE_ROWS = [
    Row("max_idle_time", "5", 5, True),
    Row("max_idle_time", "43200", 43_200, True),
    Row("max_idle_time", "4", 4, False),
    Row("max_idle_time", "43201", 43_201, False),
    Row("max_idle_time", "0", 0, False),
    Row("max_idle_time", "-5", -5, False),
    Row("max_idle_time", "5.5", 5.5, False),
    Row("max_idle_time", "soon", "soon", False),
    Row("max_idle_time", MISSING, MISSING, False, "the form says how long, and shows the usual 30 s"),
]
IMAGE_ROWS = [
    ("s3://b/o", True),
    ("s3://classroom-assets/img/board.jpg", True),
    ("https://example.com/a.jpg", False),
    ("s3://bucket-only", False),
    ("s3:///o", False),
    (MISSING, True),
]
MIX_ROWS = [
    *(Row("room_id", value, value, fits) for value, fits in ID_ROWS),
    Row("room_id", MISSING, MISSING, False),
    Row("room_id", "", 42, False),
    *(Row("encode_template", name, name, True) for name in ENCODINGS),
    Row("encode_template", "1280x720_15_9999", "1280x720_15_9999", False),
    Row("encode_template", "", "", False),
    Row("encode_template", MISSING, MISSING, False),
    Row("layout_template", "nine_grids_view", "nine_grids_view", True),
    Row("layout_template", "mosaic", "mosaic", False),
    Row("layout_template", MISSING, MISSING, False),
    Row("layout_template", "custom", "custom", False),  # without panes
    Row("layout_template", "screen_share_left", "screen_share_left", False),
    Row("layout_template", "screen_share_right", "screen_share_right", False),
    *IDLE_ROWS,
    *(
        Row(name, value, value, fits)
        for name in ("background_image", "default_user_background_image", "screen_background_image")
        for value, fits in IMAGE_ROWS
    ),
]
PANE_ROWS = [
    Row("number", "1", 1, True),
    Row("number", "9999", 9_999, True),
    Row("number", "0", 0, False),
    Row("number", "10000", 10_000, False, "the reference gives no highest; four digits are enough"),
    Row("number", "1.5", 1.5, False),
    Row("number", "one", "one", False),
    Row("number", "", MISSING, False, "whoever reads the list must know which pane is meant"),
    Row("user", "u", "u", True),
    Row("user", "u" * 64, "u" * 64, True),
    Row("user", "u" * 65, "u" * 65, False),
    Row("user", "a b", "a b", False),
    Row("user", "", "", False, "a pane of nobody stays black"),
    Row("video", "CAMERASTREAM", "CAMERASTREAM", True),
    Row("video", "SCREENSTREAM", "SCREENSTREAM", True),
    Row("video", "SCREEN", "SCREEN", False),
    *(
        row
        for side in ("x", "y")
        for row in (
            Row(side, "0", 0.0, True),
            Row(side, "0.5", 0.5, True),
            Row(side, "1", 1.0, False, "nothing of the pane would be seen"),
            Row(side, "-0.0001", -0.0001, False),
            Row(side, "1.0001", 1.0001, False),
            Row(side, "0.00001", 0.00001, False, "four decimals are a fifth of a pixel"),
            Row(side, "left", "left", False),
            Row(side, "", MISSING, False),
        )
    ),
    *(
        row
        for side in ("width", "height")
        for row in (
            Row(side, "0.0001", 0.0001, True),
            Row(side, "1", 1.0, True),
            Row(side, "0", 0, False),
            Row(side, "1.0001", 1.0001, False),
            Row(side, "-0.5", -0.5, False),
            Row(side, "wide", "wide", False),
            Row(side, "", MISSING, False),
        )
    ),
    Row("layer", "0", 0, True),
    Row("layer", "24", 24, True),
    Row("layer", "25", 25, False),
    Row("layer", "-1", -1, False),
    Row("layer", "1.5", 1.5, False),
    Row("layer", "", MISSING, False, "the list is in the order of the layers"),
    Row("crop", "KEEP_RATIO_CROP", "KEEP_RATIO_CROP", True),
    Row("crop", "KEEP_RATIO_PADDING", "KEEP_RATIO_PADDING", True),
    Row("crop", "STRETCH", "STRETCH", False),
]
SINGLE_ROWS = [
    *(Row("room_id", value, value, fits) for value, fits in ID_ROWS),
    *(Row("user_id", value, value, fits) for value, fits in ID_ROWS),
    Row("user_id", MISSING, MISSING, False),
    Row("user_id", "", 7, False),
    Row("video_type", "CAMERASTREAM", "CAMERASTREAM", True),
    Row("video_type", "SCREENSTREAM", "SCREENSTREAM", True),
    Row("video_type", "SCREEN", "SCREEN", False),
    Row("video_type", "", "", False),
    Row("video_type", MISSING, MISSING, False, "the reference contradicts itself about a missing one"),
    *(Row("select_stream_type", tier, tier, True) for tier in ("LD", "SD", "HD", "FHD")),
    Row("select_stream_type", "UHD", "UHD", False),
    *IDLE_ROWS,
]
_PANE_WIRE = {
    "number": "id",
    "user": "user_id",
    "video": "video_type",
    "layer": "zorder",
    "crop": "crop_mode",
}


def fitting_pane() -> dict[str, Any]:
    return {
        "id": 1,
        "user_id": "teacher-1",
        "video_type": "CAMERASTREAM",
        "x": 0.0,
        "y": 0.0,
        "width": 0.5,
        "height": 0.5,
        "zorder": 0,
        "crop_mode": "KEEP_RATIO_CROP",
    }


@dataclass(frozen=True)
class Bench:
    """Where a value is tried: in the form, and at the sandbox without our library in between."""

    browser: Client
    call: Caller
    place: Place

    @property
    def rule(self) -> dict[str, str]:
        return {"record_rule_id": self.place.rule_id}

    def cloud_takes(self, kind: str, body: dict[str, Any]) -> bool:
        """Say whether the sandbox takes it. What is started is stopped again, to make room for the next."""
        path = f"/v2/apps/{self.place.app_id}/{_PATHS[kind]}"
        answer = self.call("POST", path, body)
        if answer.status == 201:
            self._stop(path, answer.json["job_id"])
        return answer.status == 201

    def form_takes(self, kind: str, data: dict[str, Any]) -> bool:
        """Say whether the form takes it."""
        answer = self.browser.post(self.place.start_url(kind=kind), data)
        if answer.status_code == 302:
            job = RecordingJob.objects.latest("asked_at")
            self._stop(f"/v2/apps/{self.place.app_id}/{_PATHS[kind]}", job.job_id)
        return answer.status_code == 302

    def _stop(self, path: str, job_id: str) -> None:
        assert self.call("DELETE", f"{path}/{job_id}").status == 204


_PATHS = {"mix": "mix-stream-jobs", "single": "individual-stream-jobs"}


@pytest.fixture
def bench(sandbox: Sandbox, mona: User, connected: Connection, place: Place) -> Iterator[Bench]:
    sandbox.control("quota", {"mode": "off"})  # what is tried here is not how fast
    yield Bench(sign_in(mona), Caller(sandbox, {"X-Auth-Token": fetch_token(sandbox)}), place)
    sandbox.control("quota", {"mode": "strict"})


def test_a_mix(bench: Bench, mix_form: Any) -> None:
    found = []
    for row in MIX_ROWS:
        param = {
            "room_id": "free-room",
            "encode_template": "1280x720_15_2260",
            "layout_template": "nine_grids_view",
            "max_idle_time": 60,
        }
        body = {"mix_param": put(param, row.field, row.wire), "record_param": bench.rule}
        library = takes(START_MIX_JOB, {"app_id": bench.place.app_id, **body})
        form = bench.form_takes("mix", put(mix_form(room_id="another-room"), row.field, row.typed))
        found.append(Judged(row, form, library, bench.cloud_takes("mix", body)))
    assert surprises(found) == []


def test_a_pane(bench: Bench, mix_form: Any) -> None:
    found = []
    for row in PANE_ROWS:
        pane = put(fitting_pane(), _PANE_WIRE.get(row.field, row.field), row.wire)
        param = {
            "room_id": "free-room",
            "encode_template": "1280x720_15_2260",
            "layout_template": "custom",
            "layout_panes": [pane],
        }
        body = {"mix_param": param, "record_param": bench.rule}
        library = takes(START_MIX_JOB, {"app_id": bench.place.app_id, **body})
        if row.field in ("x", "y", "width", "height") and row.wire is MISSING:
            library = False  # only a custom layout needs places, which the library does not know
        data = mix_form(room_id="another-room", layout_template="custom", **panes({row.field: row.typed}))
        found.append(Judged(row, bench.form_takes("mix", data), library, bench.cloud_takes("mix", body)))
    assert surprises(found) == []


def test_a_single_job(bench: Bench, single_form: Any) -> None:
    found = []
    for row in SINGLE_ROWS:
        fitting = {
            "room_id": "free-room",
            "user_id": "somebody",
            "is_record_audio": True,
            "video_type": "CAMERASTREAM",
            "select_stream_type": "HD",
            "max_idle_time": 30,
            "record_param": bench.rule,
        }
        body = put(fitting, row.field, row.wire)
        library = takes(START_SINGLE_JOB, {"app_id": bench.place.app_id, **body})
        data = put(single_form(room_id="another-room", user_id="somebody"), row.field, row.typed)
        form = bench.form_takes("single", data)
        found.append(Judged(row, form, library, bench.cloud_takes("single", body)))
    assert surprises(found) == []


def test_how_many_panes(bench: Bench, mix_form: Any) -> None:
    for count, fits in ((1, True), (25, True), (26, False)):
        wire = [{**fitting_pane(), "id": n + 1, "zorder": min(n, 24)} for n in range(count)]
        param = {
            "room_id": "free-room",
            "encode_template": "1280x720_15_2260",
            "layout_template": "custom",
            "layout_panes": wire,
        }
        assert bench.cloud_takes("mix", {"mix_param": param, "record_param": bench.rule}) is fits
        rows = panes(*({"layer": str(min(n, 24))} for n in range(count)))
        data = mix_form(room_id="another-room", layout_template="custom", **rows)
        assert bench.form_takes("mix", data) is fits, count


def test_whom_a_screen_share_layout_shows(bench: Bench, mix_form: Any) -> None:
    for layout in ("screen_share_left", "screen_share_right"):
        for filling, user, fits in (
            ("FIXED_USER", "teacher-1", True),
            ("SHARED_SCREEN", "", True),
            ("SHARED_SCREEN", "teacher-1", False),
            ("FIXED_USER", "", False),
            ("ANYBODY", "teacher-1", False),
        ):
            data = mix_form(layout_template=layout, **panes({"filling": filling, "user": user}))
            assert bench.form_takes("mix", data) is fits, (layout, filling, user)


@pytest.mark.parametrize(
    ("lines", "fits"),
    [
        ("", True),
        ("ann s3://b/a.jpg", True),
        ("ann  s3://b/a.jpg\n\nbob s3://b/b.jpg\n", True),
        ("ann", False),
        ("s3://b/a.jpg", False),
        ("a nn s3://b/a.jpg", False),
        ("ann https://b/a.jpg", False),
        ("ann s3://b/a.jpg\nann s3://b/b.jpg", False),
    ],
)
def test_pictures_of_single_participants(lines: str, fits: bool) -> None:
    form = MixForm({"user_background_images": lines}, templates=())
    form.is_valid()
    assert ("user_background_images" not in form.errors) is fits


@pytest.mark.parametrize(
    ("path", "value"),
    [("preset", ""), ("preset", "nonsense"), ("form_id", "not an id"), ("record_rule_id", "unknown"),
     ("record_rule_id", MISSING), ("words", "w" * 401)],
)  # fmt: skip
def test_what_belongs_to_the_form_itself(
    path: str, value: Any, mona: User, connected: Connection, place: Place, mix_form: Any, sandbox: Sandbox
) -> None:
    answer = sign_in(mona).post(place.start_url(), put(mix_form(), path, value))
    assert answer.status_code == 422
    assert sandbox.requests(operation="create_mix_job") == []


CHANGES = [row for row in IDLE_ROWS if row.wire is not MISSING]


def test_a_change_of_a_mix(
    bench: Bench, mix: Callable[..., Any], time_passes: Callable[[float], None]
) -> None:
    job = mix()
    time_passes(5)
    path = f"/v2/apps/{job.app_id}/mix-stream-jobs/{job.job_id}"
    url = f"/c/demo/recording/jobs/{job.pk}/layout/"
    found = []
    for row in CHANGES:
        body = {"mix_param": {"max_idle_time": row.wire}}
        library = takes(UPDATE_MIX_JOB, {"app_id": job.app_id, "job_id": job.job_id, **body})
        seen = bench.browser.get(url).content.decode().split('name="seen" value="')[1].split('"')[0]
        data = {"form_id": str(uuid.uuid4()), "seen": seen, "max_idle_time": row.typed, "preset": "look"}
        form = bench.browser.post(url, data).status_code == 302
        found.append(Judged(row, form, library, bench.call("PUT", path, body).status == 200))
    assert surprises(found) == []


@pytest.mark.parametrize(("rule_id", "fits"), [("own", True), ("unknown", False), ("", False)])
def test_a_change_of_template(
    rule_id: str,
    fits: bool,
    mona: User,
    connected: Connection,
    place: Place,
    single: Callable[..., Any],
    bench: Bench,
    time_passes: Callable[[float], None],
) -> None:
    job = single()
    time_passes(5)
    wanted = place.rule_id if rule_id == "own" else rule_id
    path = f"/v2/apps/{job.app_id}/individual-stream-jobs/{job.job_id}"
    body = {"record_param": {"record_rule_id": wanted}}
    assert (bench.call("PUT", path, body).status == 200) is fits
    library = takes(UPDATE_SINGLE_JOB, {"app_id": job.app_id, "job_id": job.job_id, **body})
    assert library is bool(wanted)  # which templates there are, only the cloud knows
    data = {"form_id": str(uuid.uuid4()), "record_rule_id": wanted, "preset": "look"}
    answer = sign_in(mona).post(f"/c/demo/recording/jobs/{job.pk}/template/", data)
    assert (answer.status_code == 302) is fits
