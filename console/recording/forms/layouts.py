"""The form of a saved layout; its panes come beside it, see forms/panes.py."""

from django import forms
from django.utils.translation import gettext_lazy as _

from console.core.forms import ModelForm
from console.recording.models import SavedLayout

__all__ = ["LayoutForm"]


class LayoutForm(ModelForm):
    """Name and picture of a layout. version: that was opened."""

    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    class Meta:
        model = SavedLayout
        fields = ("name", "ratio")
        help_texts = {
            "name": _("Up to 60 characters. Everybody who starts recordings on this connection sees it."),
            "ratio": _("Of the picture that it is drawn for."),
        }
