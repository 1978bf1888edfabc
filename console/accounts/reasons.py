"""Why somebody does something grave: a preset, or their own words; it stands in the trail."""

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from console.core.forms import Form
from console.core.sayings import register_sayings

__all__ = ["LONGEST_REASON", "OWN_WORDS", "ReasonForm"]

OWN_WORDS = "own"
LONGEST_REASON = 400


class ReasonForm(Form):
    """A reason, chosen or written, and the hidden id by which sending the form twice is noticed.

    reasons: {value: label} of the presets; without any, the reason is written. Words without a preset are another
    reason.
    """

    reasons: ClassVar[Mapping[str, str | Promise]] = {}

    form_id = forms.UUIDField(widget=forms.HiddenInput)
    preset = forms.ChoiceField(
        label=_("Reason"),
        error_messages={"required": _("Say why.")},
    )
    words = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST_REASON}),
        help_text=_("The reason stands in the audit trail with your name."),
    )

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        register_sayings(cls.reasons.values())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form_id"].initial = uuid.uuid4
        if not self.reasons:
            del self.fields["preset"]
            self.fields["words"].required = True
            self.fields["words"].label = _("Reason")
            return
        choices = [("", _("Choose…")), *self.reasons.items(), (OWN_WORDS, _("Another reason, written below"))]
        cast(forms.ChoiceField, self.fields["preset"]).choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        written = cleaned.get("words") or "words" in self.errors
        if written and self.has_error("preset", "required"):
            del self.errors["preset"]
            cleaned["preset"] = OWN_WORDS
        if cleaned.get("preset") == OWN_WORDS and not cleaned.get("words") and "words" not in self.errors:
            self.add_error("words", _("Write the reason here."))
        return cleaned

    @property
    def reason(self) -> str:
        """The reason as the trail keeps it: the preset in English, then the person's own words."""
        with override("en"):
            preset = str(self.reasons.get(self.cleaned_data.get("preset", ""), ""))
        return ": ".join(part for part in (preset, self.cleaned_data["words"]) if part)
