"""Forms of what people add to the insights."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.accounts.models import User
from console.analytics.models import Annotation, Report, SavedView
from console.analytics.services.annotations import Written
from console.analytics.services.known import Remembered
from console.analytics.services.reports import WantedReport
from console.core.forms import Form
from console.core.text import plain
from console.core.times import parse_local, zone_names

__all__ = ["AnnotationForm", "ReportForm", "SavedViewForm", "ScreenForm", "TokenForm", "local_moment"]

_EARLIEST = datetime(2015, 1, 1, tzinfo=UTC)


def local_moment(moment: datetime | None) -> str:
    """Return a moment as a field for date and time shows it, in the viewer's zone."""
    return "" if moment is None else timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


class MomentField(forms.CharField):
    """Date and time in the viewer's zone; becomes aware UTC, None when left empty."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"})

    def clean(self, value: Any) -> datetime | None:
        """Read what was entered."""
        text = super().clean(value)
        if not text:
            return None
        found = parse_local(text)
        if found is None:
            raise forms.ValidationError(_("That is no date and time. Write it like 2026-03-01 14:30."))
        if not _EARLIEST <= found <= timezone.now() + timedelta(days=400):
            raise forms.ValidationError(_("That is too long ago or too far ahead."))
        return found


class AnnotationForm(Form):
    """What happened, when, and to which application. applications: those that may be named; whole: all of them, too."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Annotation.Kind.choices)
    text = forms.CharField(label=gettext_lazy("What happened"), max_length=200)
    at = MomentField(label=gettext_lazy("When"))
    until = MomentField(
        label=gettext_lazy("Until"), required=False, help_text=gettext_lazy("For what went on for a while.")
    )
    app_id = forms.ChoiceField(label=gettext_lazy("Application"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        applications: Sequence[Remembered],
        whole: bool,
        **given: Any,
    ) -> None:
        super().__init__(data, **given)
        all_of_them = [("", _("All applications"))] if whole else []
        chosen: Any = self.fields["app_id"]
        chosen.choices = [*all_of_them, *((app.app_id, plain(app.name)) for app in applications)]
        chosen.required = not whole

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning."""
        values: dict[str, Any] = super().clean() or {}
        at, until = values.get("at"), values.get("until")
        if at and until and until <= at:
            self.add_error("until", _("It ends before it begins."))
        return values

    @property
    def written(self) -> Written:
        """What a valid form says."""
        values = self.cleaned_data
        return Written(values["kind"], values["text"], values["at"], values["until"], values["app_id"])


class SavedViewForm(Form):
    """The name of a view. may_share: whether others may find it."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    shared = forms.BooleanField(
        label=gettext_lazy("Share it with everybody who sees insights of this connection"), required=False
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, may_share: bool, **given: Any) -> None:
        super().__init__(data, **given)
        if not may_share:
            del self.fields["shared"]


class ReportForm(Form):
    """A report by e-mail: which saved view, to whom, when."""

    view_id = forms.TypedChoiceField(label=gettext_lazy("Saved view"), coerce=int)
    every = forms.ChoiceField(label=gettext_lazy("How often"), choices=Report.Every.choices)
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("Day of the week"), coerce=int, required=False, initial=1
    )
    month_day = forms.IntegerField(
        label=gettext_lazy("Day of the month"),
        min_value=1,
        max_value=28,
        required=False,
        initial=1,
        help_text=gettext_lazy("1 to 28; the report is of the calendar month before."),
    )
    hour = forms.IntegerField(
        label=gettext_lazy("Hour"), min_value=0, max_value=23, initial=8, help_text=gettext_lazy("0 to 23")
    )
    zone = forms.ChoiceField(label=gettext_lazy("Time zone"))
    recipients = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Recipients"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "People with an e-mail address who see insights. Each gets the figures that their roles show, in their"
            " language."
        ),
    )
    active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        views: Sequence[SavedView],
        people: Sequence[User],
        **given: Any,
    ) -> None:
        super().__init__(data, **given)
        choices: dict[str, Any] = {
            "view_id": [(view.pk, plain(view.name)) for view in views],
            "weekday": [(number, WEEKDAYS[number - 1]) for number in range(1, 8)],
            "zone": [(zone, zone) for zone in zone_names()],
            "recipients": [(user.pk, plain(f"{user} <{user.email}>")) for user in people],
        }
        for name, offered in choices.items():
            field: Any = self.fields[name]
            field.choices = offered

    @property
    def wanted(self) -> WantedReport:
        """What a valid form asks for."""
        values = self.cleaned_data
        monthly = values["every"] == Report.Every.MONTH
        day = (values["month_day"] if monthly else values["weekday"]) or 1
        return WantedReport(
            values["view_id"],
            values["every"],
            day,
            values["hour"],
            values["zone"],
            tuple(values["recipients"]),
            values["active"],
        )


class ScreenForm(Form):
    """A screen that is to show the wall."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        help_text=gettext_lazy("Where it hangs: “support desk, left”."),
    )
    app_id = forms.ChoiceField(label=gettext_lazy("Application"), required=False)
    days = forms.TypedChoiceField(
        label=gettext_lazy("Good for"),
        coerce=int,
        choices=[(30, gettext_lazy("30 days")), (90, gettext_lazy("90 days")), (365, gettext_lazy("a year"))],
        initial=90,
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    zone = forms.ChoiceField(label=gettext_lazy("Time zone"))
    form_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, applications: Sequence[Remembered], **given: Any
    ) -> None:
        super().__init__(data, **given)
        offered: Any = self.fields["app_id"]
        offered.choices = [
            ("", _("All applications")),
            *((app.app_id, plain(app.name)) for app in applications if not app.gone),
        ]
        zones: Any = self.fields["zone"]
        zones.choices = [(zone, zone) for zone in zone_names()]


class TokenForm(Form):
    """What opens the wall on a screen."""

    token = forms.CharField(
        label=gettext_lazy("Token"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
