"""Forms about people and their roles."""

import re
import secrets
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from console.accounts import reach
from console.accounts.models import User
from console.accounts.rights import Role
from console.accounts.stepup import StepUpMixin
from console.core import shell
from console.core.forms import Form
from console.core.text import plain

__all__ = [
    "AddPersonForm",
    "GiveRoleForm",
    "NameForm",
    "ReasonForm",
    "ResetPasswordForm",
    "suggested_password",
]

_USERNAME = r"\A[A-Za-z0-9][A-Za-z0-9._-]*\Z"
_EVERYWHERE = "*"
_APP_ID = re.compile(r"[A-Za-z0-9]{32}")
_WHAT = {
    Role.SUPPORT: _("Support: sees rooms and calls"),
    Role.LEAD: _("Team lead: also insights, exports, alerts, and the team's trail"),
    Role.MODERATOR: _("Moderator: sees rooms and calls, removes people, dismisses rooms, records"),
    Role.ADMIN: _("Admin: all of these, applications and buckets, and the whole trail"),
    Role.AUDITOR: _("Auditor: reads the whole trail, and nothing else"),
    Role.OWNER: _("Owner: everything, also connections and people"),
}
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # none that are mistaken for each other when read out


def suggested_password() -> str:
    """Return a password of 20 characters (99 bits) that can be read out over the telephone."""
    return "-".join("".join(secrets.choice(_LETTERS) for _n in range(5)) for _group in range(4))


class Line(forms.CharField):
    """A line of text in which everything can be seen."""

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if plain(text) != text:
            raise ValidationError(_("There are characters in this that cannot be seen. Type it anew."))
        return text


class Reason(forms.CharField):
    """Why something is done; stands in the trail."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Reason"))
        super().__init__(min_length=3, max_length=500, **kwargs)
        self.widget.attrs.update(rows=2)


class OneTimePassword(forms.CharField):
    """A password that somebody else will change: shown while it is typed, never again."""

    def __init__(self) -> None:
        attrs = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none", "data-secret": True}
        super().__init__(
            label=_("One-time password"),
            help_text=_(
                "Tell it to them in person: it is not shown again. They choose their own at the next sign-in."
            ),
            initial=suggested_password,
            max_length=128,
            strip=False,
            widget=forms.TextInput(attrs=attrs),
        )


class NameForm(Form):
    name = Line(label=_("Name"), max_length=100)
    email = forms.EmailField(label=_("E-mail address"), max_length=254, required=False)


class AddPersonForm(StepUpMixin, NameForm):
    username = Line(
        label=_("User name"),
        max_length=60,
        help_text=_("For signing in: letters, digits, dot, dash and underscore."),
        validators=[
            RegexValidator(
                r"\A[A-Za-z0-9][A-Za-z0-9._-]*\Z", _("Use letters, digits, dot, dash and underscore.")
            )
        ],
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    one_time_password = OneTimePassword()
    reason = Reason()

    field_order = ["username", "name", "email", "one_time_password", "reason", "password"]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        person = User(
            username=data.get("username", ""), email=data.get("email", ""), display_name=data.get("name", "")
        )
        _check_password(self, person)
        return data


class ResetPasswordForm(StepUpMixin):
    one_time_password = OneTimePassword()
    reason = Reason()

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean(self) -> dict[str, Any]:
        _check_password(self, self.person)
        return self.cleaned_data


class ReasonForm(StepUpMixin):
    reason = Reason()


class GiveRoleForm(StepUpMixin):
    """A role, and where it counts. Only places that the asking person manages are on offer."""

    role = forms.ChoiceField(label=_("Role"), choices=list(_WHAT.items()), widget=forms.RadioSelect)
    place = forms.ChoiceField(label=_("Connection"))
    application = forms.ChoiceField(label=_("Application"), required=False)
    app_id = Line(
        label=_("Another application, by its id"),
        max_length=64,
        required=False,
        help_text=_("For one that is not in the list: the console has not seen it yet."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    unknown_too = forms.BooleanField(
        label=_("The id is right; the role is to count once the application is there"), required=False
    )
    reason = Reason()

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, request=request, **kwargs)
        actor: Any = request.user
        self.connections = {connection.slug: connection for connection in reach.connections_managed_by(actor)}
        places: list[tuple[str, Any]] = [
            (slug, connection.name) for slug, connection in self.connections.items()
        ]
        if reach.manages_everything(actor):
            places.append((_EVERYWHERE, _("Every connection, also future ones")))
        self.fields["place"].choices = places  # type: ignore[attr-defined]
        slugs = {connection.pk: slug for slug, connection in self.connections.items()}
        self.known: dict[str, dict[str, str]] = {slug: {} for slug in self.connections}
        for (pk, app_id), name in shell.ask("applications", slugs, default={}).items():
            self.known[slugs[pk]][app_id] = name
        self.fields["application"].choices = self._applications()  # type: ignore[attr-defined]
        if not self._is_unknown(self.data.get("place", ""), self.data.get("app_id", "").strip()):
            del self.fields["unknown_too"]

    def _applications(self) -> list[tuple[str, Any]]:
        groups = [
            (
                self.connections[slug].name,
                [(f"{slug}/{app_id}", f"{plain(name)} · {app_id}") for app_id, name in names.items()],
            )
            for slug, names in self.known.items()
            if names
        ]
        return [("", _("Every application of the connection")), *groups]

    def _is_unknown(self, place: str, app_id: str) -> bool:
        return bool(app_id) and place in self.known and app_id not in self.known[place]

    def clean_app_id(self) -> str:
        app_id: str = self.cleaned_data["app_id"]
        known = any(app_id in names for names in self.known.values())
        if app_id and not known and not _APP_ID.fullmatch(app_id):
            raise ValidationError(_("An application id has 32 letters and digits. Copy it whole."))
        return app_id

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        place, _slash, chosen = data.get("application", "").partition("/")
        typed = data.get("app_id", "")
        if chosen and place != data.get("place") and data.get("place") in self.connections:
            self.add_error("application", _("This application belongs to another connection."))
        if chosen and typed and chosen != typed:
            self.add_error("app_id", _("Choose an application, or give an id, not both."))
        if not chosen and self._is_unknown(data.get("place", ""), typed) and not data.get("unknown_too"):
            self.add_error(
                "app_id",
                _(
                    "The console knows no application with this id on this connection. If it is right, say so below."
                ),
            )
        data["app_id"] = chosen or typed
        if data.get("app_id") and data.get("place") == _EVERYWHERE:
            self.add_error("place", _("An application belongs to one connection: choose it."))
        if data.get("app_id") and data.get("role") == Role.OWNER:
            self.add_error(
                "application" if chosen else "app_id",
                _("An application has no owner. Choose another role, or the whole connection."),
            )
        return data


def _check_password(form: forms.Form, person: User) -> None:
    password = form.cleaned_data.get("one_time_password")
    if password:
        try:
            validate_password(password, person)
        except ValidationError as error:
            form.add_error("one_time_password", error)
