"""What scripts are told in <head>: their sentences in the viewer's language, and htmx's settings."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

__all__ = ["HTMX", "for_scripts"]

HTMX = {
    "includeIndicatorStyles": False,  # an inline style, which the page's policy refuses
    "allowEval": False,
    "allowScriptTags": False,
    "historyRestoreAsHxRequest": False,  # going back gets the whole page
    "historyCacheSize": 0,  # no copies of pages with people's data in the browser's storage
    # The usual ones but style, which the policy refuses: a field whose size somebody dragged has one.
    "attributesToSettle": ["class", "width", "height"],
    "scrollIntoViewOnBoost": False,
    "defaultSettleDelay": 0,
    "timeout": 30_000,
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {"code": "422", "swap": True},
        {"code": "[45]..", "swap": True, "error": True, "target": "#messages", "swapOverride": "innerHTML"},
    ],
}


def for_scripts() -> dict[str, str]:
    """Return the scripts' sentences in the active language; {n} and {m} stand for numbers."""
    return {
        "copied": _("Copied"),
        "notCopied": _("Could not copy. Select the text and copy it by hand."),
        "draftBack": _("What you had written is back. Look it over and send it again."),
        "draftKept": _("What you had written is kept: open the form again, and it comes back."),
        "justNow": _("just now"),
        "secondsAgo": _("{n} s ago"),
        "minutesAgo": _("{n} min ago"),
        "hoursAgo": _("{n} h ago"),
        "daysAgo": _("{n} d ago"),
        "tryingIn": _("Trying again in {n} s."),
        "tryingNow": _("Trying again…"),
        "sendIn": _("You can send it in {n} s."),
        "sendNow": _("You can send it now."),
        "selected": pgettext("people", "{n} selected"),
        "selectedElsewhere": pgettext("people", "{n} selected, {m} of them not on this page"),
        "unreachable": _("The console does not answer. What you see stays as it was; try again in a moment."),
        "signInEnded": _("Your sign-in has ended. Sign in to go on."),
        "signIn": _("Sign in"),
        "signedInElsewhere": _(
            "You are signed in again. What you had begun stays when this page is loaded again."
        ),
        "loadAgain": _("Load it again"),
        "tooSlow": _("The console took too long to answer. What you see stays as it was."),
        "dismiss": _("Dismiss"),
        "found": _("{n} found"),
        "wholePeriod": _("Whole period"),
    }
