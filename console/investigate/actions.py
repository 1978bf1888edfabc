"""What this app does that stands in the audit trail."""

from django.utils.translation import gettext_lazy as _

from console.audit import Action, register
from console.audit.words import register_target_kinds, register_words

__all__ = ["ATTENDANCE", "BUNDLE", "FORGET", "KEEP", "KEPT", "LIMITS", "POLICY", "UNWATCH", "WATCH"]

KEEP = "investigate.call.keep"
KEPT = "investigate.call.kept"
BUNDLE = "investigate.call.download"
FORGET = "investigate.call.forget"
ATTENDANCE = "investigate.attendance.export"
POLICY = "investigate.locker.set"
LIMITS = "investigate.limits.set"
WATCH = "investigate.user.watch"
UNWATCH = "investigate.user.unwatch"

register(Action(KEEP, _("Keep a call")))
register(Action(KEPT, _("A call was kept")))
register(Action(BUNDLE, _("Download what is kept of a call")))
register(Action(FORGET, _("Delete a kept call"), grave=True))
register(Action(ATTENDANCE, _("Export an attendance list")))
register(Action(POLICY, _("Change what is kept")))
register(Action(LIMITS, _("Change the limits of verdicts")))
register(Action(WATCH, _("Watch a participant")))
register(Action(UNWATCH, _("End watching a participant")))

register_words(
    "investigate",
    {
        "keep_verdicts": _("Keep calls with a bad verdict"),
        "keep_complaints": _("Keep calls that somebody complained about"),
        "days": _("Kept for (days)"),
        "started_at": _("Started"),
        "people": _("People"),
        "until": _("Until"),
        "answers": _("Answers of the cloud"),
        "sha256": _("Digest of all answers"),
        "count": _("Rows"),
        "why": _("Why it was kept"),
        "kept_at": _("Kept"),
        "digests": _("Digests of the answers"),
    },
)
register_target_kinds(
    {"call": _("call"), "locker": _("what is kept of calls"), "limits": _("limits of verdicts")}
)
