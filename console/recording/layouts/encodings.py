"""The pictures that a mix can be encoded into."""

from dataclasses import dataclass
from math import gcd

from django.utils.translation import gettext as _

from console.sparkrtc.catalogue.shapes import ENCODE_TEMPLATES

__all__ = ["AUDIO_ONLY", "DEFAULT", "ENCODINGS", "RATIOS", "Encoding", "encoding_named"]

AUDIO_ONLY = "audio_only"
DEFAULT = "1280x720_15_2260"


@dataclass(frozen=True)
class Encoding:
    """One way to encode. name: as it is sent. width, height: px; rate: frames/s; kbps: kbit/s; 0 without a picture."""

    name: str
    width: int = 0
    height: int = 0
    rate: int = 0
    kbps: int = 0

    @property
    def label(self) -> str:
        """What people read: "1280 × 720 · 15 fps · 2.26 Mbit/s"."""
        if not self.width:
            return _("Sound only")
        speed = f"{self.kbps / 1000:.2f} Mbit/s" if self.kbps >= 1000 else f"{self.kbps} kbit/s"
        return f"{self.width} × {self.height} · {self.rate} fps · {speed}"

    @property
    def ratio(self) -> str:
        """Width to height as "16:9"; "" without a picture."""
        if not self.width:
            return ""
        common = gcd(self.width, self.height)
        return f"{self.width // common}:{self.height // common}"


def _read(name: str) -> Encoding:
    if name == AUDIO_ONLY:
        return Encoding(name)
    size, rate, kbps = name.split("_")
    width, height = size.split("x")
    return Encoding(name, int(width), int(height), int(rate), int(kbps))


ENCODINGS = {name: _read(name) for name in ENCODE_TEMPLATES}
# {ratio: width and height that stand for it in drawings}
RATIOS = {"16:9": (640, 360), "4:3": (640, 480)}


def encoding_named(name: str) -> Encoding | None:
    """Return the encoding; None for a name that the reference does not have. Both separators are read."""
    return ENCODINGS.get(name.replace("*", "x"))
