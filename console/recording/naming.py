"""How recorded files are called: a template's prefix filled in, and read backwards.

Source: API reference, CreateRecordRule, record_prefix. How {file_start_time} is written is open; fourteen digits are
what the vendor's own examples show. A stream is called m_<job>_<room> (a mix), s_<job>_<room>_<participant> (a single
job), or <application>_<room>_<participant>_<media>_<video> (automatic recording).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from console.recording.shapes.templates import Template
from console.sparkrtc.catalogue.shapes import HLS

__all__ = [
    "DEFAULT_PREFIX",
    "ENDINGS",
    "LONGEST_NAME_BYTES",
    "VARIABLES",
    "Example",
    "FileName",
    "as_folder",
    "examples",
    "filled",
    "names_of",
    "unknown_variables",
]

VARIABLES = ("app_id", "record_format", "stream", "file_start_time")
DEFAULT_PREFIX = str(next(param.default for param in HLS.fields if param.name == "record_prefix"))
ENDINGS = {"HLS": ".m3u8", "MP4": ".mp4"}
LONGEST_NAME_BYTES = 1024  # of an object's name
_BRACES = re.compile(r"\{([^{}]*)\}")
_SOME_START, _SOME_ROOM, _SOME_USER, _SOME_JOB = "20260504081530", "lesson-7", "u-4711", "5c1e9a…"


@dataclass(frozen=True)
class FileName:
    """What the name of a file tells: the format, the stream, and when it began, as the name writes it ("" if not)."""

    record_format: str
    stream: str
    started: str


@dataclass(frozen=True)
class Example:
    """The name that a file would get. automatic: of automatic recording, else of a job."""

    record_format: str
    automatic: bool
    name: str


def as_folder(folder: str) -> str:
    """Return a folder with the slash that parts it from the rest; "" for the top of a bucket."""
    return f"{folder}/" if folder and not folder.endswith("/") else folder


def unknown_variables(prefix: str) -> list[str]:
    """Return what stands in braces and is no variable; also a brace without its other one."""
    found = [name for name in _BRACES.findall(prefix) if name not in VARIABLES]
    rest = _BRACES.sub("", prefix)
    return found + [brace for brace in "{}" if brace in rest]


def filled(
    folder: str, prefix: str, record_format: str, *, app_id: str, stream: str, started: str = _SOME_START
) -> str:
    """Return the name of a recorded file."""
    values = {"app_id": app_id, "record_format": record_format, "stream": stream, "file_start_time": started}
    name = _BRACES.sub(lambda match: values.get(match[1], match[0]), prefix)
    return f"{as_folder(folder)}{name}{ENDINGS.get(record_format, '')}"


def examples(folder: str, prefixes: dict[str, str], app_id: str) -> Iterator[Example]:
    """Yield the names that files of a job and of automatic recording would get. prefixes: {format: prefix}."""
    for record_format, prefix in prefixes.items():
        for automatic, stream in (
            (False, f"m_{_SOME_JOB}_{_SOME_ROOM}"),
            (True, f"{app_id}_{_SOME_ROOM}_{_SOME_USER}_AV_CAMERASTREAM"),
        ):
            yield Example(
                record_format, automatic, filled(folder, prefix, record_format, app_id=app_id, stream=stream)
            )


def names_of(template: Template) -> "list[tuple[str, re.Pattern[str]]]":
    """Return for each format what the names of its files look like: groups stream and started, where they are in it.

    Slices of a playlist fit too: whatever follows the prefix does.
    """
    return [(kind, _pattern(template, kind, settings.prefix)) for kind, settings in template.files()]


def _pattern(template: Template, record_format: str, prefix: str) -> "re.Pattern[str]":
    """Turn a prefix into the expression of the names that it makes. A variable that comes again is the same text."""
    known = {"app_id": template.app_id, "record_format": record_format}
    groups = {"stream": r"(?P<stream>[^/]+?)", "file_start_time": r"(?P<started>[0-9][0-9TZ:.-]{7,23})"}
    parts, at, seen = [re.escape(as_folder(template.folder))], 0, set()
    for match in _BRACES.finditer(prefix):
        parts.append(re.escape(prefix[at : match.start()]))
        name, at = match[1], match.end()
        if name in known:
            parts.append(re.escape(known[name]))
        elif name in groups:
            group = "started" if name == "file_start_time" else name
            parts.append(f"(?P={group})" if name in seen else groups[name])
            seen.add(name)
        else:
            parts.append(re.escape(match[0]))
    parts.append(re.escape(prefix[at:]))
    return re.compile("".join(parts) + r"(?:_\d+\.ts|\.[A-Za-z0-9]+)")
