"""The two forms that act on a room. Both want a reason; both carry an id of their own, so that they act once."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.accounts.reasons import ReasonForm
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
MOST_PEOPLE = 2000


class _Ids(forms.Field):
    """Ids as the cloud gave them, each once, in the order of the form."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[str]:
        return list(dict.fromkeys(text for text in value or [] if text))[:MOST_PEOPLE]


class _RoomReasonForm(ReasonForm):
    reasons = REASONS


class RemoveForm(_RoomReasonForm):
    """Remove participants: those named, or all who are in the room.

    all: "1" when all are meant. seen: how many were told to be hit then.
    """

    user = _Ids(required=False)
    all = forms.CharField(required=False, widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)


class DismissForm(StepUpMixin, _RoomReasonForm):
    """Dismiss a room. seen: how many people were told to be hit."""

    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
