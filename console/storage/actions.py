"""What this app does that stands in the audit trail."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from console.audit import Action, register
from console.audit.words import register_target_kinds, register_words
from console.core.sayings import register_sayings

__all__ = [
    "AUTHORIZE",
    "DOWNLOAD",
    "GONE",
    "NOT_AUTHORIZED",
    "OPEN",
    "SEEN_AUTHORIZED",
    "SEEN_WITHDRAWN",
    "STILL_AUTHORIZED",
    "WITHDRAW",
]

AUTHORIZE = "storage.bucket.authorize"
WITHDRAW = "storage.bucket.withdraw"
OPEN = "storage.object.open"
DOWNLOAD = "storage.object.download"

register(Action(AUTHORIZE, _("Authorise a bucket")))
register(Action(WITHDRAW, _("Withdraw a bucket's authorisation"), grave=True))
register(Action(OPEN, _("Open a stored file"), grave=True))
register(Action(DOWNLOAD, _("Download a stored file")))

# What is found out about a change whose reply was lost, as it is written down.
SEEN_AUTHORIZED = gettext_noop("the list of buckets shows that it is authorised")
SEEN_WITHDRAWN = gettext_noop("the list of buckets shows that it is not authorised any more")
NOT_AUTHORIZED = gettext_noop("the bucket is not authorised: it had no effect")
STILL_AUTHORIZED = gettext_noop("the bucket is still authorised: it had no effect")
GONE = gettext_noop("the bucket is not there any more")

register_sayings([SEEN_AUTHORIZED, SEEN_WITHDRAWN, NOT_AUTHORIZED, STILL_AUTHORIZED, GONE])

register_words(
    "storage",
    {
        "authorized": _("Authorised"),
        "bucket": _("Bucket"),
        "location": _("Region"),
        "seconds": _("Valid for (seconds)"),
    },
)
register_target_kinds({"bucket": _("bucket"), "object": _("file")})
