"""What the frame of every page shows of this app."""

from django.utils.translation import gettext_lazy as _

from console.accounts.rights import Right
from console.core import navigation

__all__ = ["register"]


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
        )
    )
