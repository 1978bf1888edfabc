"""Forms about quotas. What cannot be meant is refused with what to enter instead."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.connections.forms import ReasonForm
from console.connections.quota_settings import QuotaSetting
from console.connections.scopes import Scope

__all__ = ["QuotaForm"]

_MOST_REQUESTS, _LONGEST_SECONDS = 1000, 3600
_FASTEST, _SLOWEST = 20, 100  # times what is published, and the part of it
_NUMBER = {"inputmode": "numeric", "autocomplete": "off"}


class QuotaForm(ReasonForm):
    """For what a limit holds, how many requests, in how many seconds, and why."""

    scope = forms.ChoiceField(label=gettext_lazy("The limit holds for"), widget=forms.RadioSelect)
    limit = forms.IntegerField(label=gettext_lazy("Requests"), widget=forms.TextInput(attrs=_NUMBER))
    seconds = forms.IntegerField(
        label=gettext_lazy("in any so many seconds"), widget=forms.TextInput(attrs=_NUMBER)
    )
    field_order = ("scope", "limit", "seconds", "reason")

    def __init__(self, *args: Any, setting: QuotaSetting, **kwargs: Any) -> None:
        rule = setting.rule
        said = setting.wish
        kwargs["initial"] = {
            "scope": said.scope if said else rule.scope,
            "limit": said.limit if said else rule.quota.limit,
            "seconds": said.seconds if said else round(rule.quota.seconds),
        }
        super().__init__(*args, **kwargs)
        self.setting = setting
        scope: Any = self.fields["scope"]
        scope.choices = [(one.scope.value, one.scope.label) for one in setting.choices]
        published = setting.published
        whole = _("Enter a whole number from 1 to %(most)s; the cloud publishes %(published)s.")
        for name, most, usual in (
            ("limit", _MOST_REQUESTS, published.limit),
            ("seconds", _LONGEST_SECONDS, round(published.seconds)),
        ):
            said_so = whole % {"most": number_format(most, force_grouping=True), "published": usual}
            self.fields[name].error_messages |= {"required": said_so, "invalid": said_so}

    def clean_scope(self) -> Scope:
        return Scope(self.cleaned_data["scope"])

    def clean_limit(self) -> int:
        limit = int(self.cleaned_data["limit"])
        if limit == 0:
            raise ValidationError(
                _("With 0 nothing could be sent. To stop a connection, switch it off; else enter 1 or more.")
            )
        self._within("limit", limit, _MOST_REQUESTS)
        return limit

    def clean_seconds(self) -> int:
        seconds = int(self.cleaned_data["seconds"])
        self._within("seconds", seconds, _LONGEST_SECONDS)
        return seconds

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "limit" in data and "seconds" in data:
            self._plausible(data["limit"] / data["seconds"], data["seconds"])
        return data

    def _within(self, field: str, value: int, most: int) -> None:
        if not 1 <= value <= most:
            raise ValidationError(self.fields[field].error_messages["invalid"])

    def _plausible(self, rate: float, seconds: int) -> None:
        """Refuse what is far from what is published: a zero too many, or seconds meant as minutes."""
        published = self.setting.published
        usual = published.limit / published.seconds
        words = {
            "limit": published.limit,
            "window": round(published.seconds),
            "seconds": seconds,
            "most": max(int(usual * _FASTEST * seconds), 1),
            "least": max(-int(-usual / _SLOWEST * seconds // 1), 1),
        }
        if rate > usual * _FASTEST:
            self.add_error(
                "limit",
                _(
                    "That is far more than the cloud publishes (%(limit)s in %(window)s s). Enter at most %(most)s in "
                    "%(seconds)s s."
                )
                % words,
            )
        elif rate < usual / _SLOWEST:
            self.add_error(
                "limit",
                _(
                    "That is so little that pages would wait for minutes; the cloud publishes %(limit)s in %(window)s "
                    "s. Enter at least %(least)s in %(seconds)s s."
                )
                % words,
            )
