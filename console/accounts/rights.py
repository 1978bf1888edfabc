"""Roles and what each may do: the one table that every page, link and test reads."""

from enum import Enum

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["RIGHTS", "Right", "Role"]


class Role(models.TextChoices):
    SUPPORT = "support", _("Support")
    LEAD = "lead", _("Team lead")
    MODERATOR = "moderator", _("Moderator")
    ADMIN = "admin", _("Admin")
    AUDITOR = "auditor", _("Auditor")
    OWNER = "owner", _("Owner")


class Right(Enum):
    """What a person may do within a connection, or within one of its applications."""

    SEE_ROOMS = "see_rooms"  # rooms, calls, verdicts
    SEE_INSIGHTS = "see_insights"  # insights, exports, alerts
    MODERATE = "moderate"  # remove users, dismiss rooms, start and stop recording
    CONFIGURE = "configure"  # applications, templates, callbacks, buckets
    RUN_WORK = "run_work"  # start work in the background, and see one's own
    SEE_WORK = "see_work"  # and everybody's; pause and cancel it
    READ_OWN_TRAIL = "read_own_trail"
    READ_TEAM_TRAIL = "read_team_trail"
    READ_TRAIL = "read_trail"
    MANAGE = "manage"  # connections, people, policy


_OWN = {Right.SEE_ROOMS, Right.RUN_WORK, Right.READ_OWN_TRAIL}
_LEAD = _OWN | {Right.SEE_INSIGHTS, Right.READ_TEAM_TRAIL}
_ADMIN = _LEAD | {Right.MODERATE, Right.CONFIGURE, Right.SEE_WORK, Right.READ_TRAIL}

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.SUPPORT: frozenset(_OWN),
    Role.LEAD: frozenset(_LEAD),
    Role.MODERATOR: frozenset(_OWN | {Right.MODERATE}),
    Role.ADMIN: frozenset(_ADMIN),
    Role.AUDITOR: frozenset({Right.READ_OWN_TRAIL, Right.READ_TEAM_TRAIL, Right.READ_TRAIL}),
    Role.OWNER: frozenset(_ADMIN | {Right.MANAGE}),
}
