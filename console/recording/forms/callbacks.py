"""Forms about callbacks. A key goes in, and never comes out by a form."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from console.accounts.reasons import ReasonForm
from console.accounts.stepup import StepUpMixin
from console.connections.addresses import AddressRefused, check_public_url
from console.core.forms import Form
from console.recording.models import CallbackDelivery
from console.recording.services.callback_keys import KEY_LENGTHS
from console.recording.services.callback_settings import Key
from console.sparkrtc.notifications import EVENTS
from console.sparkrtc.secret import Secret

__all__ = ["CallbackForm", "FilterForm", "LearnForm", "OwnReceiverForm", "RevealForm", "SampleForm"]

_TYPED = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
_LONGEST_URL = 2048
_SHORTEST, _LONGEST = KEY_LENGTHS


class _KeyField(forms.CharField):
    """A key that somebody types: 32-64 signs without spaces. It is not shown again when the form comes back."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            min_length=_SHORTEST,
            max_length=_LONGEST,
            strip=False,
            widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
            validators=[RegexValidator(r"\A[!-~]+\Z", _("Letters, digits and signs only, without spaces."))],
            **kwargs,
        )


class CallbackForm(ReasonForm):
    """Where notifications go, and what becomes of the key. signed: there is a key at present."""

    url = forms.CharField(
        label=_("Address"),
        max_length=_LONGEST_URL,
        widget=forms.URLInput(attrs={**_TYPED, "data-secret": True, "placeholder": "https://"}),
        help_text=_("http or https; it must accept POST, answer 200, and be reached from the internet."),
        error_messages={"required": _("Give the address that notifications are sent to.")},
    )
    key = forms.ChoiceField(label=_("Key"), widget=forms.RadioSelect)
    given = _KeyField(
        label=_("The key"), required=False, help_text=_("32–64 signs. For a key of your own only.")
    )
    field_order = ("url", "key", "given", "words")

    def __init__(self, *args: Any, signed: bool | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["key"]
        choice.choices = [
            *([(Key.KEEP.value, _("Keep the present key"))] if signed is not False else []),
            (Key.NEW.value, _("Make a new key")),
            (Key.GIVEN.value, _("A key of your own")),
            (Key.NONE.value, _("None: notifications are not signed, and nobody can tell who sent them")),
        ]
        choice.initial = (Key.KEEP if signed else Key.NEW).value
        self.fields["words"].required = False

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            check_public_url(url)
        except AddressRefused as problem:
            raise ValidationError(str(problem)) from None
        return url

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("key") == Key.GIVEN and not cleaned.get("given") and "given" not in self.errors:
            self.add_error("given", ValidationError(_("Enter the key.")))
        if cleaned.get("key") != Key.GIVEN:
            self.errors.pop("given", None)
        return cleaned

    @property
    def secret(self) -> Secret | None:
        """The key that was typed, None unless it is meant."""
        return Secret(self.cleaned_data["given"]) if self.cleaned_data["key"] == Key.GIVEN else None


class OwnReceiverForm(ReasonForm):
    """Let the notifications come to this console."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].required = False


class RevealForm(StepUpMixin, ReasonForm):
    """Reveal a callback's key."""

    reasons = {
        "setup": _("To set up the customer's server"),
        "check": _("To compare it with what the customer uses"),
        "incident": _("Part of an incident"),
    }


class LearnForm(Form):
    """Where the key comes from that notifications are verified with."""

    CLOUD, TYPED = "cloud", "typed"
    source = forms.ChoiceField(
        label=_("Where from"),
        choices=[(CLOUD, _("Take it from the cloud")), (TYPED, _("Enter it"))],
        initial=CLOUD,
        widget=forms.RadioSelect,
    )
    given = _KeyField(label=_("The key"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("source") == self.TYPED and not cleaned.get("given") and "given" not in self.errors:
            self.add_error("given", ValidationError(_("Enter the key.")))
        if cleaned.get("source") != self.TYPED:
            self.errors.pop("given", None)
        return cleaned


class SampleForm(Form):
    """Send a sample; nothing is asked."""


class FilterForm(Form):
    """The filters of the inbox, as they stand in the address."""

    app = forms.ChoiceField(label=_("Application"), required=False)
    verdict = forms.ChoiceField(
        label=_("Signature"), required=False, choices=[("", _("All")), *CallbackDelivery.Verdict.choices]
    )
    event = forms.ChoiceField(
        label=_("Event"), required=False, choices=[("", _("All")), *((name, name) for name in EVENTS)]
    )
    q = forms.CharField(label=_("Job, room, object"), required=False, max_length=200)
