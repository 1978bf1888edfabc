"""Forms about buckets and what lies in them. Rules are the cloud's, checked before it is asked."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from console.accounts.reasons import ReasonForm
from console.accounts.stepup import StepUpMixin

__all__ = ["AuthorizeForm", "OpenForm", "WithdrawForm"]

_TYPED = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}


class _ProjectForm(ReasonForm):
    project_id = forms.CharField(
        label=_("Project id of the bucket's region"),
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs=_TYPED),
        help_text=_(
            "Not needed as a rule: from My Credentials in the cloud's console, in the bucket's region."
        ),
        validators=[
            RegexValidator(r"\A[0-9A-Za-z_-]+\Z", _("Letters, digits, _ and - only, without spaces."))
        ],
    )


class AuthorizeForm(_ProjectForm):
    """Let recordings be written to a bucket. A reason may be given."""

    field_order = ("words", "project_id")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].required = False


class WithdrawForm(StepUpMixin, _ProjectForm):
    """Let recordings be written to a bucket no longer. seen: how many templates were told to be hit."""

    reasons = {
        "moved": _("Recordings are kept elsewhere now"),
        "retired": _("The bucket is being given up"),
        "incident": _("Part of an incident"),
        "mistake": _("Was authorised by mistake"),
    }
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    field_order = ("preset", "words", "project_id", "password")


class OpenForm(StepUpMixin, ReasonForm):
    """Open a stored file: it may show people."""

    reasons = {
        "customer": _("Asked for by the customer"),
        "complaint": _("To look into a complaint"),
        "quality": _("To check the quality of recordings"),
        "incident": _("Part of an incident"),
    }
