"""Pages of Investigate: each reads its input, asks services, and renders."""

from console.investigate.views.calling import call_detail
from console.investigate.views.finding import find_call, search_wide
from console.investigate.views.locking import (
    call_keep,
    kept_forget,
    kept_list,
    locker_policy,
    user_unwatch,
    user_watch,
)
from console.investigate.views.noting import call_attendance, note_delete, note_write
from console.investigate.views.pinning import pin
from console.investigate.views.proving import kept_bundle, kept_detail, kept_state
from console.investigate.views.replying import call_reply
from console.investigate.views.rules import rule_hits, verdict_again, verdict_limits, verdict_mark
from console.investigate.views.using import user_detail

__all__ = [
    "call_attendance",
    "call_detail",
    "call_keep",
    "call_reply",
    "find_call",
    "kept_bundle",
    "kept_detail",
    "kept_forget",
    "kept_list",
    "kept_state",
    "locker_policy",
    "note_delete",
    "note_write",
    "pin",
    "rule_hits",
    "search_wide",
    "user_detail",
    "user_unwatch",
    "user_watch",
    "verdict_again",
    "verdict_limits",
    "verdict_mark",
]
