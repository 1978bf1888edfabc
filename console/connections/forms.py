"""Forms about connections. A secret goes in, and never comes out."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from console.accounts.models import User
from console.accounts.reach import manages_everything
from console.accounts.stepup import StepUpMixin
from console.connections.addresses import AddressRefused, check_endpoint
from console.connections.models import OBS_ENDPOINT, Connection
from console.connections.services import ConnectionFacts
from console.core.forms import Form
from console.core.text import plain

__all__ = ["ConnectionForm", "DeleteForm", "ReasonForm"]

_RESERVED = {"new"}
_TYPED = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
_KIND_FIELDS = {
    Connection.Kind.ACCESS_KEY: ("access_key",),
    Connection.Kind.IAM_USER: ("iam_endpoint", "iam_domain", "iam_user"),
}
_NO_SPACES = RegexValidator(r"\A[!-~]+\Z", _("Letters, digits and signs only, without spaces."))


class _Line(forms.CharField):
    """A line of text in which everything can be seen."""

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if plain(text) != text:
            raise ValidationError(_("There are characters in this that cannot be seen. Type it anew."))
        return text


class _Endpoint(forms.CharField):
    """An address that the console may connect to; kept without its last slash."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=200, widget=forms.URLInput(attrs=_TYPED), **kwargs)

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if text:
            try:
                check_endpoint(text)
            except AddressRefused as problem:
                raise ValidationError(str(problem)) from None
        return text.rstrip("/")


class _ObsEndpoint(forms.CharField):
    """The address of object storage, in which {location} stands for a bucket's region."""

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if text:
            filled = text.replace("{location}", "cn-north-4")
            if set(filled) & set("{}"):
                raise ValidationError(_("Nothing but {location} can stand in braces here."))
            try:
                check_endpoint(filled)
            except AddressRefused as problem:
                raise ValidationError(str(problem)) from None
        return text.rstrip("/")


class ReasonForm(StepUpMixin, Form):
    """Why something is done; stands in the trail."""

    reason = forms.CharField(
        label=_("Reason"), min_length=3, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class ConnectionForm(ReasonForm):
    """A connection's facts and its secret. Give it `connection=` to change one, else it makes a new one.

    The secret's field is always empty: left empty on a change, the secret stays as it is.
    """

    name = _Line(label=_("Name"), max_length=80)
    slug = forms.SlugField(
        label=_("Short name"), max_length=40, help_text=_("Stands in addresses: /c/short-name/…")
    )
    endpoint = _Endpoint(label=_("Endpoint"), initial="https://rtc-api.myhuaweicloud.com")
    project_id = forms.CharField(
        label=_("Project id"),
        max_length=64,
        validators=[_NO_SPACES],
        help_text=_("From My Credentials in the cloud's console."),
        widget=forms.TextInput(attrs=_TYPED),
    )
    kind = forms.ChoiceField(
        label=_("Credentials"),
        choices=Connection.Kind.choices,
        initial=Connection.Kind.ACCESS_KEY,
        widget=forms.RadioSelect,
    )
    access_key = forms.CharField(
        label=_("Access key id (AK)"),
        max_length=128,
        validators=[_NO_SPACES],
        help_text=_("For an access key only."),
        widget=forms.TextInput(attrs=_TYPED),
    )
    iam_endpoint = _Endpoint(
        label=_("IAM endpoint"),
        initial="https://iam.myhuaweicloud.com",
        help_text=_("For an IAM user only."),
    )
    iam_domain = _Line(label=_("Account name"), max_length=128, help_text=_("For an IAM user only."))
    iam_user = _Line(label=_("IAM user name"), max_length=128, help_text=_("For an IAM user only."))
    obs_endpoint = _ObsEndpoint(
        label=_("Object storage"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs=_TYPED | {"placeholder": OBS_ENDPOINT}),
        help_text=_(
            "Where recordings are fetched from; {location} stands for a bucket's region. Left empty, the cloud's own."
        ),
    )
    secret = forms.CharField(
        label=_("Secret"),
        max_length=500,
        required=False,
        strip=False,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
        help_text=_(
            "The secret access key (SK), or the IAM user's password. It is sealed and never shown again."
        ),
    )
    use_required_attribute = False  # what is hidden with the other credentials must not stop the browser
    field_order = (
        "name",
        "slug",
        "endpoint",
        "project_id",
        "kind",
        "access_key",
        "iam_endpoint",
        "iam_domain",
    )

    def __init__(self, *args: Any, connection: Connection | None = None, **kwargs: Any) -> None:
        self.connection = connection
        if connection is not None:
            facts = ConnectionFacts.of(connection)
            kwargs["initial"] = {name: getattr(facts, name) for name in facts.__dataclass_fields__}
        super().__init__(*args, **kwargs)
        self.fields["secret"].required = connection is None or not connection.secret
        if connection is not None and connection.secret:
            self.fields["secret"].help_text = _("Kept as it is. Fill it in only to replace it.")
        if connection is not None and not manages_everything(cast(User, self.request.user)):
            for name in ("endpoint", "project_id"):
                self.fields[name].disabled = True
                self.fields[name].help_text = _("Only owners of every connection change it.")
        self.order_fields([*self.field_order, "iam_user", "obs_endpoint", "secret", "reason", "password"])

    def full_clean(self) -> None:
        """Check what belongs to the chosen credentials, and let the rest be.

        On the page nothing of either is optional: who chooses the other credentials is shown the other fields.
        """
        chosen = self.data.get(self.add_prefix("kind"))
        for kind, names in _KIND_FIELDS.items():
            for name in names:
                self.fields[name].required = kind == chosen
        super().full_clean()
        for names in _KIND_FIELDS.values():
            for name in names:
                self.fields[name].required = True

    @property
    def facts(self) -> ConnectionFacts:
        """What was entered, once it is valid; what belongs to the other kind of credentials is empty."""
        data = {name: self.cleaned_data.get(name, "") for name in ConnectionFacts.__dataclass_fields__}
        for kind, names in _KIND_FIELDS.items():
            if kind != data["kind"]:
                data.update(dict.fromkeys(names, ""))
        return ConnectionFacts(**data)

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"].lower()
        if slug in _RESERVED:
            raise ValidationError(_("This short name is taken by a page. Choose another."))
        self._refuse_taken("slug", slug)
        return slug

    def clean_name(self) -> str:
        self._refuse_taken("name", self.cleaned_data["name"])
        return str(self.cleaned_data["name"])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not data.get("secret"):
            self._require_secret()
        return data

    def _require_secret(self) -> None:
        if self.connection is None or not self.connection.secret:
            self.add_error("secret", ValidationError(_("Enter the secret.")))
        elif ConnectionFacts.of(self.connection).who_gets_the_secret != self.facts.who_gets_the_secret:
            self.add_error(
                "secret",
                ValidationError(
                    _("Enter the secret again: it was entered for another endpoint or another key.")
                ),
            )

    def _refuse_taken(self, field: str, value: str) -> None:
        others = Connection.objects.all()
        if self.connection is not None:
            others = others.exclude(pk=self.connection.pk)
        if others.filter(**{f"{field}__iexact": value}).exists():
            raise ValidationError(_("Another connection has this name or short name."))


class DeleteForm(ReasonForm):
    """The connection's name, typed, and a reason."""

    typed = forms.CharField(label=_("Its name"), max_length=80, widget=forms.TextInput(attrs=_TYPED))

    def __init__(self, *args: Any, connection: Connection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.connection = connection
        self.fields["typed"].help_text = _("Type it to confirm: %(name)s") % {"name": connection.name}
        self.order_fields(["typed", "reason", "password"])

    def clean_typed(self) -> str:
        if self.cleaned_data["typed"] != self.connection.name:
            raise ValidationError(_("That is not its name."))
        return str(self.cleaned_data["typed"])
