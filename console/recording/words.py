"""Words for what the receiver made of a delivery."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = ["WHY", "why_refused"]

# {why of a CallbackDelivery: what it means and what to do}
WHY: dict[str, str | Promise] = {
    "no_key": _("No key is known here, so nobody can tell who sent it. Store the key, and it is verified."),
    "unsigned": _("It carries no signature, though a key is known here. The cloud would have signed it."),
    "signature": _(
        "Its signature was not made with the key that is known here: somebody else sent it, or the key was changed "
        "elsewhere."
    ),
    "not_json": _("It is signed rightly or no key is known, but its body is not JSON."),
    "application": _("It is about another application than the one whose address it was sent to."),
    "replayed": _("It was signed so long ago that nobody can tell whether it has been here before."),
    "too_large": _("It was larger than 64 KB, and was not read."),
    "empty": _("It was empty: somebody looked whether anybody is here. It was answered."),
}


def why_refused(why: str) -> str:
    """Say why a delivery was not verified, in the reader's language; "" when it was."""
    return str(WHY.get(why, ""))
