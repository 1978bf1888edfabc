"""The files a recording leaves in a bucket, as it goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from console.sandbox.state.buckets import StoredObject

__all__ = ["FILE_COMPLETE", "FILE_STARTED", "Event", "Recorded", "Tape"]

FILE_STARTED = "RECORD_NEW_FILE_START"
FILE_COMPLETE = "RECORD_FILE_COMPLETE"
_PLAYLIST_KB_PER_SLICE = 0.06


@dataclass
class Recorded:
    """One file: an MP4, or an HLS playlist with its slices. base: its name without the ending.

    kbps: what it takes up, kbit/s. slice_seconds: length of an HLS slice. ended: None while it is written.
    """

    kind: str
    base: str
    started: float
    kbps: int
    slice_seconds: int = 0
    ended: float | None = None
    _finished: tuple[StoredObject, ...] = ()

    def finish(self, at: float) -> None:
        """End it. What it leaves is made up once: days of recording are listed in one go."""
        self.ended = max(self.started, at)
        self._finished = tuple(self._objects(self.ended))

    @property
    def name(self) -> str:
        """Return the name of the object that stands for the file."""
        return f"{self.base}.m3u8" if self.kind == "HLS" else f"{self.base}.mp4"

    def seconds(self, now: float) -> float:
        """Return how much is recorded by now."""
        return max(0.0, min(now, self.ended if self.ended is not None else now) - self.started)

    def size_kb(self, seconds: float) -> int:
        """Return what so many seconds take up, at least 1."""
        return max(1, round(seconds * self.kbps / 8))

    def objects(self, now: float) -> Iterable[StoredObject]:
        """Return what is in the bucket by now: slices as they fill, an MP4 only when it is finished."""
        return self._finished if self.ended is not None and self.ended <= now else self._objects(now)

    def _objects(self, now: float) -> Iterator[StoredObject]:
        is_over = self.ended is not None and self.ended <= now
        if self.kind == "MP4":
            if is_over:
                assert self.ended is not None
                yield StoredObject(self.name, self.size_kb(self.seconds(now)), self.ended)
            return
        yield from self._slices(now, is_over)

    def _slices(self, now: float, is_over: bool) -> Iterator[StoredObject]:
        seconds = self.seconds(now)
        full = int(seconds // self.slice_seconds)
        lengths = [float(self.slice_seconds)] * full
        if is_over and seconds > full * self.slice_seconds:
            lengths.append(seconds - full * self.slice_seconds)
        end = self.started
        for place, length in enumerate(lengths):
            end += length
            yield StoredObject(f"{self.base}_{place:05d}.ts", self.size_kb(length), end)
        if lengths:
            yield StoredObject(self.name, max(1, round(len(lengths) * _PLAYLIST_KB_PER_SLICE)), end)


@dataclass(frozen=True)
class Event:
    """Something a receiver of notifications is told. file: None when the whole recording is over."""

    kind: str
    at: float
    file: Recorded | None = None


@dataclass
class _Track:
    """The files of one format. merge_seconds: how long a silence may last within one file; -1 for ever."""

    kind: str
    template: str
    cycle_seconds: int
    merge_seconds: int
    slice_seconds: int = 0
    open: Recorded | None = None
    silent_since: float | None = None


@dataclass
class Tape:
    """One recording by a template's settings; folder and prefix variables are filled in as files begin.

    stream: its stream name. kbps: what the pictures and sound take up.
    """

    settings: Mapping[str, Any]
    app_id: str
    stream: str
    kbps: int
    files: list[Recorded] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._tracks = [self._track(kind) for kind in self.settings["record_formats"]]

    def step(self, at: float, *, receiving: bool, writable: bool) -> list[Event]:
        """Go on to a moment. receiving: something is published; writable: the bucket is authorized."""
        events: list[Event] = []
        for track in self._tracks:
            if not writable:
                events += self._close(track, at)
            elif receiving:
                events += self._receive(track, at)
            else:
                events += self._wait(track, at)
        return events

    def end(self, at: float) -> list[Event]:
        """Finish every file."""
        return [event for track in self._tracks for event in self._close(track, at)]

    def objects(self, prefix: str, now: float) -> Iterator[StoredObject]:
        """Return what it has left in the bucket by now, of names that begin with the prefix."""
        for file in self.files:
            # Most files can be passed over by their base alone, without making up their slices.
            if file.base.startswith(prefix):
                yield from file.objects(now)
            elif prefix.startswith(file.base):
                yield from (stored for stored in file.objects(now) if stored.name.startswith(prefix))

    def _receive(self, track: _Track, at: float) -> list[Event]:
        events = self._wait(track, at) if track.silent_since is not None else []
        track.silent_since = None
        if track.open is None:
            return [*events, self._open(track, at)]
        while track.cycle_seconds and at - track.open.started >= track.cycle_seconds:
            turn = track.open.started + track.cycle_seconds
            events += self._close(track, turn)
            events.append(self._open(track, turn))
        return events

    def _wait(self, track: _Track, at: float) -> list[Event]:
        if track.open is None:
            return []
        if track.silent_since is None:
            track.silent_since = at
        if track.merge_seconds < 0 or at - track.silent_since <= track.merge_seconds:
            # No merging at all still leaves the file open until the next look, which then sees the gap.
            return []
        return self._close(track, at)

    def _open(self, track: _Track, at: float) -> Event:
        base = self._base(track, at)
        track.open = Recorded(track.kind, base, at, self.kbps, track.slice_seconds)
        self.files.append(track.open)
        return Event(FILE_STARTED, at, track.open)

    def _close(self, track: _Track, at: float) -> list[Event]:
        if track.open is None:
            return []
        file, silent_since = track.open, track.silent_since
        file.finish(at if silent_since is None else min(at, silent_since))
        track.open = track.silent_since = None
        assert file.ended is not None
        return [Event(FILE_COMPLETE, file.ended, file)]

    def _track(self, kind: str) -> _Track:
        config = self.settings[f"{kind.lower()}_config"]
        return _Track(
            kind,
            config["record_prefix"],
            config["record_cycle"],
            config["record_max_duration_to_merge_file"],
            config.get("record_slice_duration", 0),
        )

    def _base(self, track: _Track, at: float) -> str:
        name = track.template
        filled = {
            "{app_id}": self.app_id,
            "{record_format}": track.kind,
            "{stream}": self.stream,
            "{file_start_time}": f"{datetime.fromtimestamp(int(at), UTC):%Y%m%d%H%M%S}",
        }
        for variable, value in filled.items():
            name = name.replace(variable, value)
        folder = self.settings["obs_addr"]["object"]
        return f"{folder}{'' if not folder or folder.endswith('/') else '/'}{name}"
