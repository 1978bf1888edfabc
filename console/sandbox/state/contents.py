"""What an object of a bucket holds: a film that plays, a playlist, or zeros; as long as the list says it is."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from console.sandbox.media.mp4 import SECONDS, film
from console.sandbox.media.transport_stream import NOTHING, PACKET, slice_of
from console.sandbox.state.buckets import StoredObject

__all__ = ["Content", "content_of"]

_AT_ONCE = 64 * 1024
_KINDS = {
    "mp4": "video/mp4",
    "m3u8": "application/vnd.apple.mpegurl",
    "ts": "video/mp2t",
}


@dataclass(frozen=True)
class Content:
    """Bytes without all of them being anywhere: a beginning, then a filling again and again. size: in bytes."""

    kind: str
    begin: bytes
    size: int
    filling: bytes = b"\0"

    def pieces(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes from start up to, but not including, end."""
        if start < len(self.begin):
            yield self.begin[start : min(end, len(self.begin))]
            start = len(self.begin)
        pattern = self.filling * (-(-_AT_ONCE // len(self.filling)))
        while start < end:
            phase = (start - len(self.begin)) % len(self.filling)
            piece = pattern[phase : phase + min(end - start, len(pattern) - len(self.filling))]
            yield piece
            start += len(piece)


def content_of(stored: StoredObject, siblings: Sequence[StoredObject]) -> Content:
    """Return what an object holds. siblings: what lies in the bucket under the same beginning of the name."""
    ending = stored.name.rpartition(".")[2].lower()
    kind = _KINDS.get(ending, "application/octet-stream")
    size, tint = stored.size * 1024, zlib.crc32(stored.name.encode()) & 0xFF
    if ending == "mp4":
        begin = film(tint)
        left = max(size - len(begin), 8)
        if left < 1 << 32:
            begin += left.to_bytes(4, "big") + b"free"
        else:  # the length in the long form
            begin += (1).to_bytes(4, "big") + b"free" + left.to_bytes(8, "big")
        return Content(kind, begin, max(size, len(begin)))
    if ending == "ts":
        begin = slice_of(tint)
        return Content(kind, begin, max(size - size % PACKET, len(begin)), NOTHING)
    if ending == "m3u8":
        text = _playlist(stored, siblings)
        return Content(kind, text, len(text))
    return Content(kind, b"", size)


def _playlist(stored: StoredObject, siblings: Sequence[StoredObject]) -> bytes:
    base = stored.name.removesuffix(".m3u8")
    slices = sorted(
        item.name for item in siblings if item.name.startswith(f"{base}_") and item.name.endswith(".ts")
    )
    lines = ["#EXTM3U", "#EXT-X-VERSION:3", f"#EXT-X-TARGETDURATION:{SECONDS}", "#EXT-X-PLAYLIST-TYPE:VOD"]
    for place, name in enumerate(slices):
        lines += ["#EXT-X-DISCONTINUITY"] if place else []
        lines += [f"#EXTINF:{SECONDS},", name.rpartition("/")[2]]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""]).encode()
