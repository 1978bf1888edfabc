"""What this app does that stands in the audit trail."""

from django.utils.translation import gettext_lazy as _

from console.accounts.rights import Role
from console.audit import Action, register
from console.audit.witnesses import register_witness, rows_of_the_console
from console.audit.words import Word, register_target_kinds, register_words

__all__ = [
    "CHANGE_PASSWORD",
    "CHANGE_PERSON",
    "CREATE_PERSON",
    "DEACTIVATE_PERSON",
    "GIVE_ROLE",
    "REACTIVATE_PERSON",
    "RESET_PASSWORD",
    "SIGN_IN",
    "SIGN_IN_FAILED",
    "SIGN_OUT",
    "SIGN_OUT_EVERYWHERE",
    "STEP_UP",
    "WITHDRAW_ROLE",
]

SIGN_IN = "accounts.sign_in"
SIGN_IN_FAILED = "accounts.sign_in_failed"
SIGN_OUT = "accounts.sign_out"
SIGN_OUT_EVERYWHERE = "accounts.sign_out_everywhere"
STEP_UP = "accounts.step_up"
CHANGE_PASSWORD = "accounts.password.change"  # noqa: S105
RESET_PASSWORD = "accounts.password.reset"  # noqa: S105
CREATE_PERSON = "accounts.person.create"
CHANGE_PERSON = "accounts.person.change"
DEACTIVATE_PERSON = "accounts.person.deactivate"
REACTIVATE_PERSON = "accounts.person.reactivate"
GIVE_ROLE = "accounts.role.give"
WITHDRAW_ROLE = "accounts.role.withdraw"

register(Action(SIGN_IN, _("Sign in")))
register(Action(SIGN_IN_FAILED, _("Sign-in refused")))
register(Action(SIGN_OUT, _("Sign out")))
register(Action(SIGN_OUT_EVERYWHERE, _("Sign out everywhere")))
register(Action(STEP_UP, _("Confirm the password")))
register(Action(CHANGE_PASSWORD, _("Change one's password")))
register(Action(RESET_PASSWORD, _("Set a person's password"), grave=True))
register(Action(CREATE_PERSON, _("Add a person"), grave=True))
register(Action(CHANGE_PERSON, _("Change a person's name or address")))
register(Action(DEACTIVATE_PERSON, _("Deactivate a person"), grave=True))
register(Action(REACTIVATE_PERSON, _("Reactivate a person"), grave=True))
register(Action(GIVE_ROLE, _("Give a role"), grave=True))
register(Action(WITHDRAW_ROLE, _("Withdraw a role"), grave=True))

register_witness(
    "accounts.User", rows_of_the_console("accounts.User", "people have signed in", last_login__isnull=False)
)

register_words(
    "accounts",
    {
        "username": _("User name"),
        "name": _("Name"),
        "email": _("E-mail address"),
        "role": Word(_("Role"), {role.value: role.label for role in Role}),
        "connection": Word(_("Connection"), {"*": _("every connection")}),
        "app_id": Word(_("Application"), {"*": _("every application")}),
        "why": Word(_("Why"), {"asked": _("asked for")}),
    },
)
register_target_kinds({"person": _("person")})
