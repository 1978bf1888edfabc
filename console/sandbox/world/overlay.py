"""What people did through the API: kept beside the world, never in it, so that a reset forgets all of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from threading import Lock

__all__ = ["FOREVER", "Edit", "Gap", "Overlay"]

FOREVER = 1 << 40


@dataclass(frozen=True)
class Edit:
    """What was done to one room: who was removed when, and when it was dismissed.

    removed: (slot, moment) in the order of asking. dismissed: the first dismissal, None without one.
    """

    removed: tuple[tuple[int, int], ...] = ()
    dismissed: int | None = None


@dataclass(frozen=True)
class Gap:
    """A stretch of time in which an application let nobody in. until: FOREVER while it lasts."""

    since: int
    until: int = FOREVER


class Overlay:
    """The deeds, by application and room. Readers see whole states only; writers take turns."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.edits: dict[str, dict[int, Edit]] = {}
        self.gaps: dict[str, tuple[Gap, ...]] = {}
        self._versions: dict[str, int] = {}

    def version(self, app_id: str) -> int:
        """Return a number that grows with every deed in an application."""
        return self._versions.get(app_id, 0)

    def remove(self, app_id: str, room: int, slots: Iterable[int], at: int) -> None:
        """Note that people were removed from a room."""
        with self._lock:
            edit = self.edits.get(app_id, {}).get(room, Edit())
            removed = edit.removed + tuple((slot, at) for slot in slots)
            self._store(app_id, room, replace(edit, removed=removed))

    def dismiss(self, app_id: str, room: int, at: int) -> None:
        """Note that a room was dismissed; only the first time counts."""
        with self._lock:
            edit = self.edits.get(app_id, {}).get(room, Edit())
            if edit.dismissed is None:
                self._store(app_id, room, replace(edit, dismissed=at))

    def close(self, app_id: str, at: int) -> None:
        """Note that an application lets nobody in any more."""
        with self._lock:
            gaps = self.gaps.get(app_id, ())
            if not gaps or gaps[-1].until != FOREVER:
                self.gaps = {**self.gaps, app_id: (*gaps, Gap(at))}
                self._note(app_id)

    def open(self, app_id: str, at: int) -> None:
        """Note that an application lets people in again."""
        with self._lock:
            gaps = self.gaps.get(app_id, ())
            if gaps and gaps[-1].until == FOREVER:
                until = max(at, gaps[-1].since)
                self.gaps = {**self.gaps, app_id: (*gaps[:-1], replace(gaps[-1], until=until))}
                self._note(app_id)

    def _store(self, app_id: str, room: int, edit: Edit) -> None:
        rooms = {**self.edits.get(app_id, {}), room: edit}
        self.edits = {**self.edits, app_id: rooms}
        self._note(app_id)

    def _note(self, app_id: str) -> None:
        """Count a deed after it was done: who reads the version first and the deeds then misses none."""
        self._versions[app_id] = self.version(app_id) + 1
