"""The forms of alerts."""

from console.alerts.forms.channels import ChannelForm, KeyForm, MailForm, MailTestForm
from console.alerts.forms.rules import CommentForm, RuleForm, initial_of

__all__ = ["ChannelForm", "CommentForm", "KeyForm", "MailForm", "MailTestForm", "RuleForm", "initial_of"]
