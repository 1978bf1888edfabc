"""The form of automatic recording."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from console.accounts.reasons import ReasonForm
from console.recording.shapes.templates import Template

__all__ = ["AutomaticForm"]

ON, OFF = "on", "off"


class AutomaticForm(ReasonForm):
    """On with a template, or off. templates: those of the application."""

    mode = forms.ChoiceField(
        label=_("Automatic recording"),
        choices=[(ON, _("On: every stream by itself")), (OFF, _("Off"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether it is to be on or off.")},
    )
    template = forms.ChoiceField(label=_("Template"), required=False)
    field_order = ("mode", "template", "words")

    def __init__(self, *args: Any, templates: tuple[Template, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["template"]
        named = [(one.template_id, f"{one.place} · {', '.join(one.formats)}") for one in templates]
        choice.choices = [("", _("Choose…")), *named]
        if len(named) == 1:
            choice.initial = named[0][0]
        self.fields["words"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("mode") == ON and not cleaned.get("template") and "template" not in self.errors:
            self.add_error("template", ValidationError(_("Choose the template by which it records.")))
        return cleaned

    @property
    def template_id(self) -> str:
        """The template that was chosen, "" when it is to be off."""
        return self.cleaned_data["template"] if self.cleaned_data["mode"] == ON else ""
