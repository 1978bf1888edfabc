"""From which figure on a minute is worth watching, and from which on it is bad: as the limits in force say."""

from collections.abc import Mapping

from console.investigate.verdict.limits import limits_in_force

__all__ = ["DEFAULT_BANDS", "Bands", "bands_of"]

Bands = Mapping[str, tuple[float, float]]

# How much of what is bad is worth watching, where the limits name only what is bad.
_LOSS, _DELAY, _JITTER, _PROCESSOR = 0.4, 0.5, 0.6, 0.75


def bands_of(limits: Mapping[str, float]) -> Bands:
    """Return (watch, bad) by the end of an indicator's name; the more exact name comes first."""
    return {
        "loss": _up_to(limits["loss_bad"], _LOSS),
        "block": (limits["video_freeze_watch"], limits["video_freeze_bad"]),
        "rtt": _up_to(limits["rtt_bad"], _DELAY),
        "ajitter": _up_to(limits["sound_jitter_bad"], _JITTER),
        "jitter": _up_to(limits["jitter_bad"], _JITTER),
        "appcpu": _up_to(limits["app_cpu_bad"], _PROCESSOR),
        "syscpu": _up_to(limits["system_cpu_bad"], _PROCESSOR),
    }


def _up_to(bad: float, share: float) -> tuple[float, float]:
    return round(bad * share, 6), bad


DEFAULT_BANDS: Bands = bands_of(limits_in_force())
