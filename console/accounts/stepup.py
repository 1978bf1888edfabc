"""Step-up: grave actions want to know that the person who signed in is still the one at the keyboard.

Whoever signed in, or confirmed their password, within ACCOUNT_REAUTHENTICATION_TIMEOUT seconds is asked nothing. Others
get a password field in the dialog of the action itself, so that one submit does both, also without scripts.
"""

import time
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.core import ratelimit
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from console import audit
from console.accounts import sessions
from console.accounts.actions import STEP_UP
from console.accounts.models import User
from console.accounts.services import target_of
from console.core.forms import Form

__all__ = [
    "StepUpMixin",
    "TooManyTries",
    "check_password_step_up",
    "needs_step_up",
    "recent_sign_in",
    "record_step_up",
]


class TooManyTries(Exception):
    """The password was tried too often; nothing was checked."""


def recent_sign_in(request: HttpRequest) -> bool:
    """Say whether the person signed in, or confirmed who they are, a short while ago."""
    if not request.user.is_authenticated:
        return False
    records = get_authentication_records(request, request.user)
    last = max([sessions.began_at(request), *(float(record.get("at", 0)) for record in records)])
    return 0 <= time.time() - last < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def needs_step_up(request: HttpRequest) -> bool:
    """Say whether a grave action must ask for the password first."""
    return not recent_sign_in(request)


def check_password_step_up(request: HttpRequest, password: str) -> bool:
    """Check the person's password and remember that it was right; on record either way.

    Raises TooManyTries after allauth's limit for re-authentication.
    """
    from allauth.account.adapter import get_adapter

    user: Any = request.user
    if not ratelimit.consume(request, action="reauthenticate", user=user):
        raise TooManyTries
    if not get_adapter(request).reauthenticate(user, password):
        return False
    record_authentication(request, user, method="password", reauthenticated=True)
    return True


def record_step_up(user: User, fits: bool) -> None:
    """Put on record that a password was asked for again, and whether it was right."""
    target = target_of(user)
    if fits:
        audit.record(STEP_UP, actor=user, target=target)
    else:
        audit.record(STEP_UP, actor=user, target=target, outcome="failed", error="wrong password")


class StepUpMixin(Form):
    """A form of a grave action: has a field `password` when the sign-in is not recent.

    Give it `request=`. The password is checked last, when everything else is in order, so that a forgotten reason costs
    no try; a form that comes back keeps everything but the password.
    """

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        if needs_step_up(request):
            self.fields["password"] = forms.CharField(
                label=_("Your password"),
                help_text=_("Your sign-in is a while ago: confirm that it is you."),
                strip=False,
                max_length=1000,
                error_messages={"required": _("Type your password.")},
                widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
            )

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if "password" in self.fields and not self.errors:
            self._check_password()

    def _check_password(self) -> None:
        try:
            fits = check_password_step_up(self.request, self.cleaned_data.pop("password"))
        except TooManyTries:
            self.add_error("password", ValidationError(_("Too many tries. Wait a minute, then try again.")))
            return
        if not fits:
            self.add_error("password", ValidationError(_("That is not your password.")))
