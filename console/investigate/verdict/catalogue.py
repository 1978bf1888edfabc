"""The rules by id: their version, their order, and what they look at. What people read about them is wording's.

Order is that of looking: what people did on purpose first, then the suffering person's own network both ways, then
senders, then receivers, then devices, the service last.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ENGINE", "ORDER", "RULES", "Rule", "version_of"]

ENGINE = "3"


@dataclass(frozen=True)
class Rule:
    """One rule. limits: ids of those it compares with. factors: the cloud's codes that speak for it."""

    id: str
    version: int
    limits: tuple[str, ...] = ()
    factors: tuple[int, ...] = ()


_LASTS = ("persist_hits", "persist_points", "persist_minutes")
_FITS = ("fits_share", "fits_contrast", "fits_rise")
_NETWORK = ("loss_bad", "rtt_bad", "jitter_bad", *_LASTS, *_FITS)
_CROWD = ("crowd_people", "crowd_share")
_HURTS = ("video_freeze_bad", "video_freeze_watch")

RULES: tuple[Rule, ...] = (
    Rule("R0", 1, ("short_call", "data_lag", "coverage_low")),
    Rule("R1", 1, (), (5, 6, 7)),
    Rule("R2", 1, (), (1, 8, 9, 15, 90000004, 90100008)),
    Rule("R3", 1, _CROWD, (3, 4, 90100009, 10000001, 31000003, 32000030)),
    Rule("R4", 1, (), (2,)),
    Rule("R5", 1, ("silent_kbps", "no_picture_fps", *_LASTS), (17,)),
    Rule("R6", 1, ("silent_kbps", "no_picture_fps", *_LASTS, *_FITS), (18, 19)),
    Rule("R7", 3, (*_NETWORK, "receivers_hit", *_HURTS, *_CROWD), (3, 4, 5, 6, 11, 12)),
    Rule("R8", 3, (*_NETWORK, *_HURTS, *_CROWD), (7, 8, 9, 10, 13, 14)),
    Rule("R9", 2, ("system_cpu_bad", "app_cpu_bad", *_LASTS, *_FITS, *_HURTS), (1, 2)),
    Rule("R10", 2, ("system_cpu_bad", "app_cpu_bad", *_LASTS, *_FITS, *_HURTS), (1, 2)),
    Rule("R11", 1, ("silent_kbps", "no_picture_fps", *_LASTS), (20, 21)),
    Rule("R12", 4, (*_NETWORK, *_HURTS, *_CROWD)),
    Rule("R13", 1, ("picture_shrinks", "bitrate_fall", *_LASTS)),
    Rule(
        "R14", 1, ("loss_bad", "sound_jitter_bad", "silent_kbps", *_LASTS, *_FITS), (3, 4, 7, 8, 11, 13, 15)
    ),
    Rule("R15", 1, (), (16,)),
)
_VERSIONS = {rule.id: rule.version for rule in RULES}

ORDER = ("R5", "R6", "R12", "R7", "R8", "R9", "R10", "R11", "R13", "R14")


def version_of(rule: str) -> int:
    """Return the version of a rule."""
    return _VERSIONS[rule]
