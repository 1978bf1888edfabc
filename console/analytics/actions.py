"""What this app does that stands in the audit trail."""

from django.utils.translation import gettext_lazy as _

from console.audit import Action, register
from console.audit.words import register_target_kinds, register_words

__all__ = [
    "ANNOTATE",
    "ANNOTATION_CHANGE",
    "ANNOTATION_DELETE",
    "EXPORT",
    "REPORT_AGAIN",
    "REPORT_CHANGE",
    "REPORT_DELETE",
    "REPORT_MAKE",
    "REPORT_SEND",
    "SCREEN_MAKE",
    "SCREEN_REVOKE",
    "VIEW_DELETE",
    "VIEW_SHARE",
]

EXPORT = "analytics.figures.export"
ANNOTATE = "analytics.annotation.create"
ANNOTATION_CHANGE = "analytics.annotation.change"
ANNOTATION_DELETE = "analytics.annotation.delete"
VIEW_SHARE = "analytics.view.share"
VIEW_DELETE = "analytics.view.delete"
REPORT_MAKE = "analytics.report.create"
REPORT_CHANGE = "analytics.report.change"
REPORT_DELETE = "analytics.report.delete"
REPORT_SEND = "analytics.report.send"
REPORT_AGAIN = "analytics.report.again"
SCREEN_MAKE = "analytics.screen.create"
SCREEN_REVOKE = "analytics.screen.revoke"

register(Action(EXPORT, _("Export figures")))
register(Action(ANNOTATE, _("Write an annotation")))
register(Action(ANNOTATION_CHANGE, _("Change an annotation")))
register(Action(ANNOTATION_DELETE, _("Delete an annotation")))
register(Action(VIEW_SHARE, _("Share a view of the insights")))
register(Action(VIEW_DELETE, _("Delete a shared view of the insights")))
register(Action(REPORT_MAKE, _("Set up a report by e-mail")))
register(Action(REPORT_CHANGE, _("Change a report by e-mail")))
register(Action(REPORT_DELETE, _("Delete a report by e-mail")))
register(Action(REPORT_SEND, _("Send a report by e-mail")))
register(Action(REPORT_AGAIN, _("Send a report again")))
register(Action(SCREEN_MAKE, _("Let a screen show the wall")))
register(Action(SCREEN_REVOKE, _("Take the wall from a screen")))

register_words(
    "analytics",
    {
        "to": _("To"),
        "first": _("First day"),
        "last": _("Last day"),
        "step": _("Step"),
        "rows": _("Rows"),
        "was": _("State before"),
        "kind": _("Kind"),
        "text": _("Text"),
        "at": _("Time"),
        "until": _("Until"),
        "author": _("Author"),
        "name": _("Name"),
        "page": _("Page"),
        "query": _("Filters"),
        "shared": _("Shared"),
        "view": _("View"),
        "recipients": _("Recipients"),
        "every": _("How often"),
        "day": _("Day"),
        "hour": _("Hour"),
        "zone": _("Time zone"),
        "active": _("In use"),
        "expires_at": _("Valid until"),
    },
)
register_target_kinds(
    {
        "saved_view": _("saved view"),
        "annotation": _("annotation"),
        "report": _("report"),
        "screen": _("screen"),
        "figures": _("figures"),
    }
)
