"""The filters of the trail, as they stand in the address."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.audit.actions import action_label, registered_actions
from console.audit.canonical import dump, iso
from console.audit.models import CONSOLE, AuditEntry, Ledger, Outcome
from console.core.forms import Form
from console.core.times import parse_local

__all__ = ["Filters", "TrailForm"]


@dataclass(frozen=True)
class Filters:
    """What is looked for; empty fields look for nothing. start is in it, end is not; both aware.

    ledgers: their names; None means all. text: in the target's id and name and in the details.
    """

    person: str = ""
    action: str = ""
    text: str = ""
    app_id: str = ""
    connection: str = ""
    ledgers: tuple[str, ...] | None = None
    outcome: str = ""
    start: datetime | None = None
    end: datetime | None = None
    click: str = ""

    def entries(self) -> Q:
        """Return the condition on attempts and records, all but the outcome (see services.trail)."""
        found = self._exact()
        if self.person:
            found &= Q(actor_username__icontains=self.person) | Q(actor_name__icontains=self.person)
        if self.text:
            found &= Q(uuid__in=self._with_text().values("attempt_id"))
        return found

    def _exact(self) -> Q:
        wanted: dict[str, Any] = {
            "action": self.action,
            "app_id": self.app_id,
            "ledger__in": self.ledgers,
            "at__gte": self.start,
            "at__lt": self.end,
            "click_id": self.click,
        }
        return Q(**{name: value for name, value in wanted.items() if value not in ("", None)})

    def _with_text(self) -> Any:
        """Rows that hold the text, outcomes and findings too: a person can stand only in an attempt's details."""
        inside = dump(self.text)[1:-1]
        rows = AuditEntry.objects.filter(
            Q(target_id__icontains=self.text)
            | Q(target_name__icontains=self.text)
            | Q(details_json__icontains=inside)
            | Q(after_json__icontains=inside)
            | Q(before_json__icontains=inside)
        )
        return rows.filter(at__gte=self.start) if self.start else rows

    def told(self) -> dict[str, str]:
        """Return the filters that are set, for the entry about an export."""
        times = {"start": self.start and iso(self.start), "end": self.end and iso(self.end)}
        names = ("person", "action", "text", "app_id", "connection", "outcome", "click")
        return {
            name: value
            for name, value in {n: getattr(self, n) for n in names}.items() | times.items()
            if value
        }


class _LocalTime(forms.CharField):
    """A time in the viewer's zone; empty gives None."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        moment = parse_local(text)
        if moment is None:
            raise forms.ValidationError(_("That is not a time. Write it like 2026-03-01 14:30."))
        return moment


def _time(label: Any) -> _LocalTime:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1", "class": "form-control"})
    return _LocalTime(label=label, required=False, max_length=40, widget=widget)


def _text(label: Any, **attrs: str) -> forms.CharField:
    widget = forms.TextInput(
        attrs={"class": "form-control", "autocomplete": "off", "spellcheck": "false", **attrs}
    )
    return forms.CharField(label=label, required=False, max_length=256, widget=widget)


def _choice(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, widget=forms.Select(attrs={"class": "form-select"}))


class TrailForm(Form):
    """Filters from the address. Field names are those of the query."""

    target = _text(gettext_lazy("Room, user or other target"), type="search")
    person = _text(gettext_lazy("Person"))
    action = _choice(gettext_lazy("Action"))
    connection = _choice(gettext_lazy("Connection"))
    app_id = _text(gettext_lazy("Application id"), list="trail-applications")
    outcome = _choice(gettext_lazy("Outcome"))
    click = forms.CharField(
        label=gettext_lazy("Click"), required=False, max_length=64, widget=forms.HiddenInput()
    )

    def __init__(
        self, data: Any, *, ledgers: list[Ledger], names: Callable[[], dict[str, str]] = dict
    ) -> None:
        """names: of the applications that may be offered, by id; asked for when they are shown."""
        super().__init__(data, auto_id="trail-%s")
        self._names = names
        self.fields["from"] = _time(gettext_lazy("From"))
        self.fields["to"] = _time(gettext_lazy("To"))
        self._ledgers = ledgers
        self._offer("action", [(action.name, str(action.label)) for action in registered_actions()])
        self._offer("connection", [(_address(ledger), _called(ledger)) for ledger in ledgers])
        self._offer("outcome", [(outcome.value, str(outcome.label)) for outcome in Outcome])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Set a field's choices; an action that is registered no more stays possible, for links to old entries."""
        asked = self.data.get(name, "")
        if name == "action" and asked and asked not in dict(choices):
            choices = [*choices, (asked, action_label(asked))]
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", str(_("any"))),
            *sorted(dict(choices).items(), key=lambda choice: choice[1].casefold()),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("from"), cleaned.get("to")
        if start and end and start >= end:
            self.add_error("to", _("The range ends before it starts."))
        return cleaned

    @cached_property
    def application_names(self) -> dict[str, str]:
        """The names of applications by id, as they are remembered."""
        return dict(sorted(self._names().items(), key=lambda known: known[1].casefold()))

    @property
    def filters(self) -> Filters:
        """What the form asks for, once it is valid."""
        cleaned = self.cleaned_data
        connection = cleaned["connection"]
        return Filters(
            person=cleaned["person"],
            action=cleaned["action"],
            text=cleaned["target"],
            app_id=cleaned["app_id"],
            connection=connection,
            ledgers=tuple(x.name for x in self._ledgers if _address(x) == connection) if connection else None,
            outcome=cleaned["outcome"],
            start=cleaned["from"],
            end=cleaned["to"],
            click=cleaned["click"],
        )


def _address(ledger: Ledger) -> str:
    """What stands in the address for a ledger: a connection's short name, which cannot hold the star."""
    return "*" if ledger.name == CONSOLE else ledger.label


def _called(ledger: Ledger) -> str:
    return str(_("none (the console)")) if ledger.name == CONSOLE else ledger.label
