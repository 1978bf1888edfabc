"""Silent hours as a part of forms."""

from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from console.alerts.engine.silence import Silence
from console.alerts.models.silences import Silenced
from console.alerts.telling_words import WEEKDAYS
from console.core.forms import Form
from console.core.times import zone_names

__all__ = ["SilenceForm", "initial_silence", "zone_choices"]

_MISSING = {
    "silent_days": _("Choose the days, or empty both times: without days nothing is silent."),
    "silent_from": _("Enter a time, like 22:00."),
    "silent_until": _("Enter a time, like 22:00."),
}


def zone_choices() -> list[tuple[str, str]]:
    """Return the zones that one may choose."""
    return [(name, name) for name in zone_names()]


class SilenceForm(Form):
    """Hours in which nobody is told: days and both times, or none of them."""

    silent_days = forms.TypedMultipleChoiceField(
        label=_("On these days"),
        required=False,
        coerce=int,
        choices=list(enumerate(WEEKDAYS)),
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "On which silent hours begin; past midnight they end on the next day. Days, From and To go together: "
            "fill in all of them, or none for never silent."
        ),
    )
    silent_from = forms.TimeField(
        label=_("From"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    silent_until = forms.TimeField(
        label=_("To"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    silent_zone = forms.ChoiceField(label=_("On the clocks of"), choices=zone_choices, required=False)
    silent_spares = forms.BooleanField(
        label=_("Tell what is critical all the same"), required=False, initial=True
    )

    def clean(self) -> dict[str, Any]:
        """Refuse silence of which a part is missing, and silence without end."""
        values: dict[str, Any] = super().clean() or {}
        if self._wants_silence:
            for name, missing in _MISSING.items():
                if name not in self.errors and values.get(name) in (None, []):
                    self.add_error(name, ValidationError(missing))
            if not self.errors and self.silence.endless:
                self.add_error("silent_days", ValidationError(_("Like this nobody would ever be told.")))
        return values

    @property
    def _wants_silence(self) -> bool:
        return any(self.cleaned_data.get(name) or name in self.errors for name in _MISSING)

    @property
    def silence(self) -> Silence:
        """What a valid form asks for."""
        values = self.cleaned_data
        if not values.get("silent_days"):
            return Silence()
        return Silence(
            values["silent_zone"] or "UTC",
            frozenset(values["silent_days"]),
            _minute(values["silent_from"]),
            _minute(values["silent_until"]),
        )


def initial_silence(what: Silenced) -> dict[str, Any]:
    """Return silent hours as the form shows them."""
    known = bool(what.silent_days)
    return {
        "silent_days": what.silent_days,
        "silent_from": time(*divmod(what.silent_from, 60)) if known else None,
        "silent_until": time(*divmod(what.silent_until, 60)) if known else None,
        "silent_zone": what.silent_zone,
        "silent_spares": what.silent_spares,
    }


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
