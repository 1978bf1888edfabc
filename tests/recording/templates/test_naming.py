"""How recorded files are called, and what their names tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.recording.naming import DEFAULT_PREFIX, examples, filled, names_of, unknown_variables
from console.recording.shapes.templates import FileSettings, Template
from tests.recording.templates.conftest import PREFIX

APP = "60d539ba00d861ef0802742ce404400c"


def template(folder: str = "rtc/", hls: str = PREFIX, mp4: str = PREFIX) -> Template:
    settings = (FileSettings(3600, hls, 0, 10), FileSettings(7200, mp4, 0))
    return Template(APP, "rule", "cn-north-4", "p", "bucket", folder, *settings)


def test_the_usual_prefix_is_the_references() -> None:
    assert DEFAULT_PREFIX == PREFIX


@pytest.mark.parametrize(
    ("folder", "prefix", "name"),
    [
        ("rtc/", PREFIX, f"rtc/{APP}/HLS/S_20260504081530/S_20260504081530.m3u8"),
        ("rtc", "{stream}", "rtc/S.m3u8"),
        ("", "a/{stream}", "a/S.m3u8"),
        ("", "{record_format}-{record_format}{x}", "HLS-HLS{x}.m3u8"),
    ],
)
def test_a_name_is_filled_in(folder: str, prefix: str, name: str) -> None:
    assert filled(folder, prefix, "HLS", app_id=APP, stream="S") == name


@pytest.mark.parametrize(
    ("prefix", "unknown"),
    [
        (PREFIX, []),
        ("plain", []),
        ("{room}/{stream}", ["room"]),
        ("{}", [""]),
        ("{stream", ["{"]),
        ("stream}", ["}"]),
        ("{{stream}}", ["{", "}"]),
    ],
)
def test_what_is_no_variable(prefix: str, unknown: list[str]) -> None:
    assert unknown_variables(prefix) == unknown


def test_examples_show_a_job_and_automatic_recording() -> None:
    found = list(examples("f/", {"HLS": "{stream}", "MP4": "{app_id}"}, APP))
    assert [(one.record_format, one.automatic) for one in found] == [
        ("HLS", False),
        ("HLS", True),
        ("MP4", False),
        ("MP4", True),
    ]
    assert found[1].name.startswith(f"f/{APP}_lesson-7_u-4711_")
    assert found[3].name == f"f/{APP}.mp4"


STREAMS = st.text("abcXYZ019_-", min_size=1, max_size=40)


@given(STREAMS, st.sampled_from(["", "_00000.ts"]), st.sampled_from(["rtc/", "", "deep/er"]))
def test_names_are_read_backwards(stream: str, slice_: str, folder: str) -> None:
    made = template(folder)
    name = filled(folder, PREFIX, "HLS", app_id=APP, stream=stream)
    name = name.removesuffix(".m3u8") + slice_ if slice_ else name
    (kind, pattern), _mp4 = names_of(made)
    found = pattern.fullmatch(name)
    assert kind == "HLS"
    assert found is not None
    assert (found["stream"], found["started"]) == (stream, "20260504081530")


@pytest.mark.parametrize(
    "name",
    [
        f"rtc/{APP}/MP4/S_20260504081530/T_20260504081530.mp4",
        f"rtc/{APP}/HLS/S_20260504081530/S_20260504081530.mp4.txt.x/y",
        f"rtc/{'0' * 32}/MP4/S_20260504081530/S_20260504081530.mp4",
        "elsewhere/S.mp4",
    ],
)
def test_other_names_are_not_read(name: str) -> None:
    assert not any(pattern.fullmatch(name) for _kind, pattern in names_of(template()))


def test_a_prefix_without_variables_has_nothing_to_tell() -> None:
    ((_kind, pattern), _mp4) = names_of(template("", "fixed.name", "x"))
    found = pattern.fullmatch("fixed.name.m3u8")
    assert found is not None
    assert found.groupdict() == {}
