"""The form of a rule. Rates are entered in per cent."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.accounts.models import User
from console.alerts.engine import Condition, Side, problems
from console.alerts.engine.condition import LONGEST_WINDOW
from console.alerts.forms.silences import SilenceForm, initial_silence
from console.alerts.models import Channel, Rule
from console.alerts.services.rules import Wanted
from console.alerts.signals import Group, Signal, all_signals, get_signal
from console.alerts.words import PROBLEMS
from console.analytics.services.known import Remembered
from console.core.forms import Form
from console.core.text import plain

__all__ = ["CommentForm", "RuleForm", "initial_of"]

LONGEST_REMINDER = 7 * 24 * 60  # minutes
_HOW_MANY_MINUTES = _("Enter how many minutes.")


class RuleForm(SilenceForm):
    """What a rule is to be. applications: those that it can be narrowed to; channels, people: that can be told."""

    name = forms.CharField(label=_("Name"), max_length=80)
    signal = forms.ChoiceField(label=_("Watch"))
    side = forms.ChoiceField(label=_("is"), choices=Rule.Beyond.choices)
    limit = forms.FloatField(
        label=_("the limit"),
        help_text=_("Rates in per cent: 5 means 5 %."),
        error_messages={"required": _("Enter a limit.")},
    )
    breaches = forms.IntegerField(
        label=_("in at least"), initial=3, error_messages={"required": _HOW_MANY_MINUTES}
    )
    window = forms.IntegerField(
        label=_("of the last"),
        initial=5,
        max_value=LONGEST_WINDOW,
        error_messages={"required": _HOW_MANY_MINUTES},
    )
    margin = forms.FloatField(
        label=_("Margin"),
        initial=0,
        required=False,
        help_text=_("It is well again only when it is this far on the good side: against flapping."),
    )
    recovery = forms.IntegerField(
        label=_("Over after"),
        initial=5,
        help_text=_("Minutes that must be well. Minutes without data don't count."),
        error_messages={"required": _HOW_MANY_MINUTES},
    )
    minimum_sample = forms.FloatField(
        label=_("Minimum sample"),
        initial=0,
        required=False,
        help_text=_(
            "Minutes with fewer people online (or fewer reads, for the connection) say nothing. 0 takes all."
        ),
    )
    applications = forms.MultipleChoiceField(
        label=_("Applications"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all, also those to come. Each is watched by itself."),
    )
    severity = forms.ChoiceField(
        label=_("Severity"), choices=Rule.Severity.choices, initial=Rule.Severity.WARNING
    )
    active = forms.BooleanField(label=_("In use"), required=False, initial=True)
    channels = forms.TypedMultipleChoiceField(
        label=_("Channels"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    people = forms.TypedMultipleChoiceField(
        label=_("People, by e-mail"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    remind_minutes = forms.IntegerField(
        label=_("Remind after"),
        required=False,
        initial=60,
        min_value=0,
        max_value=LONGEST_REMINDER,
        help_text=_("Once, unless somebody acknowledged it. 0: never."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        applications: Sequence[Remembered],
        channels: Sequence[Channel] = (),
        people: Sequence[User] = (),
        **given: Any,
    ) -> None:
        super().__init__(data, **given)
        for name, choices in (("channels", channels), ("people", [one for one in people if one.email])):
            offered: Any = self.fields[name]
            offered.choices = [(one.pk, plain(str(one))) for one in choices]
        signals: Any = self.fields["signal"]
        signals.choices = _signal_choices()
        chosen: Any = self.fields["applications"]
        chosen.choices = [(app.app_id, plain(app.name)) for app in applications]

    @property
    def chosen_signal(self) -> Signal | None:
        """What is to be watched, when the form says so rightly."""
        return get_signal(self.cleaned_data.get("signal", ""))

    @property
    def wanted(self) -> Wanted:
        """What a valid form asks for."""
        values = self.cleaned_data
        return Wanted(
            values["name"],
            values["signal"],
            self._condition(),
            values["severity"],
            tuple(values["applications"]),
            values["active"],
            tuple(values["channels"]),
            tuple(values["people"]),
            values["remind_minutes"] or 0,
            self.silence,
            values["silent_spares"],
        )

    def clean(self) -> dict[str, Any]:
        """Refuse what could never fire or never end, with the reason beside the field."""
        values = super().clean()
        signal = self.chosen_signal
        if self.errors or signal is None:
            return values
        for problem in problems(self._condition(), signal.scale):
            field, said = PROBLEMS[problem]
            self.add_error(field, str(said))
        return values

    def _condition(self) -> Condition:
        values, signal = self.cleaned_data, self.chosen_signal
        scale = 100 if signal is not None and signal.unit.kind == "ratio" else 1
        return Condition(
            Side(values["side"]),
            values["limit"] / scale,
            values["breaches"],
            values["window"],
            (values["margin"] or 0.0) / scale,
            values["recovery"],
            values["minimum_sample"] or 0.0,
        )


class CommentForm(Form):
    """What somebody writes to an incident."""

    text = forms.CharField(label=_("Comment"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


def initial_of(rule: Rule) -> dict[str, Any]:
    """Return a rule as the form shows it."""
    signal = get_signal(rule.signal)
    scale = 100 if signal is not None and signal.unit.kind == "ratio" else 1
    names = (
        "name",
        "signal",
        "side",
        "breaches",
        "window",
        "recovery",
        "severity",
        "active",
        "applications",
        "remind_minutes",
        "version",
    )
    return {
        **{name: getattr(rule, name) for name in names},
        **initial_silence(rule),
        "channels": [channel.pk for channel in rule.channels.all()],
        "people": [person.pk for person in rule.people.all()],
        "limit": _plain(rule.limit * scale),
        "margin": _plain(rule.margin * scale),
        "minimum_sample": _plain(rule.minimum_sample),
    }


def _plain(number: float) -> float | int:
    number = round(number, 6)
    return int(number) if number == int(number) else number


def _signal_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    found: list[tuple[str, list[tuple[str, str]]]] = []
    for group in Group:
        rows = [
            (signal.id, f"{signal.label} (%)" if signal.unit.kind == "ratio" else str(signal.label))
            for signal in all_signals()
            if signal.group == group
        ]
        found.append((str(group.label), rows))
    return found
