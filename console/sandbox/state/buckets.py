"""OBS buckets and the objects that lay in them before the sandbox started."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from json.encoder import encode_basestring as _quoted
from typing import Any, NamedTuple

from console.sandbox.clock import bucket_time

__all__ = ["CONDITIONS", "Bucket", "Buckets", "Listing", "StoredObject"]

_DAY = 86_400.0
_SLICES = 60
CONDITIONS = ("", "encrypted", "arrears")  # what object storage may have against a bucket
# Names and folders that try to be more than text to whoever shows them.
_HOSTILE_OBJECTS = (
    "rtc/<script>alert(1)<_script>.mp4",
    'rtc/"onmouseover="alert(1).mp4',
    'rtc/=HYPERLINK("http:__example.com","click").m3u8',
    "rtc/\u202egpj.4pm\u202c.mp4",
    "rtc/👩‍🏫 lesson 课堂.mp4",
    "rtc/new\nline\tand tab.mp4",
    "rtc/" + "very-long-" * 90 + ".mp4",
    "rtc/a+b c%20d&e=f#g?h.mp4",
    "rtc/../../etc/passwd",
)


class StoredObject(NamedTuple):
    """One object. size: KB. modified: seconds since the epoch."""

    name: str
    size: int
    modified: float

    def text(self) -> str:
        """Write it as the API does, as JSON: an answer has thousands."""
        return f'{{"file_name":{_quoted(self.name)},"size":{self.size},"last_modified":"{bucket_time(self.modified)}"}}'


@dataclass
class Bucket:
    """One bucket. date: its creation as the API writes it, which is not always the same way.

    condition: of CONDITIONS; in any but "" nothing is written to it and nothing listed.
    """

    name: str
    location: str
    date: str
    authorized: bool
    objects: list[StoredObject] = field(default_factory=list)
    condition: str = ""

    @property
    def writable(self) -> bool:
        """Whether recordings can be written to it."""
        return self.authorized and not self.condition

    def body(self) -> dict[str, Any]:
        """Write it as the API does."""
        return {
            "bucket": self.name,
            "location": self.location,
            "creation_date": self.date,
            "is_authorized": self.authorized,
        }


@dataclass
class Listing:
    """How objects are listed, which the reference leaves open. most: rows an answer, 0 for all.

    shallow: only objects right below the prefix, not those in folders below it.
    """

    most: int = 0
    shallow: bool = False


class Buckets:
    """The account's buckets. born: when the world was; the older objects are dated from it."""

    def __init__(self, born: float) -> None:
        self.listing = Listing()
        midnight = born - born % _DAY
        self._known = [
            Bucket("classroom-recordings", "cn-north-4", bucket_time(midnight - 200 * _DAY), True),
            Bucket("classroom-archive", "cn-north-4", "20230808112928", True),
            Bucket("meeting-exports", "cn-north-4", bucket_time(midnight - 40 * _DAY), False),
            Bucket("south-backup", "cn-south-1", bucket_time(midnight - 90 * _DAY), False),
            Bucket("<img src=x onerror=alert(1)>", "cn-east-2", bucket_time(midnight - 9 * _DAY), False),
        ]
        self._known[0].objects = list(_old_objects(midnight))

    def __iter__(self) -> Iterator[Bucket]:
        return iter(self._known)

    def find(self, name: str, location: str) -> Bucket | None:
        """Return the bucket of that name in that region."""
        return next((known for known in self if (known.name, known.location) == (name, location)), None)

    def fill(self, name: str, location: str, count: int, at: float) -> None:
        """Put so many made-up objects into a bucket, in place of what was there. Raises ValueError."""
        bucket = self.find(name, location)
        if bucket is None:
            raise ValueError("there is no such bucket in that location")
        bucket.objects = list(_many_objects(count, at))


def _many_objects(count: int, at: float) -> Iterator[StoredObject]:
    """Make up HLS recordings as templates name them by default: a folder each, a playlist and slices in it."""
    made = 0
    for number in range(count):
        stream = f"{number % 97:032x}_lesson-{number * 7919 % 99_991}_u-{number * 104_729 % 99_991}_AV_CAMERASTREAM"
        begun = at - number * 60
        name = f"{stream}_{datetime.fromtimestamp(begun, UTC):%Y%m%d%H%M%S}"
        base = f"rtc/{number % 97:032x}/HLS/{name}/{name}"
        for place in range(min(_SLICES, count - made)):
            yield StoredObject(f"{base}_{place:05d}.ts", 1800 + place, begun + 10 * place)
        made += _SLICES
        if made >= count:
            return
        yield StoredObject(f"{base}.m3u8", 2, begun + 10 * _SLICES)
        made += 1


def _old_objects(midnight: float) -> Iterator[StoredObject]:
    for day in range(1, 8):
        base = f"rtc/archive/lesson_{day:02d}/lesson_{day:02d}"
        ended = midnight - day * _DAY - 3600
        yield StoredObject(f"{base}.m3u8", 12, ended)
        for piece in range(6):
            yield StoredObject(f"{base}_{piece:05d}.ts", 2140 + 37 * piece, ended - 60 + 10 * piece)
        yield StoredObject(f"{base}.mp4", 12_900 + day, ended + 4)
    for place, name in enumerate(_HOSTILE_OBJECTS):
        yield StoredObject(name, 900 + place, midnight - 3 * _DAY + place)
