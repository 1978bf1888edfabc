"""The cloud's codes for the reason of an abnormal event, by what they accuse.

Source: API Reference, ListRtcAbnormalEvents.
"""

from __future__ import annotations

__all__ = [
    "CLIENT_JOIN",
    "CPU",
    "CREDENTIALS",
    "DOWNLINK",
    "DOWN_SOUND",
    "LEFT",
    "NOTHING_SENT",
    "NO_FRAMES_SENT",
    "OTHER",
    "POLICY_JOIN",
    "SERVER",
    "SERVICE_JOIN",
    "SILENT",
    "UPLINK",
    "UP_SOUND",
]

# joining
CREDENTIALS = frozenset({5, 6, 7})
CLIENT_JOIN = frozenset({1, 8, 9, 15, 90000004, 90100008})
SERVICE_JOIN = frozenset({3, 4, 90100009, 10000001, 31000003, 32000030})
POLICY_JOIN = frozenset({2})

# freezes of picture and sound
CPU = frozenset({1, 2})
UP_SOUND, DOWN_SOUND = frozenset({3, 4, 11}), frozenset({7, 8, 13})
UPLINK = UP_SOUND | {5, 6, 12}
DOWNLINK = DOWN_SOUND | {9, 10, 14}
SILENT = 15
OTHER = 16
LEFT = 17
NOTHING_SENT, NO_FRAMES_SENT = 18, 19
SERVER = frozenset({20, 21})
