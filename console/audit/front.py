"""What the frame of every page shows of this app."""

from django.utils.translation import gettext_lazy as _

from console.accounts.rights import Right
from console.audit.words import register_target_kinds, register_words
from console.core import navigation

__all__ = ["register", "register_own_words"]


def register() -> None:
    """Put the trail into the rail."""
    navigation.register(
        navigation.NavItem(
            section=navigation.Section.RECORDS,
            label=_("Audit"),
            url_name="audit:list",
            icon="clipboard-check",
            right=Right.READ_OWN_TRAIL,
            needs_connection=False,
            order=10,
            words=_("trail log record"),
        )
    )


def register_own_words() -> None:
    """Say what the entries about the trail itself hold."""
    register_words(
        "audit",
        {
            "filters": _("Filters"),
            "count": _("Entries"),
            "format": _("Format"),
            "ledgers": _("Ledgers"),
            "good": _("Whole"),
            "problems": _("Problems"),
        },
    )
    register_target_kinds({"audit_trail": _("audit trail")})
