"""Forms about applications. Ranges and rules are the cloud's, checked before it is asked."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from console.accounts.reasons import ReasonForm
from console.accounts.stepup import StepUpMixin
from console.sparkrtc.catalogue.shared import NAME, ROOM_ID

__all__ = ["AccessForm", "CreateForm", "DeleteForm", "DisableForm", "EnableForm", "RevealForm"]

_TYPED = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
_LONGEST_MINUTES = 12 * 60 - 1
_USUAL_MINUTES = 120


class _NoteForm(ReasonForm):
    """A reason that may be given."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].required = False


class CreateForm(_NoteForm):
    """The name of a new application. taken: {name: address} of those that are known."""

    name = forms.CharField(
        label=_("Name"),
        max_length=64,
        widget=forms.TextInput(attrs=_TYPED),
        help_text=_("1–64 letters, digits, hyphens and underscores. It cannot be changed later."),
        error_messages={"required": _("Give it a name.")},
        validators=[
            RegexValidator(
                rf"\A(?:{NAME.expression.pattern})\Z",
                _("Only letters, digits, hyphens and underscores, at most 64, without spaces."),
            )
        ],
    )
    field_order = ("name", "words")

    def __init__(self, *args: Any, taken: frozenset[str] = frozenset(), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.taken = taken

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if name in self.taken:
            raise ValidationError(
                _("The account has an application of this name already: two cannot share one.")
            )
        return name


class EnableForm(_NoteForm):
    """Enable an application."""


class DisableForm(StepUpMixin, ReasonForm):
    """Disable an application."""

    reasons = {
        "misuse": _("Misused"),
        "incident": _("Part of an incident"),
        "contract": _("The contract has ended"),
        "unused": _("Not used any more"),
        "asked": _("Asked for by the customer"),
    }


class DeleteForm(StepUpMixin, ReasonForm):
    """Delete an application: its name is typed, or its id where nobody could type the name. expected: that text."""

    reasons = {
        "unused": _("Not used any more"),
        "contract": _("The contract has ended"),
        "test": _("Was for a test only"),
    }
    typed = forms.CharField(
        label=_("Its name"),
        max_length=256,
        widget=forms.TextInput(attrs=_TYPED),
        error_messages={"required": _("Type it to confirm.")},
    )
    field_order = ("typed", "preset", "words", "password")

    def __init__(self, *args: Any, expected: str, by_id: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = expected
        if by_id:
            self.fields["typed"].label = _("Its id")
        self.fields["typed"].help_text = _("Type it to confirm: %(name)s") % {"name": expected}

    def clean_typed(self) -> str:
        if self.cleaned_data["typed"] != self.expected:
            raise ValidationError(_("That is not what is written below the field."))
        return self.expected


class RevealForm(StepUpMixin, ReasonForm):
    """Reveal a key."""

    reasons = {
        "setup": _("To set up the customer's server"),
        "check": _("To compare it with what the customer uses"),
        "incident": _("Part of an incident"),
    }


class AccessForm(StepUpMixin, ReasonForm):
    """A room-access signature for a test: whom it lets in where, and for how long."""

    reasons = {
        "try": _("To try the customer's set-up"),
        "reproduce": _("To reproduce a complaint"),
    }
    room_id = forms.CharField(
        label=_("Room id"),
        max_length=64,
        widget=forms.TextInput(attrs=_TYPED),
        help_text=_("The room opens when the first person joins."),
        validators=[
            RegexValidator(
                rf"\A(?:{ROOM_ID.expression.pattern})\Z",
                _("Up to 64 letters, digits, _ and -, without spaces."),
            )
        ],
    )
    user_id = forms.CharField(
        label=_("User id"),
        max_length=64,
        widget=forms.TextInput(attrs=_TYPED),
        validators=[
            RegexValidator(
                rf"\A(?:{ROOM_ID.expression.pattern})\Z",
                _("Up to 64 letters, digits, _ and -, without spaces."),
            )
        ],
    )
    minutes = forms.IntegerField(
        label=_("Valid for"),
        min_value=1,
        max_value=_LONGEST_MINUTES,
        initial=_USUAL_MINUTES,
        help_text=_("1–719 minutes: less than 12 hours. Two hours are recommended."),
    )
    field_order = ("room_id", "user_id", "minutes", "preset", "words", "password")
