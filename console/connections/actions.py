"""What this app does that stands in the audit trail."""

from django.utils.translation import gettext_lazy as _

from console.audit import Action, register
from console.audit.witnesses import register_witness, rows_of_connections
from console.audit.words import Word, register_target_kinds, register_words

__all__ = [
    "CHANGE",
    "CHANGE_QUOTA",
    "CREATE",
    "DELETE",
    "MEASURE_QUOTA",
    "RESEAL",
    "SWITCH_OFF",
    "SWITCH_ON",
    "TEST",
]

CREATE = "connections.connection.create"
CHANGE = "connections.connection.change"
SWITCH_OFF = "connections.connection.switch_off"
SWITCH_ON = "connections.connection.switch_on"
DELETE = "connections.connection.delete"
TEST = "connections.connection.test"
RESEAL = "connections.secret.reseal"
CHANGE_QUOTA = "connections.quota.change"
MEASURE_QUOTA = "connections.quota.measure"

register(Action(CREATE, _("Add a connection"), grave=True))
register(Action(CHANGE, _("Change a connection"), grave=True))
register(Action(SWITCH_OFF, _("Switch a connection off"), grave=True))
register(Action(SWITCH_ON, _("Switch a connection on"), grave=True))
register(Action(DELETE, _("Delete a connection"), grave=True))
register(Action(CHANGE_QUOTA, _("Change a quota's limit"), grave=True))
register(Action(MEASURE_QUOTA, _("Measure for what a quota's limit holds"), grave=True))
register(Action(TEST, _("Test a connection")))
register(Action(RESEAL, _("Seal all secrets with the newest key")))

register_witness(
    "connections.Connection",
    rows_of_connections(
        "connections.Connection", "the connection was tested", by="pk", checked_at__isnull=False
    ),
)

register_words(
    "connections",
    {
        "name": _("Name"),
        "slug": _("Short name"),
        "endpoint": _("Endpoint"),
        "project_id": _("Project id"),
        "kind": Word(_("Credentials"), {"access_key": _("Access key (AK/SK)"), "iam_user": _("IAM user")}),
        "access_key": _("Access key id (AK)"),
        "iam_endpoint": _("IAM endpoint"),
        "iam_domain": _("Account name"),
        "iam_user": _("IAM user name"),
        "obs_endpoint": _("Object storage"),
        "active": _("In use"),
        "resealed": _("Sealed again"),
        "unreadable": _("Unreadable"),
        "quota": _("Quota"),
        "scope": _("Holds for"),
        "limit": Word(_("Limit"), {"as published": _("as published")}),
        "seconds": _("Seconds"),
        "requests": _("Requests"),
        "refused": _("Refused"),
    },
)
register_target_kinds({"connection": _("connection")})
