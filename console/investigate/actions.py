"""What this app does that stands in the audit trail."""

from django.utils.translation import gettext_lazy as _

from console.audit import Action, register

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
