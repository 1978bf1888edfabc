"""How allauth behaves here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

__all__ = ["Adapter"]

_MISMATCH = _("Name and password do not fit together.")


class Adapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _MISMATCH,
        "email_password_mismatch": _MISMATCH,
        "too_many_login_attempts": _(
            "Too many wrong passwords for this name, or from this network. Wait five minutes, then try again."
        ),
        "incorrect_password": _("That is not your password."),
        "enter_current_password": _("That is not your password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse sign-ups: people are added by an owner."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try; a sign-in refused for its number is on record like one refused for its password."""
        from console.accounts.signals import record_refused_sign_in

        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            record_refused_sign_in(
                str(credentials.get("username") or credentials.get("email") or ""), "too many tries"
            )
            raise

    def reauthenticate(self, user: Any, password: str) -> bool:
        """Check the password of somebody who is signed in.

        Not by way of a sign-in: strangers who type wrong passwords for a name could then lock its owner out of acting.
        The views and step-up limit the tries.
        """
        from console.accounts.stepup import record_step_up

        fits: bool = user.is_active and user.check_password(password)
        record_step_up(user, fits)
        return fits

    def set_password(self, user: Any, password: str) -> None:
        """Set a password that its owner chose."""
        user.set_password(password)
        user.must_change_password = False
        user.save(update_fields=["password", "must_change_password"])

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:me")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")
