"""The two forms that act on a room. Both want a reason; both carry an id of their own, so that they act once."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from console.accounts.stepup import StepUpMixin

__all__ = ["REASONS", "DismissForm", "RemoveForm"]

REASONS = {
    "disturbs": _("Disturbs others"),
    "unwanted": _("Should not be in this room"),
    "asked": _("Asked for by the customer"),
    "duplicate": _("Joined twice, or stuck"),
    "overrun": _("Past its scheduled end"),
    "test": _("Left over from a test"),
}
OWN_WORDS = "own"
LONGEST_REASON = 400
MOST_PEOPLE = 2000


class _Ids(forms.Field):
    """Ids as the cloud gave them, each once, in the order of the form."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[str]:
        return list(dict.fromkeys(text for text in value or [] if text))[:MOST_PEOPLE]


class _ReasonForm(forms.Form):
    """A reason, chosen or written, and the hidden id by which sending the form twice is noticed."""

    form_id = forms.UUIDField(widget=forms.HiddenInput)
    preset = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", _("Choose…")), *REASONS.items(), (OWN_WORDS, _("Another reason, written below"))],
        error_messages={"required": _("Say why.")},
    )
    words = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST_REASON}),
        help_text=_("The reason stands in the audit trail with your name."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form_id"].initial = uuid.uuid4

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("preset") == OWN_WORDS and not cleaned.get("words") and "words" not in self.errors:
            self.add_error("words", _("Write the reason here."))
        return cleaned

    @property
    def reason(self) -> str:
        """The reason as the trail keeps it: the preset in English, then the person's own words."""
        with override("en"):
            preset = str(REASONS.get(self.cleaned_data["preset"], ""))
        return ": ".join(part for part in (preset, self.cleaned_data["words"]) if part)


class RemoveForm(_ReasonForm):
    """Remove participants: those named, or all who are in the room.

    all: "1" when all are meant. seen: how many were told to be hit then.
    """

    user = _Ids(required=False)
    all = forms.CharField(required=False, widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)


class DismissForm(StepUpMixin, _ReasonForm):
    """Dismiss a room. seen: how many people were told to be hit."""

    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
