"""Indicators and limits by name, their figures with units."""

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

__all__ = ["LIMIT_NAMES", "METRIC_NAMES", "figure", "limit_name", "metric_name"]

METRIC_NAMES: dict[str, str | Promise] = {
    "appcpu": _("processor use of the app"),
    "syscpu": _("processor use of the device"),
    "abit": _("bit rate of the sound"),
    "vbit": _("bit rate of the picture"),
    "dbit": _("bit rate of the screen"),
    "vfps": _("frame rate of the picture"),
    "dfps": _("frame rate of the screen"),
    "vblock": _("frozen share of the picture"),
    "dblock": _("frozen share of the screen"),
    "aloss": _("packet loss of the sound"),
    "vloss": _("packet loss of the picture"),
    "dloss": _("packet loss of the screen"),
    "vwidth": _("width of the picture"),
    "vheight": _("height of the picture"),
    "dwidth": _("width of the screen"),
    "dheight": _("height of the screen"),
    "ajitter": _("jitter of the sound"),
    "vjitter": _("jitter of the picture"),
    "djitter": _("jitter of the screen"),
    "artt": _("round trip of the sound"),
    "vrtt": _("round trip of the picture"),
    "drtt": _("round trip of the screen"),
}
LIMIT_NAMES: dict[str, str | Promise] = {
    "video_freeze_watch": _("frozen share worth watching"),
    "video_freeze_bad": _("frozen share that is bad"),
    "silent_kbps": _("sound below this is silence"),
    "no_picture_fps": _("frame rate below this is no picture"),
    "bitrate_fall": _("fall of the bit rate"),
    "picture_shrinks": _("shrinking of the picture"),
    "loss_bad": _("packet loss"),
    "rtt_bad": _("round trip"),
    "jitter_bad": _("jitter"),
    "sound_jitter_bad": _("jitter that sound does not stand"),
    "system_cpu_bad": _("processor use of the device"),
    "app_cpu_bad": _("processor use of the app"),
    "persist_hits": _("points beyond a limit that make it last"),
    "persist_points": _("of so many points in a row"),
    "persist_minutes": _("which lie within"),
    "fits_share": _("share of what hurt that a cause must explain"),
    "fits_contrast": _("how much rarer it must be when nothing hurt"),
    "fits_rise": _("how much worse it must be than otherwise"),
    "focus_minutes": _("time around the moment somebody names"),
    "receivers_hit": _("people who must suffer from one sender"),
    "crowd_people": _("people who make a crowd"),
    "crowd_share": _("share of all that makes a crowd"),
    "short_call": _("calls shorter than this tell nothing"),
    "data_lag": _("how late figures may be"),
    "coverage_low": _("share of points below which nothing can be said"),
}
_UNITS = {"bit": "kbit/s", "fps": "fps", "rtt": "ms", "jitter": "ms", "width": "px", "height": "px"}
_SHARES = frozenset({"loss", "block"})


def metric_name(metric: str) -> str:
    """Return an indicator's name; one that nobody knows keeps its own."""
    return str(METRIC_NAMES.get(metric, metric))


def limit_name(limit: str) -> str:
    """Return what a limit is about."""
    return str(LIMIT_NAMES.get(limit, limit))


def figure(metric: str, value: float | None) -> str:
    """Return a value of an indicator with its unit."""
    if value is None:
        return gettext("unknown")
    what = metric[1:]
    if metric in ("appcpu", "syscpu"):
        return f"{_short(value)} %"
    if what in _SHARES:
        return f"{_short(value * 100)} %"
    return f"{_short(value)} {_UNITS.get(what, '')}".rstrip()


def _short(value: float) -> str:
    """Return a number with one decimal where it is small."""
    places = 0 if abs(value) >= 10 or float(value).is_integer() else 1
    return str(number_format(value, decimal_pos=places, use_l10n=True))
