"""What our scripts say, so that they need no language of their own."""

from django.utils.translation import gettext as _

__all__ = ["for_scripts"]


def for_scripts() -> dict[str, str]:
    """Return the scripts' sentences in the active language; {n} stands for a number."""
    return {
        "copied": _("Copied"),
        "notCopied": _("Could not copy. Select the text and copy it by hand."),
        "justNow": _("just now"),
        "secondsAgo": _("{n} s ago"),
        "minutesAgo": _("{n} min ago"),
        "hoursAgo": _("{n} h ago"),
        "daysAgo": _("{n} d ago"),
        "tryingIn": _("Trying again in {n} s."),
        "tryingNow": _("Trying again…"),
        "selected": _("{n} selected"),
        "unreachable": _("The console does not answer. What you see stays as it was; try again in a moment."),
        "tooSlow": _("The console took too long to answer. What you see stays as it was."),
        "dismiss": _("Dismiss"),
        "found": _("{n} found"),
    }
