"""Recording templates as the services return them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from console.connections.ages import Age

__all__ = ["FileSettings", "Template", "Templates"]


@dataclass(frozen=True)
class FileSettings:
    """How the files of one format are cut and named.

    cycle_seconds: length of a file; 0 is the whole stream (HLS only). prefix: with its variables, below the folder.
    merge_gap_seconds: how long a stream may be away and still go on in the same file; -1 is any time (HLS only).
    slice_seconds: length of an HLS slice, None for MP4. None elsewhere: the cloud did not say.
    """

    cycle_seconds: int | None
    prefix: str
    merge_gap_seconds: int | None
    slice_seconds: int | None = None


@dataclass(frozen=True)
class Template:
    """Stored recording settings of an application in one location. All text is the cloud's and hostile.

    folder: path within the bucket, "" for its top. hls, mp4: None for a format that is not recorded.
    """

    app_id: str
    template_id: str
    location: str
    bucket_project_id: str
    bucket: str
    folder: str
    hls: FileSettings | None
    mp4: FileSettings | None
    created_at: datetime | None = None
    changed_at: datetime | None = None

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats that are recorded, as the cloud writes them."""
        return tuple(name for name, _settings in self.files())

    def files(self) -> Iterator[tuple[str, FileSettings]]:
        """Yield each recorded format with its settings."""
        if self.hls is not None:
            yield "HLS", self.hls
        if self.mp4 is not None:
            yield "MP4", self.mp4

    @property
    def address(self) -> str:
        """Where the files go, the way object storage writes it."""
        return f"s3://{self.bucket}/{self.folder}"

    @property
    def place(self) -> str:
        """The bucket and the folder in one line."""
        return f"{self.bucket}/{self.folder}" if self.folder else self.bucket


@dataclass(frozen=True)
class Templates:
    """The templates of one application, in the cloud's order."""

    items: tuple[Template, ...]
    age: Age

    def find(self, template_id: str) -> Template | None:
        """Return the template with that id, None when it is not among them."""
        return next((item for item in self.items if item.template_id == template_id), None)

    def at(self, location: str) -> Template | None:
        """Return the template of a location: the one that a new one there would replace."""
        return next((item for item in self.items if item.location == location), None)
