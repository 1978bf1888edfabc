"""What this app's services return: frozen, complete, and without a way to the cloud."""

from dataclasses import dataclass
from datetime import UTC, datetime

from console.connections.ages import Age

__all__ = ["Bucket", "Buckets", "Entry", "FolderPage", "Stored"]


@dataclass(frozen=True)
class Bucket:
    """A bucket. authorized: whether recordings can be written to it; None when the cloud did not say."""

    name: str
    location: str
    created_at: datetime | None = None
    authorized: bool | None = None


@dataclass(frozen=True)
class Buckets:
    """All buckets of the account, by name."""

    items: tuple[Bucket, ...]
    age: Age

    def find(self, name: str, location: str) -> Bucket | None:
        """Return the bucket of that name in that region, None when there is none."""
        return next((one for one in self.items if (one.name, one.location) == (name, location)), None)


@dataclass(frozen=True)
class Entry:
    """One row of a folder. name: below the folder, with a slash at the end for a folder in it.

    count: objects in that folder and below, None when nobody knows. size_kb, modified (epoch seconds): of the object,
    or of all in the folder; None when the cloud did not say.
    """

    name: str
    folder: bool
    count: int | None
    size_kb: int | None
    modified: int | None

    @property
    def modified_at(self) -> datetime | None:
        """When it was changed last."""
        return datetime.fromtimestamp(self.modified, UTC) if self.modified else None


@dataclass(frozen=True)
class FolderPage:
    """One page of a folder.

    entries: of this page; folders first. folders, files: how many there are in all that fit. below, size_kb, latest: of
    everything in the folder and below it, whatever fits. whole: False when the cloud, or what we keep, holds less than
    there is; then told is how many there are by the cloud's word, listed how many of them it gave.
    """

    entries: tuple[Entry, ...]
    folders: int
    files: int
    below: int
    size_kb: int
    latest: int
    whole: bool
    told: int | None
    listed: int
    age: Age

    @property
    def latest_at(self) -> datetime | None:
        """When something in it was changed last."""
        return datetime.fromtimestamp(self.latest, UTC) if self.latest else None


@dataclass(frozen=True)
class Stored:
    """One object. size_kb: as the cloud counts, None when it did not say."""

    bucket: str
    location: str
    name: str
    size_kb: int | None
    modified_at: datetime | None
    age: Age

    @property
    def folder(self) -> str:
        """The folder it lies in, with its slash; "" for the top of the bucket."""
        head, slash, _rest = self.name.rpartition("/")
        return head + slash

    @property
    def label(self) -> str:
        """Its name within the folder."""
        return self.name.rpartition("/")[2] or self.name

    @property
    def ending(self) -> str:
        """What its name ends in, in small letters: "mp4"."""
        return self.name.rpartition(".")[2].lower() if "." in self.label else ""

    @property
    def address(self) -> str:
        """The way object storage writes where it is."""
        return f"s3://{self.bucket}/{self.name}"
