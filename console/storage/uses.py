"""Who writes into buckets, and what stored objects belong to: told by apps above, which register in their ready().

This app knows buckets and names. That a recording template keeps its files in one, or that a name is a job's, others
know.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from console.connections.models import Connection

__all__ = [
    "Mention",
    "Told",
    "Use",
    "Uses",
    "mentions_of",
    "register_mentioner",
    "register_user",
    "uses_of",
]


@dataclass(frozen=True)
class Use:
    """Something that writes into a bucket.

    label: what it is, in words. subject: whose, hostile. url: its page, "" for none. running: recordings that go on by
    it now. said: more in words: "records by itself".
    """

    bucket: str
    location: str
    label: str | Promise
    subject: str
    url: str = ""
    running: int = 0
    said: str | Promise = ""


@dataclass(frozen=True)
class Told:
    """What one app knows. unread: how many things it could not look at, so that there may be more."""

    uses: tuple[Use, ...] = ()
    unread: int = 0


@dataclass(frozen=True)
class Uses:
    """What all apps know, of all buckets."""

    items: tuple[Use, ...]
    unread: int

    def of(self, bucket: str, location: str) -> tuple[Use, ...]:
        """Return what writes into one bucket."""
        return tuple(use for use in self.items if (use.bucket, use.location) == (bucket, location))


@dataclass(frozen=True)
class Mention:
    """Something that a stored object belongs to. label: "Room", "Job". subject: its id, hostile. url: "" for none."""

    label: str | Promise
    subject: str
    url: str = ""


Teller = Callable[[Connection, bool], Told]
Mentioner = Callable[[Connection, str, str, str], Iterable[Mention]]
_tellers: dict[str, Teller] = {}
_mentioners: dict[str, Mentioner] = {}


def register_user(name: str, tell: Teller) -> None:
    """Let an app tell what writes into buckets; registering a name again replaces it.

    tell: (connection, ask) -> Told; ask: it may ask the cloud by the shared reads, otherwise only look at what is
    stored. It raises nothing: what it could not read it counts.
    """
    _tellers[name] = tell


def register_mentioner(name: str, tell: Mentioner) -> None:
    """Let an app tell what an object belongs to; registering a name again replaces it.

    tell: (connection, bucket, location, name of the object) -> mentions. It never asks the cloud.
    """
    _mentioners[name] = tell


def uses_of(connection: Connection, *, ask: bool) -> Uses:
    """Return what writes into the connection's buckets. ask: the cloud may be asked for it; see who registered."""
    told = [tell(connection, ask) for tell in _tellers.values()]
    return Uses(tuple(use for one in told for use in one.uses), sum(one.unread for one in told))


def mentions_of(connection: Connection, bucket: str, location: str, name: str) -> list[Mention]:
    """Return what an object belongs to. What several apps tell of stands there once, with the way to it."""
    found: dict[tuple[str, str], Mention] = {}
    for tell in _mentioners.values():
        for mention in tell(connection, bucket, location, name):
            key = str(mention.label), mention.subject
            if key not in found or (mention.url and not found[key].url):
                found[key] = mention
    return list(found.values())
