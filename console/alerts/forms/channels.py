"""The forms of channels and of the mail server. A secret goes in, and never comes out."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from console.accounts.models import User
from console.accounts.reasons import ReasonForm as FormWithId
from console.accounts.stepup import StepUpMixin
from console.alerts.formats import FORMATS, KeyOf
from console.alerts.forms.silences import SilenceForm, initial_silence, zone_choices
from console.alerts.models import Channel, MailServer
from console.alerts.services.channels import WantedChannel
from console.alerts.services.mailing import MailFacts
from console.alerts.telling_words import FORMAT_NAMES
from console.connections.addresses import AddressRefused, check_public_url
from console.connections.forms import ReasonForm
from console.core.forms import Form
from console.core.text import aside
from console.sparkrtc.secret import Secret

__all__ = ["ChannelForm", "KeyForm", "MailForm", "MailTestForm"]

MOST_ADDRESSES = 20
_TYPED = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.:-]*[A-Za-z0-9])?")


class KeyForm(StepUpMixin, FormWithId):
    """Why the key that a channel signs with is replaced."""


class ChannelForm(SilenceForm):
    """A channel. medium: of Channel.Medium; people: who can be told. Give it `channel=` to change one."""

    name = forms.CharField(label=_("Name"), max_length=80)
    format = forms.ChoiceField(label=pgettext_lazy("receiver", "For"), choices=list(FORMAT_NAMES.items()))
    url = forms.CharField(
        label=_("Address (URL)"),
        max_length=1000,
        widget=forms.URLInput(attrs={**_TYPED, "data-secret": True}),
        help_text=_("It is sealed: afterwards only its host is shown."),
    )
    secret = forms.CharField(
        label=_("The tool's signing key"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("For Feishu, Lark and DingTalk, if a signature was chosen there."),
    )
    people = forms.TypedMultipleChoiceField(
        label=_("People"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They get alerts of the applications that they see here, in their own language."),
    )
    addresses = forms.CharField(
        label=_("Other addresses"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, **_TYPED}),
        help_text=_("One a line. They get everything that the rules send here."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    zone = forms.ChoiceField(label=_("Times in"), choices=zone_choices)
    active = forms.BooleanField(label=_("In use"), required=False, initial=True)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        medium: str,
        people: Iterable[User],
        channel: Channel | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("initial", _initial(channel))
        super().__init__(*args, **kwargs)
        self.medium, self.channel = medium, channel
        everybody = list(people)
        self._without = {person.pk: str(person) for person in everybody if not person.email}
        webhook = medium == Channel.Medium.WEBHOOK
        for name in ("people", "addresses") if webhook else ("format", "url", "secret"):
            del self.fields[name]
        if not webhook:
            chosen: Any = self.fields["people"]
            chosen.choices = [(person.pk, _labelled(person)) for person in everybody]
        elif channel is not None:
            del self.fields["format"]  # its key and its words belong to the address
            self.fields["url"].required = False
            self.fields["url"].help_text = _("Kept as it is. Fill it in only to replace it.")
            if FORMATS[channel.format].key is not KeyOf.THEIRS:
                del self.fields["secret"]
            elif channel.secret:
                self.fields["secret"].help_text = _("Kept as it is. Fill it in only to replace it.")

    @property
    def format_name(self) -> str:
        """The format of a webhook; "" of e-mail."""
        if self.channel is not None:
            return self.channel.format
        return str(self.cleaned_data.get("format", ""))

    @property
    def wanted(self) -> WantedChannel:
        """What a valid form asks for."""
        values = self.cleaned_data
        return WantedChannel(
            values["name"],
            self.medium,
            self.format_name,
            values.get("url", ""),
            Secret(values.get("secret", "")),
            tuple(values.get("people", ())),
            tuple(values.get("addresses", ())),
            values["language"],
            values["zone"],
            self.silence,
            values["silent_spares"],
            values["active"],
        )

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip()
        if url:
            try:
                check_public_url(url)
            except AddressRefused as problem:
                raise ValidationError(str(problem)) from None
            if urlsplit(url).scheme != "https" and not settings.ALLOW_PRIVATE_ENDPOINTS:
                raise ValidationError(
                    _("Only https is allowed: over http the message could be read on the way.")
                )
        return url

    def clean_people(self) -> list[int]:
        chosen: list[int] = self.cleaned_data["people"]
        for pk in chosen:
            if pk in self._without:
                raise ValidationError(
                    _("%(name)s has no e-mail address. An owner can add one under Settings › People.")
                    % {"name": self._without[pk]}
                )
        return chosen

    def clean_addresses(self) -> list[str]:
        found = list(dict.fromkeys(re.split(r"[\s,;]+", self.cleaned_data["addresses"].strip())))
        found = [address for address in found if address]
        for address in found:
            try:
                validate_email(address)
            except ValidationError:
                raise ValidationError(_("This is no e-mail address: %(text)s") % {"text": address}) from None
            if not address.isascii():
                raise ValidationError(_("This is no e-mail address: %(text)s") % {"text": address})
        if len(found) > MOST_ADDRESSES:
            raise ValidationError(
                _("At most %(count)s addresses. Use a mailing list.") % {"count": MOST_ADDRESSES}
            )
        return found

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if "people" in self.fields and not self.errors and not (values["people"] or values["addresses"]):
            self.add_error("people", ValidationError(_("Choose somebody, or enter an address.")))
        if values.get("secret") and FORMATS[self.format_name].key is not KeyOf.THEIRS:
            self.add_error("secret", ValidationError(_("This kind is not signed with a key of the tool's.")))
        return values


class MailForm(ReasonForm):
    """The mail server. The password's field is always empty: left empty, the password stays as it is."""

    host = forms.CharField(label=_("Host"), max_length=200, widget=forms.TextInput(attrs=_TYPED))
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=587)
    security = forms.ChoiceField(label=_("Encryption"), choices=MailServer.Security.choices)
    user = forms.CharField(
        label=_("User name"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs=_TYPED),
        help_text=_("Empty: without signing in."),
    )
    secret = forms.CharField(
        label=_("Password"),
        max_length=500,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("It is sealed and never shown again."),
    )
    sender = forms.EmailField(
        label=_("Sender"), max_length=200, help_text=_("The address that messages come from.")
    )

    def __init__(self, *args: Any, facts: MailFacts | None, **kwargs: Any) -> None:
        if facts is not None:
            names = ("host", "port", "security", "user", "sender")
            kwargs.setdefault("initial", {name: getattr(facts, name) for name in names})
        super().__init__(*args, **kwargs)
        if facts is not None and facts.has_password:
            self.fields["secret"].help_text = _("Kept as it is. Fill it in only to replace it.")
        self.order_fields(["host", "port", "security", "user", "secret", "sender", "reason", "password"])

    @property
    def facts(self) -> MailFacts:
        """What a valid form asks for."""
        values = self.cleaned_data
        return MailFacts(values["host"], values["port"], values["security"], values["user"], values["sender"])

    def clean_host(self) -> str:
        host: str = self.cleaned_data["host"]
        if not _HOST.fullmatch(host):
            raise ValidationError(_("Only the name of the server, like smtp.example.com."))
        return host

    def clean_sender(self) -> str:
        sender: str = self.cleaned_data["sender"]
        if not sender.isascii():
            raise ValidationError(_("This is no e-mail address: %(text)s") % {"text": sender})
        return sender

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("user") and values.get("security") == MailServer.Security.NONE:
            self.add_error(
                "security",
                ValidationError(_("Without encryption the password could be read on the way.")),
            )
        return values


class MailTestForm(Form):
    """Whom to send the test to."""

    to = forms.EmailField(label=_("Send a test to"), max_length=254)


def _initial(channel: Channel | None) -> dict[str, Any]:
    if channel is None:
        zone = timezone.get_current_timezone_name()
        return {"language": get_language() or "en", "zone": zone, "silent_zone": zone, "silent_spares": True}
    return {
        "name": channel.name,
        "people": [person.pk for person in channel.people.all()],
        "addresses": "\n".join(channel.addresses),
        "language": channel.language,
        "zone": channel.zone,
        "active": channel.active,
        "version": channel.version,
        **initial_silence(channel),
    }


def _labelled(person: User) -> str:
    return aside(str(person), person.email or str(_("no e-mail address")))
