"""The store's clock: the one by which all processes count, read under the lock."""

import os
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db import connection

from console.sparkrtc.uptime import uptime

__all__ = ["Moment", "boot", "store_moment"]

_BOOT_ID, _CLOCKS = Path("/proc/sys/kernel/random/boot_id"), Path("/proc/self/ns/time")


@dataclass(frozen=True)
class Moment:
    """An instant of the store.

    now: seconds on its clock. store: names the physical store. run: names the run of its clock, where it restarts.
    Instants of different stores or runs cannot be compared, and another store may have forgotten what was sent.
    """

    now: float
    store: str
    run: str = ""

    @property
    def stamp(self) -> str:
        """The store and the run in one text, as it is kept beside every instant."""
        return f"{self.store} {self.run}"

    def nothing_before(self, stamp: str) -> float:
        """Return the instant after which nothing can have been sent that the rows under this old stamp don't know.

        The same store after a restart of its host sent nothing since the clock began at 0; another store may have
        sent until now.
        """
        return 0.0 if self.run and stamp.startswith(f"{self.store} ") else self.now


def store_moment() -> Moment:
    """Read the clock. Call it when the bucket's lock is held, never before.

    PostgreSQL: the server's clock at this statement, and the server, its timeline, database and table: a promoted
    replica, a dump loaded anew and a point-in-time recovery each show as a new stamp.
    SQLite: the host's clock since boot, which nobody can set; the boot and the file's identity.
    """
    if connection.vendor == "postgresql":
        return _postgresql()
    return _sqlite()


def _postgresql() -> Moment:
    control = "(pg_control_system()).system_identifier, (pg_control_checkpoint()).timeline_id,"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM clock_timestamp())::float8, concat_ws(':', "  # noqa: S608 - constants only
            f"{control if _may_read_control() else ''}"
            " (SELECT oid FROM pg_database WHERE datname = current_database()),"
            " 'connections_bucket'::regclass::oid)"
        )
        now, stamp = cursor.fetchone()
    return Moment(now, f"postgresql:{stamp}")


@cache
def _may_read_control() -> bool:
    """Some hosted servers keep their control data to themselves; the database and table must do then."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_and(has_function_privilege(name, 'execute'))"
            " FROM unnest(ARRAY['pg_control_system()', 'pg_control_checkpoint()']) AS name"
        )
        return bool(cursor.fetchone()[0])


def _sqlite() -> Moment:
    file = _file_identity(str(connection.settings_dict["NAME"]))
    if not (run := boot()):
        # No clock since boot here: wall time must do; a step backwards is noticed by the bucket's seen_at.
        return Moment(time.time(), f"sqlite:{file}")
    return Moment(uptime(), f"sqlite:{file}{_own_clocks()}", run)


@cache
def boot() -> str:
    """Name the boot of this machine; empty where the system doesn't tell."""
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return ""


@cache
def _own_clocks() -> str:
    """Name this container's clocks: with clocks of their own, two containers cannot share a store on SQLite."""
    try:
        return f":{_CLOCKS.readlink()}"
    except OSError:
        return ""


def _file_identity(name: str) -> str:
    """Name the file itself, so that another one put in its place is noticed."""
    try:
        found = os.stat(name)
    except OSError:  # a database in memory
        return "memory"
    return f"{found.st_dev}:{found.st_ino}"
