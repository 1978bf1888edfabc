"""Forms of Investigate."""

import uuid
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from console.accounts.reasons import ReasonForm
from console.accounts.stepup import StepUpMixin
from console.core.forms import Form
from console.core.times import is_zone
from console.investigate.labels import UNIT_NAMES
from console.investigate.limit_values import scale_of, typed
from console.investigate.pasted.reading import LONGEST_TEXT
from console.investigate.verdict.limits import LIMITS, Limits, problems
from console.investigate.wording import limit_name

__all__ = ["ForgetForm", "LimitsForm", "MarkForm", "NoteForm", "PolicyForm", "WatchForm", "WideSearchForm"]


class WideSearchForm(Form):
    """What was pasted, to be looked for everywhere; form_id: sent twice, it starts one search."""

    form_id = forms.UUIDField(widget=forms.HiddenInput)
    q = forms.CharField(max_length=LONGEST_TEXT, widget=forms.HiddenInput)
    zone = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["auto_id"] = False  # the search box has its ids already
        super().__init__(*args, **kwargs)
        self.fields["form_id"].initial = uuid.uuid4

    @property
    def customer_zone(self) -> tzinfo:
        """The zone in which the text's times are meant."""
        name = self.cleaned_data.get("zone", "")
        return ZoneInfo(name) if is_zone(name) else timezone.get_current_timezone()


class ForgetForm(StepUpMixin, ReasonForm):
    """Why a kept call is deleted before its time."""


class NoteForm(Form):
    """Something to remember about a call."""

    text = forms.CharField(
        label=_("Note"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write something.")},
    )


class MarkForm(Form):
    """What somebody thinks of a verdict."""

    right = forms.TypedChoiceField(
        choices=[("1", _("Right")), ("0", _("Wrong"))], coerce=lambda value: value == "1", empty_value=None
    )
    note = forms.CharField(required=False, max_length=500)


class PolicyForm(Form):
    """What is kept by itself, and for how long."""

    keep_verdicts = forms.BooleanField(label=_("Calls in which something was wrong"), required=False)
    keep_complaints = forms.BooleanField(label=_("Calls that somebody complained of"), required=False)
    days = forms.IntegerField(
        label=_("Kept for"),
        min_value=1,
        max_value=3650,
        help_text=_("1–3,650 days, then deleted, on record."),
    )


class WatchForm(ReasonForm):
    """Whose calls are kept whatever becomes of them, for how long, and why."""

    days = forms.IntegerField(label=_("For"), min_value=1, max_value=90, initial=14)
    field_order = ("days", "words")


class LimitsForm(ReasonForm):
    """The limits that verdicts compare with; shares are typed in per cent."""

    def __init__(self, *args: Any, in_force: Limits, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for limit in LIMITS:
            scale = scale_of(limit.unit)
            self.fields[limit.id] = forms.FloatField(
                label=limit_name(limit.id),
                min_value=limit.low * scale,
                max_value=limit.high * scale,
                initial=typed(in_force[limit.id], limit.unit),
                widget=forms.NumberInput(
                    attrs={"step": "1" if limit.whole else "any", "class": "form-control"}
                ),
            )

    @property
    def rows(self) -> list[tuple[forms.BoundField, str, float | int, str]]:
        """Each limit's field, with its unit, its default, and who says so."""
        return [
            (
                self[limit.id],
                str(UNIT_NAMES.get(limit.unit, limit.unit)),
                typed(limit.default, limit.unit),
                str(_("our own")) if limit.source == "ours" else limit.source,
            )
            for limit in LIMITS
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for problem in problems(self._values(cleaned)):
            if problem.id in self.fields and problem.id not in self.errors:
                words = (
                    _("Must not be above the one that belongs to it.")
                    if problem.other
                    else _("Not possible.")
                )
                self.add_error(problem.id, words)
        return cleaned

    @property
    def values(self) -> dict[str, float]:
        """The limits as the engine counts them."""
        return self._values(self.cleaned_data)

    def _values(self, cleaned: dict[str, Any]) -> dict[str, float]:
        return {
            limit.id: round(cleaned[limit.id] / scale_of(limit.unit), 6)
            for limit in LIMITS
            if cleaned.get(limit.id) is not None
        }
