"""allauth's pages as this console shows them: own words, real status codes, and limits that say so."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views
from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from console.core.forms import SaysWhatToDo

__all__ = ["account_inactive", "password_change", "reauthenticate", "sign_in", "sign_out"]

_RETRY_SECONDS = 60


class SignInForm(SaysWhatToDo, LoginForm):
    """Name or address, and password. The name is bounded: it may end on record."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label = _("Name or e-mail address")
        login.validators.append(MaxLengthValidator(254))
        login.widget.attrs = {
            "autocomplete": "username",
            "autofocus": True,
            "maxlength": 254,
            "spellcheck": "false",
        }
        login.widget.attrs["autocapitalize"] = "none"
        password.label, password.help_text = _("Password"), ""
        password.widget.attrs = {"autocomplete": "current-password"}


class AgainForm(SaysWhatToDo, ReauthenticateForm):
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["password"]
        field.label, field.help_text = _("Your password"), ""
        field.widget.attrs = {"autocomplete": "current-password", "autofocus": True}


class NewPasswordForm(SaysWhatToDo, ChangePasswordForm):
    """A new password that is not the old one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (
            ("oldpassword", _("Password until now")),
            ("password1", _("New password")),
            ("password2", _("New password again")),
        ):
            field = self.fields[name]
            field.label, field.help_text = label, ""
            field.widget.attrs.pop("placeholder", None)
        self.fields["password1"].help_text = _("At least 12 characters; several words make a good one.")

    def clean_password1(self) -> str:
        new: str = self.cleaned_data["password1"]
        if new == self.cleaned_data.get("oldpassword"):
            raise ValidationError(_("This is the password until now. Choose another."))
        return new


def _said_clearly(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Answer a refused form with 422, and a reached limit with a page that says when to try again."""

    @wraps(view)
    def spoken(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = view(request, *args, **kwargs)
        if answer.status_code == 429:
            answer = render(request, "account/too_many.html", {"seconds": _RETRY_SECONDS}, status=429)
            answer["Retry-After"] = str(_RETRY_SECONDS)
        elif answer.status_code == 200 and _has_errors(answer):
            answer.status_code = 422
        return answer

    return spoken


def _has_errors(answer: HttpResponseBase) -> bool:
    form = (getattr(answer, "context_data", None) or {}).get("form")
    return bool(form is not None and form.errors)


sign_in = _said_clearly(views.LoginView.as_view(form_class=SignInForm))
sign_out = _said_clearly(views.logout)
reauthenticate = _said_clearly(views.ReauthenticateView.as_view(form_class=AgainForm))
password_change = _said_clearly(views.PasswordChangeView.as_view(form_class=NewPasswordForm))
account_inactive = views.account_inactive
