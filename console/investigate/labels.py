"""Words for what is chosen and shown in several places."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from console.investigate.verdict.evidence import EventKind, Symptom
from console.investigate.verdict.result import Dimension, Word

__all__ = [
    "DIMENSION_NAMES",
    "KIND_NAMES",
    "OUTCOME_NAMES",
    "RANGE_NAMES",
    "SIDE_NAMES",
    "STATE_NAMES",
    "SURE_NAMES",
    "SYMPTOM_NAMES",
    "UNIT_NAMES",
]

SYMPTOM_NAMES: dict[Symptom, str | Promise] = {
    Symptom.NO_SOUND: _("no sound"),
    Symptom.NO_PICTURE: _("no picture"),
    Symptom.FREEZE: _("freezes"),
    Symptom.BLURRED: _("blurred picture"),
    Symptom.BROKEN_SOUND: _("broken sound"),
    Symptom.ECHO: _("echo or volume"),
    Symptom.CANNOT_JOIN: _("could not join"),
    Symptom.SLOW_JOIN: _("slow to join"),
}
KIND_NAMES: dict[EventKind, str | Promise] = {
    EventKind.JOIN: _("slow or failed join"),
    EventKind.PICTURE: _("picture froze"),
    EventKind.SOUND: _("sound froze"),
}
RANGE_NAMES: dict[str, str | Promise] = {
    "24h": _("Last 24 hours"),
    "7d": _("Last 7 days"),
    "30d": _("Last 30 days"),
    "90d": _("Last 90 days"),
}
STATE_NAMES: dict[str, str | Promise] = {
    "ONLINE": _("in the room"),
    "OFFLINE": _("left"),
    "FAIL": _("could not join"),
}
SIDE_NAMES: dict[str, str | Promise] = {
    "user": _("their own side"),
    "peer": _("the other one's side"),
    "service": _("the service's side"),
    "customer": _("the customer's server"),
    "policy": _("decided by somebody"),
}
OUTCOME_NAMES: dict[str, str | Promise] = {
    "found": _("something was wrong"),
    "nothing_wrong": _("nothing was wrong"),
    "cannot_tell": _("nobody can tell"),
    "not_enough": _("too little data"),
}
UNIT_NAMES: dict[str, str | Promise] = {
    "share": "%",
    "percent": "%",
    "ms": "ms",
    "kbps": "kbit/s",
    "fps": "fps",
    "s": "s",
    "min": _("min"),
    "points": _("points"),
    "people": _("people"),
    "times": _("times"),
}
SURE_NAMES: dict[Word, str | Promise] = {
    Word.HIGH: _("sure"),
    Word.MEDIUM: _("likely"),
    Word.LOW: _("a guess"),
}
DIMENSION_NAMES: dict[Dimension, str | Promise] = {
    Dimension.ROOM: _("this room"),
    Dimension.ISP: _("same network operator"),
    Dimension.REGION: _("same region"),
    Dimension.SDK: _("same SDK version"),
    Dimension.DEVICE: _("same device model"),
}
