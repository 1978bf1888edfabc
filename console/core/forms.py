"""Forms that say what to do where something was left empty, naming the field."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

__all__ = ["Form", "ModelForm", "SaysWhatToDo"]

_DEFAULT = forms.Field.default_error_messages["required"]


class SaysWhatToDo:
    """For forms: Django's "This field is required." becomes what to do. A field's own message stays."""

    def add_error(self, field: str | None, error: Any) -> None:
        """Add an error to a field, or to several, in the words of this console."""
        if field is not None and isinstance(error, ValidationError) and _is_default(error):
            error = ValidationError(_missing(self[field]), code="required")  # type: ignore[index]
        super().add_error(field, error)  # type: ignore[misc]


class Form(SaysWhatToDo, forms.Form):
    """What every form of the console is."""


class ModelForm(SaysWhatToDo, forms.ModelForm):
    """The same over a model."""


def _is_default(error: ValidationError) -> bool:
    return getattr(error, "code", None) == "required" and getattr(error, "message", None) == _DEFAULT


def _missing(bound: forms.BoundField) -> str:
    widget, label = bound.field.widget, {"label": bound.label}
    if widget.is_hidden:
        return _("The form came back incomplete: open it again.")
    if isinstance(widget, forms.CheckboxSelectMultiple | forms.SelectMultiple):
        return _("Choose at least one under “%(label)s”.") % label
    if isinstance(widget, forms.RadioSelect | forms.Select):
        return _("Choose something under “%(label)s”.") % label
    if isinstance(widget, forms.CheckboxInput):
        return _("Tick “%(label)s”.") % label
    return _("Fill in “%(label)s”.") % label
